//! The command, as a function: the binary and the Python package both call it.

#[cfg(target_os = "linux")]
mod apply;
mod args;
mod ask;
mod commands;
#[cfg(not(target_family = "wasm"))]
mod completions;
mod console;
mod convert;
#[cfg(not(target_family = "wasm"))]
mod generate;
mod guest;
mod help;
#[cfg(not(target_family = "wasm"))]
mod help_breaks;
#[cfg(not(target_family = "wasm"))]
mod help_text;
mod input;
mod invocation;
#[cfg(not(target_family = "wasm"))]
mod lspci;
#[cfg(not(target_family = "wasm"))]
mod man;
mod outcome;
mod output;
mod pager;
#[cfg(not(target_family = "wasm"))]
mod plan_file;
mod progress;
mod report;
mod rom;
mod standard_input;
mod usage_error;
mod values;
mod vm_options;
mod words;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use args::Cli;
use clap::{CommandFactory, FromArgMatches};
#[cfg(not(target_family = "wasm"))]
pub use help_text::help_texts;
pub use outcome::{FAULTS, OK, USAGE};

use crate::cli::console::{Console, write_message};
use crate::cli::output::write_all;
use crate::names::NameDatabase;
use crate::render::Style;
use crate::text::Language;
use crate::text::text;

/// Runs the command with the process's standard output and error, and returns its exit status.
/// `args` starts with the program's name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let stdout = io::stdout();
    let style = style(&stdout);
    let process = Process {
        rows: pager::rows(&stdout),
        progress: io::stderr().is_terminal(),
        is_last: true,
        names: NameDatabase::newest(),
    };
    let mut out = io::BufWriter::new(stdout.lock());
    // Not locked: the progress line is written to it as well.
    run_at(args, style, process, &mut out, &mut io::stderr())
}

/// The process in which the command runs.
#[derive(Default)]
struct Process {
    /// The rows of standard output; `None` if it is not a terminal, so that nothing is paged.
    rows: Option<usize>,
    /// Whether standard error may show progress.
    progress: bool,
    /// Whether the process ends after the command.
    is_last: bool,
    names: NameDatabase,
}

/// Runs the command: results are written to `out`, errors of usage or input to `err`. Returns the
/// exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    style: Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    run_at(args, style, Process::default(), out, err)
}

fn run_at(
    args: impl IntoIterator<Item = OsString>,
    style: Style,
    process: Process,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut args: Vec<OsString> = args.into_iter().collect();
    let parse = |args: &[OsString]| {
        let matches = Cli::command().try_get_matches_from(args);
        matches.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches))
    };
    let mut parsed = parse(&args);
    let meant =
        |error| usage_error::of_file(error, &args).or_else(|| usage_error::of_text(error, &args));
    if let Some(meant) = parsed.as_ref().err().and_then(meant) {
        args = meant;
        parsed = parse(&args);
    }
    let mut cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let style = Style {
                language: help::language(&args, style.language),
                ..style
            };
            // --help and --version are errors of clap that belong on standard output.
            let is_error = error.use_stderr();
            let shown = usage_error::shown(&error, &args, style);
            return if is_error {
                write_all(err, &shown).map_or(USAGE, |()| USAGE)
            } else {
                write_all(out, &shown).map_or(USAGE, |()| OK)
            };
        }
    };
    let style = Style {
        language: cli.lang.unwrap_or(style.language),
        ..style
    };
    let is_of_this_machine = process.is_last && cli.reads_this_machine();
    if is_of_this_machine {
        cli.input.from.extend(standard_input::file());
    }
    let mut console = Console {
        style,
        json: cli.json,
        names: process.names,
        is_last: process.is_last,
        out: &mut *out,
        err: &mut *err,
    };
    let rows = process.rows.filter(|_| !cli.no_pager);
    let progress = (process.progress && cli.is_quiet()).then(progress::Progress::start);
    let outcome = commands::run(cli, &mut console);
    drop(progress);
    if is_of_this_machine && standard_input::has_unread_text() {
        let note = text!(
            "this machine was examined: the text on standard input was not read; to examine the text, add --from -"
        );
        write_message(err, &style.say(&note));
    }
    match outcome {
        Ok((text, status)) if rows.is_some_and(|rows| pager::show(&text, rows)) => status,
        Ok((text, status)) => match write_all(out, &text) {
            Ok(()) => status,
            Err(error) => {
                let error = text!("cannot write: {error}", error = error.to_string());
                write_message(err, &style.say(&error));
                USAGE
            }
        },
        Err((message, status)) => {
            write_message(err, &style.say(&message));
            status
        }
    }
}

/// Colors and the terminal's width on a terminal, else plain text; in the language of the
/// environment.
fn style(stdout: &io::Stdout) -> Style {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let plain = Style {
        columns: columns.unwrap_or(Style::PLAIN.columns).clamp(40, 100),
        language: Language::of_environment(|name| std::env::var(name).ok()),
        ..Style::PLAIN
    };
    if !stdout.is_terminal() {
        return plain;
    }
    let window = pager::window(stdout).map_or(0, |(columns, _)| columns);
    let columns = columns
        .or((window > 0).then_some(window))
        .unwrap_or(Style::PLAIN.columns)
        .max(40);
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Style {
        // Sentences longer than this are hard to follow from line to line.
        columns: columns.min(100),
        table: columns,
        color: !no_color && !dumb,
        ..plain
    }
}
