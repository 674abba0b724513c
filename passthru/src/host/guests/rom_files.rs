//! The ROM files that guests' configurations name.

use host_tree::{Evidence, HostTree, Lookup};
use hvconf::libvirt;
use hvconf::proxmox::{HostAddress, HostDevice, HostPci};
use pci_core::Address;
use vbios::verify::Guest;

use super::mappings::Mappings;
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
    /// The function whose ROM it is: the first of an entry of Proxmox VE, each of libvirt's and of
    /// QEMU's. Each alternative of a resource mapping has an element of its own.
    pub address: Address,
    /// The setting that names it.
    pub setting: RomSetting,
    /// The guest's firmware, if the configuration names it.
    pub guest: Option<Guest>,
    /// The line that names it.
    pub evidence: Evidence,
}

/// The setting that names a ROM file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RomSetting {
    /// `romfile=` of `hostpci` in Proxmox VE.
    Proxmox,
    /// `<rom file=>` of libvirt.
    Libvirt,
    /// `romfile=` of `-device vfio-pci` on QEMU's command line.
    Qemu,
}

/// Larger files are none: the largest ROM BAR is 16 MiB (PCI Local Bus Specification
/// 3.0, section 6.2.5.2).
const LARGEST: usize = 16 << 20;

impl NamedRom {
    pub(in crate::host) fn read(
        tree: &dyn HostTree,
        arguments: Vec<Self>,
        proxmox: &[ProxmoxVm],
        mappings: &Mappings,
        domains: &[Domain],
    ) -> Vec<Self> {
        let mut found = Vec::new();
        for vm in proxmox {
            found.extend(of_vm(vm, mappings));
        }
        for domain in domains {
            found.extend(of_domain(domain));
        }
        for rom in arguments {
            // The command line that a manager makes of its configuration.
            let is_same = |known: &Self| known.path == rom.path && known.address == rom.address;
            if !found.iter().any(is_same) {
                found.push(rom);
            }
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

fn of_vm(vm: &ProxmoxVm, mappings: &Mappings) -> Vec<NamedRom> {
    // A complete configuration without bios means SeaBIOS.
    let guest = match vm.config.get("bios").map(|entry| entry.value) {
        Some("ovmf") => Some(Guest::Ovmf),
        Some(_) => Some(Guest::SeaBios),
        None => vm.config.lacks("bios").then_some(Guest::SeaBios),
    };
    let text = vm.config.to_string();
    let entries = vm.config.entries();
    let mut found = Vec::new();
    for entry in entries.filter(|entry| entry.key.starts_with("hostpci")) {
        let Ok(hostpci) = entry.value.parse::<HostPci>() else {
            continue;
        };
        // A name with a path has a separate finding.
        let Some(file) = hostpci.romfile.as_ref().and_then(|file| file.plain()) else {
            continue;
        };
        // The first function of an entry alone gets the file (`print_hostpci_devices`).
        let alternatives = match &hostpci.device {
            HostDevice::Host(addresses) => vec![HostAddress::first_function(addresses)],
            HostDevice::Mapping(id) => mappings.alternatives(id.as_str()),
            _ => Vec::new(),
        };
        for address in alternatives.into_iter().flatten() {
            found.push(NamedRom {
                path: format!("{OF_PROXMOX}/{file}"),
                bytes: Lookup::NotShown,
                address,
                setting: RomSetting::Proxmox,
                guest,
                evidence: Evidence::at(&*vm.path, &text, entry.line),
            });
        }
    }
    found
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
                setting: RomSetting::Libvirt,
                guest,
                evidence: Evidence::at(&*domain.path, &domain.text, hostdev.line),
            })
        })
        .collect()
}
