//! Lookups in the database.

use core::fmt;

use super::blob::Blob;
use super::key::Key;
use crate::{ClassCode, PciId, SubsystemId, VendorId};

/// The embedded database: header and tables.
#[cfg(all(feature = "names", any(test, not(feature = "packed-names"))))]
pub(super) const HEAD: &[u8] = include_bytes!("../../data/pci.ids.head");
/// Its names.
#[cfg(all(feature = "names", any(test, not(feature = "packed-names"))))]
pub(super) const POOL: &str = include_str!("../../data/pci.ids.pool");

// The compiler rejects an incomplete blob.
#[cfg(all(feature = "names", not(feature = "packed-names")))]
const _: () = assert!(Blob::open(HEAD, POOL).is_ok());

/// The names of vendors, devices, subsystems and classes.
///
/// ```
/// use pci_core::{ClassCode, PciId, SubsystemId, VendorId};
/// use pci_core::names::Names;
///
/// let names = Names::embedded();
/// let gpu = PciId::new(0x10de, 0x2d04);
/// assert_eq!(names.vendor(VendorId::NVIDIA), Some("NVIDIA Corporation"));
/// assert_eq!(names.device(gpu), Some("GB206 [GeForce RTX 5060 Ti]"));
/// assert_eq!(names.subsystem(gpu, SubsystemId::new(0x10b0, 0x205e)), None);
/// assert_eq!(
///     names.class_text(ClassCode::new(0x03, 0x00, None)).to_string(),
///     "VGA compatible controller"
/// );
/// ```
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub(super) blob: Blob<'a>,
}

impl Names<'static> {
    /// The embedded database. Free of cost, except that the feature `packed-names` unpacks it at
    /// the first call.
    #[cfg(feature = "names")]
    #[must_use]
    pub fn embedded() -> Self {
        #[cfg(not(feature = "packed-names"))]
        {
            const NAMES: Names<'static> = Names::of_text(HEAD, POOL);
            NAMES
        }
        #[cfg(feature = "packed-names")]
        {
            let (head, names) = super::packed::parts();
            Names::of_text(head, names)
        }
    }

    /// No names: everything prints as numbers.
    pub const EMPTY: Self = Self { blob: Blob::EMPTY };
}

impl<'a> Names<'a> {
    /// The names in `bytes`, an output of [`Database::to_blob`](super::Database::to_blob), after
    /// checking all of them in linear time.
    ///
    /// # Errors
    /// If the bytes are not a complete, undamaged blob.
    pub fn from_blob(bytes: &'a [u8]) -> crate::Result<Self> {
        Ok(Self {
            blob: Blob::open_checked(bytes)?,
        })
    }

    /// The names of a text; `head` is the output of [`Database::to_head`](super::Database).
    pub(super) const fn of_text(head: &'a [u8], text: &'a str) -> Self {
        match Blob::open(head, text) {
            Ok(blob) => Self { blob },
            Err(_) => Self { blob: Blob::EMPTY },
        }
    }

    /// Version of the database, `YYYY.MM.DD`, which sorts chronologically; empty for
    /// [`Names::EMPTY`].
    #[must_use]
    pub fn version(&self) -> &'a str {
        self.blob.version()
    }

    /// Release date of the database, `YYYY-MM-DD HH:MM:SS`; empty if its text has none.
    #[must_use]
    pub fn date(&self) -> &'a str {
        self.blob.date()
    }

    /// The vendor's name.
    #[must_use]
    pub fn vendor(&self, vendor: VendorId) -> Option<&'a str> {
        self.blob.vendors.find(vendor.to_number(), self.blob.pool)
    }

    /// The device's name, without the vendor's.
    #[must_use]
    pub fn device(&self, id: PciId) -> Option<&'a str> {
        self.blob.devices.find(id.to_number(), self.blob.pool)
    }

    /// The subsystem's name, without its vendor's: from the entry for this device; else from the
    /// entry for the subsystem on any device; else, if the subsystem has the device's own IDs, the
    /// device's name. This is the order of `lspci` (pciutils 3.9).
    #[must_use]
    pub fn subsystem(&self, id: PciId, subsystem: SubsystemId) -> Option<&'a str> {
        let key = (id, subsystem).to_number();
        self.blob
            .subsystems
            .find(key, self.blob.pool)
            .or_else(|| self.subsystem_of_any_device(id, subsystem))
    }

    /// The subsystem's name without an entry for this device.
    pub(super) fn subsystem_of_any_device(
        &self,
        id: PciId,
        subsystem: SubsystemId,
    ) -> Option<&'a str> {
        let generic = subsystem.to_number();
        self.blob
            .generic_subsystems
            .find(generic, self.blob.pool)
            .or_else(|| self.device(id).filter(|_| generic == id.to_number()))
    }

    /// The name of a sub-class: `VGA compatible controller` for 0x03, 0x00.
    #[must_use]
    pub fn class(&self, base: u8, sub: u8) -> Option<&'a str> {
        let key = (base, sub).to_number();
        self.blob.sub_classes.find(key, self.blob.pool)
    }

    /// The name of a base class: `Display controller` for 0x03.
    #[must_use]
    pub fn base_class(&self, base: u8) -> Option<&'a str> {
        let key = base.to_number();
        self.blob.base_classes.find(key, self.blob.pool)
    }

    /// The name of a programming interface: `NVM Express` for 010802. `None` also if the class has
    /// none.
    #[must_use]
    pub fn prog_if(&self, class: ClassCode) -> Option<&'a str> {
        let key = (class.base, class.sub, class.prog_if?).to_number();
        self.blob.prog_ifs.find(key, self.blob.pool)
    }
}

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names")
            .field("version", &self.version())
            .field("vendors", &self.blob.vendors.rows())
            .field("devices", &self.blob.devices.rows())
            .finish_non_exhaustive()
    }
}
