//! `passthru lspci` beside the lspci of this machine.

use std::process::Command;

use testkit::Scratch;

use crate::command::passthru;

fn lspci(words: &[&str]) -> Option<String> {
    if !testkit::program::installed(&["lspci"]) {
        return None;
    }
    let run = Command::new("lspci").args(words).output().unwrap();
    Some(String::from_utf8(run.stdout).unwrap())
}

/// The releases of pciutils whose text is known, and the newest known that is not
/// newer than the one installed.
fn release() -> Option<&'static str> {
    let version = lspci(&["--version"])?;
    let number = version.trim().rsplit(' ').next()?;
    let mut parts = number
        .split('.')
        .filter_map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next()?, parts.next()?);
    match (major, minor) {
        (3, 9) => Some("3.9"),
        (3, 13) => Some("3.13"),
        (3, 15) => Some("3.15"),
        _ => None,
    }
}

/// This machine, and a dump of it, in forms that people use.
#[test]
fn prints_what_lspci_prints() {
    let Some(release) = release() else { return };
    let ids = "pci-core/data/pci.ids";
    let scratch = Scratch::new();
    let dump = scratch.file("dump.txt", lspci(&["-xxxx"]).unwrap().as_bytes());
    for words in [
        &["-nn"][..],
        &["-nnk"],
        &["-D"],
        &["-mm"],
        &["-vmmknn"],
        &["-tvnn"],
        &["-vvvnn"],
        &["-xxxx"],
        &["-s", "00:01"],
        &["-d", "1af4:"],
    ] {
        let options = ["-O", "hwdb.disable=1", "-i", ids];
        for source in [&[][..], &["-F", &dump]] {
            let theirs = lspci(&[&options, source, words].concat()).unwrap();
            let own = ["lspci", "--pciutils", release, "-i", ids];
            let ours = passthru(&[&own, source, words].concat());
            assert_eq!(ours.out, theirs, "{words:?} {source:?}: {}", ours.err);
        }
    }
}

#[test]
fn a_text_that_is_not_a_dump_is_an_error() {
    let scratch = Scratch::new();
    let bad = scratch.file("bad.txt", b"00:00.0 Host bridge\n00: zz\n");
    let run = passthru(&["lspci", "-F", &bad]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.err.contains("line 2"), "{}", run.err);
    let run = passthru(&["lspci", "-s", "zz:1"]);
    assert_eq!(run.status, 2);
}
