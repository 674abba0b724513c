//! Whatever somebody pastes: which spelling is it?

use super::{
    BusId, DecimalAddress, HardwareId, HostOption, IdPath, InstanceId, LocationInformation,
    NodeDevice, PassthruDevice, PciDevice, PciSelector, SysfsPath,
};
use crate::error::{Error, Result};
use crate::{Address, AddressPath, Modalias, PciId};

/// The function that `text` names by its address, in any spelling of this module
/// that names one function of a host; blanks around it do not count.
///
/// Of `00000:001:00.0` and `0000:01:00.0` the first is decimal, as ESXi writes it: a
/// bus of three digits tells. A location of Windows' Device Manager, which names no
/// domain, is taken to be in domain 0.
///
/// # Errors
/// Those of the spelling that the text begins like. A path whose last hop
/// shows no bus names no address.
pub fn address(text: &str) -> Result<Address> {
    let before = text.len() - text.trim_start().len();
    one_address(text.trim()).map_err(|error| error.within(before))
}

fn one_address(text: &str) -> Result<Address> {
    if begins(text, "pci_") {
        return text.parse().map(|NodeDevice(address)| address);
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
        return last(&AddressPath::new(Address::default()).behind(hop), text);
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

/// The vendor and device id that `text` names, in any spelling of this module that
/// has both: `10de:2d04`, `10de 2d04`, `[10de:2d04]`, a modalias, `pci:10de:2d04`, a
/// hardware or instance id of Windows; blanks around it do not count.
///
/// # Errors
/// Those of the spelling that the text begins like.
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

/// Whether `text` begins with `start`, letters in either case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}
