//! The corpus of the fuzz targets, replayed: inputs that were made by hand, those that
//! once broke a reader, and both of them cut and changed.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use passthru_invariants::{ALL, Check};

/// The inputs of each check, with what they are called.
fn corpus() -> Vec<(Check, String, Vec<u8>)> {
    let mut all = Vec::new();
    for (name, check) in ALL {
        let entries = fs::read_dir(folder().join(name)).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).unwrap();
            all.push((*check, path.display().to_string(), bytes));
        }
    }
    all
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Names the input of a check that panics or is slow.
fn run(check: Check, what: &str, bytes: &[u8]) {
    let began = Instant::now();
    let held = std::panic::catch_unwind(|| check(bytes));
    assert!(held.is_ok(), "{what}: {}", bytes.escape_ascii());
    let taken = began.elapsed();
    assert!(taken < Duration::from_secs(20), "{what}: {taken:?}");
}

#[test]
fn each_check_has_a_target_and_a_corpus() {
    let names = |folder: PathBuf| {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        names.sort();
        names
    };
    let expected: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(names(folder()), expected);
    let targets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/targets");
    assert_eq!(names(targets), expected);
    for name in expected {
        assert!(!names(folder().join(name)).is_empty(), "{name}");
    }
}

#[test]
fn the_corpus_satisfies_all_invariants() {
    for (check, what, bytes) in corpus() {
        run(check, &what, &bytes);
    }
}

#[test]
fn and_of_what_is_near_to_it() {
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let mut below = |most: usize| random.below(most.max(1));
    let salt = b"0123456789abcdef:.,;=[](){}<>/\\|\"' \t\n\r#$&-_\0\xff\xe3\x80";
    for (check, what, whole) in corpus() {
        for _ in 0..6 {
            let mut bytes = whole.clone();
            for _ in 0..=below(6) {
                let (at, other) = (below(bytes.len()), below(bytes.len()));
                let value = salt.get(below(salt.len())).copied().unwrap_or_default();
                match below(4) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, value),
                    2 => drop(bytes.drain(at.min(other)..at.max(other).min(at.min(other) + 40))),
                    _ => bytes.get_mut(at).into_iter().for_each(|byte| *byte = value),
                }
            }
            run(check, &what, &bytes);
        }
    }
}
