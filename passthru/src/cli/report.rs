//! `passthru report`.

use std::path::Path;

use super::input::Source;
use super::outcome::{FAULTS, OK, Outcome, to_json, usage};
use super::output::write_new;
use crate::document::WrittenFile;
use crate::page::{self, PageRequest};
use crate::render::Style;
use crate::text::text;

pub(super) fn run(
    source: Source,
    asked: &PageRequest,
    output: &Path,
    style: Style,
    json: bool,
) -> Outcome {
    let page = source
        .with_tree(|tree| page::make(tree, asked))
        .map_err(usage)?;
    write_new(output, &page.html)?;
    let length = page.html.len();
    let sentence = if json {
        to_json(&WrittenFile::new(output, length))?
    } else {
        let written = text!(
            "{path}: {length} bytes",
            path = output.display().to_string(),
            length
        );
        format!("{}\n", style.say(&written))
    };
    Ok((sentence, if page.has_problem { FAULTS } else { OK }))
}
