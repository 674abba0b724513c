//! The cpio archive that a kernel unpacks as initramfs.

/// A cpio archive of the format "newc"
/// (`Documentation/driver-api/early-userspace/buffer-format.rst` of Linux).
#[derive(Default)]
pub struct Archive(Vec<u8>);

impl Archive {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// An archive to append to `image`: the kernel unpacks archives one after the other.
    pub fn after(mut image: Vec<u8>) -> Self {
        image.resize(image.len().next_multiple_of(4), 0);
        Self(image)
    }

    /// Adds a directory.
    pub fn directory(&mut self, path: &str) {
        self.entry(path, 0o040_755, b"");
    }

    /// Adds a file with these permissions.
    pub fn file(&mut self, path: &str, mode: u32, content: &[u8]) {
        self.entry(path, 0o100_000 | mode, content);
    }

    /// Adds a symbolic link.
    pub fn link(&mut self, path: &str, target: &str) {
        self.entry(path, 0o120_777, target.as_bytes());
    }

    /// The bytes, with the entry that ends an archive.
    pub fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, b"");
        self.0
    }

    fn entry(&mut self, path: &str, mode: u32, content: &[u8]) {
        let path = path.trim_start_matches('/');
        let (length, path_length, mode) = (content.len(), path.len() + 1, mode as usize);
        let mut bytes = b"070701".to_vec();
        for field in [0, mode, 0, 0, 1, 0, length, 0, 0, 0, 0, path_length, 0] {
            bytes.extend(format!("{field:08x}").bytes());
        }
        for part in [[path.as_bytes(), b"\0"].concat(), content.to_vec()] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        self.0.extend(bytes);
    }
}
