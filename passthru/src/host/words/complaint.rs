//! The sentence of a post that reports a failure.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::prose::is_sentence;
use super::sentences::with_apostrophes;
use super::solved::{self, Solved};
use crate::host::words::phrases::complaint::{
    ASKS, BEFORE_NUMBER, CONFIRMED, CONFIRMS, NOT_FAILED, NOT_TRIED, OF_FAILURE, OF_WRITER, OVER,
    SMALL, TROUBLES, WORDS,
};
use crate::input::is_logged;
use crate::prompt::Prompt;

/// So much of the sentence is shown, in characters.
const SHOWN: usize = 200;

/// The first sentence of the texts that reports a failure which no sentence reports as solved.
pub(in crate::host) fn read(texts: &[CommandText], solved: &[Solved]) -> Option<Evidence> {
    let found = first(texts, solved, is_complaint).or_else(|| titled(texts, solved))?;
    // Nothing can have failed yet.
    let mut lines = texts.iter().flat_map(|text| text.text.lines());
    let is_plan = lines.any(|line| is_sentence(line) && has(line, &NOT_TRIED));
    (!is_plan && !is_confirmation(texts)).then_some(found)
}

fn has(line: &str, phrases: &[&str]) -> bool {
    let line = line.to_lowercase().replace('’', "'");
    phrases.iter().any(|phrase| line.contains(phrase))
}

/// Whether the texts confirm that something works, and ask nothing: `I can confirm that it works very well`.
pub(super) fn is_confirmation(texts: &[CommandText]) -> bool {
    let lines = || texts.iter().flat_map(|text| text.text.lines());
    let confirms = |line: &str| {
        let mut sentences = line.split(". ");
        sentences.any(|one| has(one, &CONFIRMS) && has(one, &CONFIRMED) && !has(one, &OF_FAILURE))
    };
    lines().any(|line| is_sentence(line) && confirms(line))
        && !lines().any(|line| is_sentence(line) && has(line, &ASKS))
}

fn first(texts: &[CommandText], solved: &[Solved], is: fn(&str) -> bool) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        // A fence is around output, also of a program that prints sentences.
        let mut is_fenced = false;
        numbered_lines(&text.text)
            .filter(|(_, line)| {
                is_fenced ^= line.trim_start().starts_with("```");
                !is_fenced && is(line)
            })
            .map(|(number, line)| {
                let shown: String = line.trim().chars().take(SHOWN).collect();
                Evidence::new(&*text.command, number, shown)
            })
            .find(|line| !solved::is_over(solved, line))
    })
}

/// The title of a text, its first line before an empty one, that names a failure: `Unable to assign an NVIDIA GPU`.
fn titled(texts: &[CommandText], solved: &[Solved]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text).skip_while(|(_, line)| line.trim().is_empty());
        let (number, line) = lines.next()?;
        let is_alone = lines.next().is_some_and(|(_, line)| line.trim().is_empty());
        let is_long = line.split_whitespace().count() >= SHORTEST_TITLE;
        let names_failure = || {
            let line = with_apostrophes(line.to_lowercase().replace('’', "'"));
            says_failure(&line) || has(&line, &TROUBLES)
        };
        let is_title = is_alone && is_long && is_sentence(line) && !is_condition(line);
        let shown = Evidence::new(&*text.command, number, line.trim());
        (is_title && names_failure() && !solved::is_over(solved, &shown)).then_some(shown)
    })
}

/// The fewest words of a title that says what fails.
const SHORTEST_TITLE: usize = 4;

/// The first sentence of the texts that reports code 43 of Windows.
pub(in crate::host) fn code_43(texts: &[CommandText], solved: &[Solved]) -> Option<Evidence> {
    first(texts, solved, tells_of_43)
}

/// Whether the line is a sentence that reports code 43.
pub(crate) fn tells_of_43(line: &str) -> bool {
    if !line.contains("43") || is_logged(line.trim()) || Prompt::read(line).is_some() {
        return false;
    }
    // A paragraph may be one line.
    let sentences = line.split(". ").flat_map(|part| part.split("..."));
    sentences
        .into_iter()
        .any(|sentence| is_sentence(sentence) && has_code_43(sentence))
}

fn has_code_43(sentence: &str) -> bool {
    if is_condition(sentence) {
        return false;
    }
    let line = sentence.to_lowercase();
    // `the link for error 43 errors at https://…#Error_43`
    let line = line.split("http").next().unwrap_or_default();
    // Or somebody else's: `有人说会出现代码 43`.
    let is_over = [
        "fixed",
        "solved",
        "no more",
        "not get",
        "without",
        "people say",
        "有人说",
        "link for",
        "links for",
    ]
    .iter()
    .any(|words| line.contains(words));
    let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let mut places = line.match_indices("43");
    !is_over
        && places.any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            let behind = line.get(at + 2..).unwrap_or_default();
            let near: String = before.chars().rev().take(14).collect();
            let near: String = near.chars().rev().collect();
            let is_joined = ["code", "error", "fehler"]
                .iter()
                .any(|word| before.ends_with(word));
            (is_joined || !before.ends_with(is_digit))
                && !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
                && BEFORE_NUMBER.iter().any(|word| near.contains(word))
        })
}

/// Whether the sentence describes a possibility, as guides do.
fn is_condition(line: &str) -> bool {
    let start = line
        .trim_start_matches(['>', '#', '*', '-', ' ', '\t'])
        .to_lowercase();
    [
        "if ",
        "in case ",
        "when ",
        "falls ",
        "wenn ",
        "si ",
        "如果",
        "если ",
        "もし",
        "some ",
        "例如",
        "比如",
        "举例",
        "for example",
        "zum beispiel",
        "par exemple",
    ]
    .iter()
    .any(|word| start.starts_with(word))
        || ["場合は", "場合には"]
            .iter()
            .any(|word| start.contains(word))
}

pub(super) fn is_complaint(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    // The boxes of a form: `- [x] I made sure that this is not listed`.
    let bare = line.trim_start_matches(['-', '*', ' ']);
    if ["[x]", "[X]", "[ ]", "[]"]
        .iter()
        .any(|sign| bare.starts_with(sign))
    {
        return false;
    }
    // A program's message has few of the words that make a sentence.
    let is_prose = || {
        let lower = line.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        let small = words.filter(|word| SMALL.contains(word)).count();
        // The title of a post is short.
        let is_long = line.split(' ').count() >= 5;
        let denials = ["does not work", "doesn't work", "not working"];
        let mut denials = denials.iter();
        let is_denial = denials.any(|denial| lower.trim_end().ends_with(denial));
        let is_title = is_long && (line.starts_with("# ") || is_denial);
        small >= 2 || is_title || line.chars().filter(|c| *c as u32 >= 0x3000).count() >= 6
    };
    if !is_sentence(line) || is_condition(line) || !is_prose() {
        return false;
    }
    says_failure(&with_apostrophes(line.to_lowercase().replace('’', "'")))
}

/// Whether the line, in lower case, has words for a failure that is there.
fn says_failure(line: &str) -> bool {
    // The writer's knowledge, and not the host, is what lacks.
    let line = OF_WRITER
        .iter()
        .chain(NOT_FAILED.iter())
        .fold(line.to_owned(), |line, words| line.replace(words, " "));
    // Sentences about the past, or about the intended state.
    let is_over = OVER.iter().any(|words| line.contains(words));
    !is_over && WORDS.iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests;
