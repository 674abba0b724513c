//! The library's interface against what is committed: its functions, its types, its
//! versions.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use testkit::environment;
use testkit::program::installed;

use crate::header::{declared, exported};
use crate::installed::{FFI, file, run, scratch};

/// The functions of the interface, one a line. A removed or changed function requires a new
/// soname; a new one requires a larger `PASSTHRU_API_VERSION`.
const SYMBOLS: &str = include_str!("../abi/symbols.txt");

#[test]
fn the_symbols_are_those_of_the_list() {
    if !installed(&["nm"]) {
        return;
    }
    let listed: Vec<&str> = SYMBOLS.lines().collect();
    assert!(listed.is_sorted(), "tests/abi/symbols.txt is in order");
    let listed: BTreeSet<String> = listed.into_iter().map(str::to_owned).collect();
    let exported = exported();
    let added: Vec<_> = exported.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&exported).collect();
    assert!(
        added.is_empty() && gone.is_empty(),
        "tests/abi/symbols.txt: added {added:?}, gone {gone:?}"
    );
}

/// What programs were built against: the types and functions that the header declares, as
/// the compiler of a C program sees them. Offsets, sizes and numbers are of every 64-bit
/// Linux.
#[test]
fn programs_of_the_baseline_still_fit() {
    if !installed(&["cc", "abidw", "abidiff"]) {
        return;
    }
    let now = scratch("interface.so");
    stub(&now);
    let baseline = Path::new(FFI).join("tests/abi/libpassthru.abi");
    if environment::path(environment::BASELINE).is_some() {
        run(Command::new("abidw")
            .args([
                "--no-comp-dir-path",
                "--no-corpus-path",
                "--no-show-locs",
                "--short-locs",
                "--out-file",
            ])
            .args([&baseline, &now]));
    }
    let output = Command::new("abidiff")
        .args(["--no-show-locs", "--no-added-syms"])
        .args([&baseline, &now])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stdout);
    // 4: something changed; 8: and programs break.
    assert_eq!(output.status.code(), Some(0), "{message}");
}

/// A library whose functions are those of the header, compiled from it: rustc describes the
/// insides of objects, too, which are not part of the interface.
fn stub(path: &Path) {
    let header = std::fs::read_to_string(file("include/passthru.h")).unwrap();
    let mut source = "#include <passthru.h>\n".to_owned();
    for declaration in declarations(&header) {
        let returns = declaration.split("passthru_").next().unwrap();
        let is_void = returns.trim() == "void" && !declaration.starts_with("void *");
        let declaration = declaration.trim_end_matches(';');
        let body = if is_void {
            ""
        } else {
            "__builtin_unreachable();"
        };
        source.push_str(&format!("{declaration}\n{{ {body} }}\n"));
    }
    let text = scratch("interface.c");
    std::fs::write(&text, source).unwrap();
    run(Command::new("cc")
        .args([
            "-std=c99",
            "-g",
            "-shared",
            "-fPIC",
            "-w",
            "-Wl,-soname,libpassthru.so.1",
        ])
        .arg("-I")
        .arg(file("include"))
        .arg(&text)
        .arg("-o")
        .arg(path));
}

/// The declarations of functions, each on one line.
fn declarations(header: &str) -> Vec<String> {
    let code: String = header
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_, code)| code))
        .collect();
    let lines: Vec<&str> = code.lines().filter(|line| !line.starts_with('#')).collect();
    let functions = lines.join(" ");
    let functions = functions.split_inclusive(';').filter_map(|statement| {
        // The text before is the end of a type.
        let statement = statement.rsplit(['}', '{']).next().unwrap_or_default();
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        (statement.ends_with(");") && !statement.contains("typedef")).then_some(statement)
    });
    functions.collect()
}

#[test]
fn every_function_of_the_header_is_in_the_stub() {
    let header = std::fs::read_to_string(Path::new(FFI).join("include/passthru.h")).unwrap();
    let found = declarations(&header).len();
    // The type of a callback is declared with a bracket, too.
    assert_eq!(found, declared(&header).len(), "{found}");
}

#[test]
fn versions_are_equal_everywhere() {
    let top = Path::new(FFI).join("..");
    let read = |path: &str| std::fs::read_to_string(top.join(path)).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let [major, minor, patch] = version.split('.').collect::<Vec<_>>()[..] else {
        panic!("{version}");
    };
    let header = read("ffi/include/passthru.h");
    for (name, number) in [("MAJOR", major), ("MINOR", minor), ("PATCH", patch)] {
        let line = format!("#define PASSTHRU_VERSION_{name} {number}\n");
        assert!(header.contains(&line), "{line}");
    }
    // The Python package has its version from Cargo.
    assert!(read("python/Cargo.toml").contains("version.workspace = true"));
    let pyproject = read("python/pyproject.toml");
    assert!(pyproject.contains("dynamic = [\"version\"]"), "{pyproject}");
    assert!(read("ffi/man/libpassthru.3").contains(&format!("passthru {version}")));
    if installed(&["pkg-config"]) {
        let message = run(Command::new("pkg-config")
            .args(["--modversion", "passthru"])
            .env("PKG_CONFIG_PATH", file("lib/pkgconfig")))
        .stdout;
        assert_eq!(String::from_utf8(message).unwrap().trim(), version);
    }
}
