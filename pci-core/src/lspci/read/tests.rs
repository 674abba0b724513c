//! Damage of every kind to texts of every kind.

extern crate std;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use host_tree::Lookup;

use super::hostile_tests::check;
use super::*;

const VERBOSE: &str = "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700] (rev 01)
\tSubsystem: ASUSTeK Computer Inc. Device [1043:8882]
\tFlags: bus master, fast devsel, latency 0, IOMMU group 1
\tCapabilities: [e0] Vendor Specific Information: Len=14 <?>
\tKernel driver in use: igen6_edac

00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d] (rev 01) (prog-if 00 [Normal decode])
\tFlags: bus master, fast devsel, latency 0, IRQ 122, IOMMU group 2
\tBus: primary=00, secondary=01, subordinate=01, sec-latency=0
\tMemory behind bridge: 84000000-850fffff [size=17M] [32-bit]
\tCapabilities: [98] Subsystem: ASUSTeK Computer Inc. Device [1043:8882]
\tKernel driver in use: pcieport

01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD106 [GeForce RTX 4060 Ti] [10de:2803] (rev a1) (prog-if 00 [VGA controller])
\tDeviceName: Slot 1
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:5174]
\tPhysical Slot: 1
\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
\tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- <PERR- INTx-
\tLatency: 0
\tInterrupt: pin A routed to IRQ 16
\tIOMMU group: 17
\tRegion 0: Memory at 84000000 (32-bit, non-prefetchable) [size=16M]
\tExpansion ROM at 85000000 [virtual] [disabled] [size=512K]
\tCapabilities: [60] Power Management version 3
\t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0+,D1-,D2-,D3hot+,D3cold-)
\t\tStatus: D0 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-
\tKernel driver in use: nvidia
\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia

01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22bd] (rev ff) (prog-if ff)
\t!!! Unknown header type 7f
\tKernel modules: snd_hda_intel

";

const PLAIN: &str =
    "00:1f.6 Ethernet controller: Intel Corporation Ethernet Connection (17) I219-V (rev 11)
01:00.0 VGA compatible controller: NVIDIA Corporation Device 2d04 (rev a1)
02:00.0 Class 4000: Device 1234:5678
03:00.0 Unassigned class [ff00]: Realtek Semiconductor Co., Ltd. Device 5287 (rev 01)
";

const NUMERIC: &str = "0000:00:1f.6 0200: 8086:1a1d (rev 11)
0000:01:00.0 0300: 10de:2d04 (rev a1)
10000:e1:00.0 0108: 144d:a80a
";

const KERNEL: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
\tSubsystem: CardExpert Technology Device [10b0:205e]
\tKernel driver in use: vfio-pci
\tKernel modules: nvidiafb, nouveau
05:00.0 Ethernet controller [0200]: Realtek Semiconductor Co., Ltd. RTL8125 2.5GbE Controller [10ec:8125] (rev 05)
\tSubsystem: ASRock Incorporation Device [1849:8125]
\tKernel driver in use: r8169
\tKernel modules: r8169
06:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd Device [144d:a80c]
\tSubsystem: Samsung Electronics Co Ltd Device [144d:a801]
";

const MACHINE: &str = "00:1f.6 \"Ethernet controller [0200]\" \"Intel Corporation [8086]\" \"Ethernet Connection (17) I219-V [1a1d]\" -r11 -p00 \"ASUSTeK Computer Inc. [1043]\" \"Device [8882]\"
01:00.0 \"VGA compatible controller [0300]\" \"NVIDIA Corporation [10de]\" \"Device [2d04]\" -ra1 -p00 \"CardExpert Technology [10b0]\" \"Device [205e]\"
0001:02:00.0 \"PCI bridge\" \"Freescale Semiconductor Inc\" \"P2020E\" -r21 -p00 \"\" \"\"
";

const TAGS: &str = "Slot:\t00:1f.6
Class:\tEthernet controller [0200]
Vendor:\tIntel Corporation [8086]
Device:\tEthernet Connection (17) I219-V [1a1d]
SVendor:\tASUSTeK Computer Inc. [1043]
SDevice:\tDevice [8882]
Rev:\t11
ProgIf:\t00
Driver:\te1000e
Module:\te1000e
IOMMUGroup:\t12

Slot:\t01:00.0
Class:\tVGA compatible controller [0300]
Vendor:\tNVIDIA Corporation [10de]
Device:\tDevice [2d04]
PhySlot:\t0-4
Rev:\ta1
ProgIf:\t00
Driver:\tvfio-pci
Module:\tnvidiafb
Module:\tnouveau

";

const PATHS: &str = "0000:00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d] (rev 01)
0000:00:01.0/01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
0000:00:01.0/00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)
";

const TREE: &str = "-[0000:00]-+-00.0  Intel Corporation Device [8086:a700]
           +-01.0-[01]--+-00.0  NVIDIA Corporation Device [10de:2d04]
           |            \\-00.1  NVIDIA Corporation Device [10de:22eb]
           \\-1f.0  Intel Corporation Device [8086:7a86]
";

fn corpus() -> [&'static str; 4] {
    [VERBOSE, PLAIN, NUMERIC, KERNEL]
}

/// What no browser, chat or terminal changes the facts of, each in another form.
pub(super) fn forms() -> [&'static str; 8] {
    [VERBOSE, PLAIN, NUMERIC, KERNEL, MACHINE, TAGS, PATHS, TREE]
}

/// All that a record says but for its places.
fn facts(text: &str) -> Vec<String> {
    let fact = |r: &Record| {
        alloc::format!(
            "{:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            r.address,
            r.has_domain,
            r.class,
            r.class_name,
            r.id,
            r.name,
            r.revision,
            r.subsystem.as_ref().map(|s| s.value),
            r.subsystem_name,
            r.device_name.as_ref().map(|n| &n.value),
            r.unknown_header.as_ref().map(|h| h.value),
            r.driver.as_ref().map(|d| &d.value),
            r.modules.as_ref().map(|m| &m.value),
            r.iommu_group.as_ref().map(|g| g.value),
        )
    };
    parse(text).records.iter().map(fact).collect()
}

fn lines(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(change).collect()
}

#[test]
fn a_verbose_listing() {
    let listing = parse(VERBOSE);
    assert_eq!(listing.damage, []);
    let [host, bridge, gpu, audio] = &listing.records[..] else {
        panic!("{} records", listing.records.len());
    };
    assert_eq!(host.class.unwrap().to_string(), "060000");
    assert_eq!(host.iommu_group.as_ref().unwrap().value, 1);
    // The capability of that name is not the line of that name.
    assert_eq!(bridge.subsystem, None);
    assert_eq!(bridge.driver.as_ref().unwrap().value, "pcieport");
    assert_eq!(gpu.device_name.as_ref().unwrap().value, "Slot 1");
    assert_eq!(gpu.iommu_group.as_ref().unwrap().value, 17);
    assert_eq!(
        gpu.subsystem.as_ref().unwrap().value.to_string(),
        "1462:5174"
    );
    assert_eq!(
        gpu.name.as_deref(),
        Some("NVIDIA Corporation AD106 [GeForce RTX 4060 Ti]")
    );
    assert_eq!(audio.class.unwrap().to_string(), "0403ff");
    assert_eq!(audio.unknown_header.as_ref().unwrap().value, 0x7f);
    assert_eq!(audio.driver_lookup(), Lookup::Absent);
}

#[test]
fn plain_and_numeric_listings() {
    let listing = parse(PLAIN);
    let classes: Vec<_> = listing
        .records
        .iter()
        .map(|r| r.class.unwrap().to_string())
        .collect();
    assert_eq!(classes, ["0200", "0300", "4000", "ff00"]);
    assert_eq!(
        listing.records[0].name.as_deref(),
        Some("Intel Corporation Ethernet Connection (17) I219-V")
    );
    assert_eq!(listing.records[0].revision, Some(0x11));
    assert_eq!(listing.records[2].id.unwrap().to_string(), "1234:5678");
    assert_eq!(listing.records[1].driver_lookup(), Lookup::NotShown);
    let listing = parse(NUMERIC);
    assert_eq!(listing.records.len(), 3);
    assert!(
        listing
            .records
            .iter()
            .all(|r| r.has_domain && r.id.is_some())
    );
    assert_eq!(listing.records[2].address.unwrap().domain(), 0x10000);
}

#[test]
fn damage_changes_no_fact() {
    for text in corpus() {
        let wanted = facts(text);
        assert!(!wanted.is_empty());
        let damaged = [
            lines(text, |line| alloc::format!("[   12.345678] {line}\n")),
            lines(text, |line| alloc::format!("12:{line}\n")),
            lines(text, |line| alloc::format!("{line}\n\n")),
            lines(text, |line| line.trim_start().to_string()),
            lines(text, |line| line.trim_start().to_string() + " "),
            lines(text, |line| line.trim_start().to_string() + "\n"),
            lines(text, |line| line.trim_start().to_string() + "\n\n"),
            lines(text, |line| alloc::format!("root@pve:~# {line}\n")),
            lines(text, |line| alloc::format!("> {line}\n")),
            lines(text, |line| alloc::format!("{line}\r\n")),
            lines(text, |line| alloc::format!("\u{3000}{line}\u{a0}\n")),
            alloc::format!("\u{feff}{text}"),
            alloc::format!("$ lspci -nnk{}", text.trim_start()),
            alloc::format!("before\n```\n{text}```\nafter: 01:00.0 x\n"),
        ];
        for damaged in damaged {
            assert_eq!(facts(&damaged), wanted, "{damaged}");
        }
        // grep prints a separator for omitted lines: here between records.
        let separated: String = lines(text, |line| {
            let head = !line.starts_with(char::is_whitespace) && !line.is_empty();
            alloc::format!("{}{line}\n", if head { "--\n" } else { "" })
        });
        assert_eq!(facts(&separated), wanted);
        assert!(
            parse(&separated)
                .records
                .iter()
                .all(|record| record.fields == Fields::Presumed)
        );
    }
}

#[test]
fn characters_change_no_fact() {
    let escaped = |text: &str| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace('"', "&quot;").replace('\'', "&#39;")
    };
    for text in forms() {
        let wanted = facts(text);
        assert!(!wanted.is_empty());
        let damaged = [
            escaped(text),
            escaped(text).replace('\n', "<br />"),
            lines(text, |line| alloc::format!("<p>{}</p>", escaped(line))),
            text.replace(':', "\u{ff1a}"),
            text.replace('[', "\u{ff3b}").replace(']', "\u{ff3d}"),
            text.replace('(', "\u{ff08}").replace(')', "\u{ff09}"),
            text.replace(' ', "\u{a0}"),
            text.replace('-', "\u{2011}"),
            text.replace(
                "Corporation",
                "\u{1b}[01;31m\u{1b}[KCorporation\u{1b}[m\u{1b}[K",
            ),
            text.replace("Corporation", "[01;31m[KCorporation[m[K"),
            alloc::format!("[code]{text}[/code]"),
            lines(text, |line| alloc::format!("`{line}`\n")),
            lines(text, |line| alloc::format!("> {line}\n")),
            lines(text, |line| alloc::format!("\u{200b}{line}\r\n")),
            alloc::format!("My card does not work:\n```\n{text}```\nAny idea?\n"),
            text.replace('"', "\u{201d}"),
        ];
        for damaged in damaged {
            assert_eq!(facts(&damaged), wanted, "{damaged}");
            check(&damaged);
        }
    }
}

#[test]
fn rewritten_characters_are_reported() {
    let kinds = |text: &str| -> Vec<_> {
        parse(text)
            .damage
            .iter()
            .map(|d| (d.kind, d.line))
            .collect()
    };
    let line = "01:00.0 0300: 10de:2d04 (rev a1)\n\tKernel driver in use: vfio-pci\n";
    assert_eq!(kinds(line), []);
    assert_eq!(kinds(&line.replace(' ', "\u{a0}")), []);
    let wanted = [(DamageKind::Rewritten, 1), (DamageKind::Rewritten, 2)];
    assert_eq!(kinds(&line.replace(':', "\u{ff1a}")), wanted);
    let driver = line.replace("use:", "use&colon;");
    let listing = parse(&driver);
    assert_eq!(
        listing.damage,
        [Damage {
            kind: DamageKind::Rewritten,
            line: 2
        }]
    );
    let shown = listing.records[0].driver.as_ref().unwrap();
    assert_eq!((shown.value.as_str(), shown.line), ("vfio-pci", 2));
    assert_eq!(shown.text, "Kernel driver in use&colon; vfio-pci");
    // A page's line breaks are not the file's.
    let page = line.replace('\n', "<br>");
    let shown = parse(&page).records.remove(0).driver.unwrap();
    assert_eq!((shown.value.as_str(), shown.line), ("vfio-pci", 1));
}

#[test]
fn prose_has_no_functions() {
    for text in [
        "At 10:00.0 the VGA compatible controller was hot: 55:12.3 minutes later it failed.",
        "Slot: 1\nClass: A\nVendor: B\nDevice: C\n",
        "Device: /dev/sda1\nClass: fast\n",
        "My slot is Slot: 01:00.0 and it works.",
        "- [ ] task\n- [x] done\n+-- a tree\n|   \\-- leaf\n",
        "drwxr-xr-x 2 root root 4096 Jan  1 00:00.0 dir",
        "he said: \"01:00.0 is my card\", didn't he?",
        "vfio-pci 0000:01:00.0: enabling device (0000 -> 0003)",
        "pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0",
        "-device vfio-pci,host=01:00.0,x-vga=on",
        "ids=10de:0fc610de:0e1b",
        "00: de 10 04 2d 07 04 10 00 a1 00 00 03 10 00 80 00",
    ] {
        assert_eq!(parse(text).records, [], "{text}");
    }
}

#[test]
fn the_command_decides_the_meaning_of_absence() {
    let gpu = "01:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n";
    let driver = |command: &str| {
        let listing = parse(&alloc::format!("$ {command}\n{gpu}"));
        match listing.records[0].driver_lookup() {
            Lookup::Absent => "unbound",
            Lookup::NotShown => "unknown",
            _ => "bound",
        }
    };
    assert_eq!(driver("lspci -nnk"), "unbound");
    assert_eq!(driver("sudo lspci -vvv -nn | less"), "unbound");
    assert_eq!(driver("lspci -nn"), "unknown");
    assert_eq!(driver("lspci -nnk | grep -i nvidia"), "unknown");
    assert_eq!(driver("./groups.sh"), "unknown");
    let listing = parse(KERNEL);
    let trust: Vec<_> = listing.records.iter().map(|r| r.fields).collect();
    // The last record may have been cut.
    assert_eq!(trust, [Fields::Whole, Fields::Whole, Fields::Presumed]);
}

#[test]
fn a_command_may_be_known_from_elsewhere() {
    let text = "\tKernel driver in use: nouveau\n";
    let listing = parse_output("lspci -vv -s 02:00.0 | grep driver", text);
    let record = &listing.records[0];
    assert_eq!(record.address.unwrap().to_string(), "0000:02:00.0");
    assert_eq!(record.driver.as_ref().unwrap().value, "nouveau");
    assert_eq!(record.head.evidence("x").line, None);
    assert_eq!(listing.command_of(record).unwrap().line, 0);
}

#[test]
fn groups_from_headings() {
    let text = "IOMMU Group 1:\n\t00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d]\n\
        \t01:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\nIOMMU Group 2:\n\
        \t02:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n\
        IOMMU group 3: 03:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n\
        IOMMU Group  12: 0000:04:00.0 USB controller [0c03] AMD unknown [1022:43d0] (rev 01)\n\
        \tKernel driver in use: xhci_hcd\n\
        05:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n\
        **IOMMU Group 4:\n\n06:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n\n\
        07:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n";
    let listing = parse(text);
    let groups: Vec<_> = listing
        .records
        .iter()
        .map(|r| r.iommu_group.as_ref().map(|g| (g.value, g.line)))
        .collect();
    assert_eq!(
        groups,
        [
            Some((1, 1)),
            Some((1, 1)),
            Some((2, 4)),
            Some((3, 6)),
            Some((12, 7)),
            None,
            Some((4, 10)),
            None
        ]
    );
    let driver = listing.records[4].driver.as_ref();
    assert_eq!(driver.map(|driver| driver.value.as_str()), Some("xhci_hcd"));
    assert_eq!(listing.records[4].name.as_deref(), Some("AMD unknown"));
}

#[test]
fn lines_of_functions_that_are_not_in_the_input_are_reported() {
    let listing = parse("$ lspci -k | grep driver\n\tKernel driver in use: nouveau\n");
    assert_eq!(listing.records, []);
    assert_eq!(
        listing.damage,
        [Damage {
            kind: DamageKind::OrphanField,
            line: 2
        }]
    );
    let cut =
        parse("01:00.0 Bridge [0680]: Quicklogic Corporation V962PBC i960jx Local... (rev 01)\n");
    assert_eq!(cut.records[0].id, None);
    assert_eq!(cut.records[0].revision, Some(1));
    assert_eq!(
        cut.damage,
        [Damage {
            kind: DamageKind::CutName,
            line: 1
        }]
    );
}

#[test]
fn a_cut_text_does_not_show_that_no_driver_is_bound() {
    let text = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
                \tSubsystem: ASUSTeK Computer Inc. Device [1043:877f]\n\tKer\n";
    let fields = |text: &str| parse_output("lspci -nnk", text).records[0].fields;
    assert_eq!(fields(text), Fields::Presumed);
    assert_eq!(fields(&text.replace("\tKer\n", "")), Fields::Whole);
}

#[test]
fn the_prompt_of_fish_is_a_prompt() {
    let text = "me@host ~> lspci -nnk | grep -A1 VGA\n\
                01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
                \tSubsystem: ASUSTeK Computer Inc. Device [1043:877f]\nme@host ~>\n";
    let listing = parse(text);
    assert!(listing.commands[0].filters());
    assert_eq!(listing.records[0].fields, Fields::Presumed);
}

#[test]
fn a_listing_may_be_indented_by_tabs() {
    let whole = "01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04] (rev a1)\n\
                 \tSubsystem: MSI [1462:5351]\n\tKernel driver in use: vfio-pci\n\
                 01:00.1 Audio device [0403]: NVIDIA Device [10de:22eb] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n";
    for tabs in ["\t", "\t\t"] {
        let text: String = whole
            .lines()
            .map(|line| alloc::format!("{tabs}{line}\n"))
            .collect();
        let drivers = |text: &str| -> Vec<_> {
            let records = parse(text).records.into_iter();
            let driver = |record: Record| record.driver.map(|driver| driver.value);
            records.map(driver).collect()
        };
        assert_eq!(drivers(&text), drivers(whole));
    }
}

#[test]
fn a_line_is_of_no_function_where_its_head_is_damaged() {
    for head in [
        "1:00.1 Audio device [0403]: NVIDIA Device [10de:22eb] (rev a1)",
        ".1 Audio device: NVIDIA Device",
        "Audio device: NVIDIA Device 22eb",
    ] {
        let text = alloc::format!(
            "01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04] (rev a1)\n{head}\n\
             \tKernel driver in use: snd_hda_intel\n"
        );
        let listing = parse(&text);
        assert_eq!(listing.records[0].driver, None, "{text}");
        assert_eq!(listing.damage[0].kind, DamageKind::OrphanField);
    }
}

#[test]
fn a_head_in_bold_or_in_a_table_is_read() {
    for text in [
        "**01:00.0** VGA compatible controller [0300]: NVIDIA Device [10de:2d04] (rev a1)\n",
        "**01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04] (rev a1)**\n",
        "<table><tr><td>01:00.0</td><td>VGA compatible controller [0300]: NVIDIA Device \
         [10de:2d04] (rev a1)</td><td>vfio-pci</td></tr></table>\n",
    ] {
        let listing = parse(text);
        assert_eq!(listing.records[0].id, "10de:2d04".parse().ok(), "{text}");
    }
}

#[test]
fn several_groups_on_a_line_are_distinguished() {
    let text = "IOMMU Group 0: 00:00.0 Host bridge [0600]: Intel Device [8086:3ec2] IOMMU Group 1: \
                01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04] 01:00.1 Audio \
                device [0403]: NVIDIA Device [10de:22eb] Group 12 02:00.0 Non-Volatile memory \
                controller [0108]: Samsung Device [144d:a808]\n";
    let groups = |text: &str| -> Vec<_> {
        let records = parse(text).records.into_iter();
        let group = |record: Record| record.iommu_group.map(|group| group.value);
        records.map(group).collect()
    };
    assert_eq!(groups(text), [Some(0), Some(1), Some(1), Some(12)]);
    let numbered = "  7. IOMMU Group 3 00:00.0 Host bridge [0600]: Intel Device [8086:3ec2]\n\
                    00:01.0 PCI bridge [0604]: Intel Device [8086:1901]\n";
    assert_eq!(groups(numbered), [Some(3), None]);
}

#[test]
fn fields_may_be_indented_further_than_their_head() {
    let text = "\t08:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU104 [10de:1e84] (rev a1)\n\
                \t\t\tSubsystem: Gigabyte Technology Co., Ltd Device [1458:3ffc]\n\
                \t\t\tKernel driver in use: nvidia\n";
    let listing = parse(text);
    let record = &listing.records[0];
    assert_eq!(record.driver.as_ref().unwrap().value, "nvidia");
    assert!(record.subsystem.is_some());
}

#[test]
fn a_tree_shows_no_drivers() {
    let text = "# lspci -vvtn\n-[0000:00]---00.0-[01-ff]----00.0  10ee:7011\n";
    let listing = super::super::parse_output("t", text);
    assert!(!listing.records.is_empty());
    assert!(
        listing
            .records
            .iter()
            .all(|record| record.fields != Fields::Whole)
    );
}
