//! The index of the names that known facts have in listings of devices: nearly all facts are about
//! devices that a host does not have.

use std::io;

use crate::stanzas::stanzas;
use crate::trigrams::hashes;

/// The shortest name that counts in a listing, in bytes: shorter ones are also parts of others.
const SHORTEST: usize = 5;

/// The first run of three bytes of each name, with the place of the fact among all of the files, in
/// this order, as Rust.
pub(crate) fn index(files: &[String], groups: &str) -> io::Result<String> {
    let groups = stanzas(groups);
    let mut index: Vec<(Option<u16>, u16)> = Vec::new();
    let facts = files.iter().flat_map(|text| stanzas(text));
    for (at, fact) in facts.enumerate() {
        let value = |key: &str| {
            let found = fact.iter().find(|(own, _)| *own == key);
            found.map_or("", |(_, value)| value)
        };
        if !matches!(value("scope"), "" | "host") {
            continue;
        }
        let at = u16::try_from(at).map_err(io::Error::other)?;
        for item in value("name")
            .split(" | ")
            .filter(|name| !name.contains(" + "))
        {
            let group = item.strip_prefix('@').map(|group| {
                let of_group = groups
                    .iter()
                    .find(|stanza| stanza.contains(&("group", group.into())));
                let words =
                    of_group.and_then(|stanza| stanza.iter().find(|(key, _)| *key == "words"));
                words.map_or("", |(_, words)| words)
            });
            let names = group.unwrap_or(item).split(" | ");
            let names = names.map(|name| name.trim_end_matches('*'));
            for name in names.filter(|name| name.len() >= SHORTEST) {
                let hash = hashes(name).next().and_then(|hash| hash.try_into().ok());
                index.push((hash, at));
            }
        }
    }
    index.sort_unstable();
    index.dedup();
    Ok(format!("&{index:?}\n"))
}
