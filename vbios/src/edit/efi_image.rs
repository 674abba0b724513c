//! A new image around an EFI driver.

use alloc::vec;
use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use crate::code_type::CodeType;
use crate::efi::{Algorithm, Compression, Executable, compress};
use crate::error::{Cause, Result};
use crate::field::BLOCK;

/// A new image around an EFI driver.
///
/// ```
/// use vbios::ErrorKind;
/// use vbios::edit::EfiImage;
/// let image = EfiImage::new(b"not a driver", "10de:1c03".parse()?);
/// assert_eq!(image.to_bytes().map_err(|error| error.kind()), Err(ErrorKind::Executable));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EfiImage<'a> {
    /// The driver: an uncompressed PE32 or TE executable.
    pub driver: &'a [u8],
    /// IDs of its device.
    pub id: PciId,
    /// Further device IDs of the same vendor.
    pub further_devices: Vec<DeviceId>,
    /// Class code of the device.
    pub class: ClassCode,
    /// Vendor's revision level of the code.
    pub vendor_revision: u16,
    /// Compression of the driver: [`Compression::NONE`] or [`Compression::UEFI`].
    pub compression: Compression,
}

impl<'a> EfiImage<'a> {
    /// A compressed image of a graphics driver for `id`.
    #[must_use]
    pub const fn new(driver: &'a [u8], id: PciId) -> Self {
        Self {
            driver,
            id,
            further_devices: Vec::new(),
            class: ClassCode::new(0x03, 0x00, Some(0x00)),
            vendor_revision: 0,
            compression: Compression::UEFI,
        }
    }

    /// The image as the last of a chain, in the layout of edk2's `EfiRom`: the header (UEFI
    /// Specification 2.10, section 14.4.2), the data structure of revision 3 (PCI Firmware
    /// Specification 3.3, section 5.1.2), the device list, and the driver. Padding of 0xff follows
    /// a compressed driver and precedes an uncompressed one: the image then ends with the driver,
    /// and its signature stays valid.
    ///
    /// # Errors
    ///
    /// If the driver is not an executable, is of a subsystem that firmware does not load from a
    /// ROM, is too large, or the compression is unknown.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let executable = Executable::read(self.driver).map_err(Cause::Executable)?;
        let subsystem = executable.subsystem;
        if !subsystem.is_driver() {
            return Err(Cause::Subsystem { subsystem }.into());
        }
        let size = self.driver.len();
        let packed = match self.compression {
            Compression::NONE => None,
            Compression::UEFI => {
                Some(compress(self.driver, Algorithm::Uefi).map_err(|_| Cause::TooLarge { size })?)
            }
            compression => {
                let error = Cause::Compression { compression }.into();
                return Err(Cause::Driver { offset: 0, error }.into());
            }
        };
        let payload = packed.as_deref().unwrap_or(self.driver);
        let list = self.device_list();
        let front = STRUCTURE + STRUCTURE_LENGTH + list.len();
        let length = (front + payload.len()).next_multiple_of(BLOCK);
        // A compressed driver follows the header; an executable ends the image.
        let start = match packed {
            Some(_) => front,
            None => length - payload.len(),
        };
        let too_large = || Cause::TooLarge { size };
        let blocks = u16::try_from(length / BLOCK).map_err(|_| too_large())?;
        let start_field = u16::try_from(start).map_err(|_| too_large())?;

        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(&[0x55, 0xaa]);
        bytes.extend_from_slice(&blocks.to_le_bytes());
        bytes.extend_from_slice(&0x0ef1u32.to_le_bytes());
        for field in [subsystem.0, executable.machine.0, self.compression.0] {
            bytes.extend_from_slice(&field.to_le_bytes());
        }
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&start_field.to_le_bytes());
        bytes.extend_from_slice(&[STRUCTURE_BYTE, 0, 0, 0]);

        bytes.extend_from_slice(b"PCIR");
        let list_pointer = if list.is_empty() {
            0
        } else {
            STRUCTURE_LENGTH_BYTE
        };
        bytes.extend_from_slice(&self.id.vendor.0.to_le_bytes());
        bytes.extend_from_slice(&self.id.device.0.to_le_bytes());
        bytes.extend_from_slice(&[list_pointer, 0, STRUCTURE_LENGTH_BYTE, 0, 3]);
        let class = self.class;
        bytes.extend_from_slice(&[class.prog_if.unwrap_or(0), class.sub, class.base]);
        bytes.extend_from_slice(&blocks.to_le_bytes());
        bytes.extend_from_slice(&self.vendor_revision.to_le_bytes());
        bytes.extend_from_slice(&[CodeType::EFI.0, 0x80]);
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&list);
        bytes.resize(start, PADDING);
        bytes.extend_from_slice(payload);
        bytes.resize(length, PADDING);
        Ok(bytes)
    }

    /// All device IDs and a terminating zero; empty for a single device.
    fn device_list(&self) -> Vec<u8> {
        if self.further_devices.is_empty() {
            return vec![];
        }
        let devices = [&[self.id.device], &self.further_devices[..], &[DeviceId(0)]];
        devices
            .into_iter()
            .flatten()
            .flat_map(|device| device.0.to_le_bytes())
            .collect()
    }
}

/// Offset of the data structure: after the header, a multiple of four.
const STRUCTURE: usize = STRUCTURE_BYTE as usize;
const STRUCTURE_BYTE: u8 = 0x1c;
/// Length of the data structure of revision 3.
const STRUCTURE_LENGTH: usize = STRUCTURE_LENGTH_BYTE as usize;
const STRUCTURE_LENGTH_BYTE: u8 = 0x1c;
const PADDING: u8 = 0xff;
