//! The IOMMU groups as they are, and whether they can go to a guest.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::document::{self, GroupMember};
use pci_core::Address;

use crate::address::PciAddress;
use crate::boundary::{give, look, object, release};
use crate::error::Error;
use crate::host::Host;
use crate::status::Status;
use crate::text::to_c;

/// Whether a group can go to a guest as it is. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viability {
    /// There is no such group.
    None = 0,
    /// It can.
    Viable = 1,
    /// A driver of the host has one of its functions.
    NotViable = 2,
    /// The input does not show enough.
    Unknown = 3,
}

/// What a member of a group has to do with that. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no such member.
    None = 0,
    /// A driver for guests has it.
    Ready = 1,
    /// No driver has it, or one that does not count.
    Harmless = 2,
    /// A driver of the host has it.
    Blocks = 3,
    /// The input does not say.
    Unknown = 4,
}

/// The groups that a host shows. Free it with `passthru_groups_free()`; it does not need its
/// host.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Groups {
    groups: Vec<Group>,
}

/// One group, as C sees it.
#[derive(Debug)]
struct Group {
    number: u32,
    whole: bool,
    viability: Viability,
    members: Vec<Member>,
    losses: Vec<Loss>,
}

#[derive(Debug)]
struct Member {
    address: Address,
    standing: Standing,
    driver: Option<CString>,
}

#[derive(Debug)]
struct Loss {
    kind: CString,
    name: Option<CString>,
}

fn viability(word: &str) -> Viability {
    match word {
        "viable" => Viability::Viable,
        "not-viable" => Viability::NotViable,
        _ => Viability::Unknown,
    }
}

fn member(member: &GroupMember) -> Member {
    Member {
        address: member.address,
        standing: match member.standing {
            "ready" => Standing::Ready,
            "harmless" => Standing::Harmless,
            "blocks" => Standing::Blocks,
            _ => Standing::Unknown,
        },
        driver: member.driver.as_deref().map(to_c),
    }
}

/// The groups of a host. Their JSON form is `passthru_host_groups_json()`.
///
/// @param host   the host
/// @param out    where the groups are put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there are none
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_groups(
    host: *const Host,
    out: *mut *mut Groups,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        let found = document::groups(&host.facts).groups;
        let group = |group: &document::Group| Group {
            number: group.id,
            whole: group.whole,
            viability: viability(group.viability),
            members: group.members.iter().map(member).collect(),
            losses: group
                .losses
                .iter()
                .map(|loss| Loss {
                    kind: to_c(loss.kind),
                    name: loss.name.as_deref().map(to_c),
                })
                .collect(),
        };
        Ok(Groups {
            groups: found.iter().map(group).collect(),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// How many groups there are; 0 for NULL.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_count(groups: *const Groups) -> usize {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe { look(groups, 0, |groups| Some(groups.groups.len())) }
}

/// A group's number, as in sysfs; `UINT32_MAX` where there is none.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_number(groups: *const Groups, index: usize) -> u32 {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, u32::MAX, |groups| {
            Some(groups.groups.get(index)?.number)
        })
    }
}

/// Whether its members are all that it has for certain.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_is_whole(groups: *const Groups, index: usize) -> bool {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, false, |groups| {
            Some(groups.groups.get(index)?.whole)
        })
    }
}

/// Whether it can go to a guest as it is.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_viability(
    groups: *const Groups,
    index: usize,
) -> Viability {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, Viability::None, |groups| {
            Some(groups.groups.get(index)?.viability)
        })
    }
}

/// How many members it has, bridges among them.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_member_count(
    groups: *const Groups,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, 0, |groups| {
            Some(groups.groups.get(index)?.members.len())
        })
    }
}

/// A member's address; all zero where there is none.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_member_address(
    groups: *const Groups,
    index: usize,
    member: usize,
) -> PciAddress {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, PciAddress::default(), |groups| {
            Some(
                groups
                    .groups
                    .get(index)?
                    .members
                    .get(member)?
                    .address
                    .into(),
            )
        })
    }
}

/// What a member has to do with the group's viability.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_member_standing(
    groups: *const Groups,
    index: usize,
    member: usize,
) -> Standing {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, Standing::None, |groups| {
            Some(groups.groups.get(index)?.members.get(member)?.standing)
        })
    }
}

/// The driver of the host because of which a member blocks; NULL where none does.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_member_driver(
    groups: *const Groups,
    index: usize,
    member: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, ptr::null(), |groups| {
            groups
                .groups
                .get(index)?
                .members
                .get(member)?
                .driver
                .as_ref()
                .map(|text| text.as_ptr())
        })
    }
}

/// How many things the host would lose with the group, as far as the input shows.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_loss_count(groups: *const Groups, index: usize) -> usize {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, 0, |groups| {
            Some(groups.groups.get(index)?.losses.len())
        })
    }
}

/// What it would lose: `file-system`, `network` or `boot-display`; NULL where there is
/// none.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_loss_kind(
    groups: *const Groups,
    index: usize,
    loss: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, ptr::null(), |groups| {
            Some(groups.groups.get(index)?.losses.get(loss)?.kind.as_ptr())
        })
    }
}

/// Where the file system is mounted, or the interface's name; NULL where there is none.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_loss_name(
    groups: *const Groups,
    index: usize,
    loss: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe {
        look(groups, ptr::null(), |groups| {
            groups
                .groups
                .get(index)?
                .losses
                .get(loss)?
                .name
                .as_ref()
                .map(|text| text.as_ptr())
        })
    }
}

/// Frees groups. NULL is let pass.
///
/// # Safety
///
/// `groups` is NULL or groups that were not freed; they are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_groups_free(groups: *mut Groups) {
    // SAFETY: the caller promises NULL or groups that were not freed.
    unsafe { release(groups) }
}
