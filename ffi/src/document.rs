//! Texts and documents that a call made.

use std::sync::OnceLock;

use serde::Serialize;

use crate::string_out::ExactText;
use crate::value::Value;

/// The result of a call: a JSON document, as the command prints it with `--json`, or another
/// text, such as HTML, a script or the output of lspci. `passthru_document_value()` reads a
/// JSON document. Free it with `passthru_document_free()`; it does not depend on other objects.
///
/// Immutable; threads may share it.
#[derive(Debug)]
pub struct Document {
    pub(crate) text: ExactText,
    pub(crate) status: u32,
    pub(crate) data: Vec<Vec<u8>>,
    pub(crate) value: OnceLock<Option<Box<Value>>>,
}

impl Document {
    /// A text that is not JSON.
    pub(crate) fn text(text: &str) -> Self {
        let document = Self::new(text);
        // Numbers and words alone would be JSON, too.
        let _ = document.value.set(None);
        document
    }

    /// A value as the command prints it.
    ///
    /// # Errors
    ///
    /// When the JSON writer reports one, which none of the forms of this crate makes.
    pub(crate) fn of(value: &impl Serialize) -> Result<Self, passthru::Error> {
        let text = passthru::document::to_json(value)?;
        Ok(Self::new(&text))
    }

    fn new(text: &str) -> Self {
        Self {
            text: ExactText::new(text),
            status: 0,
            data: Vec::new(),
            value: OnceLock::new(),
        }
    }

    /// With exit status 1 of the command: a finding or blocker needs action.
    pub(crate) fn with_problem(mut self, has_problem: bool) -> Self {
        self.status = has_problem.into();
        self
    }

    /// With the files that the command writes beside it.
    pub(crate) fn with_data(mut self, data: Vec<Vec<u8>>) -> Self {
        self.data = data;
        self
    }
}
