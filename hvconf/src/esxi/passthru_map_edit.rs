//! Editing `passthru.map`: one line for each id.

use host_tree::numbered_lines;

use super::passthru_map::{Conflict, FptShareable, MapId, PassthruMap, ResetMethod};

/// Result of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapEdit {
    /// The text after the edit.
    pub text: String,
    /// The entries of that ID with different methods, merged.
    pub merged: Option<Conflict>,
}

/// `text` with one entry for `id`: its first line is replaced, further ones of that ID are removed,
/// and every other byte is unchanged; without one, a line is appended. An equivalent line is
/// unchanged.
///
/// ```
/// use hvconf::esxi::{FptShareable, MapId, ResetMethod, set_reset_method};
/// let id = MapId { vendor: Some(0x10de), device: Some(0x2803) };
/// let text = "# mine\n10de 2803 bridge false\n10de 2803 link false\n";
/// let edit = set_reset_method(text, id, ResetMethod::Link, FptShareable::No);
/// assert_eq!(edit.text, "# mine\n10de 2803 link false\n");
/// assert_eq!(edit.merged.map(|conflict| conflict.entries.len()), Some(2));
/// ```
#[must_use]
pub fn set_reset_method(
    text: &str,
    id: MapId,
    reset: ResetMethod,
    shareable: FptShareable,
) -> MapEdit {
    let map = PassthruMap::parse(text);
    let merged = map
        .conflicts()
        .into_iter()
        .find(|conflict| conflict.id == id);
    let same: Vec<_> = map.entries.iter().filter(|entry| entry.id == id).collect();
    let right = |entry: &&super::passthru_map::MapEntry| {
        entry.reset == reset && entry.shareable == shareable
    };
    // The line that says so already is the one that stays.
    let stays = same
        .iter()
        .find(|entry| right(entry))
        .map(|entry| entry.line);
    let keep = stays.or_else(|| same.first().map(|entry| entry.line));
    let new = format!(
        "{} {} {} {}",
        word(id.vendor),
        word(id.device),
        reset.as_str(),
        match shareable {
            FptShareable::Yes => "true",
            FptShareable::No => "false",
            FptShareable::Default => "default",
        }
    );
    let mut out = String::new();
    for ((line, content), raw) in numbered_lines(text).zip(text.split_inclusive('\n')) {
        let end = raw.get(content.len()..).unwrap_or_default();
        if !same.iter().any(|entry| entry.line == line) || stays == Some(line) {
            out.push_str(raw);
        } else if keep == Some(line) {
            out.push_str(&new);
            out.push_str(if end.is_empty() { "" } else { line_end(raw) });
        }
    }
    if keep.is_none() {
        let end = text.split_inclusive('\n').next().map_or("\n", line_end);
        if !out.is_empty() && !out.ends_with('\n') {
            out.push_str(end);
        }
        out.push_str(&new);
        out.push_str(end);
    }
    MapEdit { text: out, merged }
}

fn line_end(line: &str) -> &str {
    if line.ends_with("\r\n") { "\r\n" } else { "\n" }
}

fn word(id: Option<u16>) -> String {
    format!("{:04x}", id.unwrap_or(0xffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: MapId = MapId {
        vendor: Some(0x10de),
        device: Some(0x2803),
    };

    fn set(text: &str) -> String {
        let once = set_reset_method(text, ID, ResetMethod::Link, FptShareable::No).text;
        let twice = set_reset_method(&once, ID, ResetMethod::Link, FptShareable::No);
        assert_eq!(twice.text, once);
        assert_eq!(twice.merged, None);
        let entries = PassthruMap::parse(&once).entries;
        assert_eq!(entries.iter().filter(|entry| entry.id == ID).count(), 1);
        once
    }

    #[test]
    fn three_lines_of_a_guide_become_one() {
        let guide = "8086 ffff d3d0 default\n10de 2803 bridge false\n10de 2803 link false # a\n\
            10de 2803 d3d0 false\n";
        assert_eq!(
            set(guide),
            "8086 ffff d3d0 default\n10de 2803 link false # a\n"
        );
        assert_eq!(
            set("10DE 2803 flr true\r\nx\r\n"),
            "10de 2803 link false\r\nx\r\n"
        );
        assert_eq!(set("10de 2803 flr true"), "10de 2803 link false");
        assert_eq!(set("# a"), "# a\n10de 2803 link false\n");
        assert_eq!(set(""), "10de 2803 link false\n");
    }
}
