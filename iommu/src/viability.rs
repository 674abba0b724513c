//! Whether a group may be given to a guest: what drives its members.

use std::sync::LazyLock;

use pci_core::Address;

use crate::group::Completeness;

/// The driver of a function, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Driver<'a> {
    /// This one.
    Named(&'a str),
    /// None: the source shows the function, and no driver.
    None,
    /// Not shown.
    Unknown,
}

/// A member of a group, with what matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The function.
    pub address: Address,
    /// What drives it.
    pub driver: Driver<'a>,
    /// What it is, as far as a driver that is not shown goes.
    pub kind: MemberKind,
}

/// What a member of a group is, which says what may drive it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberKind {
    /// Anything but a PCI-to-PCI bridge: its driver may be any.
    Function,
    /// A root port, a port of a switch, or a PCI-to-PCI bridge without a hot-plug
    /// controller: mainline Linux has one driver for such, pcieport, and that leaves
    /// the IOMMU alone.
    Port,
    /// A PCI-to-PCI bridge that has, or may have, a hot-plug controller of
    /// conventional PCI: its driver, shpchp, keeps the group from guests (seen on 6.1,
    /// 6.12 and 7.2).
    HotPlugBridge,
}

/// How a member stands to giving its group away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// A driver for guests has it.
    Ready,
    /// It has no driver, or one that leaves the IOMMU alone: it stays on the host,
    /// and does not block.
    Harmless,
    /// A driver of the host has it, and blocks the whole group.
    Blocks {
        /// That driver.
        driver: String,
    },
    /// Its driver is not shown.
    Unknown,
}

/// Whether a group may be given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupVerdict {
    /// Nothing blocks it.
    Viable,
    /// At least one member blocks it: `group N is not viable`.
    NotViable,
    /// A member or its driver is not shown.
    Unknown,
}

/// The standing of each member, and the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Viability {
    /// Whether the group may be given away.
    pub verdict: GroupVerdict,
    /// Each member's standing, in the order given.
    pub standings: Vec<(Address, MemberState)>,
}

/// Whether a group of these `members` may be given to a guest.
///
/// Since Linux 5.19 a group has either the kernel's drivers or a guest, and only
/// drivers that say `driver_managed_dma` do not count (`pci_dma_configure`,
/// drivers/pci/pci-driver.c; `iommu_group_claim_dma_owner`, drivers/iommu/iommu.c).
/// They are the rows of `data/managed-dma-drivers.tsv`. A function without a driver
/// never blocks. Older kernels let bridges with any driver pass
/// (`vfio_dev_driver_allowed`, drivers/vfio/vfio.c); the stricter rule is used here.
///
/// ```
/// use iommu::{Completeness, Driver, Member, MemberKind, MemberState, GroupVerdict, viability};
/// let member = |address: &str, driver| Member {
///     address: address.parse().unwrap(),
///     driver,
///     kind: MemberKind::Function,
/// };
/// let group = [
///     member("01:00.0", Driver::Named("vfio-pci")),
///     member("01:00.1", Driver::Named("snd_hda_intel")),
/// ];
/// let answer = viability(&group, Completeness::Whole);
/// assert_eq!(answer.verdict, GroupVerdict::NotViable);
/// assert_eq!(answer.standings[1].1, MemberState::Blocks { driver: "snd_hda_intel".into() });
/// ```
#[must_use]
pub fn viability(members: &[Member<'_>], completeness: Completeness) -> Viability {
    let standings: Vec<(Address, MemberState)> = members
        .iter()
        .map(|member| (member.address, standing(member)))
        .collect();
    let any = |wanted: fn(&MemberState) -> bool| standings.iter().any(|(_, one)| wanted(one));
    let verdict = if any(|one| matches!(one, MemberState::Blocks { .. })) {
        GroupVerdict::NotViable
    } else if completeness == Completeness::MayHaveMore
        || members.is_empty()
        || any(|one| *one == MemberState::Unknown)
    {
        GroupVerdict::Unknown
    } else {
        GroupVerdict::Viable
    };
    Viability { verdict, standings }
}

fn standing(member: &Member<'_>) -> MemberState {
    match member.driver {
        Driver::None => MemberState::Harmless,
        Driver::Unknown if member.kind == MemberKind::Port => MemberState::Harmless,
        Driver::Unknown => MemberState::Unknown,
        Driver::Named(name) => match managed(name) {
            Some(Role::Guest) => MemberState::Ready,
            Some(Role::Host) => MemberState::Harmless,
            None => MemberState::Blocks {
                driver: name.to_owned(),
            },
        },
    }
}

/// What a driver with `driver_managed_dma` is for.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Guest,
    Host,
}

/// The role of a driver that leaves the IOMMU to others. Module names have
/// underscores where driver names may have dashes.
fn managed(driver: &str) -> Option<Role> {
    static ROWS: LazyLock<Vec<(String, Role)>> = LazyLock::new(|| {
        let lines = include_str!("../data/managed-dma-drivers.tsv").lines();
        lines.filter_map(row).collect()
    });
    let name = driver.replace('-', "_");
    ROWS.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, role)| *role)
}

fn row(line: &str) -> Option<(String, Role)> {
    let mut fields = line.split('\t');
    let name = fields.next().filter(|name| !name.starts_with('#'))?;
    let role = match fields.next()? {
        "guest" => Role::Guest,
        "host" => Role::Host,
        _ => return None,
    };
    fields.next()?;
    Some((name.replace('-', "_"), role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(driver: Driver<'_>, kind: MemberKind) -> Member<'_> {
        let address = Address::new(0, 1, 0, 0).unwrap();
        Member {
            address,
            driver,
            kind,
        }
    }

    #[test]
    fn every_row_is_read() {
        let data = include_str!("../data/managed-dma-drivers.tsv");
        let rows = data.lines().filter(|line| !line.starts_with('#'));
        for line in rows {
            assert!(row(line).is_some(), "{line}");
        }
    }

    #[test]
    fn who_blocks_and_who_does_not() {
        use MemberKind::{Function, HotPlugBridge, Port};
        let verdict = |members: &[Member<'_>]| viability(members, Completeness::Whole).verdict;
        let gpu = member(Driver::Named("vfio-pci"), Function);
        assert_eq!(verdict(&[gpu]), GroupVerdict::Viable);
        assert_eq!(
            verdict(&[member(Driver::Named("vfio_pci"), Function)]),
            GroupVerdict::Viable
        );
        assert_eq!(
            verdict(&[gpu, member(Driver::Named("pcieport"), Port)]),
            GroupVerdict::Viable
        );
        assert_eq!(
            verdict(&[gpu, member(Driver::Unknown, Port)]),
            GroupVerdict::Viable
        );
        assert_eq!(
            verdict(&[gpu, member(Driver::None, Function)]),
            GroupVerdict::Viable
        );
        assert_eq!(
            verdict(&[gpu, member(Driver::Unknown, Function)]),
            GroupVerdict::Unknown
        );
        assert_eq!(
            verdict(&[gpu, member(Driver::Named("ahci"), Function)]),
            GroupVerdict::NotViable
        );
        // shpchp, perhaps.
        let bridge = |driver| [gpu, member(driver, HotPlugBridge)];
        assert_eq!(verdict(&bridge(Driver::Unknown)), GroupVerdict::Unknown);
        assert_eq!(verdict(&bridge(Driver::None)), GroupVerdict::Viable);
        assert_eq!(
            verdict(&bridge(Driver::Named("shpchp"))),
            GroupVerdict::NotViable
        );
        // An ISA bridge with a host driver blocks, bridge or not.
        assert_eq!(
            verdict(&[gpu, member(Driver::Named("lpc_ich"), Port)]),
            GroupVerdict::NotViable
        );
        assert_eq!(verdict(&[]), GroupVerdict::Unknown);
        let partial = viability(&[gpu], Completeness::MayHaveMore);
        assert_eq!(partial.verdict, GroupVerdict::Unknown);
    }
}
