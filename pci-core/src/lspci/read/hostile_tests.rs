//! Properties of any text, and linear time.

extern crate std;

use alloc::string::String;

use super::tests::forms;
use super::*;

/// Properties of any text.
pub(super) fn check(text: &str) {
    let _ = Releases::of(text);
    let listing = parse(text);
    let count = u32::try_from(text.split('\n').count()).unwrap();
    let place = |line: u32, span: &core::ops::Range<usize>, shown: &str| {
        assert!((1..=count).contains(&line));
        assert_eq!(text.get(span.clone()), Some(shown));
    };
    for r in &listing.records {
        place(r.head.line, &r.head.span, &r.head.text);
        if let Some(x) = &r.driver {
            place(x.line, &x.span, &x.text);
            assert!(!x.value.is_empty());
        }
        if let Some(x) = &r.modules {
            place(x.line, &x.span, &x.text);
        }
        if let Some(x) = &r.subsystem {
            place(x.line, &x.span, &x.text);
        }
        if let Some(x) = &r.iommu_group {
            place(x.line, &x.span, &x.text);
        }
        if let Some(details) = &r.details {
            for x in &details.regions {
                place(x.line, &x.span, &x.text);
            }
            for x in &details.capabilities {
                place(x.line, &x.span, &x.text);
            }
            for register in details.registers.iter() {
                assert!(text.get(register.span.clone()).is_some());
                assert_eq!(register.value & !register.known, 0);
            }
        }
        assert!(r.command.is_none_or(|at| at < listing.commands.len()));
    }
    for command in &listing.commands {
        place(command.line, &command.span, &command.text);
    }
    for damage in &listing.damage {
        assert!((1..=count).contains(&damage.line));
    }
}

#[test]
fn any_text_is_read() {
    for text in forms() {
        for end in 0..=text.len() {
            text.get(..end).map(check);
        }
    }
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let salt = b"0123456789abcdef:.[]() \t\n\r#$@!|-\xe3\x80\x80\xff\"";
    for round in 0..3000 {
        let mut bytes = forms()[round % 8].as_bytes().to_vec();
        for _ in 0..=random.below(12) {
            let (at, other) = (random.below(bytes.len()), random.below(bytes.len()));
            match random.below(4) {
                0 => bytes[at] = salt[random.below(salt.len())],
                1 => bytes.insert(at, salt[random.below(salt.len())]),
                2 => drop(bytes.drain(at.min(other)..at.max(other).min(at.min(other) + 40))),
                _ => bytes.swap(at, other),
            }
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn the_time_is_linear() {
    // A quadratic parser would need hours for each of these.
    let read = |text: &str| {
        let began = std::time::Instant::now();
        let listing = parse(text);
        let spent = began.elapsed();
        assert!(spent.as_secs() < 20, "{spent:?} for {:?}", text.get(..80));
        listing.records.len()
    };
    for unit in ["01:00.0 ", "[", ":", "\"", "&", "<p ", "\u{ff1a}"] {
        assert_eq!(read(&unit.repeat(1_000_000 / unit.len())), 0);
    }
    let size = 60_000;
    for unit in [
        "01:00.0 A: ",
        "@",
        "lspci ",
        "$ lspci",
        "(rev ",
        "01:00.0 0300: 10de:2d04",
        "!",
        "Subsystem: ",
        "IOMMU Group 1: 01:00.0 ",
        "] Subsystem:",
        "root@",
        "\n",
        "0.0",
        " (rev a1",
        "01:00.0 VGA compatible controller [0300]: ",
        "Kernel modules: a, b",
        "[10de:",
        "f",
        " ",
        "-[0000:00]-",
        "-[0000:00]-+-01.0-[01]",
        "+-",
        "\"\" ",
        "\\",
        "Slot:\t01:00.0",
        "/00.0",
        "Capabilities: [60] Express (v2) Endpoint, MSI 00",
        "Region 0: Memory at ",
        "Flags: PMEClk- ",
        "DevCap:",
        "\u{1b}[",
        "&lt;",
        "[/b]",
        "\t",
    ] {
        for lead in [
            "",
            "01:00.0 VGA compatible controller [0300]: x ",
            "$ lspci -nnk ",
            "Slot:\t01:00.0\nClass:\tx\nVendor:\tx\nDevice:\t",
            "-[0000:00]-",
            "01:00.0 0300: 10de:2d04\n\tControl: I/O+\n\tCapabilities: [60] Express (v2) Endpoint\n",
        ] {
            let mut text = String::from(lead);
            text.push_str(&unit.repeat(size / unit.len()));
            read(&text);
        }
    }
    let mut text = "$ lspci".repeat(100_000);
    text.push_str(&" ".repeat(size));
    read(&text);
}
