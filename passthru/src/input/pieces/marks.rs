//! Marks around a line: of a quotation, a list, code, a table, the number of the line.

/// The line without the marks of a quotation, a list, code or a table around it.
pub(super) fn unmarked(line: &str) -> &str {
    let mut line = unquoted(line).trim();
    for mark in ["* ", "- ", "• ", "· "] {
        line = line.strip_prefix(mark).unwrap_or(line).trim_start();
    }
    let code = line
        .strip_prefix('`')
        .and_then(|line| line.strip_suffix('`'));
    let line = code.filter(|code| !code.contains('`')).unwrap_or(line);
    let line = line
        .strip_prefix("**")
        .and_then(|line| line.strip_suffix("**"))
        .unwrap_or(line);
    // The number of a line, as editors and `cat -n` show.
    let after = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = after.len() < line.len() && line.len() - after.len() <= 4;
    match after
        .strip_prefix([':', '\t', '|'])
        .or_else(|| after.strip_prefix("  "))
    {
        Some(rest) if is_number => rest.trim(),
        _ => line.trim(),
    }
}

/// The line without the marks of a quotation before it.
pub(super) fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(more) = rest.trim_start().strip_prefix('>') {
        // The end of an XML element is none.
        rest = more;
    }
    rest.strip_prefix(' ')
        .filter(|_| rest.len() < line.len())
        .unwrap_or(rest)
}
