//! The commands of a plan.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command as Process;

use crate::apply::event::Failed;
use crate::apply::record::Commands;

/// The most of a command's output that is shown.
const SHOWN: u64 = 4000;

/// Runs a command, with its output appended to the file `log`. Its standard input is the lock, an
/// empty file: no other transaction can start while it runs, even if it outlives this process.
pub(super) fn run(
    argv: &[String],
    how: Commands,
    root: &Path,
    log: &Path,
    lock: OwnedFd,
) -> io::Result<Result<(), Failed>> {
    let output = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(log)?;
    let from = output.metadata()?.len();
    let mut words: Vec<&std::ffi::OsStr> = Vec::new();
    if how == Commands::Chroot {
        words.extend(["chroot".as_ref(), root.as_os_str()]);
    }
    words.extend(argv.iter().map(AsRef::<std::ffi::OsStr>::as_ref));
    let Some((program, arguments)) = words.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let status = Process::new(program)
        .args(arguments)
        .env("PATH", search_path())
        .stdin(lock)
        .stdout(output.try_clone()?)
        .stderr(output)
        .current_dir("/")
        .status();
    let failed = |status, output| Failed {
        argv: argv.to_vec(),
        status,
        output,
    };
    Ok(match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(status.code(), tail(log, from)?)),
        Err(error) => Err(failed(None, error.to_string())),
    })
}

/// The end of the output since `from`, in complete lines.
fn tail(log: &Path, from: u64) -> io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    let cut = length.saturating_sub(SHOWN) > from;
    file.seek(SeekFrom::Start(from.max(length.saturating_sub(SHOWN))))?;
    let mut bytes = Vec::new();
    file.take(SHOWN).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let text = match text.split_once('\n') {
        Some((_, rest)) if cut => rest.to_owned(),
        _ => text,
    };
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len().saturating_sub(12);
    Ok(lines
        .iter()
        .skip(last)
        .copied()
        .collect::<Vec<_>>()
        .join("\n"))
}

/// Directories of administration programs, in addition to `PATH`.
pub(super) const PROGRAMS: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// The search path that commands get: the one that is set, and where administration's
/// programs are, which `su` leaves out.
pub(super) fn search_path() -> OsString {
    let set = std::env::var_os("PATH").unwrap_or_default();
    let given = std::env::split_paths(&set).filter(|path| path.is_absolute());
    let mut all: Vec<_> = given.collect();
    for path in PROGRAMS {
        if !all.iter().any(|known| known == Path::new(path)) {
            all.push(path.into());
        }
    }
    std::env::join_paths(all).unwrap_or(set)
}
