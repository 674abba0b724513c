//! Kernel messages about a ROM that could not be read.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::Path;

use pci_core::Address;
use rustix::fs::OFlags;

/// The kernel's error for a ROM (`drivers/pci/rom.c` of Linux).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Complaint {
    /// The line, from the function's address on.
    pub line: String,
    /// The two bytes instead of `55 aa`, as the kernel prints them.
    pub found: Option<u16>,
}

impl Complaint {
    /// The last complaint of the kernel's log, in the tree at `root`, about the ROM of
    /// the function at `address`.
    #[must_use]
    pub fn last(root: &Path, address: Address) -> Option<Self> {
        let wanted = format!("{address}: ");
        let log = log(root);
        log.lines().rev().find_map(|line| {
            let (_, rest) = line.split_once(&wanted)?;
            let is_complaint = [
                "Invalid PCI ROM",
                "Invalid PCI data",
                "No more image in the PCI ROM",
            ]
            .iter()
            .any(|start| rest.starts_with(start));
            is_complaint.then(|| Self {
                line: format!("{wanted}{}", rest.trim_end()),
                found: found(rest),
            })
        })
    }
}

/// The number after `expecting 0xaa55, got`.
fn found(complaint: &str) -> Option<u16> {
    let (_, rest) = complaint.split_once("expecting 0xaa55, got 0x")?;
    u16::from_str_radix(rest.trim(), 16).ok()
}

/// The kernel's log: a record a read, and no waiting for the next.
fn log(root: &Path) -> String {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NONBLOCK.bits() as i32;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(root.join("dev/kmsg"));
    let mut text = Vec::new();
    let Ok(mut file) = file else {
        return String::new();
    };
    let mut record = [0; 8192];
    // More than any ring buffer contains: overwritten records yield errors.
    for _ in 0..1 << 20 {
        match file.read(&mut record) {
            Ok(0) => break,
            Ok(count) => text.extend_from_slice(record.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}
