//! Lines with one mount each: of `findmnt`, `mount`, `df`, `swapon`, `blkid` and the kernel log.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::host::host_use::kernel_names::is_disk;
use crate::host::words::lines_with::finder;

/// Words in a line about a mount.
pub(super) fn words() -> Option<&'static AhoCorasick> {
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

/// The label of the stick that Unraid starts from (Unraid documentation, Manual install method).
pub(super) const UNRAID: &str = "UNRAID";

/// The folder where Unraid mounts it.
pub(super) const UNRAID_BOOT: &str = "/boot";

/// The mount point and the device in a line that a program prints.
pub(super) fn of_program(line: &str) -> Option<(&str, &str)> {
    of_findmnt(line)
        .or_else(|| of_mount(line))
        .or_else(|| of_df(line))
        .or_else(|| of_swapon(line))
}

/// `/dev/sda1: LABEL_FATBOOT="UNRAID" LABEL="UNRAID" UUID="272C-EBE2" TYPE="vfat"` of `blkid`.
pub(super) fn of_blkid(line: &str) -> Option<(&str, &str)> {
    let (device, values) = line.split_once(": ")?;
    let mut values = values.split(' ');
    let is_stick = values.any(|value| value.strip_prefix("LABEL=\"") == Some("UNRAID\""));
    (device.starts_with("/dev/") && is_stick).then_some((UNRAID_BOOT, device))
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
pub(super) fn of_log(line: &str) -> Option<(&str, &str)> {
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
pub(super) fn unmounted(line: &str) -> Option<&str> {
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
