//! The public API of the crates, from `docs/api`: each type has a name of its own in its crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::command::top;

/// The crates, each with its public items, one per line.
pub(crate) fn crates() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(top().join("docs/api")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        all.push((name, fs::read_to_string(path).unwrap()));
    }
    assert!(all.len() > 7, "{}", all.len());
    all.sort();
    all
}

/// The path of the item of a line: without its attributes, keyword, generics and signature.
pub(crate) fn path(line: &str) -> Option<&str> {
    let item = line.split_once("pub ")?.1;
    let words = [
        "const ", "unsafe ", "fn ", "struct ", "enum ", "trait ", "type ", "mod ", "static ",
    ];
    let mut item = item;
    while let Some(rest) = words.iter().find_map(|word| item.strip_prefix(word)) {
        item = rest;
    }
    let end = |(at, c): (usize, char)| {
        let is_path = c.is_alphanumeric() || c == '_' || item[at..].starts_with("::");
        let is_second = c == ':' && item[..at].ends_with(':');
        (!is_path && !is_second).then_some(at)
    };
    let end = item.char_indices().find_map(end).unwrap_or(item.len());
    Some(&item[..end])
}

/// The types of a crate, each name with the fields, variants and functions of each path that has it.
fn types(text: &str) -> BTreeMap<&str, Vec<BTreeSet<String>>> {
    let mut types: BTreeMap<&str, Vec<BTreeSet<String>>> = BTreeMap::new();
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    for line in text
        .lines()
        .filter(|line| kinds.iter().any(|kind| line.contains(kind)))
    {
        let Some((module, name)) = path(line).and_then(|path| path.rsplit_once("::")) else {
            continue;
        };
        // `Err`, `Output` and the like of an implementation.
        let owner = module.rsplit("::").next().unwrap_or_default();
        if owner.starts_with(char::is_uppercase) {
            continue;
        }
        let whole = format!("{module}::{name}");
        let members = text.lines().filter_map(|line| {
            let rest = path(line)?.strip_prefix(&whole)?.strip_prefix("::")?;
            Some(rest.to_owned())
        });
        types.entry(name).or_default().push(members.collect());
    }
    types
}

#[test]
fn each_type_of_a_crate_has_a_name_of_its_own() {
    let mut wrong = Vec::new();
    for (name, text) in crates() {
        for (homonym, paths) in types(&text) {
            // The second path of a type lists some of its members.
            let whole = paths.iter().max_by_key(|members| members.len()).unwrap();
            if !paths.iter().all(|members| members.is_subset(whole)) {
                wrong.push(format!("{name}: {homonym} has {} meanings", paths.len()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The types that the file declares.
fn declared(text: &str) -> BTreeSet<&str> {
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    let types = text
        .lines()
        .filter(|line| kinds.iter().any(|kind| line.contains(kind)));
    let uses = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub use "));
    types.filter_map(path).chain(uses).collect()
}

#[test]
fn each_type_of_a_signature_can_be_named() {
    let is_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut wrong = BTreeSet::new();
    for (name, text) in crates() {
        let declared = declared(&text);
        let start = format!("{}::", name.replace('-', "_"));
        let words = text.split(|c| !is_of_path(c));
        let words = words.map(|word| word.trim_end_matches(':'));
        for used in words.filter(|word| word.starts_with(&start)) {
            // An item of a type is its path, and a word in capitals a constant.
            let is_type = |name: &str| {
                name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
            };
            let mut end = 0;
            let found = used.split("::").find_map(|part| {
                end += part.len() + 2;
                is_type(part).then(|| &used[..end - 2])
            });
            if let Some(found) = found.filter(|found| !declared.contains(found)) {
                wrong.insert(found.to_owned());
            }
        }
    }
    assert!(wrong.is_empty(), "no public path: {wrong:#?}");
}

/// The structs of `passthru` that callers fill in: a field more is a new release of the API.
const FILLED_IN: [&str; 8] = [
    "passthru::conversion::ConversionInput",
    "passthru::doctor::Question",
    "passthru::guest_setup::GuestSetupRequest",
    "passthru::page::PageRequest",
    "passthru::plan::LookingGlass",
    "passthru::plan::Request",
    "passthru::predicted::PredictionRequest",
    "passthru::render::Style",
];

#[test]
fn documents_can_have_more_fields_and_variants() {
    let crates = crates();
    let (_, text) = crates.iter().find(|(name, _)| name == "passthru").unwrap();
    let open: BTreeSet<&str> = text
        .lines()
        .filter(|line| line.starts_with("pub struct ") || line.starts_with("pub enum "))
        .filter_map(path)
        .filter(|whole| {
            let start = format!("pub {whole}::");
            text.lines().any(|line| line.starts_with(&start))
        })
        .collect();
    assert_eq!(open, BTreeSet::from(FILLED_IN));
}

#[test]
fn paths_of_items_are_read() {
    for (line, found) in [
        (
            "#[non_exhaustive] pub struct hvconf::qemu::Files",
            "hvconf::qemu::Files",
        ),
        (
            "pub const fn hvconf::Error::kind(&self) -> hvconf::ErrorKind",
            "hvconf::Error::kind",
        ),
        ("pub hvconf::Kind::Two(u8)", "hvconf::Kind::Two"),
        (
            "pub passthru::Finding::code: &'static str",
            "passthru::Finding::code",
        ),
        ("pub struct vbios::Rom<'a>", "vbios::Rom"),
    ] {
        assert_eq!(path(line), Some(found));
    }
}
