//! Texts that the build packs.

use miniz_oxide::inflate::decompress_to_vec;

/// The text of a packed file of the build; empty if that is damaged.
pub(crate) fn unpacked(packed: &[u8]) -> String {
    String::from_utf8(unpacked_bytes(packed)).unwrap_or_default()
}

/// The bytes of a packed file of the build; none if that is damaged.
pub(crate) fn unpacked_bytes(packed: &[u8]) -> Vec<u8> {
    decompress_to_vec(packed).unwrap_or_default()
}

/// The rows of a table of `data/`, without its comments, unpacked at the first use.
macro_rules! table {
    ($name:literal) => {{
        static ROWS: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            crate::packed::unpacked(include_bytes!(concat!(
                env!("OUT_DIR"),
                "/",
                $name,
                ".deflate"
            )))
        });
        crate::split::split(&ROWS, b'\n')
    }};
}

pub(crate) use table;
