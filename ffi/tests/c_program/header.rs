//! The header and the library say the same.

use std::collections::BTreeSet;
use std::process::Command;

use crate::installed::{FFI, file, have, run};

#[test]
fn the_header_compiles_alone_as_c_and_cpp() {
    let header = format!("{FFI}/include/passthru.h");
    let languages = [
        ("cc", "c", "c99"),
        ("cc", "c", "c11"),
        ("c++", "c++", "c++11"),
        ("c++", "c++", "c++17"),
        ("clang", "c", "c99"),
        ("clang++", "c++", "c++17"),
    ];
    for (compiler, language, standard) in languages {
        // A second compiler, where there is one.
        let is_there = || Command::new(compiler).arg("--version").output().is_ok();
        if (compiler.starts_with("clang") && is_there())
            || (!compiler.starts_with("clang") && have(&[compiler]))
        {
            let mut compile = Command::new(compiler);
            compile
                .args([
                    "-Wall",
                    "-Wextra",
                    "-Wpedantic",
                    "-Werror",
                    "-fsyntax-only",
                    "-x",
                    language,
                ])
                .arg(format!("-std={standard}"))
                .arg(&header);
            run(&mut compile);
        }
    }
}

#[test]
fn the_header_for_cpp_compiles_alone() {
    let header = format!("{FFI}/include/passthru.hpp");
    for standard in ["c++17", "c++20"] {
        if have(&["c++"]) {
            run(Command::new("c++")
                .args(["-Wall", "-Wextra", "-Wpedantic"])
                .args(["-Werror", "-fsyntax-only", "-x", "c++"])
                .arg(format!("-std={standard}"))
                .arg(&header));
        }
    }
}

#[test]
fn the_library_exports_what_the_header_declares() {
    if !have(&["nm", "readelf"]) {
        return;
    }
    let header = std::fs::read_to_string(file("include/passthru.h")).unwrap();
    let declared = declared(&header);
    assert!(declared.contains("passthru_host_open_live"), "{declared:?}");

    let library = file("lib/libpassthru.so");
    assert_eq!(exported(), declared);

    let dynamic = run(Command::new("readelf").args(["-d", "-W"]).arg(&library)).stdout;
    let dynamic = String::from_utf8(dynamic).unwrap();
    assert!(
        dynamic.contains("Library soname: [libpassthru.so.0]"),
        "{dynamic}"
    );
}

/// The functions that the shared library exports.
pub(crate) fn exported() -> BTreeSet<String> {
    let names = run(Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(file("lib/libpassthru.so")))
    .stdout;
    let names = String::from_utf8(names).unwrap();
    let exported = names
        .lines()
        .filter_map(|line| line.split_whitespace().last());
    exported.map(str::to_owned).collect()
}

/// The functions that a header declares: names before a bracket, outside comments.
pub(crate) fn declared(header: &str) -> BTreeSet<String> {
    let code = header
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_, code)| code));
    let code: String = code.collect();
    let before_brackets = code.match_indices('(').filter_map(|(at, _)| {
        code[..at]
            .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()
    });
    before_brackets
        .filter(|name| name.starts_with("passthru_"))
        .map(str::to_owned)
        .collect()
}
