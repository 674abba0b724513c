//! sysfs.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, AddressPath, Bus, Hop, address_fields};

/// The directory of a function below `/sys/devices`, which contains all upstream bridges; `readlink
/// -f /sys/bus/pci/devices/0000:01:00.0` prints it.
///
/// An Intel VMD controller adds a domain, whose root bus is in the middle of the path. The path of
/// the function in that domain starts there.
///
/// ```
/// use pci_core::notation::SysfsPath;
/// let gpu: SysfsPath = "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0".parse()?;
/// assert_eq!(gpu.path().to_string(), "0000:00:01.0/01:00.0");
/// let drive = "/sys/devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0";
/// assert_eq!(drive.parse::<SysfsPath>()?.path().to_string(), "10000:e0:06.0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SysfsPath(AddressPath);

impl SysfsPath {
    /// The directory of the function at `path`; `None` if the path lacks the bus of a hop.
    #[must_use]
    pub fn new(path: AddressPath) -> Option<Self> {
        let whole = path.hops().iter().all(|hop| hop.bus().is_some());
        whole.then_some(Self(path))
    }

    /// The path to the function.
    #[must_use]
    pub const fn path(&self) -> &AddressPath {
        &self.0
    }
}

impl fmt::Display for SysfsPath {
    /// With the root bus at the top, as for the host's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let root = self.0.root();
            write!(f, "/sys/devices/pci{}/{root}", root.on_bus())?;
            self.0
                .hops()
                .iter()
                .try_for_each(|hop| write!(f, "/{:04x}:{hop}", root.domain()))
        })
    }
}

impl FromStr for SysfsPath {
    type Err = Error;

    /// Parses the path with or without `/sys/devices/`.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.eat("/sys");
        cursor.eat("/devices/");
        let mut root_bus = root_bus(&mut cursor)?;
        let mut path: Option<AddressPath> = None;
        while cursor.eat("/") {
            if cursor.is_at(b'p') {
                root_bus = self::root_bus(&mut cursor)?;
                path = None;
                continue;
            }
            let at = cursor.offset();
            let address = Address::read(&mut cursor)?;
            path = Some(match path {
                None if address.on_bus() == root_bus => AddressPath::new(address),
                Some(path) if address.domain() == root_bus.domain => path.then(Hop::to(address)),
                _ => {
                    return Err(Error::syntax(
                        at,
                        "a function in the domain of the root bus, on it at first",
                    ));
                }
            });
        }
        cursor.end("'/' or the end of the path after the function")?;
        path.map(Self).ok_or(Error::syntax(
            cursor.offset(),
            "'/' and the address of a function",
        ))
    }
}

/// `pci0000:00`.
fn root_bus(cursor: &mut Cursor<'_>) -> Result<Bus> {
    cursor.take("pci", "'pci' and the root bus")?;
    let domain = address_fields::written_domain(cursor)?;
    cursor.take(":", "':' after the domain")?;
    let bus = address_fields::bus(cursor)?;
    Ok(Bus::new(domain.get(), bus.get()))
}
