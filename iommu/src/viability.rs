//! Viability of an IOMMU group: the drivers of its members.

use std::sync::LazyLock;

use pci_core::Address;

use crate::group::Completeness;

/// The driver of a function, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Driver<'a> {
    /// The driver with this name.
    Named(&'a str),
    /// None: the input shows the function without a driver.
    None,
    /// Not in the input.
    Unknown,
}

/// A member of a group, with its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The function.
    pub address: Address,
    /// Its driver.
    pub driver: Driver<'a>,
    /// Its kind, for a driver that is not in the input.
    pub kind: MemberKind,
}

/// Kind of a member, which limits its possible drivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberKind {
    /// Any function but a PCI-to-PCI bridge: any driver.
    Function,
    /// A root port, a switch port, or a PCI-to-PCI bridge without a hot-plug controller: the only
    /// driver for it in mainline Linux, pcieport, does not use the IOMMU.
    Port,
    /// A PCI-to-PCI bridge that has, or may have, a conventional PCI hot-plug controller: its
    /// driver, shpchp, makes the group not viable (observed on 6.1, 6.12 and 7.2).
    HotPlugBridge,
}

/// Effect of a member on the viability of its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Bound to a VFIO driver.
    Ready,
    /// Unbound, or bound to a driver that does not use the IOMMU: it stays on the host without
    /// blocking the group.
    Harmless,
    /// Bound to a host driver, which blocks the group.
    Blocks {
        /// The driver.
        driver: String,
    },
    /// Its driver is not in the input.
    Unknown,
}

/// Whether a group is viable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupVerdict {
    /// No member blocks the group.
    Viable,
    /// At least one member blocks the group: `group N is not viable`.
    NotViable,
    /// A member or its driver is not in the input.
    Unknown,
}

/// The state of each member, and the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Viability {
    /// Whether the group is viable.
    pub verdict: GroupVerdict,
    /// State of each member, in the order of the input.
    pub states: Vec<(Address, MemberState)>,
}

/// Determines whether a group of these `members` is viable.
///
/// Since Linux 5.19 a group is owned either by the kernel's drivers or by userspace, and only
/// drivers with `driver_managed_dma` do not claim it (`pci_dma_configure`,
/// drivers/pci/pci-driver.c; `iommu_group_claim_dma_owner`, drivers/iommu/iommu.c). They are the
/// rows of `data/managed-dma-drivers.tsv`. An unbound function never blocks. Older kernels ignore
/// the drivers of bridges (`vfio_dev_driver_allowed`, drivers/vfio/vfio.c); the stricter rule is
/// used here.
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
/// assert_eq!(answer.states[1].1, MemberState::Blocks { driver: "snd_hda_intel".into() });
/// ```
#[must_use]
pub fn viability(members: &[Member<'_>], completeness: Completeness) -> Viability {
    let states: Vec<(Address, MemberState)> = members
        .iter()
        .map(|member| (member.address, standing(member)))
        .collect();
    let any = |wanted: fn(&MemberState) -> bool| states.iter().any(|(_, one)| wanted(one));
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
    Viability { verdict, states }
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

/// Whether a driver with this name is vfio-pci or one of its variants for single devices, such as
/// `mlx5_vfio_pci`: the rows of `data/managed-dma-drivers.tsv` for guests. A dash equals an
/// underscore.
///
/// ```
/// assert!(iommu::is_vfio_driver("xe-vfio-pci"));
/// assert!(!iommu::is_vfio_driver("xe"));
/// ```
#[must_use]
pub fn is_vfio_driver(driver: &str) -> bool {
    managed(driver) == Some(Role::Guest)
}

/// Purpose of a driver with `driver_managed_dma`.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Guest,
    Host,
}

/// The role of a driver with `driver_managed_dma`. Module names have underscores where driver names
/// may have dashes.
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
    fn drivers_that_block_and_drivers_that_do_not() {
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
        // Possibly shpchp.
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
