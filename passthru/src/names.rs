//! Names of IDs: passthru's database, or the system's if it is newer.
//!
//! A [`Host`](crate::Host) has passthru's database until its caller selects another one:
//! [`Host::with_names`](crate::Host::with_names). The command selects the newest of the machine
//! that runs it; the examined host, such as that of a snapshot, has no effect.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use pci_core::names::{LoadedNames, SYSTEM_PATHS, version_of};
use pci_core::notation::{self, DynamicId, HardwareId, InstanceId};
use pci_core::{ClassCode, Modalias, Names, PciId, SubsystemId, VendorId};

use list_order::Order as _;

/// Over ten times the current size of the database.
const LARGEST: u64 = 16 << 20;

/// A database of names: passthru's, or one that was read. Cheap to clone.
///
/// ```
/// use passthru::names::NameDatabase;
/// let names = NameDatabase::embedded();
/// assert_eq!(names.names().vendor("10de".parse()?), Some("NVIDIA Corporation"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NameDatabase(Option<Arc<OnceLock<Option<Loaded>>>>);

#[derive(Debug)]
struct Loaded {
    names: LoadedNames,
    /// The file, if known.
    path: Option<&'static str>,
}

impl NameDatabase {
    /// The database in passthru.
    #[must_use]
    pub const fn embedded() -> Self {
        Self(None)
    }

    /// The system's database if it is newer than passthru's, otherwise that. A missing or
    /// unreadable file is ignored. The files are read for the first name.
    #[must_use]
    pub fn newest() -> Self {
        Self(Some(Arc::default()))
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        match self.loaded() {
            Some(loaded) => loaded.names.names(),
            None => Names::embedded(),
        }
    }

    /// The database that is not passthru's.
    fn loaded(&self) -> Option<&Loaded> {
        let found = || {
            let (path, names) = newest(&SYSTEM_PATHS, Names::embedded().version())?;
            let path = Some(path);
            Some(Loaded { names, path })
        };
        self.0.as_ref()?.get_or_init(found).as_ref()
    }

    /// The version and the age for people: `pci.ids 2026.10.24 of this program (27 days old)`.
    #[must_use]
    pub fn origin(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let today = now.map_or(0, |now| now.as_secs() / (24 * 60 * 60));
        let place = match self.loaded() {
            Some(loaded) => loaded.path,
            None => Some("this program"),
        };
        described(
            self.names(),
            place,
            u32::try_from(today).unwrap_or(u32::MAX),
        )
    }
}

impl From<LoadedNames> for NameDatabase {
    fn from(names: LoadedNames) -> Self {
        let path = None;
        Self(Some(Arc::new(Some(Loaded { names, path }).into())))
    }
}

/// The newest database among `paths` that is newer than `version`. Of the others just
/// the head is read.
fn newest<'p>(paths: &[&'p str], version: &str) -> Option<(&'p str, LoadedNames)> {
    let mut newer: Vec<(String, &str)> = paths
        .iter()
        .filter_map(|path| {
            let head = read(Path::new(path), 1024)?;
            let found = version_of(&head)?;
            (found > version).then(|| (found.to_owned(), *path))
        })
        .collect();
    // Of equal ones, the first has priority.
    newer.order_by(|a, b| b.0.cmp(&a.0));
    newer.into_iter().find_map(|(_, path)| {
        let loaded = LoadedNames::parse(read(Path::new(path), LARGEST)?).ok()?;
        Some((path, loaded))
    })
}

fn read(path: &Path, most: u64) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    // The head of a file with one call.
    let mut bytes = Vec::with_capacity(1024);
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// A request for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameQuery {
    /// A function, and its card if the ID includes it: `10de:2d04`, `10de:2d04:10b0:205e`, a
    /// modalias, a Windows hardware ID.
    Function(PciId, Option<SubsystemId>),
    /// A vendor that has a name: `10de`.
    Vendor(VendorId),
    /// A class that has one: `0300`, `0x030000`.
    Class(ClassCode),
    /// A base class that has one, by two digits: `03`.
    BaseClass(u8),
    /// Words of a name.
    Words,
}

impl NameQuery {
    /// Parses `words` as a request to `names`. Four digits are a vendor if one has them, otherwise
    /// a class.
    #[must_use]
    pub fn of(names: Names<'_>, words: &str) -> Self {
        if let Ok(id) = notation::id(words) {
            return Self::Function(id, subsystem(words.trim()));
        }
        if let Ok(known) = words.trim().parse::<DynamicId>() {
            return Self::Function(known.id, subsystem(words.trim()));
        }
        let vendor = words.parse().ok().filter(|id| names.vendor(*id).is_some());
        let is_named = |class: &ClassCode| names.class(class.base, class.sub).is_some();
        match (vendor, words.parse().ok().filter(is_named)) {
            (Some(vendor), _) => Self::Vendor(vendor),
            (None, Some(class)) => Self::Class(class),
            (None, None) => base_class(names, words.trim()).map_or(Self::Words, Self::BaseClass),
        }
    }
}

/// The base class of two digits.
fn base_class(names: Names<'_>, words: &str) -> Option<u8> {
    let digits = words.strip_prefix("0x").unwrap_or(words);
    let base = u8::from_str_radix(digits, 16).ok()?;
    (digits.len() == 2 && names.base_class(base).is_some()).then_some(base)
}

/// The classes of a base class that have names.
pub(crate) fn classes_of(names: Names<'_>, base: u8) -> impl Iterator<Item = ClassCode> {
    let classes = (0..=u8::MAX).map(move |sub| ClassCode::new(base, sub, None));
    classes.filter(move |class| names.class(class.base, class.sub).is_some())
}

/// The card in the spelling of an id that has one.
fn subsystem(text: &str) -> Option<SubsystemId> {
    if let Ok(known) = text.parse::<DynamicId>() {
        return Some((known.subvendor?, known.subdevice?).into());
    }
    if let Ok(modalias) = text.parse::<Modalias>() {
        // The kernel's form for a missing ID.
        return Some(modalias.subsystem()).filter(|card| *card != SubsystemId::new(0, 0));
    }
    match text.parse() {
        Ok(InstanceId { hardware, .. }) => hardware.subsystem,
        Err(_) => text.parse::<HardwareId>().ok()?.subsystem,
    }
}

fn described(names: Names<'_>, place: Option<&str>, today: u32) -> String {
    let version = names.version();
    let place = place
        .map(|place| format!(" of {place}"))
        .unwrap_or_default();
    let age = match names.age_in_days(today) {
        Some(0) => " (of today)".to_owned(),
        Some(1) => " (1 day old)".to_owned(),
        Some(days) if days < 2 * 365 => format!(" ({days} days old)"),
        Some(days) => format!(" ({} years old)", days / 365),
        // A clock that was never set.
        None => String::new(),
    };
    format!("pci.ids {version}{place}{age}")
}

#[cfg(test)]
mod tests;
