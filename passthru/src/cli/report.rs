//! `passthru report`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

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

/// The day, in UTC: `2026-11-22`. `SOURCE_DATE_EPOCH` sets another one, for reproducible pages
/// (https://reproducible-builds.org/specs/source-date-epoch/).
pub(super) fn today() -> String {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok();
    let set = set.and_then(|seconds| seconds.trim().parse().ok());
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    };
    day(set.unwrap_or_else(now))
}

/// The date of so many seconds since 1970.
fn day(seconds: u64) -> String {
    let is_leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    // 9999 is the last year of four digits.
    let mut days = (seconds / 86_400).min(2_932_896);
    let mut year = 1970;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests;
