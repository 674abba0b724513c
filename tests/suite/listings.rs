//! Listings of other programs than lspci, as input of the command.

use std::fs;

use serde_json::{Value, json};
use testkit::Scratch;

use crate::command::{Run, passthru};

const FOLDER: &str = "pci-core/tests/listings";

/// A text in a file of its own, which is removed with this.
struct Pasted(Scratch);

impl Pasted {
    fn new(text: &str) -> Self {
        let place = Scratch::new();
        place.write("pasted", text);
        Self(place)
    }

    fn run(&self, words: &[&str]) -> Run {
        passthru(&[words, &["--from", &self.0.word("pasted")]].concat())
    }
}

fn list(name: &str) -> Value {
    let run = passthru(&["list", "--json", "--from", &format!("{FOLDER}/{name}")]);
    assert_eq!(run.status, 0, "{}", run.err);
    run.json()
}

/// Address, ids, class and driver of each function.
fn rows(list: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let devices = list["devices"].as_array().unwrap();
    let row = |device: &Value| {
        let driver = match (&device["driver"], device["driver_known"].as_bool().unwrap()) {
            (Value::Null, true) => "none".to_owned(),
            (driver, _) => text(driver),
        };
        format!(
            "{} {}:{} {} {driver}",
            text(&device["address"]),
            text(&device["vendor"]),
            text(&device["device"]),
            text(&device["class_code"]),
        )
    };
    devices.iter().map(row).collect()
}

/// The codes of what the doctor says, and what it says it of.
fn findings(run: &Run) -> Vec<(String, Value)> {
    assert!(run.status < 2, "{}", run.err);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let code = |finding: &Value| finding["code"].as_str().unwrap().to_owned();
    findings
        .iter()
        .map(|finding| (code(finding), finding["devices"].clone()))
        .collect()
}

fn says(findings: &[(String, Value)], code: &str) -> bool {
    findings.iter().any(|(found, _)| found == code)
}

#[test]
fn each_listing_shows_its_functions() {
    for (name, expected) in [
        (
            "nodedev.xml",
            &[
                "0000:00:01.0 8086:a70d 060400 pcieport",
                "0000:00:02.0 8086:5912 030000 i915",
                "0000:03:00.0 8086:1521 020000 igb",
                "0000:03:10.4 8086:1520 020000 igbvf",
                "0000:82:00.0 10de:2204 030000 vfio-pci",
                "0000:82:00.1 10de:1aef 040300 none",
            ][..],
        ),
        (
            "esxcli-pci-list.txt",
            &[
                "0000:00:1c.0 8086:a338 060400 none",
                "0000:01:00.0 10de:2803 030000 pciPassthru",
                "0000:01:00.1 10de:22bd 040300 none",
            ],
        ),
        (
            "esxi-lspci-p.txt",
            &[
                "0000:00:00.0 8086:3ec2 - -",
                "0000:01:00.0 10de:1f82 - pciPassthru",
                "0000:02:00.0 8086:1533 - igbn",
            ],
        ),
        (
            "pciconf.txt",
            &[
                "0000:00:00.0 1022:1480 060000 hostb",
                "0000:00:03.1 1022:1483 060400 pcib",
                "0000:0a:00.0 1002:73af 030000 ppt",
                "0000:0a:00.1 1002:ab28 040300 none",
                "0001:01:02.1 8086:154c 020000 ppt",
            ],
        ),
        (
            "lshw.json",
            &[
                "0000:00:01.0 -:- 0604 pcieport",
                "0000:01:00.0 10de:1c82 0300 nouveau",
                "0000:01:00.1 -:- - none",
            ],
        ),
        (
            "hwinfo.txt",
            &[
                "0000:01:00.0 10de:1c82 030000 nouveau",
                "0000:01:00.1 10de:0fb9 040300 none",
            ],
        ),
        (
            "driverctl.txt",
            &[
                "0000:00:00.0 -:- - none",
                "0000:01:00.0 -:- - vfio-pci",
                "0000:01:00.1 -:- - vfio-pci",
                "0000:03:00.0 -:- - igb",
            ],
        ),
        (
            "sysfs-links.txt",
            &[
                "0000:00:00.0 -:- - -",
                "0000:00:01.0 -:- - -",
                "0000:01:00.0 -:- - vfio-pci",
                "0000:01:00.1 -:- - -",
            ],
        ),
        (
            "xl.txt",
            &[
                "0000:01:00.0 -:- - pciback",
                "0000:01:00.1 -:- - pciback",
                "0000:03:00.0 -:- - pciback",
                "0000:04:00.0 -:- - pciback",
            ],
        ),
    ] {
        assert_eq!(rows(&list(name)), expected, "{name}");
    }
}

#[test]
fn every_listing_is_read_and_examined() {
    for file in fs::read_dir(crate::command::top().join(FOLDER)).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().unwrap() == "README.md" {
            continue;
        }
        let path = path.to_str().unwrap();
        for words in [&["list"][..], &["doctor"], &[], &["groups"]] {
            let run = passthru(&[words, &["--from", path]].concat());
            assert!(run.status < 2, "{path}: {}", run.err);
            assert!(!run.out.is_empty(), "{path}");
        }
    }
}

#[test]
fn windows_devices_without_an_address_are_listed_apart() {
    let found = list("get-pnpdevice.txt");
    assert_eq!(rows(&found), ["0000:01:00.0 10de:2684 - nvlddmkm"]);
    let unplaced = found["without_address"].as_array().unwrap();
    let ids: Vec<_> = unplaced
        .iter()
        .map(|d| (&d["vendor"], &d["device"]))
        .collect();
    let id = |vendor, device| (json!(vendor), json!(device));
    let expected = [id("8086", "a70d"), id("8086", "a74f"), id("10de", "22ba")];
    let expected: Vec<_> = expected.iter().map(|(a, b)| (a, b)).collect();
    assert_eq!(ids, expected);
    // That Windows once saw a card does not put it into the machine.
    let found = list("pnputil.txt");
    assert_eq!(found["without_address"][0]["present"], false);
    let found = list("survey-dda.txt");
    let path = &found["without_address"][0]["location_path"];
    assert_eq!(path, "PCIROOT(0)#PCI(0100)#PCI(0000)");
    assert_eq!(list("lshw.txt")["without_address"], json!([]));
}

/// A Linux host with a Windows guest: its addresses are not those of the host.
#[test]
fn a_listing_of_a_guest_adds_nothing_to_the_host() {
    let text = format!(
        "The host:\n```\n$ lspci -nn\n05:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
         AD102 [GeForce RTX 4090] [10de:2684] (rev a1)\n```\nThe guest has code 43:\n```\n{}```\n",
        listing!("get-pnpdevice.txt")
    );
    let pasted = Pasted::new(&text);
    let found = pasted.run(&["list", "--json"]).json();
    assert_eq!(rows(&found), ["0000:05:00.0 10de:2684 0300 -"]);
    assert_eq!(found["without_address"], json!([]));
    let output = findings(&pasted.run(&["doctor", "--json"]));
    assert!(says(&output, "guest-listing-ignored"), "{output:?}");
    assert!(!says(&output, "system-not-judged"), "{output:?}");
}

/// Several listings in one post are put together by address.
#[test]
fn listings_of_one_host_are_joined() {
    let text = format!(
        "```\n{}```\nand\n```\n$ virsh nodedev-dumpxml pci_0000_01_00_0\n{}```\n",
        listing!("lshw.txt"),
        listing!("nodedev.xml")
            .replace("82_00", "01_00")
            .replace("<bus>130<", "<bus>1<")
            .replace("0x82", "0x01")
    );
    let pasted = Pasted::new(&text);
    let found = pasted.run(&["list", "--json"]).json();
    let rows = rows(&found);
    // The first shows what it is, the last who holds it now.
    assert!(
        rows.contains(&"0000:01:00.0 10de:1c82 030000 vfio-pci".to_owned()),
        "{rows:?}"
    );
    let groups = pasted.run(&["groups", "--json"]).json();
    let group = &groups["groups"].as_array().unwrap()[3];
    assert_eq!(group["id"], 40);
    assert_eq!(group["complete"], true);
    assert_eq!(group["devices"], json!(["0000:01:00.0", "0000:01:00.1"]));
}

#[test]
fn messages_of_esxi_are_evaluated_as_esxis() {
    let run = passthru(&["doctor", "--json", &format!("{FOLDER}/esxcli-pci-list.txt")]);
    assert_eq!(run.status, 1, "{}", run.err);
    let output = findings(&run);
    let codes: Vec<(&str, &Value)> = output
        .iter()
        .map(|(code, of)| (code.as_str(), of))
        .collect();
    assert_eq!(
        codes,
        [
            ("esxi-passthrough-pending", &json!(["0000:01:00.1"])),
            ("esxi-passthrough-on", &json!(["0000:01:00.0"])),
        ]
    );
}

#[test]
fn there_is_no_plan_for_devices_without_a_verdict() {
    for name in ["pciconf.txt", "get-pnpdevice.txt", "xl.txt"] {
        let path = format!("{FOLDER}/{name}");
        let address = if name == "pciconf.txt" {
            "0a:00.0"
        } else {
            "01:00.0"
        };
        let run = passthru(&["plan", address, "--for", "proxmox", "--from", &path]);
        assert_eq!(run.status, 2, "{}", run.out);
        assert!(
            run.err.contains("expected --for with one of "),
            "{}",
            run.err
        );
        assert!(run.err.contains("found proxmox"), "{}", run.err);
    }
}

/// An interface that DPDK calls active is the host's own.
#[test]
fn an_active_interface_is_in_use() {
    let path = format!("{FOLDER}/dpdk-devbind.txt");
    let output = findings(&passthru(&["doctor", "03:00.0", "--json", "--from", &path]));
    assert!(says(&output, "network-on-device"), "{output:?}");
    let output = findings(&passthru(&["doctor", "81:00.0", "--json", "--from", &path]));
    assert!(!says(&output, "network-on-device"), "{output:?}");
}

/// A card as `lspci -vv` shows it to anybody.
const VERBOSE_CARD: &str = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- \
DisINTx+
\tRegion 0: Memory at 84000000 (32-bit, non-prefetchable) [size=16M]
\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=256M]
\tRegion 5: I/O ports at 4000 [size=128]
\tExpansion ROM at 85000000 [disabled] [size=512K]
\tCapabilities: [bb0 v1] Physical Resizable BAR
\t\tBAR 1: current size: 256MB, supported: 128MB 256MB 512MB
\tKernel driver in use: nouveau

";

#[test]
fn bars_of_verbose_text_are_read() {
    let card = Pasted::new(VERBOSE_CARD);
    let run = card.run(&["list", "01:00.0"]);
    for output in [
        "16M memory, 32-bit",
        "256M memory, 64-bit, prefetchable; can be 128M, 256M, 512M",
        "128 I/O ports",
        "512K",
    ] {
        assert!(run.out.contains(output), "{output}: {}", run.out);
    }
    let bars = card.run(&["list", "--json"]).json()["devices"][0]["bars"].take();
    let first = json!({
        "bar": 0, "size": 16 << 20, "kind": "memory", "prefetchable": false,
        "is_64_bit": false, "resizable_to": [],
    });
    assert_eq!(bars[0], first);
    assert_eq!(
        bars[1]["resizable_to"],
        json!([128 << 20, 256 << 20, 512 << 20])
    );
    assert_eq!(
        (&bars[2]["bar"], &bars[2]["kind"]),
        (&json!(5), &json!("io"))
    );
    // Of lines that went through a search some may be missing.
    let some = VERBOSE_CARD
        .lines()
        .filter(|line| !line.contains("Region 1"));
    let some: Vec<&str> = some.collect();
    let searched = format!("$ lspci -vvnn | grep -v 'Region 1'\n{}\n", some.join("\n"));
    let searched = Pasted::new(&searched.replace("\tControl:", "\tx:"));
    let bars = searched.run(&["list", "--json"]).json()["devices"][0]["bars"].take();
    assert_eq!(bars, Value::Null);
}

#[test]
fn links_of_sysfs_show_the_path_of_a_function() {
    let run = passthru(&[
        "list",
        "01:00.0",
        "--from",
        &format!("{FOLDER}/sysfs-links.txt"),
    ]);
    assert!(run.out.contains("upstream"), "{}", run.out);
    assert!(run.out.contains("00:01.0"), "{}", run.out);
    assert!(run.out.contains("vfio-pci"), "{}", run.out);
    // The IDs are reported as missing, with the command that shows them.
    let doctor = passthru(&["doctor", "--from", &format!("{FOLDER}/sysfs-links.txt")]);
    assert!(doctor.out.contains("PCI devices"), "{}", doctor.out);
}

/// The verdict of a card names the missing facts once; the members of a known group are none of them.
#[test]
fn the_members_of_a_group_are_requested_below_the_missing_facts() {
    let text = "Passthrough of 03:00 with KVM to a VM: what else do I need?\n\n\
                03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2504] (rev a1)\n\
                \tKernel driver in use: vfio-pci\n\
                03:00.1 Audio device [0403]: NVIDIA Corporation GA106 Audio [10de:228e] (rev a1)\n\
                \tKernel driver in use: vfio-pci\n\n\
                pci 0000:03:00.0: Adding to iommu group 14\n";
    let screen = Pasted::new(text).run(&["doctor"]).out;
    assert!(screen.contains("the IOMMU group is missing"), "{screen}");
    assert!(!screen.contains("the IOMMU group of 03:00"), "{screen}");
    assert!(screen.contains("IOMMU group 14 has members"), "{screen}");
}
