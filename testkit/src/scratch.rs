//! Temporary directories of tests.

use std::ops::Deref;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory that is removed when dropped.
pub struct Scratch(PathBuf);

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Scratch {
    /// A new, empty directory below the directory for temporary files.
    pub fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// A new, empty directory below `place`.
    pub fn below(place: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let place = place.join(format!("passthru-test-{}-{number}", std::process::id()));
        // Left by a killed process with the same ID.
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    /// A world-writable directory, for programs that run as the account nobody.
    pub fn for_everybody() -> Self {
        let scratch = Self::new();
        set_mode(&scratch.0, 0o777);
        scratch
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Path of a file in it, as an argument of a command.
    pub fn word(&self, path: &str) -> String {
        self.0.join(path).to_str().unwrap().to_owned()
    }

    /// Makes a directory below the directory.
    pub fn directory(&self, path: &str) -> PathBuf {
        let place = self.0.join(path);
        std::fs::create_dir_all(&place).unwrap();
        place
    }

    /// Writes a file below the directory; `/etc/x` is `etc/x` in it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.0.join(path.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// Writes a file with these permissions.
    pub fn write_mode(&self, path: &str, bytes: impl AsRef<[u8]>, mode: u32) -> PathBuf {
        let file = self.write(path, bytes);
        set_mode(&file, mode);
        file
    }

    /// Writes a file; its path is a word of a command.
    pub fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> String {
        self.write(path, bytes);
        self.word(path)
    }
}

impl Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
