//! Output longer than the screen, through a pager, as in `git`.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

/// The pager where none is named.
const USUAL: &str = "less";

/// Options of `less` without `LESS`: exit at once if everything fits, print colors, and leave the
/// text on the screen.
const LESS: &str = "FRX";

/// The rows of the terminal; `None` where standard output is none.
pub(super) fn rows(stdout: &io::Stdout) -> Option<usize> {
    if !stdout.is_terminal() {
        return None;
    }
    window(stdout)
        .map(|(_, rows)| rows)
        .filter(|rows| *rows > 0)
}

/// The columns and rows of the terminal's window.
#[cfg(target_os = "linux")]
pub(super) fn window(stdout: &io::Stdout) -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(stdout).ok()?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// Not known, so that nothing is paged.
#[cfg(not(target_os = "linux"))]
pub(super) fn window(_stdout: &io::Stdout) -> Option<(usize, usize)> {
    None
}

/// Shows `text` in a pager if it is longer than `rows`; returns whether it did. Without a pager the
/// caller prints it.
pub(super) fn show(text: &str, rows: usize) -> bool {
    // The prompt of the shell needs a row, too.
    if text.lines().count() < rows {
        return false;
    }
    let Some(pager) = named(|name| std::env::var_os(name)) else {
        return false;
    };
    through(&pager, text)
}

/// Writes `text` to `pager` and waits for its end; `false` if it could not be started.
fn through(pager: &OsString, text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./+=".contains(c);
    let mut command = match pager.to_str() {
        // A path without special characters of a shell.
        Some(program) if program.chars().all(is_plain) => Command::new(program),
        _ => {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(pager);
            shell
        }
    };
    for (name, value) in [("LESS", LESS), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    // Ctrl-C is for the pager, which stays: its parent process must stay, too.
    #[cfg(target_os = "linux")]
    let _held = Held::new();
    let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else {
        return false;
    };
    if let Some(mut input) = child.stdin.take() {
        // The reader may close the pipe.
        let _ = input.write_all(text.as_bytes());
    }
    // 127: the shell found no such program, and nothing was shown.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}

/// Guard during which SIGINT ends only the pager.
#[cfg(target_os = "linux")]
struct Held(Option<signal_hook::SigId>);

#[cfg(target_os = "linux")]
impl Held {
    fn new() -> Self {
        let noted = std::sync::Arc::default();
        Self(signal_hook::flag::register(signal_hook::consts::SIGINT, noted).ok())
    }
}

#[cfg(target_os = "linux")]
impl Drop for Held {
    fn drop(&mut self) {
        if let Some(id) = self.0.take() {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// The pager: `PASSTHRU_PAGER`, else `PAGER`, else `less`; `None` where it is empty or `cat`.
fn named(variable: impl Fn(&str) -> Option<OsString>) -> Option<OsString> {
    let named = variable("PASSTHRU_PAGER").or_else(|| variable("PAGER"));
    let named = named.unwrap_or_else(|| USUAL.into());
    (!named.is_empty() && named != "cat").then_some(named)
}

#[cfg(test)]
mod tests;
