//! Errors of usage in the language of the output.

use std::error::Error as _;
use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};
use pci_core::{Slot, notation};

use super::args::Cli;
use super::help;
#[cfg(not(target_family = "wasm"))]
use super::{help_breaks, help_text};
use crate::remedy::shell_word;
use crate::render::Style;
use crate::text::{Text, any_of, text};
use crate::verdict::Verdict;

/// The help, the version, or the error of usage.
pub(super) fn shown(error: &Error, args: &[OsString], style: Style) -> String {
    let Some(sentence) = sentence(error) else {
        return rendered(error, args, style);
    };
    let tip = |tip: &Text| {
        let tip = text!("tip: {sentence}", sentence = tip);
        format!("\n  {}\n", style.say(&tip))
    };
    let label = style.say(&text!("error:"));
    let styled = style.verdict(Verdict::Blocker, &label);
    let mut out = help::titled(&label, &styled, &style.say(&sentence));
    out.push('\n');
    out.extend(tips(error, args).iter().map(tip));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let say = |word: &str| style.say(&Text::of_english(word));
        let usage = help::usage(&usage.to_string(), &say);
        let title = style.say(&text!("Usage:"));
        out.push_str(&format!("\n{}\n", help::titled(&title, &title, &usage)));
    }
    let more = text!("For more information, try '--help'.");
    out.push_str(&format!("\n{}\n", style.say(&more)));
    out
}

/// The text that clap renders, in English.
#[cfg(target_family = "wasm")]
fn rendered(error: &Error, _: &[OsString], _: Style) -> String {
    error.to_string()
}

/// The text that clap renders, in the language and for the columns of the output.
#[cfg(not(target_family = "wasm"))]
fn rendered(error: &Error, args: &[OsString], style: Style) -> String {
    if error.kind() == ErrorKind::DisplayVersion {
        return error.to_string();
    }
    let command = help_text::command(style.language, style.columns);
    let again = command.try_get_matches_from(args).err();
    let error = again.as_ref().unwrap_or(error);
    let text = error.render();
    let text = if style.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    if error.use_stderr() {
        text
    } else {
        help_breaks::removed(&text)
    }
}

fn string(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(value) => Some(value),
        _ => None,
    }
}

fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(value)) => vec![value.clone()],
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => Vec::new(),
    }
}

/// The error; `None` for one that clap says.
fn sentence(error: &Error) -> Option<Text> {
    let argument = string(error, ContextKind::InvalidArg);
    let value = string(error, ContextKind::InvalidValue);
    let subcommand = unknown(error);
    Some(match error.kind() {
        ErrorKind::UnknownArgument => {
            text!(
                "unexpected argument '{argument}' found",
                argument = argument?
            )
        }
        ErrorKind::InvalidSubcommand => {
            text!(
                "unrecognized subcommand '{subcommand}'",
                subcommand = subcommand?
            )
        }
        ErrorKind::MissingRequiredArgument => text!(
            "the following required arguments were not provided:{list}",
            list = lines(&strings(error, ContextKind::InvalidArg))
        ),
        ErrorKind::MissingSubcommand => text!(
            "'{subcommand}' requires a subcommand but one was not provided",
            subcommand = subcommand?
        ),
        ErrorKind::ArgumentConflict => conflict(argument?, &strings(error, ContextKind::PriorArg)),
        ErrorKind::InvalidValue if value == Some("") => text!(
            "a value is required for '{argument}' but none was supplied",
            argument = argument?
        ),
        ErrorKind::InvalidValue => {
            let values = strings(error, ContextKind::ValidValue);
            if values.is_empty() {
                text!(
                    "invalid value '{value}' for '{argument}'",
                    value = value?,
                    argument = argument?
                )
            } else {
                text!(
                    "invalid value '{value}' for '{argument}'; possible values: {values}",
                    value = value?,
                    argument = argument?,
                    values
                )
            }
        }
        ErrorKind::ValueValidation => text!(
            "invalid value '{value}' for '{argument}': {reason}",
            value = value?,
            argument = argument?,
            reason = Text::of_english(error.source()?.to_string())
        ),
        ErrorKind::TooManyValues => text!(
            "unexpected value '{value}' for '{argument}' found; no more were expected",
            value = value?,
            argument = argument?
        ),
        _ => return None,
    })
}

fn conflict(argument: &str, others: &[String]) -> Text {
    match others {
        [] => text!(
            "the argument '{argument}' cannot be used with others",
            argument
        ),
        [same] if same == argument => {
            text!(
                "the argument '{argument}' cannot be used multiple times",
                argument
            )
        }
        [other] => text!(
            "the argument '{argument}' cannot be used with '{other}'",
            argument,
            other
        ),
        others => text!(
            "the argument '{argument}' cannot be used with:{list}",
            argument,
            list = lines(others)
        ),
    }
}

/// The items, a line each.
fn lines(items: &[String]) -> Text {
    let none = Text::of_table("");
    let items = items.iter();
    items.fold(none, |list, item| text!("{list}\n  {item}", list, item))
}

/// The command line with `doctor`, where the word in the place of a command is a file or standard
/// input: `passthru post.txt`.
pub(super) fn of_file(error: &Error, args: &[OsString]) -> Option<Vec<OsString>> {
    let word = unknown(error)?;
    let at = place(word, args)?;
    if word != "-" && !Path::new(word).is_file() {
        return None;
    }
    let mut args = args.to_vec();
    args.insert(at, OsString::from("doctor"));
    Some(args)
}

/// The command line with `--`, where `explain` has a text that begins with a dash: `-cpu
/// host,kvm=off`.
pub(super) fn of_text(error: &Error, args: &[OsString]) -> Option<Vec<OsString>> {
    let explain = args.iter().position(|one| one == "explain")?;
    let is_text = |one: &OsString| {
        let text = one.to_string_lossy();
        text.starts_with('-') && text.contains(' ')
    };
    let at = args.iter().skip(explain).position(is_text)? + explain;
    if error.kind() != ErrorKind::UnknownArgument || args.iter().any(|one| one == "--") {
        return None;
    }
    let mut args = args.to_vec();
    let text = args.remove(at);
    args.extend([OsString::from("--"), text]);
    Some(args)
}

/// The word in the place of a command.
fn unknown(error: &Error) -> Option<&str> {
    string(error, ContextKind::InvalidSubcommand)
}

/// The place of the word among the arguments, if no command is before it.
fn place(word: &str, args: &[OsString]) -> Option<usize> {
    let at = args.iter().skip(1).position(|one| *one == word)? + 1;
    let mut before = args.iter().take(at).skip(1);
    let is_of_command = before.any(|before| Cli::command().find_subcommand(before).is_some());
    (!is_of_command).then_some(at)
}

/// The command line with `doctor`, where the word in the place of a command is a device:
/// `passthru 01:00.0`.
fn doctor(word: &str, args: &[OsString]) -> Option<Text> {
    let is_device = notation::address(word).is_ok() || word.parse::<Slot>().is_ok();
    place(word, args).filter(|_| is_device)?;
    let words = args.iter().skip(1).map(|word| word.to_string_lossy());
    let words: Vec<_> = words.map(|word| shell_word(&word)).collect();
    Some(text!(
        "to examine {word}: {command}",
        word,
        command = format!("passthru doctor {}", words.join(" "))
    ))
}

/// Suggestions for a mistyped word.
fn tips(error: &Error, args: &[OsString]) -> Vec<Text> {
    if let Some(tip) = unknown(error).and_then(|word| doctor(word, args)) {
        return vec![tip];
    }
    let mut tips = Vec::new();
    let missing = strings(error, ContextKind::InvalidArg);
    if error.kind() == ErrorKind::MissingRequiredArgument
        && missing
            .iter()
            .any(|argument| argument.starts_with("<DEVICE>"))
    {
        tips.push(text!("devices: {command}", command = "passthru check"));
    }
    for kind in [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ] {
        let near = strings(error, kind);
        if !near.is_empty() {
            let near = near.iter().map(|word| format!("'{word}'"));
            tips.push(text!(
                "did you mean {suggestion}?",
                suggestion = any_of(near)
            ));
        }
    }
    if let Some(ContextValue::StyledStrs(others)) = error.get(ContextKind::Suggested) {
        let argument = string(error, ContextKind::InvalidArg);
        let argument = argument.or(unknown(error));
        tips.extend(others.iter().map(|tip| {
            let tip = tip.to_string();
            // The tips that clap makes for words of this command line.
            match (argument, tip.rsplit_once("as a value, use ")) {
                (Some(argument), Some((_, usage))) => text!(
                    "to pass '{argument}' as a value, use {usage}",
                    argument,
                    usage
                ),
                _ => Text::of_english(tip),
            }
        }));
    }
    tips
}
