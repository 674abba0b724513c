//! Passwords, keys and notes in the configurations of guests.

use super::secrets::{HIDDEN, without_secrets};

/// The program that reads a configuration.
#[derive(Clone, Copy)]
enum Format {
    Proxmox,
    Libvirt,
    Vmx,
}

/// The configuration at `path` without its secrets, each line where it was;
/// `None` where it is none of a guest.
pub(super) fn configuration(path: &str, text: &str) -> Option<String> {
    let ends = |extension: &str| path.ends_with(extension);
    let format = if path.starts_with("/etc/pve/") && ends(".conf") {
        Format::Proxmox
    } else if path.starts_with("/etc/libvirt/") && ends(".xml") {
        Format::Libvirt
    } else if ends(".vmx") {
        Format::Vmx
    } else {
        return None;
    };
    let text = match format {
        Format::Proxmox => each_line(text, proxmox_line),
        Format::Libvirt => NOTES
            .iter()
            .fold(text.to_owned(), |text, name| without_text_of(&text, name)),
        Format::Vmx => each_line(text, vmx_line),
    };
    // QEMU's own arguments: -object secret,data=, password= of a display.
    Some(without_secrets(&text, &["data"]))
}

fn each_line(text: &str, shared: fn(&str) -> Option<String>) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (body, end) = match line.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (line, ""),
        };
        match shared(body) {
            Some(shared) => kept.push_str(&shared),
            None => kept.push_str(body),
        }
        kept.push_str(end);
    }
    kept
}

/// Keys of `qm.conf(5)` that hold a person's secrets or notes.
const PROXMOX_KEYS: [&str; 5] = [
    "cipassword",
    "ciuser",
    "sshkeys",
    "description",
    "searchdomain",
];

fn proxmox_line(line: &str) -> Option<String> {
    if line.starts_with('#') {
        return Some("#".to_owned());
    }
    let (key, _) = line.split_once(':')?;
    let is_secret = PROXMOX_KEYS.contains(&key.trim());
    is_secret.then(|| format!("{key}: {HIDDEN}"))
}

/// Parts of the keys of a .vmx file that hold secrets or notes.
const VMX_KEYS: [&str; 5] = [
    "password",
    "guestinfo.",
    "annotation",
    "encryption",
    "datafilekey",
];

fn vmx_line(line: &str) -> Option<String> {
    let (key, _) = line.split_once('=')?;
    let folded = key.to_ascii_lowercase();
    let is_secret = VMX_KEYS.iter().any(|part| folded.contains(part));
    is_secret.then(|| format!("{key}= \"{HIDDEN}\""))
}

/// Elements of libvirt's domain XML that hold notes.
const NOTES: [&str; 3] = ["description", "title", "metadata"];

/// The text without the content of the elements of that name; its lines remain.
fn without_text_of(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        let (before, element) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let start = element.find('>').map_or(element.len(), |at| at + 1);
        let (tag, content) = element.split_at_checked(start).unwrap_or((element, ""));
        kept.push_str(before);
        kept.push_str(tag);
        rest = content;
        if !tag.ends_with("/>") {
            // Of an element that does not end, no end is known: all of it is hidden.
            let end = content.find(&close).unwrap_or(content.len());
            let (hidden, after) = content.split_at_checked(end).unwrap_or((content, ""));
            kept.extend(hidden.matches('\n'));
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests;
