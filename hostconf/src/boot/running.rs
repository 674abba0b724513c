//! The options that the running kernel got.

use host_tree::{Evidence, HostTree};

/// Where the kernel shows its options (proc_cmdline(5)).
pub const PATH: &str = "/proc/cmdline";

/// The kernel's log before its options: all architectures the second (`init/main.c`), x86 the
/// first, too (`arch/x86/kernel/setup.c`).
const LOGGED: [&str; 2] = ["Command line: ", "Kernel command line: "];

/// Returns the running kernel's options and their evidence: `/proc/cmdline`, or the last line of a
/// kernel log that repeats it. A log may cut a long line, so a missing option may be set all the
/// same.
///
/// ```
/// use hostconf::boot::running;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_text("dmesg", "[    0.000000] Command line: BOOT_IMAGE=/vmlinuz iommu=pt\n");
/// let (options, evidence) = running::options(&tree).unwrap();
/// assert_eq!(options, "BOOT_IMAGE=/vmlinuz iommu=pt");
/// assert_eq!(evidence.line, Some(1));
/// ```
#[must_use]
pub fn options(tree: &dyn HostTree) -> Option<(String, Evidence)> {
    if let Some(text) = tree.read_text(PATH).found() {
        let line = text.trim_end();
        return Some((line.to_owned(), Evidence::new(PATH, 1, line)));
    }
    let mut last: Option<(String, Evidence)> = None;
    for text in tree.texts() {
        for (number, line) in lines_with_mark(&text.text) {
            if let Some(options) = logged(line) {
                let is_cut = |known: &str| {
                    let is_more = known.len() > options.len();
                    is_more && known.starts_with(options)
                };
                // The kernel logs its options twice, and a text may end in the second.
                if last.as_ref().is_some_and(|(known, _)| is_cut(known)) {
                    continue;
                }
                let evidence = Evidence::new(&*text.command, number, line.trim());
                last = Some((options.to_owned(), evidence));
            }
        }
    }
    last
}

/// A part of both texts before the options.
const MARK: &str = "ommand line: ";

/// The lines of a text that have the mark, each once with its number: few of a log of many
/// megabytes. The work is linear in the text.
fn lines_with_mark(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let (mut number, mut rest) = (1_u32, text);
    std::iter::from_fn(move || {
        let (before, _) = rest.split_at_checked(rest.find(MARK)?)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let breaks = before.matches('\n').count();
        number = number.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        let found = number;
        let from_line = rest.get(start..)?;
        let (line, behind) = from_line.split_once('\n').unwrap_or((from_line, ""));
        rest = behind;
        number = number.saturating_add(1);
        Some((found, line.trim_end_matches('\r')))
    })
}

/// The options in a line of a kernel log that repeats them.
#[must_use]
pub fn logged(line: &str) -> Option<&str> {
    if !line.contains(MARK) {
        return None;
    }
    LOGGED.iter().find_map(|label| {
        let (before, options) = line.split_once(label)?;
        // After the time, or journald's prefix: not within a text.
        let is_start = before.is_empty() || before.ends_with("] ") || before.ends_with(": ");
        let is_linux = |word: &str| word.starts_with("BOOT_IMAGE=") || word.starts_with("root=");
        let shown = options.trim();
        (is_start && shown.split(' ').any(is_linux)).then_some(shown)
    })
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn the_last_boot_of_a_log_counts() {
        let mut tree = MemoryTree::partial();
        tree.insert_text(
            "journalctl -k",
            "Nov 01 kernel: Command line: BOOT_IMAGE=/a quiet\nNov 02 kernel: Command line: \
             BOOT_IMAGE=/b iommu=pt\nNov 02 kernel: Kernel command line: BOOT_IMAGE=/b iommu=pt\n",
        );
        let (options, evidence) = super::options(&tree).unwrap();
        assert_eq!(options, "BOOT_IMAGE=/b iommu=pt");
        assert_eq!(evidence.line, Some(3));
        tree.insert_file(PATH, "BOOT_IMAGE=/c\n");
        assert_eq!(super::options(&tree).unwrap().0, "BOOT_IMAGE=/c");
    }

    #[test]
    fn options_that_were_cut_do_not_count_beside_the_whole_ones() {
        let mut tree = MemoryTree::partial();
        tree.insert_text(
            "a.txt",
            "[    0.000000] Command line: BOOT_IMAGE=/a ro quiet iommu=pt\n\
             [    0.187391] Kernel command line: BOOT_IMAGE=/a ro qui\n",
        );
        let (options, evidence) = super::options(&tree).unwrap();
        assert_eq!(options, "BOOT_IMAGE=/a ro quiet iommu=pt");
        assert_eq!(evidence.line, Some(1));
    }

    #[test]
    fn other_lines_are_ignored() {
        for line in [
            "Command line: ls -l",
            "I typed Command line: root=/dev/sda1",
            "[    0.0] Command line: ",
        ] {
            assert_eq!(logged(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_with_many_marks_is_found_once() {
        let text = format!("x\n{}\ny\n\nz {MARK}", MARK.repeat(200_000));
        let found = lines_with_mark(&text).map(|(number, line)| (number, line.len()));
        let wanted = [(2, MARK.len() * 200_000), (5, 2 + MARK.len())];
        assert_eq!(found.collect::<Vec<_>>(), wanted);
    }
}
