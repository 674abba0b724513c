//! The ROM files that guests' configurations name.

use host_tree::{Evidence, HostTree, Lookup};
use hvconf::libvirt;
use hvconf::proxmox::{HostAddress, HostDevice, HostPci};
use pci_core::Address;
use vbios::verify::Guest;

use super::{Domain, ProxmoxVm};

/// Where Proxmox VE looks for ROM files (qm.conf(5), `hostpci`, `romfile`).
pub(crate) const OF_PROXMOX: &str = "/usr/share/kvm";

/// A ROM file that a guest's configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct NamedRom {
    /// Where the host looks for it.
    pub path: String,
    /// Its bytes; `None` where the host has no such file.
    pub bytes: Lookup<Vec<u8>>,
    /// The function whose ROM it is: the first of an entry of Proxmox VE, each of libvirt's.
    pub address: Address,
    /// The guest's firmware, if the configuration names it.
    pub guest: Option<Guest>,
    /// The line that names it.
    pub evidence: Evidence,
}

/// Larger files are none: the largest ROM BAR is 16 MiB (PCI Local Bus Specification
/// 3.0, section 6.2.5.2).
const LARGEST: usize = 16 << 20;

impl NamedRom {
    pub(in crate::host) fn read(
        tree: &dyn HostTree,
        proxmox: &[ProxmoxVm],
        domains: &[Domain],
    ) -> Vec<Self> {
        let mut found = Vec::new();
        for vm in proxmox {
            found.extend(of_vm(vm));
        }
        for domain in domains {
            found.extend(of_domain(domain));
        }
        for rom in &mut found {
            let bytes = tree.read(&rom.path);
            rom.bytes = match bytes {
                Lookup::Found(bytes) if bytes.len() > LARGEST => Lookup::NotShown,
                other => other.map(|bytes| bytes.to_vec()),
            };
        }
        found
    }
}

fn of_vm(vm: &ProxmoxVm) -> Vec<NamedRom> {
    // A complete configuration without bios means SeaBIOS.
    let guest = match vm.config.get("bios").map(|entry| entry.value) {
        Some("ovmf") => Some(Guest::Ovmf),
        Some(_) => Some(Guest::SeaBios),
        None => vm.config.lacks("bios").then_some(Guest::SeaBios),
    };
    let text = vm.config.to_string();
    let entries = vm.config.entries();
    entries
        .filter(|entry| entry.key.starts_with("hostpci"))
        .filter_map(|entry| {
            let hostpci = entry.value.parse::<HostPci>().ok()?;
            // A name with a path has a separate finding.
            let file = hostpci.romfile.as_ref()?.plain()?;
            let HostDevice::Host(addresses) = &hostpci.device else {
                return None;
            };
            // The first function of an entry alone gets the file (`print_hostpci_devices`).
            let address = match *addresses.first()? {
                HostAddress::Slot(slot) => slot.function(0)?,
                HostAddress::Function(address) => address,
            };
            Some(NamedRom {
                path: format!("{OF_PROXMOX}/{file}"),
                bytes: Lookup::NotShown,
                address,
                guest,
                evidence: Evidence::at(&*vm.path, &text, entry.line),
            })
        })
        .collect()
}

fn of_domain(domain: &Domain) -> Vec<NamedRom> {
    let Ok(read) = libvirt::Domain::parse(&domain.text) else {
        return Vec::new();
    };
    let firmware = read.firmware();
    let guest = match (&firmware.automatic, &firmware.loader) {
        (Some(word), _) if word == "efi" => Some(Guest::Ovmf),
        (_, Some(loader)) if loader.contains("OVMF") || loader.contains("edk2") => {
            Some(Guest::Ovmf)
        }
        _ if read.is_uefi() => Some(Guest::Ovmf),
        _ => None,
    };
    let hostdevs = read.hostdevs().into_iter();
    hostdevs
        .filter_map(|hostdev| {
            let path = hostdev.rom_file.filter(|path| path.starts_with('/'))?;
            Some(NamedRom {
                path,
                bytes: Lookup::NotShown,
                address: hostdev.source,
                guest,
                evidence: Evidence::at(&*domain.path, &domain.text, hostdev.line),
            })
        })
        .collect()
}
