//! The running kernel's log, from `/dev/kmsg`, in `dmesg` format.

use std::fmt::Write as _;
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// Size limit of a record (`PRINTKRB_RECORD_MAX` and its prefix, `kernel/printk/printk.c`); a read
/// with a shorter buffer fails.
const MAX_RECORD: usize = 16 << 10;

/// The log; `None` if this user may not read it.
pub(super) fn read() -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let log: OwnedFd = rustix::fs::open("/dev/kmsg", flags, Mode::empty()).ok()?;
    let mut record = vec![0; MAX_RECORD];
    let mut text = String::new();
    loop {
        match rustix::io::read(&log, &mut record) {
            Ok(0) | Err(Errno::AGAIN) => return Some(text),
            Ok(length) => line(&mut text, &String::from_utf8_lossy(record.get(..length)?)),
            // A record was overwritten during the read, or a signal arrived: continue.
            Err(Errno::PIPE | Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}

/// Appends a record, `priority,sequence,microseconds,flags;message`, as a `dmesg` line. Further
/// lines are the record's dictionary.
fn line(text: &mut String, record: &str) {
    let Some((prefix, rest)) = record.split_once(';') else {
        return;
    };
    let time: u64 = prefix
        .split(',')
        .nth(2)
        .and_then(|time| time.parse().ok())
        .unwrap_or(0);
    let message = rest.lines().next().unwrap_or_default();
    let _ = writeln!(
        text,
        "[{:5}.{:06}] {message}",
        time / 1_000_000,
        time % 1_000_000
    );
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_record_becomes_a_line_of_dmesg() {
        let mut text = String::new();
        super::line(
            &mut text,
            "6,339,5140900,-;pci 0000:01:00.0: Adding to iommu group 17\n SUBSYSTEM=pci\n",
        );
        super::line(&mut text, "no record");
        assert_eq!(
            text,
            "[    5.140900] pci 0000:01:00.0: Adding to iommu group 17\n"
        );
    }
}
