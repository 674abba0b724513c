//! `passthru report`.

use std::path::Path;

use super::commands::{Outcome, usage, write_new};
use super::input::Source;
use super::{FAULTS, OK};
use crate::page::{self, Asked};

pub(super) fn run(source: Source, asked: &Asked, output: &Path) -> Outcome {
    let page = source
        .with_tree(|tree| page::make(tree, asked))
        .map_err(usage)?;
    write_new(output, &page.html)?;
    let said = format!("{}: {} bytes\n", output.display(), page.html.len());
    Ok((said, if page.has_fault { FAULTS } else { OK }))
}
