//! A device that the host itself uses, in a text without a word of an assignment.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::super::sentences::{LONGEST_TEXT, Sentence};
use super::names_guest_or_assignment;
use crate::host::words::no_guests::without_denied;
use crate::host::words::phrases::statements::{BINDING, HOST_USE, HYPERVISORS};
use crate::prompt::Prompt;

/// Programs that use a device by its host driver, by the start of their names.
const PROGRAMS: [&str; 27] = [
    "clinfo",
    "docker",
    "ethtool",
    "ffmpeg",
    "glxinfo",
    "intel_gpu_top",
    "iperf3",
    "mdadm",
    "megacli",
    "mprutil",
    "mpsutil",
    "nvidia-smi",
    "nvtop",
    "perccli",
    "podman",
    "radeontop",
    "rocm-smi",
    "rocminfo",
    "sas2flash",
    "sas2ircu",
    "sas3flash",
    "sas3ircu",
    "smartctl",
    "storcli",
    "vainfo",
    "vulkaninfo",
    "zpool",
];

/// Words of settings, commands and messages of an assignment, in lower case.
const OF_ASSIGNMENT: [&str; 19] = [
    "acs_override",
    "assignabledevice",
    "bhyve",
    "dpdk",
    "driver_override",
    "hostdev",
    "hostpci",
    "iommu=",
    "kvm",
    "libvirt",
    "mdev",
    "passthr",
    "pciback",
    "pcideviceclaim",
    "permittedhostdevices",
    "pptdevs",
    "qemu",
    "sriov",
    "vfio",
];

/// The line by which the host uses a device, in a text with sentences: a typed program that needs the
/// device's host driver, or a sentence about such a use.
pub(super) fn read<'a>(
    texts: &[CommandText],
    sentences: impl Iterator<Item = &'a Sentence> + Clone,
) -> Option<Evidence> {
    let is_of_assignment = |sentence: &Sentence| {
        let whole = &sentence.whole;
        names_guest_or_assignment(sentence) || whole.is_of_assignment() || whole.has(&BINDING)
    };
    let mut all = sentences.clone().peekable();
    all.peek()?;
    if all.any(is_of_assignment) || texts.iter().any(names_assignment) {
        return None;
    }
    let is_hypervisor = sentences.clone().any(|one| one.whole.has(&HYPERVISORS));
    if is_hypervisor {
        return None;
    }
    let mut of_use = sentences.filter(|one| one.whole.has(&HOST_USE));
    typed(texts).or_else(|| of_use.next().map(|one| one.shown.clone()))
}

/// Whether a line of the text has such a word, which it does not deny: `No VMs, no passthrough.`
fn names_assignment(text: &CommandText) -> bool {
    let has = |line: &str| OF_ASSIGNMENT.iter().any(|word| line.contains(word));
    let mut lines = text.text.lines().map(str::to_lowercase);
    text.text.len() <= LONGEST_TEXT && lines.any(|line| has(&line) && has(&without_denied(line)))
}

fn typed(texts: &[CommandText]) -> Option<Evidence> {
    let is_use = |line: &str| {
        let typed = Prompt::read(line)?
            .command
            .split_ascii_whitespace()
            .next()?;
        let name = typed.rsplit('/').next()?.to_ascii_lowercase();
        PROGRAMS.iter().find(|program| name.starts_with(**program))
    };
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| is_use(line).is_some())?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

#[cfg(test)]
mod tests;
