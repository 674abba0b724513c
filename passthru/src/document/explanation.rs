//! `passthru explain --json`.

use serde::Serialize;

use crate::text::Text;

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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no entry for \"{}\"{}\nExpected: a finding's code, an error text, a setting as it is typed, \
     or words such as \"reset bug\"\nAll codes: passthru generate findings",
    crate::render::clean(&shortened(.0)),
    near(.0)
)]
pub struct NotExplained(
    /// The word or text.
    pub String,
);

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

fn near(text: &str) -> String {
    let near = crate::doctor::near_codes(text);
    if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean: {}", near.join(", "))
    }
}

/// Returns the explanation of a finding's code, of an error text or of a setting.
///
/// # Errors
///
/// If there is no entry.
pub fn explanation(what: &str) -> Result<Explanation, NotExplained> {
    let (meaning, source) =
        crate::doctor::explain(what).ok_or_else(|| NotExplained(what.to_owned()))?;
    Ok(Explanation {
        schema: "passthru-explanation/1",
        query: what.to_owned(),
        meaning,
        source,
    })
}
