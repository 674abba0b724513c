//! `passthru groups --predict`, from the machines that kernels were booted on.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use testkit::Scratch;

use crate::command::{passthru, top};

/// The configuration space of the functions of a capture in `iommu/tests/captures`.
pub(crate) fn config(name: &str) -> Vec<(String, Vec<u8>)> {
    let path = top().join("iommu/tests/captures").join(name);
    let text = fs::read_to_string(path).unwrap();
    let mut functions: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("function ") {
            let address = rest.split(' ').next().unwrap().to_owned();
            functions.push((address, vec![0; 4096]));
        } else if let (Some((offset, bytes)), Some((_, config))) =
            (line.split_once(": "), functions.last_mut())
        {
            let at = usize::from_str_radix(offset, 16).unwrap();
            for (index, byte) in bytes.split(' ').enumerate() {
                config[at + index] = u8::from_str_radix(byte, 16).unwrap();
            }
        }
    }
    functions
}

/// What `lspci -nxxxx` would print of a capture.
pub(crate) fn dump(name: &str) -> String {
    printed(&config(name))
}

/// What `lspci -nxxxx` would print of these functions.
pub(crate) fn printed(functions: &[(String, Vec<u8>)]) -> String {
    let mut text = String::new();
    for (address, config) in functions {
        let class = format!("{:02x}{:02x}", config[11], config[10]);
        let id = format!(
            "{:02x}{:02x}:{:02x}{:02x}",
            config[1], config[0], config[3], config[2]
        );
        writeln!(text, "{address} {class}: {id}").unwrap();
        for (index, line) in config.chunks(16).enumerate() {
            write!(text, "{:02x}:", index * 16).unwrap();
            for byte in line {
                write!(text, " {byte:02x}").unwrap();
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// A file with that in it.
pub(crate) fn file(scratch: &Scratch, name: &str) -> PathBuf {
    file_of(scratch, "lspci.txt", name)
}

/// [`file`] with a name.
pub(crate) fn file_of(scratch: &Scratch, file: &str, name: &str) -> PathBuf {
    let path = scratch.path().join(file);
    fs::write(&path, dump(name)).unwrap();
    path
}

#[test]
fn groups_before_the_iommu_is_on_with_their_reasons() {
    let scratch = Scratch::new();
    let path = file(&scratch, "graphics.none.txt");
    let from = ["--from", path.to_str().unwrap()];
    let run = |words: &[&str]| passthru(&[&["groups"], words, &from].concat());

    let now = run(&["--predict", "--json"]).json();
    assert_eq!(now["schema"], "passthru-predicted-groups/1");
    assert_eq!(now["source"], "predicted");
    assert_eq!(now["complete"], false);
    let groups = now["groups"].as_array().unwrap();
    let card = groups
        .iter()
        .find(|group| group["devices"].to_string().contains("0000:01:00.0"))
        .unwrap();
    assert!(card["devices"].to_string().contains("0000:02:00.0"));
    let links = card["links"].to_string();
    assert!(links.contains("has no ACS capability"), "{links}");

    let with = run(&["--with", "pcie_acs_override=downstream", "--json"]).json();
    let alone = with["groups"]
        .as_array()
        .unwrap()
        .iter()
        .any(|group| group["devices"] == serde_json::json!(["0000:01:00.0", "0000:01:00.1"]));
    assert!(alone, "{with}");

    let text = run(&["--predict"]);
    assert_eq!(text.status, 0);
    assert!(
        sentences(&text.out).all(|line| line.chars().count() <= 80),
        "{}",
        text.out
    );
    assert!(
        text.out.contains("with 00:02.0: 00:02.0, on its path"),
        "{}",
        text.out
    );
}

/// The lines without functions of a group; function names are not wrapped.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let is_function = |line: &&str| {
        let line = line.strip_prefix("  ").unwrap_or_default();
        line.starts_with(|c: char| c.is_ascii_hexdigit()) && line.contains('[')
    };
    text.lines().filter(move |line| !is_function(line))
}

/// Of one card: what else is in its group, why, and what would part it.
#[test]
fn isolation_of_a_card() {
    let scratch = Scratch::new();
    let path = file(&scratch, "graphics.none.txt");
    let run = |words: &[&str]| {
        let from = ["--from", path.to_str().unwrap()];
        passthru(&[&["groups", "--predict"], words, &from].concat())
    };
    let found = run(&["01:00", "--json"]).json();
    let isolation = &found["isolation"];
    assert_eq!(isolation["devices"].as_array().unwrap().len(), 2);
    let others = isolation["sharing"].as_array().unwrap();
    let drive = others
        .iter()
        .find(|other| other["address"] == "0000:02:00.0")
        .unwrap();
    assert_eq!(drive["chains"][0].as_array().unwrap().len(), 3);
    let change = &isolation["changes"][0];
    assert_eq!(change["kernel_option"], "pcie_acs_override=downstream");
    assert_eq!(change["still_sharing"], serde_json::json!([]));
    assert!(run(&["--json"]).json()["isolation"].is_null());

    let text = run(&["01:00"]).out;
    assert!(!text.contains("00:1f.0"), "{text}");
    assert!(
        text.contains("then no other function shares the group"),
        "{text}"
    );
    assert!(
        sentences(&text).all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let conventional = file(&scratch, "pcie-to-pci.none.txt");
    let from = ["--from", conventional.to_str().unwrap()];
    let text = passthru(&[&["groups", "02:01.0", "--predict"][..], &from].concat()).out;
    assert!(text.contains("pcie_acs_override= has no effect"), "{text}");
}

#[test]
fn a_missing_prediction_has_its_reason() {
    let scratch = Scratch::new();
    let path = file(&scratch, "one-port.none.txt");
    let from = path.to_str().unwrap();
    for (words, says) in [
        (["--with", "intel_iommu=on"], "does not change the groups"),
        (
            ["--with", "pcie_acs_override=yes"],
            "\"yes\" in pcie_acs_override= is not",
        ),
        (
            ["--with", "pci=config_acs=2@00:02.0"],
            "is not up to seven of 0, 1 and x",
        ),
        (["--kernel", "5.4"], "passthru has those of 6.1 to 7.2"),
        (["--kernel", "new"], "expected a kernel release"),
    ] {
        let run = passthru(&[&["groups", "--from", from][..], &words].concat());
        assert_eq!(run.status, 2, "{words:?}: {}", run.out);
        assert!(run.err.contains(says), "{words:?}: {}", run.err);
    }
    // A listing without bytes, and one without root.
    let bare = scratch.path().join("bare.txt");
    fs::write(
        &bare,
        "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:29c0]\n",
    )
    .unwrap();
    let run = passthru(&["groups", "--predict", "--from", bare.to_str().unwrap()]);
    assert!(run.err.contains("sudo lspci -vvvnnxxxx"), "{}", run.err);
    let short = dump("one-port.none.txt");
    let short: Vec<&str> = short
        .lines()
        .filter(|line| {
            let kept = ["0000:", "00: ", "10: ", "20: ", "30: "];
            line.is_empty() || kept.iter().any(|start| line.starts_with(start))
        })
        .collect();
    fs::write(&bare, short.join("\n")).unwrap();
    let run = passthru(&["groups", "--predict", "--from", bare.to_str().unwrap()]);
    assert!(run.err.contains("only root can read them"), "{}", run.err);
}

/// The same machine as `lspci -vv` prints it without numbers.
const NAMED: &str = "\
00:00.0 Host bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse Root Complex
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
00:00.2 IOMMU: Advanced Micro Devices, Inc. [AMD] Starship/Matisse IOMMU
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
00:01.0 Host bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse PCIe Dummy Host
Bridge
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
00:01.1 PCI bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse GPP Bridge (prog-if 00 [Normal decode])
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
\tBus: primary=00, secondary=01, subordinate=01, sec-latency=0
\tCapabilities: [58] Express (v2) Root Port (Slot+), MSI 00
\tCapabilities: [2a0 v1] Access Control Services
01:00.0 VGA compatible controller: NVIDIA Corporation TU104 [GeForce RTX 2080] (rev a1) (prog-if 00 [VGA controller])
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
\tCapabilities: [78] Express (v2) Legacy Endpoint, MSI 00
01:00.1 Audio device: NVIDIA Corporation TU104 HD Audio Controller (rev a1)
\tControl: I/O- Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
\tCapabilities: [78] Express (v2) Endpoint, MSI 00
20:00.0 Host bridge: Advanced Micro Devices, Inc. [AMD] Starship/Matisse Root Complex
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
20:00.2 IOMMU: Advanced Micro Devices, Inc. [AMD] Starship/Matisse IOMMU
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
";

/// IDs by name, the host bridges of AMD's root complexes, and what is assumed of both.
#[test]
fn a_listing_without_ids() {
    let scratch = Scratch::new();
    let predict = |text: &str| {
        let path = scratch.path().join("named.txt");
        fs::write(&path, text).unwrap();
        let words = ["groups", "--predict", "--from", path.to_str().unwrap()];
        let json = passthru(&[&words[..], &["--json"]].concat()).json();
        (json, passthru(&words).out)
    };
    let (json, text) = predict(NAMED);
    let members: Vec<String> = json["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["devices"].to_string())
        .collect();
    assert_eq!(
        members,
        [
            r#"["0000:00:01.0"]"#,
            r#"["0000:00:01.1"]"#,
            r#"["0000:01:00.0","0000:01:00.1"]"#
        ]
    );
    assert_eq!(json["undecided"].as_array().unwrap().len(), 0);
    let ungrouped = [
        "0000:00:00.0",
        "0000:00:00.2",
        "0000:20:00.0",
        "0000:20:00.2",
    ];
    assert_eq!(json["ungrouped"], serde_json::json!(ungrouped));
    assert_eq!(
        json["assumptions"],
        serde_json::json!([
            "ivrs",
            "root-complex-not-in-ivrs",
            "several-root-complexes",
            "ids-by-name"
        ])
    );
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    assert!(
        text.contains("as on other AMD hosts: 00:00.0, 20:00.0."),
        "{text}"
    );
    // Groups in the text prove that there is an IVRS, and are compared.
    let grouped: String = NAMED
        .split_inclusive('\n')
        .map(|line| match line {
            line if line.starts_with("01:00.") => format!("{line}\tIOMMU group: 2\n"),
            line if line.starts_with("00:01.1") => format!("{line}\tIOMMU group: 1\n"),
            line => line.to_owned(),
        })
        .collect();
    let (json, text) = predict(&grouped);
    assert_eq!(json["observed"]["same"], true);
    assert!(!text.contains("Without it an AMD host"), "{text}");
    // No such name: the vendor alone leaves the card's functions as they are.
    let (json, _) = predict(&NAMED.replace("TU104", "Unheard-of"));
    assert_eq!(json["undecided"].as_array().unwrap().len(), 0);
    // A card that does not respond leaves only its own relations open.
    let dead = NAMED.replace(
        "01:00.1 Audio device: NVIDIA Corporation TU104 HD Audio Controller (rev a1)\n",
        "01:00.1 Audio device: NVIDIA Corporation TU104 HD Audio Controller (rev ff)\n\
         \t!!! Unknown header type 7f\n",
    );
    let (json, _) = predict(&dead);
    assert_eq!(json["undecided"], serde_json::json!(["0000:01:00.1"]));
}

/// The firmware's table from acpidump, beside a listing: 00:00.0 is in no group, and the numbers
/// are certain.
#[test]
fn a_table_from_acpidump() {
    let scratch = Scratch::new();
    let capture = fs::read_to_string(top().join("iommu/tests/captures/one-port.amd.txt")).unwrap();
    let rows: Vec<&str> = capture
        .lines()
        .skip_while(|line| *line != "table IVRS")
        .skip(1)
        .take_while(|line| !line.starts_with("function"))
        .filter(|line| !line.starts_with("table"))
        .collect();
    let mut acpidump = String::from("IVRS @ 0x0000000000000000\n");
    for (at, row) in rows.iter().enumerate() {
        writeln!(acpidump, "    {:04X}: {row}  ................", at * 16).unwrap();
    }
    let listing = file(&scratch, "one-port.amd.txt");
    let from = |table: &str| {
        let path = scratch.path().join("table");
        fs::write(&path, table).unwrap();
        let files = [
            "--from",
            listing.to_str().unwrap(),
            "--from",
            path.to_str().unwrap(),
        ];
        passthru(&[&["groups", "--predict", "--json"][..], &files].concat())
    };
    assert_eq!(from(&acpidump).json()["numbers_certain"], true);
    // Cut, it shows nothing.
    let rows: Vec<&str> = acpidump.lines().collect();
    let cut = format!("{}\nuname -r\n6.1.0\n", rows[..rows.len() - 1].join("\n"));
    assert_eq!(from(&cut).json()["numbers_certain"], false);
}

/// The order of root buses in a journal with the newest line first.
#[test]
fn a_reversed_journal() {
    let scratch = Scratch::new();
    let listing = scratch.path().join("listing.txt");
    let text = dump("one-port.none.txt");
    // The port's card is on a root bus of its own.
    fs::write(&listing, text.replace("0000:01:00.0", "0000:40:00.0")).unwrap();
    let numbers = |journal: &str| {
        let path = scratch.path().join("journal.txt");
        fs::write(&path, journal).unwrap();
        let files = [
            "--from",
            listing.to_str().unwrap(),
            "--from",
            path.to_str().unwrap(),
        ];
        let json = passthru(&[&["groups", "--predict", "--json"][..], &files].concat()).json();
        json["groups"][0]["devices"].to_string()
    };
    let line =
        |second: u32, message: &str| format!("Nov 20 07:00:{second:02} host kernel: {message}\n");
    let lines: Vec<String> = [
        "Linux version 6.8.12-9-pve",
        "PCI host bridge to bus 0000:40",
        "PCI host bridge to bus 0000:00",
        "pci 0000:00:02.0: [8086:1901] type 01 class 0x060400",
        "Run /init as init process",
    ]
    .iter()
    .zip(1..)
    .map(|(message, second)| line(second, message))
    .collect();
    let forwards = numbers(&lines.concat());
    let lines: Vec<String> = lines.into_iter().rev().collect();
    assert_eq!(forwards, r#"["0000:40:00.0"]"#);
    assert_eq!(numbers(&lines.concat()), forwards);
}

/// A kernel that turns ACS on too late is known by its release.
#[test]
fn another_kernel() {
    let scratch = Scratch::new();
    let path = file(&scratch, "one-port.none.txt");
    let groups = |kernel: &str| {
        let run = passthru(&[
            "groups",
            "--json",
            "--kernel",
            kernel,
            "--from",
            path.to_str().unwrap(),
        ]);
        run.json()["groups"].as_array().unwrap().len()
    };
    assert!(groups("6.12.80") < groups("6.12.83"));
    assert_eq!(groups("6.1"), groups("7.2"));
}

/// By the rules of the series of 2025 a card without ACS is apart from its port.
#[test]
fn other_rules() {
    let scratch = Scratch::new();
    let path = file(&scratch, "multifunction-without-acs.none.txt");
    let from = ["--from", path.to_str().unwrap()];
    let run = |words: &[&str]| passthru(&[&["groups", "--predict"], words, &from].concat());
    let rules = ["--kernel", "pcie-acs-2025"];
    let now = run(&["--json"]).json();
    assert_eq!(now["rules"], "linux-6.1");
    let found = run(&[&rules[..], &["--json"]].concat()).json();
    assert_eq!(found["rules"], "pcie-acs-2025");
    let alone = serde_json::json!(["0000:01:00.0"]);
    let has = |document: &serde_json::Value| {
        let groups = document["groups"].as_array().unwrap();
        groups.iter().any(|group| group["devices"] == alone)
    };
    assert!(has(&found) && !has(&now));
    let text = run(&rules);
    assert!(
        text.out.contains("not compared with a kernel"),
        "{}",
        text.out
    );
    let wrong = run(&["--kernel", "pcie-acs-2024"]);
    assert_eq!(wrong.status, 2);
}

/// Other hardware: a second card, one downstream of another port, another root port.
#[test]
fn other_hardware() {
    let scratch = Scratch::new();
    let path = file(&scratch, "change-card-with-switch.before.none.txt");
    let from = ["--from", path.to_str().unwrap()];
    let run = |words: &[&str]| passthru(&[&["groups"], words, &from].concat());

    let second_card = ["--with", "card=00:03.0,like=01:00"];
    let found = run(&[&second_card[..], &["--json"]].concat()).json();
    let changed = found["changed"].as_array().unwrap();
    let was = |address: &str| {
        let one = changed.iter().find(|one| one["address"] == address);
        one.map(|one| one["previous_address"].clone())
    };
    assert_eq!(was("0000:05:00.0"), Some(serde_json::Value::Null));
    // The functions after the empty port have another bus.
    assert_eq!(was("0000:09:00.0"), Some("0000:06:00.0".into()));
    assert_eq!(was("0000:01:00.0"), None);
    // The switch has downstream ports without ACS, each of which is with its card.
    let isolation = &found["isolation"];
    assert_eq!(isolation["devices"].as_array().unwrap().len(), 5);
    assert_eq!(isolation["sharing"], serde_json::json!([]));
    let text = run(&second_card).out;
    for line in [
        "  05:00.0  (new) Texas Instruments",
        "  09:00.0  (now 06:00.0) ",
        "Functions have other addresses than now.",
        "No other function shares a group with 05:00.0",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(
        sentences(&text).all(|line| line.chars().count() <= 80),
        "{text}"
    );

    // A card of two functions, of which only the ids are known.
    let text = run(&["--with", "card=00:03.0,10de:2d04,10de:22eb"]).out;
    assert!(text.contains("the function's ACS capability"), "{text}");

    // The card of the port without ACS, moved to another root port.
    let moved = run(&[
        "06:00.0",
        "--with",
        "port=00:05.0,like=00:03.0",
        "--with",
        "moved=06:00,00:05.0",
        "--json",
    ]);
    let moved = moved.json();
    assert_eq!(moved["isolation"]["sharing"], serde_json::json!([]));
    assert_eq!(
        moved["isolation"]["devices"],
        serde_json::json!(["0000:07:00.0"])
    );
    let now = run(&["06:00.0", "--predict", "--json"]).json();
    assert_eq!(now["isolation"]["sharing"][0]["address"], "0000:00:04.0");
    assert_eq!(now["changed"], serde_json::json!([]));

    for (change, says) in [
        ("card=00:02.0", "card=00:02.0: 00:02.0 is in use by 01:00.0"),
        ("card=00:1f.0", "00:1f.0 is neither a root port"),
        (
            "port=00:02.1,like=00:02.0",
            "the kernel does not enumerate 00:02.1",
        ),
        ("moved=01:00", "\"\" in moved= is not the address of a port"),
        ("card=00:03.0,10de", "is not like=SLOT, or up to eight IDs"),
    ] {
        let run = run(&["--with", change]);
        assert_eq!(run.status, 2, "{change}: {}", run.out);
        assert!(run.err.contains(says), "{change}: {}", run.err);
    }
}

/// A host bridge of an Arm host, as `lspci -nnvv` prints it.
const ALTRA: &str = "\
00:00.0 Host bridge [0600]: Ampere Computing, LLC Altra PCI Express Root Complex A [1def:e100]
\tControl: I/O- Mem- BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx-
";

/// An IOMMU whose kernels were not compared is reported as an assumption; SMMUv3 was compared.
#[test]
fn an_iommu_that_was_not_compared_is_an_assumption() {
    let scratch = Scratch::new();
    let assumptions = |line: &str| {
        let path = scratch.path().join("host.txt");
        let text = format!("{line}\n\n{ALTRA}");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let run = passthru(&["groups", "--predict", "--json", "--from", path]);
        run.json()["assumptions"].clone()
    };
    let none = serde_json::json!([]);
    let other = serde_json::json!(["other-iommu"]);
    let v2 = "[    1.000000] arm-smmu 2b400000.iommu: SMMUv2 with:";
    let v3 = "[    0.780951] arm-smmu-v3 9050000.smmuv3: ias 44-bit, oas 44-bit (features 0x8)";
    let virtio = "[    0.500000] virtio_iommu virtio0: input address: 64 bits";
    assert_eq!(assumptions(v2), other);
    assert_eq!(assumptions(virtio), other);
    assert_eq!(assumptions(v3), none);
    assert_eq!(assumptions("[    0.100000] DMAR: IOMMU enabled"), none);
}
