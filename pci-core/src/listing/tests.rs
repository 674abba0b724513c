//! Each listing as printed, and with arbitrary damage.

extern crate std;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::{
    ListedFunction, dpdk_devbind, driverctl, esxi, hwinfo, iommu_groups, lshw, nodedev, nvidia_smi,
    pciconf, pvesh, sysfs_links, windows, xl,
};

macro_rules! listing {
    ($name:literal) => {
        include_str!(concat!("../../tests/listings/", $name))
    };
}

const ALL: [&str; 23] = [
    listing!("sysfs-links.txt"),
    listing!("nodedev.xml"),
    listing!("nodedev-list.txt"),
    listing!("esxcli-pci-list.txt"),
    listing!("esxcli-pcipassthru.txt"),
    listing!("esxi-lspci-v.txt"),
    listing!("esxi-lspci-n.txt"),
    listing!("esxi-lspci-p.txt"),
    listing!("get-pnpdevice.txt"),
    listing!("get-pnpdevice.json"),
    listing!("pnputil.txt"),
    listing!("devcon.txt"),
    listing!("survey-dda.txt"),
    listing!("pciconf.txt"),
    listing!("pciconf-old.txt"),
    listing!("lshw.txt"),
    listing!("lshw.json"),
    listing!("lshw-businfo.txt"),
    listing!("hwinfo.txt"),
    listing!("dpdk-devbind.txt"),
    listing!("xl.txt"),
    listing!("iommu-groups-unraid.txt"),
    listing!("iommu-groups-script.txt"),
];

/// Address, class, ID, subsystem, revision, driver: `-` for not shown.
pub(super) fn summary(function: &ListedFunction) -> String {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_string());
    let driver = match &function.driver {
        Lookup::Found(driver) => driver.value.clone(),
        Lookup::Absent => "none".to_string(),
        _ => "-".to_string(),
    };
    format!(
        "{} {} {} {} {} {driver}",
        function.address.value,
        text(function.class.as_ref().map(|class| class.value.to_string())),
        text(function.id().map(|id| id.value.to_string())),
        text(function.subsystem.as_ref().map(|id| id.value.to_string())),
        text(function.revision.map(|revision| format!("{revision:02x}"))),
    )
}

#[test]
fn freebsd() {
    let found = pciconf::parse(listing!("pciconf.txt"));
    let lines: Vec<String> = found.iter().map(summary).collect();
    assert_eq!(
        lines,
        [
            "0000:00:00.0 060000 1022:1480 1022:1480 00 hostb",
            "0000:00:03.1 060400 1022:1483 - 00 pcib",
            "0000:0a:00.0 030000 1002:73af 1043:04fe c0 ppt",
            "0000:0a:00.1 040300 1002:ab28 1002:ab28 00 none",
            "0001:01:02.1 020000 8086:154c 8086:0000 01 ppt",
        ]
    );
    let name = found[2].name.as_deref();
    assert_eq!(
        name,
        Some("Advanced Micro Devices, Inc. [AMD/ATI] Navi 21 [Radeon RX 6900 XT]")
    );
    assert_eq!(found[2].address.line, 12);
    let old = pciconf::parse(listing!("pciconf-old.txt"));
    let lines: Vec<String> = old.iter().map(summary).collect();
    assert_eq!(
        lines,
        [
            "0000:01:00.0 030000 10de:1c82 1458:3733 a1 vgapci",
            "0000:03:00.0 020000 8086:150e 8086:12a2 01 igb",
            "0000:88:00.4 020000 1425:640d 1425:0000 00 ppt",
        ]
    );
    for text in [
        "ppt0@pci0:256:0:0: class=0x030000",
        "ppt0@pci0:1:32:0: class=0x030000",
        "ppt0@pci0:1:1:8: class=0x030000",
        "0@pci0:1:0:0: class=0x030000",
        "somebody@pci0:1:0:0: class=0x030000",
        "ppt0@pci0:1:0: no class",
        "ppt0@pci0:1:0:+1: class=0x030000",
    ] {
        assert_eq!(pciconf::parse(text), [], "{text}");
    }
}

#[test]
fn drivers_by_driverctl_and_dpdk() {
    let rows = driverctl::parse(listing!("driverctl.txt"));
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let driver = row.driver.clone().found().map(|driver| driver.value);
            format!("{} {driver:?} {}", row.address.value, row.is_overridden)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "0000:00:00.0 None false",
            "0000:01:00.0 Some(\"vfio-pci\") true",
            "0000:01:00.1 Some(\"vfio-pci\") true",
            "0000:03:00.0 Some(\"igb\") false",
        ]
    );
    let overrides = driverctl::parse("# driverctl list-overrides\n0000:01:00.0 vfio-pci\n");
    assert!(overrides[0].is_overridden);
    let verbose = driverctl::parse("0000:00:00.0 (none) (440FX - 82441FX)\n0000:00:01.0 ata ()\n");
    assert_eq!(verbose[0].name.as_deref(), Some("440FX - 82441FX"));
    assert_eq!(verbose[1].name, None);
    // Two words per line are ambiguous.
    assert_eq!(driverctl::parse("0000:01:00.0 vfio-pci\n"), []);

    let rows = dpdk_devbind::parse(listing!("dpdk-devbind.txt"));
    let drivers: Vec<Option<String>> = rows
        .iter()
        .map(|row| row.driver.clone().found().map(|driver| driver.value))
        .collect();
    assert_eq!(drivers, [Some("vfio-pci".into()), Some("igb".into()), None]);
    assert_eq!(rows[1].interfaces, ["eno1", "eno2"]);
    assert_eq!(rows[2].driver, Lookup::Absent);
    // A mail program broke the line: the driver is not shown.
    let broken = "0000:61:00.0 '82599ES 10-Gigabit SFI/SFP+ Network Connection 10fb'\ndrv=vfio-pci unused=ixgbe\n";
    assert_eq!(dpdk_devbind::parse(broken), []);
    // A post has the line as code.
    let code = "`0000:02:01.0 '82545EM 100f' if=ens33 drv=e1000 unused=vfio-pci *Active*`\n";
    let rows = dpdk_devbind::parse(code);
    assert!(rows.len() == 1 && rows[0].is_active);
    assert_eq!(rows[0].unused, ["vfio-pci"]);
}

#[test]
fn links_of_sysfs() {
    let found = sysfs_links::parse(listing!("sysfs-links.txt"));
    let drivers: Vec<Option<&str>> = found
        .iter()
        .map(|row| row.value.driver.as_deref())
        .collect();
    assert_eq!(drivers, [None, None, None, None, Some("vfio-pci")]);
}

#[test]
fn xen() {
    let found = xl::parse(listing!("xl.txt"));
    let lines: Vec<String> = found
        .iter()
        .map(|row| {
            let row = &row.value;
            format!("{:#} {:?} {:?}", row.address, row.name, row.domain)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "01:00.0 None None",
            "01:00.1 None None",
            "03:00.0 Some(\"lan\") None",
            "04:00.0 None None",
            "01:00.0 None Some(\"win10\")",
        ]
    );
    assert_eq!(xl::parse("0000:01:00.0\n"), []);
}

#[test]
fn hwinfo_blocks() {
    let found = hwinfo::parse(listing!("hwinfo.txt"));
    let lines: Vec<String> = found.iter().map(summary).collect();
    assert_eq!(
        lines,
        [
            "0000:01:00.0 030000 10de:1c82 1458:3733 a1 nouveau",
            "0000:01:00.1 040300 10de:0fb9 - - none",
        ]
    );
    // Cut before its end: the driver is not shown.
    let cut = listing!("hwinfo.txt").split("  Driver:").next().unwrap();
    assert_eq!(hwinfo::parse(cut)[0].driver, Lookup::NotShown);
}

/// Every place matches its text, and nothing panics.
fn check(text: &str) {
    let proves = |line: u32, span: &core::ops::Range<usize>, piece: &str| {
        assert_eq!(text.get(span.clone()), Some(piece));
        let before = text.get(..span.start).unwrap();
        let number = before.matches('\n').count() + 1;
        assert_eq!(usize::try_from(line), Ok(number), "{piece}");
    };
    fn one<T>(proves: &impl Fn(u32, &core::ops::Range<usize>, &str), piece: &Located<T>) {
        proves(piece.line, &piece.span, &piece.text);
    }
    let of_function = |function: &ListedFunction| {
        one(&proves, &function.address);
        function.class.iter().for_each(|piece| one(&proves, piece));
        function.vendor.iter().for_each(|piece| one(&proves, piece));
        function.device.iter().for_each(|piece| one(&proves, piece));
        function
            .subsystem
            .iter()
            .for_each(|piece| one(&proves, piece));
        if let Lookup::Found(driver) = &function.driver {
            one(&proves, driver);
        }
    };
    pciconf::parse(text).iter().for_each(of_function);
    hwinfo::parse(text).iter().for_each(of_function);
    for node in lshw::parse(text) {
        of_function(&node.function);
    }
    for found in esxi::pci_list(text) {
        of_function(&found.function);
        for owner in [&found.configured_owner, &found.current_owner] {
            owner.iter().for_each(|piece| one(&proves, piece));
        }
    }
    for found in esxi::lspci(text) {
        of_function(&found.function);
    }
    for row in esxi::pcipassthru_list(text) {
        one(&proves, &row);
    }
    nodedev::names(text)
        .iter()
        .for_each(|piece| one(&proves, piece));
    #[cfg(feature = "std")]
    for device in nodedev::parse(text) {
        of_function(&device.function);
        if let Some(group) = &device.iommu_group {
            one(&proves, &group.number);
            group.members.iter().for_each(|piece| one(&proves, piece));
        }
    }
    for device in windows::parse(text) {
        one(&proves, &device.pnp_id);
        device.class.iter().for_each(|piece| one(&proves, piece));
        device.status.iter().for_each(|piece| one(&proves, piece));
        device.service.iter().for_each(|piece| one(&proves, piece));
        device.address.iter().for_each(|piece| one(&proves, piece));
        device
            .location_path
            .iter()
            .for_each(|piece| one(&proves, piece));
    }
    for device in windows::survey(text) {
        one(&proves, &device.name);
        device
            .assignable
            .iter()
            .for_each(|piece| one(&proves, piece));
    }
    for row in driverctl::parse(text) {
        one(&proves, &row.address);
    }
    for row in dpdk_devbind::parse(text) {
        one(&proves, &row.address);
    }
    for row in xl::parse(text) {
        one(&proves, &row);
    }
    let _ = (pvesh::parse(text), nvidia_smi::parse(text));
}

#[test]
fn any_text_is_read() {
    for text in ALL {
        check(text);
        check(&text.replace('\n', "\r\n"));
        check(&text.replace('\n', " "));
        let step = (text.len() / 40).max(1);
        for end in (0..=text.len()).step_by(step) {
            text.get(..end).map(check);
            text.get(end..).map(check);
        }
    }
    let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    for round in 0..600 {
        let mut bytes = ALL[round % ALL.len()].as_bytes().to_vec();
        for _ in 0..6 {
            let state = numbers.number();
            let at = usize::try_from(state >> 40).unwrap() % bytes.len();
            bytes[at] = b"<>&:\\\n\"{}[]0 \xff"[at % 14];
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

/// Inputs of quadratic cost for naive parsers.
#[test]
fn long_texts_are_linear() {
    for piece in [
        "<device>",
        "<device><name>a</name><capability type='pci'>",
        "<a><b>",
        "PCI\\VEN_10DE&DEV_2684 ",
        "PCI\\VEN_10DE&DEV_2684\\",
        "PCI\\VEN_10DE&DEV_2684&SUBSYS_88E41043&REV_A1\\4&1&0&0008\n",
        "Hardware IDs: PCI\\VEN_10DE&DEV_2684\n  x\n",
        "InstanceId : PCI\\VEN_10DE&DEV_2684\n",
        "[{",
        "{\n",
        "{\"businfo\":\"pci@0000:01:00.0\"}\n",
        "[{\"businfo\":\"pci@0000:01:00.0\"}],",
        "[",
        "#PCI(0000)",
        "*-a\nbus info: pci@0000:01:00.0\n",
        "0000:01:00.0\nVendor ID: 0x10de\n",
        "1: PCI 0\n",
        "ppt0@pci0:1:0:0: class=0x030000 ",
        "0000:01:00.0 'a' ' drv=x unused=",
        "0000:01:00.0 a: [b",
        "xl pci-list ",
    ] {
        let begin = std::time::Instant::now();
        check_only(&piece.repeat((256 << 10) / piece.len()));
        // It takes less than half a second in a debug build.
        let taken = begin.elapsed();
        assert!(taken.as_secs() < 8, "{piece:?}: {taken:?}");
    }
}

fn check_only(text: &str) {
    let _ = (pciconf::parse(text), hwinfo::parse(text), lshw::parse(text));
    let _ = (esxi::pci_list(text), esxi::lspci(text));
    let _ = (esxi::pcipassthru_list(text), nodedev::names(text));
    #[cfg(feature = "std")]
    let _ = nodedev::parse(text);
    let _ = (windows::parse(text), windows::survey(text), xl::parse(text));
    let _ = sysfs_links::parse(text);
    let _ = (driverctl::parse(text), dpdk_devbind::parse(text));
}

#[test]
fn functions_are_listed_by_iommu_group() {
    let rows = |text: &str| -> Vec<String> {
        let group = |group: &Located<u32>| group.value.to_string();
        iommu_groups::parse(text)
            .iter()
            .map(|row| {
                let group = row.group.as_ref().map_or("-".to_string(), group);
                format!("{group} {}", summary(&row.function))
            })
            .collect()
    };
    assert_eq!(
        rows(listing!("iommu-groups-unraid.txt")),
        [
            "0 0000:00:00.0 0600 8086:a700 - 01 -",
            "1 0000:00:01.0 0604 8086:a70d - 01 -",
            "1 0000:01:00.0 0300 10de:2803 - a1 -",
            "1 0000:01:00.1 0403 10de:22bd - a1 -",
            "2 0000:02:00.0 0107 1000:0097 - 02 -",
        ]
    );
    assert_eq!(
        rows(listing!("iommu-groups-script.txt")),
        [
            "0 0000:00:01.0 0600 1022:14da - - -",
            "1 0000:00:01.1 0604 1022:14db - - -",
            "2 0000:06:00.3 0c03 1022:149c - - -",
            "2 0000:06:00.0 1300 1022:1485 - - -",
        ]
    );
    // Part of a list, and other text.
    let part = "Group 4 is the card's.\n[1022:149c] [R] 06:00.3  USB controller  Matisse\n";
    assert_eq!(rows(part), ["- 0000:06:00.3 0c03 1022:149c - - -"]);
    for text in [
        "",
        "Group 1:",
        "Group 1: [1022:149c]",
        "Group 1: [1022:149c] [R] 06:00.3",
        "Group 1: [1022:149c] 06:00.3  no class  Matisse",
        "Group 99999999999: [1022:149c] 0x:00.3  USB controller  Matisse",
        "group [10de:2803] 01:00.0 was added",
    ] {
        assert_eq!(rows(text), [""; 0], "{text}");
    }
}

/// Mail and Markdown put marks before quoted lines, and web pages change hwinfo's quotation marks.
#[test]
fn quoted_text_is_read() {
    let quoted = |text: &str| -> String {
        let line = |line: &str| format!("> >     {}\n", line.trim());
        text.lines().map(line).collect()
    };
    let facts = |text: &str| -> Vec<String> { hwinfo::parse(text).iter().map(summary).collect() };
    let text = listing!("hwinfo.txt");
    let curly = text
        .replace(" \"", " \u{201c}")
        .replace("\"\n", "\u{201d}\n");
    assert!(!facts(text).is_empty() && curly != text);
    for text in [&quoted(text), &curly, &quoted(&curly)] {
        assert_eq!(facts(text), facts(listing!("hwinfo.txt")), "{text}");
    }
    let text = "> root@dom0:~# xl pci-assignable-list\n> 0000:02:00.0\n> 0000:02:00.1\n";
    assert_eq!(xl::parse(text).len(), 2);
    assert_eq!(xl::parse(text)[1].span, 55..67);
    let text = quoted(listing!("pciconf.txt"));
    assert_eq!(
        pciconf::parse(&text).len(),
        pciconf::parse(listing!("pciconf.txt")).len()
    );
}

/// Cut documents yield their complete values.
#[cfg(feature = "std")]
#[test]
fn documents_that_were_cut_are_closed() {
    let text = listing!("lshw.json");
    let whole: Vec<_> = lshw::parse(text)
        .iter()
        .map(|node| node.function.address.value)
        .collect();
    for end in 0..text.len() {
        let Some(cut) = text.get(..end) else { continue };
        let found = lshw::parse(cut);
        // Each complete address is found, except the last.
        let shown = cut.matches("\"pci@").count().saturating_sub(1);
        assert!(found.len() >= shown, "{cut}");
        for (node, address) in found.iter().zip(&whole) {
            let address_of = &node.function.address;
            assert_eq!(address_of.value, *address, "{cut}");
            assert_eq!(
                cut.get(address_of.span.clone()),
                Some(address_of.text.as_str())
            );
        }
    }
    // A column cut by a narrow terminal is not a partial ID.
    let text = "\u{2502} class    \u{2502} device \u{2502} id           \u{2502} iommugroup \u{2502} vendor \u{2502} \
        subsystem_device \u{2502} subsystem_de\n\u{2502} 0x030000 \u{2502} 0x2d04 \u{2502} 0000:01:00.0 \
        \u{2502}         14 \u{2502} 0x10de \u{2502} 0x205e           \u{2502}\n";
    let rows = pvesh::parse(text);
    assert_eq!((rows.len(), rows[0].subsystem), (1, None));
    // If parts of a device are omitted, its driver may be among them.
    let xml = |inside: &str| {
        let text = format!("<device>\n<name>pci_0000_02_00_1</name>\n{inside}\n</device>\n");
        nodedev::parse(&text).remove(0)
    };
    assert_eq!(
        xml("<capability type='pci'/>").function.driver,
        Lookup::Absent
    );
    assert_eq!(
        xml("...\n<capability type='pci'/>").function.driver,
        Lookup::NotShown
    );
    assert!(!xml("<capability type='pci'>\n\u{2026}\n</capability>").whole);
}
