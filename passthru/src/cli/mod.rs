//! The command, as a function: the binary and the Python package both call it.

mod apply;
mod args;
mod ask;
mod commands;
mod convert;
mod generate;
mod guest;
mod input;
mod invocation;
mod lspci;
mod output;
mod report;
mod rom;
mod wishes;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::Parser;

use crate::render::Style;
use apply::Console;
use args::Cli;

/// Nothing stands in the way.
pub const OK: u8 = 0;
/// At least one blocker, fix, security or impossible finding; or no plan can be
/// made.
pub const FAULTS: u8 = 1;
/// Wrong usage or unreadable input.
pub const USAGE: u8 = 2;

/// Runs the command with the process's own output and gives its exit status.
/// `args` starts with the program's name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    crate::names::use_newer();
    let stdout = io::stdout();
    let style = style(&stdout);
    let mut out = io::BufWriter::new(stdout.lock());
    run(args, style, &mut out, &mut io::stderr().lock())
}

/// Runs the command: what it finds goes to `out`, what is wrong with its usage
/// or input to `err`. Gives the exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    style: Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // --help and --version come as errors that belong on standard output.
            let text = error.render();
            let shown = if style.colour {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            return if error.use_stderr() {
                write_all(err, &shown).map_or(USAGE, |()| USAGE)
            } else {
                write_all(out, &shown).map_or(USAGE, |()| OK)
            };
        }
    };
    let mut console = Console {
        style,
        json: cli.json,
        out: &mut *out,
        err: &mut *err,
    };
    match commands::run(cli, &mut console) {
        Ok((text, status)) => match write_all(out, &text) {
            Ok(()) => status,
            Err(error) => {
                let _ = writeln!(err, "passthru: cannot write: {error}");
                USAGE
            }
        },
        Err((message, status)) => {
            let _ = writeln!(err, "passthru: {message}");
            status
        }
    }
}

/// Writes and flushes; whoever reads may stop reading.
fn write_all(out: &mut dyn Write, text: &str) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Colours and the terminal's width on a terminal, else plain text.
fn style(stdout: &io::Stdout) -> Style {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let plain = Style {
        columns: columns.unwrap_or(Style::PLAIN.columns).clamp(40, 100),
        ..Style::PLAIN
    };
    if !stdout.is_terminal() {
        return plain;
    }
    let window = rustix::termios::tcgetwinsize(stdout).map_or(0, |size| usize::from(size.ws_col));
    let columns = columns
        .or((window > 0).then_some(window))
        .unwrap_or(Style::PLAIN.columns);
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Style {
        columns: columns.clamp(40, 100),
        colour: !no_colour && !dumb,
    }
}
