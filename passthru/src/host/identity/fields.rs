//! Fields of forms and tables that people fill in: `OS: Debian 12`, `| **Host OS** | Debian 12 |`.

/// Marks of emphasis, quotations and lists around a name or a value.
const MARKS: [char; 6] = ['*', '_', '`', ' ', '#', '-'];

/// The name of the field, in lower case, and its value without marks around it.
pub(super) fn field(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    let (name, value) = match line.strip_prefix('|') {
        Some(row) => {
            let (name, rest) = row.split_once('|')?;
            let (value, more) = rest.split_once('|').unwrap_or((rest, ""));
            // A table of more columns is no form.
            if !more.trim().is_empty() {
                return None;
            }
            (name, value)
        }
        None => {
            let end = line.find([':', '：']).unwrap_or(line.len());
            line.split_at_checked(end)?
        }
    };
    // `OS (e.g. cat /etc/os-release): Ubuntu 22.04` of an issue's form.
    let name = name.split(" (e.g.").next()?;
    let name = name.trim_matches(MARKS).to_lowercase();
    let value = value.trim_start_matches([':', '：']).trim_matches(MARKS);
    Some((name, value))
}

#[cfg(test)]
mod tests;
