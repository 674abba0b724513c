//! Chores of this repository: files that are generated, committed, and checked
//! for freshness. Run `cargo xtask` for the list.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the people who work on this repository"
)]

mod dependencies;
mod documents;
mod header;
mod header_cpp;
mod install;
mod licenses;
mod metadata;
mod names;
mod python;
mod rom_cards;
mod roms;
mod sbom;
mod site;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask names [PATH]   make the blob in pci-core/data, from the text at PATH if given
       cargo xtask names --check  fail unless the committed blob is made from the committed text
       cargo xtask header         make the headers in ffi/include, from the source of ffi and the schema
       cargo xtask header --check fail unless the committed headers are what their sources give
       cargo xtask python         make the fields of the classes in python/, from the schema
       cargo xtask python --check fail unless the committed fields are those of the schema
       cargo xtask dependencies   make the table docs/dependencies.md
       cargo xtask dependencies --check
                                  fail unless the committed table is fresh
       cargo xtask sbom CRATE     print the packages that a crate is built from, as CycloneDX
       cargo xtask licenses CRATE print the license texts of those packages
       cargo xtask install --prefix DIR [--destdir DIR] [--profile PROFILE]
                                  build libpassthru and install it with header and pkg-config file
       cargo xtask roms DIR       judge all option ROMs below DIR, each for its own card; compare with
                                  rom-parser, which ROM_PARSER names or PATH has
       cargo xtask site DIR PASSTHRU MDBOOK
                                  build the docs site in DIR, with these two programs; check its links";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(output) => {
            println!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a chore and returns its message.
fn run(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    match arguments {
        ["names", "--check"] => names::check(&names::data_folder()),
        ["names"] => names::make(&names::data_folder(), None),
        ["names", path] if !path.starts_with('-') => {
            names::make(&names::data_folder(), Some(path.as_ref()))
        }
        ["header", "--check"] => header::check(&header::ffi_folder()),
        ["header"] => header::make(&header::ffi_folder()),
        ["python", "--check"] => python::check(&python::folder()),
        ["python"] => python::make(&python::folder()),
        ["dependencies", "--check"] => dependencies::run(&root(), true),
        ["dependencies"] => dependencies::run(&root(), false),
        ["sbom", name] => sbom::run(&root(), name),
        ["licenses", name] => licenses::run(&root(), name),
        ["install", rest @ ..] => install::run(&header::ffi_folder(), rest),
        ["roms", directory] => roms::run(directory.as_ref()),
        ["site", place, passthru, mdbook] => {
            site::run(&root(), place.as_ref(), passthru.as_ref(), mdbook.as_ref())
        }
        [] | ["--help" | "-h"] => Ok(USAGE.to_owned()),
        other => Err(format!("expected a chore, found '{}'\n{USAGE}", other.join(" ")).into()),
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
