//! Selection of functions by an address, a slot, an ID, a kind or words of the name.

mod kind;
mod meant;
mod words;

use std::collections::BTreeMap;

pub use kind::DeviceKind;
use list_order::Order as _;
use pci_core::{Address, PciId, Slot, notation};

use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::host::{Device, Host};
use crate::text::{Text, text};

/// The reason why a word does not select one card.
#[derive(Debug)]
pub(crate) enum SelectCause {
    /// No such function on the host, as far as known.
    NotThere {
        /// The address or slot as given.
        word: String,
        /// The functions that the input shows, some of them.
        shown: Vec<Address>,
    },
    /// No device has the ID or the name.
    NoMatch {
        /// The word as given.
        word: String,
        /// Suggestions, nearest first: devices with their addresses, or words.
        near: Vec<String>,
        /// The functions that the input shows, some of them.
        shown: Vec<Address>,
    },
    /// The input has devices, and none of their addresses.
    WithoutAddresses {
        /// The word as given.
        word: String,
    },
    /// Several slots match.
    Ambiguous {
        /// The word as given.
        word: String,
        /// The slots that match.
        slots: Vec<Slot>,
        /// The first of them with their names: `01:00 NVIDIA Corporation GA106 [...]`.
        candidates: Vec<String>,
    },
    /// The word resembles an address but is invalid.
    NoAddress {
        /// The word as given.
        word: String,
        /// The expected form.
        expected: &'static str,
        /// Where, in bytes from 0.
        offset: usize,
    },
}

into_error!(SelectCause);

impl Cause for SelectCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadDevice
    }

    fn text(&self) -> Text {
        match self {
            Self::NotThere { word, shown } if shown.is_empty() => {
                text!("no device at {word}: no PCI devices are in the input", word)
            }
            Self::NotThere { word, shown } => text!(
                "no device at {word} in the input; it has, for example, {devices} (passthru list \
                 shows all)",
                word,
                devices = shown
            ),
            Self::NoMatch { word, near, shown } => match (near.as_slice(), shown.as_slice()) {
                ([], []) => text!(
                    "no device matches \"{word}\": no PCI devices are in the input",
                    word
                ),
                ([], devices) => text!(
                    "no device matches \"{word}\"; the input has, for example, {devices} \
                     (passthru list shows all)",
                    word,
                    devices
                ),
                ([one], _) => text!(
                    "no device matches \"{word}\"; did you mean {suggestion}?",
                    word,
                    suggestion = one
                ),
                (several, _) => text!(
                    "no device matches \"{word}\"; did you mean one of these?{list}",
                    word,
                    list = meant::lines(several, several.len())
                ),
            },
            Self::WithoutAddresses { word } => text!(
                "\"{word}\" selects no device: the addresses of the PCI devices are not in the \
                 input",
                word
            ),
            Self::Ambiguous {
                word,
                slots,
                candidates,
            } => text!(
                "\"{word}\" matches {count} cards; give the address of one:{list}",
                word,
                count = slots.len(),
                list = meant::lines(candidates, slots.len())
            ),
            Self::NoAddress {
                word,
                expected,
                offset,
            } => text!(
                "\"{word}\" is not an address: expected {expected} at character {character}",
                word,
                expected = Text::of_english(*expected),
                character = offset + 1
            ),
        }
    }

    fn place(&self) -> Place {
        let list = |words: Vec<String>| Place::help(words.join(", "));
        match self {
            Self::NoMatch { near, .. } if !near.is_empty() => list(near.clone()),
            Self::NotThere { shown, .. } | Self::NoMatch { shown, .. } if shown.is_empty() => {
                Place::default()
            }
            Self::WithoutAddresses { .. } => Place::default(),
            Self::NotThere { shown, .. } | Self::NoMatch { shown, .. } => {
                list(shown.iter().map(ToString::to_string).collect())
            }
            Self::Ambiguous { slots, .. } => list(slots.iter().map(ToString::to_string).collect()),
            Self::NoAddress {
                word,
                expected,
                offset,
            } => Place::bytes(*offset..word.len().max(*offset)).with_help(*expected),
        }
    }

    fn is_not_shown(&self) -> bool {
        match self {
            Self::NotThere { shown, .. } => shown.is_empty(),
            Self::NoMatch { near, shown, .. } => near.is_empty() && shown.is_empty(),
            Self::WithoutAddresses { .. } => true,
            Self::Ambiguous { .. } | Self::NoAddress { .. } => false,
        }
    }
}

/// Returns the functions that `word` selects: one for an address, all of the slot for a slot, an
/// ID, a [`DeviceKind`] or words of the name. Only complete words of a name match, in any case and order;
/// digits need no blank before or after them: `rtx3060ti`.
///
/// # Errors
///
/// If nothing matches, if an ID, a kind or a name matches more than one slot, and if the word
/// resembles an address but is invalid. A model whose name ends with the words is preferred:
/// `gtx 1080` is not a GTX 1080 Ti.
///
/// ```
/// let mut tree = host_tree::MemoryTree::partial();
/// tree.insert_text("lspci -nn", "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
///     GA106 [GeForce RTX 3060] [10de:2503] (rev a1)\n");
/// let host = passthru::Host::read(&tree);
/// for word in ["01:00.0", "0000:01:00", "pci_0000_01_00_0", "10de:2503", "rtx 3060", "RTX3060", "gpu"] {
///     assert_eq!(passthru::select::devices(&host, word)?.len(), 1);
/// }
/// # Ok::<(), passthru::Error>(())
/// ```
pub fn devices(host: &Host, word: &str) -> crate::Result<Vec<Address>> {
    Ok(find(host, word)?)
}

/// As [`devices`].
fn find(host: &Host, word: &str) -> Result<Vec<Address>, SelectCause> {
    if host.devices.is_empty() && !host.without_address.is_empty() {
        return Err(SelectCause::WithoutAddresses {
            word: word.to_owned(),
        });
    }
    if let Ok(address) = notation::address(word) {
        return if host.devices.contains_key(&address) {
            Ok(vec![address])
        } else {
            Err(SelectCause::NotThere {
                word: word.to_owned(),
                shown: shown(host),
            })
        };
    }
    if let Ok(slot) = word.parse::<Slot>() {
        let mut found: Vec<Address> = host
            .functions_of(slot)
            .map(|device| device.address)
            .collect();
        // A slot with only bridges selects these: they exist, and the error must not deny that.
        if found.is_empty() {
            let there = host.devices.keys().copied();
            found.extend(there.filter(|address| address.slot() == slot));
        }
        return if found.is_empty() {
            Err(SelectCause::NotThere {
                word: word.to_owned(),
                shown: shown(host),
            })
        } else {
            Ok(found)
        };
    }
    let id: Option<PciId> = notation::id(word).ok();
    if id.is_none() && looks_like_address(word) {
        let error = word.parse::<Address>().err();
        let (expected, offset) = error.map_or(("an address", 0), |error| {
            let expected = error.expected().unwrap_or("an address");
            (expected, error.offset().unwrap_or_default())
        });
        return Err(SelectCause::NoAddress {
            word: word.to_owned(),
            expected,
            offset,
        });
    }
    let mut found = matching(host, word, id);
    if found
        .iter()
        .any(|device| words::ends_with(&host.name_of(device), word))
    {
        found.retain(|device| words::ends_with(&host.name_of(device), word));
    }
    let mut slots: Vec<Slot> = found.iter().map(|device| device.address.slot()).collect();
    slots.dedup();
    match slots.as_slice() {
        [] => Err(SelectCause::NoMatch {
            word: word.to_owned(),
            near: meant::near(host, word),
            shown: shown(host),
        }),
        [slot] => Ok(host
            .functions_of(*slot)
            .map(|device| device.address)
            .collect()),
        _ => Err(SelectCause::Ambiguous {
            word: word.to_owned(),
            candidates: meant::candidates(host, &found),
            slots,
        }),
    }
}

/// The functions with this ID, or of the kind or with the name that `word` is, by address.
fn matching<'a>(host: &'a Host, word: &str, id: Option<PciId>) -> Vec<&'a Device> {
    let devices = host.devices.values();
    if let Some(id) = id {
        let has_id = |device: &&Device| device.id.as_ref().is_some_and(|fact| fact.value == id);
        return devices.filter(has_id).collect();
    }
    if let Some(kind) = DeviceKind::of_word(word) {
        let is_of_kind = |device: &&Device| {
            let class = device.class.as_ref();
            class.is_some_and(|class| kind.has(class.value))
        };
        return devices.filter(is_of_kind).collect();
    }
    let pieces = words::pieces(word);
    // Many functions have one name: it is looked at once.
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let has_name = |device: &&Device| {
        let name = host.name_of(device);
        match known.get(&name) {
            Some(has) => *has,
            None => {
                let has = words::has_all(&words::words(&name), &pieces);
                known.insert(name, has);
                has
            }
        }
    };
    devices.filter(has_name).collect()
}

/// The functions of a list that is narrowed to `words`: as [`all`], and of an ID, a kind or a
/// name all functions that match it, on however many cards.
///
/// # Errors
///
/// As [`devices`], but several cards are not an error.
///
/// ```
/// let mut tree = host_tree::MemoryTree::partial();
/// tree.insert_text("lspci -nn", "01:00.0 Ethernet controller [0200]: Intel Corporation I210 \
///     [8086:1533]\n02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533]\n");
/// let host = passthru::Host::read(&tree);
/// assert_eq!(passthru::select::listed(&host, &["nic"])?.len(), 2);
/// # Ok::<(), passthru::Error>(())
/// ```
pub fn listed<W: AsRef<str>>(host: &Host, words: &[W]) -> crate::Result<Vec<Address>> {
    let mut chosen = Vec::new();
    for word in words {
        let word = word.as_ref();
        match find(host, word) {
            Ok(found) if DeviceKind::of_word(word).is_none() => chosen.extend(found),
            Ok(_) | Err(SelectCause::Ambiguous { .. }) => {
                let found = matching(host, word, notation::id(word).ok());
                chosen.extend(found.iter().map(|device| device.address));
            }
            Err(error) => return Err(error.into()),
        }
    }
    chosen.order();
    chosen.dedup();
    Ok(chosen)
}

/// The functions that several words name, each once, by address.
///
/// # Errors
///
/// As [`devices`], for the first word that fails.
pub fn all<W: AsRef<str>>(host: &Host, words: &[W]) -> crate::Result<Vec<Address>> {
    let mut chosen = Vec::new();
    for word in words {
        chosen.extend(devices(host, word.as_ref())?);
    }
    chosen.order();
    chosen.dedup();
    Ok(chosen)
}

/// Only hex digits with colons or dots between them.
fn looks_like_address(word: &str) -> bool {
    word.contains(':')
        && word
            .bytes()
            .all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
}

/// The functions to name in a message: display controllers before others.
fn shown(host: &Host) -> Vec<Address> {
    let mut devices: Vec<&Device> = host.devices.values().filter(|d| !d.is_bridge()).collect();
    devices.order_by_key(|device| (!device.is_display(), device.address));
    devices
        .iter()
        .take(4)
        .map(|device| device.address)
        .collect()
}

#[cfg(test)]
mod tests;
