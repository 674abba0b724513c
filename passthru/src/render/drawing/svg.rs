//! The drawing as an SVG file, which needs nothing else.

use std::fmt::Write as _;

use super::model::{Cell, Drawing, FunctionCell};
use crate::render::markup::escaped;
use crate::render::wrap::{clean, width};

/// Pixels of a column of text at 12 pixels of a monospaced font; its lines are apart by `LINE`.
const COLUMN: usize = 8;
const LINE: usize = 16;
/// Pixels between rows, around the text of a box, and of an icon with the blank after it.
const GAP: usize = 6;
const PAD: usize = 8;
const ICON: usize = 22;
/// The narrowest and the widest drawing in pixels.
const WIDTHS: (usize, usize) = (320, 960);
/// The fewest columns of text in a box.
const ROOM: usize = 16;

const STYLE: &str = include_str!("svg.css");

impl Drawing {
    /// The drawing, as wide as so many columns of text.
    pub(crate) fn svg(&self, columns: usize) -> String {
        let wide = columns.saturating_mul(COLUMN).clamp(WIDTHS.0, WIDTHS.1);
        let level = if wide < 560 { 12 } else { 22 };
        let mut body = String::new();
        let mut top = GAP;
        // Where the boxes of rows begin, and their ends and middles.
        let mut places: Vec<(usize, usize, usize)> = Vec::new();
        for row in &self.rows {
            let left = GAP + row.depth * level;
            let room = wide.saturating_sub(left + GAP).max(ROOM * COLUMN);
            let height = match &row.cell {
                Cell::Bus(text) | Cell::None(text) => line(&mut body, "bus", text, left, top),
                Cell::More(text) => line(&mut body, "more", text, left, top),
                Cell::Function(cell) => function(&mut body, cell, left, top, room),
            };
            let middle = top + LINE.min(height / 2) + 2;
            if let Some((from, end, _)) = row.parent.and_then(|parent| places.get(parent)) {
                let x = from + level / 2;
                let _ = writeln!(
                    body,
                    "<path class=\"line\" d=\"M{x} {end}V{middle}H{left}\"/>"
                );
            }
            places.push((left, top + height, middle));
            top += height + GAP;
        }
        legend(&mut body, self, wide, &mut top);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"passthru-drawing\" viewBox=\"0 0 \
             {wide} {top}\" width=\"{wide}\" height=\"{top}\" role=\"img\" aria-label=\"{}\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n<rect class=\"paper\" width=\"{wide}\" \
             height=\"{top}\"/>\n{body}</svg>\n",
            escaped(&self.title),
            escaped(&self.title)
        )
    }
}

/// A line without a box; returns its height.
fn line(body: &mut String, class: &str, text: &str, left: usize, top: usize) -> usize {
    let _ = writeln!(
        body,
        "<text class=\"{class}\" x=\"{left}\" y=\"{}\">{}</text>",
        top + 13,
        escaped(text)
    );
    LINE + 2
}

/// The box of a function; returns its height.
fn function(body: &mut String, cell: &FunctionCell, left: usize, top: usize, room: usize) -> usize {
    let pill = cell
        .group
        .as_ref()
        .map_or(0, |group| width(&group.name) * COLUMN + 16);
    let address = format!("{:#}", cell.address);
    let inner = room.saturating_sub(2 * PAD + ICON);
    // The group is at the right of the first line.
    let first = (inner.saturating_sub(pill) / COLUMN).max(ROOM);
    let indent = address.len() + 1;
    let mut names = wrapped(&cell.model, first.saturating_sub(indent).max(8));
    let facts = joined(&cell.facts, (inner / COLUMN).max(ROOM));
    let lines = names.len() + facts.len();
    let height = lines * LINE + PAD;
    let (class, style) = cell.attributes("box");
    let _ = write!(
        body,
        "<g{style}><rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{room}\" \
         height=\"{height}\" rx=\"5\"/><path class=\"icon\" transform=\"translate({} {})\" \
         d=\"{}\"><title>{}</title></path>",
        left + PAD - 2,
        top + 4,
        cell.icon.path(),
        escaped(&cell.class)
    );
    let x = left + PAD + ICON - 4;
    let mut y = top + LINE;
    let name = if names.is_empty() {
        String::new()
    } else {
        names.remove(0)
    };
    let _ = write!(
        body,
        "<text x=\"{x}\" y=\"{y}\"><tspan class=\"address\">{}</tspan> <tspan \
         class=\"model\">{}</tspan></text>",
        escaped(&address),
        escaped(&name)
    );
    for name in names {
        y += LINE;
        let _ = write!(
            body,
            "<text class=\"model\" x=\"{}\" y=\"{y}\">{}</text>",
            x + indent * COLUMN,
            escaped(&name)
        );
    }
    for fact in facts {
        y += LINE;
        let _ = write!(
            body,
            "<text class=\"facts\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(&fact)
        );
    }
    if let Some(group) = &cell.group {
        let right = left + room;
        let _ = write!(
            body,
            "<rect class=\"pill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"18\" rx=\"9\"/><text \
             class=\"middle\" x=\"{}\" y=\"{}\">{}</text>",
            right - pill - 2,
            top + 3,
            pill.saturating_sub(2),
            right - pill / 2 - 3,
            top + LINE,
            escaped(&group.name)
        );
    }
    body.push_str("</g>\n");
    height
}

/// The meaning of icons, colors and borders.
fn legend(body: &mut String, drawing: &Drawing, wide: usize, top: &mut usize) {
    let legend = &drawing.legend;
    if legend.icons.is_empty() {
        return;
    }
    *top += GAP;
    let mut left = GAP;
    for (icon, name) in &legend.icons {
        let needed = ICON + width(name) * COLUMN + 14;
        if left + needed > wide && left > GAP {
            left = GAP;
            *top += LINE + 4;
        }
        let _ = writeln!(
            body,
            "<path class=\"icon\" transform=\"translate({left} {top})\" d=\"{}\"/><text \
             class=\"facts\" x=\"{}\" y=\"{}\">{}</text>",
            icon.path(),
            left + ICON,
            *top + 12,
            escaped(name)
        );
        left += needed;
    }
    *top += LINE + 4;
    let notes = [&legend.shared, &legend.bridge, &legend.chosen, &legend.bars];
    let notes: Vec<String> = notes.into_iter().flatten().cloned().collect();
    for note in joined(&notes, (wide - 2 * GAP) / COLUMN) {
        line(body, "facts", &note, GAP, *top);
        *top += LINE;
    }
    *top += GAP;
}

/// Short texts with points between them, in lines of so many columns: a text is broken if it is
/// longer than a line.
fn joined(texts: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(text) <= columns => {
                line.push_str(" · ");
                line.push_str(text);
            }
            _ => lines.extend(wrapped(text, columns)),
        }
    }
    lines
}

/// `text` in lines of so many columns, without empty ones.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let text = clean(text);
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        if used > 0 && used + 1 + width(&word) > columns {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        // A word that is too long is broken.
        while width(&word) > columns {
            let mut taken = 0;
            let at = word.char_indices().find_map(|(at, c)| {
                taken += width(c.encode_utf8(&mut [0; 4]));
                (taken > columns && at > 0).then_some(at)
            });
            let Some(at) = at else { break };
            let rest = word.split_off(at);
            lines.push(std::mem::replace(&mut word, rest));
        }
        if used > 0 {
            current.push(' ');
            used += 1;
        }
        used += width(&word);
        current.push_str(&word);
    }
    if !current.is_empty() {
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests;
