//! A line of the kernel's log about the IOMMU.

/// One line of the kernel log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine<'a> {
    /// Line number in the text, from 1.
    pub number: u32,
    /// The line with its time stamp, without other text on the line.
    pub text: &'a str,
    /// The kernel's message, without stamp and trailing comment.
    pub message: &'a str,
    /// Index of the log's command that printed it.
    pub(crate) command: Option<usize>,
}

impl LogLine<'_> {
    /// Whether the message is the first that a kernel prints (init/version.c, `linux_banner`).
    pub(crate) fn starts_boot(&self) -> bool {
        self.message.starts_with("Linux version ")
    }
}
