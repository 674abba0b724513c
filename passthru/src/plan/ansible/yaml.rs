//! Texts of a plan as YAML that is not a template.

use std::fmt::Write as _;

use crate::plan::script::comment;

/// A text that is not a template.
pub(super) fn unsafe_scalar(text: &str) -> String {
    format!("!unsafe {}", scalar(text))
}

/// The name of a task: for people. What Ansible would take for a template is left out.
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
            // What YAML does not let stand as it is (5.1), and what looks like a line
            // end or an order mark.
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
