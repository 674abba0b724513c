//! A file of assignments, read and edited.

use core::fmt;
use core::ops::Range;

use host_tree::lines::{splice, with_line, without};

use super::assignment::{Assignment, Form};
use super::reader::Reader;
use crate::error::{Cause, Error, ErrorKind};

/// A file of assignments.
///
/// ```
/// use hostconf::binding::assignments::AssignmentFile;
/// let mut file = AssignmentFile::parse("MODULES=(nvidia)\nHOOKS=(base udev)\n");
/// file.put_first("MODULES", &["vfio_pci", "vfio"])?;
/// assert_eq!(file.to_string(), "MODULES=(vfio_pci vfio nvidia)\nHOOKS=(base udev)\n");
/// assert_eq!(file.words("HOOKS")?, ["base", "udev"]);
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentFile {
    text: String,
    assignments: Vec<Assignment>,
    /// The first line that is more than an assignment, or has no end.
    beyond: Option<Error>,
}

impl AssignmentFile {
    /// Reads a file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader {
            text,
            at: 0,
            line: 1,
            line_start: 0,
            refused: false,
        };
        let mut assignments = Vec::new();
        let mut beyond = None;
        while let Some(found) = reader.next() {
            match found {
                Ok(assignment) => assignments.push(assignment),
                Err(why) => {
                    let open = why.kind() == ErrorKind::OpenValue;
                    beyond.get_or_insert(why);
                    if open {
                        break;
                    }
                }
            }
        }
        Self {
            text: text.to_owned(),
            assignments,
            beyond,
        }
    }

    /// The assignments, in order.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The words that `name` has at the end of the file.
    ///
    /// # Errors
    ///
    /// When a word, or a line of the file, is more than a literal.
    pub fn words(&self, name: &str) -> Result<Vec<String>, Error> {
        if let Some(why) = &self.beyond {
            return Err(why.clone());
        }
        let mut elements: Vec<String> = Vec::new();
        let mut is_array = false;
        for assignment in self.assignments.iter().filter(|known| known.name == name) {
            let line = assignment.line;
            let computed = Cause::Computed.at(line);
            if assignment.form == Form::String {
                // A string is, or becomes, the first element of an array.
                let string = assignment.string.as_deref().ok_or(computed)?;
                match elements.first_mut() {
                    Some(first) if assignment.appends => first.push_str(string),
                    Some(first) => string.clone_into(first),
                    None => elements.push(string.to_owned()),
                }
                continue;
            }
            if !assignment.appends {
                elements.clear();
            }
            is_array = true;
            for word in &assignment.words {
                elements.push(word.text.clone().ok_or_else(|| computed.clone())?);
            }
        }
        if is_array {
            return Ok(elements);
        }
        let words = elements
            .iter()
            .flat_map(|string| string.split([' ', '\t', '\n']));
        Ok(words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// Inserts `words` before all others of `name`; those already in it are moved. A variable
    /// that the file does not set is set after its last line.
    ///
    /// # Errors
    ///
    /// When a word, or a line of the file, is more than a literal.
    pub fn put_first(&mut self, name: &str, words: &[&str]) -> Result<(), Error> {
        let have = self.words(name)?;
        if have.len() >= words.len() && have.iter().zip(words).all(|(have, word)| have == word) {
            return Ok(());
        }
        let mut file = self.clone();
        for word in words {
            file.remove(name, word)?;
        }
        let text = match file.effective(name)?.first() {
            None => with_line(&file.text, &format!("{name}=({})", words.join(" "))),
            Some(first) => {
                let line = first.line;
                let inner = first.inner.clone().ok_or(Cause::Computed.at(line))?;
                let blank = if inner.is_empty() { "" } else { " " };
                let new = format!("{}{blank}", words.join(" "));
                splice(&file.text, inner.start..inner.start, &new)
            }
        };
        let edited = Self::parse(&text);
        let after = edited.words(name)?;
        // A string may replace an array's first element, or a blank may be missing.
        let first = after.get(..words.len()).is_some_and(|first| first == words);
        if !first {
            let line = edited
                .effective(name)?
                .first()
                .map_or(1, |known| known.line);
            return Err(Cause::Computed.at(line));
        }
        *self = edited;
        Ok(())
    }

    /// Inserts `word` before the first of `others` in `name`, or at the end, unless it is before
    /// that already.
    ///
    /// # Errors
    ///
    /// When a word, or a line of the file, is more than a literal, or the file
    /// does not set the variable to anything.
    pub fn put_before(&mut self, name: &str, word: &str, others: &[&str]) -> Result<(), Error> {
        let have = self.words(name)?;
        let at = |wanted: &str| have.iter().position(|have| have == wanted);
        let before = others.iter().filter_map(|other| at(other)).min();
        if let Some(place) = at(word) {
            if before.is_none_or(|before| place < before) {
                return Ok(());
            }
            self.remove(name, word)?;
        }
        let other = before.and_then(|place| have.get(place)).cloned();
        let assignments = self.effective(name)?;
        let mut all = assignments.iter().flat_map(|assignment| &assignment.words);
        let (at, new) = match &other {
            Some(other) => {
                let found = all.find(|known| known.text.as_ref() == Some(other));
                (found.map(|known| known.span.start), format!("{word} "))
            }
            None => (all.last().map(|known| known.span.end), format!(" {word}")),
        };
        let Some(at) = at else {
            return self.put_first(name, &[word]);
        };
        let edited = Self::parse(&splice(&self.text, at..at, &new));
        // After a string without quotes, the word would be a command.
        if !edited.words(name)?.iter().any(|known| known == word) {
            let line = assignments.first().map_or(1, |known| known.line);
            return Err(Cause::Computed.at(line));
        }
        *self = edited;
        Ok(())
    }

    /// Removes every `word` from `name`; returns whether there was one.
    ///
    /// # Errors
    ///
    /// When a line of the file is more than a literal.
    pub fn remove(&mut self, name: &str, word: &str) -> Result<bool, Error> {
        let mut cuts = Vec::new();
        for assignment in self.effective(name)? {
            let inner = assignment.inner.clone().unwrap_or_default();
            let mut from = inner.start;
            for known in &assignment.words {
                if known.text.as_deref() == Some(word) {
                    let line = assignment.line;
                    if inner.is_empty() {
                        return Err(Cause::Computed.at(line));
                    }
                    cuts.push(self.cut(&known.span, from));
                    from = known.span.end;
                } else {
                    from = known.span.end;
                }
            }
        }
        let found = !cuts.is_empty();
        if found {
            *self = Self::parse(&without(&self.text, cuts));
        }
        Ok(found)
    }

    /// A word with one blank after it, or, at the end, the one before it, which does not lie
    /// before `from`.
    fn cut(&self, word: &Range<usize>, from: usize) -> Range<usize> {
        let after = self.text.get(word.end..).unwrap_or_default();
        let before = self.text.get(from..word.start).unwrap_or_default();
        if after.starts_with(' ') {
            word.start..word.end + 1
        } else {
            word.start - usize::from(before.ends_with(' '))..word.end
        }
    }

    /// The assignments that make up the value of `name`: the last `=` and all `+=` after it.
    fn effective(&self, name: &str) -> Result<Vec<&Assignment>, Error> {
        if let Some(why) = &self.beyond {
            return Err(why.clone());
        }
        let all = self.assignments.iter();
        let named: Vec<&Assignment> = all.filter(|assignment| assignment.name == name).collect();
        let last = named.iter().rposition(|assignment| !assignment.appends);
        Ok(named.into_iter().skip(last.unwrap_or(0)).collect())
    }
}

impl fmt::Display for AssignmentFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
