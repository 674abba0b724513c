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
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_in_the_largest_unit_that_divides_them() {
        for (size, text) in [
            (128, "128"),
            (4096, "4K"),
            (256 << 20, "256M"),
            (3 << 29, "1536M"),
            (32 << 30, "32G"),
            (0, "0"),
            (1 << 63, "8E"),
        ] {
            assert_eq!(bytes(size), text);
        }
    }
}
