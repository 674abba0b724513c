//! Device IDs of images.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, VendorId};

use super::balance;
use super::chain::{self, Place};
use super::draft::Draft;
use super::edited::Edited;
use super::images::Images;
use crate::error::{Cause, Result};
use crate::field::u16_at;

/// New IDs of images; `None` keeps the current ones.
///
/// ```
/// use pci_core::DeviceId;
/// use vbios::edit::IdPatch;
/// let patch = IdPatch { device: Some(DeviceId(0x1c03)), ..IdPatch::default() };
/// assert_eq!(patch.vendor, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdPatch {
    /// Vendor ID, at 0x04 of the PCI data structure.
    pub vendor: Option<VendorId>,
    /// Device ID, at 0x06.
    pub device: Option<DeviceId>,
    /// Class code, at 0x0d; without a programming interface that byte stays.
    pub class: Option<ClassCode>,
    /// Device list of structure revision 3; must fit into the room of the current list.
    pub device_list: Option<Vec<DeviceId>>,
    /// Offset of the byte in the file that keeps the checksum of the x86 image around it; by default
    /// the vendor's checksum byte.
    pub checksum_at: Option<usize>,
}

/// Writes the IDs of `patch` into the PCI data structures of `images` (PCI Firmware Specification
/// 3.3, section 5.1.2). Valid checksums stay valid.
///
/// SeaBIOS runs an image only on the vendor and device ID in the structure and ignores the device
/// list, which other firmware reads. UEFI leaves the decision to the driver in the image, whose own
/// IDs are unchanged. The signature of an EFI driver does not cover these fields, and stays valid.
///
/// ```
/// # let mut file = vec![0; 512];
/// # file[..3].copy_from_slice(&[0x55, 0xaa, 1]);
/// # file[0x18] = 0x1c;
/// # file[0x1c..0x20].copy_from_slice(b"PCIR");
/// # file[0x20..0x24].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
/// # file[0x26] = 0x18;
/// # file[0x2b] = 0x03;
/// # file[0x2c] = 1;
/// # file[0x31] = 0x80;
/// # file[511] = 0u8.wrapping_sub(file.iter().fold(0, |a: u8, b| a.wrapping_add(*b)));
/// use pci_core::DeviceId;
/// use vbios::Rom;
/// use vbios::edit::{IdPatch, Images, patch_ids};
/// assert_eq!(Rom::parse(&file).images[0].id.to_string(), "10de:2d04");
/// let patch = IdPatch { device: Some(DeviceId(0x2d05)), ..IdPatch::default() };
/// let edited = patch_ids(&file, Images::All, &patch)?;
/// let rom = Rom::parse(&edited.bytes);
/// assert_eq!(rom.images[0].id.to_string(), "10de:2d05");
/// assert_eq!(rom.images[0].checksum_ok, Some(true));
/// # Ok::<(), vbios::Error>(())
/// ```
///
/// # Errors
///
/// If the file has none of `images`, an image lacks room for the list, no byte is free for its
/// checksum, or `checksum_at` is not.
pub fn patch_ids(file: &[u8], images: Images, patch: &IdPatch) -> Result<Edited> {
    let chain = chain::of(file)?;
    let mut draft = Draft::new(file);
    let places = images.of(&chain)?;
    let has = |place: Place, at: usize| {
        (place.offset..place.end).contains(&at) && place.summed(file).is_some()
    };
    if let Some(offset) = patch.checksum_at {
        if !places.clone().any(|(_, place)| has(place, offset)) {
            return Err(Cause::ByteNotFree { offset }.into());
        }
    }
    for (_, place) in places {
        let at = place.structure;
        if let Some(VendorId(vendor)) = patch.vendor {
            draft.overwrite(at + 0x04, &vendor.to_le_bytes(), "vendor ID")?;
        }
        if let Some(DeviceId(device)) = patch.device {
            draft.overwrite(at + 0x06, &device.to_le_bytes(), "device ID")?;
        }
        if let Some(class) = patch.class {
            let bytes = [class.sub, class.base];
            draft.overwrite(at + 0x0e, &bytes, "class")?;
            if let Some(interface) = class.prog_if {
                draft.overwrite(at + 0x0d, &[interface], "programming interface")?;
            }
        }
        if let Some(list) = &patch.device_list {
            write_list(&mut draft, file, place, list)?;
        }
        let checksum_at = patch.checksum_at.filter(|at| has(place, *at));
        balance::keep_at(&mut draft, file, place, checksum_at)?;
    }
    Ok(draft.finish())
}

/// Overwrites the image's device list with `list`; zeros terminate and fill it.
fn write_list(draft: &mut Draft<'_>, file: &[u8], place: Place, list: &[DeviceId]) -> Result<()> {
    let (at, room) = list_room(file, place).unwrap_or((place.structure, 0));
    if list.len() > room {
        return Err(Cause::NoRoomForList {
            offset: place.offset,
            room,
        }
        .into());
    }
    let mut bytes = Vec::with_capacity(room * 2);
    for DeviceId(device) in list {
        bytes.extend_from_slice(&device.to_le_bytes());
    }
    bytes.resize(room * 2, 0);
    draft.overwrite(at, &bytes, "device list")
}

/// Offset of the image's device list, and its current number of devices; `None` without a list, or
/// if it is not terminated within the image.
fn list_room(file: &[u8], place: Place) -> Option<(usize, usize)> {
    let structure = file.get(place.structure..place.end)?;
    let pointer = usize::from(u16_at(structure, 0x08)?);
    if *structure.get(0x0c)? < 3 || u16_at(structure, 0x0a)? < 0x1c || pointer == 0 {
        return None;
    }
    let list = structure.get(pointer..)?;
    let room = list.chunks_exact(2).position(|device| device == [0, 0])?;
    Some((place.structure + pointer, room))
}
