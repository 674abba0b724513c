//! Values of a script's variables, which its own assignments show.

use std::collections::BTreeMap;

use shell_text::{Command, Part, Quote, Word, assignment, characters};

/// Commands whose operands are assignments (POSIX.1-2017, section 2.14; bash).
const DECLARE: [&str; 5] = ["export", "readonly", "local", "declare", "typeset"];

/// How many bytes all values and words of a script may have: variables can double each other.
const MOST: usize = 1 << 22;

/// The variables that are set so far.
pub(super) struct Values<'a> {
    text: &'a str,
    /// How many assignments each has in the whole script.
    counts: BTreeMap<&'a str, usize>,
    /// Each with its value; `None` if only a shell can evaluate it.
    known: BTreeMap<&'a str, Option<String>>,
    /// How many bytes are left of the most.
    left: usize,
}

/// The assignments of a command that is nothing else.
fn assigned<'a>(text: &'a str, command: &Command) -> Vec<shell_text::Assignment<'a>> {
    let mut words = command.words.as_slice();
    if let Some((first, rest)) = words.split_first() {
        let first = first.literal(text);
        if first.is_some_and(|first| DECLARE.contains(&first.as_str())) {
            words = rest;
        }
    }
    let all = words.iter().map(|word| assignment(text, word));
    all.collect::<Option<Vec<_>>>().unwrap_or_default()
}

impl<'a> Values<'a> {
    pub(super) fn of(text: &'a str, commands: &[Command]) -> Self {
        let mut counts = BTreeMap::new();
        for command in commands {
            for one in assigned(text, command) {
                *counts.entry(one.variable).or_default() += 1;
            }
        }
        let known = BTreeMap::new();
        Self {
            text,
            counts,
            known,
            left: MOST,
        }
    }

    /// Takes the assignments of `command`. One that runs in some cases only sets a value if there
    /// is no other.
    pub(super) fn run(&mut self, command: &Command) {
        for one in assigned(self.text, command) {
            let value = self.fields(&one.value, false).map(|all| all.concat());
            let before = self.known.get(one.variable).cloned();
            let value = match (one.appends, before) {
                (false, _) => value,
                (true, None) => value,
                (true, Some(before)) => before.zip(value).map(|(before, value)| before + &value),
            };
            let is_only = self.counts.get(one.variable) == Some(&1);
            let value = value.filter(|_| command.certain || is_only);
            self.known.insert(one.variable, value);
        }
    }

    /// The words that the shell makes of `word`; `None` if only a shell can evaluate it.
    pub(super) fn words(&mut self, word: &Word) -> Option<Vec<String>> {
        self.fields(word, true)
    }

    fn fields(&mut self, word: &Word, splits: bool) -> Option<Vec<String>> {
        let mut fields: Vec<String> = Vec::new();
        let mut current: Option<String> = None;
        for segment in &word.segments {
            let is_bare = segment.quote == Quote::Bare;
            if !is_bare {
                current.get_or_insert_default();
            }
            for part in &segment.parts {
                match part {
                    Part::Literal(span) => {
                        let literal = characters(self.text, segment.quote, span.clone());
                        current
                            .get_or_insert_default()
                            .extend(literal.map(|(c, _)| c));
                    }
                    Part::Variable(name) => {
                        let value = self.known.get(name.as_str())?.as_deref()?;
                        self.left = self.left.checked_sub(value.len())?;
                        if !(is_bare && splits) {
                            current.get_or_insert_default().push_str(value);
                            continue;
                        }
                        let is_blank = |c: char| " \t\n".contains(c);
                        for (at, piece) in value.split(is_blank).enumerate() {
                            if at > 0 {
                                fields.extend(current.take());
                            }
                            if !piece.is_empty() {
                                current.get_or_insert_default().push_str(piece);
                            }
                        }
                    }
                    Part::Computed(_) => return None,
                }
            }
        }
        fields.extend(current);
        Some(fields)
    }
}
