//! Readers of hypervisors that are in no distribution, from their own sources.
//!
//! `HYPERVISOR_SOURCES` names a folder with checkouts by their repositories' names:
//! qemu-server and its siblings (Proxmox VE), talos, pcidevices (Harvester), middleware
//! (TrueNAS), cloud-hypervisor, vm-bhyve and webgui (Unraid); `HYPERVISOR_PYTHON` an
//! interpreter with jsonschema, pydantic and PyYAML, where .venv has not. `INCUS` is
//! the words of a command that talks to a daemon of Incus.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hvconf::description::{Firmware, KvmSignature, SecureBoot};
use hvconf::incus::Program;
use hvconf::kubernetes::{Pooling, harvester, talos};
use hvconf::truenas::VmNumber;
use hvconf::unraid::VfioPciCfg;
use hvconf::{bhyve, cloud_hypervisor, incus, truenas, unraid};
use testkit::program::find;
use testkit::random::{Random, seed};
use testkit::skipped::optional;
use testkit::{Reader, Scratch, environment};

use crate::oracles::devices::{addresses, machine};

/// The checkout of a repository. Sources are optional, so a missing one is not a failure.
pub(crate) fn source(repository: &str) -> Option<PathBuf> {
    let sources = environment::path(environment::HYPERVISOR_SOURCES);
    let found = sources.map(|sources| Path::new(&sources).join(repository));
    let found = found.filter(|place| place.is_dir());
    if found.is_none() {
        optional(
            &format!("HYPERVISOR_SOURCES names no folder with {repository}"),
            "its checkout there",
        );
    }
    found
}

/// The reader `name` of `sources.py`.
fn reader(name: &str, repository: &str) -> Option<Reader> {
    let sources = source(repository)?;
    let python = environment::path(environment::HYPERVISOR_PYTHON).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python"),
        PathBuf::from,
    );
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/sources.py");
    Some(Reader::spawn(
        Command::new(python)
            .args([script, name])
            .env("HYPERVISOR_SOURCES", sources.parent().unwrap()),
    ))
}

#[test]
fn taloss_schema_accepts_our_documents() {
    let Some(mut reader) = reader("talos", "talos") else {
        return;
    };
    let mut numbers = Random::new(seed(0x7a1));
    for _ in 0..10 {
        let vm = machine(&mut numbers);
        let text = talos(&vm).files[0].to_string();
        assert_eq!(reader.read(&text), Ok(String::new()), "{text}");
        assert!(
            reader
                .read(&text.replace("targetDriver", "driver"))
                .is_err()
        );
        assert!(
            reader
                .read(&text.replace("PCIDriverRebindConfig", "PCIRebind"))
                .is_err()
        );
        assert!(
            reader
                .read(&text.replace("- name: vfio_pci", "- module: vfio_pci"))
                .is_err()
        );
    }
}

#[test]
fn harvesters_definition_accepts_our_claims() {
    let Some(mut reader) = reader("harvester", "pcidevices") else {
        return;
    };
    let mut numbers = Random::new(seed(0x4a5));
    let node = "node1".parse().unwrap();
    for round in 0..10 {
        let vm = machine(&mut numbers);
        let pooling = [Pooling::Pooled, Pooling::PerDevice][round % 2];
        let text = harvester(&vm, &node, pooling).unwrap().files[0].to_string();
        assert_eq!(reader.read(&text), Ok(String::new()), "{text}");
        assert!(
            reader
                .read(&text.replace("  address:", "  adress:"))
                .is_err()
        );
        // What an address without quotes may be to a reader of YAML 1.1.
        let address = text
            .find("address: \"")
            .map(|at| at + "address: ".len())
            .unwrap();
        let mut number = text.clone();
        number.replace_range(address..address + "\"0000:00:00.0\"".len(), "60.0");
        assert!(reader.read(&number).is_err(), "{number}");
    }
}

#[test]
fn truenass_models_accept_our_calls() {
    let Some(mut reader) = reader("truenas", "middleware") else {
        return;
    };
    let mut numbers = Random::new(seed(0x7e5));
    for _ in 0..10 {
        let vm = machine(&mut numbers);
        let emitted = truenas::emit(&vm, VmNumber(3), &[], truenas::DeviceCall::InAttributes);
        let calls: Vec<&String> = emitted
            .commands
            .iter()
            .filter(|command| command.argv[2] == "vm.device.create")
            .map(|command| &command.argv[3])
            .collect();
        assert_eq!(calls.len(), vm.assigned.functions().count());
        for call in calls {
            assert!(reader.read(call).is_ok(), "{call}");
            assert!(reader.read(&call.replace("pptdev", "device")).is_err());
            assert!(reader.read(&call.replace("\"PCI\"", "\"PCIE\"")).is_err());
        }
    }
}

#[test]
fn cloud_hypervisors_api_schema_accepts_our_json() {
    let Some(mut reader) = reader("cloud_hypervisor", "cloud-hypervisor") else {
        return;
    };
    let mut numbers = Random::new(seed(0xc10d));
    for _ in 0..20 {
        let vm = machine(&mut numbers);
        let text = cloud_hypervisor::emit(&vm).files[0].to_string();
        assert_eq!(reader.read(&text), Ok(String::new()), "{text}");
        assert!(
            reader
                .read(&text.replace("\"path\"", "\"device\""))
                .is_err()
        );
        assert!(reader.read(&text.replace("4294967296", "\"4G\"")).is_err());
    }
}

/// The arguments that vm-bhyve would start bhyve with.
fn vm_bhyve(sources: &Path, scratch: &Scratch, text: &str) -> Option<String> {
    let file = scratch.write("guest.conf", text);
    // setvar is of FreeBSD's shell. The slots follow those of a guest's disks.
    let script = "setvar() { printf -v \"$1\" %s \"$2\"; }\n\
        . \"$1/lib/vm-config\"; . \"$1/lib/vm-run\"\n\
        VERSION_BSD=1400000 _slot=4 _bus=0 _maxslots=31 _devices= _opts=\n\
        config::load \"$2\"; vm::bhyve_device_passthru; printf %s \"$_devices\"";
    let output = Command::new(find("bash")?)
        .args(["-c", script, "bash"])
        .arg(sources)
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn vm_bhyves_scripts_pass_what_we_write_and_what_we_read() {
    let Some(sources) = source("vm-bhyve") else {
        return;
    };
    let scratch = Scratch::new();
    let assigned = |text: &str| {
        let words = vm_bhyve(&sources, &scratch, text)?;
        let words: Vec<&str> = words.split_whitespace().collect();
        Some(bhyve::read_arguments(&words).map(|back| addresses(&back.description)))
    };
    let mut numbers = Random::new(seed(0xb47));
    for _ in 0..15 {
        let vm = machine(&mut numbers);
        let text = bhyve::emit(&vm).unwrap().files[0].to_string();
        let Some(found) = assigned(&text) else { return };
        assert_eq!(found.unwrap(), addresses(&vm), "{text}");
    }
    let lines = [
        "passthru0=\"1/0/0\"",
        "passthru1=2/0/0",
        "passthru1=\"3/0/0\" # x",
        "passthru2=\"4/0/0=7:0\"",
        "passthru3=5/0/0",
        " passthru0=6/0/0",
        "passthru0 = 7/0/0",
        "#passthru0=8/0/0",
        "loader=\"uefi\"",
        "passthru2=\"\"",
        "passthru1=\"2/0/1#a\"",
        "passthru4=9/0/0  ",
        "Passthru0=1/1/1",
        "passthru00=1/2/0",
    ];
    for _ in 0..250 {
        let mut text = String::new();
        for _ in 0..numbers.below(8) {
            text = text + numbers.pick(&lines) + "\n";
        }
        let Some(theirs) = assigned(&text) else {
            return;
        };
        let ours = bhyve::read(&text).map(|back| addresses(&back.description));
        assert_eq!(ours.ok(), theirs.ok(), "{text}");
        // What is put in is passed, and what was passed still is.
        let vm = machine(&mut numbers);
        let Ok(new) = bhyve::assign(&text, vm.assigned.slots()) else {
            continue;
        };
        let all = assigned(&new).unwrap().unwrap();
        assert!(
            addresses(&vm).iter().all(|one| all.contains(one)),
            "{text}\n{new}"
        );
    }
}

/// What Unraid's scripts would bind: the words that they understand, as address and id.
fn unraid_binds(sources: &Path, scratch: &Scratch, text: &str) -> Option<Vec<String>> {
    let file = scratch.write("vfio-pci.cfg", text);
    let begin = std::fs::read_to_string(sources.join("sbin/vfio-pci")).unwrap();
    let bind = std::fs::read_to_string(sources.join("sbin/vfio-pci-bind.sh")).unwrap();
    // Up to where it looks for the function on the machine.
    let (parse, _) = bind.split_once("# BDF not provided").unwrap();
    let (before, after) = parse.split_once("if [[ $EUID").unwrap();
    let (_, after) = after.split_once("\nfi\n").unwrap();
    let bind = format!("{before}{after}\necho \"bound $BDF $VD\"\n");
    let bind = scratch.write("bind.sh", &bind);
    scratch.directory("groups/1");
    let begin = begin
        .replace("/boot/config/vfio-pci.cfg", file.to_str().unwrap())
        .replace(
            "/sys/kernel/iommu_groups/",
            scratch.path().join("groups").to_str().unwrap(),
        )
        .replace("/usr/bin/fromdos", "tr -d '\\r'")
        .replace(
            "/usr/local/sbin/vfio-pci-bind.sh",
            &format!("bash {}", bind.display()),
        );
    assert!(
        !begin.contains("/boot") && begin.contains("bind.sh"),
        "{begin}"
    );
    let (begin, _) = begin.split_once("echo 'Devices listed").unwrap();
    let script = scratch.write("vfio-pci", begin);
    let output = Command::new(find("bash")?).arg(script).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let bound = out.lines().filter_map(|line| line.strip_prefix("bound "));
    Some(bound.map(|line| line.trim().to_lowercase()).collect())
}

#[test]
fn unraids_scripts_bind_what_we_write_and_what_we_read() {
    let Some(sources) = source("webgui") else {
        return;
    };
    let scratch = Scratch::new();
    let ours = |file: &VfioPciCfg| -> Vec<String> {
        let functions = file.functions().map(|one| {
            let id = one.id.map(|id| format!(" {id}")).unwrap_or_default();
            format!("{}{id}", one.address)
        });
        let mut all: Vec<String> = functions
            .chain(file.ids().map(|id| id.to_string()))
            .collect();
        all.sort();
        all
    };
    let theirs = |text: &str| -> Option<Vec<String>> {
        let mut all = unraid_binds(&sources, &scratch, text)?;
        all.sort();
        Some(all)
    };
    let mut numbers = Random::new(seed(0x0ba1));
    for _ in 0..6 {
        let vm = machine(&mut numbers);
        let text = unraid::emit(&vm).files[0].to_string();
        let Some(bound) = theirs(&text) else { return };
        assert_eq!(bound.len(), vm.assigned.functions().count(), "{text}");
        assert_eq!(bound, ours(&VfioPciCfg::parse(&text)));
    }
    let pieces = [
        "BIND=",
        "0000:01:00.0|10de:2204",
        " ",
        "10de:1aef|0000:01:00.1",
        "02:00.0",
        "1912:0014",
        "\n",
        "\"",
        "BIND=\"0000:03:00.0\"\n",
        "x",
        "10000:01:00.0",
        "OTHER=1\n",
        "# BIND=1\n",
        "0000:04:00.0|",
    ];
    for _ in 0..150 {
        let mut text = String::new();
        for _ in 0..1 + numbers.below(8) {
            text += numbers.pick(&pieces);
        }
        let file = VfioPciCfg::parse(&text);
        let Some(theirs) = theirs(&text) else { return };
        // A quote within a value goes away there; here such a word is a fault.
        if file.faults().next().is_none() && text.matches('"').count() % 2 == 0 {
            assert_eq!(ours(&file), theirs, "{text:?}");
        }
    }
}

#[test]
fn an_incus_daemon_accepts_our_documents() {
    let Some(words) = environment::text(environment::INCUS) else {
        optional(
            "INCUS names no command that talks to a daemon of Incus",
            "INCUS=incus",
        );
        return;
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let incus = |arguments: &[&str], input: &str| {
        use std::io::Write as _;
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    };
    // A profile is held to the same rules as an instance, and needs no image.
    let profile = format!("passthru-{}", std::process::id());
    incus(&["profile", "create", &profile], "").unwrap();
    let edit = |text: &str| incus(&["profile", "edit", &profile], text);
    let mut numbers = Random::new(seed(0x1c5));
    for round in 0..8 {
        let mut vm = machine(&mut numbers);
        vm.firmware = [
            Firmware::SeaBios,
            Firmware::Ovmf(SecureBoot::Off),
            Firmware::Ovmf(SecureBoot::On),
        ][round % 3];
        vm.hiding.kvm = KvmSignature::Shown;
        vm.processors = std::num::NonZeroU16::new(4);
        let text = incus::emit(&vm, Program::Incus).unwrap().files[0].to_string();
        assert_eq!(edit(&text), Ok(String::new()), "{text}");
        let shown = incus(&["profile", "show", &profile], "").unwrap();
        let (ours, theirs) = (incus::read(&text).unwrap(), incus::read(&shown).unwrap());
        assert_eq!(
            addresses(&ours.description),
            addresses(&theirs.description),
            "{shown}"
        );
        assert_eq!(ours.description.memory, theirs.description.memory);
        assert_eq!(ours.description.firmware, theirs.description.firmware);
        for (good, bad) in [
            ("MiB", "Mi"),
            ("type: \"gpu\"", "type: \"gpus\""),
            ("    address:", "    adress:"),
        ] {
            if text.contains(good) {
                assert!(edit(&text.replace(good, bad)).is_err(), "{bad}");
            }
        }
    }
    incus(&["profile", "delete", &profile], "").unwrap();
}
