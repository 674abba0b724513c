//! Header fields of new images, with defaults from a ROM.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use super::build::ImageSource;
use super::efi_image::EfiImage;
use crate::efi::Compression;
use crate::error::{Cause, Result};
use crate::image::Image;
use crate::rom::Rom;

/// Header fields of a new image around an EFI driver; unset fields are copied from an image of the
/// ROM that it is added to.
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
    /// IDs of its device; `None` for those of the ROM.
    pub id: Option<PciId>,
    /// Further device IDs of the same vendor.
    pub further_devices: Vec<DeviceId>,
    /// Class code of the device; `None` for that of the ROM, or for graphics without a ROM, as in
    /// [`EfiImage::new`].
    pub class: Option<ClassCode>,
    /// Vendor's revision level of the code.
    pub vendor_revision: u16,
    /// Compression of the driver: [`Compression::NONE`] or [`Compression::UEFI`].
    pub compression: Compression,
}

impl Default for NewImage {
    /// All fields as in the ROM, without compression.
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
    /// The image around `driver`; unset fields are those of `like`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoIds`](crate::ErrorKind::NoIds) if neither has device IDs.
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
    /// `files` as sources for [`build`](super::build()): files that start with `MZ` or `VZ` are
    /// drivers for new images, the others are ROMs; unset fields of `new` are copied from the first
    /// image of the first ROM. A driver without device IDs yields
    /// [`ErrorKind::NoIds`](crate::ErrorKind::NoIds).
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
