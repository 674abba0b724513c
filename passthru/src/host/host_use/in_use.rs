//! Functions that the host uses: file systems and networks.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree, numbered_lines};
use list_order::Inserts as _;
use pci_core::Address;

use super::pools;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;

/// The mounts of the first process (proc_pid_mountinfo(5)).
const MOUNTS: &str = "/proc/1/mountinfo";
/// Where others may read theirs.
const OWN_MOUNTS: &str = "/proc/self/mountinfo";

/// Swap areas (proc(5)).
const SWAPS: &str = "/proc/swaps";

/// Something of the host on a disk that a PCI function serves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Storage {
    /// Where it is mounted; for swap its device.
    pub mount_point: String,
    /// The function that serves its disk.
    pub address: Address,
}

/// A file system of the host whose disk belongs to an unknown function, or a disk of a function
/// that the host may use in a way that shows no mount.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct UnknownStorage {
    /// Where it is mounted; for swap its device; for a member of a pool or volume group the device
    /// with the type in brackets; for a volume its name.
    pub mount_point: String,
    /// The kernel's name of its disk or of a partition on it, if known.
    pub disk: Option<String>,
    /// The transport of the disk, as `lsblk` names it: `sata`, `usb`.
    pub transport: Option<String>,
    /// The function of the disk, where only the host's use of the disk is unknown.
    pub address: Option<Address>,
    /// Whether ZFS has it.
    pub is_zfs: bool,
}

/// The class of SATA controllers (PCI Code and ID Assignment Specification 1.11).
pub(crate) const SATA: u8 = 0x06;

impl UnknownStorage {
    /// Whether the function may serve the disk: NVMe controllers serve NVMe drives, and no
    /// controller of disks those on USB.
    #[must_use]
    pub(crate) fn may_be_of(&self, device: &Device) -> bool {
        let Some(class) = device.class.as_ref().map(|class| class.value) else {
            return false;
        };
        if let Some(address) = self.address {
            return address == device.address;
        }
        let is_nvme = class.sub == 0x08;
        class.base == 0x01
            && self.transport.as_deref() != Some("usb")
            && self
                .disk
                .as_ref()
                .is_none_or(|disk| disk.starts_with("nvme") == is_nvme)
    }
}

/// File systems of the host on disks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::host) struct Disks {
    /// File systems whose disks belong to a known function.
    pub(in crate::host) storage: Vec<Fact<Storage>>,
    /// Mounted file systems of which the input does not show the disks.
    pub(in crate::host) not_followed: Vec<Fact<UnknownStorage>>,
}

impl Disks {
    /// The mounts on disks of known functions, and those on unknown disks: a file system on several
    /// disks names none in the list of mounts.
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let mut disks = Self::default();
        disks.add_mounts(tree);
        if let Some(text) = tree.read_text(SWAPS).found() {
            for (number, line) in numbered_lines(&text).skip(1) {
                let Some(device) = line.split_ascii_whitespace().next() else {
                    continue;
                };
                let mut addresses = Vec::new();
                follow_node(tree, device, &mut addresses);
                disks.add(device, &addresses, &Evidence::new(SWAPS, number, line));
            }
        }
        // Without mounts the use of no disk is known.
        if !disks.storage.is_empty() || !disks.not_followed.is_empty() {
            disks.add_volumes(tree);
        }
        disks
    }

    /// The disks of device-mapper volumes and arrays of which nothing is mounted: the host may use
    /// them, as a thin pool has the disks of guests, or may have assembled those of another system.
    fn add_volumes(&mut self, tree: &dyn HostTree) {
        let used = self.storage.iter().map(|known| known.value.address);
        let mut seen: BTreeSet<Address> = used.into_set();
        let devices = tree.list("/sys/class/block").found().unwrap_or_default();
        let is_volume = |name: &&String| {
            ["dm-", "md", "bcache"]
                .iter()
                .any(|kind| name.starts_with(kind))
        };
        for device in devices.names.iter().filter(is_volume) {
            let path = format!("/sys/class/block/{device}");
            let mut addresses = Vec::new();
            follow(tree, &path, 0, &mut addresses);
            let name = tree.read_text(&format!("{path}/dm/name")).found();
            let name = name.as_deref().map_or(device.as_str(), str::trim);
            for address in addresses {
                if !seen.insert(address) {
                    continue;
                }
                let unknown = UnknownStorage {
                    mount_point: name.to_owned(),
                    disk: None,
                    transport: None,
                    address: Some(address),
                    is_zfs: false,
                };
                let evidence = Evidence::new(format!("{path}/slaves"), 1, name);
                self.not_followed.push(Fact::new(unknown, evidence));
            }
        }
    }

    fn add_mounts(&mut self, tree: &dyn HostTree) {
        let mounts = tree.read_text(MOUNTS).found().map(|text| (MOUNTS, text));
        let mounts = mounts.or_else(|| Some((OWN_MOUNTS, tree.read_text(OWN_MOUNTS).found()?)));
        let Some((path, text)) = mounts else {
            return;
        };
        // A pool has hundreds of mounted datasets.
        let pools = LazyCell::new(|| pools::devices(tree));
        for (number, line) in numbered_lines(&text) {
            let mut fields = line.split(' ');
            let (Some(device), Some(mount_point)) = (fields.nth(2), fields.nth(1)) else {
                continue;
            };
            let evidence = Evidence::new(path, number, line);
            let mut addresses = Vec::new();
            if device.starts_with("0:") {
                // Major 0: no block device. Btrfs names one of its devices, ZFS its pool
                // (proc_pid_mountinfo(5)).
                let Some((_, rest)) = line.split_once(" - ") else {
                    continue;
                };
                let mut fields = rest.split(' ');
                let (kind, source) = (fields.next(), fields.next().unwrap_or_default());
                match kind {
                    Some("btrfs") => follow_node(tree, source, &mut addresses),
                    Some("zfs") => {
                        let pool = source.split('/').next().unwrap_or_default();
                        for found in pools.iter().filter(|found| found.pool == pool) {
                            follow_node(tree, &found.device, &mut addresses);
                        }
                    }
                    _ => continue,
                }
                if addresses.is_empty() {
                    let unknown = UnknownStorage {
                        mount_point: mount_point.to_owned(),
                        disk: None,
                        transport: None,
                        address: None,
                        is_zfs: kind == Some("zfs"),
                    };
                    self.not_followed.push(Fact::new(unknown, evidence));
                    continue;
                }
            } else {
                follow(tree, &format!("/sys/dev/block/{device}"), 0, &mut addresses);
            }
            self.add(mount_point, &addresses, &evidence);
        }
    }

    fn add(&mut self, mount_point: &str, addresses: &[Address], evidence: &Evidence) {
        for address in addresses {
            let storage = Storage {
                mount_point: mount_point.to_owned(),
                address: *address,
            };
            self.storage.push(Fact::new(storage, evidence.clone()));
        }
    }
}

/// Adds the functions of a device node (`/dev/sda2`, `/dev/mapper/pve-root`, `/dev/disk/by-id/…`,
/// or the last component alone).
fn follow_node(tree: &dyn HostTree, node: &str, addresses: &mut Vec<Address>) {
    let name = node.strip_prefix("/dev/").unwrap_or(node);
    if let Some(mapped) = name.strip_prefix("mapper/") {
        let devices = tree.list("/sys/class/block").found().unwrap_or_default();
        for device in devices.names.iter().filter(|name| name.starts_with("dm-")) {
            let path = format!("/sys/class/block/{device}");
            let known = tree.read_text(&format!("{path}/dm/name")).found();
            if known.is_some_and(|known| known.trim() == mapped) {
                follow(tree, &path, 0, addresses);
            }
        }
        return;
    }
    let by_id = name.strip_prefix("disk/by-id/").unwrap_or(name);
    let link = tree.read_link(&format!("/dev/disk/by-id/{by_id}")).found();
    let name = link
        .as_deref()
        .and_then(|target| target.rsplit('/').next())
        .unwrap_or(name);
    follow(tree, &format!("/sys/class/block/{name}"), 0, addresses);
}

/// Adds the functions that serve a block device; one made of others (LVM, RAID,
/// encryption) has them as its slaves.
fn follow(tree: &dyn HostTree, device: &str, depth: u8, addresses: &mut Vec<Address>) {
    // Deeper stacks than this are loops.
    if depth > 8 {
        return;
    }
    if let Some(target) = tree.read_link(device).found() {
        // The last address on the way is the function that has the disk.
        let address = target
            .split('/')
            .rev()
            .find_map(|part| part.parse::<Address>().ok());
        if let Some(address) = address {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
            return;
        }
    }
    let slaves = tree
        .list(&format!("{device}/slaves"))
        .found()
        .unwrap_or_default();
    for slave in slaves.names {
        follow(
            tree,
            &format!("/sys/class/block/{slave}"),
            depth + 1,
            addresses,
        );
    }
}

/// A network interface of a function that is up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Interface {
    /// Its name.
    pub name: String,
    /// Its function.
    pub address: Address,
    /// Evidence that the default route of the host uses the interface, alone or as a port of a
    /// bridge or bond.
    pub default_route: Option<Evidence>,
}

/// The kernel's table of routes (proc_pid_net(5)).
const ROUTES: &str = "/proc/net/route";

impl Interface {
    /// Whether only a configuration file shows the default route, not the kernel: the interface may be
    /// without it at the time.
    pub(crate) fn is_only_configured(&self) -> bool {
        let route = self.default_route.as_ref();
        route.is_some_and(|line| line.source.starts_with("/etc/"))
    }

    /// The interfaces that are up.
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Vec<Fact<Self>> {
        let class = "/sys/class/net";
        let names = tree.list(class).found().unwrap_or_default().names;
        if names.is_empty() {
            return Vec::new();
        }
        let routes = default_routes(tree);
        names
            .into_iter()
            .filter_map(|name| {
                let device = tree.read_link(&format!("{class}/{name}/device")).found()?;
                // A virtio interface's device is below its function.
                let address = device.split('/').rev().find_map(|part| part.parse().ok());
                let address = address.or_else(|| {
                    let target = tree.read_link(&format!("{class}/{name}")).found()?;
                    target.split('/').rev().find_map(|part| part.parse().ok())
                })?;
                let path = format!("{class}/{name}/operstate");
                let state = tree.read_text(&path).found()?;
                let evidence = Evidence::new(path, 1, state.trim());
                if state.trim() != "up" {
                    return None;
                }
                let master = tree.read_link(&format!("{class}/{name}/master")).found();
                let master = master
                    .as_deref()
                    .and_then(|target| target.rsplit('/').next());
                let route = routes
                    .iter()
                    .find(|(through, _)| *through == name || Some(through.as_str()) == master);
                let interface = Self {
                    name,
                    address,
                    default_route: route.map(|(_, evidence)| evidence.clone()),
                };
                Some(Fact::new(interface, evidence))
            })
            .collect()
    }
}

/// The interfaces that default routes go through.
fn default_routes(tree: &dyn HostTree) -> Vec<(String, Evidence)> {
    let text = tree.read_text(ROUTES).found().unwrap_or_default();
    numbered_lines(&text)
        .skip(1)
        .filter_map(|(number, line)| {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let (through, destination) = (fields.first()?, fields.get(1)?);
            let mask = fields.get(7)?;
            let evidence = || Evidence::new(ROUTES, number, format!("{through} {destination}"));
            (*destination == "00000000" && *mask == "00000000")
                .then(|| ((*through).to_owned(), evidence()))
        })
        .collect()
}

#[cfg(test)]
mod tests;
