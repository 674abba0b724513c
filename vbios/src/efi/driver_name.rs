//! Name of an EFI driver.

use alloc::string::String;

/// The name in a graphics driver: the first UTF-16 string that contains `Driver` and `GOP` or
/// `UEFI`.
///
/// ```
/// let text = "AMD GOP X64 Release Driver Rev.1.65.0.15.50.Sep 28 2017.15:11:11";
/// let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
/// assert_eq!(vbios::efi::driver_name(&bytes).as_deref(), Some(text));
/// ```
#[must_use]
pub fn driver_name(driver: &[u8]) -> Option<String> {
    // Strings start at even offsets: compilers align them.
    let mut text = String::new();
    for unit in driver.chunks_exact(2) {
        match unit {
            [byte @ 0x20..0x7f, 0] if text.len() < MAX_LEN => text.push(char::from(*byte)),
            _ if is_name(&text) => return Some(text),
            _ => text.clear(),
        }
    }
    is_name(&text).then_some(text)
}

/// A longer string is not a name.
const MAX_LEN: usize = 256;

fn is_name(text: &str) -> bool {
    text.contains("Driver") && (text.contains("GOP") || text.contains("UEFI"))
}
