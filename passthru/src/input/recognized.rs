//! The sources that recognize lines of a text: each source reads a text once.

use host_tree::numbered_lines;

use super::shapes::bare;
use super::sources::{Recognizes, SOURCES};
use super::text_kind::TextKind;

/// The lines of a text with the sources that recognize them.
#[derive(Debug, Default)]
pub(super) struct Recognized {
    /// The kind of each line, by the first source of the list that recognizes it.
    pub(super) lines: Vec<Option<TextKind>>,
    /// The kinds of all sources that recognize a line, in the order of the list.
    pub(super) kinds: Vec<TextKind>,
}

/// Has all sources look at a text.
pub(super) fn recognized(text: &str) -> Recognized {
    // The places of the sources in the list, by line.
    let mut places: Vec<Option<usize>> = vec![None; text.lines().count()];
    let mut seen = vec![false; SOURCES.len()];
    let index = |number: u32| {
        let number = usize::try_from(number).unwrap_or_default();
        number.checked_sub(1)
    };
    for (place, source) in SOURCES.iter().enumerate() {
        let Recognizes::Text(lines) = source.recognizes else {
            continue;
        };
        for number in lines(text) {
            if let Some(seen) = seen.get_mut(place) {
                *seen = true;
            }
            if let Some(line) = index(number).and_then(|at| places.get_mut(at)) {
                *line = Some(line.map_or(place, |known| known.min(place)));
            }
        }
    }
    for ((_, line), known) in numbered_lines(text).zip(&mut places) {
        let line = bare(line);
        for (place, source) in SOURCES.iter().enumerate() {
            let Recognizes::Line(is) = source.recognizes else {
                continue;
            };
            let Some(seen) = seen.get_mut(place) else {
                continue;
            };
            // A source that is already found adds nothing to a line of an earlier one: few sources
            // read the lines of a log.
            let is_of_earlier = known.is_some_and(|known| known < place);
            if !(*seen && is_of_earlier) && is(line) {
                *seen = true;
                *known = Some(known.map_or(place, |known| known.min(place)));
            }
        }
    }
    let kind = |place: usize| SOURCES.get(place).map(|source| source.kind);
    let sources = SOURCES.iter().zip(seen).filter(|(_, seen)| *seen);
    Recognized {
        lines: places.into_iter().map(|place| kind(place?)).collect(),
        kinds: sources.map(|(source, _)| source.kind).collect(),
    }
}
