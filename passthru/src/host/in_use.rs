//! What the host itself needs of its functions: file systems and networks.

use pci_core::tree::HostTree;
use pci_core::{Address, Evidence, numbered_lines};

use super::fact::Fact;

/// The mounts of the first process (proc_pid_mountinfo(5)).
const MOUNTS: &str = "/proc/1/mountinfo";
/// Where others may read theirs.
const OWN_MOUNTS: &str = "/proc/self/mountinfo";

/// A file system on a disk that a PCI function serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Where it is mounted.
    pub mount_point: String,
    /// The function that serves its disk.
    pub address: Address,
}

impl Storage {
    /// The mounts whose disks can be followed to a function. A file system that
    /// has no disk of its own, such as ZFS, shows none.
    pub(super) fn read(tree: &dyn HostTree) -> Vec<Fact<Self>> {
        let mut found = Vec::new();
        let mounts = tree.read_text(MOUNTS).found().map(|text| (MOUNTS, text));
        let mounts = mounts.or_else(|| Some((OWN_MOUNTS, tree.read_text(OWN_MOUNTS).found()?)));
        let Some((path, text)) = mounts else {
            return found;
        };
        for (number, line) in numbered_lines(&text) {
            let mut fields = line.split(' ');
            let (Some(device), Some(mount_point)) = (fields.nth(2), fields.nth(1)) else {
                continue;
            };
            // Major 0: no disk.
            if device.starts_with("0:") {
                continue;
            }
            let mut addresses = Vec::new();
            follow(tree, &format!("/sys/dev/block/{device}"), 0, &mut addresses);
            for address in addresses {
                let storage = Self {
                    mount_point: mount_point.to_owned(),
                    address,
                };
                found.push(Fact::new(storage, Evidence::new(path, Some(number), line)));
            }
        }
        found
    }
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

/// A network interface of a function, and whether it is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Its function.
    pub address: Address,
}

impl Interface {
    /// The interfaces that are up.
    pub(super) fn read(tree: &dyn HostTree) -> Vec<Fact<Self>> {
        let class = "/sys/class/net";
        let names = tree.list(class).found().unwrap_or_default().names;
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
                let evidence = Evidence::new(path, Some(1), state.trim());
                (state.trim() == "up").then(|| Fact::new(Self { name, address }, evidence))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    #[test]
    fn a_mount_is_followed_to_its_function() {
        let mut tree = MemoryTree::whole();
        tree.insert_file(
            MOUNTS,
            "22 1 253:0 / / rw - ext4 /dev/mapper/pve-root rw\n\
             23 1 0:21 / /proc rw - proc proc rw\n\
             24 1 259:2 / /boot/efi rw - vfat /dev/nvme0n1p2 rw\n",
        );
        tree.insert_link("/sys/dev/block/253:0", "../../devices/virtual/block/dm-0");
        tree.insert_link("/sys/devices/virtual/block/dm-0/slaves/nvme0n1p3", "x");
        let nvme = "../../devices/pci0000:00/0000:00:01.1/0000:01:00.0/nvme/nvme0/nvme0n1";
        tree.insert_link("/sys/class/block/nvme0n1p3", &format!("{nvme}/nvme0n1p3"));
        tree.insert_link("/sys/dev/block/259:2", &format!("{nvme}/nvme0n1p2"));
        let storage = Storage::read(&tree);
        let found: Vec<String> = storage
            .iter()
            .map(|fact| format!("{} {:#}", fact.value.mount_point, fact.value.address))
            .collect();
        assert_eq!(found, ["/ 01:00.0", "/boot/efi 01:00.0"]);
    }
}
