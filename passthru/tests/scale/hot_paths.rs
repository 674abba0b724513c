//! The instructions of the hot paths, beside those of `hot_paths.tsv`: 3 % more fail. The counts are of
//! one compiler, and compared with that one alone. `PASSTHRU_REWRITE=1` writes the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::environment;

use crate::scale::counted::{instructions, possible};

const PATHS: [&str; 22] = [
    "--version",
    "--help",
    "list --root examples/hosts/workstation/before",
    "list --json --root examples/hosts/workstation/before",
    "list --tree --root examples/hosts/workstation/before",
    "groups --root examples/hosts/workstation/before",
    "doctor --root examples/hosts/workstation/before",
    "doctor --json --root examples/hosts/proxmox-rtx5060ti/before",
    "doctor --lang zh-CN --root examples/hosts/workstation/before",
    "check --root examples/hosts/workstation/before",
    "ask --root examples/hosts/workstation/before",
    "plan 01:00.0 --root examples/hosts/workstation/before",
    "plan 01:00.0 --vm 100 --root examples/hosts/proxmox-rtx5060ti/before",
    "--root examples/hosts/proxmox-rtx5060ti/after",
    "report -o /dev/null --root examples/hosts/workstation/before",
    "capture -o /dev/null --root examples/hosts/workstation/before",
    "doctor --from examples/screens/three-faults.txt",
    "lspci -nnk --root examples/hosts/workstation/before",
    "rom verify examples/hosts/workstation/flash.rom",
    "ids 10de:2d04",
    "ids geforce rtx",
    "explain amd_iommu=on",
];

/// The compiler, whose code is counted.
fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[test]
fn hot_paths_need_no_more_instructions() {
    if !possible() {
        return;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scale/hot_paths.tsv");
    let compiler = compiler();
    let counted = |path: &&str| {
        let words: Vec<String> = path.split(' ').map(str::to_owned).collect();
        instructions(&words)
    };
    if environment::text(environment::REWRITE).is_some() {
        let mut text = format!("# {compiler}\n");
        for path in &PATHS {
            writeln!(text, "{}\t{path}", counted(path)).unwrap();
        }
        return fs::write(file, text).unwrap();
    }
    let Ok(text) = fs::read_to_string(file) else {
        return testkit::skipped::optional("no counts are recorded", "PASSTHRU_REWRITE=1");
    };
    let (of, rows) = text.split_once('\n').unwrap();
    if of.trim_start_matches("# ") != compiler {
        let why = format!("hot_paths.tsv is {of}, this is {compiler}");
        return testkit::skipped::optional(&why, "PASSTHRU_REWRITE=1 on the commit before");
    }
    let known: BTreeMap<&str, u64> = rows
        .lines()
        .map(|row| row.split_once('\t').unwrap())
        .map(|(count, path)| (path, count.parse().unwrap()))
        .collect();
    let mut failed = Vec::new();
    for path in &PATHS {
        let before = known.get(path).unwrap_or_else(|| panic!("no row: {path}"));
        let now = counted(path);
        eprintln!("{path}: {before}, now {now}");
        if now * 100 > before * 103 {
            failed.push(format!("{path}: {before} instructions, now {now}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
