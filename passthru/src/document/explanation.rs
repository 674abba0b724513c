//! `passthru explain --json`.

use serde::Serialize;

/// `passthru explain --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The version of this form.
    pub schema: &'static str,
    /// What was asked for.
    pub what: String,
    /// What it means, what it costs and what to do.
    pub meaning: String,
    /// Where that is written.
    pub source: String,
}

/// What was asked for is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing is known of \"{}\": expected a finding's code, an error text or a setting as it is \
     typed; the codes are {}",
    crate::render::clean(.0),
    crate::doctor::codes().join(", ")
)]
pub struct NotExplained(
    /// What was asked for.
    pub String,
);

/// What is known of a finding's code, of an error text or of a setting.
///
/// # Errors
///
/// When nothing is known of it.
pub fn explanation(what: &str) -> Result<Explanation, NotExplained> {
    let (meaning, source) =
        crate::doctor::explain(what).ok_or_else(|| NotExplained(what.to_owned()))?;
    Ok(Explanation {
        schema: "passthru-explanation/1",
        what: what.to_owned(),
        meaning,
        source,
    })
}
