//! `/etc/kernel/cmdline`: the kernel options of hosts that `proxmox-boot-tool`
//! or `kernel-install` boots.
//!
//! Both read the file as one line. `proxmox-boot-tool` uses the first line (Proxmox VE
//! Administration Guide, "Editing the Kernel Commandline"); systemd's `90-loaderentry.install`
//! folds all lines into one, so that a comment becomes kernel options (measured with systemd
//! 252).

use core::fmt;
use core::ops::Range;

use super::command_line::CommandLine;
use crate::error::{Cause, Error};
use host_tree::lines::{spans, splice};

/// The file's path.
pub const PATH: &str = "/etc/kernel/cmdline";

/// The file that marks a host whose boot partitions `proxmox-boot-tool` fills
/// (Proxmox VE Administration Guide, "Host Bootloader").
pub(crate) const PROXMOX_BOOT_UUIDS: &str = "/etc/kernel/proxmox-boot-uuids";

/// `/etc/kernel/cmdline`.
///
/// ```
/// use hostconf::boot::kernel_cmdline::KernelCmdline;
/// let mut file = KernelCmdline::parse("root=ZFS=rpool/ROOT/pve-1 boot=zfs\n");
/// file.edit(|line| line.set(&"iommu=pt".parse().unwrap()))?;
/// assert_eq!(file.to_string(), "root=ZFS=rpool/ROOT/pve-1 boot=zfs iommu=pt\n");
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelCmdline {
    text: String,
}

/// A line of the file that is written wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CmdlineIssue {
    /// The line, from 1.
    pub line: u32,
    /// Kind of error.
    pub kind: CmdlineIssueKind,
}

impl fmt::Display for CmdlineIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, kind } = self;
        write!(f, "line {line}: {kind}")
    }
}

/// An error in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CmdlineIssueKind {
    /// Options after the first line.
    FurtherLine,
    /// A `#`, which is not a comment here.
    Comment,
    /// A carriage return, which becomes part of the last option.
    CarriageReturn,
    /// The first line is empty, so that the kernel gets no `root=`.
    Empty,
}

impl fmt::Display for CmdlineIssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FurtherLine => {
                f.write_str("expected all options on the first line, found more: join the lines")
            }
            Self::Comment => {
                f.write_str("expected no comment: its words become kernel options; remove it")
            }
            Self::CarriageReturn => f.write_str("expected a line end without a carriage return"),
            Self::Empty => f.write_str("expected the kernel options, found an empty line"),
        }
    }
}

impl KernelCmdline {
    /// Reads the file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// The errors in the file, in the order of its lines.
    #[must_use]
    pub fn issues(&self) -> Vec<CmdlineIssue> {
        let mut issues = Vec::new();
        for (line, _, content) in spans(&self.text) {
            let words = content.trim();
            let mut found = |kind| issues.push(CmdlineIssue { line, kind });
            if words.starts_with('#') {
                found(CmdlineIssueKind::Comment);
            } else if line > 1 && !words.is_empty() {
                found(CmdlineIssueKind::FurtherLine);
            } else if line == 1 && words.is_empty() {
                found(CmdlineIssueKind::Empty);
            }
            if content.ends_with('\r') {
                found(CmdlineIssueKind::CarriageReturn);
            }
        }
        if self.text.is_empty() {
            let kind = CmdlineIssueKind::Empty;
            issues.push(CmdlineIssue { line: 1, kind });
        }
        issues
    }

    /// The options on the first line, the only one that takes effect everywhere.
    #[must_use]
    pub fn command_line(&self) -> CommandLine {
        let line = self.text.get(self.first()).unwrap_or_default();
        CommandLine::parse(line)
    }

    /// Changes the options.
    ///
    /// # Errors
    ///
    /// When the file has an [`CmdlineIssue`], or `change` fails. The document is then
    /// as it was.
    pub fn edit(
        &mut self,
        change: impl FnOnce(&mut CommandLine) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(issue) = self.issues().into_iter().next() {
            return Err(Cause::CmdlineIssue(issue.kind.to_string()).at(issue.line));
        }
        let mut options = self.command_line();
        change(&mut options)?;
        self.text = splice(&self.text, self.first(), &options.to_string());
        Ok(())
    }

    fn first(&self) -> Range<usize> {
        let line = self.text.split('\n').next().unwrap_or_default();
        0..line.strip_suffix('\r').unwrap_or(line).len()
    }
}

impl fmt::Display for KernelCmdline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues(text: &str) -> Vec<(u32, CmdlineIssueKind)> {
        let all = KernelCmdline::parse(text).issues();
        all.into_iter()
            .map(|issue| (issue.line, issue.kind))
            .collect()
    }

    #[test]
    fn only_one_plain_line_is_right() {
        assert_eq!(issues("root=ZFS=rpool/ROOT/pve-1 boot=zfs\n"), []);
        assert_eq!(issues("quiet"), []);
        assert_eq!(issues("quiet\n\n"), []);
        assert_eq!(
            issues("quiet\niommu=pt\n"),
            [(2, CmdlineIssueKind::FurtherLine)]
        );
        assert_eq!(
            issues("# c\nquiet"),
            [
                (1, CmdlineIssueKind::Comment),
                (2, CmdlineIssueKind::FurtherLine)
            ]
        );
        assert_eq!(issues(""), [(1, CmdlineIssueKind::Empty)]);
        assert_eq!(
            issues("\nquiet"),
            [
                (1, CmdlineIssueKind::Empty),
                (2, CmdlineIssueKind::FurtherLine)
            ]
        );
        assert_eq!(issues("quiet\r\n"), [(1, CmdlineIssueKind::CarriageReturn)]);
    }

    #[test]
    fn an_edit_is_undone_and_a_bad_file_is_kept() {
        for text in ["root=/dev/sda1 quiet\n", "quiet", "quiet \n\n", "a -- b\n"] {
            let mut file = KernelCmdline::parse(text);
            file.edit(|line| line.add_to_list("vfio-pci.ids", "10de:2d04"))
                .unwrap();
            assert!(file.command_line().get("vfio-pci.ids").is_some());
            let once = file.to_string();
            file.edit(|line| line.add_to_list("vfio-pci.ids", "10de:2d04"))
                .unwrap();
            assert_eq!(file.to_string(), once);
            file.edit(|line| {
                line.unset("vfio-pci.ids");
                Ok(())
            })
            .unwrap();
            assert_eq!(file.to_string(), text);
        }
        let mut file = KernelCmdline::parse("quiet\niommu=pt\n");
        assert!(file.edit(|line| line.set(&"x".parse().unwrap())).is_err());
        assert_eq!(file.to_string(), "quiet\niommu=pt\n");
    }
}
