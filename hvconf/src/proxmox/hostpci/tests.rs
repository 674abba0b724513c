use super::*;

/// Values that Proxmox VE's own reader accepts, and their notation when written.
const ACCEPTED: [(&str, &str); 14] = [
    ("0000:01:00", "0000:01:00"),
    ("01:00", "0000:01:00"),
    ("01:00.0;01:00.1", "0000:01:00.0;0000:01:00.1"),
    ("10000:e1:00.0", "10000:e1:00.0"),
    ("host=01:00.0", "0000:01:00.0"),
    ("pcie=1,host=01:00.0", "0000:01:00.0,pcie=1"),
    ("pcie=on,01:00.0,,", "0000:01:00.0,pcie=1"),
    ("mapping=gpu-1,pcie=YES", "mapping=gpu-1,pcie=1"),
    (
        "0000:02:00,pcie=1,x-vga=1,romfile=vbios.rom",
        "0000:02:00,pcie=1,romfile=vbios.rom,x-vga=1",
    ),
    ("01:00.0,romfile=a b.rom", "0000:01:00.0,romfile=a b.rom"),
    (
        "01:00.0,legacy-igd=1,driver=keep",
        "0000:01:00.0,driver=keep,legacy-igd=1",
    ),
    (
        "01:00.0,vendor-id=0x10DE,device-id=0x2d04",
        "0000:01:00.0,device-id=0x2d04,vendor-id=0x10de",
    ),
    (
        "01:00.0,sub-vendor-id=0x1462,sub-device-id=0x5052,rombar=0",
        "0000:01:00.0,rombar=0,sub-device-id=0x5052,sub-vendor-id=0x1462",
    ),
    ("01:00.0,mdev=nvidia-47", "0000:01:00.0,mdev=nvidia-47"),
];

#[test]
fn accepted_values_are_read_and_written() {
    for (text, written) in ACCEPTED {
        let entry: HostPci = text.parse().unwrap();
        assert_eq!(entry.to_string(), written, "{text}");
        assert_eq!(written.parse::<HostPci>().unwrap(), entry, "{text}");
    }
}

#[test]
fn refused_values_name_the_part() {
    for (text, message) in [
        (
            "01:00.0,foo=1",
            "expected a hostpci option, found \"foo\" at byte 8",
        ),
        (
            "01:00.0,pcie=2",
            "expected 1 or 0 as pcie, found \"2\" at byte 8",
        ),
        (
            "01:00.0,vendor-id=10de",
            "expected 0x and four hex digits as vendor-id, found \"10de\" at byte 8",
        ),
        (
            "01:00.0, pcie=1",
            "expected a hostpci option, found \" pcie\" at byte 8",
        ),
        ("01:1f.0,01:00.0", "host is set a second time at byte 8"),
        (
            "01:00.0,driver=nvidia",
            "expected vfio or keep as driver, found \"nvidia\" at byte 8",
        ),
        (
            "01:00.0,mapping=gpu",
            "expected either host or mapping, found both",
        ),
        ("pcie=1", "expected host or mapping, found neither"),
        ("", "expected host or mapping, found neither"),
    ] {
        assert_eq!(text.parse::<HostPci>().unwrap_err().to_string(), message);
    }
    for text in [
        "0000:0G:00",
        "0000:0A:00",
        "01:00.0;",
        "gpu1",
        "pci_0000_01_00_0",
        "01:20.0",
        "1:0.0",
    ] {
        let error = text.parse::<HostPci>().unwrap_err();
        let key = error.host_pci_value().map(|(key, _)| key);
        assert_eq!(key, Some("host"), "{text}");
    }
    for text in [
        "mapping=g",
        "mapping=1gpu",
        "mapping=a b",
        "01:00,romfile=a;b",
        "01:00,mdev=a.b",
    ] {
        assert!(text.parse::<HostPci>().is_err(), "{text}");
    }
}

#[test]
fn no_typed_value_can_hold_a_line_break() {
    assert_eq!(RomPath::new("a\nargs: -x"), None);
    assert_eq!(MdevType::new("a\n"), None);
    assert_eq!(MappingId::new("ab\n"), None);
    assert!("01:00,romfile=a\nargs: x".parse::<HostPci>().is_err());
}

#[test]
fn truncated_and_changed_values_do_not_panic() {
    let sample = "0000:01:00.0;0000:01:00.1,pcie=1,romfile=v.rom,x-vga=0,vendor-id=0x10de";
    for end in 0..sample.len() {
        check(sample.get(..end).unwrap());
    }
    let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    for _ in 0..4000 {
        let mut bytes = sample.as_bytes().to_vec();
        for _ in 0..3 {
            let state = numbers.number();
            let at = usize::try_from(state % bytes.len() as u64).unwrap();
            bytes[at] = b",=;:.0af1x \n-z"[usize::try_from((state >> 32) % 14).unwrap()];
        }
        check(std::str::from_utf8(&bytes).unwrap());
    }
}

/// A value is written so that it reads the same, on one line.
fn check(text: &str) {
    if let Ok(entry) = text.parse::<HostPci>() {
        let written = entry.to_string();
        assert!(!written.contains('\n'), "{written}");
        assert_eq!(written.parse(), Ok(entry), "{text}");
    }
}
