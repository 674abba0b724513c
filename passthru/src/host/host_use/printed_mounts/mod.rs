//! Disks of mounted file systems, swap areas and pools in printed output: `lsblk`, `findmnt`,
//! `mount`, `df`, `swapon`, `blkid`, `zpool status`, and the kernel log.

mod lines;
mod table;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use list_order::Order as _;
use pci_core::Address;

use self::lines::{UNRAID, UNRAID_BOOT, of_blkid, of_log, of_program, unmounted, words};
use self::table::{Table, node};
use super::in_use::{Storage, UnknownStorage};
use super::kernel_names::{KernelNames, is_disk};
use super::pools;
use crate::host::fact::Fact;
use crate::host::settings::Settings;
use crate::host::words::lines_with::{finder, lines_with};
use crate::target::Target;

/// As many mounts, and as many disks, are read.
const MOST: usize = 1024;

/// Stacks of devices that are deeper are loops.
const DEEPEST: u8 = 8;

/// A file system or swap area, and its device.
struct Mount {
    /// Where it is mounted; for swap the device.
    point: String,
    /// The device as the program names it, without `/dev/`.
    device: String,
    evidence: Evidence,
}

/// Facts about disks in printed output.
#[derive(Default)]
struct Printed {
    /// The system of the host, if it is known.
    system: Option<Target>,
    mounts: Vec<Mount>,
    /// The devices that a device is made of, as the tree of `lsblk` has them.
    parents: BTreeMap<String, Vec<String>>,
    /// The disks in complete trees of `lsblk` with types of file systems, each with its line and
    /// whether it has neither a mount nor a member of a pool.
    disks: BTreeMap<String, (Evidence, bool)>,
    /// The transports of disks.
    transports: BTreeMap<String, String>,
    /// The rows of `lsblk` with a member of a pool or volume group, or with a volume that the
    /// kernel holds, each with its type.
    members: Vec<(String, String, Evidence)>,
    /// Whether a table of `lsblk` may lack disks.
    is_filtered: bool,
    /// Whether a type is shown at all: without the database of udev, lsblk prints none.
    has_types: bool,
}

/// Disks of functions in texts.
#[derive(Debug, Default)]
pub(in crate::host) struct PrintedStorage {
    /// The file systems on disks of known functions.
    pub(in crate::host) storage: Vec<Fact<Storage>>,
    /// The functions whose disks have no file system of the host.
    pub(in crate::host) unused: Vec<Fact<Address>>,
    /// File systems whose disks no line links to a function, and disks whose use no line shows.
    pub(in crate::host) not_followed: Vec<Fact<UnknownStorage>>,
}

/// Reads the disks of functions from texts.
pub(in crate::host) fn read(
    tree: &dyn HostTree,
    settings: &Settings,
    names: &KernelNames,
    system: Option<Target>,
) -> PrintedStorage {
    let mut printed = Printed {
        system,
        ..Printed::default()
    };
    let mut found: Vec<Fact<Storage>> = Vec::new();
    let mut not_followed: Vec<Fact<UnknownStorage>> = Vec::new();
    for text in tree.texts() {
        printed.see_tables(text);
        printed.see_lines(text);
        printed.see_links(text);
    }
    printed.see_root(tree);
    printed.see_pools(tree, settings, names, &mut not_followed);
    for mount in &printed.mounts {
        let mut addresses = Vec::new();
        printed.follow(&mount.device, names, 0, &mut addresses);
        if addresses.is_empty() {
            printed.add_unknown(mount, &mut not_followed);
        }
        for address in addresses {
            let mount_point = mount.point.clone();
            let storage = Storage {
                mount_point,
                address,
            };
            if found.iter().all(|known| known.value != storage) {
                found.push(Fact::new(storage, mount.evidence.clone()));
            }
        }
    }
    let unused = printed.unused(names, &found);
    // Another line names the disk of the same file system.
    let is_found = |point: &str| found.iter().any(|fact| fact.value.mount_point == point);
    // A pool has several disks.
    let is_pool = |point: &str| point.starts_with(POOL);
    not_followed.retain(|fact| {
        let point = fact.value.mount_point.as_str();
        is_pool(point) || !is_found(point)
    });
    printed.add_members(names, &found, &mut not_followed);
    not_followed.order_by_key(|fact| fact.value.mount_point != "/");
    PrintedStorage {
        storage: found,
        unused,
        not_followed,
    }
}

/// The numbers of the lines that show a disk or a mount.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    if text.contains("MOUNTPOINT") {
        let mut table: Option<Table> = None;
        for (number, line) in numbered_lines(text) {
            let is_row = table
                .as_mut()
                .is_some_and(|table| table.row(line).is_some());
            if !is_row {
                table = Table::head(line);
            }
            if table.is_some() {
                found.push(number);
            } else {
                table = Table::below_command(line);
            }
        }
    }
    for words in [words(), links()].into_iter().flatten() {
        let lines = lines_with(words, text).filter(|(_, line)| is_mount(line));
        found.extend(lines.map(|(number, _)| number));
    }
    found
}

/// Words of links to disks.
fn links() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| finder([" -> ../", ": pci function "]));
    WORDS.as_ref()
}

fn is_mount(line: &str) -> bool {
    let line = bare(line);
    of_program(line).is_some() || of_blkid(line).is_some() || is_by_path(line)
}

/// `pci-0000:01:00.0-nvme-1 -> ../../nvme0n1`
fn is_by_path(line: &str) -> bool {
    let link = line.split_once(" -> ../").map(|(link, _)| link);
    let link = link.and_then(|link| link.rsplit([' ', '/']).next());
    let address = link.and_then(|link| link.strip_prefix("pci-")?.get(..12));
    address.is_some_and(|address| address.parse::<Address>().is_ok())
}

impl Printed {
    /// Adds a mount; where no folder is known, the device is named.
    fn add(&mut self, point: &str, device: &str, evidence: Evidence) {
        let device = node(device);
        if self.mounts.len() >= MOST || device.is_empty() {
            return;
        }
        let point = if point.starts_with('/') {
            point.to_owned()
        } else if is_disk(device) {
            format!("/dev/{device}")
        } else {
            format!("/dev/mapper/{device}")
        };
        self.push(point, device, evidence);
    }

    fn push(&mut self, point: String, device: &str, evidence: Evidence) {
        if self.mounts.len() < MOST {
            self.mounts.push(Mount {
                point,
                device: device.to_owned(),
                evidence,
            });
        }
    }

    /// The trees of `lsblk`.
    fn see_tables(&mut self, text: &CommandText) {
        if !text.text.contains("MOUNTPOINT") {
            return;
        }
        let is_part = |line: &str| {
            let (_, rest) = line.split_once("lsblk")?;
            Some(rest.contains(['|', '/']))
        };
        self.is_filtered |= is_part(&text.command).unwrap_or_default();
        let mut table: Option<Table> = None;
        for (number, line) in numbered_lines(&text.text) {
            self.is_filtered |= is_part(line).unwrap_or_default();
            let Some(open) = &mut table else {
                table = Table::open(line);
                continue;
            };
            let Some(row) = open.row(line) else {
                table = Table::open(line);
                continue;
            };
            if let Some(transport) = row.transport {
                self.transports.insert(row.name.clone(), transport);
            }
            if open.types.is_some() {
                self.has_types |= row.has_type;
                let disk = open.above.first().map_or(&row.name, |(_, name)| name);
                let evidence = || Evidence::new(&*text.command, number, bare(line));
                let (_, is_free) = self
                    .disks
                    .entry(disk.clone())
                    .or_insert_with(|| (evidence(), true));
                *is_free &= row.point.is_none() && row.member.is_none();
            }
            if let Some(kind) = row.member
                && self.members.len() < MOST
            {
                let evidence = Evidence::new(&*text.command, number, bare(line));
                self.members.push((row.name.clone(), kind, evidence));
            }
            if self.parents.len() >= MOST {
                return;
            }
            let parents = self.parents.entry(row.name.clone()).or_default();
            if let Some(parent) = row.parent
                && !parents.contains(&parent)
            {
                parents.push(parent);
            }
            if let Some(point) = row.point {
                let evidence = Evidence::new(&*text.command, number, bare(line));
                self.add(&point, &row.name, evidence);
            }
        }
    }

    /// Output of other programs, one mount per line.
    fn see_lines(&mut self, text: &CommandText) {
        let Some(words) = words() else { return };
        for (number, line) in lines_with(words, &text.text) {
            let line = bare(line);
            let of_stick = || of_blkid(line).filter(|_| self.system == Some(Target::Unraid));
            let found = of_program(line).or_else(|| of_log(line)).or_else(of_stick);
            if let Some((point, device)) = found {
                self.add(point, device, Evidence::new(&*text.command, number, line));
            } else if let Some(device) = unmounted(line) {
                self.mounts.retain(|mount| mount.device != device);
            }
        }
    }

    /// `root=/dev/nvme0n1p2` of the running kernel.
    fn see_root(&mut self, tree: &dyn HostTree) {
        const RUNNING: &str = "/proc/cmdline";
        let Some(text) = tree.read_text(RUNNING).found() else {
            return;
        };
        let mut words = text.split_ascii_whitespace().rev();
        let root = words.find_map(|word| word.strip_prefix("root=/dev/"));
        if let Some(root) = root {
            self.add("/", root, Evidence::at(RUNNING, &text, 1));
        }
    }

    /// Links to disks, as in `/dev/disk/by-id`: `nvme-eui.0025-part3 -> ../../nvme0n1p3`.
    fn see_links(&mut self, text: &CommandText) {
        let Some(words) = links() else { return };
        for (number, line) in lines_with(words, &text.text) {
            let Some((link, target)) = bare(line).split_once(" -> ../") else {
                continue;
            };
            let target = target.trim_start_matches("../");
            let link = link.rsplit([' ', '/']).next().unwrap_or(link);
            // Another host's stick of this name is one for a guest.
            if is_disk(target) && link == UNRAID && self.system == Some(Target::Unraid) {
                let evidence = Evidence::new(&*text.command, number, bare(line));
                self.add(UNRAID_BOOT, target, evidence);
            }
            if is_disk(target) && link != target && self.parents.len() < MOST {
                let targets = self.parents.entry(link.to_owned()).or_default();
                targets.push(target.to_owned());
            }
        }
    }

    /// The disks of imported ZFS pools. Where no line lists those of the pool with the root file
    /// system, its disks are those that `lsblk` shows as members, if they are all of one function.
    fn see_pools(
        &mut self,
        tree: &dyn HostTree,
        settings: &Settings,
        names: &KernelNames,
        not_followed: &mut Vec<Fact<UnknownStorage>>,
    ) {
        // `root=ZFS=rpool/ROOT/pve-1` (OpenZFS contrib/initramfs), `root=zfs:AUTO`
        // (contrib/dracut).
        let root = settings.kernel_option("root").find_map(|option| {
            let value = option.value.as_deref()?;
            let kind = value.get(..3)?.to_ascii_lowercase();
            let dataset = value.get(3..)?.strip_prefix(['=', ':'])?;
            let pool = dataset.split('/').next().filter(|_| kind == "zfs")?;
            Some((pool, &option.evidence))
        });
        let is_root = |pool: &str| root.is_some_and(|(root, _)| root == pool || root == "AUTO");
        let has_root = self.mounts.iter().any(|mount| mount.point == "/");
        let mut is_root_listed = has_root;
        for found in pools::devices(tree) {
            let device = node(&found.device);
            self.push(
                format!("{POOL}{}", found.pool),
                device,
                found.evidence.clone(),
            );
            let of_system = ROOT_POOLS.iter().find(|(_, pool)| *pool == found.pool);
            let is_of_system = of_system.is_some_and(|(system, _)| Some(*system) == self.system);
            let is_of_installer = root.is_none() && !has_root && is_of_system;
            if is_root(&found.pool) || is_of_installer {
                is_root_listed = true;
                self.push("/".to_owned(), device, found.evidence);
            }
        }
        let Some((_, evidence)) = root.filter(|_| !is_root_listed) else {
            return;
        };
        let members = self.members.iter();
        let members = members.filter(|(_, kind, _)| kind == ZFS);
        let functions = members.clone().map(|(name, ..)| names.disk(name));
        let functions: Option<Vec<Address>> = functions.map(|one| Some(one?.value)).collect();
        let functions = functions.unwrap_or_default();
        let is_one = functions.first().is_some_and(|first| {
            let mut others = functions.iter();
            others.all(|other| other == first)
        });
        if is_one && !self.is_filtered {
            let members: Vec<_> = members.cloned().collect();
            for (name, _, evidence) in members {
                self.push("/".to_owned(), &name, evidence);
            }
        } else {
            let unknown = UnknownStorage {
                mount_point: "/".to_owned(),
                disk: None,
                transport: None,
                address: None,
                is_zfs: true,
            };
            not_followed.push(Fact::new(unknown, evidence.clone()));
        }
    }

    /// Adds the disks of known functions without a mount that are members, or hold volumes, whose
    /// use no line shows.
    fn add_members(
        &self,
        names: &KernelNames,
        used: &[Fact<Storage>],
        found: &mut Vec<Fact<UnknownStorage>>,
    ) {
        for (name, kind, evidence) in &self.members {
            let mut addresses = Vec::new();
            self.follow(name, names, 0, &mut addresses);
            for address in addresses {
                let is_known = used.iter().any(|fact| fact.value.address == address)
                    || found.iter().any(|fact| fact.value.address == Some(address));
                if !is_known {
                    let unknown = UnknownStorage {
                        mount_point: format!("{name} ({kind})"),
                        disk: Some(name.clone()),
                        transport: None,
                        address: Some(address),
                        is_zfs: kind == ZFS,
                    };
                    found.push(Fact::new(unknown, evidence.clone()));
                }
            }
        }
    }

    /// The functions whose disks are all unused.
    fn unused(&self, names: &KernelNames, used: &[Fact<Storage>]) -> Vec<Fact<Address>> {
        if !self.has_types {
            return Vec::new();
        }
        let mut functions: BTreeMap<Address, (Evidence, bool)> = BTreeMap::new();
        for (disk, (line, is_free)) in &self.disks {
            if let Some(fact) = names.disk(disk) {
                let (_, all_free) = functions
                    .entry(fact.value)
                    .or_insert_with(|| (line.clone(), true));
                *all_free &= is_free;
            }
        }
        for fact in used {
            functions.remove(&fact.value.address);
        }
        let free = functions.into_iter().filter(|(_, (_, is_free))| *is_free);
        free.map(|(address, (line, _))| Fact::new(address, line))
            .collect()
    }

    /// Adds a file system on a disk of an unknown function: the root file system, or one whose disk
    /// has a name.
    fn add_unknown(&self, mount: &Mount, found: &mut Vec<Fact<UnknownStorage>>) {
        let mut disk = mount.device.as_str();
        for _ in 0..DEEPEST {
            match self.parents.get(disk).and_then(|parents| parents.first()) {
                Some(parent) if !is_disk(disk) => disk = parent,
                _ => break,
            }
        }
        let disk = is_disk(disk).then(|| disk.to_owned());
        let transport = disk.as_ref().and_then(|disk| self.transport(disk));
        let is_named = mount.point == "/" || mount.point.starts_with(POOL);
        let is_new = |known: &Fact<UnknownStorage>| known.value.mount_point != mount.point;
        if (disk.is_some() || is_named) && found.iter().all(is_new) {
            let unknown = UnknownStorage {
                mount_point: mount.point.clone(),
                disk,
                transport,
                address: None,
                is_zfs: self
                    .mounts
                    .iter()
                    .any(|known| known.device == mount.device && known.point.starts_with(POOL)),
            };
            found.push(Fact::new(unknown, mount.evidence.clone()));
        }
    }

    /// The transport of a disk, or of the disk that a partition is on.
    fn transport(&self, device: &str) -> Option<String> {
        let mut device = device;
        for _ in 0..DEEPEST {
            if let Some(known) = self.transports.get(device) {
                return Some(known.clone());
            }
            device = self.parents.get(device)?.first()?;
        }
        None
    }

    /// Adds the functions of a device, and of those that it is made of.
    fn follow(&self, device: &str, names: &KernelNames, depth: u8, found: &mut Vec<Address>) {
        if depth > DEEPEST {
            return;
        }
        if let Some(fact) = names.disk(device) {
            if !found.contains(&fact.value) {
                found.push(fact.value);
            }
            return;
        }
        // A filtered listing may have the link of the whole disk alone.
        let parents = self.parents.get(device).or_else(|| {
            let (disk, number) = device.rsplit_once("-part")?;
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            self.parents.get(disk).filter(|_| is_number)
        });
        for parent in parents.into_iter().flatten() {
            self.follow(parent, names, depth + 1, found);
        }
    }
}

/// The line without blanks around it and the marks of a quotation before it.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// The name of a ZFS pool begins so, where a mount has its folder.
const POOL: &str = "ZFS pool ";

/// The pool with the system, as the installer names it.
const ROOT_POOLS: [(Target, &str); 3] = [
    (Target::Proxmox, "rpool"),
    (Target::TrueNas, "boot-pool"),
    (Target::Bhyve, "zroot"),
];

/// The type of its members in `lsblk`.
const ZFS: &str = "zfs_member";

#[cfg(test)]
mod tests;
