//! Hypothetical changes of a machine's hardware.

use core::fmt;
use core::str::FromStr;

use pci_core::{Address, AddressOrSlot, PciId, Slot};

use crate::error::{Cause, Error, Result};

/// A change of a machine's hardware, made by [`Machine::with`](super::Machine::with).
///
/// Parses and prints as on the command line:
///
/// | text | change |
/// | --- | --- |
/// | `card=00:1c.4` | a single-function card below this port |
/// | `card=00:1c.4,10de:2d04,10de:22eb` | a card whose functions have these IDs |
/// | `card=00:1c.4,like=01:00` | a copy of the card in this slot |
/// | `moved=01:00,00:1c.4` | the card in this slot, moved below that port |
/// | `port=00:1c.5,like=00:1c.4` | a copy of a port, on the same bus |
///
/// ```
/// use iommu::predict::{HardwareChange, NewCard};
/// let change: HardwareChange = "card=00:1c.4,like=01:00".parse()?;
/// assert_eq!(
///     change,
///     HardwareChange::Card {
///         below: "00:1c.4".parse()?,
///         card: NewCard::Like("01:00".parse()?),
///     }
/// );
/// assert_eq!(change.to_string(), "card=0000:00:1c.4,like=0000:01:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HardwareChange {
    /// A card is added below a port.
    Card {
        /// The root port or downstream port, with nothing below it.
        below: Address,
        /// The card.
        card: NewCard,
    },
    /// Moves a card below another port.
    Moved {
        /// Its current slot: everything on that bus and below.
        slot: Slot,
        /// The root port or downstream port, with nothing below it.
        below: Address,
    },
    /// Adds a port: one that the firmware hides while its slot is empty, or a downstream port of a
    /// larger switch.
    Port {
        /// Its address.
        at: Address,
        /// A port of the same bus to copy.
        like: Address,
    },
}

/// The known properties of a new card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewCard {
    /// The IDs of its functions, from function 0, at most eight; none for a single-function card of
    /// any kind. Whether a multi-function card has an ACS capability is undecided, unless Linux has
    /// a quirk for its IDs.
    Ids(Vec<PciId>),
    /// A copy of the card in this slot, with everything below it.
    Like(Slot),
}

impl HardwareChange {
    /// The words before the `=`, which distinguish a change from a kernel option.
    const WORDS: [&'static str; 3] = ["card", "moved", "port"];

    /// Whether `text` starts like a hardware change, so that a syntax error should be reported.
    #[must_use]
    pub fn begins(text: &str) -> bool {
        let word = text.split_once('=').map_or(text, |(word, _)| word);
        Self::WORDS.contains(&word)
    }
}

impl fmt::Display for HardwareChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card { below, card } => {
                write!(f, "card={below}")?;
                match card {
                    NewCard::Ids(ids) => ids.iter().try_for_each(|id| write!(f, ",{id}")),
                    NewCard::Like(slot) => write!(f, ",like={slot}"),
                }
            }
            Self::Moved { slot, below } => write!(f, "moved={slot},{below}"),
            Self::Port { at, like } => write!(f, "port={at},like={like}"),
        }
    }
}

impl FromStr for HardwareChange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (word, value) = text.split_once('=').unwrap_or((text, ""));
        let (first, rest) = match value.split_once(',') {
            Some((first, rest)) => (first, Some(rest)),
            None => (value, None),
        };
        match word {
            "card" => Ok(Self::Card {
                below: address("card", first)?,
                card: card(rest)?,
            }),
            "moved" => Ok(Self::Moved {
                slot: slot("moved", first)?,
                below: address("moved", rest.unwrap_or_default())?,
            }),
            "port" => {
                let like = rest.and_then(|rest| rest.strip_prefix("like="));
                let like = like.ok_or_else(|| Cause::Option {
                    option: "port",
                    word: value.to_owned(),
                    expected: "ADDRESS,like=PORT",
                })?;
                Ok(Self::Port {
                    at: address("port", first)?,
                    like: address("port", like)?,
                })
            }
            _ => Err(Cause::Option {
                option: "",
                word: text.chars().take(80).collect(),
                expected: "card=, moved= or port=",
            }
            .into()),
        }
    }
}

fn address(option: &'static str, text: &str) -> Result<Address> {
    text.parse().map_err(|_| {
        let expected = "the address of a port, such as 00:1c.4";
        refused(option, text, expected)
    })
}

fn slot(option: &'static str, text: &str) -> Result<Slot> {
    let read: Result<AddressOrSlot, _> = text.parse();
    read.map(AddressOrSlot::slot).map_err(|_| {
        let expected = "the slot of a card, such as 01:00";
        refused(option, text, expected)
    })
}

fn refused(option: &'static str, word: &str, expected: &'static str) -> Error {
    let word = word.to_owned();
    Cause::Option {
        option,
        word,
        expected,
    }
    .into()
}

fn card(rest: Option<&str>) -> Result<NewCard> {
    let Some(rest) = rest else {
        return Ok(NewCard::Ids(Vec::new()));
    };
    if let Some(like) = rest.strip_prefix("like=") {
        return slot("card", like).map(NewCard::Like);
    }
    let mut ids: Vec<PciId> = Vec::new();
    for word in rest.split(',') {
        let id = word.parse().ok().filter(|_| ids.len() < 8);
        ids.push(id.ok_or_else(|| Cause::Option {
            option: "card",
            word: word.to_owned(),
            expected: "like=SLOT, or up to eight IDs such as 10de:2d04",
        })?);
    }
    Ok(NewCard::Ids(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_text_is_read_again() {
        for text in [
            "card=0000:00:1c.4",
            "card=0000:00:1c.4,10de:2d04,10de:22eb",
            "card=0000:00:1c.4,like=0000:01:00",
            "moved=0000:01:00,0000:00:1c.4",
            "port=0000:00:1c.5,like=0000:00:1c.4",
        ] {
            let change: HardwareChange = text.parse().unwrap();
            assert_eq!(change.to_string(), text);
            assert!(HardwareChange::begins(text));
        }
        let short: HardwareChange = "moved=01:00.1,00:1c.4".parse().unwrap();
        assert_eq!(short.to_string(), "moved=0000:01:00,0000:00:1c.4");
        assert!(!HardwareChange::begins("pci=config_acs=1@00:01.0"));
    }

    #[test]
    fn errors_are_named() {
        for (text, word) in [
            ("card=", ""),
            ("card=01:00", "01:00"),
            ("card=00:1c.4,", ""),
            ("card=00:1c.4,10de", "10de"),
            ("card=00:1c.4,like=", ""),
            ("moved=01:00", ""),
            ("moved=x,00:1c.4", "x"),
            ("port=00:1c.4", "00:1c.4"),
            ("port=00:1c.4,like=01", "01"),
            ("slot=1", "slot=1"),
        ] {
            let error = HardwareChange::from_str(text).unwrap_err();
            assert_eq!(error.word(), Some(word), "{text}");
        }
        // Of eight functions, not nine.
        let eight = format!("card=00:1c.4{}", ",10de:2d04".repeat(8));
        assert!(HardwareChange::from_str(&eight).is_ok());
        let error = HardwareChange::from_str(&format!("{eight},10de:22eb")).unwrap_err();
        assert_eq!(error.word(), Some("10de:22eb"));
    }
}
