//! The text of the command's help in the language of the output. The page has no help.

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};

use super::args::Cli;
use super::help::{titled, usage};
use super::help_breaks;
use crate::text::{Language, Text};

/// The command with its help in `language`, clap's own words included, for so many columns. The
/// rendered help needs [`help_breaks::removed`].
pub(super) fn command(language: Language, columns: usize) -> Command {
    match language {
        Language::English => {
            let mut command = Cli::command().term_width(columns);
            command.build();
            with_notes(command)
        }
        _ => {
            // Before the command is built: the subcommands then have the width, too.
            let command = Cli::command().term_width(help_breaks::columns(columns));
            built(command, &|sentence| {
                language.say(&Text::of_english(sentence))
            })
        }
    }
}

/// The command with each note below its options on one line, which clap wraps.
fn with_notes(mut command: Command) -> Command {
    if let Some(end) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(blocks(&end, &str::to_owned));
    }
    command.mut_subcommands(with_notes)
}

/// The sentences of the help, in English.
pub fn help_texts() -> Vec<String> {
    let texts = std::cell::RefCell::new(Vec::new());
    let _ = built(Cli::command(), &|sentence| {
        texts.borrow_mut().push(sentence.to_owned());
        sentence.to_owned()
    });
    texts.into_inner()
}

/// The command with clap's options and subcommands for help, each sentence as `say` says it.
fn built(mut command: Command, say: &dyn Fn(&str) -> String) -> Command {
    command.build();
    translated(command, say)
}

fn translated(command: Command, say: &dyn Fn(&str) -> String) -> Command {
    let mut command = command.mut_args(|arg| argument(arg, say));
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(help_breaks::added(&say(&about)));
    }
    if let Some(end) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(help_breaks::added(&blocks(&end, say)));
    }
    let template = template(&mut command, say);
    let command = command.help_template(template);
    command.mut_subcommands(|subcommand| translated(subcommand, say))
}

/// The argument with its help. clap has no translations: the notes that it appends are hidden, and
/// appended here.
fn argument(arg: Arg, say: &dyn Fn(&str) -> String) -> Arg {
    let Some(help) = arg.get_help().map(ToString::to_string) else {
        return arg;
    };
    let takes_value = arg.get_action().takes_values();
    let mut short = say(&help);
    let long = arg.get_long_help().map(|help| say(&help.to_string()));
    let mut long = long.unwrap_or_default();
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    if takes_value && !defaults.is_empty() {
        note(&mut short, &say("[default: VALUES]"), &defaults.join(" "));
    }
    if takes_value && !arg.is_hide_possible_values_set() {
        let values = arg.get_possible_values();
        let described = values.iter().filter_map(|value| {
            let help = value.get_help()?.to_string();
            Some(format!("\n- {}: {}", value.get_name(), say(&help)))
        });
        let described: String = described.collect();
        if !described.is_empty() {
            long = format!("{short}\n\n{}{described}", say("Possible values:"));
        }
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        if !names.is_empty() {
            note(
                &mut short,
                &say("[possible values: VALUES]"),
                &names.join(", "),
            );
        }
    }
    let arg = arg.help(help_breaks::added(&short));
    let arg = arg.hide_default_value(true).hide_possible_values(true);
    if long.is_empty() {
        arg
    } else {
        arg.long_help(help_breaks::added(&long))
    }
}

fn note(help: &mut String, note: &str, values: &str) {
    help.push(' ');
    help.push_str(&note.replace("VALUES", values));
}

/// clap's default layout with its headings in another language.
fn template(command: &mut Command, say: &dyn Fn(&str) -> String) -> String {
    let usage = usage(&command.render_usage().ansi().to_string(), say);
    let style = command.get_styles().get_header();
    let heading = |title: &str| format!("{style}{}{style:#}", say(title));
    let usage = titled(&say("Usage:"), &heading("Usage:"), &usage);
    let mut template = format!("{{before-help}}{{about-with-newline}}\n{usage}");
    let is_shown = |arg: &&Arg| !arg.is_hide_set();
    let subcommands = command.get_subcommands();
    let mut subcommands = subcommands.filter(|subcommand| !subcommand.is_hide_set());
    let parts = [
        ("Commands:", "{subcommands}", subcommands.next().is_some()),
        (
            "Arguments:",
            "{positionals}",
            command.get_positionals().any(|arg| is_shown(&arg)),
        ),
        (
            "Options:",
            "{options}",
            command
                .get_arguments()
                .any(|arg| !arg.is_positional() && is_shown(&arg)),
        ),
    ];
    for (title, part, _) in parts.into_iter().filter(|(.., is_there)| *is_there) {
        template.push_str(&format!("\n\n{}\n{part}", heading(title)));
    }
    template.push_str("{after-help}");
    template
}

/// The notes, examples and exit status below the options.
fn blocks(end: &str, say: &dyn Fn(&str) -> String) -> String {
    let blocks = end.split("\n\n").map(|block| {
        let Some(examples) = block.trim_start().strip_prefix("Examples:\n") else {
            let sentence = block.split_whitespace().collect::<Vec<_>>().join(" ");
            return format!("{}\n", say(&sentence));
        };
        let mut text = format!("{}\n", say("Examples:"));
        for line in examples.lines() {
            // A comment is three blanks or more after the command.
            let split = line.trim_start().find("   ").map(|at| {
                let indent = line.len() - line.trim_start().len();
                line.split_at(at + indent)
            });
            match split {
                Some((command, comment)) => {
                    let purpose = say(comment.trim());
                    let blanks = comment.len() - comment.trim_start().len();
                    text.push_str(&format!("{command}{}{purpose}\n", " ".repeat(blanks)));
                }
                None => text.push_str(&format!("{line}\n")),
            }
        }
        text
    });
    let text = blocks.collect::<Vec<_>>().join("\n");
    text.trim_end().to_owned()
}
