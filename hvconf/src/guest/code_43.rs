//! "Code 43": when NVIDIA's driver for Windows stops because it finds a hypervisor.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// A version of NVIDIA's driver for Windows: `465.89`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NvidiaWindowsDriver {
    branch: u16,
    build: u16,
}

impl NvidiaWindowsDriver {
    /// The first version that supports GeForce cards in virtual machines, as a beta
    /// (NVIDIA Knowledgebase, answer 5173, "GeForce GPU Passthrough for Windows
    /// Virtual Machine (Beta)").
    pub(crate) const PASSTHROUGH: Self = Self {
        branch: 465,
        build: 89,
    };

    /// Version `branch`.`build`.
    #[must_use]
    pub const fn new(branch: u16, build: u16) -> Self {
        Self { branch, build }
    }

    /// The branch: 465 of 465.89.
    #[must_use]
    pub const fn branch(self) -> u16 {
        self.branch
    }
}

impl fmt::Display for NvidiaWindowsDriver {
    /// `465.89`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.branch, self.build)
    }
}

impl FromStr for NvidiaWindowsDriver {
    type Err = Error;

    /// Reads `465.89`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (branch, build) = text.split_once('.').ok_or(Cause::DriverVersion)?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        Ok(Self {
            branch: number(branch).ok_or(Cause::DriverVersion)?,
            build: number(build).ok_or(Cause::DriverVersion)?,
        })
    }
}

/// Meaning of code 43 of a GeForce card with a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code43 {
    /// The driver stops where it finds a hypervisor: hide KVM's signature and
    /// Hyper-V's name ([`CpuHiding`](crate::description::CpuHiding)).
    HideHypervisor,
    /// The driver does not mind a hypervisor, and hiding costs the guest what it
    /// would make of knowing: hide nothing, and look at the causes of
    /// [`other_causes`](Code43::other_causes).
    HideNothing,
}

impl Code43 {
    /// Other causes of code 43, in the order to check.
    #[must_use]
    pub const fn other_causes() -> &'static [&'static str] {
        &[
            "the card's ROM is missing or was changed when the host started with the card: give a \
             ROM file, or start the host with another card",
            "the window for large BARs is too small: Resizable BAR or a card of 16 GB and more",
            "interrupts are lost: KVM's own interrupt controller (kernel_irqchip=on), MSI in the \
             guest",
            "the host still uses the card: simpledrm, efifb or its driver",
            "the driver of a notebook's card looks for a battery in ACPI",
            "the card was not reset after the last guest: reboot the host",
        ]
    }
}

/// Whether the hypervisor has to be hidden from `driver`.
///
/// ```
/// use hvconf::guest::{Code43, code_43};
/// assert_eq!(code_43("461.92".parse()?), Code43::HideHypervisor);
/// assert_eq!(code_43("465.89".parse()?), Code43::HideNothing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn code_43(driver: NvidiaWindowsDriver) -> Code43 {
    if driver < NvidiaWindowsDriver::PASSTHROUGH {
        Code43::HideHypervisor
    } else {
        Code43::HideNothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let at = |text: &str| text.parse::<NvidiaWindowsDriver>();
        assert!(at("99.99").unwrap() < at("465.89").unwrap());
        assert!(at("465.9").unwrap() < at("465.89").unwrap());
        assert_eq!(at("551.05").unwrap().to_string(), "551.05");
        for text in ["", "465", "465.", "a.b", "465.89.1", "+1.2"] {
            assert_eq!(at(text), Err(Cause::DriverVersion.into()), "{text}");
        }
        assert!(!Code43::other_causes().is_empty());
    }
}
