//! Writing of ROMs: completely or not at all, and never over an input.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::outcome::{file_error, usage};
use crate::text::{Text, text};

/// Writes `bytes` to `output`, which must not be one of `inputs`. A concurrent reader of the
/// file sees the old one or the new one.
pub(super) fn write(inputs: &[&Path], output: &Path, bytes: &[u8]) -> Result<String, (Text, u8)> {
    if inputs.iter().any(|input| is_same(input, output)) {
        let error = text!("output and input are the same file: name another output file");
        return Err(file_error(output, error));
    }
    replace(output, bytes).map_err(|error| file_error(output, error))?;
    Ok(format!("{}: {} bytes\n", output.display(), bytes.len()))
}

/// Whether both names lead to one file.
#[cfg(unix)]
fn is_same(input: &Path, output: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    id(input).is_some_and(|input| Some(input) == id(output))
}

/// Whether both names lead to one file. Hard links are not recognized.
#[cfg(not(unix))]
fn is_same(input: &Path, output: &Path) -> bool {
    let path = |path: &Path| fs::canonicalize(path).ok();
    path(input).is_some_and(|input| Some(input) == path(output))
}

/// Writes to a temporary file next to `output` and renames it.
fn replace(output: &Path, bytes: &[u8]) -> io::Result<()> {
    // A file that is not regular, such as /dev/stdout, cannot be replaced.
    if fs::metadata(output).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(output, bytes);
    }
    // A link remains: its target is replaced.
    let output = fs::canonicalize(output).unwrap_or_else(|_| output.to_owned());
    let name = output.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut beside = name.to_owned();
    // In WebAssembly there are no processes.
    #[cfg(not(target_family = "wasm"))]
    beside.push(format!(".{}", std::process::id()));
    beside.push(".new");
    let beside: PathBuf = output.with_file_name(beside);
    let written = write_new(&beside, bytes).and_then(|()| fs::rename(&beside, &output));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(target_family = "wasm"))]
/// The selected one of several, from 1; by default the only one.
pub(super) fn picked<T>(all: &[T], pick: Option<usize>) -> Result<&T, (Text, u8)> {
    match (all, pick) {
        (_, Some(number)) => number
            .checked_sub(1)
            .and_then(|index| all.get(index))
            .ok_or_else(|| {
                usage(text!(
                    "ROM {number} does not exist: {count} found",
                    number,
                    count = all.len()
                ))
            }),
        ([one], None) => Ok(one),
        (all, None) => Err(usage(text!(
            "{count} ROMs found: select one with --pick",
            count = all.len()
        ))),
    }
}

/// Where a ROM is written.
#[derive(Debug, Args)]
pub(in crate::cli) struct Output {
    /// Write the ROM to this file, not the input file
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
