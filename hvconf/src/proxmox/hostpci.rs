//! `hostpciN`: which host functions a guest gets, and how.
//!
//! Keys and patterns are those of qemu-server's schema of `hostpci` entries
//! (`PVE::QemuServer::PCI`; `qm.conf(5)`, "hostpci").

use core::fmt;
use core::str::FromStr;

use pci_core::{Address, DeviceId, Slot, VendorId};

use super::property::{Property, PropertyString, boolean};
use crate::assigned::RomFile;
use crate::error::{Cause, Error};

/// How many entries there are: `hostpci0` to `hostpci15` (`PVE::QemuServer::PCI`,
/// `$MAX_HOSTPCI_DEVICES`).
pub(super) const MOST_ENTRIES: u8 = 16;

/// A `hostpciN` value. An option that is `None` is not written; Proxmox VE's own
/// default then holds.
///
/// ```
/// use hvconf::proxmox::HostPci;
/// let entry: HostPci = "0000:02:00,pcie=1,x-vga=1,romfile=vbios.rom".parse()?;
/// assert_eq!(entry.pcie, Some(true));
/// assert_eq!(entry.to_string(), "0000:02:00,pcie=1,romfile=vbios.rom,x-vga=1");
/// assert!("0000:0G:00".parse::<HostPci>().is_err());
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostPci {
    /// The assigned device.
    pub device: HostDevice,
    /// `pcie`: a PCI Express port in the guest; needs machine q35. Default off.
    pub pcie: Option<bool>,
    /// `x-vga`: the guest's first screen. Default off.
    pub x_vga: Option<bool>,
    /// `rombar`: the expansion ROM is visible to the guest. Default on.
    pub rombar: Option<bool>,
    /// `romfile`: a file below `/usr/share/kvm/` in place of the card's ROM.
    pub romfile: Option<RomPath>,
    /// `legacy-igd`: Intel graphics at 00:02.0 in an i440fx guest.
    pub legacy_igd: Option<bool>,
    /// `mdev`: the mediated device type to make.
    pub mdev: Option<MdevType>,
    /// `vendor-id`: the vendor id that the guest sees.
    pub vendor_id: Option<VendorId>,
    /// `device-id`: the device id that the guest sees.
    pub device_id: Option<DeviceId>,
    /// `sub-vendor-id`: the subsystem vendor id that the guest sees.
    pub sub_vendor_id: Option<VendorId>,
    /// `sub-device-id`: the subsystem id that the guest sees.
    pub sub_device_id: Option<DeviceId>,
    /// `driver`: the driver that the host binds; since qemu-server 9.0.25.
    pub driver: Option<HostDriver>,
}

/// The device of a `hostpciN`: exactly one of `host` and `mapping`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostDevice {
    /// `host`: addresses on this node, at least one.
    Host(Vec<HostAddress>),
    /// `mapping`: an entry of `/etc/pve/mapping/pci.cfg`; since qemu-server 8.0.4.
    Mapping(MappingId),
}

/// One address of `host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostAddress {
    /// All functions of a slot.
    Slot(Slot),
    /// One function.
    Function(Address),
}

impl HostAddress {
    /// The slot that it is, or is in.
    #[must_use]
    pub const fn slot(self) -> Slot {
        match self {
            Self::Slot(slot) => slot,
            Self::Function(address) => address.slot(),
        }
    }

    /// Whether `address` is assigned by it.
    #[must_use]
    pub fn covers(self, address: Address) -> bool {
        match self {
            Self::Slot(slot) => address.slot() == slot,
            Self::Function(function) => address == function,
        }
    }

    /// The first function of an entry, which alone has its ROM file, `x-vga` and ids
    /// (`PVE::QemuServer::PCI`, `print_hostpci_devices`): of a slot the one with number 0.
    #[must_use]
    pub fn first_function(addresses: &[Self]) -> Option<Address> {
        match *addresses.first()? {
            Self::Slot(slot) => slot.function(0),
            Self::Function(address) => Some(address),
        }
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slot(slot) => write!(f, "{slot}"),
            Self::Function(address) => write!(f, "{address}"),
        }
    }
}

/// Handling of the driver by the host: `driver=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostDriver {
    /// Bind vfio-pci.
    Vfio,
    /// Leave the bound driver, such as a vendor's own vfio variant.
    Keep,
}

impl HostDriver {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Vfio => "vfio",
            Self::Keep => "keep",
        }
    }
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $holds:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// `text` as one of these; `None` when it does not fit.
            #[must_use]
            pub fn new(text: &str) -> Option<Self> {
                let holds: fn(&str) -> bool = $holds;
                holds(text).then(|| Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

checked_text! {
    /// A resource mapping's name: a letter, then at least one letter, digit, `_`
    /// or `-` (the `pve-configid` format).
    MappingId,
    |text| {
        let rest = text.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or_default();
        !rest.is_empty()
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

checked_text! {
    /// A mediated device type: no `/`, `.`, `:`, `,` and no control character.
    MdevType,
    |text| !text.is_empty() && !text.contains(['/', '.', ':', ',']) && is_line(text)
}

checked_text! {
    /// A `romfile` as found in a configuration: no `,`, `;` and no control character. Proxmox VE
    /// accepts more than a plain name, and a path with `/` leaves `/usr/share/kvm/`; what is
    /// written comes from a [`RomFile`].
    RomPath,
    |text| !text.is_empty() && !text.contains([',', ';']) && is_line(text)
}

impl RomPath {
    /// The plain file name that it is; `None` for a path or an odd name.
    #[must_use]
    pub fn plain(&self) -> Option<RomFile> {
        self.0.parse().ok()
    }
}

impl From<&RomFile> for RomPath {
    fn from(file: &RomFile) -> Self {
        Self(file.as_str().to_owned())
    }
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control) && text.trim() == text
}

impl HostPci {
    /// `device` with no option.
    #[must_use]
    pub const fn new(device: HostDevice) -> Self {
        Self {
            device,
            pcie: None,
            x_vga: None,
            rombar: None,
            romfile: None,
            legacy_igd: None,
            mdev: None,
            vendor_id: None,
            device_id: None,
            sub_vendor_id: None,
            sub_device_id: None,
            driver: None,
        }
    }

    /// The host addresses; none for a mapping.
    #[must_use]
    pub fn addresses(&self) -> &[HostAddress] {
        match &self.device {
            HostDevice::Host(addresses) => addresses,
            HostDevice::Mapping(_) => &[],
        }
    }
}

impl FromStr for HostPci {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let string = PropertyString::parse(text, "host")?;
        let (mut host, mut mapping) = (None, None);
        let mut entry = Self::new(HostDevice::Host(Vec::new()));
        for part in string.parts() {
            let part = Value(part);
            match part.0.key {
                "host" => host = Some(part.read("host", HOST, addresses)?),
                "mapping" => mapping = Some(part.read("mapping", MAPPING, MappingId::new)?),
                "pcie" => entry.pcie = Some(part.read("pcie", BOOLEAN, boolean)?),
                "x-vga" => entry.x_vga = Some(part.read("x-vga", BOOLEAN, boolean)?),
                "rombar" => entry.rombar = Some(part.read("rombar", BOOLEAN, boolean)?),
                "romfile" => entry.romfile = Some(part.read("romfile", FILE, RomPath::new)?),
                "legacy-igd" => {
                    entry.legacy_igd = Some(part.read("legacy-igd", BOOLEAN, boolean)?);
                }
                "mdev" => entry.mdev = Some(part.read("mdev", MDEV, MdevType::new)?),
                "vendor-id" => {
                    entry.vendor_id = Some(VendorId(part.read("vendor-id", ID, hex_id)?));
                }
                "device-id" => {
                    entry.device_id = Some(DeviceId(part.read("device-id", ID, hex_id)?));
                }
                "sub-vendor-id" => {
                    entry.sub_vendor_id = Some(VendorId(part.read("sub-vendor-id", ID, hex_id)?));
                }
                "sub-device-id" => {
                    entry.sub_device_id = Some(DeviceId(part.read("sub-device-id", ID, hex_id)?));
                }
                "driver" => entry.driver = Some(part.read("driver", DRIVER, host_driver)?),
                key => {
                    return Err(Cause::UnknownHostPciKey {
                        key: key.to_owned(),
                        offset: part.0.offset,
                    }
                    .into());
                }
            }
        }
        entry.device = match (host, mapping) {
            (Some(addresses), None) => HostDevice::Host(addresses),
            (None, Some(id)) => HostDevice::Mapping(id),
            (None, None) => return Err(Cause::NoHostPciDevice.into()),
            (Some(_), Some(_)) => return Err(Cause::HostAndMapping.into()),
        };
        Ok(entry)
    }
}

const HOST: &str = "lower-case addresses such as 0000:01:00.0 or 01:00, with ';' between";
const MAPPING: &str = "a mapping name of a letter and letters, digits, '_' or '-'";
const BOOLEAN: &str = "1 or 0";
const FILE: &str = "a file name without ',' and ';'";
const MDEV: &str = "a mediated device type without '/', '.' and ':'";
const ID: &str = "0x and four hex digits";
const DRIVER: &str = "vfio or keep";

/// One part, to be read as a type.
struct Value<'a, 'b>(&'b Property<'a>);

impl Value<'_, '_> {
    fn read<T>(
        &self,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let wrong = || Cause::HostPciValue {
            key,
            expected,
            found: self.0.value.to_owned(),
            offset: self.0.offset,
        };
        Ok(parse(self.0.value).ok_or_else(wrong)?)
    }
}

/// The most addresses of one entry: a bus has no more functions than 256 (PCI
/// Express Base Specification 6.0, section 2.2.6.2).
const MOST_ADDRESSES: usize = 256;

pub(super) fn addresses(text: &str) -> Option<Vec<HostAddress>> {
    let few = text.split(';').take(MOST_ADDRESSES + 1).count() <= MOST_ADDRESSES;
    few.then(|| text.split(';').map(address).collect())
        .flatten()
}

fn address(text: &str) -> Option<HostAddress> {
    // pci-core also reads other spellings, which Proxmox VE rejects.
    let lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.');
    if !text.bytes().all(lower) {
        return None;
    }
    let function = text.parse().map(HostAddress::Function);
    function
        .or_else(|_| text.parse().map(HostAddress::Slot))
        .ok()
}

fn hex_id(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("0x")?;
    let hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

fn host_driver(text: &str) -> Option<HostDriver> {
    [HostDriver::Vfio, HostDriver::Keep]
        .into_iter()
        .find(|driver| driver.as_str() == text)
}

impl fmt::Display for HostPci {
    /// The device first, then the options by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.device {
            HostDevice::Host(addresses) => {
                for (index, address) in addresses.iter().enumerate() {
                    let between = if index == 0 { "" } else { ";" };
                    write!(f, "{between}{address}")?;
                }
            }
            HostDevice::Mapping(id) => write!(f, "mapping={}", id.as_str())?,
        }
        let switch = |value: Option<bool>| value.map(|on| if on { "1" } else { "0" }.to_owned());
        let hex = |id: Option<u16>| id.map(|id| format!("0x{id:04x}"));
        for (key, value) in [
            ("device-id", hex(self.device_id.map(|id| id.0))),
            (
                "driver",
                self.driver.map(|driver| driver.as_str().to_owned()),
            ),
            ("legacy-igd", switch(self.legacy_igd)),
            ("mdev", self.mdev.as_ref().map(|mdev| mdev.0.clone())),
            ("pcie", switch(self.pcie)),
            ("rombar", switch(self.rombar)),
            ("romfile", self.romfile.as_ref().map(|file| file.0.clone())),
            ("sub-device-id", hex(self.sub_device_id.map(|id| id.0))),
            ("sub-vendor-id", hex(self.sub_vendor_id.map(|id| id.0))),
            ("vendor-id", hex(self.vendor_id.map(|id| id.0))),
            ("x-vga", switch(self.x_vga)),
        ] {
            if let Some(value) = value {
                write!(f, ",{key}={value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
