//! The list of functions that Xen's pciback hides from dom0's own drivers:
//! `xen-pciback.hide=` on dom0's command line, or `options xen-pciback hide=` where
//! it is a module.
//!
//! Each function stands in parentheses, one behind the other without anything
//! between (`drivers/xen/xen-pciback/pci_stub.c` of Linux, `pcistub_init`). The
//! driver stops at what it cannot read, so that one slip leaves all of the host's
//! functions as they are.

use core::fmt;
use core::str::FromStr;

use pci_core::Address;

/// One element: a function, or all of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hidden {
    /// `(0000:01:00.0)`.
    Function(Address),
    /// `(0000:01:00.*)`, given by its function 0.
    Slot(Address),
}

/// The whole list.
///
/// ```
/// use hvconf::binding::pciback::Hide;
/// let mut hide: Hide = "(01:00.0)".parse()?;
/// hide.add("01:00.1".parse().unwrap());
/// assert_eq!(hide.to_string(), "(0000:01:00.0)(0000:01:00.1)");
/// assert_eq!("(01:00.0),(01:00.1)".parse::<Hide>().unwrap_err().offset, 9);
/// # Ok::<(), hvconf::binding::pciback::HideError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hide(pub Vec<Hidden>);

/// Why a text is no such list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected \"(0000:01:00.0)\", one behind the other, at byte {offset}")]
pub struct HideError {
    /// Byte offset in the text.
    pub offset: usize,
}

impl Hide {
    /// Whether a function is hidden.
    #[must_use]
    pub fn contains(&self, address: Address) -> bool {
        self.0.iter().any(|hidden| match hidden {
            Hidden::Function(known) => *known == address,
            Hidden::Slot(known) => known.slot() == address.slot(),
        })
    }

    /// Adds a function unless it is hidden.
    pub fn add(&mut self, address: Address) {
        if !self.contains(address) {
            self.0.push(Hidden::Function(address));
        }
    }

    /// Takes a function out, where it stands by itself; whether it is out now.
    pub fn remove(&mut self, address: Address) -> bool {
        self.0.retain(|hidden| *hidden != Hidden::Function(address));
        !self.contains(address)
    }
}

impl FromStr for Hide {
    type Err = HideError;

    fn from_str(text: &str) -> Result<Self, HideError> {
        let mut all = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let error = HideError {
                offset: text.len() - rest.len(),
            };
            let inner = rest.strip_prefix('(').ok_or(error)?;
            let (element, behind) = inner.split_once(')').ok_or(error)?;
            let hidden = match element.strip_suffix(".*") {
                Some(slot) => format!("{slot}.0").parse().map(Hidden::Slot),
                None => element.parse().map(Hidden::Function),
            };
            all.push(hidden.map_err(|_| error)?);
            rest = behind;
        }
        Ok(Self(all))
    }
}

impl fmt::Display for Hide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|hidden| match hidden {
            Hidden::Function(address) => write!(f, "({address})"),
            Hidden::Slot(address) => {
                let text = address.to_string();
                let slot = text.strip_suffix(".0").unwrap_or(&text);
                write!(f, "({slot}.*)")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_print_as_they_are_read() {
        for text in ["", "(0000:01:00.0)", "(0000:01:00.*)(0001:02:1f.7)"] {
            assert_eq!(text.parse::<Hide>().unwrap().to_string(), text);
        }
        let hide: Hide = "(0000:01:00.*)".parse().unwrap();
        assert!(hide.contains("01:00.3".parse().unwrap()));
        assert!(!hide.clone().remove("01:00.3".parse().unwrap()));
        let mut one: Hide = "(01:00.0)".parse().unwrap();
        assert!(one.remove("01:00.0".parse().unwrap()) && one.0.is_empty());
    }

    #[test]
    fn errors_say_where() {
        for (text, offset) in [
            ("01:00.0", 0),
            ("(01:00.0", 0),
            ("(01:00.0) (", 9),
            ("(x)", 0),
        ] {
            assert_eq!(
                text.parse::<Hide>().unwrap_err(),
                HideError { offset },
                "{text}"
            );
        }
    }
}
