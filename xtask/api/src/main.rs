//! The public API of each library crate as text, `docs/api/CRATE.txt`, from rustdoc's JSON: `cargo api`
//! writes the texts, `cargo api --check` fails unless the committed ones are those of the source, with
//! status 3 without a suitable nightly.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the people who work on this repository"
)]

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// The crates with a public API in Rust.
const CRATES: [&str; 10] = [
    "list-order",
    "host-tree",
    "shell-text",
    "pci-core",
    "iommu",
    "vbios",
    "hostconf",
    "hvconf",
    "passthru-translations",
    "passthru",
];

/// The toolchain, which rustdoc requires for JSON.
const TOOLCHAIN: &str = "+nightly";

/// The toolchain is missing, or its rustdoc has another JSON format.
#[derive(Debug)]
struct NoToolchain(String);

impl fmt::Display for NoToolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for NoToolchain {}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments.as_slice() {
        [] => false,
        [one] if one == "--check" => true,
        other => {
            eprintln!(
                "api: expected --check or nothing, found '{}'",
                other.join(" ")
            );
            return ExitCode::from(2);
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match run(&root, check) {
        Ok(output) => {
            println!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("api: {error}");
            let status = if error.is::<NoToolchain>() { 3 } else { 1 };
            ExitCode::from(status)
        }
    }
}

/// Writes the texts, or compares them with the committed ones.
fn run(root: &Path, check: bool) -> Result<String, Box<dyn Error>> {
    let mut nightly = Command::new("cargo");
    nightly
        .args([TOOLCHAIN, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !nightly.status().is_ok_and(|status| status.success()) {
        return Err(NoToolchain("rustdoc's JSON needs a nightly toolchain".to_owned()).into());
    }
    let json = json(root)?;
    let folder = root.join("docs/api");
    let mut stale = Vec::new();
    for name in CRATES {
        let text = text(&json.join(format!("{}.json", name.replace('-', "_"))))?;
        let path = folder.join(format!("{name}.txt"));
        if check {
            let committed = fs::read_to_string(&path).unwrap_or_default();
            stale.extend(difference(&committed, &text).map(|line| format!("{name}: {line}")));
        } else {
            fs::create_dir_all(&folder)?;
            fs::write(&path, text)?;
        }
    }
    if !stale.is_empty() {
        let stale = stale.join("\n");
        return Err(format!("docs/api differs; run cargo api:\n{stale}").into());
    }
    Ok(format!(
        "the public API of {} crates: {}",
        CRATES.len(),
        folder.display()
    ))
}

/// Makes rustdoc's JSON of the crates with all their features; returns its folder.
fn json(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let target = root.join("target/api");
    let packages = CRATES.iter().flat_map(|name| ["-p", name]);
    let status = Command::new("cargo")
        .args([
            TOOLCHAIN,
            "doc",
            "--quiet",
            "--lib",
            "--no-deps",
            "--all-features",
        ])
        .args(packages)
        .arg("--target-dir")
        .arg(&target)
        .env(
            "RUSTDOCFLAGS",
            "-Z unstable-options --output-format json --cap-lints allow",
        )
        .current_dir(root)
        .status()?;
    if !status.success() {
        return Err("cargo doc failed".into());
    }
    Ok(target.join("doc"))
}

/// The public items in rustdoc's JSON of a crate, one per line.
fn text(json: &Path) -> Result<String, Box<dyn Error>> {
    let api = public_api::Builder::from_rustdoc_json(json)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| {
            NoToolchain(format!("the nightly's rustdoc has another format: {error}"))
        })?;
    Ok(api.to_string())
}

/// The first lines that are in one text only.
fn difference<'a>(old: &'a str, new: &'a str) -> impl Iterator<Item = String> {
    let only = |one: &'a str, other: &'a str, sign| {
        let known: std::collections::BTreeSet<&str> = other.lines().collect();
        let lines = one.lines().filter(move |line| !known.contains(line));
        lines.map(move |line| format!("{sign}{line}"))
    };
    only(old, new, '-').chain(only(new, old, '+')).take(20)
}
