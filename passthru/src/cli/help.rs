//! Parts of help and of errors in the arguments: language, titles, usage.

use std::ffi::OsString;

use crate::text::Language;

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

/// A title before a text on its line: a full-width colon has its own blank.
pub(super) fn titled(title: &str, styled: &str, text: &str) -> String {
    let blank = if title.ends_with(':') { " " } else { "" };
    format!("{styled}{blank}{text}")
}

/// clap's usage without its title.
pub(super) fn usage(rendered: &str, say: &dyn Fn(&str) -> String) -> String {
    // The title is styled: the usage begins after its colon.
    let usage = rendered.split_once(": ").or(rendered.split_once(' '));
    let usage = usage.map_or(rendered, |(_, usage)| usage).trim_end();
    let words = ["[OPTIONS]", "[COMMAND]", "<COMMAND>"].into_iter();
    words.fold(usage.to_owned(), |usage, word| {
        usage.replace(word, &say(word))
    })
}
