//! Kernel options composed of several texts: assignments of bash arrays and variables, or complete
//! files.

use core::ops::Range;

use host_tree::lines::{spans, splice};

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::parameter::Parameter;
use crate::error::{Cause, Error};

/// One of the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fragment {
    /// The line, from 1.
    pub line: u32,
    /// Byte range of the options.
    pub span: Range<usize>,
    /// Whether the assignment appends (`+=`).
    pub appends: bool,
}

/// The assignments in `text` whose left side, up to `=` or `+=`, `is_wanted`.
///
/// A line is a literal assignment if quotes enclose the value and it contains nothing for a shell
/// to evaluate.
pub fn assignments(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Fragment>, Error> {
    let mut found = Vec::new();
    for (line, span, content) in spans(text) {
        let inner = content.trim_start();
        let Some((left, value)) = inner.split_once('=') else {
            continue;
        };
        let (left, appends) = match left.strip_suffix('+') {
            Some(left) => (left, true),
            None => (left, false),
        };
        if !is_wanted(left) {
            continue;
        }
        let literal = value
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .and_then(|quote| {
                let (inner, after) = value.get(1..)?.split_once(quote)?;
                let rest = after.trim();
                let ends = rest.is_empty() || (rest.starts_with('#') && after != rest);
                let plain = quote == '\'' || !inner.contains(['$', '`', '\\']);
                (ends && plain).then_some(inner)
            });
        let Some(inner) = literal else {
            return Err(Cause::Unquoted {
                found: value.trim_end().to_owned(),
            }
            .at(line));
        };
        let start = span.start + content.len() - value.len() + 1;
        found.push(Fragment {
            line,
            span: start..start + inner.len(),
            appends,
        });
    }
    Ok(found)
}

/// A text after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// The text afterwards.
    pub(super) text: String,
    /// The remaining additions: no option of that name is in the text.
    pub(super) left: Vec<Parameter>,
}

/// Changes the `fragments` of `text`: removals apply to all; an addition goes to the last one with
/// an option of its name.
pub(super) fn change(
    text: &str,
    fragments: &[Fragment],
    change: &OptionsChange,
) -> Result<Changed, Error> {
    if let Some((_, before)) = fragments.split_last() {
        one_kernel_line(text, before)?;
    }
    let removals = change.removals();
    let mut lines = Vec::new();
    for fragment in fragments {
        let mut line = line_at(text, fragment);
        removals
            .apply(&mut line)
            .map_err(|error| options(fragment, error))?;
        lines.push(line);
    }
    let mut left = Vec::new();
    for parameter in &change.put {
        if lines.iter().any(|line| line.contains(parameter)) {
            continue;
        }
        match lines
            .iter()
            .rposition(|line| line.get(parameter.name()).is_some())
        {
            Some(at) => put(&mut lines, fragments, at, parameter)?,
            None => left.push(parameter.clone()),
        }
    }
    Ok(Changed {
        text: written(text, fragments, &lines),
        left,
    })
}

/// Refuses `fragments` if one ends the kernel's options: others follow it.
pub(super) fn one_kernel_line(text: &str, fragments: &[Fragment]) -> Result<(), Error> {
    let ends = |fragment: &&Fragment| line_at(text, fragment).ends_kernel_options();
    match fragments.iter().find(ends) {
        Some(fragment) => Err(Cause::EndsOptions.at(fragment.line)),
        None => Ok(()),
    }
}

/// Puts options into the last of the `fragments` of `text`.
pub(super) fn put_last(
    text: &str,
    fragments: &[Fragment],
    parameters: &[Parameter],
) -> Result<String, Error> {
    let mut lines: Vec<CommandLine> = fragments.iter().map(|f| line_at(text, f)).collect();
    if let Some(last) = lines.len().checked_sub(1) {
        for parameter in parameters {
            put(&mut lines, fragments, last, parameter)?;
        }
    }
    Ok(written(text, fragments, &lines))
}

/// All options of the `fragments` of `text`, in order.
pub(super) fn joined(text: &str, fragments: &[Fragment]) -> String {
    let raw = |fragment: &Fragment| text.get(fragment.span.clone()).unwrap_or_default().trim();
    fragments.iter().map(raw).collect::<Vec<_>>().join(" ")
}

fn line_at(text: &str, fragment: &Fragment) -> CommandLine {
    CommandLine::parse(text.get(fragment.span.clone()).unwrap_or_default())
}

fn put(
    lines: &mut [CommandLine],
    fragments: &[Fragment],
    at: usize,
    parameter: &Parameter,
) -> Result<(), Error> {
    let (Some(line), Some(fragment)) = (lines.get_mut(at), fragments.get(at)) else {
        return Ok(());
    };
    line.put(parameter)
        .map_err(|error| options(fragment, error))
}

fn options(fragment: &Fragment, error: Error) -> Error {
    error.at(fragment.line)
}

fn written(text: &str, fragments: &[Fragment], lines: &[CommandLine]) -> String {
    let mut out = text.to_owned();
    for (fragment, line) in fragments.iter().zip(lines).rev() {
        let new = line.to_string();
        if text.get(fragment.span.clone()) != Some(new.as_str()) {
            out = splice(&out, fragment.span.clone(), &new);
        }
    }
    out
}
