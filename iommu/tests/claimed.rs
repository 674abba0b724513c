//! The groups that we call viable are those that VFIO lets a program claim: captures of
//! booted machines in `captures/`, made by `lab/boot`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use iommu::{Completeness, GroupVerdict, viability};
use testkit::environment;

use crate::functions::Functions;

/// What the kernel says of a group: its status, and the outcome of a claim.
type Said = BTreeMap<u32, (String, String)>;

fn capture(path: &Path) -> (Functions, Said) {
    let text = fs::read_to_string(path).unwrap();
    let mut functions = Functions::default();
    let mut said = Said::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["vfio", group, status, claim] = *words {
            let outcome = (status.to_owned(), claim.to_owned());
            said.insert(group.parse().unwrap(), outcome);
        }
        functions.read(&words);
    }
    (functions, said)
}

#[test]
fn kernels_let_claim_what_is_viable() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let made = environment::text(environment::LAB_CAPTURES);
    let (mut viable, mut refused) = (0, 0);
    for entry in fs::read_dir(made.as_deref().unwrap_or(ours)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".vfio.txt") {
            continue;
        }
        let (functions, said) = capture(&path);
        assert!(said.len() >= 2, "{name}");
        for (group, (status, claim)) in said {
            let members = functions.members(group);
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
