//! Lines of a program's source or of a patch: a message in one was not printed.

/// Calls of the kernel, QEMU and libvirt that print a message.
const CALLS: [&str; 18] = [
    "dev_dbg(",
    "dev_err(",
    "dev_info(",
    "dev_notice(",
    "dev_warn(",
    "pci_dbg(",
    "pci_err(",
    "pci_info(",
    "pci_notice(",
    "pci_warn(",
    "pr_err(",
    "pr_info(",
    "pr_notice(",
    "pr_warn(",
    "printk(",
    "error_report(",
    "error_setg(",
    "virReportError(",
];

/// Whether the line is source code: a call that prints, or the text of one on a line of its own.
pub(in crate::host) fn is_source_code(line: &str) -> bool {
    let code = line.trim_start_matches(['+', '-', '>', '|', ' ', '\t']);
    // `"msg": "…\n"` is an object of a log.
    let is_text = code.starts_with('"') && code.contains("\\n\"") && !code.contains("\":");
    // The last part of a text in a call, or a text that is translated.
    let end = code.trim_end();
    let is_argument = code.starts_with('"') && (end.ends_with("\"),") || end.ends_with("\");"));
    is_text
        || is_argument
        || line.contains("_(\"")
        || has_conversion(line)
        || CALLS.iter().any(|call| line.contains(call))
}

/// Whether a line has a place for a value, `%s` of printf(3), which a printed message has not.
fn has_conversion(line: &str) -> bool {
    let mut places = line.match_indices('%');
    places.any(|(at, sign)| {
        let rest = line.get(at + sign.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['#', 'l', 'z', '0', '4', '8']);
        let mut signs = rest.chars();
        let is_place = signs.next().is_some_and(|c| "sdux".contains(c));
        is_place && !signs.next().is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests;
