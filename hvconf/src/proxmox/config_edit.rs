//! Changes of a configuration, each with its reason.

use super::assignment_plan::{Change, Note};
use super::property::boolean;
use super::vm_config::{ConfigValue, Key, SectionKind, VmConfig};
use crate::emitted::Versions;
use crate::error::{Cause, Error};

/// A configuration that is edited, and what was changed in it.
pub(super) struct Edit {
    pub(super) config: VmConfig,
    pub(super) changes: Vec<Change>,
}

impl Edit {
    /// The edit of `text`.
    ///
    /// # Errors
    /// When a task holds the machine, or it is a template.
    pub(super) fn of(text: &str) -> Result<Self, Error> {
        let config = VmConfig::parse(text);
        if let Some(lock) = config.lock() {
            return Err(Cause::Locked {
                lock: lock.value.to_owned(),
            }
            .at(lock.line));
        }
        let template = config.get("template");
        if let Some(template) = template.filter(|entry| boolean(entry.value) == Some(true)) {
            let line = template.line;
            return Err(Cause::Template.at(line));
        }
        Ok(Self {
            config,
            changes: Vec::new(),
        })
    }

    pub(super) fn set(&mut self, key: &str, value: &str, why: &str) -> Result<(), Error> {
        if self
            .config
            .get(key)
            .is_some_and(|entry| entry.value == value)
        {
            return Ok(());
        }
        self.config
            .set(&key.parse()?, &value.parse::<ConfigValue>()?);
        let what = format!("{key}: {value}");
        let versions = versions(key, value);
        let is_of_key = |change: &&mut Change| {
            let rest = change.what.strip_prefix(key);
            rest.is_some_and(|rest| rest.starts_with(':'))
        };
        match self.changes.iter_mut().find(is_of_key) {
            // The line as it is at last, with all reasons.
            Some(change) => {
                change.what = what;
                change.versions = versions;
                if !change.reason.contains(why) {
                    change.reason = format!("{}; {why}", change.reason);
                }
            }
            None => self.changes.push(Change {
                what,
                reason: why.to_owned(),
                versions,
            }),
        }
        Ok(())
    }

    pub(super) fn unset(&mut self, key: &Key, why: &str) {
        self.config.unset(key);
        self.changes.push(Change {
            what: format!("delete {key}"),
            reason: why.to_owned(),
            versions: None,
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

/// From which version on a value is understood, where that is not each one that is kept
/// up (qemu-server's changelog).
fn versions(key: &str, value: &str) -> Option<Versions> {
    let has = |option: &str| value.split(',').any(|part| part.starts_with(option));
    let from = match key {
        "cpu" if has("hv-vendor-id=") => "6.2",
        "hugepages" => "4.4",
        _ if !key.starts_with("hostpci") => return None,
        _ if has("driver=") => "9.1",
        _ if has("mapping=") => "8.0",
        _ if has("vendor-id=") || has("device-id=") || has("sub-") => "7.2",
        _ => return None,
    };
    Some(Versions::from("Proxmox VE", from))
}
