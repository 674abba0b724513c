//! What C's typed functions say is what the library says in JSON, and what Rust says.

use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;

use pci_core::lspci::{self, Fields, Record};
use serde_json::{Value, json};

use crate::command::{passthru, top};
use crate::parity::{installed, missing};
use crate::predicted;
use crate::rom_builder::card;
use crate::rom_dump;
use crate::scratch::Scratch;

/// The C program; `None` where there is no compiler.
static TYPED: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    if missing("cc") || missing("pkg-config") {
        return None;
    }
    let source = top().join("tests/parity/typed.c");
    Some(installed::compile_shared(&source, "parity-typed"))
});

fn typed(program: &PathBuf, words: &[&str]) -> Output {
    installed::command(program).args(words).output().unwrap()
}

/// What it prints; where that succeeds.
fn said(program: &PathBuf, words: &[&str]) -> String {
    let output = typed(program, words);
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {why}");
    String::from_utf8(output.stdout).unwrap()
}

/// A prediction by typed functions, which is the library's document.
fn predicted_by_c(program: &PathBuf, path: &str, devices: &[&str]) -> Value {
    let text = said(program, &[&["predict", path], devices].concat());
    let (typed, document) = text.split_once('\n').unwrap();
    let typed: Value = serde_json::from_str(typed).unwrap();
    let mut document: Value = serde_json::from_str(document).unwrap();
    let fields = document.as_object_mut().unwrap();
    fields.remove("schema").unwrap();
    fields.remove("source").unwrap();
    assert_eq!(typed, document);
    typed
}

fn is_empty(value: &Value) -> bool {
    value.as_array().unwrap().is_empty()
}

#[test]
fn a_prediction_is_its_document() {
    let Some(program) = &*TYPED else { return };
    let scratch = Scratch::new("typed-predicted");
    let file = |name: &str, text: &str| scratch.file(name, text.as_bytes());

    let whole = predicted::dump("graphics.none.txt");
    let path = file("whole", &whole);
    assert!(predicted_by_c(program, &path, &[])["parting"].is_null());
    let parting = &predicted_by_c(program, &path, &["01:00"])["parting"];
    assert!(!is_empty(&parting["others"][0]["reasons"][0]));
    assert!(parting["changes"][0]["option"].is_string(), "{parting}");

    // A card below a port without ACS, and an empty one that has it.
    let mut functions = predicted::config("empty-ports.none.txt");
    let port = functions.iter().find(|(port, _)| port == "0000:00:03.0");
    let bus = port.unwrap().1[0x19];
    for (address, config) in predicted::config("multifunction-without-acs.none.txt") {
        if let Some(function) = address.strip_prefix("0000:01:") {
            functions.push((format!("0000:{bus:02x}:{function}"), config));
        }
    }
    let slots = file("slots", &predicted::printed(&functions));
    let card = format!("{bus:02x}:00");
    let parting = &predicted_by_c(program, &slots, &[&card])["parting"];
    assert_eq!(
        parting["changes"][0]["move_below"], "0000:00:02.0",
        "{parting}"
    );

    // The card goes there, or another like it comes.
    for (change, is_new) in [
        (format!("moved={card},00:02.0"), false),
        (format!("card=00:02.0,like={card}"), true),
    ] {
        let changed = &predicted_by_c(program, &slots, &[&change])["changed"];
        let changed = changed.as_array().unwrap();
        assert_eq!(changed.len(), 2, "{changed:?}");
        let was = changed.iter().map(|function| &function["was"]);
        assert!(
            was.clone().all(|was| was.is_null() == is_new),
            "{changed:?}"
        );
    }

    // What the ACS override cannot change.
    let path = file("bridge", &predicted::dump("pcie-to-pci.none.txt"));
    let parting = &predicted_by_c(program, &path, &["02:01.0"])["parting"];
    let held = parting["others"].as_array().unwrap();
    assert!(held.iter().any(|other| !is_empty(&other["not_overridden"])));

    // What the option leaves of the firmware's controls, the input does not show.
    let ports = file("ports", &predicted::dump("two-ports.none.txt"));
    let found = predicted_by_c(program, &ports, &["pci=config_acs=x1@00:02.0"]);
    assert!(
        !is_empty(&found["undecided"]) && !is_empty(&found["or"]),
        "{found}"
    );
}

/// A host whose functions are all in one group.
fn one_group(scratch: &Scratch) -> String {
    use std::fs;
    let groups = scratch.0.join("sys/kernel/iommu_groups/0/devices");
    fs::create_dir_all(&groups).unwrap();
    let manifest = r#"{"schema": "passthru-tree/1", "title": "one group", "whole": true,
        "whole_directories": ["/sys/bus/pci/devices", "/sys/kernel/iommu_groups",
            "/sys/kernel/iommu_groups/0/devices"]}"#;
    scratch.file("_tree.json", manifest.as_bytes());
    for (address, config) in predicted::config("two-ports.none.txt") {
        let device = scratch.0.join("sys/bus/pci/devices").join(&address);
        fs::create_dir_all(&device).unwrap();
        let id = |at: usize| format!("0x{:02x}{:02x}\n", config[at + 1], config[at]);
        let class = format!("0x{:02x}{:02x}{:02x}\n", config[11], config[10], config[9]);
        for (name, text) in [("vendor", id(0)), ("device", id(2)), ("class", class)] {
            fs::write(device.join(name), text).unwrap();
        }
        fs::write(device.join("config"), config).unwrap();
        let group = "../../../../kernel/iommu_groups/0";
        std::os::unix::fs::symlink(group, device.join("iommu_group")).unwrap();
        let member = format!("../../../../bus/pci/devices/{address}");
        std::os::unix::fs::symlink(member, groups.join(&address)).unwrap();
    }
    scratch.0.to_str().unwrap().to_owned()
}

#[test]
fn groups_that_are_not_as_predicted_are_told() {
    let Some(program) = &*TYPED else { return };
    let scratch = Scratch::new("typed-observed");
    let found = predicted_by_c(program, &one_group(&scratch), &[]);
    let observed = &found["observed"];
    assert_eq!(observed["same"], false, "{found}");
    assert!(!is_empty(&observed["merged"]) && is_empty(&observed["apart"]));
    assert!(observed["cause"].is_string());
}

/// A record as the C program prints it.
fn record(record: &Record) -> Value {
    let card = record.subsystem.as_ref().map(|id| id.value);
    let bits = |class: pci_core::ClassCode| {
        class
            .to_u24()
            .unwrap_or_else(|| u32::from(class.base) << 16 | u32::from(class.sub) << 8)
    };
    json!({
        "line": record.head.line,
        "address": record.address.map(|address| address.to_string()),
        "has_domain": record.has_domain,
        "is_whole": record.fields == Fields::Whole,
        "vendor": record.id.map(|id| id.vendor.0),
        "device": record.id.map(|id| id.device.0),
        "subvendor": card.map(|id| id.vendor.0),
        "subdevice": card.map(|id| id.device.0),
        "class": record.class.map(bits),
        "revision": record.revision.unwrap_or_default(),
        "group": record.iommu_group.as_ref().map(|found| found.value),
        "numa_node": record.numa_node.as_ref().map(|found| found.value),
        "name": record.name,
        "vendor_name": record.vendor_name,
        "class_name": record.class_name,
        "subsystem_name": record.subsystem_name,
        "driver": record.driver.as_ref().map(|found| &found.value),
        "physical_slot": record.physical_slot.as_ref().map(|found| &found.value),
        "device_name": record.device_name.as_ref().map(|found| &found.value),
        "modules": record.modules.as_ref().map(|found| &found.value),
    })
}

/// A card as `lspci -nnk` prints it, and as `-vmmnnk` does.
const LISTINGS: [&str; 4] = [
    "$ lspci -nnk\n0000:01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GB206 \
     [GeForce RTX 5060 Ti] [10de:2d04] (rev a1)\n\tDeviceName: Graphics\n\tSubsystem: ASUSTeK \
     \"Dual\" [1043:8a31]\n\tKernel driver in use: vfio-pci\n\tKernel modules: nouveau, \
     nvidiafb\n0000:02:00.0 Non-Volatile memory controller [0108]: Samsung SSD [144d:a80c]\n",
    "Slot:\t01:00.0\nClass:\tVGA compatible controller [0300]\nVendor:\tNVIDIA Corporation \
     [10de]\nDevice:\tGB206 [2d04]\nSVendor:\tASUSTeK [1043]\nSDevice:\tDevice [8a31]\nPhySlot:\
     \t4\nRev:\ta1\nProgIf:\t00\nDriver:\tnouveau\nModule:\tnouveau\nModule:\tnvidiafb\nNUMANode:\
     \t0\nIOMMUGroup:\t13\n\n",
    "$ lspci -k | grep driver\n\tKernel driver in use: nouveau\n01:00.0 Bridge [0680]: Quicklogic \
     Corporation V962PBC i960jx Local... (rev 01)\n",
    "no listing",
];

#[test]
fn records_of_a_listing_are_those_of_rust() {
    let Some(program) = &*TYPED else { return };
    let scratch = Scratch::new("typed-listing");
    let (mut damaged, mut modules) = (0, 0);
    for (number, text) in LISTINGS.iter().enumerate() {
        let path = scratch.file(&number.to_string(), text.as_bytes());
        let found: Value = serde_json::from_str(&said(program, &["listing", &path])).unwrap();
        let listing = lspci::parse(text);
        let records: Vec<Value> = listing.records.iter().map(record).collect();
        let damage: Vec<Value> = listing
            .damage
            .iter()
            .map(|damage| json!([damage.line, damage.kind]))
            .collect();
        assert_eq!(found["records"], json!(records), "{text}");
        assert_eq!(found["damage"], json!(damage), "{text}");
        damaged += damage.len();
        modules += found["records"].to_string().matches("nvidiafb").count();
    }
    assert!(damaged > 0 && modules == 2, "{damaged} {modules}");
    let path = scratch.file("bytes", b"01:00.0 \xff\n");
    let output = typed(program, &["listing", &path]);
    // PASSTHRU_STATUS_NOT_UTF8.
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn forms_for_monitoring_are_those_of_the_command() {
    let Some(program) = &*TYPED else { return };
    let root = top().join("examples/hosts/proxmox-rtx5060ti/after");
    let root = root.to_str().unwrap();
    for (form, word) in [("json-lines", "jsonl"), ("prometheus", "prometheus")] {
        let expected = passthru(&["doctor", "--format", word, "--root", root]).out;
        assert_eq!(said(program, &["report", root, form]), expected);
    }
}

#[test]
fn a_rom_is_dumped() {
    let Some(program) = &*TYPED else { return };
    let with = rom_dump::tree("typed-dump", &[("rom", &card())]);
    let root = with.0.to_str().unwrap();
    let output = typed(program, &["dump", root, "01:00.0"]);
    assert!(output.status.success());
    assert_eq!(output.stdout, card());
    let without = rom_dump::tree("typed-dump-none", &[]);
    let empty = rom_dump::tree("typed-dump-empty", &[("rom", b"")]);
    // PASSTHRU_STATUS_BAD_DEVICE, _REFUSED, _SYSTEM, each with the command's words.
    for (scratch, device, status) in [
        (&with, "02:00.0", 6),
        (&without, "01:00.0", 11),
        (&empty, "01:00.0", 14),
    ] {
        let root = scratch.0.to_str().unwrap();
        let output = typed(program, &["dump", root, device]);
        assert_eq!(output.status.code(), Some(status), "{device}");
        let said = String::from_utf8(output.stderr).unwrap();
        let (_, said) = said.split_once(": ").unwrap();
        let command = passthru(&["rom", "dump", device, "--root", root]).err;
        assert!(command.contains(said.trim()), "{command}{said}");
    }
}
