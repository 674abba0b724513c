//! A merge patch (RFC 7386): the keys that change, each with its reason.

use super::object::not_carried;
use crate::emitted::{EmittedFile, Line};
use crate::error::Error;
use crate::yaml::{Node, lines};

/// A merge patch on its way.
pub(super) struct Patch {
    pub(super) file: EmittedFile,
    open: Vec<&'static str>,
}

impl Patch {
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self {
            file: EmittedFile::new(path),
            open: Vec::new(),
        }
    }

    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.file.lines.is_empty()
    }

    /// Sets the last key of `way`. Keys of one parent are set one after the other.
    pub(super) fn set(&mut self, way: &[&'static str], value: &str, why: &str) {
        let Some((last, parents)) = way.split_last() else {
            return;
        };
        self.go(parents);
        self.say(parents.len(), &format!("{last}: {value}"), why);
    }

    /// Sets the list at `way` to the rows of `there` and to new ones, each the lines of
    /// its keys with their reasons.
    ///
    /// # Errors
    /// When a row that is there cannot be written again.
    pub(super) fn list(
        &mut self,
        way: &[&'static str],
        there: Option<&Node>,
        new: &[Vec<(String, &str)>],
    ) -> Result<(), Error> {
        self.go(way);
        let there = there.filter(|list| !list.items().is_empty());
        let there = there.map(lines).transpose().map_err(not_carried)?;
        for (depth, line) in there.unwrap_or_default() {
            self.say(way.len() + depth, &line, "it is there already");
        }
        for row in new {
            for (at, (line, why)) in row.iter().enumerate() {
                let dash = if at == 0 { "-" } else { " " };
                self.say(way.len(), &format!("{dash} {line}"), why);
            }
        }
        Ok(())
    }

    /// Opens the keys of `way` that are not open.
    fn go(&mut self, way: &[&'static str]) {
        let common = way.iter().zip(&self.open).take_while(|(a, b)| a == b);
        let common = common.count();
        for (depth, key) in way.iter().enumerate().skip(common) {
            self.say(depth, &format!("{key}:"), "");
        }
        self.open = way.to_vec();
    }

    fn say(&mut self, depth: usize, text: &str, why: &str) {
        self.file
            .push(Line::new(format!("{:1$}{text}", "", depth * 2), why));
    }
}
