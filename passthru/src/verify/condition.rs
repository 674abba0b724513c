//! Whether a condition holds on a host.

use iommu::Power;
use pci_core::tree::{HostTree, Listing, Lookup};
use pci_core::{Address, Evidence, numbered_lines};

use super::report::Answer;
use crate::finding::Verdict;
use crate::host::{Driver, Host, Seen};
use crate::plan::{Check, Condition, PlannedDevice};

/// What was seen: whether it holds, the sentence, the lines.
struct Seeing {
    verdict: Verdict,
    said: String,
    evidence: Vec<Evidence>,
}

impl Seeing {
    fn new(verdict: Verdict, said: String, evidence: Vec<Evidence>) -> Self {
        Self {
            verdict,
            said,
            evidence,
        }
    }

    fn holds_if(holds: bool, said: String, evidence: Vec<Evidence>) -> Self {
        let verdict = if holds { Verdict::Ok } else { Verdict::Blocker };
        Self::new(verdict, said, evidence)
    }

    fn unknown(said: String) -> Self {
        Self::new(Verdict::Unknown, said, Vec::new())
    }

    fn answer(self, devices: Vec<Address>, look: &[String]) -> Answer {
        let look = (self.verdict == Verdict::Unknown).then(|| look.to_vec());
        Answer {
            verdict: self.verdict,
            devices,
            said: self.said,
            evidence: self.evidence,
            because: Vec::new(),
            look,
        }
    }
}

/// Whether the planned function is there and with the driver that is wanted.
pub(super) fn device(
    tree: &dyn HostTree,
    host: &Host,
    planned: &PlannedDevice,
    wanted: Option<&str>,
) -> Answer {
    let address = planned.address;
    let look = ["lspci", "-nnk", "-s", &format!("{address:#}")].map(str::to_owned);
    let other = host.devices.get(&address).and_then(|device| {
        let id = device.id.as_ref()?;
        let subsystem = device.subsystem.as_ref();
        let other_card = match (subsystem, planned.subsystem) {
            (Some(found), Some(planned)) => found.value != planned,
            _ => false,
        };
        if id.value == planned.id && !other_card {
            return None;
        }
        let of = |fact: &crate::host::Fact<_>| format!(" (subsystem {})", fact.value);
        let found = format!("{}{}", id.value, subsystem.map(of).unwrap_or_default());
        let said = format!(
            "{address:#} is {found}, and the plan is for {}: addresses have moved",
            planned.id
        );
        Some(Seeing::new(
            Verdict::Blocker,
            said,
            vec![id.evidence.clone()],
        ))
    });
    let seeing = other.unwrap_or_else(|| match (wanted, host.devices.get(&address)) {
        (Some(wanted), _) => driver(tree, host, address, wanted),
        (None, Some(device)) => {
            let said =
                format!("{address:#} is there, and stays with the host until a guest starts");
            Seeing::new(Verdict::Ok, said, vec![device.shown.clone()])
        }
        (None, None) => Seeing::unknown(format!("the input does not show {address:#}")),
    });
    seeing.answer(vec![address], &look)
}

/// Whether the planned function is there and no longer with vfio-pci.
pub(super) fn released(host: &Host, planned: &PlannedDevice) -> Answer {
    let address = planned.address;
    let look = ["lspci", "-nnk", "-s", &format!("{address:#}")].map(str::to_owned);
    let seeing = match host.devices.get(&address).map(|device| &device.driver) {
        Some(Driver::Bound(driver)) => {
            let said = format!("{address:#} is on {}", driver.value);
            let is_back = driver.value != "vfio-pci";
            Seeing::holds_if(is_back, said, vec![driver.evidence.clone()])
        }
        Some(Driver::Unbound(shown)) => Seeing::new(
            Verdict::Fix,
            format!("{address:#} has no driver"),
            vec![shown.clone()],
        ),
        _ => Seeing::unknown(format!("the input does not show the driver of {address:#}")),
    };
    seeing.answer(vec![address], &look)
}

/// A check of the plan that is about something else.
pub(super) fn check(tree: &dyn HostTree, host: &Host, check: &Check) -> Answer {
    let Some(condition) = &check.holds else {
        let said = format!("to be seen by a person: {}", check.expect);
        return Seeing::unknown(said).answer(Vec::new(), &check.argv);
    };
    let (devices, seeing) = match condition {
        Condition::Driver {
            address,
            driver: name,
        } => (vec![*address], driver(tree, host, *address, name)),
        Condition::GroupOf { address, members } => (vec![*address], group(host, *address, members)),
        Condition::IommuOn => (Vec::new(), iommu_on(host)),
        Condition::KernelOption { option } => (Vec::new(), kernel_option(tree, host, option)),
        Condition::NoBootFramebuffer { address } => {
            (vec![*address], boot_framebuffer(tree, *address))
        }
    };
    seeing.answer(devices, &check.argv)
}

fn driver(tree: &dyn HostTree, host: &Host, address: Address, wanted: &str) -> Seeing {
    let Some(device) = host.devices.get(&address) else {
        let path = "/sys/bus/pci/devices";
        let list = tree.list(path).shown(path, |_| format!("has no {address}"));
        let whole = |list: &Listing| list.whole && !list.names.is_empty();
        let list = list.found().filter(|(list, _)| whole(list));
        return if let Some((_, evidence)) = list {
            let said = format!("there is no device at {address:#}");
            Seeing::new(Verdict::Blocker, said, vec![evidence])
        } else {
            Seeing::unknown(format!("the input does not show {address:#}"))
        };
    };
    match &device.driver {
        Driver::Bound(fact) => {
            let holds = fact.value == wanted;
            let said = if holds {
                format!("{address:#} is on {wanted}")
            } else {
                format!("{address:#} is on {}, not on {wanted}", fact.value)
            };
            Seeing::holds_if(holds, said, vec![fact.evidence.clone()])
        }
        Driver::Unbound(evidence) => {
            let said = format!("{address:#} has no driver, and should be on {wanted}");
            Seeing::new(Verdict::Blocker, said, vec![evidence.clone()])
        }
        Driver::NotShown => {
            Seeing::unknown(format!("the input does not show the driver of {address:#}"))
        }
    }
}

fn group(host: &Host, address: Address, members: &[Address]) -> Seeing {
    let Some(group) = host.group_of(address) else {
        return Seeing::unknown(format!(
            "the input does not show the IOMMU group of {address:#}"
        ));
    };
    let mut others = Vec::new();
    let mut evidence = Vec::new();
    for (member, shown) in host.members(group) {
        let is_bridge = host
            .devices
            .get(&member)
            .is_some_and(crate::host::Device::is_pci_bridge);
        if members.contains(&member) {
            if evidence.is_empty() {
                evidence.push(shown.clone());
            }
        } else if !is_bridge {
            others.push(format!("{member:#}"));
            evidence.push(shown.clone());
        }
    }
    if !others.is_empty() {
        let said = format!(
            "IOMMU group {group} of {address:#} has {} in it, which goes along",
            others.join(", ")
        );
        return Seeing::new(Verdict::Blocker, said, evidence);
    }
    if host.is_whole_group(group) {
        let said = format!("IOMMU group {group} of {address:#} has nothing else in it");
        Seeing::new(Verdict::Ok, said, evidence)
    } else {
        Seeing::unknown(format!(
            "the input does not show all members of IOMMU group {group} of {address:#}"
        ))
    }
}

fn iommu_on(host: &Host) -> Seeing {
    let evidence = host.iommu.evidence.clone();
    match host.iommu.power {
        Power::On => Seeing::new(Verdict::Ok, "an IOMMU is at work".to_owned(), evidence),
        Power::Unknown => {
            Seeing::unknown("the input does not show whether an IOMMU is at work".to_owned())
        }
        _ => Seeing::new(Verdict::Blocker, "no IOMMU is at work".to_owned(), evidence),
    }
}

fn kernel_option(tree: &dyn HostTree, host: &Host, wanted: &str) -> Seeing {
    let running = host
        .settings
        .kernel_options
        .iter()
        .find(|option| option.seen == Seen::Running && option.text == wanted);
    if let Some(option) = running {
        let said = format!("the running kernel was given {wanted}");
        return Seeing::new(Verdict::Ok, said, vec![option.evidence.clone()]);
    }
    match tree.read_text("/proc/cmdline") {
        Lookup::Found(line) => {
            let said = format!("the running kernel was not given {wanted}");
            let evidence = Evidence::at("/proc/cmdline", &line, 1);
            Seeing::new(Verdict::Blocker, said, vec![evidence])
        }
        _ => Seeing::unknown(format!(
            "the input does not show whether the running kernel was given {wanted}"
        )),
    }
}

/// `/proc/iomem` indents what is in something else's memory (Linux
/// kernel/resource.c, r_show); others than root see zeros for numbers, and the same
/// tree.
fn boot_framebuffer(tree: &dyn HostTree, address: Address) -> Seeing {
    let unknown = || {
        Seeing::unknown(format!(
            "the input does not show whether a boot framebuffer is in the memory of {address:#}"
        ))
    };
    let path = "/proc/iomem";
    let Lookup::Found(text) = tree.read_text(path) else {
        return unknown();
    };
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = format!(" : {address}");
    let mut inside: Option<usize> = None;
    let mut shown = None;
    for (number, line) in numbered_lines(&text) {
        if inside.is_some_and(|outer| depth(line) <= outer) {
            inside = None;
        }
        if line.ends_with(&own) {
            inside = Some(depth(line));
            shown.get_or_insert_with(|| Evidence::new(path, number, line.trim()));
        } else if inside.is_some()
            && ["BOOTFB", "efifb", "simplefb"]
                .iter()
                .any(|name| line.ends_with(&format!(" : {name}")))
        {
            let said = format!("a boot framebuffer is in the memory of {address:#}");
            let evidence = Evidence::new(path, number, line.trim());
            return Seeing::new(Verdict::Blocker, said, vec![evidence]);
        }
    }
    match shown {
        Some(evidence) => {
            let said = format!("no boot framebuffer is in the memory of {address:#}");
            Seeing::new(Verdict::Ok, said, vec![evidence])
        }
        None => unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    #[test]
    fn a_framebuffer_counts_only_in_the_cards_own_memory() {
        let card: Address = "01:00.0".parse().unwrap();
        let seen = |text: &str| {
            let mut tree = MemoryTree::partial();
            tree.insert_file("/proc/iomem", text);
            boot_framebuffer(&tree, card).verdict
        };
        let inside = "c0000000-dfffffff : PCI Bus 0000:01\n  c0000000-cfffffff : 0000:01:00.0\n    \
                      c0000000-c02fffff : BOOTFB\n";
        assert_eq!(seen(inside), Verdict::Blocker);
        let beside = "c0000000-cfffffff : 0000:01:00.0\nd0000000-dfffffff : 0000:00:02.0\n  \
                      d0000000-d02fffff : BOOTFB\n";
        assert_eq!(seen(beside), Verdict::Ok);
        assert_eq!(seen("00000000-00000fff : Reserved\n"), Verdict::Unknown);
    }
}
