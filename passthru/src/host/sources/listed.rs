//! A function as most listings show it.

use host_tree::{Located, Lookup};
use pci_core::listing::ListedFunction;

use crate::host::model::{Entry, Source, Value};

/// The entry of one function in a listing. Only the IDs of Linux programs are certain: classes are
/// printed by name, and records may be cut.
pub(super) fn entry(source: Source, text: &str, found: &ListedFunction) -> Entry {
    let is_sure = source != Source::LinuxListing;
    let mut entry = Entry::listed(found.address.value, source, found.address.evidence(text));
    if let Some(id) = found.id() {
        entry.see_at(Value::Id(id.value), id.evidence(text));
    }
    fn fact<T: Copy>(
        found: Option<&Located<T>>,
        text: &str,
        value: impl Fn(T) -> Value,
    ) -> Option<(Value, host_tree::Evidence)> {
        found.map(|found| (value(found.value), found.evidence(text)))
    }
    for (value, line) in [
        fact(found.class.as_ref(), text, Value::Class),
        fact(found.subsystem.as_ref(), text, Value::Subsystem),
    ]
    .into_iter()
    .flatten()
    {
        if is_sure {
            entry.see_at(value, line);
        } else {
            entry.suppose(value, Some(line));
        }
    }
    if let Some(revision) = found.revision.map(Value::Revision) {
        if is_sure {
            entry.see(Some(revision));
        } else {
            entry.suppose(revision, None);
        }
    }
    entry.see(found.name.clone().map(Value::Name));
    match &found.driver {
        Lookup::Found(driver) => {
            let value = Value::Driver(Some(driver.value.clone()));
            entry.see_at(value, driver.evidence(text));
        }
        Lookup::Absent => entry.see(Some(Value::Driver(None))),
        _ => {}
    }
    entry
}
