//! The place of evidence in a sentence.

use host_tree::Evidence;

use super::{Text, text};

/// The place of evidence: `/etc/modules:5`, `lspci -nn, line 2`, or only the source if the evidence
/// is not a line.
pub(crate) fn place(evidence: &Evidence) -> Text {
    let source = evidence.source.as_str();
    match evidence.line {
        Some(line) if source.starts_with('/') => Text::value(format!("{source}:{line}")),
        Some(line) => text!("{source}, line {line}", source, line),
        None => Text::value(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_place_is_that_of_the_evidence() {
        for evidence in [
            Evidence::new("/etc/modules", 3, "vfio"),
            Evidence::new("lspci -nn", 3, "vfio"),
            Evidence::of_presence("/sys/kernel"),
        ] {
            assert_eq!(place(&evidence), evidence.place());
        }
    }
}
