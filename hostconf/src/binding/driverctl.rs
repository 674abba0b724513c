//! driverctl: one file for each function, `/etc/driverctl.d/pci-ADDRESS`, with the name of its
//! driver (driverctl(8)).
//!
//! A udev rule starts a unit for each such file, in the root: the file is not in the initramfs, so
//! a driver that loads there claims the function first and is unbound when the unit runs. That is
//! right for drivers that can be unbound (network cards, most controllers), and wrong for a display
//! card that is in use by then. The file has no ID, so a card that moves to the address gets the
//! driver of another.

use host_tree::Edit;
use pci_core::Address;
use pci_core::modules::ModuleName;

/// The folder.
pub const DIRECTORY: &str = "/etc/driverctl.d";

/// The file for a function.
///
/// ```
/// use hostconf::binding::driverctl::path;
/// let path = path("01:00.0".parse()?);
/// assert_eq!(path, "/etc/driverctl.d/pci-0000:01:00.0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn path(address: Address) -> String {
    format!("{DIRECTORY}/pci-{address}")
}

/// The function that a file of the folder is for, from its name; `None` for files of
/// other buses.
#[must_use]
pub fn address(name: &str) -> Option<Address> {
    name.strip_prefix("pci-")?.parse().ok()
}

/// The driver that a file names.
///
/// # Errors
///
/// When its first line is not a driver's name.
pub fn driver(text: &str) -> pci_core::Result<ModuleName> {
    text.lines().next().unwrap_or_default().trim().parse()
}

/// Binds a function to vfio-pci: the file of `driverctl set-override ADDRESS vfio-pci`, without
/// binding it now.
#[must_use]
pub fn edit(address: Address, before: Option<&str>) -> Edit {
    Edit::new_file(path(address), "vfio-pci\n").replacing(before.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_is_written() {
        let at = "10000:e1:00.0".parse().unwrap();
        let edit = edit(at, None);
        assert_eq!(driver(&edit.after).unwrap().as_str(), "vfio-pci");
        assert_eq!(address(edit.path.rsplit('/').next().unwrap()), Some(at));
        assert_eq!(address("usb-1-1"), None);
        assert!(driver("").is_err());
        assert!(driver("a b").is_err());
    }
}
