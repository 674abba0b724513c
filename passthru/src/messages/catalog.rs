//! Reading of the catalog's files: stanzas of `key: value` lines.

use std::borrow::Cow;
use std::sync::LazyLock;

use iommu::IommuStatus;

use super::{About, Fix, Line, Message};
use crate::verdict::Verdict;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../data/messages/", $name, ".txt")))),*]
    };
}

/// The files of the catalog by name.
const FILES: &[(&str, &str)] = files![
    "bhyve",
    "dpdk",
    "driver-amdgpu",
    "driver-intel-gpu",
    "driver-network",
    "driver-nouveau",
    "driver-nvidia",
    "driver-nvme-storage",
    "driver-usb-audio",
    "driver-vendor-reset",
    "esxi",
    "guest-firmware",
    "guest-linux",
    "guest-windows",
    "hyper-v",
    "kubernetes",
    "libvirt",
    "linux-framebuffer",
    "linux-iommu",
    "linux-kvm",
    "linux-module",
    "linux-pci",
    "linux-vfio",
    "linux-xen-pciback",
    "looking-glass",
    "other-vmm",
    "proxmox",
    "qemu",
    "tools",
    "xen",
];

/// All messages, file by file.
#[must_use]
pub fn all() -> &'static [Message] {
    static ALL: LazyLock<Vec<Message>> = LazyLock::new(|| {
        FILES
            .iter()
            .flat_map(|(_, text)| stanzas(text))
            .filter_map(|stanza| message(&stanza))
            .collect()
    });
    &ALL
}

/// A key and its value, the lines that continue it joined by blanks.
type Entry = (&'static str, Cow<'static, str>);

fn stanzas(text: &'static str) -> Vec<Vec<Entry>> {
    let mut stanzas: Vec<Vec<Entry>> = Vec::new();
    let mut open = false;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        if let Some(more) = line.strip_prefix("  ") {
            if let Some((_, value)) = stanzas.last_mut().and_then(|stanza| stanza.last_mut()) {
                let value = value.to_mut();
                value.push(' ');
                value.push_str(more.trim());
            }
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        if !std::mem::replace(&mut open, true) {
            stanzas.push(Vec::new());
        }
        if let Some(stanza) = stanzas.last_mut() {
            stanza.push((key, Cow::Borrowed(value.trim())));
        }
    }
    stanzas
}

/// A value for the life of the program: one line of the file, or lines joined once.
fn kept(value: Cow<'static, str>) -> &'static str {
    match value {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => Box::leak(text.into_boxed_str()),
    }
}

fn message(stanza: &[Entry]) -> Option<Message> {
    let one = |key: &str| {
        let found = stanza.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| kept(value.clone()))
    };
    let mut lines: Vec<Line> = Vec::new();
    for (key, value) in stanza {
        if *key == "line" {
            lines.push(Line {
                pattern: kept(value.clone()),
                source: "",
                since: None,
                until: None,
                samples: Vec::new(),
            });
            continue;
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        match *key {
            "from" => line.source = kept(value.clone()),
            "since" => line.since = Some(kept(value.clone())),
            "until" => line.until = Some(kept(value.clone())),
            "sample" => line.samples.push(kept(value.clone())),
            _ => {}
        }
    }
    let counters = stanza.iter().filter(|(key, _)| *key == "not");
    Some(Message {
        code: one("code")?,
        verdict: Verdict::from_word(one("verdict")?)?,
        title: one("title")?,
        title_in_guest: one("in-guest"),
        meaning: one("meaning")?,
        fix: {
            let mut fixes = stanza.iter().filter(|(key, _)| *key == "fix");
            fix(&fixes.next()?.1)?
        },
        about: match one("about") {
            None | Some("any") => About::Any,
            Some("assigned") => About::Assigned,
            Some("guest") => About::Guest,
            Some(_) => return None,
        },
        lines,
        counters: counters.map(|(_, value)| kept(value.clone())).collect(),
        is_general: one("general").is_some(),
        follows: one("follows").map_or_else(Vec::new, words),
        disputed_by: one("disputed-by").map_or_else(Vec::new, words),
        proves: match one("proves") {
            None => None,
            Some("iommu-on") => Some(IommuStatus::Enabled),
            Some("iommu-off-in-firmware") => Some(IommuStatus::DisabledInFirmware),
            Some("iommu-off-in-kernel") => Some(IommuStatus::DisabledInKernel),
            Some(_) => return None,
        },
    })
}

fn words(text: &'static str) -> Vec<&'static str> {
    text.split_whitespace().collect()
}

fn fix(text: &str) -> Option<Fix> {
    // A part of a joined text would be a pointer into its middle, which leak checkers report: each
    // part is stored separately.
    let own = |part: &str| kept(Cow::Owned(part.to_owned()));
    match text.split_once(' ') {
        None if text == "none" => Some(Fix::None),
        None if text == "plan" => Some(Fix::Plan),
        Some(("look", command)) => Some(Fix::Look(own(command))),
        Some(("step", step)) => {
            let (name, text) = step.split_once(": ")?;
            Some(Fix::Step {
                name: own(name),
                text: own(text),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::messages::matches;

    #[test]
    fn every_stanza_is_read() {
        for (name, text) in FILES {
            for stanza in stanzas(text) {
                let read = message(&stanza);
                let message = read.unwrap_or_else(|| panic!("{name}: {stanza:?}"));
                assert!(!message.lines.is_empty(), "{name}: {}", message.code);
                for line in &message.lines {
                    assert!(!line.source.is_empty(), "{name}: {}", line.pattern);
                }
            }
        }
        let files: BTreeSet<String> = std::fs::read_dir("data/messages")
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let known: BTreeSet<String> = FILES
            .iter()
            .map(|(name, _)| format!("{name}.txt"))
            .collect();
        assert_eq!(files, known);
    }

    #[test]
    fn codes_and_patterns_are_there_once() {
        let mut codes = BTreeSet::new();
        let mut patterns = BTreeSet::new();
        for message in all() {
            assert!(codes.insert(message.code), "{}", message.code);
            for line in &message.lines {
                assert!(patterns.insert(line.pattern), "{}", line.pattern);
            }
            assert!(!message.title.ends_with('.'), "{}", message.code);
            assert!(message.meaning.len() > 20, "{}", message.code);
            let is_fine = matches!(message.verdict, Verdict::Harmless | Verdict::Ok);
            assert!(
                is_fine
                    || message.fix != Fix::None
                    || message.verdict == Verdict::Impossible
                    || message.verdict == Verdict::NoEffect
                    || message.verdict == Verdict::Unknown,
                "{}",
                message.code
            );
        }
    }

    #[test]
    fn messages_name_other_messages() {
        let codes: BTreeSet<&str> = all().iter().map(|message| message.code).collect();
        for message in all() {
            for other in message.follows.iter().chain(&message.disputed_by) {
                assert!(codes.contains(other), "{}: {other}", message.code);
                assert_ne!(*other, message.code);
            }
        }
    }

    #[test]
    fn each_sample_is_its_message() {
        let mut others = Vec::new();
        for message in all() {
            for sample in message.lines.iter().flat_map(|line| &line.samples) {
                for form in forms(sample) {
                    let found = matches(&form);
                    let codes: Vec<&str> = found.iter().map(|found| found.message.code).collect();
                    if !codes.contains(&message.code) {
                        others.push(format!("{}: {form}: {codes:?}", message.code));
                    }
                }
            }
            for counter in &message.counters {
                let found = matches(counter);
                let is_other = found.iter().all(|found| found.message.code != message.code);
                assert!(is_other, "{counter}");
            }
        }
        assert!(others.is_empty(), "{}", others.join("\n"));
    }

    /// The line alone, after prefixes, and inside a sentence.
    fn forms(sample: &str) -> [String; 5] {
        [
            sample.to_owned(),
            format!("[   12.345678] {sample}"),
            format!("Nov 21 10:11:12 pve kernel: {sample}"),
            format!("> {sample}"),
            format!("When I start the guest I get \"{sample}\" and nothing else happens."),
        ]
    }
}
