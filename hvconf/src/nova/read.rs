//! The functions that `nova.conf` hands out, read back as a description.

use pci_core::{Address, Slot};

use super::conf::NovaConf;
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};
use crate::yaml::{Node, load};

/// Devices that one value of `device_spec` selects.
enum Named {
    Function(Address),
    Slot(Slot),
    /// By ids or by a pattern: only the host knows which functions these are.
    Pattern(String),
}

/// The specs of a value: one object, or a list of them.
fn specs(value: &str) -> Option<Vec<Node>> {
    // JSON is YAML.
    let mut documents = load(value).ok()?;
    let document = documents.pop().filter(|_| documents.is_empty())?;
    match document.items() {
        [] if !document.entries().is_empty() => Some(vec![document]),
        [] => None,
        items => Some(items.to_vec()),
    }
}

fn named(spec: &Node) -> Option<Named> {
    let key = |key: &str| spec.get(key).and_then(Node::text);
    match key("address") {
        Some(text) => {
            if let Ok(address) = text.parse() {
                return Some(Named::Function(address));
            }
            let slot = text.strip_suffix(".*").and_then(|slot| slot.parse().ok());
            Some(slot.map_or_else(|| Named::Pattern(text.to_owned()), Named::Slot))
        }
        None => {
            let words: Vec<String> = spec
                .entries()
                .iter()
                .filter_map(|(key, value)| {
                    let value = value.text().unwrap_or("(a pattern)");
                    Some(format!("{}={value}", key.text()?))
                })
                .collect();
            (!words.is_empty()).then(|| Named::Pattern(words.join(" ")))
        }
    }
}

/// The functions that a value names by address.
pub(super) fn address_of(value: &str) -> Vec<Address> {
    let specs = specs(value).unwrap_or_default();
    let mut found = Vec::new();
    for spec in &specs {
        match named(spec) {
            Some(Named::Function(address)) => found.push(address),
            Some(Named::Slot(slot)) => found.extend(slot.functions()),
            Some(Named::Pattern(_)) | None => {}
        }
    }
    found
}

/// Parts of an alias other than IDs: a name that is not made of them, other keys.
fn own_alias(value: &str) -> Vec<NotConverted> {
    let specs = specs(value).unwrap_or_default();
    let why = "only Nova has it";
    let [spec] = specs.as_slice() else {
        return vec![NotConverted::new(format!("alias {value}"), why)];
    };
    let key = |key: &str| spec.get(key).and_then(Node::text);
    let ids = key("vendor_id").zip(key("product_id"));
    let usual = ids.map(|(vendor, product)| format!("pci-{vendor}-{product}"));
    let name = key("name").unwrap_or_default();
    if usual.as_deref() != Some(name) {
        return vec![NotConverted::new(format!("alias {name}"), why)];
    }
    let keys = spec.entries().iter().filter_map(|(key, _)| key.text());
    let others = keys.filter(|other| match *other {
        "vendor_id" | "product_id" | "name" => false,
        "device_type" => key("device_type") != Some("type-PCI"),
        _ => true,
    });
    others
        .map(|key| NotConverted::new(format!("{key} of alias {name}"), why))
        .collect()
}

/// Whether both are the same JSON.
pub(super) fn same_json(a: &str, b: &str) -> bool {
    match (load(a).as_deref(), load(b).as_deref()) {
        (Ok([a]), Ok([b])) => a.same(b),
        _ => false,
    }
}

/// Reads the functions that a compute host provides, as if one VM got all of them.
///
/// # Errors
/// If a value is not JSON, or names nothing by address.
pub fn read(text: &str) -> Result<ReadBack, Error> {
    let conf = NovaConf::parse(text);
    let mut found = Found::default();
    for value in conf.values() {
        if value.key == "alias" {
            let not_converted = own_alias(&value.value).into_iter();
            found
                .not_converted
                .extend(not_converted.map(|not_converted| not_converted.on_line(value.line)));
        }
        if !matches!(&*value.key, "device_spec" | "passthrough_whitelist") {
            continue;
        }
        let refused = || {
            Cause::Rejected {
                reason: format!("expected a JSON object, found {:?}", value.value),
            }
            .at(value.line)
        };
        for spec in specs(&value.value).ok_or_else(refused)? {
            for (key, _) in spec.entries() {
                let key = key.text().unwrap_or_default();
                // Ids beside an address say no more than it does.
                if !matches!(key, "address" | "vendor_id" | "product_id") {
                    let not_converted =
                        NotConverted::new(format!("{key} of device_spec"), "only Nova has it");
                    found.not_converted.push(not_converted.on_line(value.line));
                }
            }
            match named(&spec).ok_or_else(refused)? {
                Named::Function(address) => found.function(address),
                Named::Slot(slot) => {
                    if let Some(first) = slot.function(0) {
                        found.whole_slot(first);
                    }
                }
                Named::Pattern(what) => found.not_converted.push(
                    NotConverted::new(what, "only the host knows which functions these are")
                        .on_line(value.line),
                ),
            }
        }
    }
    Ok(ReadBack {
        description: found.describe(None)?,
        not_converted: found.not_converted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
    use crate::description::Description;
    use crate::nova::{assign, emit};

    #[test]
    fn written_text_is_read_back_and_written_once() {
        let functions: Vec<AssignedFunction> = [("01:00.0", "10de:2204"), ("01:00.1", "10de:1aef")]
            .iter()
            .map(|(address, id)| AssignedFunction {
                id: Some(id.parse().unwrap()),
                ..AssignedFunction::at(address.parse().unwrap())
            })
            .collect();
        let slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        let vm = Description::new(
            "gpu".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        );
        let emitted = emit(&vm).unwrap();
        let text = emitted.files[0].to_string();
        let back = read(&text).unwrap();
        let list = |vm: &Description| {
            vm.assigned
                .functions()
                .map(|one| one.address)
                .collect::<Vec<_>>()
        };
        assert_eq!(list(&back.description), list(&vm));
        assert_eq!(assign(&text, &vm).unwrap(), text);
        assert_eq!(
            emitted.commands[0].argv[5],
            "pci_passthrough:alias=pci-10de-2204:1,pci-10de-1aef:1"
        );
        let before = "[DEFAULT]\ndebug = true\n\n[pci]\n# all of the card\ndevice_spec = { \"address\": \"0000:01:00.*\" }\n\n[vnc]\n";
        let after = assign(before, &vm).unwrap();
        assert!(!after.contains("\"0000:01:00.1\""), "{after}");
        assert_eq!(after.matches("alias = ").count(), 2);
        assert!(after.starts_with("[DEFAULT]\ndebug = true\n\n[pci]\n# all of the card\n"));
        assert!(after.ends_with("\n\n[vnc]\n"));
        assert_eq!(assign(&after, &vm).unwrap(), after);
        let not_converted = read(
            "[pci]\ndevice_spec = [{\"vendor_id\": \"10de\"}, {\"address\": \"0000:02:00.0\"}]\n",
        )
        .unwrap();
        assert_eq!(not_converted.not_converted[0].what, "vendor_id=10de");
        assert!(read("[pci]\ndevice_spec = {\n").is_err());
    }
}
