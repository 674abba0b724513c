//! Files of assignments that bash sources: `mkinitcpio.conf`, `dracut.conf`.
//!
//! Unlike `/etc/default/grub`, which a POSIX shell reads, these have arrays and
//! `+=` (bash(1), "Arrays" and "PARAMETERS"). What stands there literally is read;
//! a value that only bash can work out is said to be one, with its line.

use core::fmt;
use core::ops::Range;

use crate::lines::{splice, with_line, without};

/// One word of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, with its quotes.
    pub span: Range<usize>,
    /// What it is; `None` when only bash can work it out.
    pub text: Option<String>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `NAME=(a b)`.
    Array,
    /// `NAME="a b"`: one string, whose words blanks part.
    String,
}

/// An assignment at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The line it begins on, from 1.
    pub line: u32,
    /// Whether it is `+=`.
    pub appends: bool,
    /// How the value is written.
    pub form: Form,
    /// The words; those of a string are parted at blanks.
    pub words: Vec<Word>,
    /// The string as a whole; of an array, nothing.
    pub string: Option<String>,
    /// Between the parentheses, or between the quotes of a string that is quoted in
    /// one piece; `None` where no word can be put in.
    inner: Option<Range<usize>>,
}

/// Why a value is not known, or cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotLiteral {
    /// Only bash can work it out.
    #[error("line {line}: expected words without '$', '`', wildcards and commands")]
    Computed {
        /// The line, from 1.
        line: u32,
    },
    /// A quote or a parenthesis has no end.
    #[error("line {line}: expected the end of the value that begins here")]
    Open {
        /// The line, from 1.
        line: u32,
    },
}

impl NotLiteral {
    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::Computed { line } | Self::Open { line } => *line,
        }
    }
}

/// A file of assignments.
///
/// ```
/// use hvconf::binding::assignments::AssignmentFile;
/// let mut file = AssignmentFile::parse("MODULES=(nvidia)\nHOOKS=(base udev)\n");
/// file.put_first("MODULES", &["vfio_pci", "vfio"])?;
/// assert_eq!(file.to_string(), "MODULES=(vfio_pci vfio nvidia)\nHOOKS=(base udev)\n");
/// assert_eq!(file.words("HOOKS")?, ["base", "udev"]);
/// # Ok::<(), hvconf::binding::assignments::NotLiteral>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentFile {
    text: String,
    assignments: Vec<Assignment>,
    /// The first line that is more than an assignment, or has no end.
    beyond: Option<NotLiteral>,
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
                    let open = matches!(why, NotLiteral::Open { .. });
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
    pub fn words(&self, name: &str) -> Result<Vec<String>, NotLiteral> {
        if let Some(why) = &self.beyond {
            return Err(why.clone());
        }
        let mut elements: Vec<String> = Vec::new();
        let mut is_array = false;
        for assignment in self.assignments.iter().filter(|known| known.name == name) {
            let line = assignment.line;
            let computed = NotLiteral::Computed { line };
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

    /// Puts `words` before all others of `name`; those that are there already
    /// move. A variable that the file does not set is set after its last line.
    ///
    /// # Errors
    ///
    /// When a word, or a line of the file, is more than a literal.
    pub fn put_first(&mut self, name: &str, words: &[&str]) -> Result<(), NotLiteral> {
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
                let inner = first.inner.clone().ok_or(NotLiteral::Computed { line })?;
                let blank = if inner.is_empty() { "" } else { " " };
                let new = format!("{}{blank}", words.join(" "));
                splice(&file.text, inner.start..inner.start, &new)
            }
        };
        let edited = Self::parse(&text);
        let after = edited.words(name)?;
        // A string may take an array's first element away, or a blank may be missing.
        let first = after.get(..words.len()).is_some_and(|first| first == words);
        if !first {
            let line = edited
                .effective(name)?
                .first()
                .map_or(1, |known| known.line);
            return Err(NotLiteral::Computed { line });
        }
        *self = edited;
        Ok(())
    }

    /// Puts `word` before the first of `others` that `name` has, or at the end;
    /// unless it is there before it already.
    ///
    /// # Errors
    ///
    /// When a word, or a line of the file, is more than a literal, or the file
    /// does not set the variable to anything.
    pub fn put_before(
        &mut self,
        name: &str,
        word: &str,
        others: &[&str],
    ) -> Result<(), NotLiteral> {
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
        *self = Self::parse(&splice(&self.text, at..at, &new));
        Ok(())
    }

    /// Takes `word` out of `name`, wherever it stands; whether it was there.
    ///
    /// # Errors
    ///
    /// When a line of the file is more than a literal.
    pub fn remove(&mut self, name: &str, word: &str) -> Result<bool, NotLiteral> {
        let mut cuts = Vec::new();
        for assignment in self.effective(name)? {
            let inner = assignment.inner.clone().unwrap_or_default();
            let mut from = inner.start;
            for known in &assignment.words {
                if known.text.as_deref() == Some(word) {
                    let line = assignment.line;
                    if inner.is_empty() {
                        return Err(NotLiteral::Computed { line });
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

    /// A word with one blank behind it, or, at the end, the one before it, which
    /// does not lie before `from`.
    fn cut(&self, word: &Range<usize>, from: usize) -> Range<usize> {
        let behind = self.text.get(word.end..).unwrap_or_default();
        let before = self.text.get(from..word.start).unwrap_or_default();
        if behind.starts_with(' ') {
            word.start..word.end + 1
        } else {
            word.start - usize::from(before.ends_with(' '))..word.end
        }
    }

    /// The assignments that make up the value of `name`: the last `=` and all `+=`
    /// behind it.
    fn effective(&self, name: &str) -> Result<Vec<&Assignment>, NotLiteral> {
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

/// What stands behind the sign of an assignment.
struct Value {
    form: Form,
    words: Vec<Word>,
    string: Option<String>,
    inner: Option<Range<usize>>,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// Up to where lines are counted.
    line_start: usize,
    /// Whether bash refuses the value at hand.
    refused: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn line(&mut self) -> u32 {
        let passed = self.text.get(self.line_start..self.at).unwrap_or_default();
        let more = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.line_start = self.at;
        self.line
    }

    /// Past blanks, line ends and comments.
    fn skip(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\n') => {
                    self.bump();
                }
                Some('\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some('#') => self.skip_line(),
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn next(&mut self) -> Option<Result<Assignment, NotLiteral>> {
        self.skip();
        self.peek()?;
        let line = self.line();
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().to_owned();
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let behind = rest.get(length..).unwrap_or_default();
        let (appends, sign) = if behind.starts_with("+=") {
            (true, 2)
        } else {
            (false, usize::from(behind.starts_with('=')))
        };
        if !named || sign == 0 {
            self.skip_line();
            return Some(Err(NotLiteral::Computed { line }));
        }
        self.at += length + sign;
        let value = if self.peek() == Some('(') {
            self.array()
        } else {
            self.string()
        };
        let Some(value) = value else {
            return Some(Err(NotLiteral::Open { line }));
        };
        // A command with an assignment before it, or more than bash's words; `#` begins
        // a comment only behind a blank.
        let rest = self.rest();
        let behind = rest.trim_start_matches([' ', '\t']);
        let comment = behind.len() < rest.len() && behind.starts_with('#');
        let ends = behind.is_empty() || behind.starts_with(['\n', ';']) || comment;
        if self.refused || !ends {
            self.skip_line();
            return Some(Err(NotLiteral::Computed { line }));
        }
        self.at += rest.len() - behind.len();
        if self.peek() == Some(';') {
            self.bump();
        }
        Some(Ok(Assignment {
            name,
            line,
            appends,
            form: value.form,
            words: value.words,
            string: value.string,
            inner: value.inner,
        }))
    }

    fn array(&mut self) -> Option<Value> {
        self.bump();
        let start = self.at;
        let mut words = Vec::new();
        loop {
            self.skip();
            match self.peek()? {
                ')' => break,
                // bash refuses these in an array.
                '(' | '<' | '>' | '|' | '&' | ';' => {
                    self.refused = true;
                    self.bump();
                }
                _ => words.push(self.word()?.0),
            }
        }
        let inner = start..self.at;
        self.bump();
        Some(Value {
            form: Form::Array,
            words,
            string: None,
            inner: Some(inner),
        })
    }

    fn string(&mut self) -> Option<Value> {
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        let start = self.at;
        let (word, plain) = self.word()?;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        let inner = match quote {
            Some(quote)
                if plain
                    && raw.len() >= 2
                    && raw.matches(quote).count() == 2
                    && raw.ends_with(quote) =>
            {
                start + 1..self.at - 1
            }
            _ => start..self.at,
        };
        let content = self.text.get(inner.clone()).unwrap_or_default();
        let literal = plain && word.text.as_deref() == Some(content);
        let words = if literal {
            let mut words = Vec::new();
            let mut at = inner.start;
            for piece in content.split([' ', '\t', '\n']) {
                let span = at..at + piece.len();
                at = span.end + 1;
                if !piece.is_empty() {
                    words.push(Word {
                        span,
                        text: Some(piece.to_owned()),
                    });
                }
            }
            words
        } else {
            vec![word.clone()]
        };
        // Without quotes a blank would end the value.
        let editable = literal && quote.is_some() && inner.start == start + 1;
        let inner = editable.then_some(inner);
        Some(Value {
            form: Form::String,
            words,
            string: word.text,
            inner,
        })
    }

    /// The word here, and whether it has no escapes; `None` when a quote has no end.
    fn word(&mut self) -> Option<(Word, bool)> {
        let start = self.at;
        let mut text = String::new();
        let (mut literal, mut plain) = (true, true);
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ')' | ';' => break,
                '(' | '|' | '&' | '<' | '>' => {
                    literal = false;
                    break;
                }
                '\'' => {
                    self.bump();
                    let end = self.rest().find('\'')?;
                    text.push_str(self.rest().get(..end).unwrap_or_default());
                    self.at += end + 1;
                }
                '"' => {
                    self.bump();
                    loop {
                        match self.bump()? {
                            '"' => break,
                            '\\' => {
                                plain = false;
                                match self.bump()? {
                                    '\n' => {}
                                    c if "$`\"\\".contains(c) => text.push(c),
                                    c => text.extend(['\\', c]),
                                }
                            }
                            c => {
                                literal &= !matches!(c, '$' | '`');
                                text.push(c);
                            }
                        }
                    }
                }
                '\\' => {
                    plain = false;
                    self.bump();
                    match self.bump() {
                        Some('\n') => {}
                        Some(c) => text.push(c),
                        None => text.push('\\'),
                    }
                }
                // Expansions, wildcards, braces; a tilde counts at the start.
                c => {
                    literal &= !"$`*?[{~!".contains(c);
                    text.push(c);
                    self.bump();
                }
            }
        }
        let word = Word {
            span: start..self.at,
            text: literal.then_some(text),
        };
        Some((word, plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONF: &str = "# vim:set ft=sh\nMODULES=()\nBINARIES=()\n#HOOKS=(base)\n\
        HOOKS=(base udev autodetect # why\n    'modconf' \"kms\" block)\nCOMPRESSION=\"zstd\"\n";

    #[test]
    fn arrays_and_strings_are_read() {
        let file = AssignmentFile::parse(CONF);
        assert_eq!(file.words("MODULES").unwrap(), Vec::<String>::new());
        let hooks = ["base", "udev", "autodetect", "modconf", "kms", "block"];
        assert_eq!(file.words("HOOKS").unwrap(), hooks);
        assert_eq!(file.assignments()[2].line, 5);
        assert_eq!(file.assignments()[3].string.as_deref(), Some("zstd"));
        let file = AssignmentFile::parse("A=\"x y\"\nA+=\" z \"; B=1 # c\n");
        assert_eq!(file.words("A").unwrap(), ["x", "y", "z"]);
        assert_eq!(file.words("B").unwrap(), ["1"]);
        assert_eq!(
            AssignmentFile::parse("A=(a)\nA=(b)").words("A").unwrap(),
            ["b"]
        );
    }

    #[test]
    fn what_only_bash_can_work_out_is_said() {
        for (text, line) in [
            ("\nA=(\"${A[@]}\" b)\n", 2),
            ("A=($(ls))\n", 1),
            ("A=(a*)", 1),
            ("if true; then\nA=(b)\nfi\n", 1),
            ("A=b command\n", 1),
            ("A=`x`", 1),
            // Carriage returns make a string of the array.
            ("A=(a)\r\n", 1),
            ("A=(a; b)", 1),
        ] {
            let why = AssignmentFile::parse(text).words("A").unwrap_err();
            assert_eq!(why, NotLiteral::Computed { line }, "{text}");
        }
        let open = AssignmentFile::parse("B=1\nA=(a\nb\n")
            .words("B")
            .unwrap_err();
        assert_eq!(open, NotLiteral::Open { line: 2 });
        assert!(AssignmentFile::parse("A=\"x").words("A").is_err());
    }

    #[test]
    fn words_go_first_once_and_leave_the_bytes() {
        for text in [
            "M=()",
            "M=(a b)\n",
            "M=( a b )\n",
            "M=(\n  a # c\n  b\n)\nX=1\n",
            "M=(# c\n a)\n",
            "M=\"a b\"\n",
            "M=''\n",
            "M=(a)\nM+=(b)\n",
        ] {
            let mut file = AssignmentFile::parse(text);
            assert_eq!(file.to_string(), text);
            let had = file.words("M").unwrap();
            file.put_first("M", &["vfio_pci", "vfio"]).unwrap();
            let once = file.to_string();
            let mut wanted = vec!["vfio_pci".to_owned(), "vfio".to_owned()];
            wanted.extend(had);
            assert_eq!(file.words("M").unwrap(), wanted, "{once:?}");
            file.put_first("M", &["vfio_pci", "vfio"]).unwrap();
            assert_eq!(file.to_string(), once);
            assert!(file.remove("M", "vfio_pci").unwrap());
            assert!(file.remove("M", "vfio").unwrap());
            assert_eq!(file.to_string(), text, "{once:?}");
        }
        let mut file = AssignmentFile::parse("M=(nvidia vfio_pci)");
        file.put_first("M", &["vfio_pci"]).unwrap();
        assert_eq!(file.to_string(), "M=(vfio_pci nvidia)");
        let mut file = AssignmentFile::parse("# none\n");
        file.put_first("M", &["vfio_pci"]).unwrap();
        assert_eq!(file.to_string(), "# none\nM=(vfio_pci)\n");
    }

    #[test]
    fn a_word_goes_before_others() {
        let put = |text: &str| {
            let mut file = AssignmentFile::parse(text);
            file.put_before("H", "x", &["udev", "systemd"]).unwrap();
            file.to_string()
        };
        assert_eq!(put("H=(base udev block)"), "H=(base x udev block)");
        assert_eq!(put("H=(base x udev)"), "H=(base x udev)");
        assert_eq!(put("H=(base systemd x)"), "H=(base x systemd)");
        assert_eq!(put("H=(base)"), "H=(base x)");
        assert_eq!(put("H=()"), "H=(x)");
    }

    #[test]
    fn no_text_makes_it_fail() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut next = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random >> 33).unwrap() % below
        };
        let pieces = [
            "M=", "+=", "(", ")", "'", "\"", "\\", "\n", "#", "a", "\u{e4}", "\0", " ", ";",
        ];
        for _ in 0..3000 {
            let text: String = (0..next(30)).map(|_| pieces[next(pieces.len())]).collect();
            let mut file = AssignmentFile::parse(&text);
            assert_eq!(file.to_string(), text);
            let _ = file.put_first("M", &["x", "y"]);
            let _ = file.put_before("M", "z", &["y"]);
            let _ = file.remove("M", "a");
        }
        // As many assignments as fit are read in time that grows with the text.
        let long = "M+=(a)\n".repeat(40_000);
        assert_eq!(
            AssignmentFile::parse(&long).words("M").unwrap().len(),
            40_000
        );
    }
}
