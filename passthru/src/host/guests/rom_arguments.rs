//! The ROM files on command lines of QEMU: `-device vfio-pci,host=…,romfile=…`.

use host_tree::{CommandText, Evidence, Lookup, numbered_lines};
use hvconf::qemu::{QemuDevice, launch_words};
use pci_core::Address;
use vbios::verify::Guest;

use super::rom_files::{NamedRom, RomSetting};

/// Maximum number of ROM files.
const MOST: usize = 64;
/// Maximum length of a command line, in bytes.
const LONGEST: usize = 32 << 10;
/// The start of a device, in both forms.
const STARTS: [&str; 3] = ["vfio-pci,", "driver=vfio-pci,", "{\"driver\":\"vfio-pci\","];

/// The ROM files with absolute paths. QEMU looks for others in its data directories, too
/// (`pci_add_option_rom`, hw/pci/pci.c).
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<NamedRom> {
    let mut found: Vec<NamedRom> = Vec::new();
    for text in texts.iter().filter(|text| text.text.contains("romfile")) {
        for command in commands(&text.text) {
            let guest = firmware(&command.joined);
            for (number, line) in command.lines {
                for (path, address) in devices(line) {
                    let is_same = |known: &NamedRom| known.path == path && known.address == address;
                    if found.len() >= MOST || found.iter().any(is_same) {
                        continue;
                    }
                    found.push(NamedRom {
                        path,
                        bytes: Lookup::NotShown,
                        address,
                        setting: RomSetting::Qemu,
                        guest,
                        evidence: Evidence::new(&*text.command, number, line.trim()),
                    });
                }
            }
        }
    }
    found
}

/// The lines of a command that a backslash continues, those alone that can name a ROM file.
struct Command<'a> {
    joined: String,
    lines: Vec<(u32, &'a str)>,
}

fn commands(text: &str) -> Vec<Command<'_>> {
    let mut all = Vec::new();
    let mut open = Command {
        joined: String::new(),
        lines: Vec::new(),
    };
    for (number, line) in numbered_lines(text) {
        let line = line.trim_end();
        let (start, continued) = match line.strip_suffix('\\') {
            Some(start) => (start, true),
            None => (line, false),
        };
        if open.joined.len() + start.len() <= LONGEST {
            open.joined.push_str(start);
            open.joined.push(' ');
            if start.contains("romfile") && !is_comment(start) {
                open.lines.push((number, start));
            }
        }
        if !continued {
            if !open.lines.is_empty() {
                all.push(Command {
                    joined: std::mem::take(&mut open.joined),
                    lines: std::mem::take(&mut open.lines),
                });
            }
            open.joined.clear();
        }
    }
    if !open.lines.is_empty() {
        all.push(open);
    }
    all
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The ROM files of a line, each with its function.
fn devices(line: &str) -> Vec<(String, Address)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((at, is_json)) = start(rest) {
        let text = rest.get(at..).unwrap_or_default();
        let end = if is_json {
            text.find('}').map(|end| end + 1)
        } else {
            text.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\'))
        };
        let (word, after) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .unwrap_or((text, ""));
        found.extend(device(word));
        rest = after;
    }
    found
}

/// The next device, and whether it is JSON.
fn start(line: &str) -> Option<(usize, bool)> {
    let starts = STARTS
        .iter()
        .filter_map(|start| Some((line.find(start)?, start)));
    let (at, start) = starts.min_by_key(|(at, _)| *at)?;
    Some((at, start.starts_with('{')))
}

fn device(word: &str) -> Option<(String, Address)> {
    let device = QemuDevice::parse(word).ok()?;
    let path = device.properties.text("romfile")?;
    // A shell's variable, or QEMU's own message about the device, is not a path.
    let is_literal = path.starts_with('/') && !path.contains(['$', '*', '?', '<', '{']);
    if device.driver != "vfio-pci" || !is_literal || path.ends_with(':') {
        return None;
    }
    let address = device.properties.text("host").or_else(|| {
        let path = device.properties.text("sysfsdev")?;
        Some(path.rsplit('/').next()?.to_owned())
    })?;
    Some((path, address.parse().ok()?))
}

/// The firmware of a command line; `None` if it is not QEMU's for x86, or a part of it is not known.
fn firmware(command: &str) -> Option<Guest> {
    let words = launch_words(command).ok()?;
    let is_firmware = |word: &String| {
        let lower = word.to_ascii_lowercase();
        lower.contains("ovmf") || lower.contains("edk2")
    };
    if words.argv.iter().any(is_firmware) {
        return Some(Guest::Ovmf);
    }
    let program = words.argv.first()?.rsplit('/').next()?;
    let is_x86 = matches!(program, "qemu-system-x86_64" | "qemu-kvm" | "kvm");
    let names = |word: &String| {
        word.contains("pflash")
            || matches!(word.trim_start_matches('-'), "bios" | "readconfig" | "L")
    };
    let is_whole = words.computed.is_empty() && !words.argv.iter().any(names);
    (is_x86 && is_whole).then_some(Guest::SeaBios)
}

#[cfg(test)]
mod tests;
