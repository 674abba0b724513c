//! `cargo xtask header`: the headers, from the source of `ffi` and the schema of the documents.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::header_cpp;

/// The crate whose headers they are.
pub(crate) fn ffi_folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "ffi"].iter().collect()
}

/// Each header with its generated text.
fn headers(ffi: &Path) -> Result<[(PathBuf, String); 2], Box<dyn Error>> {
    let include = ffi.join("include");
    Ok([
        (include.join("passthru.h"), generated(ffi)?),
        (include.join("passthru.hpp"), header_cpp::generated(ffi)?),
    ])
}

/// Writes the headers.
pub(crate) fn make(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let mut output = Vec::new();
    for (path, text) in headers(ffi)? {
        fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
        output.push(format!(
            "{}: {} lines",
            path.display(),
            text.lines().count()
        ));
    }
    Ok(output.join("\n"))
}

/// Fails if the committed headers are out of date.
pub(crate) fn check(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let mut output = Vec::new();
    for (path, expected) in headers(ffi)? {
        let found =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if found != expected {
            let same = found
                .lines()
                .zip(expected.lines())
                .take_while(|(found, expected)| found == expected);
            return Err(format!(
                "{}:{}: out of date: run 'cargo xtask header'",
                path.display(),
                same.count() + 1
            )
            .into());
        }
        output.push(format!("{}: fresh", path.display()));
    }
    Ok(output.join("\n"))
}

fn generated(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(ffi)
        .with_config(config)
        .generate()?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    Ok(String::from_utf8(text)?)
}
