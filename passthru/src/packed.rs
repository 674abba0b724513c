//! Texts that the build packs.

use miniz_oxide::inflate::decompress_to_vec;

/// The text of a packed file of the build; empty if that is damaged.
pub(crate) fn unpacked(packed: &[u8]) -> String {
    let bytes = decompress_to_vec(packed).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
