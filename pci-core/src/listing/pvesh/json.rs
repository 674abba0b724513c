//! Output of `--output-format json` and `json-pretty`.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use host_tree::Located;
use serde_json::{Map, Value};

use super::row::{Draft, PveshRow};
use crate::Address;
use crate::listing::json::closed;

/// Parses the rows of a JSON array; `None` if the text contains none.
pub(super) fn parse(text: &str) -> Option<Vec<PveshRow>> {
    let begin = text.find('[')?;
    let lead = text.get(..begin)?;
    // A prompt with the command may precede it, but not a table.
    if lead.contains(['│', '|']) {
        return None;
    }
    let text = &*closed(text);
    let body = text.get(begin..)?;
    let mut values =
        serde_json::Deserializer::from_str(body).into_iter::<Vec<Map<String, Value>>>();
    let objects = values.next()?.ok()?;
    let mut place = Place {
        text,
        offset: begin,
        line: 1,
        counted: 0,
        lost: false,
    };
    let rows = objects.iter().filter_map(|object| {
        let id = object.get("id")?.as_str()?;
        let address: Address = id.parse().ok()?;
        let mut row = Draft::new(place.next(id, address));
        for (column, value) in object {
            match value {
                Value::String(text) => row.set(column, text),
                Value::Number(number) => row.set(column, &number.to_string()),
                _ => {}
            }
        }
        Some(row.finish())
    });
    let rows: Vec<PveshRow> = rows.collect();
    (!rows.is_empty()).then_some(rows)
}

/// Progress of the search for the rows' places.
struct Place<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    /// Offset up to which line ends are counted.
    counted: usize,
    /// Whether an ID was not found.
    lost: bool,
}

impl Place<'_> {
    fn next(&mut self, id: &str, address: Address) -> Located<Address> {
        let quoted = format!("\"{id}\"");
        let rest = self.text.get(self.offset..).unwrap_or_default();
        // An escaped ID is not found as it reads; searching for the following IDs would then scan
        // the rest of the text for each.
        let found = if self.lost { None } else { rest.find(&quoted) };
        self.lost = found.is_none();
        let start = self.offset + found.unwrap_or(0);
        let end = (start + quoted.len()).min(self.text.len());
        let between = self.text.get(self.counted..start).unwrap_or_default();
        let ends = between.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted = start;
        let shown = self.text.get(start..end).unwrap_or_default();
        if shown == quoted {
            self.offset = end;
        }
        Located {
            value: address,
            line: self.line,
            span: start..start + shown.len(),
            text: shown.into(),
        }
    }
}
