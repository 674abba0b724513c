//! The ways to have vfio-pci get a function, and which of them works on a host.
//!
//! What each does is in `data/binding-methods.tsv`. What comes of it is decided
//! here by facts of the host, and held against kernels that are booted with each
//! (`tests/booted`): a way that cannot work there is said to be one.

use super::initramfs::Initramfs;
use super::kernel_facts::Presence;

/// A row of `data/binding-methods.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodRow {
    /// The method.
    pub method: Method,
    /// What it goes by.
    pub by: By,
    /// What it does, in words.
    pub does: &'static str,
    /// Where the row comes from.
    pub source: &'static str,
}

/// What a method goes by: what else it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Vendor and device: all functions that have them.
    Id,
    /// The function alone.
    Address,
    /// All functions of a driver.
    Driver,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A way to have vfio-pci get a function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $($(#[$doc])* $name,)*
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
    /// `new_id` by hand.
    NewId = "new-id",
    /// [`runtime`](super::runtime).
    Runtime = "runtime",
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
            fields.next()?;
            Some(MethodRow {
                method: *method,
                by,
                does: fields.next()?,
                source: fields.next()?,
            })
        })
}

impl Method {
    /// What it goes by.
    #[must_use]
    pub fn by(self) -> By {
        rows()
            .find(|row| row.method == self)
            .map_or(By::Address, |row| row.by)
    }
}

/// What of a host decides whether a method works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// How vfio-pci is part of the kernel; of pci-stub and pciback where these are
    /// asked for.
    pub vfio_pci: Presence,
    /// How the function's own driver is.
    pub driver: Presence,
    /// Whether the initramfs holds that driver.
    pub driver_in_initramfs: DriverIn,
    /// What makes the initramfs.
    pub initramfs: Option<Initramfs>,
    /// Who else has the function's ids.
    pub twin: Twin,
}

/// Where a driver loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DriverIn {
    /// In the initramfs, or that is not known.
    Initramfs,
    /// In the root alone.
    Root,
}

/// Whether a function that stays with the host has the same ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Twin {
    /// None has.
    None,
    /// One has, or may have.
    Stays,
}

/// What comes of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// vfio-pci, or what keeps the function for it, has it before its driver.
    BeforeDriver,
    /// The driver has it first, and it is taken away again.
    AfterDriver,
    /// No driver has it: a hypervisor can take it.
    NoDriver,
    /// Its driver has it.
    Driver,
    /// A function that was to stay with the host goes along.
    TwinToo,
}

impl Outcome {
    /// Whether a plan may offer a method with this outcome.
    #[must_use]
    pub const fn is_offered(self) -> bool {
        matches!(self, Self::BeforeDriver)
    }
}

/// What comes of `method` on such a host, and why.
///
/// ```
/// use hvconf::binding::initramfs::Initramfs;
/// use hvconf::binding::kernel_facts::Presence;
/// use hvconf::binding::method::{Circumstances, DriverIn, Method, Outcome, Twin, judge};
/// let host = Circumstances {
///     vfio_pci: Presence::BuiltIn,
///     driver: Presence::Module,
///     driver_in_initramfs: DriverIn::Initramfs,
///     initramfs: Some(Initramfs::InitramfsTools),
///     twin: Twin::None,
/// };
/// assert_eq!(judge(Method::ModprobeIds, &host).0, Outcome::Driver);
/// assert_eq!(judge(Method::CommandLineIds, &host).0, Outcome::BeforeDriver);
/// ```
#[must_use]
pub fn judge(method: Method, host: &Circumstances) -> (Outcome, &'static str) {
    use Method as M;
    if method.by() == By::Id && host.twin == Twin::Stays && method != M::PciStub {
        return (Outcome::TwinToo, "ids are those of every card of the model");
    }
    if host.driver == Presence::BuiltIn {
        return match method {
            M::Runtime | M::NewId | M::Driverctl => (
                Outcome::AfterDriver,
                "the driver is built in and has the function before any file is read",
            ),
            M::Pciback => (Outcome::BeforeDriver, PCIBACK),
            _ => (
                Outcome::Driver,
                "the driver is built in and has the function before any file is read",
            ),
        };
    }
    let built_in = host.vfio_pci == Presence::BuiltIn;
    match method {
        M::ModprobeIds if built_in => (
            Outcome::Driver,
            "vfio-pci is built in and reads no modprobe.d: its ids go on the kernel command line",
        ),
        M::ModprobeIds | M::SoftdepPattern if host.initramfs == Some(Initramfs::Booster) => {
            booster(host)
        }
        M::SoftdepPattern if built_in => (Outcome::Driver, "a built-in vfio-pci needs no softdep"),
        M::ModprobeIds | M::SoftdepPattern => (
            Outcome::BeforeDriver,
            "softdep has vfio-pci loaded before the driver, wherever that is loaded",
        ),
        M::ModprobeIdsAlone if built_in => (
            Outcome::Driver,
            "vfio-pci is built in and reads no modprobe.d: its ids go on the kernel command line",
        ),
        M::ModprobeIdsAlone => match host.initramfs {
            Some(Initramfs::Dracut) => (
                Outcome::BeforeDriver,
                "force_drivers loads vfio-pci before udev",
            ),
            Some(Initramfs::Mkinitcpio) => (
                Outcome::BeforeDriver,
                "MODULES are loaded in their order before udev, with the hook udev",
            ),
            Some(Initramfs::Booster) => booster(host),
            Some(Initramfs::InitramfsTools) if host.driver_in_initramfs == DriverIn::Root => (
                Outcome::BeforeDriver,
                "the initramfs has vfio-pci and not the driver",
            ),
            Some(Initramfs::InitramfsTools) | None => (
                Outcome::Driver,
                "initramfs-tools loads its list of modules after udev has loaded drivers",
            ),
        },
        M::CommandLineIds if built_in => (
            Outcome::BeforeDriver,
            "a built-in vfio-pci has the ids from the start",
        ),
        M::CommandLineIds => (
            Outcome::BeforeDriver,
            "modprobe hands the ids on, and softdep has vfio-pci loaded before the driver",
        ),
        M::Blacklist => (
            Outcome::NoDriver,
            "nothing loads the driver for its cards, for none of them",
        ),
        M::BlacklistPattern => (
            Outcome::Driver,
            "kmod takes the pattern for a module's name",
        ),
        M::InitramfsToolsScript => of(host, Initramfs::InitramfsTools),
        M::DracutModule => of(host, Initramfs::Dracut),
        M::MkinitcpioHook => of(host, Initramfs::Mkinitcpio),
        M::UdevRule if host.initramfs == Some(Initramfs::Booster) => from_root(host),
        M::UdevRule => (
            Outcome::BeforeDriver,
            "udev ties the function to vfio-pci before it loads the driver",
        ),
        M::Service => from_root(host),
        M::Driverctl => (
            Outcome::AfterDriver,
            "the unit binds anew after udev has loaded the driver",
        ),
        M::InstallScript if built_in => (
            Outcome::Driver,
            "nothing loads a built-in vfio-pci, so the script does not run",
        ),
        M::InstallScript => (
            Outcome::BeforeDriver,
            "softdep has the script run before the driver loads, where the initramfs holds it",
        ),
        M::PciStub if host.twin == Twin::Stays => {
            (Outcome::TwinToo, "ids are those of every card of the model")
        }
        M::PciStub if built_in => (
            Outcome::BeforeDriver,
            "a built-in pci-stub has the ids from the start",
        ),
        M::PciStub => (
            Outcome::Driver,
            "pci-stub is a module here, and nothing loads it",
        ),
        M::Pciback => (Outcome::BeforeDriver, PCIBACK),
        M::NewId | M::Runtime => (
            Outcome::AfterDriver,
            "the host runs, and the driver with it",
        ),
        M::RemovalService => (
            Outcome::AfterDriver,
            "the driver has had the card, and does not go while it is used",
        ),
    }
}

const PCIBACK: &str = "dom0's pciback takes hidden functions when it starts, before other drivers";

fn of(host: &Circumstances, program: Initramfs) -> (Outcome, &'static str) {
    if host.initramfs == Some(program) {
        (
            Outcome::BeforeDriver,
            "the function is tied to vfio-pci before udev loads drivers",
        )
    } else {
        (Outcome::Driver, "another program makes the initramfs")
    }
}

fn from_root(host: &Circumstances) -> (Outcome, &'static str) {
    match host.driver_in_initramfs {
        DriverIn::Root => (
            Outcome::BeforeDriver,
            "the root loads the driver, after the function is tied to vfio-pci",
        ),
        DriverIn::Initramfs => (Outcome::Driver, "the initramfs loads the driver before"),
    }
}

fn booster(host: &Circumstances) -> (Outcome, &'static str) {
    match host.driver_in_initramfs {
        DriverIn::Root => (
            Outcome::BeforeDriver,
            "the image loads vfio-pci and has no driver for the card",
        ),
        DriverIn::Initramfs => (
            Outcome::Driver,
            "booster loads vfio-pci and the driver at the same time, and reads no softdep",
        ),
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

    #[test]
    fn ids_are_never_offered_where_a_twin_stays() {
        for vfio_pci in [Presence::BuiltIn, Presence::Module] {
            let host = Circumstances {
                vfio_pci,
                driver: Presence::Module,
                driver_in_initramfs: DriverIn::Initramfs,
                initramfs: Some(Initramfs::Dracut),
                twin: Twin::Stays,
            };
            for method in Method::ALL {
                let (outcome, why) = judge(*method, &host);
                assert!(!why.is_empty());
                if method.by() == By::Id {
                    assert!(!outcome.is_offered(), "{method:?}");
                }
            }
            assert!(judge(Method::DracutModule, &host).0.is_offered());
            assert!(!judge(Method::MkinitcpioHook, &host).0.is_offered());
        }
    }
}
