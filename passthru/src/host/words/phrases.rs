//! Words and phrases of sentences, in lower case and in the languages in which people write: lists of
//! `data/phrases/`, a module for each file, with their alternatives written out by the build.

include!(concat!(env!("OUT_DIR"), "/phrases.rs"));
