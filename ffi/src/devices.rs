//! The functions of a host, and where they are.

use std::ffi::c_char;

use passthru::host::Device;
use pci_core::Address;

use crate::address::{PciAddress, PciIds};
use crate::boundary::{look, put};
use crate::host::Host;
use crate::text::fit;

/// A function of a host. What the input does not show is told apart from 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceFields {
    /// Where it is.
    pub address: PciAddress,
    /// Its ids, where `has_ids`.
    pub ids: PciIds,
    /// The card that it is on, where `has_card`.
    pub card: PciIds,
    /// The class's 24 bits, where `has_class`; without the programming interface, where the
    /// input does not show that.
    pub class_code: u32,
    /// Its IOMMU group, where `has_group`.
    pub group: u32,
    /// Whether the input shows its ids.
    pub has_ids: bool,
    /// Whether the input shows the card.
    pub has_card: bool,
    /// Whether the input shows the class.
    pub has_class: bool,
    /// Whether the input shows its group.
    pub has_group: bool,
    /// Whether the input shows who holds it: `passthru_host_device_driver()`.
    pub driver_known: bool,
}

impl DeviceFields {
    fn new(host: &Host, device: &Device) -> Self {
        let ids = device.id.as_ref().map(|id| id.value);
        let card = device.subsystem.as_ref().map(|id| id.value);
        let class = device.class.as_ref().map(|class| class.value);
        let group = host.facts.group_of(device.address);
        let bits = class.map(|class| {
            class
                .to_u24()
                .unwrap_or_else(|| u32::from(class.base) << 16 | u32::from(class.sub) << 8)
        });
        Self {
            address: device.address.into(),
            ids: ids.map(PciIds::from).unwrap_or_default(),
            card: card.map(PciIds::from).unwrap_or_default(),
            class_code: bits.unwrap_or(0),
            group: group.unwrap_or(0),
            has_ids: ids.is_some(),
            has_card: card.is_some(),
            has_class: class.is_some(),
            has_group: group.is_some(),
            driver_known: device.driver != passthru::host::Driver::NotShown,
        }
    }
}

/// The function at an index, by address.
fn at(host: &Host, index: usize) -> Option<&Device> {
    host.facts.devices.values().nth(index)
}

/// How many functions the host shows; 0 for NULL. They are counted by address.
///
/// # Safety
///
/// `host` is NULL or a host that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_device_count(host: *const Host) -> usize {
    // SAFETY: the caller promises NULL or a host that was not freed.
    unsafe { look(host, 0, |host| Some(host.facts.devices.len())) }
}

/// Tells of a function.
///
/// @param host   the host
/// @param index  which, from 0
/// @param out    where it is put; unchanged where there is no such function. NULL to only ask
///               whether there is
/// @return whether there is such a function
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_device(
    host: *const Host,
    index: usize,
    out: *mut DeviceFields,
) -> bool {
    let find = |host: &Host| Some(Some(DeviceFields::new(host, at(host, index)?)));
    // SAFETY: the caller promises NULL or a host that was not freed.
    let found = unsafe { look(host, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// The name of a function, for people.
///
/// @param host    the host
/// @param index   which function, from 0
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not fit;
///                NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is no function
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `buffer` is NULL or has `size` bytes that may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_device_name(
    host: *const Host,
    index: usize,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a host that was not freed.
    let name = unsafe { look(host, None, |host| Some(Some(at(host, index)?.name()))) };
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(name.as_deref(), buffer, size) }
}

/// The driver that holds a function.
///
/// @param host    the host
/// @param index   which function, from 0
/// @param buffer  where the driver's name is put, as for `passthru_host_device_name()`
/// @param size    how many bytes there are
/// @return how many bytes the whole name has; 0 where no driver holds it, and where the input
///         does not say: `driver_known` tells which
///
/// # Safety
///
/// As for `passthru_host_device_name()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_device_driver(
    host: *const Host,
    index: usize,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    let find = |host: &Host| Some(at(host, index)?.driver.name().map(str::to_owned));
    // SAFETY: the caller promises NULL or a host that was not freed.
    let driver = unsafe { look(host, None, find) };
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(driver.as_deref(), buffer, size) }
}

/// The bridge that a function is behind.
///
/// @param host     the host
/// @param address  the function
/// @param out      where the bridge's address is put; unchanged where there is none
/// @return whether there is one: not on a root bus, and not where the input does not
/// show it
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_bridge_above(
    host: *const Host,
    address: PciAddress,
    out: *mut PciAddress,
) -> bool {
    let find = |host: &Host| {
        let address: Address = address.checked()?;
        Some(
            host.facts
                .topology
                .bridge_above(address)
                .map(PciAddress::from),
        )
    };
    // SAFETY: the caller promises NULL or a host that was not freed.
    let found = unsafe { look(host, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// The bridge on the root bus that a function is behind.
///
/// @param host     the host
/// @param address  the function
/// @param out      where the bridge's address is put; unchanged where there is none
/// @return whether there is one: not on a root bus, and not where the input does not
/// show it
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_root_port(
    host: *const Host,
    address: PciAddress,
    out: *mut PciAddress,
) -> bool {
    let find = |host: &Host| {
        let address: Address = address.checked()?;
        Some(host.facts.topology.root_port(address).map(PciAddress::from))
    };
    // SAFETY: the caller promises NULL or a host that was not freed.
    let found = unsafe { look(host, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
