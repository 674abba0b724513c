//! Files that replace a card's expansion ROM.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// Directory of ROM files for libvirt: its AppArmor abstraction allows QEMU to read it on Debian
/// and Ubuntu (`abstractions/libvirt-qemu`).
pub const ROM_DIRECTORY: &str = "/usr/share/vgabios";

/// The name of an expansion ROM file: `[A-Za-z0-9._-]+`, 255 bytes at most (the
/// kernel's `NAME_MAX`), not starting with `.` or `-`.
///
/// The directory is the hypervisor's, so a name with `/` would leave it; the
/// other characters are those that no configuration format treats specially.
#[derive(Clone, Debug)]
pub struct RomFile {
    name: String,
    /// Where the file is on the host of the source; another place makes no other file.
    directory: Option<String>,
}

impl RomFile {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The file at `path` of the host that a configuration is of.
    pub(crate) fn found_at(path: &str) -> Result<Self, Error> {
        let (directory, name) = match path.rsplit_once('/') {
            Some(("", name)) => (Some("/"), name),
            Some((directory, name)) => (Some(directory), name),
            None => (None, path),
        };
        let mut file: Self = name.parse()?;
        file.directory = directory.map(str::to_owned);
        Ok(file)
    }

    /// The directory that it was found in, if that was written.
    pub(crate) fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }
}

impl PartialEq for RomFile {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for RomFile {}

impl core::hash::Hash for RomFile {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Display for RomFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl FromStr for RomFile {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.starts_with(['.', '-']) {
            return Err(Cause::RomFile { offset: 0 }.into());
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        match text.bytes().position(|byte| !plain(byte)) {
            Some(offset) => Err(Cause::RomFile { offset }.into()),
            None if text.len() > 255 => Err(Cause::RomFile { offset: 255 }.into()),
            None => Ok(Self {
                name: text.to_owned(),
                directory: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rom_file_is_a_plain_name() {
        assert_eq!(
            "vbios.rom".parse::<RomFile>().unwrap().as_str(),
            "vbios.rom"
        );
        for (text, offset) in [
            ("", 0),
            ("..", 0),
            ("-rom", 0),
            ("a/b", 1),
            ("a b", 1),
            ("a,x-vga=1", 1),
            ("a\n", 1),
        ] {
            assert_eq!(
                text.parse::<RomFile>(),
                Err(Cause::RomFile { offset }.into()),
                "{text}"
            );
        }
        assert!("a".repeat(255).parse::<RomFile>().is_ok());
        assert!("a".repeat(256).parse::<RomFile>().is_err());
    }
}
