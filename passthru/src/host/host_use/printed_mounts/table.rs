//! Trees of `lsblk`.

use crate::host::host_use::kernel_names::is_disk;
use crate::prompt::Prompt;

/// One row of a tree of `lsblk`.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) parent: Option<String>,
    pub(super) point: Option<String>,
    /// The type of a member of a pool or of a multi-device file system, whose mount is not in the
    /// tree, or of a volume that the kernel holds.
    pub(super) member: Option<String>,
    /// Whether the disk has a type.
    pub(super) has_type: bool,
    /// The transport of the disk.
    pub(super) transport: Option<String>,
}

/// Transports of disks (util-linux misc-utils/lsblk.c, get_transport).
const TRANSPORTS: [&str; 5] = ["sata", "ata", "sas", "nvme", "usb"];

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
pub(super) struct Table {
    /// The column of the mount point, in characters, where it is not the last one.
    pub(super) column: Option<usize>,
    /// The names above, each with the column where it begins.
    pub(super) above: Vec<(usize, String)>,
    /// The column of the types of file systems, in characters.
    pub(super) types: Option<usize>,
    /// Whether a column has transports.
    pub(super) has_transports: bool,
}

impl Table {
    /// The table that begins in the line, or below it.
    pub(super) fn open(line: &str) -> Option<Self> {
        Self::head(line).or_else(|| Self::below_command(line))
    }

    /// The table of `lsblk -o NAME,TRAN,MOUNTPOINT`, whose header the text may leave out.
    pub(super) fn below_command(line: &str) -> Option<Self> {
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

    pub(super) fn head(line: &str) -> Option<Self> {
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
    pub(super) fn row(&mut self, line: &str) -> Option<Row> {
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

/// The name of a device without the folders of its node.
pub(super) fn node(device: &str) -> &str {
    let device = device.strip_prefix("/dev/").unwrap_or(device);
    let device = device.strip_prefix("mapper/").unwrap_or(device);
    let device = match device.strip_prefix("disk/") {
        Some(link) => link.rsplit('/').next().unwrap_or(link),
        None => device,
    };
    device.split('[').next().unwrap_or(device)
}
