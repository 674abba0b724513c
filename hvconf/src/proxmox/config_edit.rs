//! Changes of a configuration, each with its reason.

use super::pass_plan::{Change, Note, PassError};
use super::vm_config::{Key, SectionKind, Value, VmConfig};

/// A configuration that is edited, and what was changed in it.
pub(super) struct Edit {
    pub(super) config: VmConfig,
    pub(super) changes: Vec<Change>,
}

impl Edit {
    /// The edit of `text`.
    ///
    /// # Errors
    /// When a task holds the machine.
    pub(super) fn of(text: &str) -> Result<Self, PassError> {
        let config = VmConfig::parse(text);
        if let Some(lock) = config.lock() {
            return Err(PassError::Locked {
                lock: lock.value.to_owned(),
                line: lock.line,
            });
        }
        Ok(Self {
            config,
            changes: Vec::new(),
        })
    }

    pub(super) fn set(&mut self, key: &str, value: &str, why: &str) -> Result<(), PassError> {
        if self
            .config
            .get(key)
            .is_some_and(|entry| entry.value == value)
        {
            return Ok(());
        }
        self.config.set(&key.parse()?, &value.parse::<Value>()?);
        self.changes.push(Change {
            what: format!("{key}: {value}"),
            why: why.to_owned(),
        });
        Ok(())
    }

    pub(super) fn unset(&mut self, key: &Key, why: &str) {
        self.config.unset(key);
        self.changes.push(Change {
            what: format!("delete {key}"),
            why: why.to_owned(),
        });
    }

    /// Keys that were changed and that `[PENDING]` of the text `shown` changes too.
    pub(super) fn pending_overrides(&self, shown: &str) -> Vec<Note> {
        let changed = |key: &str| {
            let names = |change: &Change| {
                let what = change.what.strip_prefix("delete ").unwrap_or(&change.what);
                what.split(':').next() == Some(key)
            };
            self.changes.iter().any(names)
        };
        let shown = VmConfig::parse(shown);
        let sections = shown.sections();
        let pending = sections
            .iter()
            .filter(|section| section.kind == SectionKind::Pending);
        let mut notes = Vec::new();
        for entry in pending.flat_map(|section| &section.entries) {
            // `delete: a,b` lists keys that the next start removes.
            let keys: Vec<&str> = match entry.key {
                "delete" => entry.value.split(',').map(str::trim).collect(),
                key => vec![key],
            };
            let overrides = keys.into_iter().filter(|key| changed(key));
            notes.extend(overrides.map(|key| Note::PendingOverrides {
                key: key.to_owned(),
                line: entry.line,
            }));
        }
        notes
    }
}
