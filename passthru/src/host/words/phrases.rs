//! Words and phrases of sentences, in lower case and in the languages in which people write: lists of
//! `data/phrases/`, a module for each file, with their alternatives written out by the build.

use std::ops::Deref;
use std::sync::LazyLock;

use crate::packed::unpacked;

/// A list of phrases, by its place in the text of all lists.
pub(in crate::host) struct Phrases(usize);

impl Deref for Phrases {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        static TEXT: LazyLock<String> = LazyLock::new(|| {
            unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/phrases.deflate")))
        });
        static LISTS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
            let lists = TEXT.split_terminator('\0');
            lists.map(|list| list.split('\n').collect()).collect()
        });
        LISTS.get(self.0).map_or(&[], Vec::as_slice)
    }
}

include!(concat!(env!("OUT_DIR"), "/phrases.rs"));
