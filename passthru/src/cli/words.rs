//! Words of the command line that are devices, and those that are files.

use std::path::{Path, PathBuf};

use pci_core::{Slot, notation};

use super::outcome::{USAGE, usage};
use crate::invocation::Invocation;
use crate::render;
use crate::select::SelectCause;
use crate::text::{Text, text};

/// Words that name files, and the others: people type `passthru doctor a.txt`.
///
/// A word that can only be a file and is none is an error: it is not looked for among the
/// devices of this machine.
pub(super) fn files_and_words(
    words: Vec<String>,
) -> Result<(Vec<PathBuf>, Vec<String>), (Text, u8)> {
    let (mut files, mut devices) = (Vec::new(), Vec::new());
    for word in words {
        if word == "-" || is_there(&word) {
            files.push(PathBuf::from(word));
        } else if is_like_path(&word) {
            return Err(usage(no_file(&word)));
        } else {
            devices.push(word);
        }
    }
    Ok((files, devices))
}

/// The error for a word that selects no device and resembles the name of a file.
pub(super) fn path_reason(word: &str) -> Option<Text> {
    if is_there(word) {
        return Some(text!(
            "expected a device, found the file {path}; to read it: --from {path}",
            path = word
        ));
    }
    is_like_path(word).then(|| no_file(word))
}

fn no_file(word: &str) -> Text {
    text!("{path}: no such file", path = word)
}

/// Whether there is a file, be it one that only others may see.
fn is_there(word: &str) -> bool {
    // If the directory is not readable, the reader of the file reports it.
    Path::new(word).try_exists().unwrap_or(true)
}

/// Whether the word is like a path and like no spelling of a device: it has a slash, or ends
/// in a dot and letters, as `lspci.txt`.
fn is_like_path(word: &str) -> bool {
    let is_device = notation::address(word).is_ok()
        || notation::id(word).is_ok()
        || word.parse::<Slot>().is_ok();
    if is_device || word.contains(char::is_whitespace) || is_like_address(word) {
        return false;
    }
    let is_ending = |ending: &str| {
        let mut letters = ending.chars();
        (1..=8).contains(&ending.len())
            && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric())
    };
    let ending = word.rsplit_once('.');
    word.contains('/') || ending.is_some_and(|(name, ending)| !name.is_empty() && is_ending(ending))
}

/// Whether the word has the colons of an address, and no slash.
fn is_like_address(word: &str) -> bool {
    word.contains(':') && !word.contains('/')
}

/// A word that chooses no device, with a caret where it looks like an address.
pub(in crate::cli) fn chosen_wrongly(error: &crate::Error) -> (Text, u8) {
    let mut text = error.text();
    match error.cause() {
        Some(SelectCause::NoAddress { word, offset, .. }) => {
            let quote = render::caret(word, *offset);
            text = text!("{error}\n{quote}", error = text, quote);
        }
        Some(SelectCause::NoMatch { word, .. } | SelectCause::WithoutAddresses { word }) => {
            if let Some(reason) = path_reason(word) {
                text = reason;
            }
        }
        _ => {}
    }
    (text, USAGE)
}

/// As [`chosen_wrongly`], with the next command where the input shows no device.
pub(in crate::cli) fn not_chosen(
    error: &crate::Error,
    call: &Invocation,
    words: &[String],
) -> (Text, u8) {
    let is_path = words.iter().any(|word| path_reason(word).is_some());
    if error.is_not_shown() && !is_path {
        return (call.refusal(error, words), USAGE);
    }
    chosen_wrongly(error)
}

#[cfg(test)]
mod tests;
