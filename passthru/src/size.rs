//! Sizes in words.

/// A size as `lspci` prints it: `256M`.
pub(crate) fn bytes(size: u64) -> String {
    let units = ["", "K", "M", "G", "T", "P", "E"];
    let mut size = size;
    for unit in units {
        if size < 1024 || size % 1024 != 0 {
            return format!("{size}{unit}");
        }
        size /= 1024;
    }
    format!("{size}Z")
}

#[cfg(test)]
mod tests;
