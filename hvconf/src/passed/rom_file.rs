//! Files that take the place of a card's expansion ROM.

use core::fmt;
use core::str::FromStr;

/// The name of an expansion ROM file: `[A-Za-z0-9._-]+`, 255 bytes at most (the
/// kernel's `NAME_MAX`), not starting with `.` or `-`.
///
/// The directory is the hypervisor's, so a name with `/` would leave it; the
/// other characters are those that no configuration format treats specially.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RomFile(String);

impl RomFile {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RomFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no [`RomFile`]: the byte that cannot be in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a plain file name of letters, digits, '.', '_' and '-' at byte {offset}")]
#[non_exhaustive]
pub struct RomFileError {
    /// Byte offset in the text that was given.
    pub offset: usize,
}

impl FromStr for RomFile {
    type Err = RomFileError;

    fn from_str(text: &str) -> Result<Self, RomFileError> {
        if text.is_empty() || text.starts_with(['.', '-']) {
            return Err(RomFileError { offset: 0 });
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        match text.bytes().position(|byte| !plain(byte)) {
            Some(offset) => Err(RomFileError { offset }),
            None if text.len() > 255 => Err(RomFileError { offset: 255 }),
            None => Ok(Self(text.to_owned())),
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
                Err(RomFileError { offset }),
                "{text}"
            );
        }
        assert!("a".repeat(255).parse::<RomFile>().is_ok());
        assert!("a".repeat(256).parse::<RomFile>().is_err());
    }
}
