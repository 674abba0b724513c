//! Facts about the IOMMU in a kernel log, one per relevant line.

use std::collections::BTreeSet;

use host_tree::Evidence;
use pci_core::Address;

use crate::log::KernelLog;
use crate::meaning::{LogLineKind, Vendor, find, split_device};

/// A relevant line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogFact {
    /// Kind of the line.
    pub kind: LogLineKind,
    /// Vendor of the IOMMU.
    pub vendor: Option<Vendor>,
    /// Device that the line names.
    pub device: Option<Address>,
    /// Meaning, as a sentence.
    pub meaning: &'static str,
    /// The line.
    pub evidence: Evidence,
}

/// The facts in `log`, in its order: the first line of each kind and device.
///
/// If the log is [complete](KernelLog::is_complete) and added no device to a group, the last fact is
/// [`LogLineKind::NoGroups`]. Otherwise a missing line is never a fact.
///
/// ```
/// use iommu::{LogLineKind, KernelLog, facts};
/// let log = KernelLog::parse(
///     "dmesg | grep remapping",
///     "[    0.072012] x2apic: IRQ remapping doesn't support X2APIC mode\n\
///      [    0.394008] AMD-Vi: Interrupt remapping enabled\n",
/// );
/// let kinds: Vec<LogLineKind> = facts(&log).iter().map(|fact| fact.kind).collect();
/// assert_eq!(kinds, [LogLineKind::Harmless, LogLineKind::ProvesRemapping]);
/// ```
#[must_use]
pub fn facts(log: &KernelLog<'_>) -> Vec<LogFact> {
    let mut facts = Vec::new();
    let mut seen = BTreeSet::new();
    let mut any_group = false;
    for line in &log.lines {
        let (driver, device, body) = split_device(line.message);
        let Some((row, meaning)) = find(body) else {
            continue;
        };
        // vfio-pci announces a group that VFIO created in its no-IOMMU mode (drivers/vfio/group.c,
        // vfio_noiommu_group_alloc).
        let is_group = body.starts_with("Adding to iommu group");
        any_group |= is_group || body.starts_with("iommu: Adding device");
        if is_group && driver == "vfio-pci" {
            continue;
        }
        // The group of a platform device (`fdb50400.vdpu`) on a system on a chip is no evidence of
        // an IOMMU for PCI.
        let before = line.message.strip_suffix(body).unwrap_or_default();
        if is_group && device.is_none() && is_platform(before) {
            continue;
        }
        if seen.insert((row, device)) {
            facts.push(LogFact {
                kind: meaning.kind,
                vendor: meaning.vendor,
                device,
                meaning: meaning.text,
                evidence: log.evidence(line),
            });
        }
    }
    if let Some(first) = log
        .lines
        .first()
        .filter(|_| !any_group && log.is_complete())
    {
        facts.push(LogFact {
            kind: LogLineKind::NoGroups,
            vendor: None,
            device: None,
            meaning: "the log is complete from this line on, and no device was added to a group",
            evidence: log.evidence(first),
        });
    }
    facts
}

/// Whether the text before a message ends with the name of a platform device: its address, a dot
/// and a name (Linux drivers/of/platform.c, `of_device_make_bus_id`).
fn is_platform(before: &str) -> bool {
    let before = before.trim_end().trim_end_matches(':');
    let name = before.rsplit(' ').next().unwrap_or_default();
    let parts = name.split_once('.');
    parts.is_some_and(|(address, name)| {
        address.len() >= 6
            && address.bytes().all(|byte| byte.is_ascii_hexdigit())
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
    })
}

/// The kernel's default domain type: translation of the host's own devices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DefaultDomain {
    /// The type.
    pub kind: DomainKind,
    /// Whether `iommu=pt`, `iommu.passthrough=` or a similar option set it.
    pub from_command_line: bool,
    /// The line that proves it.
    pub evidence: Evidence,
}

/// A type of domain (`iommu_domain_type_str`, drivers/iommu/iommu.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DomainKind {
    /// Identity mapping for host devices (`iommu=pt`).
    Passthrough,
    /// DMA translation for host devices.
    Translated,
    /// Another type.
    Other,
}

/// The last default domain type in `facts`. Kernels print it with and without an IOMMU, so it does
/// not prove that one is enabled.
#[must_use]
pub fn default_domain(facts: &[LogFact]) -> Option<DefaultDomain> {
    let fact = facts
        .iter()
        .rfind(|fact| fact.kind == LogLineKind::DefaultDomain)?;
    let (_, words) = fact.evidence.text.split_once("Default domain type: ")?;
    let kind = match words.split_whitespace().next() {
        Some("Passthrough") => DomainKind::Passthrough,
        Some("Translated") => DomainKind::Translated,
        _ => DomainKind::Other,
    };
    Some(DefaultDomain {
        kind,
        from_command_line: words.contains("(set via kernel command line)"),
        evidence: fact.evidence.clone(),
    })
}
