//! The embedded database of a program whose size counts.

use std::sync::LazyLock;

use super::lookup::Names;

/// The database, unpacked at the first call; empty if its packed form is damaged.
#[cfg(not(target_family = "wasm"))]
pub(super) fn names() -> Names<'static> {
    static POOL: LazyLock<alloc::string::String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/pci.ids.pool.deflate"));
        let bytes = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
        alloc::string::String::from_utf8(bytes).unwrap_or_default()
    });
    Names::of_text(super::lookup::HEAD, &POOL)
}

/// The database. A module is packed as a whole, where its text is a third smaller than its tables.
#[cfg(target_family = "wasm")]
pub(super) fn names() -> Names<'static> {
    use super::loaded::LoadedNames;

    static LOADED: LazyLock<Option<LoadedNames>> =
        LazyLock::new(|| LoadedNames::parse(include_bytes!("../../data/pci.ids").to_vec()).ok());
    let loaded = LOADED.as_ref();
    loaded.map_or(Names::EMPTY, LoadedNames::names)
}
