//! The groups that we predict are those that kernels formed: captures of booted
//! machines in `captures/`, made by `lab/boot`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use iommu::acpi::{Dmar, Ivrs};
use iommu::predict::{
    AcsOptionRules, AcsOptions, Agreement, Because, Cause, Change, Conditions, Controls,
    FirmwareTables, Function, Join, Numbers, Outcome, PredictedGroup, Prediction, changes, compare,
    not_overridden, others, predict, reasons,
};
use pci_core::Address;
use pci_core::config::{ConfigBytes, ConfigSpace};
use pci_core::lspci::{
    self,
    dump::{self, DumpedFunction, Extent},
};

/// What a kernel made of a topology.
struct Capture {
    name: String,
    kernel: String,
    /// Those of its options that decide groups.
    options: Vec<String>,
    config: Vec<(Address, Vec<u8>)>,
    functions: Vec<Function>,
    groups: BTreeMap<u32, Vec<Address>>,
    firmware: FirmwareTables,
    root_buses: Vec<(u32, u8)>,
}

fn hex(line: &str) -> Vec<u8> {
    let digits = line.split(' ').filter(|word| !word.is_empty());
    digits
        .map(|word| u8::from_str_radix(word, 16).unwrap())
        .collect()
}

fn capture(path: &Path) -> Capture {
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
        assert_eq!(words[7].replace("0x", ""), function.id.to_string());
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

fn read(config: &[(Address, Vec<u8>)]) -> Vec<Function> {
    let spaces = config.iter();
    let spaces = spaces.map(|(address, bytes)| (*address, ConfigSpace::new(bytes)));
    Function::read_all(spaces).unwrap()
}

/// Captures of machines with this IOMMU: ours, or those in the folder
/// `LAB_CAPTURES`, which `scripts/lab` has made.
fn captures(iommu: &str) -> Vec<Capture> {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let made = std::env::var("LAB_CAPTURES");
    let folder = made.as_deref().unwrap_or(ours);
    let entries = fs::read_dir(folder).unwrap();
    let end = format!(".{iommu}.txt");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(&end))
        .collect();
    paths.sort();
    assert!(
        made.is_ok() || paths.len() >= 40,
        "{} of {iommu}",
        paths.len()
    );
    paths.iter().map(|path| capture(path)).collect()
}

impl Capture {
    /// What the capture says of how its groups were formed.
    fn conditions(&self) -> Conditions {
        let mut acs_options = AcsOptions {
            kernel: if self.kernel.starts_with("6.1.") {
                AcsOptionRules::UpTo6_10
            } else {
                AcsOptionRules::From6_15
            },
            ..AcsOptions::default()
        };
        for option in &self.options {
            // The kernel passes over what it cannot read.
            let _ = acs_options.apply(option.strip_prefix("pci=").unwrap());
        }
        Conditions {
            firmware: self.firmware.clone(),
            root_buses: self.root_buses.clone(),
            acs_options,
            ..Conditions::default()
        }
    }
}

fn groups(prediction: &Prediction) -> BTreeMap<u32, Vec<Address>> {
    members(&prediction.groups)
}

fn members(groups: &[PredictedGroup]) -> BTreeMap<u32, Vec<Address>> {
    groups
        .iter()
        .map(|group| (group.number, group.members.clone()))
        .collect()
}

#[track_caller]
fn assert_predicted(
    capture: &Capture,
    conditions: &Conditions,
    expected: &BTreeMap<u32, Vec<Address>>,
) {
    let prediction = predict(capture.functions.clone(), conditions).unwrap();
    assert_eq!(prediction.outcome, Outcome::Decided, "{}", capture.name);
    assert_eq!(&groups(&prediction), expected, "{}", capture.name);
}

#[test]
fn kernels_with_an_iommu() {
    for iommu in ["intel", "amd"] {
        let all = captures(iommu);
        for capture in all {
            let conditions = capture.conditions();
            assert_predicted(&capture, &conditions, &capture.groups);
            // ACS is on already, so it makes no difference who turned it on.
            let as_captured = Conditions {
                controls: Controls::AsCaptured,
                acs_options: AcsOptions::default(),
                ..conditions
            };
            assert_predicted(&capture, &as_captured, &capture.groups);
        }
    }
}

/// Captured without an IOMMU: the groups are those that the same machine has with
/// Intel's.
#[test]
fn kernels_before_the_iommu_is_on() {
    let on: BTreeMap<String, Capture> = captures("intel")
        .into_iter()
        .map(|capture| (capture.name.replace(".intel", ""), capture))
        .collect();
    let off = captures("none");
    for capture in off {
        assert!(capture.groups.is_empty());
        let Some(on) = on.get(&capture.name.replace(".none", "")) else {
            continue;
        };
        let conditions = Conditions {
            root_buses: capture.root_buses.clone(),
            ..Conditions::default()
        };
        assert_predicted(&capture, &conditions, &on.groups);
    }
}

/// A DMAR with a unit for one endpoint, and then one for all else.
fn dmar_with_unit_for(device: u8) -> Dmar {
    let mut bytes = b"DMAR\0\0\0\0\x01\0VENDORTABLENAM".to_vec();
    bytes.resize(48, 0);
    bytes.extend([0, 0, 24, 0, 0, 0, 0, 0]);
    bytes.extend(0xfed9_0000_u64.to_le_bytes());
    bytes.extend([1, 8, 0, 0, 0, 0, device, 0]);
    bytes.extend([0, 0, 16, 0, 1, 0, 0, 0]);
    bytes.extend(0xfed9_1000_u64.to_le_bytes());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes.splice(4..8, length.to_le_bytes());
    Dmar::parse(&bytes).unwrap()
}

/// The kernel asks for the functions of one IOMMU after the other: the integrated
/// graphics of Intel's processors, which have an IOMMU of their own, are group 0, and
/// the host bridge, which comes first on the bus, is group 1.
#[test]
fn an_iommu_of_its_own_gives_the_first_number() {
    let capture = capture_named("two-ports");
    let conditions = Conditions {
        firmware: FirmwareTables::Dmar(Box::new(dmar_with_unit_for(3))),
        ..Conditions::default()
    };
    let prediction = predict(capture.functions.clone(), &conditions).unwrap();
    assert_eq!(prediction.numbers, Numbers::Sure);
    let number = |address: &str| {
        let group = prediction.group_of(address.parse().unwrap());
        group.unwrap().number
    };
    // The port without ACS comes with what is below.
    assert_eq!([number("00:03.0"), number("02:00.0")], [0, 0]);
    assert_eq!(
        [number("00:00.0"), number("00:02.0"), number("01:00.0")],
        [1, 2, 4]
    );
    let sets = |groups: BTreeMap<u32, Vec<Address>>| {
        let sets = groups.into_values();
        sets.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sets(groups(&prediction)), sets(capture.groups));
}

/// The topology and the options of each row of `lab/options.tsv`, by its name.
fn option_rows() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("lab/options.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, rest) = line.split_once('\t').unwrap();
            (name, rest.split_once('\t').unwrap().0)
        })
        .collect()
}

/// From the machine as it is without an IOMMU and without options, the groups that
/// kernels formed of it with `pci=` options, which they take by their version.
#[test]
fn kernels_with_options() {
    let rows = option_rows();
    let bases = captures("none");
    let (mut known, mut by_version) = (0, 0);
    for capture in captures("intel") {
        let Some(rest) = capture.name.strip_prefix("options-") else {
            continue;
        };
        let base = rows[rest.split_once('.').unwrap().0];
        let base = bases
            .iter()
            .find(|one| one.name == format!("{base}.none"))
            .unwrap();
        let conditions = capture.conditions();
        let predicted = |kernel| {
            let mut conditions = conditions.clone();
            conditions.acs_options.kernel = kernel;
            predict(base.functions.clone(), &conditions).unwrap()
        };
        let right = predicted(conditions.acs_options.kernel);
        assert_eq!(right.outcome, Outcome::Decided, "{}", capture.name);
        assert_eq!(groups(&right), capture.groups, "{}", capture.name);
        known += 1;
        // Where the version matters, and is not known, both are named.
        let early = groups(&predicted(AcsOptionRules::UpTo6_10));
        let late = groups(&predicted(AcsOptionRules::From6_15));
        let either = predicted(AcsOptionRules::NotShown);
        let one = groups(&either);
        let other = match &either.outcome {
            Outcome::Decided => one.clone(),
            Outcome::Either { or, .. } => members(or),
        };
        let both = [&one, &other];
        assert!(
            both.contains(&&early) && both.contains(&&late),
            "{}",
            capture.name
        );
        by_version += usize::from(early != late);
    }
    assert!(
        std::env::var("LAB_CAPTURES").is_ok() || (known >= 20 && by_version >= 8),
        "{known} {by_version}"
    );
}

/// A kernel that turns ACS on after the grouping is found out: its groups are those
/// of ports whose controls are off, and yet they are on.
#[test]
fn a_kernel_that_is_too_late() {
    let mut found = 0;
    for capture in captures("intel") {
        let conditions = capture.conditions();
        let same = compare(&capture.groups, &capture.functions, &conditions).unwrap();
        assert_eq!(same, Agreement::Same, "{}", capture.name);
        let late = Conditions {
            controls: Controls::Off,
            ..conditions.clone()
        };
        let late = groups(&predict(capture.functions.clone(), &late).unwrap());
        let agreement = compare(&late, &capture.functions, &conditions).unwrap();
        if late == capture.groups {
            assert_eq!(agreement, Agreement::Same);
            continue;
        }
        let Agreement::Differs {
            merged,
            apart,
            cause,
        } = agreement
        else {
            panic!("{}", capture.name);
        };
        assert_eq!(
            (cause, apart),
            (Cause::AcsEnabledTooLate, vec![]),
            "{}",
            capture.name
        );
        assert!(!merged.is_empty());
        found += 1;
    }
    assert!(found >= 6, "{found}");
}

fn capture_named(name: &str) -> Capture {
    let mut all = captures("intel").into_iter();
    all.find(|capture| capture.name == format!("{name}.intel"))
        .unwrap()
}

fn set(addresses: &[&str]) -> std::collections::BTreeSet<Address> {
    addresses.iter().map(|one| one.parse().unwrap()).collect()
}

/// A card that shares its group through ports without ACS, and what parts it.
#[test]
fn what_parts_a_card_from_its_group() {
    let capture = capture_named("graphics");
    let conditions = Conditions::default();
    let card = set(&["01:00.0", "01:00.1"]);
    let now = predict(capture.functions.clone(), &conditions).unwrap();
    assert!(others(&now, &card).contains(&"02:00.0".parse().unwrap()));
    let chain = now
        .why("01:00.0".parse().unwrap(), "02:00.0".parse().unwrap())
        .unwrap();
    let told: Vec<String> = chain.iter().map(|join| join.because.to_string()).collect();
    assert_eq!(
        told,
        [
            "0000:00:02.0, on its way to the root complex, has no ACS capability",
            "both are functions of one device, and each has no ACS capability",
            "0000:00:02.1, on its way to the root complex, has no ACS capability",
        ]
    );
    let found = changes(&capture.functions, &conditions, &card).unwrap();
    let [changed] = &found[..] else {
        panic!("{found:?}")
    };
    let Change::Override(options) = &changed.change else {
        panic!("{changed:?}")
    };
    assert!(options.downstream && !options.multifunction);
    assert!(changed.others.is_empty());
}

#[test]
fn another_slot() {
    let capture = capture_named("empty-ports");
    // A card of two functions below the port without ACS.
    let port = "0000:00:03.0".parse().unwrap();
    let bus = capture
        .functions
        .iter()
        .find(|one| one.address == port)
        .unwrap();
    let bus = bus.bridge.unwrap().secondary;
    let other = capture_named("multifunction-without-acs");
    let mut functions = capture.functions;
    let mut card = std::collections::BTreeSet::new();
    for function in other.functions.iter().filter(|one| one.address.bus() == 1) {
        let address = Address::new(0, bus, 0, function.address.function()).unwrap();
        card.insert(address);
        functions.push(Function {
            address,
            ..function.clone()
        });
    }
    let found = changes(&functions, &Conditions::default(), &card).unwrap();
    let best = &found[0];
    assert_eq!(
        best.change,
        Change::MoveBelow("0000:00:02.0".parse().unwrap())
    );
    assert!(best.others.is_empty());
}

/// Conventional PCI, and functions that have an ACS capability, are beyond the
/// override.
#[test]
fn what_the_override_cannot_part() {
    let capture = capture_named("pcie-to-pci");
    let one = set(&["02:01.0"]);
    let now = predict(capture.functions.clone(), &Conditions::default()).unwrap();
    assert!(
        changes(&capture.functions, &Conditions::default(), &one)
            .unwrap()
            .is_empty()
    );
    let stays = not_overridden(&now, &one, "02:02.0".parse().unwrap());
    assert_eq!(stays.len(), 1);
    assert_eq!(stays[0].function, "01:00.0".parse().unwrap());
}

/// The same from what lspci prints of the machine, as people paste it.
#[test]
fn from_the_text_of_lspci() {
    if Command::new("lspci").arg("--version").output().is_err() {
        let required = std::env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
        assert!(!required, "lspci is not installed");
        return eprintln!("skipped: lspci is not installed");
    }
    let dump = std::env::temp_dir().join(format!("predicted-{}.dump", std::process::id()));
    for capture in captures("none") {
        let functions: Vec<DumpedFunction> = capture
            .config
            .iter()
            .map(|(address, config)| DumpedFunction {
                address: *address,
                has_domain: true,
                heading: String::new(),
                config: ConfigBytes::new(config.clone()),
                line: 1,
            })
            .collect();
        fs::write(&dump, dump::to_string(&functions, Extent::Extended)).unwrap();
        // Without the bytes: the lines alone.
        let lines = Command::new("lspci")
            .arg("-F")
            .arg(&dump)
            .arg("-Dvvvnn")
            .output()
            .unwrap();
        let listing = lspci::parse(str::from_utf8(&lines.stdout).unwrap());
        let from_lines = Function::read_listing(&listing).unwrap();
        let conditions = Conditions::default();
        assert_eq!(
            groups(&predict(from_lines, &conditions).unwrap()),
            groups(&predict(capture.functions.clone(), &conditions).unwrap()),
            "{}",
            capture.name
        );
        let lspci = Command::new("lspci")
            .arg("-F")
            .arg(&dump)
            .arg("-Dvvvxxxx")
            .output()
            .unwrap();
        let listing = lspci::parse(str::from_utf8(&lspci.stdout).unwrap());
        let read = Function::read_listing(&listing).unwrap();
        assert_eq!(read, capture.functions, "{}", capture.name);
    }
    fs::remove_file(dump).unwrap();
}

/// What an explanation names is what decides: of two machines that differ in the ACS
/// of some ports, the reasons on the one name just such a port for each pair of
/// functions that the kernel of the other keeps apart.
#[test]
fn what_is_named_is_what_decides() {
    let mut parted = 0;
    for (without, with) in [
        ("one-port-without-acs", "one-port"),
        ("multifunction-ports-without-acs", "multifunction-ports"),
        ("switch-below-port-without-acs", "switch"),
        ("graphics", "graphics-with-acs"),
        ("sriov-without-acs", "sriov"),
        ("pcie-to-pci-without-acs", "pcie-to-pci"),
    ] {
        let (without, with) = (capture_named(without), capture_named(with));
        let conditions = Conditions {
            firmware: without.firmware.clone(),
            ..Conditions::default()
        };
        let changed: Vec<Address> = without
            .functions
            .iter()
            .zip(&with.functions)
            .filter(|(one, other)| one.acs.is_some() != other.acs.is_some())
            .map(|(one, _)| one.address)
            .collect();
        assert!(!changed.is_empty());
        for (a, b) in pairs(&without.groups) {
            let apart = !pairs(&with.groups).contains(&(a, b));
            let chains = reasons(&without.functions, &conditions, a, b).unwrap();
            let names = |join: &Join| match join.because {
                Because::PathNotIsolated { blocker, .. } => changed.contains(&blocker),
                Because::SlotNotIsolated { via, .. } => {
                    let one = via.unwrap_or(join.member);
                    changed.contains(&one) && changed.contains(&join.with)
                }
                _ => false,
            };
            assert_eq!(
                apart,
                chains.iter().all(|chain| chain.iter().any(names)),
                "{}: {a} {b}",
                without.name
            );
            parted += usize::from(apart);
        }
    }
    assert!(parted > 10, "{parted}");
}

/// All pairs of functions that share a group.
fn pairs(groups: &BTreeMap<u32, Vec<Address>>) -> Vec<(Address, Address)> {
    let mut pairs = Vec::new();
    for members in groups.values() {
        for (at, one) in members.iter().enumerate() {
            pairs.extend(members[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    pairs
}
