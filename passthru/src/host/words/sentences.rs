//! Sentences of posts, joined over line breaks, for the readers of statements in prose.

use std::borrow::Cow;

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::words::no_guests::without_denied;
use crate::host::words::phrases::moods::{NEGATION, QUESTION_STARTS};
use crate::host::words::phrases::sentences::{BARE_HEADINGS, BREAKS, HEADINGS_OF_WISHES, POLITE};
use crate::host::words::phrases::topics::{
    ASSIGNED_DEVICES, ASSIGNMENT, ASSIGNS, GRAPHICS, GUEST, GUEST_SYSTEMS, HYPERVISORS, PASSED,
    PASSES, RECEIVERS, RUNNERS, SEEN_IN_GUEST, THINGS,
};
use crate::host::words::phrases::{
    Phrases, Start, is_short_start, is_wide, is_without_blanks, start_of,
};
pub(in crate::host) use crate::input::LONGEST_TEXT;
use crate::input::is_logged;
use crate::prompt::{Prompt, is_command};

/// The longest line that is looked at, in bytes.
const LONGEST_LINE: usize = 3000;

/// A line of at least this length, in characters, may be continued by the next one.
const WRAPPED: usize = 56;

/// So much of a line is shown, in characters.
const SHOWN: usize = 200;

/// Starts of the lines below a function in the output of lspci.
const LISTED: [&str; 3] = ["Subsystem: ", "Kernel driver in use: ", "Kernel modules: "];

/// A sentence of a post.
#[derive(Clone, Debug)]
pub(in crate::host) struct Sentence {
    /// Its clauses, in lower case, without marks of emphasis.
    pub(super) clauses: Vec<Clause>,
    /// All clauses.
    pub(super) whole: Clause,
    /// The sentences before it in the same text, at most two.
    pub(super) before: Clause,
    /// Whether it is a question.
    pub(super) is_question: bool,
    /// Whether it is a heading.
    pub(super) is_title: bool,
    /// Its first line.
    pub(super) shown: Evidence,
    /// The number of its last line.
    pub(super) last_line: u32,
    /// Whether its text speaks of an assignment and of a device or a guest.
    pub(super) is_in_passthrough_text: bool,
}

/// A part of a sentence.
#[derive(Clone, Debug, Default)]
pub(in crate::host) struct Clause {
    /// The text, in lower case.
    pub(super) text: String,
    /// Its words between blanks, with a blank at each end.
    words: String,
    starts: Starts,
    /// Whether a sign is of a script that writes no blanks between words.
    is_wide: bool,
}

/// The first three bytes of words, each as one bit: nearly all phrases are absent, which this finds
/// without a search.
#[derive(Clone, Copy, Debug, Default)]
struct Starts([u64; 4]);

impl Starts {
    const fn bit(start: u8) -> (usize, u64) {
        ((start >> 6) as usize, 1 << (start & 63))
    }

    fn add(&mut self, word: &str) {
        let (at, bit) = Self::bit(start_of(word.as_bytes()));
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= bit;
        }
    }

    fn has(self, start: u8) -> bool {
        let (at, bit) = Self::bit(start);
        self.0.get(at).is_some_and(|bits| bits & bit != 0)
    }

    fn may_have(self, phrase: &str) -> bool {
        let mut words = phrase.as_bytes().split(|byte| *byte == b' ');
        // `rtx 40*`: a shorter start.
        words.all(|word| is_short_start(word) || self.has(start_of(word)))
    }
}

/// Phrases that are looked for in clauses.
pub(in crate::host) trait Wanted {
    /// Whether one of them is in the clause.
    fn is_in(&self, clause: &Clause) -> bool;
}

impl Wanted for Phrases {
    fn is_in(&self, clause: &Clause) -> bool {
        let mut each = self.with_starts();
        each.any(|(phrase, start)| clause.may_have(start) && phrase.is_in(clause))
    }
}

impl Wanted for str {
    fn is_in(&self, clause: &Clause) -> bool {
        clause.place(self).is_some()
    }
}

impl Wanted for [&str] {
    fn is_in(&self, clause: &Clause) -> bool {
        self.iter().any(|phrase| phrase.is_in(clause))
    }
}

impl<const N: usize> Wanted for [&str; N] {
    fn is_in(&self, clause: &Clause) -> bool {
        self.as_slice().is_in(clause)
    }
}

impl Clause {
    pub(super) fn new(text: &str) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '_' | '/');
        let mut words = String::from(" ");
        let mut starts = Starts::default();
        for word in text.split(|c: char| !is_part(c)) {
            // `用esxi直通`: names of letters between signs without blanks.
            for word in word.split_inclusive(is_wide).flat_map(apart) {
                let word = word.trim_matches(['.', '-', '_', '\'', '/']);
                if !word.is_empty() {
                    starts.add(word);
                    words.push_str(word);
                    words.push(' ');
                }
                // `passthrough/DDA`, and no path or release.
                if word.contains('/')
                    && !word.starts_with("usr/")
                    && word.chars().all(|c| c.is_alphabetic() || "/-".contains(c))
                {
                    for part in word.split('/').filter(|part| part.len() > 1) {
                        starts.add(part);
                        words.push_str(part);
                        words.push(' ');
                    }
                }
            }
        }
        Self {
            text: text.to_owned(),
            words,
            starts,
            is_wide: is_without_blanks(text),
        }
    }

    /// Whether the clause has signs of a script that writes no blanks between words.
    pub(super) const fn is_without_blanks(&self) -> bool {
        self.is_wide
    }

    /// The words of the clause.
    pub(super) fn words(&self) -> Vec<&str> {
        self.each_word().collect()
    }

    /// The words of the clause, one by one.
    pub(super) fn each_word(&self) -> impl Iterator<Item = &str> {
        self.words.split_ascii_whitespace()
    }

    /// Whether one of the phrases is in the clause: as whole words where it is written in letters
    /// with blanks between words, otherwise anywhere.
    pub(in crate::host) fn has(&self, phrases: &(impl Wanted + ?Sized)) -> bool {
        phrases.is_in(self)
    }

    /// Whether the clause may have a phrase with this start.
    pub(super) fn may_have(&self, start: Start) -> bool {
        match start {
            Start::Word(start) => self.starts.has(start),
            Start::Any => true,
            Start::Wide => self.is_wide,
        }
    }

    /// Whether a word of one of the classes is in the clause.
    pub(in crate::host) fn has_any(&self, classes: &[&Phrases]) -> bool {
        classes.iter().any(|phrases| phrases.is_in(self))
    }

    /// Whether the clause has a negation, or a verb with `n't`.
    pub(super) fn is_negated(&self) -> bool {
        self.has(&NEGATION) || self.words().iter().any(|word| word.ends_with("n't"))
    }

    /// Whether the clause names a guest, or a system that is one in most posts.
    pub(super) fn names_guest(&self) -> bool {
        self.has_any(&[&GUEST, &GUEST_SYSTEMS])
    }

    /// Whether the clause is about an assignment: by a word for it, or as in `pass my GPU to a VM`.
    pub(super) fn is_of_assignment(&self) -> bool {
        self.has(&ASSIGNMENT) || self.assigns_to_guest().is_some()
    }

    /// The place among the words of the verb in a clause such as `pass my GPU to a VM`.
    pub(super) fn assigns_to_guest(&self) -> Option<usize> {
        // The most words of a device, and before the word for the guest.
        const MOST: usize = 8;
        // Memory and virtual disks are given to a guest, too.
        if !self.has(&ASSIGNS) || !self.has(&ASSIGNED_DEVICES) {
            return None;
        }
        let words = self.words();
        let is_any = |at: usize, of: &[&str]| words.get(at).is_some_and(|word| of.contains(word));
        let behind = |at: usize| (at + 1..words.len()).take(MOST);
        let is_to_guest =
            |at: usize| is_any(at, &["to", "into"]) && behind(at).any(|at| is_any(at, &RECEIVERS));
        let mut verbs = (0..words.len()).filter(|at| is_any(*at, &ASSIGNS));
        verbs.find(|verb| behind(*verb).any(is_to_guest))
    }

    /// The text before the first of the phrases.
    pub(super) fn up_to(&self, phrases: &[&str]) -> Option<Self> {
        let places = phrases.iter().filter_map(|phrase| self.place(phrase));
        let before = |(at, is_by_words): (usize, bool)| {
            let text = if is_by_words { &self.words } else { &self.text };
            text.get(..at).unwrap_or_default()
        };
        let first = places.map(before).min_by_key(|before| before.len())?;
        Some(Self::new(first))
    }

    /// The place of the phrase, and whether it is one among the words.
    fn place(&self, phrase: &str) -> Option<(usize, bool)> {
        // A clause without such signs has no phrase with them, which its starts show.
        if self.is_wide && is_without_blanks(phrase) {
            return Some((self.text.find(phrase)?, false));
        }
        if !self.starts.may_have(phrase) {
            return None;
        }
        // A word that ends with `*` is the start of one.
        let (first, rest) = match phrase.split_once('*') {
            Some((first, rest)) => (first, Some(rest)),
            None => (phrase, None),
        };
        // Each blank but the last is before a word.
        let blanks = self.words.bytes().enumerate();
        let blanks = blanks.filter(|(_, byte)| *byte == b' ');
        let mut starts = blanks.map(|(blank, _)| blank + 1);
        let at = starts.find(|at| {
            let word = self.words.get(*at..).unwrap_or_default();
            word.strip_prefix(first).is_some_and(|after| match rest {
                Some(rest) => goes_on(after, rest),
                None => after.starts_with(' '),
            })
        })?;
        Some((at.checked_sub(1)?, true))
    }
}

/// Whether the words go on as a phrase after the start of a word: ` карт*` after `сетев`.
fn goes_on(words: &str, phrase: &str) -> bool {
    let (mut words, mut phrase) = (words, phrase);
    while !phrase.is_empty() {
        let (part, rest) = phrase.split_once('*').unwrap_or((phrase, ""));
        let is_whole = !phrase.contains('*');
        let word = words.find(' ').unwrap_or(words.len());
        let after = words.get(word..).and_then(|rest| rest.strip_prefix(part));
        match after {
            Some(after) if !is_whole || after.starts_with(' ') => words = after,
            _ => return false,
        }
        phrase = rest;
    }
    true
}

/// A word of letters, and the sign of such a script behind it.
fn apart(word: &str) -> [&str; 2] {
    let at = word.find(is_wide).unwrap_or(word.len());
    let (letters, sign) = word.split_at(at);
    [letters, sign]
}

/// A clause of its own.
pub(in crate::host) fn clause(text: &str) -> Clause {
    Clause::new(text)
}

/// The sentences of the input, which all their readers share.
pub(in crate::host) struct Posts<'a>(Vec<(&'a CommandText, Vec<Sentence>)>);

impl<'a> Posts<'a> {
    /// The sentences of the texts.
    pub(in crate::host) fn read(texts: &'a [CommandText]) -> Self {
        let posts = texts
            .iter()
            .filter(|text| text.text.len() <= LONGEST_TEXT && !is_command(&text.command));
        Self(posts.map(|text| (text, of_text(text))).collect())
    }

    /// Whether there is no text.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each text with its sentences.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&'a CommandText, &[Sentence])> {
        self.0.iter().map(|(text, sentences)| (*text, &**sentences))
    }

    /// The sentences below headings of wishes, which state nothing but the past that they name.
    pub(super) fn wishes(&self) -> Vec<Sentence> {
        let mut found = Vec::new();
        for (text, _) in &self.0 {
            let paragraphs = paragraphs(&text.text).into_iter();
            for wish in paragraphs.filter(|one| one.is_wish && !one.is_title) {
                add_sentences(text, &wish, &mut found);
            }
        }
        found
    }

    /// The sentences of all texts.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &Sentence> + Clone {
        self.0.iter().flat_map(|(_, sentences)| sentences)
    }
}

/// A paragraph: its text, and the lines that it was joined from, each with its start.
#[derive(Default)]
struct Paragraph {
    text: String,
    lines: Vec<(usize, u32, String)>,
    is_title: bool,
    /// Whether the paragraph describes the intended state.
    is_wish: bool,
}

impl Paragraph {
    fn add(&mut self, number: u32, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), number, line.to_owned()));
        self.text.push_str(line);
    }

    /// The line that the place is in.
    fn line_at(&self, at: usize) -> Option<&(usize, u32, String)> {
        self.lines.iter().rev().find(|(start, ..)| *start <= at)
    }
}

fn of_text(text: &CommandText) -> Vec<Sentence> {
    let mut found: Vec<Sentence> = Vec::new();
    let mut wishes = Vec::new();
    for paragraph in paragraphs(&text.text) {
        if paragraph.is_wish {
            wishes.push(Clause::new(&plain(&paragraph.text)));
        } else {
            add_sentences(text, &paragraph, &mut found);
        }
    }
    // A wish names the subject, and no state.
    let stated = found.iter().map(|sentence| &sentence.whole);
    let all = || stated.clone().chain(&wishes);
    let has = |phrases: &[&str]| all().any(|one| one.has(phrases));
    let is_about_passthrough = all().any(Clause::is_of_assignment)
        && (has(&THINGS) || has(&GRAPHICS))
        || has(&HYPERVISORS) && has(&GRAPHICS) && has(&SEEN_IN_GUEST)
        || has(&GRAPHICS) && has(&RUNNERS)
        || has(&PASSES)
            && (has(&ASSIGNED_DEVICES) || has(&PASSED))
            && (has(&RUNNERS) || has(&HYPERVISORS));
    for sentence in &mut found {
        sentence.is_in_passthrough_text = is_about_passthrough;
    }
    found
}

/// Adds the sentences of a paragraph.
fn add_sentences(text: &CommandText, paragraph: &Paragraph, found: &mut Vec<Sentence>) {
    for (start, sentence) in split(&paragraph.text).into_iter().flat_map(parts) {
        let Some((first, number, line)) = paragraph.line_at(start) else {
            continue;
        };
        let plain = plain(sentence);
        let before = found.iter().rev().take(2).rev();
        let before = before.filter(|one| !one.is_title);
        let before: Vec<&str> = before.map(|one| one.whole.text.as_str()).collect();
        // Of a long line the sentence itself.
        let part = if line.chars().count() > SHOWN {
            let end = first + line.len();
            let end = end.min(start + sentence.len());
            paragraph.text.get(start..end).unwrap_or(line)
        } else {
            line
        };
        let shown: String = part.chars().take(SHOWN).collect();
        found.push(Sentence {
            clauses: clauses(&plain).map(Clause::new).collect(),
            whole: Clause::new(&plain),
            before: Clause::new(&before.join(" . ")),
            is_question: sentence.trim_end().ends_with(['?', '\u{ff1f}']),
            is_title: paragraph.is_title,
            is_in_passthrough_text: false,
            last_line: paragraph
                .line_at(start + sentence.len().saturating_sub(1))
                .map_or(*number, |(_, number, _)| *number),
            shown: Evidence::new(&*text.command, *number, shown),
        });
    }
}

/// The sentence in lower case, without marks of emphasis and guests that it denies.
fn plain(sentence: &str) -> String {
    let marks = |c: char| matches!(c, '*' | '`' | '"' | '“' | '”' | '「' | '」');
    let plain = sentence.to_lowercase().replace('’', "'").replace(marks, "");
    let plain = with_apostrophes(plain);
    let plain = POLITE
        .iter()
        .fold(plain, |plain, words| plain.replace(words, ""));
    without_denied(plain)
}

/// Negations as people type them without the apostrophe.
const BARE: [&str; 12] = [
    "doesnt", "dont", "didnt", "wont", "cant", "isnt", "wasnt", "arent", "couldnt", "hasnt",
    "havent", "wouldnt",
];

/// The sentence with `doesn't` for each `doesnt`.
pub(super) fn with_apostrophes(plain: String) -> String {
    if !BARE.iter().any(|word| plain.contains(word)) {
        return plain;
    }
    let words = plain.split(' ').map(|word| {
        let end = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        match end.strip_suffix('t').filter(|_| BARE.contains(&end)) {
            Some(start) => Cow::Owned(word.replacen(end, &format!("{start}'t"), 1)),
            None => Cow::Borrowed(word),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The paragraphs of prose.
fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = Vec::new();
    let mut is_open = false;
    let mut is_fenced = false;
    let mut is_hidden = false;
    let mut is_expected = false;
    let mut is_drawn = false;
    for (number, raw) in numbered_lines(text) {
        let line = raw.trim_start_matches(['>', ' ', '\t']).trim_end();
        // Rows between borders `+---+`, which programs print.
        is_drawn = line.starts_with("+-") || is_drawn && line.starts_with('|');
        if line.starts_with("```") || line.starts_with("~~~") {
            is_fenced = !is_fenced;
            is_open = false;
            continue;
        }
        // Remarks of a form that the author of a post does not see.
        is_hidden |= line.starts_with("<!--");
        if is_hidden {
            is_hidden = !line.contains("-->");
            is_open = false;
            continue;
        }
        if is_fenced || is_drawn || line.is_empty() || !(is_prose(line) || is_bare_heading(line)) {
            is_open = false;
            continue;
        }
        let is_title = line.starts_with('#')
            || line.starts_with("**") && line.ends_with("**") && line.len() < 80
            || is_bare_heading(line);
        if is_title || line.ends_with([':', '\u{ff1a}']) && line.chars().count() < 40 {
            let lower = line.to_lowercase();
            is_expected = HEADINGS_OF_WISHES.iter().any(|word| lower.contains(word));
        }
        let is_item = line.starts_with(['-', '*', '+', '|', '•'])
            || line.starts_with(|c: char| c.is_ascii_digit());
        if !is_open || is_item || is_title || is_expected {
            all.push(Paragraph {
                is_title,
                is_wish: is_expected,
                ..Paragraph::default()
            });
        }
        if let Some(last) = all.last_mut() {
            last.add(number, line);
        }
        // Scripts without blanks are not wrapped at a width.
        is_open = !is_title && line.chars().count() >= WRAPPED && !line.chars().any(is_wide);
    }
    all
}

/// Whether the line is a heading without marks: the word for a problem or a solution alone.
fn is_bare_heading(line: &str) -> bool {
    let word = line.trim_end_matches([':', '\u{ff1a}', ' ']).to_lowercase();
    BARE_HEADINGS.contains(&word.as_str())
}

/// Whether the line may be of a person's sentence: not of a log, a listing or a command.
fn is_prose(line: &str) -> bool {
    line.len() <= LONGEST_LINE
        && !is_logged(line)
        && Prompt::read(line).is_none()
        && !line.contains("~~")
        && !line.starts_with(['<', '{', '}', '$', '\\', '│'])
        && !line.contains("kernel: ")
        && !LISTED.iter().any(|start| line.starts_with(start))
        // A processor's features in FreeBSD's log (sys/x86/x86/identcpu.c, print_vmx_info).
        && !line.strip_prefix("VT-x: ").is_some_and(|list| list.contains(',') && !list.contains(' '))
        && !line.split_ascii_whitespace().next().is_some_and(names_function)
        && (line.contains(' ') || !line.is_ascii())
}

/// Whether the first word of a row is a function, as lspci, `qvm-pci` and pciconf write it.
fn names_function(word: &str) -> bool {
    let of_qubes = word
        .strip_prefix("dom0:")
        .map(|port| port.replace('_', ":"));
    let address = of_qubes.as_deref().unwrap_or(word);
    address.parse::<pci_core::Address>().is_ok() || word.contains("@pci0:")
}

/// The sentences of a paragraph, each with its start.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_next_blank = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let is_end =
            matches!(c, '。' | '！' | '？') || matches!(c, '.' | '!' | '?') && is_next_blank;
        if is_end {
            let end = at + c.len_utf8();
            found.push((start, text.get(start..end).unwrap_or_default()));
            start = end;
        }
    }
    if let Some(rest) = text.get(start..).filter(|rest| !rest.trim().is_empty()) {
        found.push((start, rest));
    }
    let trimmed = found.into_iter().map(|(start, sentence)| {
        let skipped = sentence.len() - sentence.trim_start().len();
        (start + skipped, sentence.trim())
    });
    trimmed
        .filter(|(_, sentence)| !sentence.is_empty())
        .collect()
}

/// The fewest words of a remark in parentheses that is a sentence of its own.
const REMARK: usize = 6;

/// A sentence, or its parts that are sentences of their own: the statement before a question at its
/// end, as in `I passed the card through, have I missed something?`, and a remark in parentheses
/// behind the sentence that has the remark.
fn parts((start, sentence): (usize, &str)) -> Vec<(usize, &str)> {
    let mut found = match question_at(sentence) {
        Some(at) => {
            let (statement, question) = sentence.split_at(at);
            vec![(start, statement.trim_end()), (start + at, question)]
        }
        None => vec![(start, sentence)],
    };
    let remark = sentence.split_once('(').and_then(|(before, rest)| {
        let (remark, _) = rest.split_once(')')?;
        let is_sentence = remark.split_ascii_whitespace().count() >= REMARK;
        is_sentence.then_some((start + before.len() + 1, remark))
    });
    found.extend(remark);
    found
}

/// Where the question at the end of a sentence starts, behind the comma that ends a statement.
fn question_at(sentence: &str) -> Option<usize> {
    if !sentence.ends_with('?') {
        return None;
    }
    let is_question = |text: &str| {
        let text = text.trim_start().to_ascii_lowercase();
        let is_start = |start: &&str| {
            let rest = text.strip_prefix(*start);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        };
        QUESTION_STARTS.iter().any(is_start)
    };
    let comma = sentence.rfind(", ")?;
    let (statement, question) = sentence.split_at(comma);
    let is_case = ["if ", "when ", "wenn ", "si "]
        .iter()
        .any(|start| statement.to_lowercase().starts_with(start));
    let is_alone = is_question(question.get(1..)?) && !is_question(statement) && !is_case;
    is_alone.then_some(comma + 2)
}

/// The clauses of a sentence in lower case.
fn clauses(sentence: &str) -> impl Iterator<Item = &str> {
    let marks = [
        ',', ';', '(', ')', '，', '；', '、', '…', '（', '）', '：', '–', '—', ':',
    ];
    let parts = sentence.split(marks);
    parts.flat_map(|part| {
        let mut rest = part;
        let mut found = Vec::new();
        while let Some((at, length)) = BREAKS
            .iter()
            .filter_map(|word| Some((rest.find(word)?, word.len())))
            .min()
        {
            found.push(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + length..).unwrap_or_default();
        }
        found.push(rest);
        found
    })
}

#[cfg(test)]
mod tests;
