//! Reading of `config show` as a description.

use core::num::NonZeroU16;

use pci_core::Address;

use crate::description::{
    Firmware, HostCpus, HugePageSize, MemorySize, Pages, Pinning, SecureBoot,
};
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};
use crate::yaml::{Node, load};

/// Reads the devices of an instance: from `incus config show`, or from the document that creates
/// it.
///
/// # Errors
/// If the text is not YAML, or it assigns nothing.
pub fn read(text: &str) -> Result<ReadBack, Error> {
    let documents = load(text)?;
    let mut found = Found::default();
    let document = documents.first();
    let devices = document.and_then(|document| document.get("devices"));
    for (name, device) in devices.map(Node::entries).unwrap_or_default() {
        take(&mut found, name.text().unwrap_or_default(), device)?;
    }
    let text_of = |way: &[&str]| document.and_then(|document| document.at(way)?.text());
    let mut description = found.describe(text_of(&["name"]))?;
    let is = |key: &str| text_of(&["config", key]) == Some("true");
    let secure = text_of(&["config", "security.secureboot"]) != Some("false");
    description.firmware = if is("security.csm") {
        Firmware::SeaBios
    } else if secure {
        Firmware::Ovmf(SecureBoot::On)
    } else {
        Firmware::Ovmf(SecureBoot::Off)
    };
    if is("limits.memory.hugepages") {
        description.memory.pages = Pages::Huge(HugePageSize::HostDefault);
    }
    description.memory.size = text_of(&["config", "limits.memory"]).and_then(memory);
    // A number is how many; a set or a range pins one to each (Incus documentation, "CPU limits").
    let processors = text_of(&["config", "limits.cpu"]).unwrap_or_default();
    description.processors = processors.parse().ok().and_then(NonZeroU16::new);
    if let (None, Some(set)) = (description.processors, HostCpus::from_list(processors)) {
        let each: Vec<u16> = set.numbers().collect();
        description.processors = u16::try_from(each.len()).ok().and_then(NonZeroU16::new);
        description.pinning = Pinning::each(description.processors, |number| {
            each.get(usize::from(number)).copied().map(HostCpus::one)
        });
    }
    let mut lose = |what: &str, line: u32| {
        found
            .not_converted
            .push(NotConverted::manual(what).on_line(line));
    };
    for (key, value) in document.map(Node::entries).unwrap_or_default() {
        let key = key.text().unwrap_or_default();
        if key != "config" {
            let is_empty = value.items().is_empty() && value.entries().is_empty();
            let says = !is_empty || value.text().is_some_and(|text| !is_default(text));
            if says && !matches!(key, "devices" | "name") {
                lose(key, value.line);
            }
            continue;
        }
        for (key, value) in value.entries() {
            let (key, text) = (key.text().unwrap_or_default(), value.text());
            let text = text.unwrap_or_default();
            let taken = match key {
                "security.csm" | "security.secureboot" | "limits.memory.hugepages" => {
                    matches!(text, "true" | "false")
                }
                "limits.memory" => description.memory.size.is_some(),
                "limits.cpu" => description.processors.is_some(),
                // Internal keys of the daemon.
                _ => key.starts_with("volatile.") || key.starts_with("image."),
            };
            if !taken && !text.is_empty() {
                lose(key, value.line);
            }
        }
    }
    Ok(ReadBack {
        description,
        not_converted: found.not_converted,
    })
}

/// Whether a value says no more than its absence.
fn is_default(text: &str) -> bool {
    matches!(text, "" | "null" | "~" | "false")
}

fn take(found: &mut Found, name: &str, device: &Node) -> Result<(), Error> {
    let key = |key: &str| device.get(key).and_then(Node::text);
    let address = |text: &str| -> Result<Address, Error> {
        text.parse().map_err(|_| {
            Cause::Rejected {
                reason: format!("expected an address in {name}, found {text:?}"),
            }
            .at(device.line)
        })
    };
    match (key("type"), key("gputype").unwrap_or("physical")) {
        (Some("gpu"), "physical") => match key("pci") {
            Some(text) => found.whole_slot(address(text)?),
            None => {
                let why = "it names its card by IDs, not by address";
                found
                    .not_converted
                    .push(NotConverted::new(name, why).on_line(device.line));
                return Ok(());
            }
        },
        (Some("gpu"), kind) => {
            let not_converted =
                NotConverted::new(format!("{name}: {kind}"), "it is a part of a card");
            found.not_converted.push(not_converted.on_line(device.line));
            return Ok(());
        }
        (Some("pci"), _) => match key("address") {
            Some(text) => found.function(address(text)?),
            None => {
                return Err(Cause::Rejected {
                    reason: format!("expected address in {name}"),
                }
                .at(device.line));
            }
        },
        (Some("nic"), _) if matches!(key("nictype"), Some("physical" | "sriov")) => {
            found.not_converted.push(
                NotConverted::new(
                    name,
                    "it names the host's network interface, not its function",
                )
                .on_line(device.line),
            );
            return Ok(());
        }
        (kind, _) => {
            let kind = kind.unwrap_or("device");
            let not_converted = NotConverted::manual(format!("{kind} {name}"));
            found.not_converted.push(not_converted.on_line(device.line));
            return Ok(());
        }
    }
    for (key, value) in device.entries() {
        let (key, text) = (key.text().unwrap_or_default(), value.text());
        let taken = matches!(key, "type" | "gputype" | "pci" | "address");
        if !taken && text.is_some_and(|text| !text.is_empty()) {
            let why = "only Incus has it";
            let not_converted = NotConverted::new(format!("{name}: {key}"), why);
            found.not_converted.push(not_converted.on_line(value.line));
        }
    }
    Ok(())
}

/// `8GiB` and its like (Incus documentation, "Units"); `50%` is of the host's.
fn memory(text: &str) -> Option<MemorySize> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let number: u64 = number.parse().ok()?;
    let factor = match unit {
        "" | "B" => 1,
        "kB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    MemorySize::from_bytes(number.checked_mul(factor)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_and_functions_are_read() {
        let text = "architecture: x86_64\nconfig:\n  limits.memory: 8GiB\n  limits.cpu: \"4\"\ndevices:\n  eth0:\n    \
            type: nic\n    nictype: physical\n    parent: enp5s0\n  card:\n    type: gpu\n    pci: \"0000:01:00.0\"\n  \
            other:\n    type: gpu\n    vendorid: 10de\n  usb:\n    type: pci\n    address: 0000:02:00.1\n  root:\n    type: disk\nname: win11\n";
        let back = read(text).unwrap();
        let vm = &back.description;
        assert_eq!(vm.name.as_str(), "win11");
        assert_eq!(vm.memory.size.unwrap().mebibytes(), 8192);
        let functions: Vec<String> = vm
            .assigned
            .functions()
            .map(|one| one.address.to_string())
            .collect();
        assert_eq!(functions, ["0000:01:00.0", "0000:02:00.1"]);
        let not_converted: Vec<&str> = back
            .not_converted
            .iter()
            .map(|not_converted| &*not_converted.what)
            .collect();
        assert_eq!(
            not_converted,
            ["eth0", "other", "disk root", "architecture"]
        );
        assert!(read("devices: {a: {type: pci, address: x}}").is_err());
        assert!(read("devices: {a: {type: pci}}").is_err());
        assert!(read("").is_err());
    }
}
