//! The table, with or without borders.

use alloc::vec::Vec;

use host_tree::{Located, numbered_lines};

use super::row::{Draft, PveshRow};
use crate::Address;

/// Limit of columns; the API has ten properties.
const MAX_COLUMNS: usize = 32;

/// A cell: its text, and whether a border follows.
#[derive(Clone, Copy)]
struct Cell<'a> {
    text: &'a str,
    closed: bool,
}

/// The column names of a table, and whether it has borders.
struct Header<'a> {
    columns: Vec<&'a str>,
    bordered: bool,
}

pub(super) fn parse(text: &str) -> Vec<PveshRow> {
    let mut header: Option<Header<'_>> = None;
    let mut rows = Vec::new();
    for (number, line) in numbered_lines(text) {
        if let Some(found) = self::header(line) {
            header = Some(found);
        } else if let Some(header) = &header {
            let shown = line.trim();
            let start = offset_in(text, shown);
            let located = |address| Located {
                value: address,
                line: number,
                span: start..start + shown.len(),
                text: shown.into(),
            };
            rows.extend(row(header, line, located));
        }
    }
    rows
}

/// Offset of `part`, a slice of `text`.
fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

fn is_border(letter: char) -> bool {
    matches!(letter, '│' | '┃' | '|')
}

/// The column names, if the line has them.
fn header(line: &str) -> Option<Header<'_>> {
    if !line.contains("class") {
        return None;
    }
    let bordered = line.contains(is_border);
    let columns: Vec<&str> = if bordered {
        cells(line).map(|cell| cell.text).collect()
    } else {
        line.split_whitespace().take(MAX_COLUMNS).collect()
    };
    let has = |name| columns.contains(&name);
    (has("class") && has("device") && has("id")).then_some(Header { columns, bordered })
}

/// The cells of a row with borders.
fn cells(line: &str) -> impl Iterator<Item = Cell<'_>> {
    let line = line.trim();
    let inner = line.strip_prefix(is_border).unwrap_or(line);
    let mut parts = inner.split(is_border).take(MAX_COLUMNS).peekable();
    core::iter::from_fn(move || {
        let text = parts.next()?.trim();
        let closed = parts.peek().is_some();
        // Text after the last border of a complete row is not a cell.
        (closed || !text.is_empty()).then_some(Cell { text, closed })
    })
}

fn row(
    header: &Header<'_>,
    line: &str,
    located: impl FnOnce(Address) -> Located<Address>,
) -> Option<PveshRow> {
    let cells: Vec<Cell<'_>> = if header.bordered {
        cells(line).collect()
    } else {
        words(header, line)
    };
    let at = header.columns.iter().position(|column| *column == "id")?;
    let address: Address = cells.get(at)?.text.parse().ok()?;
    let mut row = Draft::new(located(address));
    for (column, cell) in header.columns.iter().zip(&cells) {
        // A truncated group number would be another group's.
        if cell.closed || *column != "iommugroup" {
            row.set(column, cell.text);
        }
    }
    Some(row.finish())
}

/// The cells of a row without borders: one word each up to the first name, which extends to the
/// next gap.
fn words<'a>(header: &Header<'_>, line: &'a str) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    let mut rest = line.trim();
    for column in &header.columns {
        let named = column.ends_with("_name");
        let end = if named {
            rest.find("  ")
        } else {
            rest.find(char::is_whitespace)
        };
        let (text, after) = end
            .and_then(|at| rest.split_at_checked(at))
            .unwrap_or((rest, ""));
        cells.push(Cell {
            text,
            closed: !after.is_empty(),
        });
        rest = after.trim_start();
        if rest.is_empty() || named {
            break;
        }
    }
    cells
}
