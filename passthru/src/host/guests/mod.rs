//! The virtual machines of the host, as their configurations show them.

pub(super) mod bhyve;
pub(super) mod bhyve_slots;
pub(super) mod cluster;
pub(super) mod container_devices;
pub(super) mod glass_memory;
pub(super) mod guest_parts;
pub(super) mod guest_prompts;
pub(super) mod guest_words;
pub(super) mod host_memory;
pub(super) mod hyper_v_vm_state;
mod instances;
pub(super) mod intent;
pub(super) mod kept;
pub(super) mod locked_memory;
pub(super) mod mappings;
pub(super) mod mediated;
pub(super) mod moved;
pub(super) mod moved_of_xen;
pub(super) mod passed;
pub(super) mod refused_node;
pub(super) mod rom_arguments;
pub(super) mod rom_files;
pub(super) mod running;
pub(super) mod usb_paths;
pub(super) mod with_guest;

use std::borrow::Cow;

use host_tree::{CommandText, HostTree};
use hvconf::libvirt;
use hvconf::proxmox::{
    HostAddress, HostContext, HostDevice, HostPci, VmConfig, VmId, assigned_functions,
};
use pci_core::Address;

use crate::input::UNNAMED;

const PROXMOX: &str = "/etc/pve/qemu-server";
const LIBVIRT: &str = "/etc/libvirt/qemu";
const VMFS: &str = "/vmfs/volumes";

/// A virtual machine of Proxmox VE.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub(crate) struct ProxmoxVm {
    /// Its number; `None` when the file's name is none.
    pub id: Option<VmId>,
    /// The configuration's path.
    pub path: String,
    /// The configuration.
    pub config: VmConfig,
    /// The host functions that are certainly assigned to it, by address or by a mapping that the
    /// input resolves.
    pub given: Vec<HostAddress>,
}

impl ProxmoxVm {
    pub(super) fn read(tree: &dyn HostTree, host_context: HostContext<'_>) -> Vec<Self> {
        files(tree, PROXMOX, ".conf")
            .map(|(path, stem, text)| {
                let config = VmConfig::parse(&without_remarks(&text));
                Self {
                    id: stem.parse().ok(),
                    path,
                    given: assigned_functions(&config, host_context),
                    config,
                }
            })
            .collect()
    }

    /// Whether the configuration has keys that Proxmox VE writes into each one:
    /// an excerpt, such as one line in a forum post, has not.
    #[must_use]
    pub(crate) fn is_complete(&self) -> bool {
        self.config.is_complete()
    }

    /// The number of the line with a machine of type q35.
    #[must_use]
    pub(crate) fn q35(&self) -> Option<u32> {
        let machine = self.config.get("machine")?;
        // The machine may have a remark behind it.
        let kind = machine.value.split_whitespace().next()?;
        kind.contains("q35").then_some(machine.line)
    }

    /// Whether the function is certainly assigned to it.
    #[must_use]
    pub(crate) fn passes(&self, address: Address) -> bool {
        self.given.iter().any(|given| given.covers(address))
    }

    /// Whether it has a mediated device of the function, whose host driver makes it.
    #[must_use]
    pub(crate) fn shares(&self, address: Address) -> bool {
        self.hostpci().any(|(_, entry)| match &entry.device {
            HostDevice::Host(addresses) => {
                entry.mdev.is_some() && addresses.iter().any(|one| one.covers(address))
            }
            _ => false,
        })
    }

    /// The `hostpciN` of the configuration, each with the number of its line.
    pub(crate) fn hostpci(&self) -> impl Iterator<Item = (u32, HostPci)> {
        let entries = self.config.entries();
        entries
            .filter(|entry| entry.key.starts_with("hostpci"))
            .filter_map(|entry| Some((entry.line, entry.value.parse().ok()?)))
    }
}

/// The configuration without the remarks that a post has behind values: `romfile=card.rom # from the
/// firmware`. Proxmox VE accepts none there.
fn without_remarks(text: &str) -> Cow<'_, str> {
    let has_remark = |line: &str| line.starts_with("hostpci") && line.contains(" #");
    if !text.lines().any(has_remark) {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| match line.split_once(" #") {
        Some((value, _)) if has_remark(line) => value.trim_end(),
        _ => line,
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// A domain of libvirt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub(crate) struct Domain {
    /// Its name: the file's.
    pub name: String,
    /// The file's path.
    pub path: String,
    /// Its XML.
    pub text: String,
    /// The host's functions that it names.
    pub functions: Vec<Address>,
}

/// The configurations of guests as texts, for the message catalog.
pub(super) fn texts(tree: &dyn HostTree) -> Vec<CommandText> {
    let all = files(tree, PROXMOX, ".conf").chain(files(tree, LIBVIRT, ".xml"));
    all.map(|(command, _, text)| CommandText::new(command, text))
        .collect()
}

impl Domain {
    pub(super) fn read(tree: &dyn HostTree) -> Vec<Self> {
        files(tree, LIBVIRT, ".xml")
            .map(|(path, name, text)| {
                let functions = libvirt::Domain::parse(&text)
                    .map(|domain| {
                        domain
                            .hostdevs()
                            .iter()
                            .map(|hostdev| hostdev.source)
                            .collect()
                    })
                    .unwrap_or_default();
                Self {
                    name,
                    path,
                    text,
                    functions,
                }
            })
            .collect()
    }

    /// Whether it names the function.
    #[must_use]
    pub(crate) fn passes(&self, address: Address) -> bool {
        self.functions.contains(&address)
    }

    /// Whether the XML is without the domain's name: its file was named for it.
    fn is_unnamed(&self) -> bool {
        self.name.starts_with(UNNAMED)
    }
}

/// A virtual machine of VMware.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub(crate) struct VmxFile {
    /// The file's path.
    pub path: String,
    /// The parsed configuration.
    pub vmx: hvconf::esxi::Vmx,
    /// Its lines.
    pub text: String,
}

impl VmxFile {
    /// Reads the `.vmx` of each machine: `VOLUME/MACHINE/NAME.vmx`, and pasted
    /// ones.
    pub(super) fn read(tree: &dyn HostTree) -> Vec<Self> {
        let mut found = Vec::new();
        let Some(volumes) = tree.list(VMFS).found() else {
            return found;
        };
        for volume in volumes.names {
            let volume = format!("{VMFS}/{volume}");
            let entries = tree.list(&volume).found().unwrap_or_default();
            let mut directories: Vec<String> = entries
                .names
                .iter()
                .map(|name| format!("{volume}/{name}"))
                .collect();
            directories.push(volume);
            for directory in directories {
                found.extend(files(tree, &directory, "").filter_map(|(path, _, text)| {
                    let is_vmx = path.ends_with(".vmx") || text.contains("pciPassthru");
                    is_vmx.then(|| Self {
                        vmx: hvconf::esxi::Vmx::parse(&text),
                        path,
                        text,
                    })
                }));
            }
        }
        found
    }
}

/// The files of a directory whose names have this suffix: path, name without the suffix, text.
fn files<'a>(
    tree: &'a dyn HostTree,
    directory: &'a str,
    end: &'a str,
) -> impl Iterator<Item = (String, String, String)> + 'a {
    let names = tree.list(directory).found().unwrap_or_default().names;
    names.into_iter().filter_map(move |name| {
        let stem = name.strip_suffix(end)?.to_owned();
        let path = format!("{directory}/{name}");
        let text = tree.read_text(&path).found()?;
        Some((path, stem, text))
    })
}
