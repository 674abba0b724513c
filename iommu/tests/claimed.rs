//! The groups that we call viable are those that VFIO lets a program claim: captures of
//! booted machines in `captures/`, made by `lab/boot`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use iommu::{Completeness, Driver, GroupVerdict, Member, MemberKind, viability};
use pci_core::Address;
use testkit::environment;

/// A function of a capture.
#[derive(Default)]
struct Seen {
    group: Option<u32>,
    is_bridge: bool,
    driver: Option<String>,
}

/// What the kernel says of a group: its status, and the outcome of a claim.
type Said = BTreeMap<u32, (String, String)>;

fn capture(path: &Path) -> (BTreeMap<Address, Seen>, Said) {
    let text = fs::read_to_string(path).unwrap();
    let mut functions: BTreeMap<Address, Seen> = BTreeMap::new();
    let mut output = Said::new();
    let mut last = None;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["function", address, "group", group, ..] => {
                let address = address.parse().unwrap();
                functions.entry(address).or_default().group = group.parse().ok();
                last = Some(address);
            }
            // The class is in the last bytes of the first line.
            ["000:", ..] => {
                functions.get_mut(&last.unwrap()).unwrap().is_bridge =
                    (words[12], words[11]) == ("06", "04");
            }
            ["driver", address, name] => {
                let function = functions.get_mut(&address.parse().unwrap()).unwrap();
                function.driver = Some(name.to_owned()).filter(|name| name != "-");
            }
            ["vfio", group, status, claim] => {
                output.insert(
                    group.parse().unwrap(),
                    (status.to_owned(), claim.to_owned()),
                );
            }
            _ => {}
        }
    }
    (functions, output)
}

#[test]
fn kernels_permit_viable_groups() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let made = environment::text(environment::LAB_CAPTURES);
    let (mut viable, mut refused) = (0, 0);
    for entry in fs::read_dir(made.as_deref().unwrap_or(ours)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".vfio.txt") {
            continue;
        }
        let (functions, output) = capture(&path);
        assert!(output.len() >= 2, "{name}");
        for (group, (status, claim)) in output {
            let members: Vec<Member<'_>> = functions
                .iter()
                .filter(|(_, function)| function.group == Some(group))
                .map(|(address, function)| Member {
                    address: *address,
                    driver: function
                        .driver
                        .as_deref()
                        .map_or(Driver::None, Driver::Named),
                    kind: if function.is_bridge {
                        MemberKind::Port
                    } else {
                        MemberKind::Function
                    },
                })
                .collect();
            let answer = viability(&members, Completeness::Whole);
            let (verdict, outcome) = match answer.verdict {
                GroupVerdict::Viable => ("viable", "claimed"),
                // `iommu_group_claim_dma_owner` (drivers/iommu/iommu.c) answers so.
                GroupVerdict::NotViable => ("not-viable", "EPERM"),
                GroupVerdict::Unknown => panic!("{name}: {group}"),
            };
            let predicted = (verdict, outcome);
            assert_eq!(
                predicted,
                (&*status, &*claim),
                "{name}: {group} {members:?}"
            );
            viable += usize::from(answer.verdict == GroupVerdict::Viable);
            refused += usize::from(answer.verdict == GroupVerdict::NotViable);
        }
    }
    assert!(
        made.is_some() || (viable >= 24 && refused >= 15),
        "{viable} {refused}"
    );
}
