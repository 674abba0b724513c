//! Texts of a plan as YAML that is not a template.

use std::fmt::Write as _;

use crate::plan::script::comment;

/// A text that is not a template.
pub(super) fn unsafe_scalar(text: &str) -> String {
    format!("!unsafe {}", scalar(text))
}

/// The name of a task, for people. Text that Ansible would parse as a template is removed.
pub(super) fn name(text: &str) -> String {
    scalar(&comment(text).replace(['{', '}'], ""))
}

/// A double-quoted scalar (YAML 1.2, 7.3.1).
fn scalar(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // Characters that YAML does not allow literally (5.1), and those that resemble a line
            // end or a byte order mark.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
