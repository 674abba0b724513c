//! Verifies all ROMs of a directory, and compares the images with those of rom-parser.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::rom_cards::OwnCards;
use testkit::files_below;
use vbios::verify::Target;
use vbios::{Rom, rom_parser, verify};

/// Totals of all files.
#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    time: Duration,
    with_images: usize,
    /// Number of files with a finding, by code.
    codes: BTreeMap<&'static str, usize>,
    /// Number of files by consumer and answer.
    accepted: BTreeMap<String, usize>,
    own_cards: OwnCards,
    /// Files whose rom-parser text differs from the original's.
    other_text: Vec<String>,
    /// Files in which rom-parser finds other images.
    other_images: Vec<String>,
    /// Files that crash rom-parser.
    killed: Vec<String>,
}

/// Reads all files below `directory`.
pub(crate) fn run(directory: &Path) -> Result<String, Box<dyn Error>> {
    let files = files_below(directory, "")?;
    let program = std::env::var_os("ROM_PARSER").unwrap_or_else(|| "rom-parser".into());
    let program = Command::new(&program).output().is_ok().then_some(program);
    let mut tally = Tally::default();
    for file in &files {
        one(file, program.as_ref(), &mut tally)?;
    }
    let text = tally.text(program.is_some());
    if tally.own_cards.too_many_false_alarms() {
        return Err(format!("{text}\nmore than 1 % of the files have a false alarm").into());
    }
    Ok(text)
}

fn one(path: &Path, program: Option<&OsString>, tally: &mut Tally) -> Result<(), Box<dyn Error>> {
    let file = fs::read(path)?;
    let start = Instant::now();
    let rom = Rom::parse(&file);
    let report = verify(&rom, &file, &Target::default());
    tally.time += start.elapsed();
    tally.files += 1;
    tally.bytes += file.len();
    tally.with_images += usize::from(!rom.images.is_empty());
    tally.own_cards.add(path, &rom, &file);
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        *tally.codes.entry(code).or_default() += 1;
    }
    for answer in report.answers {
        let key = format!("{} {}", answer.consumer, answer.acceptance.word());
        *tally.accepted.entry(key).or_default() += 1;
    }
    let Some(program) = program else {
        return Ok(());
    };
    let name = path.display().to_string();
    let ours = rom_parser(&file);
    // rom-parser opens the file for writing: it gets a copy.
    let copy = std::env::temp_dir().join(format!("passthru-roms-{}", std::process::id()));
    fs::copy(path, &copy)?;
    let theirs = Command::new(program).arg(&copy).output();
    fs::remove_file(&copy)?;
    let theirs = theirs?;
    if theirs.status.code().is_none() {
        tally.killed.push(name);
        return Ok(());
    }
    let mut text = String::new();
    for byte in &theirs.stdout {
        match byte {
            b'\n' | b'\t' => text.push(char::from(*byte)),
            byte => text.push_str(&[*byte].escape_ascii().to_string()),
        }
    }
    if text != ours.text || theirs.status.success() != ours.success {
        tally.other_text.push(name.clone());
    }
    let places: Vec<String> = rom
        .images
        .iter()
        .map(|image| format!("@{:x}h", image.offset))
        .collect();
    let seen: Vec<&str> = text
        .split_whitespace()
        .filter_map(|word| word.strip_suffix(','))
        .filter(|word| word.starts_with('@'))
        .collect();
    if places != seen {
        let line = format!(
            "{name}: rom-parser {}, here {}",
            seen.join(" "),
            places.join(" ")
        );
        tally.other_images.push(line);
    }
    Ok(())
}

impl Tally {
    fn text(&self, compared: bool) -> String {
        let mut text = format!(
            "{} files, {} bytes, {} with images; parsed and verified in {:?}\n",
            self.files, self.bytes, self.with_images, self.time
        );
        for (key, count) in &self.accepted {
            let _ = writeln!(text, "{count:6} {key}");
        }
        for (code, count) in &self.codes {
            let _ = writeln!(text, "{count:6} {code}");
        }
        text.push_str(&self.own_cards.text());
        if !compared {
            text.push_str("rom-parser is not installed: nothing compared");
            return text;
        }
        for (what, names) in [
            ("rom-parser prints another text for", &self.other_text),
            ("rom-parser is killed by", &self.killed),
            ("rom-parser sees other images in", &self.other_images),
        ] {
            let _ = writeln!(text, "{what} {} files", names.len());
            for name in names {
                let _ = writeln!(text, "       {}", name.escape_debug());
            }
        }
        text
    }
}
