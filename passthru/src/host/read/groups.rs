//! Reading the kernel's logs and the IOMMU groups.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree};
use iommu::{Groups, LogFact};
use pci_core::Address;
use pci_core::sysfs::Wanted;

use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::hardware::iommu_proof;
use crate::host::identity::machines::Machines;
use crate::host::model::Seen;
use crate::host::sources;
use crate::host::texts::Texts;
use crate::host::words::messages::LogMessage;
use crate::host::words::outputs;

/// The facts about the IOMMU in the kernel's logs.
#[derive(Debug, Default)]
pub(super) struct Logs {
    pub(super) facts: Vec<LogFact>,
    /// The first line of a log that the input shows from its start on.
    pub(super) whole: Option<Evidence>,
    /// The model or the mainboard.
    pub(super) board: Option<Fact<String>>,
}

impl Logs {
    /// Reads the logs, and the machines that they are of.
    pub(super) fn read(texts: &Texts<'_>, machines: &mut Machines) -> Self {
        let mut read = Self::default();
        for (text, log) in texts.all.iter().zip(&texts.logs) {
            machines.see_log(log, &mut read.board);
            if !outputs::is_plain(text) {
                machines.see_prompts(text);
            }
            if let Some(first) = log.lines.first().filter(|_| log.is_complete()) {
                read.whole.get_or_insert_with(|| log.evidence(first));
            }
            read.facts.extend(iommu::facts(log));
        }
        read
    }
}

/// The groups of all sources.
pub(super) fn read(
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    seen: &mut Seen,
    wanted: Wanted,
    devices: &BTreeMap<Address, Device>,
    logged: &[LogMessage],
) -> Groups {
    let mut groups = Groups::default();
    if wanted == Wanted::NO_WAKE || !iommu_proof::add_links(&mut groups, devices) {
        groups.add_tree(tree);
    }
    for log in &texts.logs {
        groups.add_log(log);
    }
    for known in logged.iter().filter(|known| !known.is_of_guest) {
        let is_without = iommu_proof::WITHOUT_GROUP
            .iter()
            .any(|text| known.evidence.text.contains(text));
        if let Some(device) = known.device.filter(|_| is_without) {
            groups.add_ungrouped(device, known.evidence.clone());
        }
    }
    seen.add_members(sources::groups_by_id::members(texts.all, devices));
    seen.add_members(sources::groups_in_line::members(texts.all));
    seen.add_to(&mut groups);
    groups
}
