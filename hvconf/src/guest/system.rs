//! The guest's operating system, by its common names.

use core::str::FromStr;

use super::linux::GuestInitramfs;
use crate::error::{Cause, Error};

/// Operating system of a guest, as far as its setup depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkSystem {
    /// Windows 7 or later.
    Windows,
    /// Linux, with what makes its initramfs.
    Linux(GuestInitramfs),
}

/// The words, and what makes a distribution's initramfs: Debian's package
/// initramfs-tools, which Ubuntu and Mint have too; dracut in Fedora, RHEL with its
/// rebuilds, and openSUSE; mkinitcpio in Arch and Manjaro (each one's own documentation of
/// its initramfs).
const WORDS: [(&str, WorkSystem); 16] = [
    ("windows", WorkSystem::Windows),
    ("debian", INITRAMFS_TOOLS),
    ("ubuntu", INITRAMFS_TOOLS),
    ("mint", INITRAMFS_TOOLS),
    ("initramfs-tools", INITRAMFS_TOOLS),
    ("fedora", DRACUT),
    ("rhel", DRACUT),
    ("centos", DRACUT),
    ("rocky", DRACUT),
    ("alma", DRACUT),
    ("opensuse", DRACUT),
    ("suse", DRACUT),
    ("dracut", DRACUT),
    ("arch", MKINITCPIO),
    ("manjaro", MKINITCPIO),
    ("mkinitcpio", MKINITCPIO),
];

const INITRAMFS_TOOLS: WorkSystem = WorkSystem::Linux(GuestInitramfs::InitramfsTools);
const DRACUT: WorkSystem = WorkSystem::Linux(GuestInitramfs::Dracut);
const MKINITCPIO: WorkSystem = WorkSystem::Linux(GuestInitramfs::Mkinitcpio);

impl WorkSystem {
    /// The words that name a system, in the order of the documentation.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }
}

impl FromStr for WorkSystem {
    type Err = Error;

    /// ```
    /// use hvconf::guest::{GuestInitramfs, WorkSystem};
    /// assert_eq!("Fedora".parse(), Ok(WorkSystem::Linux(GuestInitramfs::Dracut)));
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut words = WORDS.iter();
        let found = words.find(|(word, _)| word.eq_ignore_ascii_case(text));
        found
            .map(|(_, system)| *system)
            .ok_or_else(|| Cause::System.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_reported_once() {
        for (index, (word, system)) in WORDS.iter().enumerate() {
            assert_eq!(word.parse(), Ok(*system));
            assert!(WORDS[..index].iter().all(|(other, _)| other != word));
        }
        assert_eq!("dos".parse::<WorkSystem>(), Err(Cause::System.into()));
    }
}
