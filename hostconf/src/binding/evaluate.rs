//! Evaluation of a binding method on a host, with the reason.
//!
//! [`method`](super::method) describes each method. The result is evaluated here from facts of the
//! host, and compared with kernels that are booted with each (`tests/booted`): an impossible method
//! is reported as such.

use super::initramfs::Initramfs;
use super::kernel_facts::Presence;
use super::method::{By, Method};

/// The facts of a host that decide whether a binding method works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindingContext {
    /// Presence of vfio-pci (or pci-stub, pciback) in the kernel.
    pub vfio_pci: Presence,
    /// Presence of the function's host driver in the kernel.
    pub driver: Presence,
    /// Whether the initramfs contains that driver.
    pub driver_in_initramfs: DriverIn,
    /// The initramfs generator.
    pub initramfs: Option<Initramfs>,
    /// Whether another device has the function's ID.
    pub duplicate_id: DuplicateId,
    /// Whether `/usr` is writable.
    pub usr: Usr,
}

/// Whether `/usr`, where dracut has its modules, is writable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Usr {
    /// The host's programs.
    Host,
    /// It is part of the image that the host boots (ostree, bootc).
    Image,
}

/// Where a driver loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriverIn {
    /// In the initramfs, or that is not known.
    Initramfs,
    /// In the root only.
    Root,
}

/// Whether a device that stays on the host has the same ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DuplicateId {
    /// None has.
    None,
    /// A device of the host has the same ID, or may have.
    OnHost,
}

/// The outcome of a binding method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// vfio-pci, or a driver in its place, is bound before the host driver.
    BeforeDriver,
    /// The host driver is bound first, then unbound.
    AfterDriver,
    /// No driver is bound: a hypervisor can bind the function.
    NoDriver,
    /// The host driver is bound.
    Driver,
    /// A device of the host with the same ID is bound, too.
    AlsoBindsDuplicate,
}

impl Outcome {
    /// Whether a plan may offer a method with this outcome.
    #[must_use]
    pub const fn is_offered(self) -> bool {
        matches!(self, Self::BeforeDriver)
    }
}

/// Evaluates `method` on a host: the outcome and the reason.
///
/// ```
/// use hostconf::binding::initramfs::Initramfs;
/// use hostconf::binding::kernel_facts::Presence;
/// use hostconf::binding::{evaluate::BindingContext, evaluate::DriverIn, evaluate::Outcome, evaluate::DuplicateId, evaluate::Usr, evaluate::evaluate};
/// use hostconf::binding::method::Method;
/// let host = BindingContext {
///     vfio_pci: Presence::BuiltIn,
///     driver: Presence::Module,
///     driver_in_initramfs: DriverIn::Initramfs,
///     initramfs: Some(Initramfs::InitramfsTools),
///     duplicate_id: DuplicateId::None,
///     usr: Usr::Host,
/// };
/// assert_eq!(evaluate(Method::ModprobeIds, &host).0, Outcome::Driver);
/// assert_eq!(evaluate(Method::CommandLineIds, &host).0, Outcome::BeforeDriver);
/// ```
#[must_use]
pub fn evaluate(method: Method, host: &BindingContext) -> (Outcome, &'static str) {
    use Method as M;
    if method.by() == By::Id && host.duplicate_id == DuplicateId::OnHost && method != M::PciStub {
        return (
            Outcome::AlsoBindsDuplicate,
            "the IDs match every card of the model",
        );
    }
    if host.driver == Presence::BuiltIn {
        return match method {
            M::Runtime | M::NewId | M::Driverctl | M::LibvirtHook => (
                Outcome::AfterDriver,
                "the driver is built in and binds the function before any file is read",
            ),
            M::Pciback => (Outcome::BeforeDriver, PCIBACK),
            _ => (
                Outcome::Driver,
                "the driver is built in and binds the function before any file is read",
            ),
        };
    }
    let built_in = host.vfio_pci == Presence::BuiltIn;
    let keeps = matches!(method, M::Blacklist | M::BlacklistPattern | M::Pciback);
    if host.vfio_pci == Presence::Missing && !keeps {
        return (Outcome::Driver, "this kernel has no vfio-pci");
    }
    // Late binding is early enough without another driver.
    if host.driver == Presence::Missing && matches!(method, M::Driverctl | M::Service) {
        return (
            Outcome::BeforeDriver,
            "this kernel has no host driver for the function",
        );
    }
    match method {
        M::ModprobeIds if built_in => (
            Outcome::Driver,
            "vfio-pci is built in and ignores modprobe.d: set its IDs on the kernel command line",
        ),
        M::ModprobeIds | M::SoftdepPattern if host.initramfs == Some(Initramfs::Booster) => {
            booster(host)
        }
        M::SoftdepPattern if built_in => (Outcome::Driver, "a built-in vfio-pci needs no softdep"),
        M::ModprobeIds | M::SoftdepPattern => (
            Outcome::BeforeDriver,
            "softdep loads vfio-pci before the driver, in the initramfs or the root",
        ),
        M::ModprobeIdsAlone if built_in => (
            Outcome::Driver,
            "vfio-pci is built in and ignores modprobe.d: set its IDs on the kernel command line",
        ),
        M::ModprobeIdsAlone => match host.initramfs {
            Some(Initramfs::Dracut) => (
                Outcome::BeforeDriver,
                "force_drivers loads vfio-pci before udev",
            ),
            Some(Initramfs::Mkinitcpio) => (
                Outcome::BeforeDriver,
                "with the hook udev, MODULES are loaded in order before udev",
            ),
            Some(Initramfs::Booster) => booster(host),
            Some(Initramfs::InitramfsTools) if host.driver_in_initramfs == DriverIn::Root => (
                Outcome::BeforeDriver,
                "the initramfs contains vfio-pci and not the driver",
            ),
            Some(Initramfs::InitramfsTools) | None => (
                Outcome::Driver,
                "initramfs-tools loads its list of modules after udev has loaded drivers",
            ),
        },
        M::CommandLineIds if built_in => (
            Outcome::BeforeDriver,
            "a built-in vfio-pci has the IDs from the start",
        ),
        M::CommandLineIds => (
            Outcome::BeforeDriver,
            "modprobe passes the IDs, and softdep loads vfio-pci before the driver",
        ),
        M::Blacklist => (
            Outcome::NoDriver,
            "the driver is loaded for none of its cards",
        ),
        M::BlacklistPattern => (Outcome::Driver, "kmod reads the pattern as a module's name"),
        M::InitramfsToolsScript => of(host, Initramfs::InitramfsTools),
        M::DracutModule if host.usr == Usr::Image => (
            Outcome::Driver,
            "dracut's modules are in /usr, which is part of the image that the host boots",
        ),
        M::DracutModule => of(host, Initramfs::Dracut),
        M::MkinitcpioHook => of(host, Initramfs::Mkinitcpio),
        M::UdevRule if host.initramfs == Some(Initramfs::Booster) => from_root(host),
        M::UdevRule => (
            Outcome::BeforeDriver,
            "udev sets driver_override to vfio-pci before it loads the driver",
        ),
        M::Service => from_root(host),
        M::Driverctl => (
            Outcome::AfterDriver,
            "the unit binds after udev has loaded the driver",
        ),
        M::InstallScript if built_in => (
            Outcome::Driver,
            "a built-in vfio-pci is never loaded, so the script does not run",
        ),
        M::InstallScript => (
            Outcome::BeforeDriver,
            "softdep runs the script before the driver loads, if the initramfs contains it",
        ),
        M::PciStub if host.duplicate_id == DuplicateId::OnHost => (
            Outcome::AlsoBindsDuplicate,
            "the IDs match every card of the model",
        ),
        M::PciStub if built_in => (
            Outcome::BeforeDriver,
            "a built-in pci-stub has the IDs from the start",
        ),
        M::PciStub => (
            Outcome::Driver,
            "pci-stub is a module here, and is not loaded",
        ),
        M::Pciback => (Outcome::BeforeDriver, PCIBACK),
        M::NewId | M::Runtime => (
            Outcome::AfterDriver,
            "the host is running, and so is the driver",
        ),
        M::LibvirtHook => (
            Outcome::AfterDriver,
            "the driver is bound to the function until the guest starts, and again after it stops",
        ),
        M::RemovalService => (
            Outcome::AfterDriver,
            "the driver is already bound, and cannot be unbound while the card is in use",
        ),
    }
}

const PCIBACK: &str = "dom0's pciback binds hidden functions when it starts, before other drivers";

fn of(host: &BindingContext, program: Initramfs) -> (Outcome, &'static str) {
    if host.initramfs == Some(program) {
        (
            Outcome::BeforeDriver,
            "driver_override is set to vfio-pci before udev loads drivers",
        )
    } else {
        (Outcome::Driver, "another program generates the initramfs")
    }
}

fn from_root(host: &BindingContext) -> (Outcome, &'static str) {
    match host.driver_in_initramfs {
        DriverIn::Root => (
            Outcome::BeforeDriver,
            "the driver loads from the root, after driver_override is set to vfio-pci",
        ),
        DriverIn::Initramfs => (Outcome::Driver, "the initramfs loads the driver before"),
    }
}

fn booster(host: &BindingContext) -> (Outcome, &'static str) {
    match host.driver_in_initramfs {
        DriverIn::Root => (
            Outcome::BeforeDriver,
            "the image loads vfio-pci and contains no driver for the card",
        ),
        DriverIn::Initramfs => (
            Outcome::Driver,
            "booster loads vfio-pci and the driver at the same time, and ignores softdep",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_never_offered_with_a_duplicate_id_on_the_host() {
        for vfio_pci in [Presence::BuiltIn, Presence::Module] {
            let host = BindingContext {
                vfio_pci,
                driver: Presence::Module,
                driver_in_initramfs: DriverIn::Initramfs,
                initramfs: Some(Initramfs::Dracut),
                duplicate_id: DuplicateId::OnHost,
                usr: Usr::Host,
            };
            for method in Method::ALL {
                let (outcome, why) = evaluate(*method, &host);
                assert!(!why.is_empty());
                if method.by() == By::Id {
                    assert!(!outcome.is_offered(), "{method:?}");
                }
            }
            assert!(evaluate(Method::DracutModule, &host).0.is_offered());
            assert!(!evaluate(Method::MkinitcpioHook, &host).0.is_offered());
            let image = BindingContext {
                usr: Usr::Image,
                ..host
            };
            assert!(!evaluate(Method::DracutModule, &image).0.is_offered());
            assert!(evaluate(Method::UdevRule, &image).0.is_offered());
        }
    }

    #[test]
    fn a_kernel_without_one_of_the_drivers_is_known() {
        let host = BindingContext {
            vfio_pci: Presence::Module,
            driver: Presence::Missing,
            driver_in_initramfs: DriverIn::Initramfs,
            initramfs: Some(Initramfs::InitramfsTools),
            duplicate_id: DuplicateId::None,
            usr: Usr::Host,
        };
        for method in [Method::Driverctl, Method::Service] {
            assert_eq!(evaluate(method, &host).0, Outcome::BeforeDriver);
            let held = BindingContext {
                driver: Presence::Module,
                ..host
            };
            assert!(!evaluate(method, &held).0.is_offered());
        }
        let without = BindingContext {
            vfio_pci: Presence::Missing,
            ..host
        };
        for method in Method::ALL.iter().filter(|m| **m != Method::Pciback) {
            assert!(!evaluate(*method, &without).0.is_offered(), "{method:?}");
        }
    }

    #[test]
    fn runtime_methods_are_never_before_the_driver() {
        use super::super::method::Place;
        let host = BindingContext {
            vfio_pci: Presence::Module,
            driver: Presence::Module,
            driver_in_initramfs: DriverIn::Root,
            initramfs: None,
            duplicate_id: DuplicateId::None,
            usr: Usr::Host,
        };
        for method in Method::ALL {
            if method.place() == Place::Running {
                assert_eq!(
                    evaluate(*method, &host).0,
                    Outcome::AfterDriver,
                    "{method:?}"
                );
            }
        }
    }
}
