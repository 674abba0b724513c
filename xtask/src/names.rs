//! `cargo xtask names`: the compact form of the pci.ids database.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pci_core::names::{Database, head_and_pool};

/// The blob is in two files; see `pci_core::names`.
const HEAD: &str = "pci.ids.head";
const POOL: &str = "pci.ids.pool";

/// Where the text, the blob and the note on both are.
pub(crate) fn data_folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "pci-core", "data"]
        .iter()
        .collect()
}

/// Writes the blob; first reads the text at `newer`, if given. An invalid text writes nothing.
pub(crate) fn make(folder: &Path, newer: Option<&Path>) -> Result<String, Box<dyn Error>> {
    let committed = folder.join("pci.ids");
    let source = newer.unwrap_or(&committed);
    let text = read(source)?;
    let (blob, database) = compact(source, &text)?;
    if newer.is_some() {
        fs::write(&committed, &text)?;
    }
    let (head, pool) = head_and_pool(&blob)?;
    fs::write(folder.join(HEAD), head)?;
    fs::write(folder.join(POOL), pool)?;
    Ok(format!(
        "pci.ids {}: {} vendors, {} devices, {} subsystems in {} bytes; put its version and \
         sha256 into README.md",
        database.version().unwrap_or(""),
        database.vendors().len(),
        database.devices().len(),
        database.subsystems().len(),
        blob.len()
    ))
}

/// Fails if blob and README do not match the committed text.
pub(crate) fn check(folder: &Path) -> Result<String, Box<dyn Error>> {
    let source = folder.join("pci.ids");
    let text = read(&source)?;
    let (blob, database) = compact(&source, &text)?;
    let (head, pool) = (read(&folder.join(HEAD))?, read(&folder.join(POOL))?);
    if [head, pool].concat() != blob {
        return Err(format!(
            "expected {HEAD} and {POOL} as made from {}, found other bytes: run 'cargo xtask \
             names'",
            source.display()
        )
        .into());
    }
    let version = database.version().unwrap_or("");
    let readme = folder.join("README.md");
    if !String::from_utf8_lossy(&read(&readme)?).contains(version) {
        return Err(format!("expected version {version} in {}", readme.display()).into());
    }
    Ok(format!("{HEAD} and {POOL} are made from pci.ids {version}"))
}

fn compact<'a>(path: &Path, text: &'a [u8]) -> Result<(Vec<u8>, Database<'a>), Box<dyn Error>> {
    let database = Database::parse(text).map_err(|error| format!("{}: {error}", path.display()))?;
    let blob = database
        .to_blob()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((blob, database))
}

fn read(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty data folder of this test's own.
    fn folder(name: &str) -> PathBuf {
        let name = format!("xtask-names-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    const TEXT: &str = "# Version: 2026.10.24\n10de  NVIDIA Corporation\n";

    #[test]
    fn the_committed_blob_is_fresh() {
        check(&data_folder()).unwrap();
    }

    #[test]
    fn a_change_of_the_text_makes_the_blob_stale_until_it_is_made_again() {
        let folder = folder("stale");
        fs::write(folder.join("README.md"), "version 2026.10.24").unwrap();
        fs::write(folder.join("pci.ids"), TEXT).unwrap();
        make(&folder, None).unwrap();
        check(&folder).unwrap();
        fs::write(folder.join("pci.ids"), format!("{TEXT}10df  Emulex\n")).unwrap();
        let error = check(&folder).unwrap_err().to_string();
        assert!(error.contains("run 'cargo xtask names'"), "{error}");
        make(&folder, None).unwrap();
        check(&folder).unwrap();
        fs::write(folder.join("README.md"), "version 2026.10.23").unwrap();
        let error = check(&folder).unwrap_err().to_string();
        assert!(error.contains("expected version 2026.10.24"), "{error}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_bad_text_is_rejected() {
        let folder = folder("bad");
        fs::write(folder.join("pci.ids"), TEXT).unwrap();
        let newer = folder.join("newer");
        for (text, says) in [
            ("10de  NVIDIA\n", "expected a line '# Version: YYYY.MM.DD'"),
            (
                "# Version: 2026.10.25\n10de\n",
                "line 2: expected a vendor line",
            ),
        ] {
            fs::write(&newer, text).unwrap();
            let error = make(&folder, Some(&newer)).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert_eq!(fs::read_to_string(folder.join("pci.ids")).unwrap(), TEXT);
            assert!(!folder.join(HEAD).exists());
        }
        let good = TEXT.replace("10.24", "10.25");
        fs::write(&newer, &good).unwrap();
        make(&folder, Some(&newer)).unwrap();
        assert_eq!(fs::read_to_string(folder.join("pci.ids")).unwrap(), good);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn usage_for_unknown_chores() {
        assert!(crate::run(&["names", "--chekc"]).is_err());
        assert!(crate::run(&["nmaes"]).is_err());
        assert!(crate::run(&[]).unwrap().contains("cargo xtask names"));
    }
}
