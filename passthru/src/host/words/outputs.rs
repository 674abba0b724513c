//! Outputs without prose, prompts and typed commands: the readers of these pass over them.

use host_tree::CommandText;

use crate::input::{is_logged, whole_log};

/// Programs that print logs and listings alone. Others, such as `cat`, may print a script or a post.
const PROGRAMS: [&str; 3] = ["dmesg", "journalctl", "lspci"];

/// Whether the text is the output of such a program, or a log from its first line to its last.
pub(in crate::host) fn is_plain(text: &CommandText) -> bool {
    let program = text.command.split(' ').next();
    let is_of_program = program.is_some_and(|word| PROGRAMS.contains(&word));
    text.is_output && is_of_program || is_whole_log(text)
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
