//! Whether the IOMMU is enabled, and the reason if it is disabled.

use host_tree::{Evidence, HostTree, Lookup};

use crate::acpi::firmware::{Firmware, firmware};
use crate::facts::LogFact;
use crate::meaning::{LogLineKind, Vendor};
use crate::option::{Off, OptionWord, iommu_off};

const CLASS: &str = "/sys/class/iommu";
const GROUPS: &str = "/sys/kernel/iommu_groups";

/// Whether the IOMMU is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IommuStatus {
    /// Enabled.
    Enabled,
    /// Disabled in firmware: VT-d, AMD-Vi or "IOMMU" is off in the firmware setup, or the machine
    /// has none.
    DisabledInFirmware,
    /// Disabled in the kernel, although the firmware offers one.
    DisabledInKernel,
    /// Disabled; the reason is not in the input.
    Disabled,
    /// Not in the input, or contradictory.
    Unknown,
}

/// The state of the IOMMU, with evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IommuState {
    /// Whether the IOMMU is enabled.
    pub status: IommuStatus,
    /// Vendor of the IOMMU, if known.
    pub vendor: Option<Vendor>,
    /// The lines that prove the status. For [`IommuStatus::Unknown`], lines that suggest it or
    /// contradict each other.
    pub evidence: Vec<Evidence>,
    /// Overruled lines that contradict the status; for [`IommuStatus::Unknown`], those that say
    /// "disabled" while others say "enabled".
    pub against: Vec<Evidence>,
}

/// Determines the state from `tree`, the facts of a kernel log, and the running kernel's options.
///
/// Precedence: sysfs of the running kernel overrules all other sources, which may be of another
/// boot. A log overrules nothing: if its own lines or the options contradict its proof, the state
/// is unknown. Options alone prove that the IOMMU is disabled, never that it is enabled. A path
/// that a partial source does not show is never assumed absent.
///
/// `DMAR: IOMMU enabled` does not prove that the IOMMU is enabled: the kernel prints it on reading
/// `intel_iommu=on`, even if VT-d is off in the firmware (`intel_iommu_setup`,
/// drivers/iommu/intel/iommu.c).
///
/// ```
/// use iommu::{IommuStatus, state};
/// use host_tree::{Listing, MemoryTree};
/// let mut host = MemoryTree::complete();
/// host.insert_directory("/sys/class/iommu", true);
/// host.insert_directory("/sys/kernel/iommu_groups", true);
/// host.insert_file("/sys/firmware/acpi/tables/FACP", "");
/// assert_eq!(state(&host, &[], &[]).status, IommuStatus::DisabledInFirmware);
/// host.insert_file("/sys/firmware/acpi/tables/DMAR", "");
/// assert_eq!(state(&host, &[], &[]).status, IommuStatus::DisabledInKernel);
/// ```
#[must_use]
pub fn state(tree: &dyn HostTree, facts: &[LogFact], options: &[OptionWord<'_>]) -> IommuState {
    let sources = Sources {
        firmware: firmware(tree, facts),
        facts,
        off_options: iommu_off(options),
    };
    match running(tree) {
        Running::On(vendor, evidence) => IommuState {
            status: IommuStatus::Enabled,
            vendor: vendor.or_else(|| sources.vendor()),
            evidence,
            against: sources.disabling(),
        },
        Running::Off(evidence) => sources.off(evidence),
        Running::NotShown => sources.in_log(),
    }
}

/// Evidence in the running kernel's sysfs.
enum Running {
    On(Option<Vendor>, Vec<Evidence>),
    Off(Vec<Evidence>),
    NotShown,
}

/// Each unit of an enabled IOMMU has an entry in /sys/class/iommu (`iommu_device_sysfs_add`,
/// drivers/iommu/iommu-sysfs.c), and each group a directory. Both directories exist and are empty
/// if the IOMMU is disabled.
fn running(tree: &dyn HostTree) -> Running {
    let class = tree.list(CLASS);
    if let Lookup::Found(listing) = &class {
        if let Some((unit, evidence)) = listing.entries(CLASS).next() {
            return Running::On(unit_vendor(unit), vec![evidence]);
        }
    }
    let groups = tree.list(GROUPS).shown(GROUPS, |listing| {
        if listing.names.is_empty() {
            "empty"
        } else {
            "no group of an IOMMU"
        }
    });
    let Lookup::Found((groups, no_group)) = groups else {
        return Running::NotShown;
    };
    for (name, evidence) in groups.entries(GROUPS) {
        match is_group(tree, name) {
            Some(true) => return Running::On(None, vec![evidence]),
            Some(false) => {}
            None => return Running::NotShown,
        }
    }
    // A kernel built without IOMMU drivers may lack the class, but not the groups.
    let is_empty = match class {
        Lookup::Found(class) => class.complete && class.names.is_empty(),
        Lookup::Absent | Lookup::NotShown => true,
        Lookup::Unreadable(_) => false,
    };
    if groups.complete && is_empty {
        return Running::Off(vec![no_group]);
    }
    Running::NotShown
}

/// Whether a name in [`GROUPS`] is a group of an IOMMU rather than of VFIO's no-IOMMU mode; `None`
/// if that cannot be read.
fn is_group(tree: &dyn HostTree, group: &str) -> Option<bool> {
    if group.parse::<u32>().is_err() {
        return Some(false);
    }
    match tree.read_text(&format!("{GROUPS}/{group}/name")) {
        Lookup::Found(name) => Some(name.trim_end() != "vfio-noiommu"),
        Lookup::Absent | Lookup::NotShown => Some(true),
        Lookup::Unreadable(_) => None,
    }
}

/// The vendor of an IOMMU unit, from the name that its driver chose.
fn unit_vendor(unit: &str) -> Option<Vendor> {
    let names = [
        ("dmar", Vendor::Intel),
        ("ivhd", Vendor::Amd),
        ("smmu", Vendor::Arm),
        ("arm-smmu", Vendor::Arm),
        ("virtio", Vendor::Virtio),
    ];
    let named = names.iter().find(|(prefix, _)| unit.starts_with(prefix));
    named.map(|(_, vendor)| *vendor)
}

/// All sources except the running kernel's sysfs.
struct Sources<'a> {
    firmware: Firmware,
    facts: &'a [LogFact],
    off_options: Vec<(Off, &'a Evidence)>,
}

impl Sources<'_> {
    fn of_kind(&self, kind: LogLineKind) -> impl Iterator<Item = &LogFact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }

    /// The first line of each kind, as evidence.
    fn first_of(&self, kinds: &[LogLineKind]) -> Vec<Evidence> {
        let first = |kind: &LogLineKind| self.of_kind(*kind).next();
        kinds
            .iter()
            .filter_map(first)
            .map(|fact| fact.evidence.clone())
            .collect()
    }

    fn vendor(&self) -> Option<Vendor> {
        let proofs = [
            LogLineKind::ProvesOn,
            LogLineKind::ProvesRemapping,
            LogLineKind::ProvesOffInKernel,
        ];
        let mut lines = self.facts.iter().filter(|fact| proofs.contains(&fact.kind));
        lines.find_map(|fact| fact.vendor).or(match self.firmware {
            Firmware::Offers(vendor, _) => Some(vendor),
            Firmware::OffersNone(_) | Firmware::Unknown => None,
        })
    }

    /// The options that disable this host's IOMMU. Another vendor's option has no effect, and
    /// `iommu=off` is x86 only.
    fn options_off(&self) -> Vec<Evidence> {
        let vendor = self.vendor();
        let x86 = matches!(vendor, None | Some(Vendor::Intel | Vendor::Amd));
        let mut off: Vec<Evidence> = (self.off_options.iter())
            .filter(|(what, _)| match what {
                Off::Any => x86,
                Off::Of(whose) => vendor == Some(*whose),
            })
            .map(|(_, evidence)| (*evidence).clone())
            .collect();
        if vendor == Some(Vendor::Intel) {
            off.extend(self.first_of(&[LogLineKind::OptionOff]));
        }
        off
    }

    fn disabling(&self) -> Vec<Evidence> {
        let mut off = self.first_of(&[
            LogLineKind::ProvesOffInKernel,
            LogLineKind::ProvesOffInFirmware,
            LogLineKind::NoGroups,
        ]);
        off.extend(self.options_off());
        off
    }

    /// The state if `evidence` proves that the IOMMU is disabled.
    fn off(&self, mut evidence: Vec<Evidence>) -> IommuState {
        let in_firmware = self.first_of(&[LogLineKind::ProvesOffInFirmware]);
        let in_kernel = self.first_of(&[LogLineKind::ProvesOffInKernel]);
        let options = self.options_off();
        let status = match &self.firmware {
            _ if !in_firmware.is_empty() => IommuStatus::DisabledInFirmware,
            Firmware::OffersNone(table) => {
                evidence.push(table.clone());
                IommuStatus::DisabledInFirmware
            }
            // An IORT table does not imply an SMMU.
            Firmware::Offers(vendor, table) if *vendor != Vendor::Arm => {
                evidence.push(table.clone());
                IommuStatus::DisabledInKernel
            }
            _ if !in_kernel.is_empty() || !options.is_empty() => IommuStatus::DisabledInKernel,
            _ => IommuStatus::Disabled,
        };
        evidence.extend(in_firmware);
        evidence.extend(in_kernel);
        evidence.extend(options);
        IommuState {
            status,
            vendor: self.vendor(),
            evidence,
            against: self.first_of(&[LogLineKind::ProvesOn]),
        }
    }

    /// The state from log and options if sysfs is not in the input.
    fn in_log(&self) -> IommuState {
        // Only an enabled IOMMU blocks an access.
        let proof = match self.first_of(&[LogLineKind::ProvesOn]).is_empty() {
            true => LogLineKind::Fault,
            false => LogLineKind::ProvesOn,
        };
        let on = self.first_of(&[proof]);
        let off = self.disabling();
        if on.is_empty() && !off.is_empty() {
            let no_groups = self.first_of(&[LogLineKind::NoGroups]);
            return self.off(no_groups);
        }
        let status = if on.is_empty() || !off.is_empty() {
            IommuStatus::Unknown
        } else {
            IommuStatus::Enabled
        };
        let against = if on.is_empty() {
            Vec::new()
        } else {
            off.clone()
        };
        let mut evidence: Vec<Evidence> = if status == IommuStatus::Enabled {
            let proofs = self.of_kind(proof);
            proofs
                .take(MAX_PROOFS)
                .map(|fact| fact.evidence.clone())
                .collect()
        } else {
            [on, off].concat()
        };
        if evidence.is_empty() {
            match &self.firmware {
                // The kernel cannot enable an IOMMU that the firmware does not offer.
                Firmware::OffersNone(table) => {
                    return IommuState {
                        status: IommuStatus::DisabledInFirmware,
                        vendor: None,
                        evidence: vec![table.clone()],
                        against: Vec::new(),
                    };
                }
                Firmware::Offers(_, table) => evidence.push(table.clone()),
                Firmware::Unknown => {}
            }
            evidence.extend(self.first_of(&[LogLineKind::OptionOn, LogLineKind::OptionOff]));
            evidence.extend(self.off_options.iter().map(|(_, line)| (*line).clone()));
        }
        IommuState {
            status,
            vendor: self.vendor(),
            evidence,
            against,
        }
    }
}

/// Limit of evidence lines: a log has hundreds.
const MAX_PROOFS: usize = 4;
