//! The ways to have vfio-pci get a function.
//!
//! `data/binding-methods.tsv` has the effect, the selection and the stage of each;
//! [`evaluate`](super::evaluate) determines which of them works on a host.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// A row of `data/binding-methods.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodRow {
    /// The method.
    pub method: Method,
    /// Selection of the functions.
    pub by: By,
    /// The stage at which it takes effect.
    pub place: Place,
    /// Its effect, in words.
    pub does: &'static str,
    /// The source of the row.
    pub source: &'static str,
}

/// Selection of the functions of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// Vendor and device: all functions that have them.
    Id,
    /// The address of the function.
    Address,
    /// All functions of a driver.
    Driver,
}

/// The stage at which a method takes effect; a boot passes the first three in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The kernel command line.
    Kernel,
    /// The initramfs, from which most drivers load.
    Initramfs,
    /// The root, where the drivers load that the initramfs does not have.
    Root,
    /// The host while it runs, until its next boot.
    Running,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A way to have vfio-pci get a function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum Method {
            $($(#[$doc])* #[cfg_attr(feature = "serde", serde(rename = $word))] $name,)*
        }

        impl Method {
            /// All methods, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its word in the table.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

methods! {
    /// `options vfio-pci ids=` and `softdep`, in the initramfs.
    ModprobeIds = "modprobe-ids",
    /// The same without `softdep`, by the initramfs's list of modules.
    ModprobeIdsAlone = "modprobe-ids-alone",
    /// `vfio-pci.ids=` on the kernel command line.
    CommandLineIds = "command-line-ids",
    /// `softdep` with a pattern.
    SoftdepPattern = "softdep-pattern",
    /// `blacklist` of the driver.
    Blacklist = "blacklist",
    /// `blacklist` with a pattern.
    BlacklistPattern = "blacklist-pattern",
    /// [`initramfs_tools`](super::initramfs_tools).
    InitramfsToolsScript = "initramfs-tools-script",
    /// [`dracut`](super::dracut).
    DracutModule = "dracut-module",
    /// [`mkinitcpio`](super::mkinitcpio).
    MkinitcpioHook = "mkinitcpio-hook",
    /// [`udev_rule`](super::udev_rule).
    UdevRule = "udev-rule",
    /// [`service`](super::service).
    Service = "service",
    /// [`driverctl`](super::driverctl).
    Driverctl = "driverctl",
    /// `install vfio-pci SCRIPT`.
    InstallScript = "install-script",
    /// `pci-stub.ids=`.
    PciStub = "pci-stub",
    /// [`pciback`](super::pciback).
    Pciback = "pciback",
    /// `new_id`, written manually.
    NewId = "new-id",
    /// [`runtime`](super::runtime).
    Runtime = "runtime",
    /// [`libvirt_hook`](super::libvirt_hook).
    LibvirtHook = "libvirt-hook",
    /// A service that removes the driver.
    RemovalService = "removal-service",
}

const ROWS: &str = include_str!("../../data/binding-methods.tsv");

/// All rows.
pub fn rows() -> impl Iterator<Item = MethodRow> {
    ROWS.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let word = fields.next()?;
            let method = Method::ALL.iter().find(|method| method.word() == word)?;
            let by = match fields.next()? {
                "id" => By::Id,
                "address" => By::Address,
                "driver" => By::Driver,
                _ => return None,
            };
            let place = match fields.next()? {
                "kernel" => Place::Kernel,
                "initramfs" => Place::Initramfs,
                "root" => Place::Root,
                "running" => Place::Running,
                _ => return None,
            };
            Some(MethodRow {
                method: *method,
                by,
                place,
                does: fields.next()?,
                source: fields.next()?,
            })
        })
}

impl Method {
    /// Its row.
    #[must_use]
    pub fn row(self) -> Option<MethodRow> {
        rows().find(|row| row.method == self)
    }

    /// Selection of the functions.
    #[must_use]
    pub fn by(self) -> By {
        self.row().map_or(By::Address, |row| row.by)
    }

    /// The stage at which it takes effect.
    #[must_use]
    pub fn place(self) -> Place {
        self.row().map_or(Place::Root, |row| row.place)
    }
}

impl fmt::Display for Method {
    /// Its word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

fn words() -> String {
    let words: Vec<&str> = Method::ALL.iter().map(|method| method.word()).collect();
    words.join(", ")
}

impl FromStr for Method {
    type Err = Error;

    /// Reads a method's word.
    ///
    /// ```
    /// use hostconf::binding::{method::Method, method::Place};
    /// let method: Method = "udev-rule".parse()?;
    /// assert_eq!(method, Method::UdevRule);
    /// assert_eq!(method.place(), Place::Initramfs);
    /// assert!("udev".parse::<Method>().is_err());
    /// # Ok::<(), hostconf::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|method| method.word() == text);
        found.copied().ok_or_else(|| {
            let cause = Cause::Method {
                expected: words(),
                found: text.to_owned(),
            };
            cause.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_its_row() {
        let words: Vec<&str> = rows().map(|row| row.method.word()).collect();
        let all: Vec<&str> = Method::ALL.iter().map(|method| method.word()).collect();
        assert_eq!(words, all);
        let lines = ROWS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines, all.len());
        assert!(rows().all(|row| row.source.len() > 10 && row.does.len() > 20));
    }
}
