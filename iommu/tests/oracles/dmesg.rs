//! `dmesg` prints the same log in several forms; we read the same messages in each.

use std::process::Command;

use iommu::KernelLog;

fn dmesg(options: &[&str]) -> Option<String> {
    let output = Command::new("dmesg")
        .arg("--color=never")
        .args(options)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The messages of lines that carry a stamp, before the first user program spoke.
fn messages(text: &str) -> Vec<String> {
    let log = KernelLog::parse("dmesg", text);
    let boot = log.lines.iter().take(200);
    boot.map(|line| line.message.to_owned()).collect()
}

#[test]
fn every_form_of_dmesg_has_the_same_messages() {
    let Some(bare) = dmesg(&["--notime"]) else {
        return testkit::skipped::missing("a readable dmesg");
    };
    let expected: Vec<String> = bare
        .lines()
        .take(200)
        .map(|line| line.trim().into())
        .collect();
    for options in [
        &[][..],
        &["--ctime"],
        &["--time-format=iso"],
        &["--decode"],
        &["--notime"],
    ] {
        let text = dmesg(options).unwrap();
        assert_eq!(messages(&text), expected, "{options:?}");
    }
}
