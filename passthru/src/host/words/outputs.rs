//! Outputs without prose, prompts and typed commands: the readers of these pass over them.

use host_tree::CommandText;

use crate::input::{is_logged, whole_log};
use crate::prompt::is_listing_command;

/// Whether the text is the output of a program that prints lists and messages alone, or a log from
/// its first line to its last. Programs such as `cat` may print a script or a post.
pub(in crate::host) fn is_plain(text: &CommandText) -> bool {
    text.is_output && is_listing_command(&text.command) || is_whole_log(text)
}

/// Whether the text is an output that is a log from its first line to its last.
pub(in crate::host) fn is_whole_log(text: &CommandText) -> bool {
    let is_begun = text.text.lines().next().is_some_and(is_logged);
    text.is_output && is_begun && whole_log(&text.text).is_some()
}

/// Whether the text is a kernel's log by its command, or by all of its lines: it lists no devices, and
/// it is long.
pub(in crate::host) fn is_log(text: &CommandText) -> bool {
    ["dmesg", "journalctl", "talosctl dmesg"]
        .iter()
        .any(|program| text.command.starts_with(program))
        || is_whole_log(text)
}

/// The texts from the first on that may have prose: those before it are plain outputs.
pub(in crate::host) fn pasted(texts: &[CommandText]) -> &[CommandText] {
    let first = texts.iter().position(|text| !is_plain(text));
    first.map_or(&[], |first| texts.get(first..).unwrap_or_default())
}
