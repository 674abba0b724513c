//! What a finding means.

use std::ffi::{CStr, c_char};
use std::ptr;

/// What a finding means for the person who reads it. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no such finding.
    None = 0,
    /// Passthrough cannot work until this is changed.
    Blocker = 1,
    /// This hardware or hypervisor cannot do what is asked.
    Impossible = 2,
    /// Works badly, or by luck.
    Fix = 3,
    /// A protection is given up for nothing.
    Security = 4,
    /// A setting that does nothing on this host: take it out.
    NoEffect = 5,
    /// The input does not say; the remedy is the command that would.
    Unknown = 6,
    /// Looks bad and is fine: leave it.
    Harmless = 7,
    /// As it should be.
    Ok = 8,
}

impl From<passthru::Verdict> for Verdict {
    fn from(verdict: passthru::Verdict) -> Self {
        match verdict {
            passthru::Verdict::Blocker => Self::Blocker,
            passthru::Verdict::Impossible => Self::Impossible,
            passthru::Verdict::Fix => Self::Fix,
            passthru::Verdict::Security => Self::Security,
            passthru::Verdict::NoEffect => Self::NoEffect,
            passthru::Verdict::Unknown => Self::Unknown,
            passthru::Verdict::Harmless => Self::Harmless,
            passthru::Verdict::Ok => Self::Ok,
        }
    }
}

/// The word for a verdict, as in JSON: `no-effect`. It is never freed. NULL for
/// `PASSTHRU_VERDICT_NONE` and for a number that is no verdict.
#[unsafe(no_mangle)]
pub extern "C" fn passthru_verdict_word(verdict: u32) -> *const c_char {
    word(verdict).map_or(ptr::null(), CStr::as_ptr)
}

fn word(verdict: u32) -> Option<&'static CStr> {
    const WORDS: [(Verdict, &CStr); 8] = [
        (Verdict::Blocker, c"blocker"),
        (Verdict::Impossible, c"impossible"),
        (Verdict::Fix, c"fix"),
        (Verdict::Security, c"security"),
        (Verdict::NoEffect, c"no-effect"),
        (Verdict::Unknown, c"unknown"),
        (Verdict::Harmless, c"harmless"),
        (Verdict::Ok, c"ok"),
    ];
    WORDS
        .iter()
        .find(|(known, _)| *known as u32 == verdict)
        .map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_json() {
        for verdict in passthru::Verdict::ALL {
            let known = word(Verdict::from(verdict) as u32).and_then(|word| word.to_str().ok());
            assert_eq!(known, Some(verdict.word()));
        }
        assert_eq!((word(0), word(9), word(u32::MAX)), (None, None, None));
    }
}
