//! The embedded database of a program whose size counts.

use std::sync::LazyLock;

/// Header, tables and names; the names are unpacked at the first call, and empty if their packed
/// form is damaged.
#[cfg(not(target_family = "wasm"))]
pub(super) fn parts() -> (&'static [u8], &'static str) {
    static POOL: LazyLock<alloc::string::String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/pci.ids.pool.deflate"));
        let bytes = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
        alloc::string::String::from_utf8(bytes).unwrap_or_default()
    });
    (include_bytes!("../../data/pci.ids.head"), &POOL)
}

/// Header, tables and names. A module is packed as a whole, where the text of the database is a third
/// smaller than its tables.
#[cfg(target_family = "wasm")]
pub(super) fn parts() -> (&'static [u8], &'static str) {
    const TEXT: &str = include_str!("../../data/pci.ids");
    static HEAD: LazyLock<alloc::vec::Vec<u8>> = LazyLock::new(|| {
        let database = super::text::Database::parse(TEXT.as_bytes()).ok();
        let head = database.and_then(|database| database.to_head().ok());
        head.unwrap_or_default()
    });
    (&HEAD, TEXT)
}
