//! `passthru explain --json`.

use serde::Serialize;

use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Text, text};

/// `passthru explain --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The version of this form.
    pub schema: &'static str,
    /// The requested word or text.
    pub query: String,
    /// The meaning, the cost and the remedy.
    pub meaning: Text,
    /// Where that is written.
    pub source: Text,
}

/// There is no entry for the requested word or text.
#[derive(Debug)]
struct ExplanationCause(String);

into_error!(ExplanationCause);

impl Cause for ExplanationCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NoEntry
    }

    fn text(&self) -> Text {
        let found = crate::render::clean(&shortened(&self.0)).to_string();
        let none = text!("no entry for \"{found}\"", found);
        let near = crate::doctor::near_codes(&self.0);
        let error = if near.is_empty() {
            none
        } else {
            none.then(&text!("did you mean: {codes}", codes = near))
        };
        text!(
            "{error}\nExpected: a finding's code, an error text, a setting as it is typed, or words \
             such as \"reset bug\"\nAll codes: passthru generate findings",
            error
        )
    }

    fn place(&self) -> Place {
        Place::help(crate::doctor::codes().join(", "))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Returns the explanation of a finding's code, of an error text or of a setting.
///
/// # Errors
///
/// If there is no entry.
pub fn explanation(what: &str) -> crate::Result<Explanation> {
    let (meaning, source) =
        crate::doctor::explain(what).ok_or_else(|| ExplanationCause(what.to_owned()))?;
    Ok(Explanation {
        schema: "passthru-explanation/1",
        query: what.to_owned(),
        meaning,
        source,
    })
}
