//! From `lspci` text without numbers back to IDs.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::key::Key;
use super::lookup::Names;
use crate::{DeviceId, PciId, VendorId};

/// Buffer of `lspci` for vendor and device: 128 bytes up to 3.9, 256 later, including the
/// terminator; a longer text ends in three dots.
const MAX_LEN: [usize; 2] = [127, 255];

impl Names<'_> {
    /// The IDs of the devices that `lspci` prints as `text`: vendor and device name separated by a
    /// blank, by ascending ID. The boundary of the names is ambiguous, and several devices may have
    /// the same text: all are returned. Empty if this database has other names than the text.
    ///
    /// A vendor's name and `Device 2d04`, printed for an unnamed device, yields that device of each
    /// vendor with the name. A truncated text yields all devices that it may start, whether it was
    /// printed with numbers (`-nn`) or without.
    ///
    /// ```
    /// use pci_core::names::Names;
    /// let text = "NVIDIA Corporation GB206 High Definition Audio Controller";
    /// let ids = Names::embedded().candidates(text);
    /// assert_eq!(ids, ["10de:22eb".parse()?]);
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub fn candidates(&self, text: &str) -> Vec<PciId> {
        let cut = text
            .strip_suffix("...")
            .filter(|_| MAX_LEN.contains(&text.len()));
        // Vendors are few: those that the text may start with limit the search.
        let mut vendors: Vec<(VendorId, &str)> = self
            .vendors()
            .filter(|(_, vendor)| {
                let rest = text.strip_prefix(vendor);
                let is_first = rest.is_some_and(|rest| rest.starts_with(' '));
                is_first || cut.is_some_and(|cut| vendor.starts_with(cut))
            })
            .collect();
        vendors.sort_unstable();
        let vendor_of = |id: PciId| {
            let at = vendors.binary_search_by_key(&id.vendor, |(vendor, _)| *vendor);
            at.ok()
                .and_then(|at| vendors.get(at))
                .map(|(_, name)| *name)
        };
        let mut found: Vec<PciId> = Vec::new();
        for (id, device) in self.devices() {
            let Some(vendor) = vendor_of(id) else {
                continue;
            };
            let is_complete = text
                .strip_prefix(vendor)
                .and_then(|rest| rest.strip_prefix(' '))
                .is_some_and(|rest| rest == device);
            if is_complete || cut.is_some_and(|cut| begins(cut, vendor, device, id)) {
                found.push(id);
            }
        }
        for (vendor, name) in &vendors {
            let device = text
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(" Device "))
                .and_then(|digits| digits.parse::<DeviceId>().ok());
            if let Some(device) = device {
                let vendor = *vendor;
                found.push(PciId { vendor, device });
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The vendors whose name, followed by a blank, starts `text`: those of a device that `lspci`
    /// prints as `text`, by ascending ID. Empty if this database has other names than the text.
    ///
    /// ```
    /// use pci_core::names::Names;
    /// let ids = Names::embedded().vendors_of("NVIDIA Corporation No such device");
    /// assert_eq!(ids, ["10de".parse()?]);
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub fn vendors_of(&self, text: &str) -> Vec<VendorId> {
        let starts = |name: &str| {
            let rest = text.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(' '))
        };
        let vendors = self.vendors().filter(|(_, name)| starts(name));
        let mut found: Vec<VendorId> = vendors.map(|(vendor, _)| vendor).collect();
        found.sort_unstable();
        found
    }

    fn vendors(&self) -> impl Iterator<Item = (VendorId, &str)> {
        let entries = self.blob.vendors.iter(self.blob.pool);
        entries.map(|(key, name)| (VendorId::of_number(key), name))
    }
}

/// Whether `cut` is the start of `vendor device [id]`.
fn begins(cut: &str, vendor: &str, device: &str, id: PciId) -> bool {
    let numbers = id.to_string();
    let pieces = [vendor, " ", device, " [", &numbers, "]"];
    let mut rest = cut;
    for piece in pieces {
        match rest.strip_prefix(piece) {
            Some(after) => rest = after,
            None => return piece.starts_with(rest),
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Database;

    #[test]
    fn all_that_a_text_can_mean() {
        let long = "x".repeat(118);
        let text = alloc::format!(
            "# Version: 2026.10.24\n0001  Acme\n\t0001  Corp Card\n\t0002  {long}a\n\t0003  {long}b\n\
             \t0004  {long}\n0002  Acme Corp\n\t0001  Card\n0003  Acme\n\t0009  Other\n"
        );
        let blob = Database::parse(text.as_bytes()).unwrap().to_blob().unwrap();
        let names = Names::from_blob(&blob).unwrap();
        let ids = |text: &str| -> Vec<_> {
            let found = names.candidates(text).into_iter();
            found.map(|id| (id.vendor.0, id.device.0)).collect()
        };
        assert_eq!(ids("Acme Corp Card"), [(1, 1), (2, 1)]);
        assert_eq!(ids("Acme Device 0abc"), [(1, 0xabc), (3, 0xabc)]);
        assert_eq!(ids("Acme Corp Device 0001"), [(2, 1)]);
        assert_eq!(ids("Acme Corp"), []);
        assert_eq!(ids("Acme"), []);
        assert_eq!(ids(""), []);
        // `Acme xxx…a [0001:0002]`, cut to 127 bytes.
        for (device, wanted) in [('a', 2), ('b', 3)] {
            let line = alloc::format!("Acme {long}{device} [0001:000{wanted}]");
            let cut = alloc::format!("{}...", line.get(..124).unwrap());
            assert_eq!(ids(&cut), [(1, wanted)]);
        }
        let line = alloc::format!("Acme {long} [0001:0004]");
        let cut = alloc::format!("{}...", line.get(..124).unwrap());
        assert_eq!(ids(&cut), [(1, 4)]);
        assert_eq!(ids(&cut.replace("...", "..")), []);
    }
}
