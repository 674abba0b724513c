//! The header and the library say the same.

use std::collections::BTreeSet;
use std::process::Command;

use testkit::program::installed;

use crate::installed::{FFI, file, run};

/// What compilers are asked to say, all of it as errors.
const WARNINGS: [&str; 6] = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
];

/// Compiles a header of the library with nothing before and nothing after it.
fn compiles_alone(header: &str, compiler: &str, language: &str, standard: &str) {
    if !installed(&[compiler]) {
        return;
    }
    run(Command::new(compiler)
        .args(WARNINGS)
        // Comments that name an argument that is not there; gcc knows no such warning.
        .args(compiler.starts_with("clang").then_some("-Wdocumentation"))
        .args(["-fsyntax-only", "-x", language])
        .arg(format!("-std={standard}"))
        .arg(format!("{FFI}/include/{header}")));
}

#[test]
fn the_header_compiles_alone_as_c_and_cpp() {
    for (compiler, language, standard) in [
        ("cc", "c", "c99"),
        ("cc", "c", "c11"),
        ("c++", "c++", "c++11"),
        ("c++", "c++", "c++17"),
        ("clang", "c", "c99"),
        ("clang", "c", "c11"),
        ("clang", "c", "c2x"),
        ("clang++", "c++", "c++11"),
        ("clang++", "c++", "c++17"),
    ] {
        compiles_alone("passthru.h", compiler, language, standard);
    }
}

#[test]
fn the_header_for_cpp_compiles_alone() {
    for compiler in ["c++", "clang++"] {
        for standard in ["c++17", "c++20"] {
            compiles_alone("passthru.hpp", compiler, "c++", standard);
        }
    }
}

#[test]
fn each_type_documents_its_thread_safety() {
    let header = std::fs::read_to_string(format!("{FFI}/include/passthru.h")).unwrap();
    let types: Vec<(&str, &str)> = header
        .match_indices("\ntypedef struct passthru_")
        .filter_map(|(at, _)| {
            let line = header[at + 1..].lines().next()?;
            // Plain structs go by value.
            let is_object = line.ends_with(';');
            is_object.then(|| (line, header[..at].rsplit("/**").next().unwrap_or_default()))
        })
        .collect();
    assert_eq!(types.len(), 11, "{types:?}");
    for (line, comment) in types {
        assert!(comment.contains("hreads may share it"), "{line}{comment}");
    }
}

/// What makes, holds, reads and frees objects, whatever the command is.
const OF_ALL: [&str; 12] = [
    "_free",
    "_new",
    "_value",
    "passthru_document_",
    "passthru_error_",
    "passthru_plan_document",
    "passthru_address_",
    "passthru_input_add_",
    "passthru_request_",
    "version",
    "passthru_host_open_",
    "passthru_names_",
];

#[test]
fn the_table_of_interfaces_has_each_function() {
    let header = std::fs::read_to_string(format!("{FFI}/include/passthru.h")).unwrap();
    let declared = declared(&header);
    let page = std::fs::read_to_string(format!("{FFI}/../docs/interfaces.md")).unwrap();
    let words = page.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let named: BTreeSet<&str> = words.filter(|word| word.starts_with("passthru_")).collect();
    for name in &named {
        assert!(
            declared.contains(*name),
            "docs/interfaces.md: no function {name}"
        );
    }
    for name in &declared {
        let is_of_all = OF_ALL.iter().any(|part| name.contains(part));
        let is_callback = name == "passthru_log_callback";
        assert!(
            is_of_all || is_callback || named.contains(name.as_str()),
            "docs/interfaces.md lacks {name}"
        );
    }
}

#[test]
fn the_library_exports_what_the_header_declares() {
    if !installed(&["nm", "readelf"]) {
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
        dynamic.contains("Library soname: [libpassthru.so.1]"),
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
