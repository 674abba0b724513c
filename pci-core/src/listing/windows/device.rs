//! A device listed by Windows.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;
use list_order::Inserts as _;

use super::pnp_id::PnpId;
use crate::notation::LocationPath;
use crate::{Address, ClassCode, PciId};

/// A PCI device listed by Windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PnpDevice {
    /// Instance ID or, if the text has none, a hardware ID.
    pub pnp_id: Located<PnpId>,
    /// Name: `FriendlyName`, `Device Description`, `Name`.
    pub name: Option<String>,
    /// Device setup class: `Display`, `MEDIA`, `Net`.
    pub setup_class: Option<String>,
    /// PCI class, if a hardware ID contains it (`CC_030000`).
    pub class: Option<Located<ClassCode>>,
    /// Status, as printed: `OK`, `Error`, `Unknown`; `Started`, `Problem`, `Disconnected`.
    pub status: Option<Located<String>>,
    /// Driver service: `nvlddmkm`.
    pub service: Option<Located<String>>,
    /// Location path.
    pub location_path: Option<Located<LocationPath>>,
    /// Address, if `LocationInfo` shows it; segment 0 only.
    pub address: Option<Located<Address>>,
    /// The virtual machine that has the device: `VMName` of `Get-VMAssignableDevice`.
    pub vm: Option<Located<String>>,
}

impl PnpDevice {
    pub(super) const fn new(pnp_id: Located<PnpId>) -> Self {
        Self {
            pnp_id,
            name: None,
            setup_class: None,
            class: None,
            status: None,
            service: None,
            location_path: None,
            address: None,
            vm: None,
        }
    }

    /// Whether it is present: Windows also lists removed devices, which `Get-PnpDevice` calls
    /// `Unknown` and pnputil `Disconnected`.
    #[must_use]
    pub fn is_present(&self) -> Option<bool> {
        let status = self.status.as_ref()?;
        match status.value.as_str() {
            "OK" | "Error" | "Degraded" | "Started" | "Stopped" | "Disabled" => Some(true),
            "Unknown" | "Disconnected" => Some(false),
            other => other.starts_with("Problem").then_some(true),
        }
    }

    /// Its identity; `None` for a cut ID, which may match several devices.
    fn key(&self) -> Option<String> {
        let id = &self.pnp_id.value;
        let instance = id.instance.as_deref().unwrap_or_default();
        let hardware = &id.hardware;
        let bus = if id.is_dismounted { "dismounted " } else { "" };
        (!id.is_cut).then(|| format!("{bus}{hardware} {}", instance.to_ascii_uppercase()))
    }

    /// Adds the facts of `other`, the same device elsewhere in the text, that this one lacks.
    pub(super) fn absorb(&mut self, other: Self) {
        let Self {
            pnp_id,
            name,
            setup_class,
            class,
            status,
            service,
            location_path,
            address,
            vm,
        } = other;
        if self.pnp_id.value.is_cut && !pnp_id.value.is_cut {
            self.pnp_id = pnp_id;
        }
        self.name = self.name.take().or(name);
        self.setup_class = self.setup_class.take().or(setup_class);
        self.class = self.class.take().or(class);
        self.status = self.status.take().or(status);
        self.service = self.service.take().or(service);
        self.location_path = self.location_path.take().or(location_path);
        self.address = self.address.take().or(address);
        self.vm = self.vm.take().or(vm);
    }
}

/// Merges rows with the same instance ID. An ID that is only mentioned is dropped if a device has
/// it, and otherwise kept once.
pub(super) fn merged(rows: Vec<PnpDevice>) -> Vec<PnpDevice> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut devices: Vec<PnpDevice> = Vec::new();
    for row in rows {
        let key = row.key();
        let known = key.as_ref().and_then(|key| places.get(key));
        match known.and_then(|place| devices.get_mut(*place)) {
            Some(device) => device.absorb(row),
            None => {
                places.extend(key.map(|key| (key, devices.len())));
                devices.push(row);
            }
        }
    }
    let known: BTreeSet<PciId> = devices
        .iter()
        .map(|device| &device.pnp_id.value)
        .filter(|id| id.instance.is_some())
        .filter_map(|id| id.hardware.id())
        .into_set();
    devices.retain(|device| {
        let id = &device.pnp_id.value;
        let is_mention = id.instance.is_none() && !id.is_cut;
        !(is_mention && id.hardware.id().is_some_and(|id| known.contains(&id)))
    });
    devices
}

/// The address in a `LocationInfo` text, `PCI bus 1, device 0, function 0`: three decimal numbers
/// in any language.
pub(super) fn address(text: &str) -> Option<Address> {
    // The stored form is `@…;PCI bus %1, device %2, function %3;(1,0,0)`.
    let text = match text.rsplit_once(";(") {
        Some((_, numbers)) => numbers,
        None if text.contains("PCI") => text,
        None => return None,
    };
    let mut numbers = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .take(4)
        .map(str::parse::<u8>);
    let address = Address::new(
        0,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    );
    address.filter(|_| numbers.next().is_none())
}

/// The location paths of PCI devices in a text.
pub(super) fn location_paths(text: &str) -> impl Iterator<Item = LocationPath> {
    let parts = text.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | ';' | '{' | '}' | '"' | '\'' | '|' | '`')
    });
    parts.filter_map(location_path)
}

/// The location path of a PCI device, but not of a root bridge.
pub(super) fn location_path(text: &str) -> Option<LocationPath> {
    let path: LocationPath = text.parse().ok()?;
    (!path.0.hops.is_empty()).then_some(path)
}
