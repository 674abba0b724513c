//! Captures of booted machines, in `../captures/` or where `scripts/lab` made them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use iommu::acpi::{Dmar, Ivrs};
use iommu::predict::{
    AcsOptionRules, AcsOptions, AcsOverride, Conditions, FirmwareTables, Function, PredictedGroup,
    Prediction, Rules,
};
use pci_core::Address;
use pci_core::config::ConfigSpace;
use testkit::environment;

/// What a kernel made of a topology.
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) kernel: String,
    /// Those of its options that decide groups.
    pub(crate) options: Vec<String>,
    pub(crate) config: Vec<(Address, Vec<u8>)>,
    pub(crate) functions: Vec<Function>,
    pub(crate) groups: BTreeMap<u32, Vec<Address>>,
    pub(crate) firmware: FirmwareTables,
    pub(crate) root_buses: Vec<(u32, u8)>,
}

fn hex(line: &str) -> Vec<u8> {
    let digits = line.split(' ').filter(|word| !word.is_empty());
    digits
        .map(|word| u8::from_str_radix(word, 16).unwrap())
        .collect()
}

/// Reads what a boot printed.
pub(crate) fn capture(path: &Path) -> Capture {
    let text = fs::read_to_string(path).unwrap();
    let mut functions: Vec<(Vec<&str>, [u8; 4096])> = Vec::new();
    let mut tables: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let mut table = None;
    let mut root_buses = Vec::new();
    let (mut kernel, mut options) = (String::new(), Vec::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match *words {
            ["kernel", release] => kernel = release.to_owned(),
            ["options", ..] => options = words[1..].iter().map(ToString::to_string).collect(),
            ["root", bus] => {
                let slot: Address = format!("{bus}:00.0").parse().unwrap();
                root_buses.push((slot.domain(), slot.bus()));
            }
            ["table", name] => table = Some(tables.entry(name).or_default()),
            ["function", ..] => functions.push((words, [0; 4096])),
            _ => match (line.split_once(": "), &mut table) {
                (Some((offset, bytes)), _) => {
                    let at = usize::from_str_radix(offset, 16).unwrap();
                    let config = &mut functions.last_mut().unwrap().1;
                    config[at..at + 16].copy_from_slice(&hex(bytes));
                }
                (None, Some(table)) => table.extend(hex(line)),
                (None, None) => panic!("{}: {line}", path.display()),
            },
        }
    }
    let config = functions
        .iter()
        .map(|(words, config)| (words[1].parse().unwrap(), config.to_vec()));
    let config: Vec<(Address, Vec<u8>)> = config.collect();
    let mut groups: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    for (words, _) in &functions {
        if let Ok(group) = words[3].parse() {
            groups
                .entry(group)
                .or_default()
                .push(words[1].parse().unwrap());
        }
    }
    let known: Vec<_> = functions.iter().map(|(words, _)| words.clone()).collect();
    let functions = read(&config);
    // Who is virtual, and with which ids, the kernel says too.
    for (words, function) in known.iter().zip(&functions) {
        assert_eq!(
            words[5].parse().ok(),
            function.physical_function,
            "{words:?}"
        );
        let id = function.id.known().unwrap();
        assert_eq!(words[7].replace("0x", ""), id.to_string());
    }
    let firmware = match (tables.get("DMAR"), tables.get("IVRS")) {
        (Some(table), _) => FirmwareTables::Dmar(Box::new(Dmar::parse(table).unwrap())),
        (_, Some(table)) => FirmwareTables::Ivrs(Box::new(Ivrs::parse(table).unwrap())),
        _ => FirmwareTables::NotShown,
    };
    Capture {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        kernel,
        options,
        config,
        functions,
        groups,
        firmware,
        root_buses,
    }
}

pub(crate) fn read(config: &[(Address, Vec<u8>)]) -> Vec<Function> {
    let spaces = config.iter();
    let spaces = spaces.map(|(address, bytes)| (*address, ConfigSpace::new(bytes)));
    Function::read_all(spaces).unwrap()
}

/// Captures of machines with this IOMMU: ours, or those in the folder
/// `LAB_CAPTURES`, which `scripts/lab` has made.
pub(crate) fn captures(iommu: &str) -> Vec<Capture> {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let made = environment::text(environment::LAB_CAPTURES);
    let folder = made.as_deref().unwrap_or(ours);
    let entries = fs::read_dir(folder).unwrap();
    let end = format!(".{iommu}.txt");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(&end))
        .collect();
    paths.sort();
    // Those of changes are fewer.
    let fewest = match iommu {
        "smmu" => 7,
        changed if changed.contains('.') => 13,
        _ => 25,
    };
    assert!(
        made.is_some() || paths.len() >= fewest,
        "{} of {iommu}",
        paths.len()
    );
    paths.iter().map(|path| capture(path)).collect()
}

pub(crate) fn capture_named(name: &str) -> Capture {
    let mut all = captures("intel").into_iter();
    all.find(|capture| capture.name == format!("{name}.intel"))
        .unwrap()
}

pub(crate) fn groups(prediction: &Prediction) -> BTreeMap<u32, Vec<Address>> {
    members(&prediction.groups)
}

pub(crate) fn members(groups: &[PredictedGroup]) -> BTreeMap<u32, Vec<Address>> {
    groups
        .iter()
        .map(|group| (group.number, group.members.clone()))
        .collect()
}

impl Capture {
    /// What the capture says of how its groups were formed.
    pub(crate) fn conditions(&self) -> Conditions {
        let mut acs_options = AcsOptions {
            kernel: if self.kernel.starts_with("6.1.") {
                AcsOptionRules::UpTo6_10
            } else {
                AcsOptionRules::From6_15
            },
            ..AcsOptions::default()
        };
        let mut acs_override = AcsOverride::default();
        for option in &self.options {
            match option.split_once('=').unwrap() {
                // The kernel passes over what it cannot read.
                ("pci", value) => drop(acs_options.apply(value)),
                (_, value) => acs_override = AcsOverride::parse(value).unwrap(),
            }
        }
        // Kernels with the reworked grouping must be named: their versions do not show it.
        let rules = match environment::text(environment::LAB_RULES).as_deref() {
            Some("pcie-acs-2025") => Rules::PcieAcs2025,
            _ => Rules::Linux6_1,
        };
        Conditions {
            rules,
            firmware: self.firmware.clone(),
            root_buses: self.root_buses.clone(),
            acs_options,
            acs_override,
            ..Conditions::default()
        }
    }
}
