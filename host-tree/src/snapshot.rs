//! A snapshot: one JSON file with everything that was read of a host.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::{Cause, Result, schema_error};
use super::lookup::{CommandText, Listing};
use super::memory::{Entry, MemoryTree, acceptable};

/// Value of `schema` in snapshots of this version.
const SCHEMA: &str = "passthru-snapshot/1";

/// The JSON form of a snapshot. Texts are readable, so that users can review the file before they
/// share it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    complete: bool,
    entries: BTreeMap<String, Stored>,
    commands: Vec<StoredText>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    /// A file whose bytes are UTF-8.
    Text(String),
    /// A file whose bytes are not UTF-8, in hexadecimal.
    Bytes(String),
    Link(String),
    Directory {
        names: Vec<String>,
        complete: bool,
    },
    Absent,
    Unreadable(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredText {
    command: String,
    text: String,
    /// A text with prose or typed commands, and no output alone.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pasted: bool,
}

impl MemoryTree {
    /// Serializes the tree as a snapshot: JSON with sorted entries, so that the same tree yields
    /// the same bytes.
    ///
    /// # Errors
    ///
    /// Any error of the JSON writer; a tree in memory causes none.
    pub fn to_snapshot(&self) -> Result<String> {
        let mut entries = BTreeMap::new();
        let own = self.entries.iter();
        entries.extend(own.map(|(path, entry)| (path.clone(), stored(entry))));
        let document = Document {
            schema: SCHEMA.to_owned(),
            complete: self.complete,
            entries,
            commands: self
                .texts
                .iter()
                .map(|text| StoredText {
                    command: text.command.clone(),
                    text: text.text.clone(),
                    pasted: !text.is_output,
                })
                .collect(),
        };
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }

    /// Parses a snapshot.
    ///
    /// # Errors
    ///
    /// If it is cut short, of another version, or not a snapshot; the error has the line and
    /// column.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| schema_error(bytes, SCHEMA, error))?;
        if document.schema != SCHEMA {
            return Err(Cause::Schema {
                expected: SCHEMA,
                found: document.schema,
            }
            .into());
        }
        let mut tree = Self {
            complete: document.complete,
            ..Self::default()
        };
        for (path, stored) in document.entries {
            if !acceptable(&path) {
                return Err(Cause::Path(path).into());
            }
            let entry = entry(&path, stored)?;
            tree.insert(&path, entry);
        }
        tree.texts = document
            .commands
            .into_iter()
            .map(|text| CommandText {
                command: text.command,
                text: text.text,
                is_output: !text.pasted,
            })
            .collect();
        Ok(tree)
    }
}

fn stored(entry: &Entry) -> Stored {
    match entry {
        Entry::File(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Stored::Text(text.to_owned()),
            Err(_) => Stored::Bytes(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        },
        Entry::Link(target) => Stored::Link(target.clone()),
        Entry::Directory(listing) => Stored::Directory {
            names: listing.names.clone(),
            complete: listing.complete,
        },
        Entry::Absent => Stored::Absent,
        Entry::Unreadable(reason) => Stored::Unreadable(reason.clone()),
    }
}

fn entry(path: &str, stored: Stored) -> Result<Entry> {
    Ok(match stored {
        Stored::Text(text) => Entry::File(text.into_bytes()),
        Stored::Bytes(digits) => {
            let bytes = from_hex(&digits).ok_or_else(|| Cause::Bytes(path.to_owned()))?;
            Entry::File(bytes)
        }
        Stored::Link(target) => Entry::Link(target),
        Stored::Directory { names, complete } => Entry::Directory(Listing { names, complete }),
        Stored::Absent => Entry::Absent,
        Stored::Unreadable(reason) => Entry::Unreadable(reason),
    })
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    if digits.len() % 2 != 0 {
        return None;
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let high = char::from(*pair.first()?).to_digit(16)?;
            let low = char::from(*pair.get(1)?).to_digit(16)?;
            u8::try_from(high << 4 | low).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, HostTree, Lookup};

    fn sample() -> MemoryTree {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/proc/cmdline", "quiet\n");
        tree.insert_file("/sys/rom", vec![0x55, 0xaa, 0xff]);
        tree.insert_link("/sys/driver", "../vfio-pci");
        tree.insert_absent("/etc/kernel/cmdline");
        tree.insert_unreadable("/sys/config", "permission denied");
        let names = vec!["a.conf".to_owned()];
        tree.insert_listing(
            "/etc/modprobe.d",
            &Listing {
                names,
                complete: true,
            },
        );
        tree.insert_text("lspci -nn", "01:00.0 ...\n");
        tree
    }

    #[test]
    fn a_snapshot_reads_back_as_the_same_tree() {
        let text = sample().to_snapshot().unwrap();
        assert_eq!(
            MemoryTree::from_snapshot(text.as_bytes()).unwrap(),
            sample()
        );
    }

    #[test]
    fn a_named_file_that_was_not_read_is_not_shown() {
        assert_eq!(sample().read("/etc/modprobe.d/a.conf"), Lookup::NotShown);
        assert_eq!(sample().read("/etc/modprobe.d/b.conf"), Lookup::Absent);
    }

    #[test]
    fn a_cut_snapshot_is_an_error_with_its_line() {
        let text = sample().to_snapshot().unwrap();
        for cut in 0..text.len() - 2 {
            let error = MemoryTree::from_snapshot(&text.as_bytes()[..cut]).unwrap_err();
            assert!(error.to_string().contains("line"), "{cut}: {error}");
        }
        let other = text.replace("snapshot/1", "snapshot/9");
        let kind = |text: &str| MemoryTree::from_snapshot(text.as_bytes()).map_err(|e| e.kind());
        assert_eq!(kind(&other), Err(ErrorKind::Schema));
        let up = text.replace("/proc/cmdline", "/../proc/cmdline");
        assert_eq!(kind(&up), Err(ErrorKind::Path));
    }
}
