//! What `cargo cinstall` installs for distributors is what `cargo xtask install` does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::environment::{self, CINSTALL};

use crate::examples::cmake_builds_with;
use crate::installed::{FFI, file, run, scratch};

/// The files and links below a folder; those for CMake as if all were in `share`.
fn below(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(root).unwrap();
                found.insert(match path.strip_prefix("lib/cmake") {
                    Ok(rest) => Path::new("share/cmake").join(rest),
                    Err(_) => path.to_owned(),
                });
            }
        }
    }
    found
}

/// The output of a program about the installed shared library.
fn output_for(program: &str, arguments: &[&str], library: &Path) -> BTreeSet<String> {
    let output = run(Command::new(program).args(arguments).arg(library));
    let message = String::from_utf8(output.stdout).unwrap();
    // Names and not places, which differ from build to build.
    message
        .lines()
        .filter(|line| arguments[0] != "-d" || line.contains("SONAME") || line.contains("NEEDED"))
        .filter_map(|line| line.split_whitespace().last().map(str::to_owned))
        .collect()
}

/// The fields of pkg-config's file, without where it is installed.
fn fields(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("lib/pkgconfig/passthru.pc")).unwrap();
    let text = text.replace("${exec_prefix}", "${prefix}");
    let mut fields: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("prefix="))
        .map(str::to_owned)
        .collect();
    fields.sort();
    fields
}

/// Only on request, if cargo-c is installed: it builds the library once more.
#[test]
fn cargo_cinstall_installs_the_same() {
    if environment::text(CINSTALL).is_none() {
        let why = "cargo-c builds the library for minutes";
        return testkit::skipped::optional(why, "PASSTHRU_CINSTALL=1");
    }
    let destination = scratch("cinstalled");
    let _ = std::fs::remove_dir_all(&destination);
    run(Command::new(env!("CARGO"))
        .args(["cinstall", "--debug", "--locked", "--prefix", "/usr"])
        .args(["--libdir", "/usr/lib", "--destdir"])
        .arg(&destination)
        .arg("--manifest-path")
        .arg(Path::new(FFI).join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", scratch("cinstall-target")));
    let (theirs, ours) = (destination.join("usr"), file(""));
    assert_eq!(below(&theirs), below(&ours));
    for same in [
        "include/passthru.h",
        "include/passthru.hpp",
        "share/man/man3/libpassthru.3",
    ] {
        let read = |root: &Path| std::fs::read(root.join(same)).unwrap();
        assert!(read(&theirs) == read(&ours), "{same}");
    }
    for cmake in ["passthru-config.cmake", "passthru-config-version.cmake"] {
        let read = |root: &Path, folder: &str| {
            std::fs::read_to_string(root.join(folder).join("cmake/passthru").join(cmake)).unwrap()
        };
        assert_eq!(read(&theirs, "share"), read(&ours, "lib"));
    }
    assert_eq!(fields(&theirs), fields(&ours));
    for (program, arguments) in [
        ("readelf", &["-d", "-W"][..]),
        ("nm", &["-D", "--defined-only"]),
    ] {
        let of = |root: &Path| output_for(program, arguments, &root.join("lib/libpassthru.so"));
        assert_eq!(of(&theirs), of(&ours));
    }
    for link in ["lib/libpassthru.so", "lib/libpassthru.so.1"] {
        let file = |root: &Path| {
            root.join(link)
                .canonicalize()
                .unwrap()
                .file_name()
                .unwrap()
                .to_owned()
        };
        assert_eq!(file(&theirs), file(&ours));
    }
    cmake_builds_with("cmake-cinstalled", &theirs);
}
