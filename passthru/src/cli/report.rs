//! `passthru report`.

use std::path::Path;

use super::input::Source;
use super::outcome::{FAULTS, OK, Outcome, to_json, usage};
use super::output::write_new;
use crate::document::WrittenFile;
use crate::page::{self, Asked};

pub(super) fn run(source: Source, asked: &Asked, output: &Path, json: bool) -> Outcome {
    let page = source
        .with_tree(|tree| page::make(tree, asked))
        .map_err(usage)?;
    write_new(output, &page.html)?;
    let length = page.html.len();
    let said = if json {
        to_json(&WrittenFile::new(output, length))?
    } else {
        format!("{}: {length} bytes\n", output.display())
    };
    Ok((said, if page.has_problem { FAULTS } else { OK }))
}
