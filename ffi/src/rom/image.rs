//! The images of an option ROM.

use super::read::Rom;
use crate::boundary::{look, put};

/// What an image says of itself. Lengths and offsets are in bytes. Further fields
/// are in the JSON form.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RomImage {
    /// Where it starts in the file.
    pub offset: usize,
    /// How long it says it is; the file may have less of it.
    pub length: usize,
    /// The device that it is for: vendor id.
    pub vendor: u16,
    /// The device that it is for: device id.
    pub device: u16,
    /// The processor that an EFI image is for, as PE/COFF numbers them; else 0.
    pub machine: u16,
    /// 0 for x86, 1 for Open Firmware, 2 for PA-RISC, 3 for EFI.
    pub code_type: u8,
    /// Whether it says that no image follows.
    pub last: bool,
    /// Whether it is an x86 image whose bytes add up to 0, as they must.
    pub checksum_ok: bool,
}

/// How many images PCI's chain has; 0 for NULL and for what is no ROM.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_image_count(rom: *const Rom) -> usize {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, 0, |rom| Some(rom.rom.images.len())) }
}

/// One image of PCI's chain, counted from 0.
///
/// @param rom    the ROM
/// @param image  which image
/// @param out    where it is put; left as it is where there is no such image
/// @return whether there is such an image
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `out` is NULL or points to an image
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_image(
    rom: *const Rom,
    image: usize,
    out: *mut RomImage,
) -> bool {
    let find = |rom: &Rom| {
        let image = rom.rom.images.get(image)?;
        Some(Some(RomImage {
            offset: image.offset,
            length: image.length_pcir,
            vendor: image.id.vendor.0,
            device: image.id.device.0,
            machine: image.efi.map_or(0, |efi| efi.machine.0),
            code_type: image.code_type.0,
            last: image.last,
            checksum_ok: image.checksum_ok == Some(true),
        }))
    };
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    let found = unsafe { look(rom, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
