//! The drawing in Graphviz's DOT language (<https://graphviz.org/doc/info/lang.html>).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::{Cell, Drawing};
use crate::render::wrap::clean;

/// Groups with several endpoints are clusters, edges lead downstream.
impl Drawing {
    pub(crate) fn dot(&self) -> String {
        let mut text = String::from(
            "digraph passthru {\n  graph [rankdir=LR, fontname=\"sans-serif\"]\n  \
             node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"]\n",
        );
        let mut clusters: BTreeMap<u32, (&str, Vec<usize>)> = BTreeMap::new();
        for (number, row) in self.rows.iter().enumerate() {
            let (label, style) = match &row.cell {
                Cell::Bus(head) | Cell::None(head) => {
                    (quoted(&[head]), ", shape=plaintext, style=\"\"")
                }
                Cell::More(more) => (quoted(&[more]), ", shape=plaintext, style=\"\""),
                Cell::Function(cell) => {
                    let name = format!("{:#} {}", cell.address, cell.model);
                    let mut lines = vec![name];
                    lines.extend(cell.facts.iter().cloned());
                    if let Some(group) = &cell.group {
                        if group.is_shared {
                            let cluster = clusters.entry(group.number);
                            cluster.or_insert((&group.name, Vec::new())).1.push(number);
                        } else {
                            lines.push(group.name.clone());
                        }
                    }
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    let style = match (cell.is_chosen, cell.is_bridge) {
                        (true, _) => ", penwidth=3",
                        (false, true) => ", style=\"rounded,filled,dashed\"",
                        (false, false) => "",
                    };
                    (quoted(&lines), style)
                }
            };
            let _ = writeln!(text, "  n{number} [label={label}{style}]");
        }
        for (number, (name, members)) in clusters {
            let label = quoted(&[name]);
            let _ = write!(
                text,
                "  subgraph cluster_{number} {{ label={label}; style=\"rounded,filled\"; \
                 fillcolor=\"#fff2cc\";"
            );
            for member in members {
                let _ = write!(text, " n{member};");
            }
            text.push_str(" }\n");
        }
        for (number, row) in self.rows.iter().enumerate() {
            if let Some(parent) = row.parent {
                let _ = writeln!(text, "  n{parent} -> n{number}");
            }
        }
        text.push_str("}\n");
        text
    }
}

/// Lines as a quoted string: in one, only the quotation mark has to be escaped, and the backslash
/// begins the escape sequences of labels.
fn quoted(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| {
        clean(&line.replace(['\n', '\r'], " "))
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
    });
    let lines: Vec<String> = lines.collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests;
