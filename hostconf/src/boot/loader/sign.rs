//! Evaluation of the signs of a boot loader.

use host_tree::{Evidence, HostTree, numbered_lines, presence};

use super::declaration::{Program, Sign};
use crate::boot::command_line::CommandLine;
use crate::boot::grub::{GrubDefaults, Value};
use crate::boot::running;

/// The places that are searched for signs.
pub(super) struct Seen<'a> {
    pub(super) tree: &'a dyn HostTree,
    /// The program that started the running kernel.
    pub(super) by: Option<&'static Program>,
}

/// Whether signs are present.
pub(super) enum Answer {
    /// They do, by these lines.
    Holds(Vec<Evidence>),
    /// They do as far as they are shown, by these lines.
    NotShown(Vec<Evidence>),
    /// They do not.
    Fails,
}

/// Whether all of `signs` are present.
pub(super) fn answer(seen: &Seen<'_>, signs: &[Sign]) -> Answer {
    let mut evidence = Vec::new();
    let mut is_shown = true;
    for sign in signs {
        match one(seen, sign) {
            Answer::Holds(lines) => evidence.extend(lines),
            Answer::NotShown(lines) => {
                evidence.extend(lines);
                is_shown = false;
            }
            Answer::Fails => return Answer::Fails,
        }
    }
    if is_shown {
        Answer::Holds(evidence)
    } else {
        Answer::NotShown(evidence)
    }
}

fn one(seen: &Seen<'_>, sign: &Sign) -> Answer {
    let tree = seen.tree;
    let found = |lines: Vec<Evidence>| {
        if lines.is_empty() {
            Answer::Fails
        } else {
            Answer::Holds(lines)
        }
    };
    let by_line = |line: Option<Evidence>| found(line.into_iter().collect());
    match sign {
        Sign::Option(name, start) => by_line(option(tree, name, start)),
        Sign::Path(path) => match presence(tree, path) {
            Some(shown) => Answer::Holds(vec![shown]),
            None if tree.read_start(path, 1).is_absent() => Answer::Fails,
            None => Answer::NotShown(Vec::new()),
        },
        Sign::NoPath(path) => match presence(tree, path) {
            Some(_) => Answer::Fails,
            None if tree.read_start(path, 1).is_absent() => Answer::Holds(Vec::new()),
            None => Answer::NotShown(Vec::new()),
        },
        Sign::File(path) => by_line(file(tree, path)),
        Sign::PerhapsFile(path) => match file(tree, path) {
            Some(shown) => Answer::Holds(vec![shown]),
            None if tree.read_text(path).is_absent() => Answer::Fails,
            None => Answer::Holds(Vec::new()),
        },
        Sign::Line(places, is_wanted) => by_line(places.iter().find_map(|place| {
            let files = place.found(tree);
            files.iter().find_map(|(path, text)| {
                let mut lines = numbered_lines(text);
                let (number, _) = lines.find(|(_, line)| is_wanted(line.trim()))?;
                Some(Evidence::at(path, text, number))
            })
        })),
        Sign::Variable(path, name, values) => by_line(variable(tree, path, name, values)),
        Sign::StartedBy(program) => {
            if seen.by == Some(program) {
                Answer::Holds(Vec::new())
            } else {
                Answer::Fails
            }
        }
        Sign::Any(signs) => {
            let mut answers = signs.iter().map(|sign| one(seen, sign));
            let holds = answers.find(|answer| matches!(answer, Answer::Holds(_)));
            holds.unwrap_or(Answer::Fails)
        }
        Sign::Found(find) => found(find(tree)),
    }
}

/// The line with an option of the running kernel whose value begins with `start`.
fn option(tree: &dyn HostTree, name: &str, start: &str) -> Option<Evidence> {
    let (text, proof) = running::options(tree)?;
    let line = CommandLine::parse(&text);
    let mut options = line.all(name);
    let begins = options.any(|option| {
        let value = option.value.as_deref().unwrap_or_default();
        value.to_ascii_lowercase().starts_with(start)
    });
    begins.then_some(proof)
}

/// The first line of a file, which shows that it is there.
fn file(tree: &dyn HostTree, path: &str) -> Option<Evidence> {
    let text = tree.read_text(path).found()?;
    Some(Evidence::new(
        path,
        1,
        text.lines().next().unwrap_or_default(),
    ))
}

fn variable(tree: &dyn HostTree, path: &str, name: &str, values: &[&str]) -> Option<Evidence> {
    let text = tree.read_text(path).found()?;
    let file = GrubDefaults::parse(&text);
    let last = file.assignments(name).last()?;
    match file.value(name) {
        Value::Known(value) if values.contains(&value.as_str()) => {
            Some(Evidence::at(path, &text, last.line))
        }
        _ => None,
    }
}
