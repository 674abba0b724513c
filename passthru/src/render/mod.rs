//! Text output: findings, plans and lists for people. Widths and colors are used only here.

mod apply;
mod assigned_together;
mod caret;
mod check;
mod conversion;
mod diff;
mod doctor;
mod drawing;
mod guest;
mod hardware;
mod input;
mod isolation;
mod list;
mod markup;
mod monitoring;
mod page;
mod plan;
mod predicted;
mod remedy;
mod rom;
mod status;
mod style;
mod verification;
mod viability;
mod wrap;

pub use apply::{applied, event, refusals, to_undo, transaction};
pub use caret::caret;
pub use check::check;
pub use conversion::{Converted, conversion};
pub use diff::diff;
pub use doctor::{Detail, View, report};
pub use drawing::{DrawingFormat, drawing, fragment_style_sheet, predicted_drawing, tree};
pub use guest::guest;
pub use input::{not_understood_line, shown_input};
pub use isolation::isolation;
pub use list::{groups, ids, list};
pub use markup::{escaped as html_text, hue as group_hue};
pub use monitoring::{json_lines, prometheus};
pub use page::{Planned, host_fragment, page};
pub use plan::{plan, plan_steps};
pub use predicted::predicted;
pub use remedy::remedy;
pub use rom::{
    carved_roms, edited_rom, extracted, rom, rom_differences, rom_file, rom_hex, rom_report, vfct,
};
pub(crate) use status::iommu;
pub use status::status;
pub use style::Style;
pub use verification::verification;
pub use viability::viability;
pub(crate) use wrap::units;
pub use wrap::{clean, pad, paragraph, width};
