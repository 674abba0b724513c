//! Errors of QEMU when VFIO refuses a function.

use pci_core::Address;

use super::nodes::GroupMode;
use crate::group::Completeness;
use crate::viability::{Driver, GroupVerdict, Member, viability};

/// A program's request, such as QEMU's, to open a function through its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VfioRequest<'a> {
    /// The function.
    pub function: Address,
    /// Its group.
    pub group: u32,
    /// The known members of the group, including the function.
    pub members: &'a [Member<'a>],
    /// Whether the members are complete.
    pub completeness: Completeness,
    /// Whether an IOMMU isolates the group.
    pub mode: GroupMode,
    /// Whether the group is already open.
    pub users: Users,
}

/// Whether another program has a group open: only one can (`vfio_group_fops_open`,
/// drivers/vfio/group.c of Linux).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Users {
    /// Not in the input.
    #[default]
    NotShown,
    /// Another program has it open.
    Another,
}

/// Why a program cannot open a function through its group. Ordered as QEMU checks them
/// (`vfio_realize`, hw/vfio/pci.c; `vfio_get_group`, hw/vfio/common.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum VfioOpenError {
    /// The function does not exist.
    NoFunction,
    /// The function is in no group: no IOMMU covers it.
    NoGroup,
    /// The group has no node in `/dev/vfio`: no member is bound to a VFIO driver, or it is a
    /// no-IOMMU group, whose node has another name.
    NoNode {
        /// The group.
        group: u32,
    },
    /// Another program has the group open.
    Busy {
        /// The group.
        group: u32,
    },
    /// A member is bound to a host driver.
    NotViable {
        /// The group.
        group: u32,
    },
    /// The group is viable, but this function is not bound to a VFIO driver.
    NotBound {
        /// The group.
        group: u32,
    },
}

impl VfioOpenError {
    /// The first error that the input predicts. `None` does not guarantee success: the input may be
    /// incomplete.
    ///
    /// ```
    /// use iommu::vfio::{VfioRequest, GroupMode, VfioOpenError, Users};
    /// use iommu::{Completeness, Driver, Member, MemberKind};
    /// let member = |address: &str, driver| Member {
    ///     address: address.parse().unwrap(),
    ///     driver: Driver::Named(driver),
    ///     kind: MemberKind::Function,
    /// };
    /// let members = [member("01:00.0", "vfio-pci"), member("01:00.1", "snd_hda_intel")];
    /// let function = "01:00.0".parse()?;
    /// let asked = VfioRequest {
    ///     function,
    ///     group: 17,
    ///     members: &members,
    ///     completeness: Completeness::Whole,
    ///     mode: GroupMode::Iommu,
    ///     users: Users::NotShown,
    /// };
    /// let refusal = VfioOpenError::predict_error(&asked).unwrap();
    /// assert_eq!(
    ///     refusal.qemu_message(function).lines().next(),
    ///     Some("vfio 0000:01:00.0: group 17 is not viable")
    /// );
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub fn predict_error(asked: &VfioRequest<'_>) -> Option<Self> {
        let group = asked.group;
        if asked.mode == GroupMode::NoIommu {
            return Some(Self::NoNode { group });
        }
        let any = |test: fn(Driver<'_>) -> bool| asked.members.iter().any(|one| test(one.driver));
        if !any(is_of_vfio) {
            let all_shown = asked.completeness == Completeness::Whole
                && !asked.members.is_empty()
                && !any(|driver| driver == Driver::Unknown);
            return all_shown.then_some(Self::NoNode { group });
        }
        if asked.users == Users::Another {
            return Some(Self::Busy { group });
        }
        if viability(asked.members, asked.completeness).verdict == GroupVerdict::NotViable {
            return Some(Self::NotViable { group });
        }
        let itself = asked.members.iter();
        let itself = itself
            .filter(|one| one.address == asked.function)
            .map(|one| one.driver)
            .next()?;
        (itself != Driver::Unknown && !is_of_vfio(itself)).then_some(Self::NotBound { group })
    }

    /// QEMU's error message, after `qemu-system-x86_64: -device vfio-pci,…: ` (observed with QEMU
    /// 7.2, by `tests/lab/guests` of this crate). libvirt and Proxmox VE forward it.
    #[must_use]
    pub fn qemu_message(self, function: Address) -> String {
        match self {
            Self::NoFunction => format!(
                "vfio /sys/bus/pci/devices/{function}: no such host device: No such file or directory"
            ),
            Self::NoGroup => {
                format!("vfio {function}: no iommu_group found: No such file or directory")
            }
            Self::NoNode { group } => format!(
                "vfio {function}: failed to open /dev/vfio/{group}: No such file or directory"
            ),
            Self::Busy { group } => format!(
                "vfio {function}: failed to open /dev/vfio/{group}: Device or resource busy"
            ),
            Self::NotViable { group } => format!(
                "vfio {function}: group {group} is not viable\n\
                 Please ensure all devices within the iommu_group are bound to their vfio bus driver."
            ),
            Self::NotBound { group } => format!(
                "vfio {function}: error getting device from group {group}: No such device\n\
                 Verify all devices in group {group} are bound to vfio-<bus> or pci-stub and not \
                 already in use"
            ),
        }
    }
}

/// Whether a driver registers its functions with VFIO, which creates a node for the group
/// (`vfio_register_group_dev`, drivers/vfio/vfio_main.c). All such drivers have "vfio" in their
/// names; pci-stub does not register.
fn is_of_vfio(driver: Driver<'_>) -> bool {
    matches!(driver, Driver::Named(name) if name.contains("vfio"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viability::MemberKind;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn predict_error(
        drivers: &[Driver<'_>],
        completeness: Completeness,
        users: Users,
    ) -> Option<VfioOpenError> {
        let members: Vec<Member<'_>> = (0..)
            .zip(drivers)
            .map(|(number, driver)| Member {
                address: Address::new(0, 1, 0, number).unwrap(),
                driver: *driver,
                kind: MemberKind::Function,
            })
            .collect();
        VfioOpenError::predict_error(&VfioRequest {
            function: address("01:00.0"),
            group: 3,
            members: &members,
            completeness,
            mode: GroupMode::Iommu,
            users,
        })
    }

    #[test]
    fn in_the_order_of_qemu() {
        use Completeness::{MayHaveMore, Whole};
        let [vfio, host, stub] = ["vfio-pci", "e1000e", "pci-stub"].map(Driver::Named);
        let whole = |drivers: &[Driver<'_>], users| predict_error(drivers, Whole, users);
        assert_eq!(whole(&[vfio], Users::NotShown), None);
        assert_eq!(whole(&[vfio, stub], Users::NotShown), None);
        let busy = Some(VfioOpenError::Busy { group: 3 });
        assert_eq!(whole(&[vfio, host], Users::Another), busy);
        assert_eq!(
            whole(&[vfio, host], Users::NotShown),
            Some(VfioOpenError::NotViable { group: 3 })
        );
        let no_node = Some(VfioOpenError::NoNode { group: 3 });
        assert_eq!(whole(&[host], Users::NotShown), no_node);
        assert_eq!(whole(&[stub, Driver::None], Users::NotShown), no_node);
        assert_eq!(
            whole(&[Driver::None, vfio], Users::NotShown),
            Some(VfioOpenError::NotBound { group: 3 })
        );
        // Missing input yields no prediction.
        assert_eq!(predict_error(&[host], MayHaveMore, Users::NotShown), None);
        assert_eq!(whole(&[host, Driver::Unknown], Users::NotShown), None);
        assert_eq!(whole(&[Driver::Unknown, vfio], Users::NotShown), None);
        assert_eq!(whole(&[], Users::NotShown), None);
        let blocked = predict_error(&[vfio, host], MayHaveMore, Users::NotShown);
        assert_eq!(blocked, Some(VfioOpenError::NotViable { group: 3 }));
    }
}
