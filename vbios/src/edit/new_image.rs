//! New images that are to be like those of a ROM.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use super::build::ImageSource;
use super::efi_image::EfiImage;
use crate::efi::Compression;
use crate::error::{Cause, Result};
use crate::image::Image;
use crate::rom::Rom;

/// What a new image around an EFI driver is to say of itself; what is left open is
/// taken from an image of the ROM that it comes to.
///
/// ```
/// use vbios::ErrorKind;
/// use vbios::edit::NewImage;
/// let mut new = NewImage::default();
/// let error = new.around(b"VZ", None).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoIds);
/// new.id = Some("10de:1c03".parse()?);
/// assert_eq!(new.around(b"VZ", None)?.class.to_string(), "030000");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImage {
    /// The device it is for; `None` for that of the ROM.
    pub id: Option<PciId>,
    /// Further devices of the same vendor it is for.
    pub further_devices: Vec<DeviceId>,
    /// The device's class; `None` for that of the ROM, and without a ROM for that of
    /// graphics, as in [`EfiImage::new`].
    pub class: Option<ClassCode>,
    /// The vendor's own revision of the code.
    pub vendor_revision: u16,
    /// How the driver is to be packed: [`Compression::NONE`] or
    /// [`Compression::UEFI`].
    pub compression: Compression,
}

impl Default for NewImage {
    /// All is as in the ROM, and the driver is not compressed.
    fn default() -> Self {
        Self {
            id: None,
            further_devices: Vec::new(),
            class: None,
            vendor_revision: 0,
            compression: Compression::NONE,
        }
    }
}

impl NewImage {
    /// The image around `driver`; what was left open is that of `like`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoIds`](crate::ErrorKind::NoIds) when neither says which device it is for.
    pub fn around<'a>(&self, driver: &'a [u8], like: Option<&Image>) -> Result<EfiImage<'a>> {
        let id = self.id.or(like.map(|image| image.id));
        let mut image = EfiImage::new(driver, id.ok_or(Cause::NoIds)?);
        let class = self.class.or(like.map(|like| like.class_code));
        image.class = class.unwrap_or(image.class);
        image.further_devices.clone_from(&self.further_devices);
        image.vendor_revision = self.vendor_revision;
        image.compression = self.compression;
        Ok(image)
    }
}

impl<'a> ImageSource<'a> {
    /// What `files` are as sources for [`build`](super::build()): those that start as
    /// executables do, `MZ` or `VZ`, are drivers for new images; the others are ROMs,
    /// and what `new` leaves open is taken from the first image of the first of them.
    /// [`ErrorKind::NoIds`](crate::ErrorKind::NoIds) stands for a driver for no known device.
    ///
    /// ```
    /// use vbios::ErrorKind;
    /// use vbios::edit::{NewImage, ImageSource};
    /// let (files, new): ([&[u8]; 2], _) = ([b"MZ", b"another file"], NewImage::default());
    /// let sources = ImageSource::of_files(&files, &new).map(|source| source.map_err(|e| e.kind()));
    /// let expected = [Err(ErrorKind::NoIds), Ok(ImageSource::Rom(b"another file"))];
    /// assert!(sources.eq(expected));
    /// ```
    pub fn of_files(files: &[&'a [u8]], new: &NewImage) -> impl Iterator<Item = Result<Self>> {
        let is_driver = |file: &[u8]| file.starts_with(b"MZ") || file.starts_with(b"VZ");
        let first = files.iter().find(|file| !is_driver(file));
        let like = first.and_then(|file| Rom::parse(file).images.into_iter().next());
        files.iter().map(move |file| {
            if is_driver(file) {
                new.around(file, like.as_ref()).map(ImageSource::Driver)
            } else {
                Ok(ImageSource::Rom(file))
            }
        })
    }
}
