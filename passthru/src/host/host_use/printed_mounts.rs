//! Disks of mounted file systems, swap areas and pools in printed output: `lsblk`, `findmnt`,
//! `mount`, `df`, `swapon`, `zpool status`, and the kernel log.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use pci_core::Address;

use super::in_use::{Storage, UnknownStorage};
use super::kernel_names::{KernelNames, is_disk};
use super::pools;
use crate::host::fact::Fact;
use crate::host::settings::Settings;
use crate::host::words::lines_with::{finder, lines_with};
use crate::order::Order as _;
use crate::prompt::Prompt;

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
) -> PrintedStorage {
    let mut printed = Printed::default();
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
    of_findmnt(line)
        .or_else(|| of_mount(line))
        .or_else(|| of_df(line))
        .or_else(|| of_swapon(line))
        .is_some()
        || is_by_path(line)
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
            let found = of_findmnt(line)
                .or_else(|| of_mount(line))
                .or_else(|| of_df(line))
                .or_else(|| of_swapon(line))
                .or_else(|| of_log(line));
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
        for (_, line) in lines_with(words, &text.text) {
            let Some((link, target)) = bare(line).split_once(" -> ../") else {
                continue;
            };
            let target = target.trim_start_matches("../");
            let link = link.rsplit([' ', '/']).next().unwrap_or(link);
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
        let mut is_root_listed = self.mounts.iter().any(|mount| mount.point == "/");
        for found in pools::devices(tree) {
            let device = node(&found.device);
            self.push(
                format!("{POOL}{}", found.pool),
                device,
                found.evidence.clone(),
            );
            if is_root(&found.pool) {
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
        for parent in self.parents.get(device).into_iter().flatten() {
            self.follow(parent, names, depth + 1, found);
        }
    }
}

/// The line without blanks around it and the marks of a quotation before it.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// The name of a device without the folders of its node.
fn node(device: &str) -> &str {
    let device = device.strip_prefix("/dev/").unwrap_or(device);
    let device = device.strip_prefix("mapper/").unwrap_or(device);
    let device = match device.strip_prefix("disk/") {
        Some(link) => link.rsplit('/').next().unwrap_or(link),
        None => device,
    };
    device.split('[').next().unwrap_or(device)
}

/// One row of a tree of `lsblk`.
struct Row {
    name: String,
    parent: Option<String>,
    point: Option<String>,
    /// The type of a member of a pool or of a multi-device file system, whose mount is not in the
    /// tree, or of a volume that the kernel holds.
    member: Option<String>,
    /// Whether the disk has a type.
    has_type: bool,
    /// The transport of the disk.
    transport: Option<String>,
}

/// Transports of disks (util-linux misc-utils/lsblk.c, get_transport).
const TRANSPORTS: [&str; 5] = ["sata", "ata", "sas", "nvme", "usb"];

/// The name of a ZFS pool begins so, where a mount has its folder.
const POOL: &str = "ZFS pool ";

/// The type of its members in `lsblk`.
const ZFS: &str = "zfs_member";

/// Types in `lsblk` of members of multi-device volumes, except those that end in `_member`
/// (util-linux libblkid/src/superblocks), and of volumes of the device mapper and of RAID
/// (misc-utils/lsblk.c, `get_type`), which hold the disks below which they are.
const MEMBERS: [&str; 10] = [
    "btrfs",
    "bcachefs",
    "bcache",
    "ceph_bluestore",
    "crypt",
    "crypto_LUKS",
    "drbd",
    "lvm",
    "oracleasm",
    "stratis",
];

/// A tree of `lsblk` (util-linux misc-utils/lsblk.c) while its rows are read.
struct Table {
    /// The column of the mount point, in characters, where it is not the last one.
    column: Option<usize>,
    /// The names above, each with the column where it begins.
    above: Vec<(usize, String)>,
    /// The column of the types of file systems, in characters.
    types: Option<usize>,
    /// Whether a column has transports.
    has_transports: bool,
}

impl Table {
    /// The table that begins in the line, or below it.
    fn open(line: &str) -> Option<Self> {
        Self::head(line).or_else(|| Self::below_command(line))
    }

    /// The table of `lsblk -o NAME,TRAN,MOUNTPOINT`, whose header the text may leave out.
    fn below_command(line: &str) -> Option<Self> {
        let command = Prompt::read(line)?.command.trim();
        let (_, columns) = command.strip_prefix("lsblk")?.split_once("-o")?;
        let columns = columns.trim_start_matches(['=', ' ']);
        let mut columns = columns.split(' ').next()?.split(',');
        let is_named = columns.next() == Some("NAME");
        let has_transports = columns.clone().any(|column| column == "TRAN");
        let is_last = columns.next_back()?.starts_with("MOUNTPOINT");
        (is_named && is_last).then(|| Self {
            column: None,
            above: Vec::new(),
            types: None,
            has_transports,
        })
    }

    fn head(line: &str) -> Option<Self> {
        let line = line.trim_start_matches('>');
        let mut words = line.split_ascii_whitespace();
        if words.next() != Some("NAME") || !line.contains("MOUNTPOINT") {
            return None;
        }
        let is_last = words
            .next_back()
            .is_some_and(|word| word.starts_with("MOUNTPOINT"));
        let column = line.find("MOUNTPOINT").filter(|_| !is_last);
        Some(Self {
            column,
            above: Vec::new(),
            types: line.find(" FSTYPE ").map(|at| at + 1),
            has_transports: line.contains(" TRAN"),
        })
    }

    /// The row of a line; none after the end of the table.
    fn row(&mut self, line: &str) -> Option<Row> {
        let line = line.trim_start_matches('>').trim_end();
        let is_branch = |c: char| c.is_whitespace() || "├└│─|`-".contains(c);
        let depth = line.chars().take_while(|c| is_branch(*c)).count();
        let rest = line.trim_start_matches(is_branch);
        let mut words = rest.split_ascii_whitespace();
        let first = words.next()?;
        let is_point = |word: &str| word == "[SWAP]" || word.starts_with('/');
        if words.clone().next().is_none() && is_point(first) && !first.starts_with("/dev/") {
            // One more place of the file system above.
            let (_, name) = self.above.last()?;
            return Some(Row {
                name: name.clone(),
                parent: None,
                point: Some(first.to_owned()),
                member: None,
                has_type: false,
                transport: None,
            });
        }
        let name = node(first);
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:+".contains(c);
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        if depth == 0 && !is_root(name) {
            return None;
        }
        while self
            .above
            .last()
            .is_some_and(|(column, _)| *column >= depth)
        {
            self.above.pop();
        }
        let parent = self.above.last().map(|(_, name)| name.clone());
        self.above.push((depth, name.to_owned()));
        let member = words
            .clone()
            .find(|word| MEMBERS.contains(word) || word.ends_with("_member") || is_raid(word));
        let has_type = self.types.is_some_and(|column| {
            let cell = line.chars().nth(column);
            cell.is_some_and(|c| !c.is_whitespace())
        });
        let transport = words
            .clone()
            .find(|word| self.has_transports && TRANSPORTS.contains(word));
        let point = match self.column {
            None => words.next_back(),
            Some(column) => {
                let at: Option<usize> = line.char_indices().nth(column).map(|(at, _)| at);
                let cell = at.and_then(|at| line.get(at..));
                cell.and_then(|cell| cell.split_ascii_whitespace().next())
            }
        };
        let point = point.filter(|point| is_point(point)).map(str::to_owned);
        Some(Row {
            name: name.to_owned(),
            parent,
            point,
            member: member.map(str::to_owned),
            has_type,
            transport: transport.map(str::to_owned),
        })
    }
}

/// `raid1`, the type of an array.
fn is_raid(word: &str) -> bool {
    let level = word.strip_prefix("raid");
    level.is_some_and(|level| level.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `lsblk` has the device at the root of its trees.
fn is_root(name: &str) -> bool {
    let others = [
        "loop", "zram", "md", "dm-", "zd", "ram", "fd", "nbd", "rbd", "bcache",
    ];
    is_disk(name) || others.iter().any(|start| name.starts_with(start))
}

/// Words in a line about a mount.
fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        finder([
            "/dev/sd",
            "/dev/nvme",
            "/dev/mapper/",
            "/dev/md",
            "/dev/vd",
            ": mounted filesystem",
            ": unmounting filesystem",
            ": Ending clean mount",
            ": Unmounting Filesystem",
        ])
    });
    WORDS.as_ref()
}

/// `├─/boot/efi /dev/nvme0n1p2 vfat rw,relatime` of `findmnt`.
fn of_findmnt(line: &str) -> Option<(&str, &str)> {
    let is_branch = |c: char| c.is_whitespace() || "├└│─|`-".contains(c);
    let mut words = line.trim_start_matches(is_branch).split_ascii_whitespace();
    let (point, device) = (words.next()?, words.next()?);
    let (_, options) = (words.next()?, words.next()?);
    let is_mounted = options.starts_with("rw") || options.starts_with("ro");
    (point.starts_with('/') && device.starts_with("/dev/") && is_mounted && words.next().is_none())
        .then_some((point, device))
}

/// `/dev/nvme0n1p2 on / type ext4 (rw,relatime)` of `mount`.
fn of_mount(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_ascii_whitespace();
    let device = words.next().filter(|word| word.starts_with("/dev/"))?;
    let (on, point, kind) = (words.next()?, words.next()?, words.next()?);
    let options = words.nth(1)?;
    (on == "on" && point.starts_with('/') && kind == "type" && options.starts_with('('))
        .then_some((point, device))
}

/// `/dev/nvme0n1p2  488M  120M  332M  27% /boot` of `df`, with the file system's type or not.
fn of_df(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_ascii_whitespace();
    let device = words.next().filter(|word| word.starts_with("/dev/"))?;
    let point = words.next_back()?;
    let used = words.next_back()?.strip_suffix('%')?;
    let is_number = used == "-" || used.bytes().all(|byte| byte.is_ascii_digit());
    (point.starts_with('/') && is_number && words.count() >= 3).then_some((point, device))
}

/// `/dev/nvme0n1p3 partition 8G 0B -2` of `swapon` and `/proc/swaps`.
fn of_swapon(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_ascii_whitespace();
    let device = words.next().filter(|word| word.starts_with("/dev/"))?;
    let kind = words.next()?;
    let is_number = |word: &str| {
        word.trim_start_matches('-')
            .bytes()
            .all(|b| b.is_ascii_digit())
    };
    let priority = words.nth(2)?;
    (kind == "partition" && is_number(priority) && words.next().is_none())
        .then_some((device, device))
}

/// `EXT4-fs (nvme0n1p2): mounted filesystem …` (Linux fs/ext4/super.c), `XFS (sda2): Ending
/// clean mount` (fs/xfs/xfs_log.c), `Adding 8388604k swap on /dev/sda3.` (mm/swapfile.c). A
/// log does not show where.
fn of_log(line: &str) -> Option<(&str, &str)> {
    if let Some((_, rest)) = line.split_once("k swap on /dev/")
        && line.contains("Adding ")
    {
        let device = rest.split('.').next().filter(|name| is_disk(name))?;
        return Some((device, device));
    }
    let is_mounted = line.contains(": mounted filesystem") || line.contains(": Ending clean mount");
    let device = in_brackets(line).filter(|_| is_mounted)?;
    Some((device, device))
}

/// The device whose file system the kernel reports as unmounted.
fn unmounted(line: &str) -> Option<&str> {
    let is_unmounted =
        line.contains(": unmounting filesystem") || line.contains(": Unmounting Filesystem");
    in_brackets(line).filter(|_| is_unmounted)
}

fn in_brackets(line: &str) -> Option<&str> {
    let (_, rest) = line
        .split_once("-fs (")
        .or_else(|| line.split_once("XFS ("))?;
    let (device, _) = rest.split_once("): ")?;
    is_disk(device).then_some(device)
}

#[cfg(test)]
mod tests;
