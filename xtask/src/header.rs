//! `cargo xtask header`: the C header, from the source of `ffi`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The crate whose header it is.
pub(crate) fn ffi_folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "ffi"].iter().collect()
}

/// Where the header is.
fn header(ffi: &Path) -> PathBuf {
    ffi.join("include").join("passthru.h")
}

/// Writes the header.
pub(crate) fn make(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let path = header(ffi);
    let text = generated(ffi)?;
    fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(format!(
        "{}: {} lines",
        path.display(),
        text.lines().count()
    ))
}

/// Fails unless the committed header is what the source gives.
pub(crate) fn check(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let path = header(ffi);
    let found =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let expected = generated(ffi)?;
    if found == expected {
        return Ok(format!("{}: fresh", path.display()));
    }
    let same = found
        .lines()
        .zip(expected.lines())
        .take_while(|(found, expected)| found == expected);
    Err(format!(
        "{}:{}: expected what ffi/src gives, found another line: run 'cargo xtask header'",
        path.display(),
        same.count() + 1
    )
    .into())
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
