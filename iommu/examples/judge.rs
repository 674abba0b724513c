//! Compares our answers on real machines' texts with those of their kernels: `cargo run -p iommu
//! --example judge -- DIR [OUT]`.
//!
//! Reads all files below DIR. For root's `lspci -vvv` listings with groups, predicts the groups and
//! compares them. Parses DMAR and IVRS tables, as bytes or `acpidump` text; with OUT, writes each
//! to a file there, for `ACPI_TABLES=OUT cargo test -p iommu --test main oracles`, which compares
//! with iasl.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the people who work on this repository"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use iommu::acpi::{DeviceEntryKind, Dmar, DmarBlock, Ivrs};
use iommu::predict::{
    Agreement, Conditions, FirmwareTables, Function, Prediction, PredictionOutcome, compare,
    predict,
};
use pci_core::lspci;
use pci_core::names::Names;
use pci_core::{Address, RequesterId};

/// A listing with fewer groups is incomplete.
const MIN_GROUPS: usize = 5;

#[derive(Default)]
struct Tally {
    files: usize,
    dumps: usize,
    equal: usize,
    numbers_equal: usize,
    usual_table: usize,
    not_read: BTreeMap<String, usize>,
    tables: BTreeMap<&'static str, [usize; 3]>,
    /// Number of tables with each property.
    properties: BTreeMap<&'static str, usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(directory) = arguments.next() else {
        return Err("expected a directory".into());
    };
    let out = arguments.next().map(PathBuf::from);
    if let Some(out) = &out {
        fs::create_dir_all(out)?;
    }
    let mut tally = Tally::default();
    for file in &testkit::files_below(directory, "")? {
        let bytes = fs::read(file)?;
        tally.files += 1;
        tables(file, &bytes, out.as_deref(), &mut tally)?;
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("IOMMU group") {
            dump(file, &text, &mut tally);
        }
    }
    println!("{} files", tally.files);
    println!(
        "{} listings with groups: {} as predicted, {} with the same numbers, {} more with \
         the same if the firmware has the usual table",
        tally.dumps, tally.equal, tally.numbers_equal, tally.usual_table
    );
    for (why, count) in &tally.not_read {
        println!("{count} listings without a prediction: {why}");
    }
    for (name, [read, sum, not_read]) in &tally.tables {
        println!("{name}: {read} read, {sum} with a wrong checksum, {not_read} not read");
    }
    for (property, count) in &tally.properties {
        println!("{count} {property}");
    }
    let unread = tally.tables.values().any(|[_, _, not_read]| *not_read > 0);
    if tally.equal < tally.dumps || unread {
        return Err("a listing has other groups than predicted, or a table cannot be read".into());
    }
    Ok(())
}

fn dump(file: &Path, text: &str, tally: &mut Tally) {
    let listing = lspci::parse(text);
    let mut observed: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    for record in &listing.records {
        if let (Some(group), Some(address)) = (&record.iommu_group, record.address) {
            let members = observed.entry(group.value).or_default();
            if !members.contains(&address) {
                members.push(address);
            }
        }
    }
    if observed.len() < MIN_GROUPS {
        return;
    }
    let not_read = |tally: &mut Tally, why: &dyn std::fmt::Display| {
        println!("{}: {why}", file.display());
        // Addresses differ between listings.
        let why = why.to_string();
        let why = why
            .split_once(": ")
            .map_or(&*why, |(_, why)| why)
            .to_owned();
        *tally.not_read.entry(why).or_default() += 1;
    };
    let functions = match Function::read_listing(&listing, &Names::embedded()) {
        Ok(functions) => functions,
        Err(error) => return not_read(tally, &error),
    };
    let conditions = Conditions::default();
    let (prediction, agreement) = match (
        predict(functions.clone(), &conditions),
        compare(&observed, &functions, &conditions),
    ) {
        (Ok(prediction), Ok(agreement)) => (prediction, agreement),
        (Err(error), _) | (_, Err(error)) => return not_read(tally, &error),
    };
    tally.dumps += 1;
    let numbered = |prediction: &Prediction| {
        prediction.groups.iter().all(|group| {
            let members = observed.get(&group.number);
            members.is_some_and(|members| *members == group.members)
        })
    };
    if numbered(&prediction) {
        tally.numbers_equal += 1;
    } else {
        // The text has no tables: most of Intel's have a separate IOMMU for the graphics, most of
        // AMD's exclude 00:00.0.
        for firmware in [
            FirmwareTables::Dmar(Box::new(graphics_first())),
            FirmwareTables::Ivrs(Box::new(without_root_complex())),
        ] {
            let conditions = Conditions {
                firmware,
                ..Conditions::default()
            };
            let prediction = predict(functions.clone(), &conditions);
            if prediction.is_ok_and(|one| numbered(&one)) {
                tally.usual_table += 1;
                break;
            }
        }
    }
    let open = if prediction.outcome == PredictionOutcome::Decided {
        ""
    } else {
        ", one of two"
    };
    let is_unnamed = |one: &&Function| one.id.known().is_none();
    let unnamed = functions.iter().filter(is_unnamed).count();
    let without = functions
        .iter()
        .filter(|one| !observed.values().any(|all| all.contains(&one.address)));
    let without: Vec<String> = without.map(|one| format!("{:#}", one.address)).collect();
    println!(
        "{}: {} functions, {} groups, {unnamed} without ids, without group: {}{open}",
        file.display(),
        functions.len(),
        observed.len(),
        without.join(" ")
    );
    match agreement {
        Agreement::Same => tally.equal += 1,
        Agreement::Differs {
            merged,
            apart,
            cause,
        } => {
            println!("  differs: {cause:?}");
            for (a, b) in merged {
                println!("  {a:#} and {b:#} share a group, against the prediction");
            }
            for (a, b) in apart {
                println!(
                    "  {a:#} and {b:#} do not share a group, against the prediction: {:?}",
                    prediction.why(a, b)
                );
            }
        }
    }
}

/// A DMAR with a unit for 00:02.0, and then one for everything else.
fn graphics_first() -> Dmar {
    let unit = |include_all, scope: &[u8]| {
        let length = u8::try_from(16 + scope.len()).unwrap_or(u8::MAX);
        [&[0, 0, length, 0, include_all][..], &[0; 11], scope].concat()
    };
    let units = [unit(0, &[1, 8, 0, 0, 0, 0, 2, 0]), unit(1, &[])].concat();
    let mut bytes = b"DMAR".to_vec();
    bytes.extend(
        u32::try_from(48 + units.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    bytes.resize(48, 0);
    bytes.extend(units);
    Dmar::parse(&bytes).unwrap_or_else(|error| unreachable!("{error}"))
}

/// An IVRS with one unit, from 00:01.0 on.
fn without_root_complex() -> Ivrs {
    let mut bytes = b"IVRS".to_vec();
    bytes.extend(80_u32.to_le_bytes());
    bytes.resize(48, 0);
    bytes.extend([0x10, 0, 32, 0]);
    bytes.resize(72, 0);
    bytes.extend([3, 0x08, 0, 0, 4, 0xff, 0xff, 0]);
    Ivrs::parse(&bytes).unwrap_or_else(|error| unreachable!("{error}"))
}

/// Parses the tables in a file.
fn tables(
    file: &Path,
    bytes: &[u8],
    out: Option<&Path>,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    for (name, table) in found(bytes) {
        let parsed = if name == "DMAR" {
            Dmar::parse(&table).map(|table| (of_dmar(&table), table.header))
        } else {
            Ivrs::parse(&table).map(|table| (of_ivrs(&table), table.header))
        };
        let [read, sum, not_read] = tally.tables.entry(name).or_default();
        match parsed {
            Ok((properties, header)) => {
                *read += 1;
                *sum += usize::from(!header.checksum_ok);
                for (property, holds) in properties {
                    *tally.properties.entry(property).or_default() += usize::from(holds);
                }
            }
            Err(error) => {
                *not_read += 1;
                println!("{}: {name}: {error}", file.display());
            }
        }
        if let Some(out) = out {
            let number = *read + *not_read;
            fs::write(out.join(format!("{name}-{number}.dat")), &table)?;
        }
    }
    Ok(())
}

/// Properties of a DMAR that affect group numbers.
fn of_dmar(dmar: &Dmar) -> Vec<(&'static str, bool)> {
    let mut blocks = dmar.blocks.iter();
    vec![
        ("DMAR with several units", dmar.units().nth(1).is_some()),
        (
            "DMAR with devices that are not PCI functions",
            blocks.any(|block| matches!(block, DmarBlock::AcpiDevice(_))),
        ),
    ]
}

/// Properties of an IVRS that affect group numbers.
fn of_ivrs(ivrs: &Ivrs) -> Vec<(&'static str, bool)> {
    let entries = || ivrs.units().flat_map(|unit| &unit.entries);
    let covers = |id: u16| {
        entries().any(|entry| match &entry.kind {
            DeviceEntryKind::All => true,
            DeviceEntryKind::Devices { devices, .. } | DeviceEntryKind::Alias { devices, .. } => {
                devices.contains(RequesterId(id))
            }
            _ => false,
        })
    };
    let is_acpi = |kind: &DeviceEntryKind| matches!(kind, DeviceEntryKind::Acpi { .. });
    vec![
        ("IVRS with several units", ivrs.units().nth(1).is_some()),
        ("IVRS that leaves out 00:00.0", !covers(0)),
        ("IVRS that leaves out 00:01.0", !covers(8)),
        (
            "IVRS with devices that are not PCI functions",
            entries().any(|entry| is_acpi(&entry.kind)),
        ),
    ]
}

/// The tables in a file: the file itself, or those in acpidump's text.
fn found(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    const NAMES: [&str; 2] = ["DMAR", "IVRS"];
    for name in NAMES {
        if bytes.starts_with(name.as_bytes()) && !bytes.starts_with(format!("{name} @").as_bytes())
        {
            return vec![(name, bytes.to_vec())];
        }
    }
    let mut found: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let mut inside = false;
    for line in String::from_utf8_lossy(bytes).lines() {
        if let Some((name, _)) = line.split_once(" @ 0x") {
            let known = NAMES.iter().find(|known| name == **known);
            inside = known.is_some();
            found.extend(known.map(|name| (*name, Vec::new())));
        } else if inside
            && let Some((_, rest)) = line.split_once(": ")
            && let Some((_, table)) = found.last_mut()
        {
            // Two blanks and the ASCII column follow the digits.
            let digits = rest.split("  ").next().unwrap_or_default();
            let digits = digits
                .split(' ')
                .map_while(|byte| u8::from_str_radix(byte, 16).ok());
            table.extend(digits);
        }
    }
    found
}
