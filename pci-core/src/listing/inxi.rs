//! The devices that `inxi` lists: `inxi -Fxxx`, `inxi -Gxx`, `inxi -N -n -xx`.
//!
//! With `-x` it shows addresses, with `-xx` ids, with `-xxx` classes. Lines are wrapped at the
//! width of the terminal, between any two words (inxi, `make_line`).
//!
//! ```
//! use pci_core::listing::inxi;
//! let found = inxi::parse(
//!     "Graphics:\n  Device-1: NVIDIA GA106 [GeForce RTX 3060] driver: nvidia v: 550.120\n    \
//!      bus-ID: 01:00.0 chip-ID: 10de:2503 class-ID: 0300\n",
//! );
//! assert_eq!(found[0].function.id().unwrap().value.to_string(), "10de:2503");
//! assert_eq!(found[0].function.driver.clone().found().unwrap().value, "nvidia");
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::ListedFunction;
use super::lines::{Line, has_any, lines};
use crate::{Address, ClassCode, PciId};

/// A device of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InxiRow {
    /// The function.
    pub function: ListedFunction,
    /// Network interfaces listed below it.
    pub interfaces: Vec<Interface>,
}

/// Network interface of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interface {
    /// Name: `enp5s0`.
    pub name: Located<String>,
    /// Whether its state is `up`.
    pub is_up: bool,
}

/// A device being parsed.
#[derive(Default)]
struct Open {
    name: Vec<String>,
    driver: Option<Lookup<Located<String>>>,
    address: Option<Located<Address>>,
    id: Option<Located<PciId>>,
    class: Option<Located<ClassCode>>,
    interfaces: Vec<Interface>,
}

impl Open {
    fn row(self) -> Option<InxiRow> {
        let mut function = ListedFunction::new(self.address?);
        if !self.name.is_empty() {
            function.name = Some(self.name.join(" "));
        }
        if let Some(id) = self.id {
            function.set_id(id);
        }
        function.class = self.class;
        function.driver = self.driver.unwrap_or(Lookup::NotShown);
        Some(InxiRow {
            function,
            interfaces: self.interfaces,
        })
    }
}

/// Parses the devices that have an address.
#[must_use]
pub fn parse(text: &str) -> Vec<InxiRow> {
    let mut found = Vec::new();
    if !has_any(text, &["bus-ID: "]) || !has_any(text, &["Device-", "Card-", "Card: "]) {
        return found;
    }
    let mut open: Option<Open> = None;
    let mut key = "";
    for line in lines(text) {
        if line.text.is_empty() {
            found.extend(open.take().and_then(Open::row));
            continue;
        }
        for word in line.text.split_ascii_whitespace() {
            if let Some(next) = as_key(word) {
                key = next;
                let is_section = line.indent == 0 && line.text.starts_with(word);
                // Interfaces without a device have their own numbers (`IF-ID-1`).
                let is_other = key.starts_with("IF-ID") || matches!(key, "Display" | "Report");
                if is_section || is_device(key) || is_other {
                    found.extend(open.take().and_then(Open::row));
                }
                if is_device(key) {
                    open = Some(Open::default());
                }
            } else if let Some(open) = &mut open {
                value(open, key, line, word);
            }
        }
    }
    found.extend(open.and_then(Open::row));
    found
}

/// The key in a word: `driver:`, `bus-ID:`. A name may contain a colon, and so may a time.
fn as_key(word: &str) -> Option<&str> {
    let key = word.strip_suffix(':')?;
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts && key.len() <= 16 && key.bytes().all(is_key)).then_some(key)
}

/// `Device-1`, `Card-2`, and of inxi before 3.0 `Card`.
fn is_device(key: &str) -> bool {
    let number = key
        .strip_prefix("Device-")
        .or_else(|| key.strip_prefix("Card-"));
    key == "Card"
        || number.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn value(open: &mut Open, key: &str, line: Line<'_>, word: &str) {
    match key {
        _ if is_device(key) && open.name.len() < 16 => open.name.push(word.to_owned()),
        "driver" if open.driver.is_none() => {
            let driver = word.trim_end_matches(',');
            open.driver = Some(match driver {
                // Unbound (inxi, `get_driver_modules`).
                "N/A" => Lookup::Absent,
                _ => Lookup::Found(line.located(driver.to_owned())),
            });
        }
        "bus-ID" if open.address.is_none() => {
            open.address = word.parse().ok().map(|address| line.located(address));
        }
        "chip-ID" if open.id.is_none() => {
            open.id = word.parse().ok().map(|id| line.located(id));
        }
        "class-ID" if open.class.is_none() => {
            open.class = word.parse().ok().map(|class| line.located(class));
        }
        "IF" if open.interfaces.len() < 16 => open.interfaces.push(Interface {
            name: line.located(word.to_owned()),
            is_up: false,
        }),
        "state" => {
            if let Some(last) = open.interfaces.last_mut() {
                last.is_up = word == "up";
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_are_of_their_device() {
        let text = "\
Graphics:
  Device-1: NVIDIA GA106 [GeForce RTX 3060] vendor: Micro-Star MSI
    driver: nvidia v: 550.120 arch: Ampere pcie: gen: 1 speed: 2.5 GT/s
    lanes: 8 bus-ID: 0b:00.0 chip-ID: 10de:2503 class-ID: 0300
  Device-2: AMD Navi 21 driver: N/A bus-ID: 03:00.0
    chip-ID: 1002:73bf
  Device-3: Logitech Webcam driver: uvcvideo type: USB bus-ID: 1-4:2
    chip-ID: 046d:0825
  Display: x11 server: X.Org v: 1.21.1.7 driver: X: loaded: nvidia gpu: nvidia
Network:
  Device-1: Intel I211 driver: igb v: kernel bus-ID: 05:00.0
  IF: enp5s0 state: up speed: 1000 Mbps duplex: full mac: <filter>
  IF-ID-1: vmbr0 state: down
";
        let found = parse(text);
        let shown = |row: &InxiRow| {
            let function = &row.function;
            let driver = match &function.driver {
                Lookup::Found(driver) => driver.value.as_str(),
                Lookup::Absent => "none",
                _ => "?",
            };
            let interfaces = row
                .interfaces
                .iter()
                .map(|one| (one.name.value.as_str(), one.is_up));
            alloc::format!(
                "{} {:?} {driver} {:?}",
                function.address.value,
                function.id().map(|id| alloc::format!("{}", id.value)),
                interfaces.collect::<Vec<_>>()
            )
        };
        let shown: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                "0000:0b:00.0 Some(\"10de:2503\") nvidia []",
                "0000:03:00.0 Some(\"1002:73bf\") none []",
                "0000:05:00.0 None igb [(\"enp5s0\", true)]",
            ]
        );
        assert_eq!(found[0].function.class.as_ref().unwrap().line, 4);
        assert_eq!(parse("the bus-ID: 01:00.0 of my Card: is it\n"), []);
        assert_eq!(parse("bus-ID: 01:00.0\n"), []);
    }
}
