//! Words and phrases of sentences, in lower case and in the languages in which people write: lists of
//! `data/phrases/`, a module for each file, with their alternatives written out by the build.

use std::ops::{Deref, Range};
use std::sync::{LazyLock, OnceLock};

use crate::packed::unpacked;

/// A list of phrases, read at its first use: a short text needs few of them.
pub(in crate::host) struct Phrases {
    /// Its bytes in the text of all lists.
    bytes: Range<usize>,
    list: OnceLock<List>,
}

/// The phrases of a list, each with the start of its first word.
type List = (Vec<&'static str>, Vec<Start>);

impl Phrases {
    const fn at(bytes: Range<usize>) -> Self {
        Self {
            bytes,
            list: OnceLock::new(),
        }
    }

    fn list(&self) -> &List {
        static TEXT: LazyLock<String> = LazyLock::new(|| {
            unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/phrases.deflate")))
        });
        self.list.get_or_init(|| {
            let text = TEXT.get(self.bytes.clone()).unwrap_or_default();
            text.split('\n').map(|one| (one, Start::of(one))).unzip()
        })
    }

    /// The phrases, each with the start of its first word.
    pub(super) fn with_starts(&self) -> impl Iterator<Item = (&'static str, Start)> {
        let (phrases, starts) = self.list();
        phrases.iter().copied().zip(starts.iter().copied())
    }
}

impl Deref for Phrases {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        &self.list().0
    }
}

/// One of 256 numbers for the first three bytes of a word.
pub(super) fn start_of(word: &[u8]) -> u8 {
    let start = word.iter().take(3);
    start.fold(0, |hash: u8, byte| {
        hash.wrapping_mul(37).wrapping_add(*byte)
    })
}

/// Whether the word is the start of one, shorter than three bytes: `40*`.
pub(super) fn is_short_start(word: &[u8]) -> bool {
    word.iter().take(3).any(|byte| *byte == b'*')
}

/// The start of a phrase, known before its clause.
#[derive(Clone, Copy, Debug)]
pub(in crate::host) enum Start {
    /// Of its first word.
    Word(u8),
    /// Any.
    Any,
    /// With a sign of a script that writes no blanks between words.
    Wide,
}

impl Start {
    fn of(phrase: &str) -> Self {
        let word = phrase.split(' ').next().unwrap_or_default().as_bytes();
        if is_without_blanks(phrase) {
            Self::Wide
        } else if is_short_start(word) {
            Self::Any
        } else {
            Self::Word(start_of(word))
        }
    }
}

/// Whether the phrase is of a script that writes no blanks between words.
pub(super) fn is_without_blanks(phrase: &str) -> bool {
    // The bytes below are of scripts with blanks.
    phrase.bytes().any(|byte| byte >= 0xe2) && phrase.chars().any(is_wide)
}

/// Whether the sign is of such a script.
pub(super) const fn is_wide(c: char) -> bool {
    c as u32 >= 0x2e80
}

include!(concat!(env!("OUT_DIR"), "/phrases.rs"));
