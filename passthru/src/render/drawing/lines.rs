//! The drawing as lines of text.

use std::fmt::Write as _;

use super::model::{Cell, Drawing};
use crate::render::list::cut;
use crate::render::style::Style;
use crate::render::wrap::clean;
use crate::text::{Text, text};

impl Drawing {
    /// The drawing, one row on a line: address, group and name of each function.
    pub(crate) fn lines(&self, style: Style) -> String {
        let mut lines = String::new();
        for row in &self.rows {
            let entry = match &row.cell {
                Cell::Bus(head) => {
                    let _ = writeln!(lines, "{}", style.strong(head));
                    continue;
                }
                Cell::More(more) | Cell::None(more) => more.clone(),
                Cell::Function(cell) => {
                    let name = match &cell.group {
                        Some(group) => style.say(&text!(
                            "(group {group}) {name}",
                            group = group.number,
                            name = Text::value(cell.model.clone())
                        )),
                        None => cell.model.clone(),
                    };
                    format!("{:#} {name}", cell.address)
                }
            };
            let line = format!("{}{entry}", row.indent);
            let _ = writeln!(lines, "{}", cut(&clean(&line), style.table));
        }
        lines
    }
}
