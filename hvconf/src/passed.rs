//! What is to be passed through: the input of every emitter.

use core::fmt;
use core::str::FromStr;

use pci_core::{Address, ClassCode, PciId, Slot};

/// One PCI function that the guest is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedFunction {
    /// Where it is on the host.
    pub address: Address,
    /// Its vendor and device id, where known.
    pub id: Option<PciId>,
    /// Its class, where known.
    pub class: Option<ClassCode>,
}

impl PassedFunction {
    /// The function at `address`, of which nothing else is known.
    #[must_use]
    pub const fn at(address: Address) -> Self {
        Self {
            address,
            id: None,
            class: None,
        }
    }
}

impl fmt::Display for PassedFunction {
    /// `0000:01:00.0 (10de:2d04)`, or the address alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} ({id})", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

/// How much of a slot the listed functions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All functions that the slot has: a format that can name the slot does so.
    WholeSlot,
    /// Just the listed ones: each is named.
    ListedFunctions,
}

/// Whether the guest shows its screen on the slot's display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayRole {
    /// The guest's first screen: the emulated graphics card goes away.
    Primary,
    /// Beside an emulated one, or no display at all.
    Other,
}

/// The functions of one slot which go to the guest together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedSlot {
    slot: Slot,
    functions: Vec<PassedFunction>,
    /// How much of the slot the functions are.
    pub coverage: Coverage,
    /// Whether this is the guest's first screen.
    pub display: DisplayRole,
    /// A file to use in place of the card's own expansion ROM.
    pub rom_file: Option<RomFile>,
}

impl PassedSlot {
    /// The slot of `functions`, in order of function number; no first screen, no
    /// ROM file.
    ///
    /// # Errors
    /// When there is no function, one is listed twice, two are of different
    /// slots, or one is a bridge: bridges stay with the host
    /// (`Documentation/driver-api/vfio.rst`, "VFIO Usage Example").
    pub fn new(
        mut functions: Vec<PassedFunction>,
        coverage: Coverage,
    ) -> Result<Self, PassedError> {
        functions.sort_by_key(|function| function.address);
        let slot = functions
            .first()
            .ok_or(PassedError::NoFunction)?
            .address
            .slot();
        let mut before = None;
        for function in &functions {
            let address = function.address;
            if address.slot() != slot {
                return Err(PassedError::OtherSlot { slot, address });
            }
            if before.replace(address) == Some(address) {
                return Err(PassedError::Twice(address));
            }
            if function.class.is_some_and(ClassCode::is_bridge) {
                return Err(PassedError::Bridge(address));
            }
        }
        Ok(Self {
            slot,
            functions,
            coverage,
            display: DisplayRole::Other,
            rom_file: None,
        })
    }

    /// The slot.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        self.slot
    }

    /// Its functions, at least one, in order of function number.
    #[must_use]
    pub fn functions(&self) -> &[PassedFunction] {
        &self.functions
    }

    /// The function that the ROM file belongs to: the display, or else the first.
    #[must_use]
    pub fn rom_function(&self) -> Option<Address> {
        self.functions
            .iter()
            .find(|function| function.class.is_some_and(ClassCode::is_display))
            .or_else(|| self.functions.first())
            .map(|function| function.address)
    }
}

/// All that one guest is to get.
///
/// ```
/// use hvconf::passed::{Coverage, Passed, PassedFunction, PassedSlot};
/// let functions = vec![
///     PassedFunction::at("01:00.0".parse()?),
///     PassedFunction::at("01:00.1".parse()?),
/// ];
/// let mut card = PassedSlot::new(functions, Coverage::WholeSlot)?;
/// card.rom_file = Some("vbios.rom".parse()?);
/// let passed = Passed::new(vec![card])?;
/// assert_eq!(passed.slots().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    slots: Vec<PassedSlot>,
}

impl Passed {
    /// The slots in the order in which the guest is to get them.
    ///
    /// # Errors
    /// When there is none, one is listed twice, or two are the first screen.
    pub fn new(slots: Vec<PassedSlot>) -> Result<Self, PassedError> {
        if slots.is_empty() {
            return Err(PassedError::NoFunction);
        }
        let mut order: Vec<&PassedSlot> = slots.iter().collect();
        order.sort_by_key(|passed| passed.slot);
        let mut before = None;
        for passed in order {
            if before.replace(passed.slot) == Some(passed.slot) {
                return Err(PassedError::SlotTwice(passed.slot));
            }
        }
        let mut primary = slots
            .iter()
            .filter(|passed| passed.display == DisplayRole::Primary);
        if let (Some(first), Some(second)) = (primary.next(), primary.next()) {
            return Err(PassedError::TwoPrimaryDisplays(first.slot, second.slot));
        }
        Ok(Self { slots })
    }

    /// The slots, at least one.
    #[must_use]
    pub fn slots(&self) -> &[PassedSlot] {
        &self.slots
    }
}

/// Why a set of functions cannot be passed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassedError {
    /// Nothing is listed.
    #[error("expected at least one function, found none")]
    NoFunction,
    /// A function of another slot is among them.
    #[error("expected functions of {slot}, found {address}")]
    OtherSlot {
        /// The first function's slot.
        slot: Slot,
        /// The function that is not in it.
        address: Address,
    },
    /// A function is listed twice.
    #[error("{0} is listed twice")]
    Twice(Address),
    /// A slot is listed twice.
    #[error("slot {0} is listed twice")]
    SlotTwice(Slot),
    /// A bridge is listed.
    #[error("{0} is a bridge, which stays with the host")]
    Bridge(Address),
    /// Two slots are to be the first screen.
    #[error("both {0} and {1} are to be the guest's first screen")]
    TwoPrimaryDisplays(Slot, Slot),
}

/// The name of an expansion ROM file: `[A-Za-z0-9._-]+`, 255 bytes at most (the
/// kernel's `NAME_MAX`), not starting with `.` or `-`.
///
/// The directory is the hypervisor's, so a name with `/` would leave it; the
/// other characters are those that no configuration format treats specially.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RomFile(String);

impl RomFile {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RomFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no [`RomFile`]: the byte that cannot be in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a plain file name of letters, digits, '.', '_' and '-' at byte {offset}")]
pub struct RomFileError {
    /// Byte offset in the text that was given.
    pub offset: usize,
}

impl FromStr for RomFile {
    type Err = RomFileError;

    fn from_str(text: &str) -> Result<Self, RomFileError> {
        if text.is_empty() || text.starts_with(['.', '-']) {
            return Err(RomFileError { offset: 0 });
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        match text.bytes().position(|byte| !plain(byte)) {
            Some(offset) => Err(RomFileError { offset }),
            None if text.len() > 255 => Err(RomFileError { offset: 255 }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(text: &str) -> PassedFunction {
        PassedFunction::at(text.parse().unwrap())
    }

    #[test]
    fn a_slot_takes_functions_of_itself_only() {
        let new = |list: &[&str]| {
            let functions = list.iter().map(|text| function(text)).collect();
            PassedSlot::new(functions, Coverage::ListedFunctions)
        };
        let slot = new(&["01:00.1", "01:00.0"]).unwrap();
        assert_eq!(slot.functions()[0].address.function(), 0);
        assert_eq!(slot.rom_function(), "01:00.0".parse().ok());
        assert_eq!(new(&[]), Err(PassedError::NoFunction));
        assert!(matches!(
            new(&["01:00.0", "02:00.0"]),
            Err(PassedError::OtherSlot { .. })
        ));
        assert!(matches!(
            new(&["01:00.0", "01:00.0"]),
            Err(PassedError::Twice(_))
        ));
        let mut bridge = function("01:00.0");
        bridge.class = Some(ClassCode::new(6, 4, None));
        assert!(matches!(
            PassedSlot::new(vec![bridge], Coverage::WholeSlot),
            Err(PassedError::Bridge(_))
        ));
    }

    #[test]
    fn two_slots_are_different_and_one_is_the_screen() {
        let mut a = PassedSlot::new(vec![function("01:00.0")], Coverage::WholeSlot).unwrap();
        let mut b = PassedSlot::new(vec![function("02:00.0")], Coverage::WholeSlot).unwrap();
        assert!(matches!(
            Passed::new(vec![a.clone(), b.clone(), a.clone()]),
            Err(PassedError::SlotTwice(_))
        ));
        a.display = DisplayRole::Primary;
        b.display = DisplayRole::Primary;
        assert!(matches!(
            Passed::new(vec![a, b]),
            Err(PassedError::TwoPrimaryDisplays(..))
        ));
        assert_eq!(Passed::new(Vec::new()), Err(PassedError::NoFunction));
    }

    #[test]
    fn a_rom_file_is_a_plain_name() {
        assert_eq!(
            "vbios.rom".parse::<RomFile>().unwrap().as_str(),
            "vbios.rom"
        );
        for (text, offset) in [
            ("", 0),
            ("..", 0),
            ("-rom", 0),
            ("a/b", 1),
            ("a b", 1),
            ("a,x-vga=1", 1),
            ("a\n", 1),
        ] {
            assert_eq!(
                text.parse::<RomFile>(),
                Err(RomFileError { offset }),
                "{text}"
            );
        }
        assert!("a".repeat(255).parse::<RomFile>().is_ok());
        assert!("a".repeat(256).parse::<RomFile>().is_err());
    }
}
