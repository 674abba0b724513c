//! What a kernel log says of the IOMMU, one fact for each line that matters.

use std::collections::BTreeSet;

use host_tree::Evidence;
use pci_core::Address;

use crate::log::KernelLog;
use crate::meaning::{Kind, Vendor, find, split_device};

/// A line of the log that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFact {
    /// What kind of thing it says.
    pub kind: Kind,
    /// Whose IOMMU it speaks of.
    pub vendor: Option<Vendor>,
    /// The device that it is about.
    pub device: Option<Address>,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// The line.
    pub evidence: Evidence,
}

/// What `log` says, in its order: for each kind of line and device the first one.
///
/// Where the log is [whole](KernelLog::is_whole) and put no device into a group,
/// there is a fact [`Kind::NoGroups`] at the end. Otherwise what a log does not say
/// is never a fact.
///
/// ```
/// use iommu::{Kind, KernelLog, facts};
/// let log = KernelLog::parse(
///     "dmesg | grep remapping",
///     "[    0.072012] x2apic: IRQ remapping doesn't support X2APIC mode\n\
///      [    0.394008] AMD-Vi: Interrupt remapping enabled\n",
/// );
/// let kinds: Vec<Kind> = facts(&log).iter().map(|fact| fact.kind).collect();
/// assert_eq!(kinds, [Kind::Harmless, Kind::ProvesRemapping]);
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
        // A group that VFIO made by itself, in its mode without IOMMU, is announced
        // in the name of vfio-pci (drivers/vfio/group.c, vfio_noiommu_group_alloc).
        let is_group = body.starts_with("Adding to iommu group");
        any_group |= is_group || body.starts_with("iommu: Adding device");
        if is_group && driver == "vfio-pci" {
            continue;
        }
        // A group of a device that is not on PCI (`fdb50400.vdpu`), as those of a system on a
        // chip, says nothing of the IOMMU before PCI.
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
    if let Some(first) = log.lines.first().filter(|_| !any_group && log.is_whole()) {
        facts.push(LogFact {
            kind: Kind::NoGroups,
            vendor: None,
            device: None,
            meaning: "the log is whole from this line on, and no device was put into a group",
            evidence: log.evidence(first),
        });
    }
    facts
}

/// Whether the text before a message ends with the name of a platform device: its address, a
/// dot and a name (Linux drivers/of/platform.c, `of_device_make_bus_id`).
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

/// The kernel's default domain type: how the host's own devices are translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultDomain {
    /// The type.
    pub kind: DomainKind,
    /// Whether `iommu=pt`, `iommu.passthrough=` or the like chose it.
    pub from_command_line: bool,
    /// The line that says so.
    pub evidence: Evidence,
}

/// A type of domain (`iommu_domain_type_str`, drivers/iommu/iommu.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainKind {
    /// Host devices see memory as it is; what `iommu=pt` asks for.
    Passthrough,
    /// Host devices see only what is mapped for them.
    Translated,
    /// Another word.
    Other,
}

/// The last default domain type that `facts` tell of. Kernels print it with and
/// without an IOMMU, so it says nothing of whether there is one.
#[must_use]
pub fn default_domain(facts: &[LogFact]) -> Option<DefaultDomain> {
    let fact = facts
        .iter()
        .rfind(|fact| fact.kind == Kind::DefaultDomain)?;
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
