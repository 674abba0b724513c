//! Values with a known set of words: for completions, and for typing errors.

use std::ffi::OsStr;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, Error};

use crate::typos::near;

/// A parser with words to suggest.
#[derive(Clone)]
pub(super) struct Listed<P> {
    parser: P,
    /// Called only for completions and errors: some lists are long.
    words: fn() -> Vec<&'static str>,
}

/// A value parsed by its `FromStr`, with its words.
pub(super) fn listed<T>(
    words: fn() -> Vec<&'static str>,
) -> Listed<impl TypedValueParser<Value = T>>
where
    T: FromStr + Clone + Send + Sync + 'static,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let parser = StringValueParser::new().try_map(|text| text.parse::<T>());
    Listed { parser, words }
}

/// A value parsed by a function, with its words.
pub(super) fn listed_by<T>(
    parse: fn(&str) -> Result<T, String>,
    words: fn() -> Vec<&'static str>,
) -> Listed<impl TypedValueParser<Value = T>>
where
    T: Clone + Send + Sync + 'static,
{
    let parser = StringValueParser::new().try_map(move |text| parse(&text));
    Listed { parser, words }
}

/// Any text, with words that are suggested.
pub(super) fn suggested(words: fn() -> Vec<&'static str>) -> Listed<StringValueParser> {
    let parser = StringValueParser::new();
    Listed { parser, words }
}

impl<P: TypedValueParser> TypedValueParser for Listed<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, Error> {
        self.parser
            .parse_ref(command, arg, value)
            .map_err(|mut error| {
                let near = near(&value.to_string_lossy(), (self.words)());
                if !near.is_empty() && !error.to_string().contains("did you mean") {
                    let near = near.into_iter().map(str::to_owned).collect();
                    error.insert(ContextKind::SuggestedValue, ContextValue::Strings(near));
                }
                error
            })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.words)().into_iter().map(PossibleValue::new)))
    }
}
