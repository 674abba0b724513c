//! Names of node devices that virsh does not find.

use pci_core::Address;

/// The subcommands of virsh that expect a node device.
const SUBCOMMANDS: [&str; 5] = [
    "nodedev-detach",
    "nodedev-dettach",
    "nodedev-reattach",
    "nodedev-reset",
    "nodedev-dumpxml",
];

/// The line, or of a message the part to write, with the names in libvirt's form `pci_0000_01_00_0`
/// (libvirt src/node_device/node_device_udev.c, `udevGenerateDeviceName`) and a blank before them.
pub(super) fn node_name(line: &str) -> Option<String> {
    let subcommand = SUBCOMMANDS.iter().find(|name| line.contains(**name));
    let mut corrected = line.to_owned();
    let mut last = None;
    for word in words(line) {
        let Some(name) = name_of(word, subcommand.is_some()) else {
            continue;
        };
        if name == word {
            continue;
        }
        // The line contrasts both forms.
        if line.contains(&name) {
            return None;
        }
        corrected = corrected.replace(word, &name);
        last = Some(name);
    }
    let joined = subcommand.map(|name| format!("{name}="));
    let joined = joined.filter(|joined| corrected.contains(&format!("{joined}pci_")));
    if let Some(joined) = &joined {
        corrected = corrected.replace(joined, &joined.replace('=', " "));
    }
    // Of a message the name alone, or the command that it quotes.
    match (is_message(line), last, subcommand) {
        (_, None, _) if joined.is_none() => None,
        (true, _, Some(subcommand)) => {
            let (_, rest) = corrected.split_once(subcommand)?;
            let name = words(rest).find(|word| word.starts_with("pci_"))?;
            Some(format!("virsh {subcommand} {name}"))
        }
        (true, Some(name), None) => Some(name),
        _ => Some(corrected),
    }
}

/// Whether the line is a message of virsh or libvirt.
pub(super) fn is_message(line: &str) -> bool {
    let starts = ["error: ", "\u{9519}\u{8bef}", "Fehler: ", "erreur"];
    starts.iter().any(|start| line.contains(start))
}

/// The first word of the line that is meant for a name.
pub(super) fn misnamed(line: &str) -> Option<&str> {
    let is_behind = SUBCOMMANDS.iter().any(|name| line.contains(name));
    words(line).find(|word| name_of(word, is_behind).is_some_and(|name| name != *word))
}

/// The words of a line that may be names.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_:.-".contains(c);
    let words = line.split(move |c: char| !is_part(c));
    words.map(|word| word.trim_matches(|c: char| ":.-".contains(c)))
}

/// The name that a word is meant for. `pci-0000:01:00.0` and plain addresses are names only behind a
/// subcommand: udev has the former for its own paths.
fn name_of(word: &str, is_behind_subcommand: bool) -> Option<String> {
    let rest = match word.strip_prefix("pci") {
        Some(rest) => {
            let is_start = |c: char| c == '_' || is_behind_subcommand && "-:".contains(c);
            rest.strip_prefix(is_start)?
        }
        None if is_behind_subcommand => word,
        None => return None,
    };
    let mut parts: Vec<&str> = rest.split(['_', ':', '.', '-']).collect();
    if parts.len() == 3 {
        parts.insert(0, "0000");
    }
    let lengths = parts.iter().map(|part| part.len());
    if !lengths.eq([4, 2, 2, 1]) {
        return None;
    }
    let [domain, bus, slot, function] = parts.as_slice() else {
        return None;
    };
    let address = format!("{domain}:{bus}:{slot}.{function}");
    address.parse::<Address>().ok()?;
    Some(format!("pci_{domain}_{bus}_{slot}_{function}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
