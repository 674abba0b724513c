//! The help of the command in the language of the output.

use std::ffi::OsString;

use clap::{Command, CommandFactory};

use super::args::Cli;
use crate::render::paragraph;
use crate::text::{Language, Text};

/// Columns of the notes below a command's options.
const COLUMNS: usize = 86;

/// The language that `--lang` selects, or that of the environment: the help is printed before
/// the arguments are read.
pub(super) fn language(args: &[OsString], environment: Language) -> Language {
    let words: Vec<_> = args.iter().map(|word| word.to_string_lossy()).collect();
    let mut named = words.iter().enumerate().filter_map(|(at, word)| {
        if word == "--lang" {
            words.get(at + 1).map(|word| word.to_string())
        } else {
            word.strip_prefix("--lang=").map(str::to_owned)
        }
    });
    let named = named.next().and_then(|name| Language::of_locale(&name));
    named.unwrap_or(environment)
}

/// The command with its help in `language`.
pub(super) fn command(language: Language) -> Command {
    let command = Cli::command();
    match language {
        Language::English => command,
        _ => translated(command, &|sentence| {
            language.say(&Text::of_english(sentence))
        }),
    }
}

/// The sentences of the help, in English, each as it is translated.
pub fn help_texts() -> Vec<String> {
    let texts = std::cell::RefCell::new(Vec::new());
    let _ = translated(Cli::command(), &|sentence| {
        texts.borrow_mut().push(sentence.to_owned());
        sentence.to_owned()
    });
    texts.into_inner()
}

fn translated(command: Command, say: &dyn Fn(&str) -> String) -> Command {
    let mut command = command.mut_args(|arg| match arg.get_help().map(ToString::to_string) {
        Some(help) => arg.help(say(&help)),
        None => arg,
    });
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(say(&about));
    }
    if let Some(end) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(blocks(&end, say));
    }
    command.mut_subcommands(|subcommand| translated(subcommand, say))
}

/// The notes, examples and exit status below the options.
fn blocks(end: &str, say: &dyn Fn(&str) -> String) -> String {
    let blocks = end.split("\n\n").map(|block| {
        let Some(examples) = block.trim_start().strip_prefix("Examples:\n") else {
            let sentence = block.split_whitespace().collect::<Vec<_>>().join(" ");
            return paragraph("", &say(&sentence), COLUMNS);
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
                    let said = say(comment.trim());
                    let blanks = comment.len() - comment.trim_start().len();
                    text.push_str(&format!("{command}{}{said}\n", " ".repeat(blanks)));
                }
                None => text.push_str(&format!("{line}\n")),
            }
        }
        text
    });
    let text = blocks.collect::<Vec<_>>().join("\n");
    text.trim_end().to_owned()
}
