//! Configurations of guests, and of programs that assign functions to them.

use host_tree::lines::spans;
use hvconf::bhyve::Assignments;
use hvconf::esxi::Vmx;
use hvconf::proxmox::{SectionKind, VmConfig};
use hvconf::xen::{XlConfig, XlItem, XlValue};

use super::setting::Found;

/// Proxmox VE's file of a guest: each part of a value with several.
pub(super) fn proxmox(found: &mut Found<'_>) {
    let config = VmConfig::parse(found.text);
    for section in config.sections() {
        let place = match &section.kind {
            SectionKind::Current => String::new(),
            SectionKind::Pending => "[PENDING]".to_owned(),
            SectionKind::Special(name) => format!("[special:{name}]"),
            SectionKind::Snapshot(name) => format!("[{name}]"),
            SectionKind::Unknown => format!("section of line {}", section.header_line.unwrap_or(1)),
        };
        for entry in &section.entries {
            found.add_on(&place, entry.key, "", entry.line);
            let mut add = |name: &str, value: &str| found.note(&place, name, value, entry.line);
            if entry.key == "args" {
                for word in entry.value.split_whitespace() {
                    add("args", word);
                }
                continue;
            }
            for part in entry.value.split(',') {
                match part.split_once('=') {
                    Some((name, value)) => {
                        let name = if name == "host" { "" } else { name };
                        let dot = if name.is_empty() { "" } else { "." };
                        add(&format!("{}{dot}{name}", entry.key), value);
                    }
                    // Addresses are written with or without their domain.
                    None => {
                        for address in part.split(';') {
                            add(entry.key, address.strip_prefix("0000:").unwrap_or(address));
                        }
                    }
                }
            }
        }
    }
}

/// VMware's file of a VM, whose keys are case-insensitive.
pub(super) fn vmx(found: &mut Found<'_>) {
    for entry in Vmx::parse(found.text).entries {
        found.add_on(
            "",
            &entry.key.to_ascii_lowercase(),
            &entry.value,
            entry.line,
        );
    }
}

/// Xen's file of a guest.
pub(super) fn xl(found: &mut Found<'_>) {
    let config = XlConfig::parse(found.text);
    for statement in config.statements() {
        let (key, span) = (statement.key.as_str(), statement.span.clone());
        match &statement.value {
            XlValue::Text(text) | XlValue::Number(text) => found.add("", key, text, span),
            XlValue::List(items) => {
                found.add("", key, "[]", span);
                for item in items {
                    xl_item(key, item, found);
                }
            }
        }
    }
}

fn xl_item(key: &str, item: &XlItem, found: &mut Found<'_>) {
    let raw = found.text.get(item.span.clone()).unwrap_or_default();
    let raw = raw.trim_matches(['"', '\'']);
    found.add("", key, raw, item.span.clone());
}

/// A file with sections, whose values may continue on lines that start with a blank.
pub(super) fn sections(found: &mut Found<'_>) {
    let text = found.text;
    let mut section = String::new();
    let mut open: Option<(String, String, core::ops::Range<usize>)> = None;
    for (_, span, content) in spans(text) {
        let content = content.trim_end_matches('\r');
        let goes_on = content.starts_with([' ', '\t']) && !content.trim().is_empty();
        match &mut open {
            Some((_, value, whole)) if goes_on => {
                value.push('\n');
                value.push_str(content.trim());
                whole.end = span.end;
                continue;
            }
            Some((name, value, whole)) => found.add(&section, name, value, whole.clone()),
            None => {}
        }
        open = None;
        if content.starts_with('[') {
            section = content.split(']').next().unwrap_or_default().to_owned() + "]";
        } else if let Some(at) = content.find(['=', ':'])
            && !content.starts_with(['#', ';', ' ', '\t'])
        {
            let (name, value) = content.split_at_checked(at).unwrap_or((content, ""));
            let value = value.get(1..).unwrap_or_default();
            open = Some((name.trim().to_owned(), value.trim().to_owned(), span));
        }
    }
    if let Some((name, value, whole)) = open {
        found.add(&section, &name, &value, whole);
    }
}

/// Unraid's list of functions.
pub(super) fn unraid(found: &mut Found<'_>) {
    for (_, span, content) in spans(found.text) {
        if let Some(words) = content.strip_prefix("BIND=") {
            found.add("", "BIND", "", span.clone());
            for word in words.split_whitespace() {
                found.add("", "BIND", word, span.clone());
            }
        }
    }
}

/// FreeBSD's files of `key="value"`; lists of functions are separated by blanks.
pub(super) fn loader_conf(found: &mut Found<'_>) {
    for line in Assignments::parse(found.text).lines() {
        let (key, value) = (line.key.as_str(), line.value.as_str());
        if !key.starts_with("pptdevs") {
            found.add_on("", key, value, line.line);
            continue;
        }
        found.add_on("", key, "", line.line);
        for word in value.split_whitespace() {
            found.add_on("", key, word, line.line);
        }
    }
}
