//! IOMMU groups: the devices that must be assigned together, and whether that is possible.

mod alone;
mod chipset;
mod host_impact;
mod members;
mod needed;
mod shared;

use self::alone::{alone, members_not_shown};
pub(in crate::doctor) use self::chipset::is_smbus;
use self::chipset::lpc_bridges;
use self::host_impact::costs_host;
pub(in crate::doctor) use self::members::{SHOW_GROUPS, addresses, groups, other_members};
use self::shared::{bridge_held, member_unbound, shared};
use iommu::{IommuStatus, Membership};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "group-not-shown",
        meaning: "The IOMMU group of the function is not in the input. All functions of a group \
                  are assigned to the guest together, so the functions that must be assigned \
                  together are unknown.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "group-none",
        meaning: "The function is in no IOMMU group although the IOMMU is enabled: no IOMMU unit \
                  covers the function. On Intel this is the case for the integrated graphics if \
                  the kernel excludes them until intel_iommu=on is set.",
        source: "Linux Documentation/driver-api/vfio.rst; Linux drivers/iommu/intel/Kconfig, \
                 INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF (Debian)",
        causes: &[],
        check: in_none,
    },
    Rule {
        code: "group-disputed",
        meaning: "Sources name different groups for one function: they are from different boots, \
                  kernels or hosts. Or one source puts the function into a group, and another \
                  into none.",
        source: "the sources themselves",
        causes: &[],
        check: disputed,
    },
    Rule {
        code: "group-shared",
        meaning: "Other functions are in the IOMMU group of the card. Each of them must be bound \
                  to vfio-pci, or to no driver, before the guest can start; the host cannot use \
                  any of them at the same time. A slot whose port has ACS, of the processor or the \
                  chipset, has a group of its own.",
        source: "Linux Documentation/driver-api/vfio.rst; drivers/vfio/vfio_iommu_type1.c",
        causes: &["group-not-viable"],
        check: shared,
    },
    Rule {
        code: "group-lpc-bridge",
        meaning: "The group has the SMBus and the LPC bridge of AMD's chipset, which a listing of the \
                  SMBus alone does not show. The bridge has no driver of its own and does not block the \
                  group, but its devices serve the firmware and the host.",
        source: "Linux drivers/i2c/busses/i2c-piix4.c; drivers/vfio/vfio_main.c; AMD FCH register \
                 references",
        causes: &[],
        check: lpc_bridges,
    },
    Rule {
        code: "group-member-unbound",
        meaning: "The hypervisor reports that the group is not viable, and the drivers of these \
                  members are not in the input: at least one member is bound to a host driver. \
                  Bind each member to vfio-pci or to no driver.",
        source: "Linux Documentation/driver-api/vfio.rst; QEMU hw/vfio/container.c, vfio_get_group",
        causes: &["group-not-viable"],
        check: member_unbound,
    },
    Rule {
        code: "group-bridge-driver-bound",
        meaning: "A bridge of the card's IOMMU group has, or may have, a hot-plug controller of \
                  conventional PCI. Linux's driver for the controller, shpchp, makes the whole \
                  group not viable. A bridge without a driver does not block the assignment. PCI \
                  Express ports never do.",
        source: "Linux drivers/pci/hotplug/shpchp_core.c, which lacks driver_managed_dma; seen \
                 on 6.1, 6.12 and 7.2",
        causes: &[],
        check: bridge_held,
    },
    Rule {
        code: "group-host-impact",
        meaning: "The card's IOMMU group also contains a function that the host needs. All \
                  functions of a group are assigned to the guest, or none: with the group the \
                  host loses that function. If the root file system is on the function, the host \
                  stops.",
        source: "Linux Documentation/driver-api/vfio.rst; proc_pid_mountinfo(5); Linux \
                 Documentation/ABI/testing/sysfs-class-net, operstate",
        causes: &[],
        check: costs_host,
    },
    Rule {
        code: "group-alone",
        meaning: "The IOMMU group contains the functions of the card and bridges, and nothing \
                  else: the card can be assigned alone.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: alone,
    },
    Rule {
        code: "group-members-not-shown",
        meaning: "Members of the card's IOMMU group are in the input, but perhaps not all of \
                  them: a filtered or cut list does not show the members that it left out.",
        source: "Linux Documentation/ABI/testing/sysfs-kernel-iommu_groups",
        causes: &[],
        check: members_not_shown,
    },
];

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu_is_off() || context.host.groups_without_pci().next().is_some() {
        return Vec::new();
    }
    let missing: Vec<&Device> = context
        .functions()
        .filter(|device| {
            let group = context.host.groups.group_of(device.address);
            let stated = context
                .host
                .words
                .stated_isolation
                .alone_of(device.address.slot());
            let is_opened = context.has_been_with_guest(device);
            let is_stated = stated.is_some() || is_number_stated(context);
            matches!(group, Membership::NotShown) && !is_stated && !is_opened
        })
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let evidence = missing.iter().map(|device| device.shown.clone());
    let unknown = context.host.words.stated_isolation.unknown.as_ref();
    let unknown = unknown.filter(|(slot, ..)| {
        let mut missing = missing.iter();
        missing.all(|device| device.address.slot() == *slot)
    });
    let title = match unknown {
        Some((_, members, _)) => {
            let list = addresses(members.iter().copied());
            text!("not in the input: the driver of {list}", list)
        }
        None => {
            let list = addresses(missing.iter().map(|device| device.address));
            text!("not in the input: the IOMMU group of {list}", list)
        }
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(missing.iter().map(|device| device.address))
            .evidence(unknown.map(|(.., shown)| shown.clone()))
            .evidence(evidence)
            .remedy(Remedy::inspect(match unknown {
                Some(_) => &["lspci", "-nnk"],
                None => SHOW_GROUPS,
            })),
    ]
}

fn in_none(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu.status != IommuStatus::Enabled {
        return Vec::new();
    }
    context
        .functions()
        .filter_map(
            |device| match context.host.groups.group_of(device.address) {
                Membership::InNone(evidence) => Some((device, evidence)),
                _ => None,
            },
        )
        .map(|(device, evidence)| {
            let title = text!("{address} is in no IOMMU group", address = device.address);
            Diagnostic::new(Verdict::Blocker, title)
                .of([device.address])
                .evidence([evidence])
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.address)],
                })
        })
        .collect()
}

fn disputed(context: &Context<'_>) -> Vec<Diagnostic> {
    let disputed = context.host.disputed().iter().copied();
    disputed
        .filter_map(|address| {
            let Membership::Disputed(claims) = context.host.groups.group_of(address) else {
                return None;
            };
            let title = match context.host.groups.denial(address) {
                None => text!("sources name different IOMMU groups for {address}", address),
                Some(_) => {
                    text!(
                        "some sources name an IOMMU group for {address}, others none",
                        address
                    )
                }
            };
            let found = Diagnostic::new(Verdict::Unknown, title)
                .of([address])
                .evidence(claims.iter().map(|claim| claim.evidence.clone()))
                .evidence(context.host.groups.denial(address).cloned())
                .remedy(Remedy::inspect(SHOW_GROUPS));
            Some(found)
        })
        .collect()
}

/// Whether a sentence has the number of the group of the only card.
fn is_number_stated(context: &Context<'_>) -> bool {
    let mut slots = context.functions().map(|device| device.address.slot());
    let first = slots.next();
    let is_one = slots.all(|slot| Some(slot) == first);
    is_one && context.host.words.stated_isolation.number.is_some()
}
