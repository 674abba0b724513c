//! The embedded blob against the text that it was made from.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::lookup::{HEAD, POOL};
use super::{Database, Names};
use crate::{ClassCode, PciId};

const TEXT: &str = include_str!("../../data/pci.ids");

fn database() -> Database<'static> {
    Database::parse(TEXT.as_bytes()).unwrap()
}

fn embedded() -> Vec<u8> {
    [HEAD, POOL.as_bytes()].concat()
}

#[test]
fn the_blob_matches_the_text() {
    let blob = database().to_blob().unwrap();
    assert!(blob == embedded(), "stale: run 'cargo xtask names'");
    // What a program grows by.
    assert!(blob.len() < 1_350_000, "{} bytes", blob.len());
}

#[test]
fn the_embedded_blob_passes_every_check() {
    let blob = embedded();
    let names = Names::from_blob(&blob).unwrap();
    let embedded = Names::embedded();
    assert_eq!(names.version(), embedded.version());
    let says = |what: &str| TEXT.lines().any(|line| line == what);
    assert!(says(&alloc::format!("#\tVersion: {}", embedded.version())));
    assert!(says(&alloc::format!("#\tDate:    {}", embedded.date())));
}

/// Counted by another way than the parser's: by the shape of the lines.
#[test]
fn no_line_of_the_text_is_lost() {
    let database = database();
    let entries = TEXT
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (classes, rest): (Vec<_>, Vec<_>) = {
        let mut in_classes = false;
        entries.partition(|line| {
            in_classes |= line.starts_with("C ");
            in_classes
        })
    };
    let count = |lines: &[&str], tabs| {
        let depth = |line: &&&str| line.bytes().take_while(|&byte| byte == b'\t').count() == tabs;
        lines.iter().filter(depth).count()
    };
    assert_eq!(database.vendors().len(), count(&rest, 0));
    assert_eq!(database.devices().len(), count(&rest, 1));
    assert_eq!(database.subsystems().len(), count(&rest, 2));
    assert_eq!(database.base_classes().len(), count(&classes, 0));
    assert_eq!(database.sub_classes().len(), count(&classes, 1));
    assert_eq!(database.prog_ifs().len(), count(&classes, 2));
    assert!(database.devices().len() > 21_000 && database.prog_ifs().len() > 80);
}

#[test]
fn every_entry_of_the_text_is_found() {
    let database = database();
    let names = Names::embedded();
    for (id, name) in database.vendors().iter() {
        assert_eq!(names.vendor(id), Some(name), "{id}");
    }
    for (id, name) in database.devices().iter() {
        assert_eq!(names.device(id), Some(name), "{id}");
    }
    for ((id, subsystem), name) in database.subsystems().iter() {
        assert_eq!(
            names.subsystem(id, subsystem),
            Some(name),
            "{id} {subsystem}"
        );
    }
    for (base, name) in database.base_classes().iter() {
        assert_eq!(names.base_class(base), Some(name), "{base:02x}");
    }
    for ((base, sub), name) in database.sub_classes().iter() {
        assert_eq!(names.class(base, sub), Some(name), "{base:02x}{sub:02x}");
    }
    for ((base, sub, prog_if), name) in database.prog_ifs().iter() {
        let class = ClassCode::new(base, sub, Some(prog_if));
        assert_eq!(names.prog_if(class), Some(name), "{class}");
    }
}

#[test]
fn every_match_is_in_the_text() {
    let database = database();
    let names = Names::embedded();
    for vendor in [0x0000, 0x10de, 0x8086, 0xffff] {
        for device in 0..=u16::MAX {
            let id = PciId::new(vendor, device);
            assert_eq!(names.device(id), database.devices().get(id), "{id}");
        }
    }
    // All of the base classes that have a name, and those above.
    for class in 0..=0x1f_ffff {
        let class = ClassCode::from_u24(class);
        let key = (class.base, class.sub, class.prog_if.unwrap());
        assert_eq!(
            names.prog_if(class),
            database.prog_ifs().get(key),
            "{class}"
        );
    }
}

/// What readers of `lspci` text rely on: the class ends at the first `": "`,
/// and the last bracketed pair of IDs is not part of a name.
#[test]
fn names_do_not_look_like_their_surroundings() {
    let database = database();
    let (bases, subs) = (database.base_classes(), database.sub_classes());
    let classes = bases.iter().map(|(_, name)| name);
    let classes = classes.chain(subs.iter().map(|(_, name)| name));
    for name in classes {
        assert!(!name.contains(": "), "{name}");
    }
    let (vendors, devices, cards) = (
        database.vendors(),
        database.devices(),
        database.subsystems(),
    );
    let names = vendors.iter().map(|(_, name)| name);
    let names = names.chain(devices.iter().map(|(_, name)| name));
    for name in names.chain(cards.iter().map(|(_, name)| name)) {
        let bracketed = name
            .split('[')
            .skip(1)
            .filter_map(|rest| rest.split(']').next());
        for inside in bracketed {
            assert!(inside.parse::<PciId>().is_err(), "{name}");
        }
        assert!(
            !name.contains(char::is_control) && name.trim_ascii() == name,
            "{name}"
        );
    }
}

#[test]
fn every_device_is_found_by_its_own_name() {
    let names = Names::embedded();
    for (id, name) in database().devices().iter().step_by(997) {
        let query: String = name.to_uppercase();
        // Upper case of a non-ASCII letter is another letter here.
        if name.is_ascii() {
            let found = names.search(&query).iter().any(|found| found.id == id);
            assert!(found, "{id} {name}");
        }
    }
    let first = names.search("geforce rtx 5060 ti")[0];
    assert_eq!(first.id.to_string(), "10de:2d04");
    assert_eq!(first.vendor, "NVIDIA Corporation");
}

/// What `lspci` prints for each device goes back to it, and to all others that it
/// prints the same for.
#[test]
fn every_device_is_a_candidate_for_its_own_line() {
    let names = Names::embedded();
    let database = database();
    let mut lines = alloc::collections::BTreeMap::<String, Vec<PciId>>::new();
    for (id, _) in database.devices().iter() {
        let line = names.device_text(id).to_string();
        lines.entry(line).or_default().push(id);
    }
    let shared = lines.values().filter(|ids| ids.len() > 1).count();
    assert!(shared > 1_000, "{shared}");
    // All of the shared ones would take minutes without optimization.
    for (line, ids) in lines.iter().step_by(61) {
        assert_eq!(&names.candidates(line), ids, "{line}");
    }
}

/// Lines with numbers that lspci up to 3.9 cuts so that the ids are gone.
#[test]
fn a_cut_line_has_its_device_among_the_candidates() {
    let names = Names::embedded();
    let database = database();
    let mut cut_lines = 0;
    for (id, _) in database.devices().iter() {
        let line = alloc::format!("{:#}", names.device_text(id));
        if line.len() <= 127 {
            continue;
        }
        cut_lines += 1;
        let mut end = 124;
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        let cut = alloc::format!("{}...", line.get(..end).unwrap());
        if cut.len() == 127 {
            let found = names.candidates(&cut);
            assert!(found.contains(&id), "{cut}");
            assert!(found.len() <= 4, "{cut} {found:?}");
        }
    }
    assert!(cut_lines > 40, "{cut_lines}");
}

/// A text that is loaded at run time answers as the blob of it does.
#[test]
fn the_loaded_text_equals_the_blob() {
    let loaded = super::LoadedNames::parse(TEXT.into()).unwrap();
    let (loaded, embedded) = (loaded.names(), Names::embedded());
    assert_eq!(loaded.version(), embedded.version());
    assert_eq!(loaded.date(), embedded.date());
    let database = database();
    for (id, name) in database.devices().iter() {
        assert_eq!(loaded.device(id), Some(name));
    }
    for ((id, subsystem), name) in database.subsystems().iter() {
        assert_eq!(loaded.subsystem(id, subsystem), Some(name));
    }
    assert_eq!(loaded.search("rtx 5060 ti"), embedded.search("rtx 5060 ti"));
}
