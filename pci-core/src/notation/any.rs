//! Detection of the notation of a text.

use super::{
    BusId, DecimalAddress, HardwareId, HostOption, IdPath, InstanceId, LocationInformation,
    NodeDeviceName, PassthruDevice, PciDevice, PciSelector, SysfsPath,
};
use crate::error::{Error, Result};
use crate::{Address, AddressPath, Modalias, PciId};

/// Parses the address of one function in any notation of this module; surrounding blanks are
/// ignored.
///
/// Of `00000:001:00.0` and `0000:01:00.0` the first is decimal, as in ESXi: its bus has three
/// digits. The location of the Windows Device Manager has no domain; domain 0 is assumed.
///
/// # Errors
/// That of the notation that the text starts like. A path without the bus of its last hop has no
/// address.
pub fn address(text: &str) -> Result<Address> {
    let before = text.len() - text.trim_start().len();
    one_address(text.trim()).map_err(|error| error.within(before))
}

fn one_address(text: &str) -> Result<Address> {
    if begins(text, "pci_") {
        return text.parse().map(|NodeDeviceName(address)| address);
    }
    if begins(text, "pci-") {
        return text.parse().map(|path: IdPath| path.address());
    }
    if begins(text, "host=") {
        return text.parse().map(|HostOption(address)| address);
    }
    if begins(text, "PCI:") {
        return text.parse().map(|BusId(address)| address);
    }
    if begins(text, "PCI bus ") {
        let LocationInformation(hop) = text.parse()?;
        return last(&AddressPath::new(Address::default()).then(hop), text);
    }
    if begins(text, "/sys/") || (begins(text, "pci") && text.contains('/')) {
        let path: SysfsPath = text.parse()?;
        return last(path.path(), text);
    }
    if begins(text, "pci") || text.contains('@') {
        return text.parse().map(|PciSelector(address)| address);
    }
    if text.contains('/') && !text.contains(':') {
        return text.parse().map(|device: PassthruDevice| device.address());
    }
    if text.contains('/') {
        return last(&text.parse()?, text);
    }
    let mut fields = text.rsplit(':');
    let bus = fields.nth(1).map(str::len);
    if bus == Some(3) {
        return text.parse().map(|DecimalAddress(address)| address);
    }
    text.parse()
}

fn last(path: &AddressPath, text: &str) -> Result<Address> {
    path.address().ok_or(Error::syntax(
        text.len(),
        "a path that shows the bus of the function",
    ))
}

/// Parses the vendor and device ID in any notation of this module: `10de:2d04`, `10de 2d04`,
/// `[10de:2d04]`, a modalias, `pci:10de:2d04`, a Windows hardware or instance ID; surrounding
/// blanks are ignored.
///
/// # Errors
/// That of the notation that the text starts like.
pub fn id(text: &str) -> Result<PciId> {
    let before = text.len() - text.trim_start().len();
    one_id(text.trim()).map_err(|error| error.within(before))
}

fn one_id(text: &str) -> Result<PciId> {
    if begins(text, "PCI\\") {
        let hardware = match text.parse() {
            Ok(InstanceId { hardware, .. }) => hardware,
            Err(_) => text.parse::<HardwareId>()?,
        };
        return hardware
            .id()
            .ok_or(Error::syntax(text.len(), "both VEN_ and DEV_"));
    }
    if begins(text, "pci:v") {
        return text.parse().map(|modalias: Modalias| modalias.id());
    }
    if begins(text, "pci:") {
        return match text.parse() {
            Ok(PciDevice::Ids { id, .. }) => Ok(id),
            Ok(PciDevice::Path(_)) => Err(Error::syntax(0, "ids and no path")),
            Err(error) => Err(error),
        };
    }
    if let Some(inner) = text.strip_prefix('[') {
        let id = inner
            .strip_suffix(']')
            .ok_or(Error::syntax(text.len(), "']' at the end"))?;
        return id.parse().map_err(|error: Error| error.within(1));
    }
    match text.split_once(' ') {
        Some((vendor, device)) => Ok(PciId {
            vendor: vendor.parse()?,
            device: device
                .parse()
                .map_err(|error: Error| error.within(vendor.len() + 1))?,
        }),
        None => text.parse(),
    }
}

/// Whether `text` starts with `start`, in either case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}
