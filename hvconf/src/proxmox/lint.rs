//! Problems of an existing configuration, as plain values.

use std::collections::BTreeMap;

use list_order::Order as _;
use pci_core::Address;

use super::claims::Claimed;
use super::host_context::HostContext;
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES, MappingId};
use super::huge_pages::{HugePagesIssue, fault};
use super::machine::is_q35;
use super::vm_config::{Entry, VmConfig};
use crate::error::Error;

/// A setting of the current section without the intended effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Issue {
    /// `pcie=1` while the machine is not q35: the guest does not start.
    PcieWithoutQ35 {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
    /// `args` holds another `-cpu`: it replaces all that the `cpu` key says.
    SecondCpu {
        /// The line of `args`, from 1.
        line: u32,
    },
    /// `romfile` is not a plain file name: it leaves `/usr/share/kvm/`.
    RomFilePath {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The path as written.
        path: String,
    },
    /// Functions are named while no entry names the slot, so further functions
    /// that the slot may have stay with the host.
    FunctionsOnly {
        /// The hostpci key that names the first of them.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// All functions of the slot that the configuration names.
        functions: Vec<Address>,
    },
    /// A function is assigned by two entries, each by its address or by a mapping: the guest does
    /// not start.
    PassedTwice {
        /// The later hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The device that both assign.
        address: HostAddress,
        /// The line of the earlier entry.
        first_line: u32,
    },
    /// An address has upper-case digits: Proxmox VE rejects the line.
    UpperCaseAddress {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
    /// A mapping's name in place of an address; it requires `mapping=`.
    MappingInHost {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// The name.
        name: MappingId,
    },
    /// Another value that Proxmox VE rejects.
    BadHostPci {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// Why not.
        error: Error,
    },
    /// `hostpci16` or above: there is no such key.
    NoSuchIndex {
        /// The hostpci key.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
    /// A balloon while functions are assigned: all guest memory is pinned, so it has no effect or
    /// starves the guest.
    Balloon {
        /// The line of `balloon`, from 1.
        line: u32,
    },
    /// The guest does not start with its huge pages.
    HugePages(HugePagesIssue),
    /// A key occurs twice: the earlier line has no effect.
    Duplicate {
        /// The key.
        key: String,
        /// The line that holds, from 1.
        line: u32,
        /// The line without effect.
        dead_line: u32,
    },
}

/// The issues of the current section of `config`, whose mappings `host_context` resolve.
///
/// ```
/// use hvconf::proxmox::{Issue, HostContext, VmConfig, lint};
/// let config = VmConfig::parse("balloon: 1024\nhostpci0: 0000:01:00,pcie=1\n");
/// assert_eq!(
///     lint(&config, HostContext::default()),
///     [
///         Issue::PcieWithoutQ35 { key: "hostpci0".into(), line: 2 },
///         Issue::Balloon { line: 1 },
///     ]
/// );
/// ```
#[must_use]
pub fn lint(config: &VmConfig, host_context: HostContext<'_>) -> Vec<Issue> {
    let mut issues = duplicates(config);
    let mut assigned = Vec::new();
    let mut any = false;
    let mut live: BTreeMap<&str, u32> = BTreeMap::new();
    live.extend(config.entries().map(|entry| (entry.key, entry.line)));
    for entry in config.entries() {
        let Some(index) = entry.key.strip_prefix("hostpci") else {
            continue;
        };
        if live.get(entry.key) != Some(&entry.line) {
            continue;
        }
        let (key, line) = (entry.key.to_owned(), entry.line);
        if !(0..MOST_ENTRIES).any(|known| known.to_string() == index) {
            issues.push(Issue::NoSuchIndex { key, line });
            continue;
        }
        any = true;
        match entry.value.parse::<HostPci>() {
            Ok(value) => {
                if value.pcie == Some(true) && !is_q35(config) {
                    let key = key.clone();
                    issues.push(Issue::PcieWithoutQ35 { key, line });
                }
                if let Some(path) = value.romfile.as_ref().filter(|path| path.plain().is_none()) {
                    issues.push(Issue::RomFilePath {
                        key,
                        line,
                        path: path.as_str().to_owned(),
                    });
                }
                assigned.push((entry, value));
            }
            Err(error) => issues.push(refusal(entry, error)),
        }
    }
    let values: Vec<&HostPci> = assigned.iter().map(|(_, value)| value).collect();
    let claimed = Claimed::all(&values, host_context);
    issues.extend(twice(&assigned, &claimed));
    issues.extend(functions_only(&assigned, &claimed));
    issues.extend(fault(config).map(Issue::HugePages));
    let balloon = config.get("balloon").filter(|entry| entry.value != "0");
    if let Some(entry) = balloon.filter(|_| any) {
        issues.push(Issue::Balloon { line: entry.line });
    }
    let args = config.get("args");
    if let Some(entry) = args.filter(|entry| names_cpu(entry.value)) {
        issues.push(Issue::SecondCpu { line: entry.line });
    }
    issues
}

fn names_cpu(args: &str) -> bool {
    let option = |word: &str| {
        let word = word.trim_matches(['\'', '"']);
        word == "-cpu" || word == "--cpu"
    };
    args.split_whitespace().any(option)
}

fn duplicates(config: &VmConfig) -> Vec<Issue> {
    let mut entries: Vec<Entry<'_>> = config.entries().collect();
    entries.order_by_key(|entry| (entry.key, entry.line));
    let pairs = entries.iter().zip(entries.iter().skip(1));
    let mut issues: Vec<_> = pairs
        .filter(|(earlier, later)| earlier.key == later.key)
        .map(|(earlier, later)| (earlier.line, later))
        .collect();
    issues.order_by_key(|(dead_line, _)| *dead_line);
    let issue = |(dead_line, later): (u32, &Entry<'_>)| Issue::Duplicate {
        key: later.key.to_owned(),
        line: later.line,
        dead_line,
    };
    issues.into_iter().map(issue).collect()
}

fn refusal(entry: Entry<'_>, error: Error) -> Issue {
    let (key, line) = (entry.key.to_owned(), entry.line);
    if let Some(("host", found)) = error.host_pci_value() {
        if let Some(name) = MappingId::new(found) {
            return Issue::MappingInHost { key, line, name };
        }
        let lower = entry.value.replace(found, &found.to_ascii_lowercase());
        if lower.parse::<HostPci>().is_ok() {
            return Issue::UpperCaseAddress { key, line };
        }
    }
    Issue::BadHostPci { key, line, error }
}

fn twice(assigned: &[(Entry<'_>, HostPci)], claimed: &[Claimed]) -> Vec<Issue> {
    let mut seen: Vec<(u32, HostAddress)> = Vec::new();
    let mut issues = Vec::new();
    for ((entry, _), claimed) in assigned.iter().zip(claimed) {
        for &address in claimed.functions() {
            let overlaps = |earlier: HostAddress| match (earlier, address) {
                (HostAddress::Function(one), other) => other.covers(one),
                (slot, HostAddress::Function(one)) => slot.covers(one),
                (one, other) => one == other,
            };
            match seen.iter().find(|(_, earlier)| overlaps(*earlier)) {
                Some((first_line, _)) => issues.push(Issue::PassedTwice {
                    key: entry.key.to_owned(),
                    line: entry.line,
                    address,
                    first_line: *first_line,
                }),
                None => seen.push((entry.line, address)),
            }
        }
    }
    issues
}

fn functions_only(assigned: &[(Entry<'_>, HostPci)], claimed: &[Claimed]) -> Vec<Issue> {
    let given = || {
        let all = assigned.iter().zip(claimed);
        all.flat_map(|(assigned, claimed)| {
            claimed.functions().iter().map(move |one| (assigned, *one))
        })
    };
    // A mapping of some functions was made so.
    let named = || given().filter(|((_, value), _)| matches!(value.device, HostDevice::Host(_)));
    let mut done = Vec::new();
    let mut issues = Vec::new();
    for ((entry, _), address) in named() {
        let slot = address.slot();
        if done.contains(&slot) {
            continue;
        }
        done.push(slot);
        let mut functions = Vec::new();
        let mut whole = false;
        for (_, other) in given().filter(|(_, other)| other.slot() == slot) {
            match other {
                HostAddress::Slot(_) => whole = true,
                HostAddress::Function(function) => functions.push(function),
            }
        }
        if !whole {
            functions.order();
            functions.dedup();
            issues.push(Issue::FunctionsOnly {
                key: entry.key.to_owned(),
                line: entry.line,
                functions,
            });
        }
    }
    issues
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues(text: &str) -> Vec<Issue> {
        lint(&VmConfig::parse(text), HostContext::default())
    }

    #[test]
    fn a_mapping_and_an_address_may_be_one_function() {
        let file = crate::proxmox::PciCfg::parse(
            "gpu\n\tmap id=10de:2503,iommugroup=1,node=a,path=0000:01:00\n",
        );
        let host_context = HostContext {
            mappings: Some(&file),
            ..HostContext::default()
        };
        let text = "hostpci0: mapping=gpu\nhostpci3: 01:00.1\n";
        let found = lint(&VmConfig::parse(text), host_context);
        assert!(
            matches!(
                found.as_slice(),
                [Issue::PassedTwice {
                    line: 2,
                    first_line: 1,
                    ..
                }]
            ),
            "{found:?}"
        );
        assert_eq!(issues("hostpci0: mapping=gpu\n"), []);
    }

    #[test]
    fn mediated_devices_of_one_function_are_several() {
        let text = "hostpci0: 01:00.0,mdev=nvidia-47\nhostpci1: 01:00.0,mdev=nvidia-47\n";
        assert_eq!(issues(text), []);
    }

    #[test]
    fn huge_pages_that_do_not_fit_are_reported() {
        let text = "memory: 4608\nnuma: 1\nhugepages: 1024\n";
        let found = issues(text);
        assert!(matches!(found.as_slice(), [Issue::HugePages(fault)] if fault.line() == 1));
        assert_eq!(issues(&text.replace("1024", "2")), []);
    }

    #[test]
    fn a_sound_configuration_has_no_issue() {
        let text = "args: -device x,cpu-x=1\nballoon: 0\nmachine: pc-q35-8.1,viommu=virtio\n\
            hostpci0: 0000:01:00,pcie=1,romfile=v.rom\nhostpci1: mapping=nic\n\n[s]\nballoon: 1\n";
        assert_eq!(issues(text), []);
    }

    #[test]
    fn a_guide_that_many_followed() {
        // The guide has no machine line, so the VM may be an i440fx.
        let text = "args: -cpu 'host,+kvm_pv_unhalt,+kvm_pv_eoi,hv_vendor_id=NV43FIX,kvm=off'\n\
            cpu: host,hidden=1,flags=+pcid\n\
            hostpci0: 0000:02:00,pcie=1,x-vga=1,romfile=vbios.rom\n";
        let key = "hostpci0".to_owned();
        assert_eq!(
            issues(text),
            [
                Issue::PcieWithoutQ35 { key, line: 3 },
                Issue::SecondCpu { line: 1 }
            ]
        );
    }

    #[test]
    fn each_mistake_is_reported_with_its_line() {
        let line = |text: &str| format!("{:?}", issues(text));
        let cpu = "args: -cpu 'host,kvm=off'\n";
        assert_eq!(issues(cpu), [Issue::SecondCpu { line: 1 }]);
        assert!(line("hostpci0: 01:00,romfile=../v.rom\n").contains("RomFilePath"));
        assert!(
            line("\nhostpci0: 0000:0A:00\n")
                .contains("UpperCaseAddress { key: \"hostpci0\", line: 2")
        );
        assert!(line("hostpci0: host=gpu1,pcie=1\n").contains("MappingInHost"));
        assert!(line("hostpci0: 01:00,foo=1\n").contains("BadHostPci"));
        assert!(line("hostpci16: 01:00\n").contains("NoSuchIndex"));
        assert!(line("hostpci00: 01:00\n").contains("NoSuchIndex"));
        assert_eq!(
            issues("hostpci0: 01:00\nhostpci0: 02:00\n"),
            [Issue::Duplicate {
                key: "hostpci0".into(),
                line: 2,
                dead_line: 1
            }]
        );
    }

    #[test]
    fn functions_of_one_slot_are_seen_together() {
        let found = issues("hostpci0: 01:00.0\nhostpci1: 01:00.1\n");
        let [
            Issue::FunctionsOnly {
                functions, line: 1, ..
            },
        ] = found.as_slice()
        else {
            panic!("{found:?}");
        };
        assert_eq!(functions.len(), 2);
        let found = issues("hostpci0: 01:00\nhostpci1: 01:00.1\n");
        assert!(matches!(
            found.as_slice(),
            [Issue::PassedTwice {
                line: 2,
                first_line: 1,
                ..
            }]
        ));
        // A slot and its function are one claim, whichever comes first.
        let found = issues("hostpci0: 01:00.1\nhostpci1: 01:00\n");
        assert!(matches!(found.as_slice(), [Issue::PassedTwice { .. }]));
    }
}
