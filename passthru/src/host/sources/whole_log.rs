//! Texts that are a kernel's log from the first line to the last.

use host_tree::CommandText;

use crate::host::words::outputs::is_whole_log;

/// Whether the text is a kernel's log by its command, or by all of its lines: it lists no devices, and
/// it is long.
pub(super) fn is_log(text: &CommandText) -> bool {
    ["dmesg", "journalctl", "talosctl dmesg"]
        .iter()
        .any(|program| text.command.starts_with(program))
        || is_whole_log(text)
}
