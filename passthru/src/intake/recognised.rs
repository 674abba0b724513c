//! The sources that recognise lines of a text: each source looks at a text once.

use pci_core::numbered_lines;

use super::sources::{Recognises, SOURCES, bare};
use super::text_kind::TextKind;

/// The lines of a text with the sources that recognise them.
#[derive(Debug, Default)]
pub(super) struct Recognised {
    /// The kind of each line, by the first source of the list that recognises it.
    pub(super) lines: Vec<Option<TextKind>>,
    /// The kinds of all sources that recognise a line, in the order of the list.
    pub(super) kinds: Vec<TextKind>,
}

/// Has all sources look at a text.
pub(super) fn recognised(text: &str) -> Recognised {
    // The places of the sources in the list, by line.
    let mut places: Vec<Option<usize>> = vec![None; text.lines().count()];
    let mut seen = vec![false; SOURCES.len()];
    let mut set = |number: u32, place: usize| {
        if let Some(seen) = seen.get_mut(place) {
            *seen = true;
        }
        let at = usize::try_from(number).unwrap_or_default().checked_sub(1);
        if let Some(line) = at.and_then(|at| places.get_mut(at)) {
            *line = Some(line.map_or(place, |known| known.min(place)));
        }
    };
    for (place, source) in SOURCES.iter().enumerate() {
        if let Recognises::Text(lines) = source.recognises {
            lines(text)
                .into_iter()
                .for_each(|number| set(number, place));
        }
    }
    for (number, line) in numbered_lines(text) {
        let line = bare(line);
        for (place, source) in SOURCES.iter().enumerate() {
            if matches!(source.recognises, Recognises::Line(is) if is(line)) {
                set(number, place);
            }
        }
    }
    let kind = |place: usize| SOURCES.get(place).map(|source| source.kind);
    let sources = SOURCES.iter().zip(seen).filter(|(_, seen)| *seen);
    Recognised {
        lines: places.into_iter().map(|place| kind(place?)).collect(),
        kinds: sources.map(|(source, _)| source.kind).collect(),
    }
}
