//! Facts about the hypervisor that a guest's processor reveals.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// Whether the guest finds KVM's signature in its CPUID (leaf 0x40000000,
/// `Documentation/virt/kvm/x86/cpuid.rst`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KvmSignature {
    /// It does.
    #[default]
    Shown,
    /// It does not.
    Hidden,
}

/// Hiding of the hypervisor by the processor.
///
/// NVIDIA's drivers before 465.89 for GeForce cards stop with "code 43" if they detect a
/// hypervisor; later ones do not, and hiding then only disables optimizations of the guest. So
/// nothing is hidden unless requested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CpuHiding {
    /// KVM's signature, or that of another hypervisor.
    pub kvm: KvmSignature,
    /// The vendor that Hyper-V's leaves name; `None` leaves `Microsoft Hv`.
    pub hyperv_vendor_id: Option<HypervVendorId>,
}

/// A vendor for the leaves of Hyper-V: 1 to 12 letters and digits. The leaf has room for 12 bytes
/// (Hypervisor Top Level Functional Specification 6.0b, section 2.4.1); Proxmox VE accepts
/// letters and digits alone (`hv-vendor-id` in `cpu-models.conf(5)`), libvirt all but a comma.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HypervVendorId(String);

impl HypervVendorId {
    /// The vendor.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HypervVendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HypervVendorId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.bytes().position(|byte| !byte.is_ascii_alphanumeric()) {
            Some(offset) => Err(Cause::HypervVendorId { offset }.into()),
            None if text.is_empty() => Err(Cause::HypervVendorId { offset: 0 }.into()),
            None if text.len() > 12 => Err(Cause::HypervVendorId { offset: 12 }.into()),
            None => Ok(Self(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_letters_and_digits() {
        assert!("123456789123".parse::<HypervVendorId>().is_ok());
        for (text, offset) in [
            ("", 0),
            ("1234567890123", 12),
            ("a,b", 1),
            ("a b", 1),
            ("é", 0),
        ] {
            let error = Error::from(Cause::HypervVendorId { offset });
            assert_eq!(text.parse::<HypervVendorId>(), Err(error), "{text}");
        }
    }
}
