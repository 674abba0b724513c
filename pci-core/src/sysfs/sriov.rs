//! Virtual functions: SR-IOV.

use alloc::vec::Vec;

use host_tree::Lookup;
use list_order::Order as _;

use super::attributes::{self, last_component, parsed};
use super::reader::Reader;
use crate::{Address, DeviceId};

/// A function's SR-IOV attributes (`Documentation/ABI/testing/sysfs-bus-pci` of the kernel). All
/// are `Absent` without the capability.
///
/// ```
/// use pci_core::sysfs::{self, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// let mut host = MemoryTree::partial();
/// let function = "/sys/bus/pci/devices/0000:03:00.0";
/// host.insert_file(&format!("{function}/sriov_totalvfs"), "7\n");
/// host.insert_file(&format!("{function}/sriov_numvfs"), "2\n");
/// let nic = sysfs::read_device(&host, "03:00.0".parse()?, Wanted::default()).unwrap();
/// // Two of seven virtual functions exist.
/// assert_eq!(nic.sriov.total_vfs, Lookup::Found(7));
/// assert_eq!(nic.sriov.num_vfs, Lookup::Found(2));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Sriov {
    /// Maximum number of virtual functions.
    pub total_vfs: Lookup<u16>,
    /// Number of existing virtual functions.
    pub num_vfs: Lookup<u16>,
    /// First VF Offset: distance of the first virtual function's requester ID.
    pub offset: Lookup<u16>,
    /// VF Stride: distance between virtual functions' requester IDs.
    pub stride: Lookup<u16>,
    /// Device ID of its virtual functions; their vendor ID is its own.
    pub vf_device: Lookup<DeviceId>,
    /// Whether host drivers may bind to new virtual functions.
    pub drivers_autoprobe: Lookup<bool>,
    /// Existing virtual functions, by number, if shown.
    pub virtual_functions: Lookup<Vec<VirtualFunction>>,
}

/// A virtual function of a physical function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct VirtualFunction {
    /// Number, from 0: N of `virtfnN`.
    pub number: u16,
    /// Address.
    pub address: Address,
}

impl Sriov {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let number = |name: &str| {
            parsed(reader.text(name), "a number up to 65535", |text| {
                text.parse().ok()
            })
        };
        let total_vfs = number("sriov_totalvfs");
        Self {
            virtual_functions: virtual_functions(reader, &total_vfs),
            total_vfs,
            num_vfs: number("sriov_numvfs"),
            offset: number("sriov_offset"),
            stride: number("sriov_stride"),
            vf_device: parsed(
                reader.text("sriov_vf_device"),
                "a device such as 10ca",
                attributes::hex16,
            )
            .map(DeviceId),
            drivers_autoprobe: parsed(
                reader.text("sriov_drivers_autoprobe"),
                "0 or 1",
                attributes::switch,
            ),
        }
    }

    pub(super) const fn not_requested() -> Self {
        Self {
            total_vfs: Lookup::NotShown,
            num_vfs: Lookup::NotShown,
            offset: Lookup::NotShown,
            stride: Lookup::NotShown,
            vf_device: Lookup::NotShown,
            drivers_autoprobe: Lookup::NotShown,
            virtual_functions: Lookup::NotShown,
        }
    }
}

fn virtual_functions(reader: &Reader<'_>, total_vfs: &Lookup<u16>) -> Lookup<Vec<VirtualFunction>> {
    if total_vfs.is_absent() {
        return Lookup::Absent;
    }
    let Lookup::Found(listing) = reader.names() else {
        return Lookup::NotShown;
    };
    let mut found: Vec<VirtualFunction> = Vec::new();
    for name in &listing.names {
        let number = name.strip_prefix("virtfn").and_then(|n| n.parse().ok());
        let Some(number) = number else { continue };
        match parsed(
            reader.link(name).map(last_component),
            "a link to an address",
            |name| name.parse().ok(),
        ) {
            Lookup::Found(address) => found.push(VirtualFunction { number, address }),
            Lookup::Unreadable(reason) => return Lookup::Unreadable(reason),
            Lookup::Absent | Lookup::NotShown => {}
        }
    }
    found.order();
    if found.is_empty() && !listing.complete {
        return Lookup::NotShown;
    }
    Lookup::Found(found)
}
