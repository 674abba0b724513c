//! QEMU refuses to start a guest with the predicted functions, prints the predicted errors, and
//! starts it with the other functions: captures of booted machines in `captures/` inside which
//! QEMU was run, made by `lab/boot`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use iommu::Completeness;
use iommu::vfio::{GroupMode, Users, VfioOpenError, VfioRequest};
use pci_core::Address;
use testkit::environment;

use crate::functions::Functions;

/// A machine inside which guests were asked for.
#[derive(Default)]
struct Capture {
    functions: Functions,
    /// The groups that VFIO made without an IOMMU.
    no_iommu: BTreeSet<u32>,
    guests: Vec<Guest>,
}

/// What came of a machine with functions of the host.
struct Guest {
    name: String,
    /// Whether it keeps running.
    stays: bool,
    started: bool,
    functions: Vec<Address>,
    /// The ids of the functions that its firmware, and its kernel, found.
    seen: BTreeMap<String, Vec<String>>,
    output: Vec<String>,
}

fn capture(path: &Path) -> Capture {
    let text = fs::read_to_string(path).unwrap();
    let mut capture = Capture::default();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["file", path, "vfio-noiommu"] => {
                let group = path.split('/').nth(4).unwrap();
                capture.no_iommu.insert(group.parse().unwrap());
            }
            [word @ ("guest" | "hold"), name, outcome, ref functions @ ..] => {
                capture.guests.push(Guest {
                    name: name.to_owned(),
                    stays: word == "hold",
                    started: outcome == "started",
                    functions: functions.iter().map(|one| one.parse().unwrap()).collect(),
                    seen: BTreeMap::new(),
                    output: Vec::new(),
                });
            }
            [who, "sees", _, id] => {
                let guest = capture.guests.last_mut().unwrap();
                guest
                    .seen
                    .entry(who.to_owned())
                    .or_default()
                    .push(id.to_owned());
            }
            ["said", ..] => {
                let output = line.strip_prefix("said ").unwrap().to_owned();
                capture.guests.last_mut().unwrap().output.push(output);
            }
            _ => capture.functions.read(&words),
        }
    }
    capture
}

impl Capture {
    /// What we say of one function, where guests hold these groups.
    fn predicted(&self, address: Address, held: &BTreeSet<u32>) -> Option<VfioOpenError> {
        let Some(function) = self.functions.get(address) else {
            return Some(VfioOpenError::NoFunction);
        };
        let Some(group) = function.group() else {
            return Some(VfioOpenError::NoGroup);
        };
        let members = self.functions.members(group);
        VfioOpenError::predict_error(&VfioRequest {
            function: address,
            group,
            members: &members,
            completeness: Completeness::Whole,
            mode: if self.no_iommu.contains(&group) {
                GroupMode::NoIommu
            } else {
                GroupMode::Iommu
            },
            users: if held.contains(&group) {
                Users::Another
            } else {
                Users::NotShown
            },
        })
    }
}

#[test]
fn kernels_and_qemu_refuse_as_predicted() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let made = environment::text(environment::LAB_CAPTURES);
    let (mut refused, mut started, mut kinds) = (0, 0, BTreeSet::new());
    for entry in fs::read_dir(made.as_deref().unwrap_or(ours)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".guests.txt") {
            continue;
        }
        let capture = capture(&path);
        assert!(!capture.guests.is_empty(), "{name}");
        let mut held: BTreeSet<u32> = BTreeSet::new();
        for guest in &capture.guests {
            let place = format!("{name}: {}", guest.name);
            // QEMU stops at the first that it cannot have.
            let refusal = guest
                .functions
                .iter()
                .find_map(|one| Some((*one, capture.predicted(*one, &held)?)));
            let Some((function, refusal)) = refusal else {
                assert!(
                    guest.started && guest.output.is_empty(),
                    "{place}: {:?}",
                    guest.output
                );
                started += 1;
                if guest.stays {
                    let groups = guest.functions.iter();
                    held.extend(groups.filter_map(|one| capture.functions.get(*one)?.group()));
                    continue;
                }
                // The firmware, and a kernel where there is one, find the host's functions.
                for found in guest.seen.values() {
                    for one in &guest.functions {
                        let id = &capture.functions.get(*one).unwrap().id;
                        assert!(found.contains(id), "{place}: {found:?}");
                    }
                }
                assert!(guest.seen.contains_key("firmware"), "{place}");
                continue;
            };
            assert!(!guest.started, "{place}: {refusal:?}");
            let output: String = guest.output.join("\n");
            let (_, output) = output
                .split_once("rombar=0: ")
                .unwrap_or_else(|| panic!("{place}: {output}"));
            assert_eq!(output, refusal.qemu_message(function), "{place}");
            refused += 1;
            kinds.insert(
                refusal
                    .qemu_message(function)
                    .replace(|c: char| c.is_ascii_digit(), ""),
            );
        }
    }
    assert!(
        made.is_some() || (started >= 5 && refused >= 5 && kinds.len() >= 5),
        "{started} {refused} {kinds:?}"
    );
}
