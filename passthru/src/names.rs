//! Which names are shown: this program's own, or the system's where those are newer.
//!
//! Names are for whoever reads the output, so it is the machine that the command runs
//! on whose database counts, not the one of the host that is looked at: a snapshot or
//! a directory of another host changes nothing here.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use pci_core::Names;
use pci_core::names::{LoadedNames, SYSTEM_PATHS, version_of};

static SYSTEM: OnceLock<(&'static str, LoadedNames)> = OnceLock::new();

/// More than ten times what the database has grown to.
const LARGEST: u64 = 16 << 20;

/// The names that are shown: this program's own until [`use_newer`] finds newer ones.
#[must_use]
pub fn names() -> Names<'static> {
    match SYSTEM.get() {
        Some((_, loaded)) => loaded.names(),
        None => Names::embedded(),
    }
}

/// Takes the system's database where it is newer than this program's own, for the rest
/// of the process. A file that is not there, or cannot be read, is passed over: names
/// are a help for reading and nothing rests on them.
pub fn use_newer() {
    if SYSTEM.get().is_none() {
        if let Some(found) = newest(&SYSTEM_PATHS, Names::embedded().version()) {
            // Another thread was faster, with the same file.
            let _ = SYSTEM.set(found);
        }
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
    // The first of equals stays first.
    newer.sort_by(|a, b| b.0.cmp(&a.0));
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
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Which database it is, for people: `pci.ids 2026.10.24 of this program, 27 days old`.
#[must_use]
pub fn origin() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let today = now.map_or(0, |now| now.as_secs() / (24 * 60 * 60));
    let path = SYSTEM.get().map(|(path, _)| *path);
    told(names(), path, u32::try_from(today).unwrap_or(u32::MAX))
}

fn told(names: Names<'_>, path: Option<&str>, today: u32) -> String {
    let version = names.version();
    let place = path.unwrap_or("this program");
    let age = match names.age_in_days(today) {
        Some(0) => ", of today".to_owned(),
        Some(1) => ", 1 day old".to_owned(),
        Some(days) if days < 2 * 365 => format!(", {days} days old"),
        Some(days) => format!(", {} years old", days / 365),
        // A clock that was never set.
        None => String::new(),
    };
    format!("pci.ids {version} of {place}{age}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_newest_readable_database_is_taken() {
        let folder = std::env::temp_dir().join(format!("passthru-names-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let older = path("older", "# Version: 2023.04.10\n10de  Old\n");
        let newer = path("newer", "# Version: 2027.01.01\n10de  New\n");
        let newest_path = path("newest", "# Version: 2027.01.02\n10de  Newest\n");
        let broken = path("broken", "# Version: 2028.01.01\n10de\n");
        let missing = folder.join("missing").to_str().unwrap().to_owned();
        let folder_path = folder.to_str().unwrap().to_owned();
        let paths = [
            &missing,
            &folder_path,
            &older,
            &newer,
            &broken,
            &newest_path,
        ];
        let paths = paths.map(String::as_str);
        let (found, loaded) = newest(&paths, "2026.10.24").unwrap();
        assert_eq!(found, newest_path);
        let nvidia = pci_core::VendorId::NVIDIA;
        assert_eq!(loaded.names().vendor(nvidia), Some("Newest"));
        assert!(newest(&paths, "2027.01.02").is_none());
        assert!(newest(&[&older, &broken], "2026.10.24").is_none());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_age_is_said_in_days_then_years() {
        let loaded = LoadedNames::parse(b"# Version: 2026.10.24\n".to_vec()).unwrap();
        let says = |today| told(loaded.names(), Some("/x"), today);
        assert_eq!(says(20_750), "pci.ids 2026.10.24 of /x, of today");
        assert_eq!(says(20_777), "pci.ids 2026.10.24 of /x, 27 days old");
        assert_eq!(says(20_750 + 1100), "pci.ids 2026.10.24 of /x, 3 years old");
        assert_eq!(says(0), "pci.ids 2026.10.24 of /x");
    }
}
