//! Where Windows says that a device is.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// A PCI device's location path: `PCIROOT(0)#PCI(0100)#PCI(0000)` is function 0 of
/// device 0 behind the bridge at function 0 of device 1 of the root bus
/// (Microsoft Learn, "`DEVPKEY_Device_LocationPaths`").
///
/// The number of `PCIROOT` is the `_UID` of the root bridge in ACPI, no bus number.
///
/// ```
/// use pci_core::listing::windows::LocationPath;
/// let path: LocationPath = "PCIROOT(0)#PCI(0103)#PCI(0001)".parse()?;
/// assert_eq!(path.steps, [(1, 3), (0, 1)]);
/// assert_eq!(path.to_string(), "PCIROOT(0)#PCI(0103)#PCI(0001)");
/// # Ok::<(), pci_core::listing::windows::LocationPathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationPath {
    /// The root bridge's number, hexadecimal in the text.
    pub root: u32,
    /// Device (0 to 31) and function number (0 to 7) of each bridge on the way and,
    /// last, of the device itself.
    pub steps: Vec<(u8, u8)>,
}

/// Why a text is no location path of a PCI device: what was expected, and at which
/// byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset}")]
pub struct LocationPathError {
    /// Byte offset in the text that was parsed.
    pub offset: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

/// The most steps: there cannot be more than 256 buses on the way.
const MOST_STEPS: usize = 256;

impl FromStr for LocationPath {
    type Err = LocationPathError;

    /// Reads a path that ends at a PCI device: `#USBROOT(0)` and the like are another
    /// device's.
    fn from_str(text: &str) -> Result<Self, LocationPathError> {
        let mut offset = 0;
        let mut root = None;
        let mut steps = Vec::new();
        for part in text.split('#') {
            let error = |expected| LocationPathError { offset, expected };
            if root.is_none() {
                let number = inner(part, "PCIROOT").and_then(hex);
                root = Some(number.ok_or(error("'PCIROOT(', a hex number and ')'"))?);
            } else {
                let step = inner(part, "PCI").filter(|digits| digits.len() <= 4);
                let step = step.and_then(hex).and_then(|number| {
                    let [.., device, function] = number.to_be_bytes();
                    (device <= 31 && function <= 7).then_some((device, function))
                });
                steps.push(step.ok_or(error("'PCI(', device and function in hex and ')'"))?);
                if steps.len() > MOST_STEPS {
                    return Err(error("the end of the path"));
                }
            }
            offset += part.len() + 1;
        }
        match root {
            Some(root) if !steps.is_empty() => Ok(Self { root, steps }),
            _ => Err(LocationPathError {
                offset: text.len(),
                expected: "'#PCI('",
            }),
        }
    }
}

impl fmt::Display for LocationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PCIROOT({:X})", self.root)?;
        self.steps
            .iter()
            .try_for_each(|(device, function)| write!(f, "#PCI({device:02X}{function:02X})"))
    }
}

/// What stands in the brackets of `name(…)`.
fn inner<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    let (head, rest) = part.split_at_checked(name.len())?;
    let rest = head.eq_ignore_ascii_case(name).then_some(rest)?;
    rest.strip_prefix('(')?.strip_suffix(')')
}

fn hex(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The location paths in a piece of text.
pub(super) fn find(text: &str) -> impl Iterator<Item = (&str, LocationPath)> {
    let parts = text.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | ';' | '{' | '}' | '"' | '\'' | '|' | '`')
    });
    parts.filter_map(|part| Some((part, part.parse().ok()?)))
}
