//! A line of the kernel's log about the IOMMU.

/// One line of the kernel log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine<'a> {
    /// The number of the line of text that it stands on, from 1.
    pub number: u32,
    /// Its text with the time stamp, without what else stands on the line.
    pub text: &'a str,
    /// What the kernel said: no stamp, no remark behind it.
    pub message: &'a str,
    /// Which of the log's commands printed it.
    pub(crate) command: Option<usize>,
}
