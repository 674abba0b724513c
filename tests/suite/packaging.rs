//! What is published and installed: the crates' metadata and contents, the files of packages read by their
//! own tools, the scripts, the workflows, the rules for packages of others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use testkit::Scratch;
use testkit::program::installed;

use crate::command::top;

/// Runs a program in the repository's folder.
fn run(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(top());
    command.output().unwrap()
}

/// The output of a program that has to succeed.
fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = run(program, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The crates that are published, in the order of their dependencies.
fn crates() -> Vec<String> {
    let list = output_of("scripts/crates", &["list"]);
    list.split_whitespace().map(str::to_owned).collect()
}

fn value(key: &str) -> String {
    output_of("scripts/value", &[key]).trim().to_owned()
}

/// The packages of this workspace, as cargo describes them.
fn packages() -> Vec<Value> {
    let text = output_of(
        env!("CARGO"),
        &[
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ],
    );
    let metadata: Value = serde_json::from_str(&text).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn each_crate_has_what_a_registry_shows() {
    let packages = packages();
    let crates = crates();
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let published = package["publish"].as_array().is_none();
        // testkit has no version in its dependents' manifests, so that it is not published.
        assert_eq!(published, crates.contains(&name.to_owned()), "{name}");
        if !published {
            continue;
        }
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        assert!(text("description").len() > 20, "{name}");
        assert_eq!(text("license"), value("license"), "{name}");
        assert_eq!(text("repository"), value("repository"), "{name}");
        assert_eq!(text("rust_version"), value("rust-version"), "{name}");
        assert_eq!(text("documentation"), format!("https://docs.rs/{name}"));
        assert_eq!(text("readme"), "README.md", "{name}");
        let count = |key: &str| package[key].as_array().unwrap().len();
        assert!((3..=5).contains(&count("keywords")), "{name}");
        assert!((1..=5).contains(&count("categories")), "{name}");
        assert_eq!(
            package["metadata"]["docs"]["rs"]["all-features"], true,
            "{name}"
        );
    }
}

/// The README of each crate shows a task on the first screen, and all features.
#[test]
fn each_readme_shows_a_task_and_the_features() {
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        if !crates().contains(&name.to_owned()) {
            continue;
        }
        let text = fs::read_to_string(top().join(name).join("README.md")).unwrap();
        let task = text.lines().position(|line| line == "```rust");
        assert!(task.is_some_and(|line| line < 15), "{name}");
        let features = package["features"].as_object().unwrap();
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        let rows: BTreeSet<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
        let defined = features
            .keys()
            .map(String::as_str)
            .filter(|key| *key != "default");
        assert_eq!(rows, defined.collect(), "{name}");
        let defaults = features.get("default").and_then(Value::as_array);
        for feature in rows {
            let default = defaults.is_some_and(|all| all.iter().any(|one| one == feature));
            let row = format!("| `{feature}` | {} |", if default { "yes" } else { "no" });
            assert!(text.contains(&row), "{name}: {row}");
        }
        let listed = fs::read_to_string(top().join("tests/empty.rs")).unwrap();
        assert!(
            listed.contains(&format!("\"../{name}/README.md\"")),
            "{name}"
        );
    }
}

/// An archive has sources, data, README and licenses, and less than 2 MB.
#[test]
fn each_archive_is_small_and_complete() {
    let scratch = Scratch::new();
    let target = scratch.path().to_str().unwrap();
    let mut arguments = vec![
        "package",
        "--no-verify",
        "--allow-dirty",
        "--offline",
        "--target-dir",
        target,
    ];
    let crates = crates();
    for name in &crates {
        arguments.extend(["-p", name]);
    }
    output_of(env!("CARGO"), &arguments);
    let version = value("version");
    for name in &crates {
        let archive = scratch
            .path()
            .join(format!("package/{name}-{version}.crate"));
        let size = fs::metadata(&archive).unwrap().len();
        assert!(size < 2_000_000, "{name}: {size}");
        let list = output_of("tar", &["-tzf", archive.to_str().unwrap()]);
        let files: BTreeSet<&str> = list
            .lines()
            .filter_map(|line| Some(line.split_once('/')?.1))
            .collect();
        for file in [
            "Cargo.toml",
            "README.md",
            "LICENSE-MIT",
            "LICENSE-APACHE",
            "src/lib.rs",
        ] {
            assert!(files.contains(file), "{name}: no {file}");
        }
        for file in files {
            let folder = file.split('/').next().unwrap();
            assert!(
                !["tests", "benches", "examples"].contains(&folder),
                "{name}: {file}"
            );
        }
    }
}

/// Skips with a message where a program is missing.
fn reads(program: &str, arguments: &[&str], folder: &Path) {
    if !installed(&[program]) {
        return;
    }
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
}

#[test]
fn the_files_of_packages_are_read_by_their_tools() {
    let scratch = Scratch::for_everybody();
    let folder = scratch.path().join("files");
    output_of("scripts/package-files", &[folder.to_str().unwrap()]);
    reads("dh_listpackages", &[], &folder);
    reads("dpkg-parsechangelog", &[], &folder);
    reads("rpmspec", &["-P", "rpm/passthru.spec"], &folder);
    reads(
        "rpmspec",
        &["-P", "--define", "stage /stage", "rpm/passthru.spec"],
        &folder,
    );
    for file in ["package.nix", "default.nix", "flake.nix"] {
        reads(
            "nix-instantiate",
            &["--parse", &format!("nix/{file}")],
            &folder,
        );
    }
    reads("bash", &["-n", "arch/PKGBUILD"], &folder);
    reads("dash", &["-n", "alpine/APKBUILD"], &folder);
    reads("ruby", &["-c", "homebrew/passthru.rb"], &folder);
    // makepkg refuses root.
    if installed(&["makepkg", "setpriv"]) {
        let mut as_nobody = vec!["--reuid=65534", "--regid=65534", "--clear-groups", "env"];
        // It looks for pacman, but does not run it.
        as_nobody.extend([
            "PACMAN=true",
            "HOME=/tmp",
            "BUILDDIR=/tmp",
            "PKGDEST=/tmp",
            "SRCDEST=/tmp",
        ]);
        as_nobody.extend([
            "SRCPKGDEST=/tmp",
            "LOGDEST=/tmp",
            "makepkg",
            "--printsrcinfo",
        ]);
        reads("setpriv", &as_nobody, &folder.join("arch"));
    }
    // All derive their address from Cargo.toml.
    let repository = value("repository");
    for file in [
        "debian/control",
        "rpm/passthru.spec",
        "arch/PKGBUILD",
        "alpine/APKBUILD",
        "homebrew/passthru.rb",
    ] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(
            text.contains(&repository) && text.contains(&value("version"))
                || file == "debian/control",
            "{file}"
        );
    }
    let tracked = output_of("git", &["grep", "-l", "--fixed-strings", &repository]);
    let expected = ["Cargo.toml"];
    assert_eq!(
        tracked.lines().collect::<Vec<_>>(),
        expected,
        "the address is in one file"
    );
}

#[test]
fn shellcheck_reads_the_scripts() {
    if !installed(&["shellcheck"]) {
        return;
    }
    let mut scripts = vec![".ci/run".to_owned()];
    for entry in fs::read_dir(top().join("scripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if text.starts_with("#!/usr/bin/env python3") {
            continue;
        }
        scripts.push(format!(
            "scripts/{}",
            path.file_name().unwrap().to_str().unwrap()
        ));
    }
    // SC2164: scripts/oracles goes on after a failure.
    let mut arguments = vec!["-x", "--severity=warning", "--exclude=SC2164"];
    arguments.extend(scripts.iter().map(String::as_str));
    let output = run("shellcheck", &arguments);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// A workflow only names scripts, which run the same by hand.
#[test]
fn workflows_hold_nothing_but_scripts() {
    let folder = top().join(".github/workflows");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- run: "))
        {
            let script = line.split(' ').next().unwrap();
            assert!(top().join(script).is_file(), "{line}");
            count += 1;
        }
        assert!(!text.contains("run: |"));
    }
    assert!(count >= 4);
}

#[test]
fn packages_of_others_are_as_deny_toml_allows() {
    if installed(&["python3"]) {
        output_of("scripts/deny", &[]);
    }
}

/// The installation lines name the files of the version that is set.
#[test]
fn installation_lines_name_the_version() {
    let version = value("version");
    for paper in ["README.md", "docs/install.md"] {
        let text = fs::read_to_string(top().join(paper)).unwrap();
        let mut names = 0;
        for (at, _) in text.match_indices("passthru") {
            let rest = text[at + "passthru".len()..].trim_start_matches(['-', '_']);
            let rest = rest.trim_start_matches("dev_").trim_start_matches("1_");
            if !rest.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            names += 1;
            assert!(rest.starts_with(&version), "{paper}: {}", &rest[..20]);
        }
        assert!(names > 2, "{paper}");
    }
}
