//! Dumps to print, and the names that they need.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pci_core::lspci::dump;
use pci_core::lspci::dump::DumpedFunction;

/// All names.
pub(crate) const TEXT: &str = include_str!("../../data/pci.ids");

/// The folder of the dumps that are part of the tests.
pub(crate) fn dumps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dumps")
}

/// A dump.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) functions: Vec<DumpedFunction>,
}

/// All dumps of a folder.
pub(crate) fn samples(folder: &Path) -> Vec<Sample> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let is_sample = |path: &PathBuf| {
        path.is_file() && path.extension().is_none_or(|extension| extension == "txt")
    };
    let mut files: Vec<PathBuf> = files.filter(is_sample).collect();
    files.sort();
    let sample = |path: PathBuf| {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let functions =
            dump::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Sample {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            path,
            functions,
        }
    };
    files.into_iter().map(sample).collect()
}

/// The part of pci.ids that these dumps need: reading all of it is most of what
/// `lspci` does.
pub(crate) fn ids(samples: &[Sample]) -> String {
    let mut wanted = BTreeSet::new();
    for function in samples.iter().flat_map(|sample| &sample.functions) {
        let space = function.config.space();
        // Whatever may be an id: those of subsystems are in several places.
        for at in (0..space.len()).step_by(2) {
            wanted.extend(space.word(at));
        }
    }
    wanted.insert(0xffff);
    let is_wanted = |digits: Option<&str>| {
        digits
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .is_some_and(|id| wanted.contains(&id))
    };
    let mut text = String::new();
    let (mut vendor, mut device, mut classes) = (false, false, false);
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        classes |= line.starts_with("C ");
        let keep = if classes {
            true
        } else if let Some(line) = line.strip_prefix("\t\t") {
            vendor && device && is_wanted(line.get(..4)) && is_wanted(line.get(5..9))
        } else if let Some(line) = line.strip_prefix('\t') {
            device = is_wanted(line.get(..4));
            vendor && device
        } else {
            vendor = is_wanted(line.get(..4));
            vendor
        };
        if keep {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// A folder that is gone when it is dropped.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("pci-core-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
