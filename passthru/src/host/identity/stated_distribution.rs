//! The distribution of the host that a text names: in the release of the kernel, in a field of a
//! bug report or of neofetch, or in a sentence.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use host_tree::{CommandText, Evidence, numbered_lines};

use super::fields;
use crate::prompt::Prompt;

/// Distributions of Linux that are hosts, as they spell their names, longer names first.
const NAMES: [&str; 39] = [
    "Linux Mint",
    "Arch Linux",
    "archlinux",
    "Rocky Linux",
    "AlmaLinux",
    "Oracle Linux",
    "Alpine Linux",
    "Void Linux",
    "Artix Linux",
    "Garuda Linux",
    "Fedora Silverblue",
    "openSUSE Tumbleweed",
    "openSUSE Leap",
    "KDE neon",
    "Raspberry Pi OS",
    "Red Hat Enterprise Linux",
    "EndeavourOS",
    "openEuler",
    "openSUSE",
    "elementary OS",
    "Pop!_OS",
    "Zorin OS",
    "Slackware",
    "CachyOS",
    "Manjaro",
    "Bazzite",
    "Nobara",
    "Xubuntu",
    "Kubuntu",
    "Lubuntu",
    "Ubuntu",
    "Debian",
    "Fedora",
    "Gentoo",
    "CentOS",
    "deepin",
    "NixOS",
    "Kali Linux",
    "Arch",
];

/// Marks in the release of a distribution's kernel, each with the name.
const RELEASES: [(&str, &str); 9] = [
    ("+deb12-", "Debian 12"),
    ("+deb13-", "Debian 13"),
    ("+deb14-", "Debian 14"),
    ("-MANJARO", "Manjaro"),
    ("-arch", "Arch Linux"),
    ("-gentoo", "Gentoo"),
    ("-cachyos", "CachyOS"),
    ("-bazzite", "Bazzite"),
    (".fc", "Fedora"),
];

/// Fields of bug reports and of programs such as neofetch, in lower case.
const FIELDS: [&str; 19] = [
    // `lsb_release -a`
    "description",
    "operating system",
    "host operating system",
    "host os",
    "os host",
    "os",
    "distro",
    "distribution",
    "linux distribution",
    "linux distro",
    "host distro",
    "host system",
    "betriebssystem",
    "système d'exploitation",
    "sistema operativo",
    "操作系统",
    "宿主机系统",
    "宿主机",
    "ос хоста",
];

/// Words before the name of the writer's own system, in lower case.
const OWN: [&str; 26] = [
    "host and guest os are both ",
    "host and guest are both ",
    "running ",
    "i use ",
    "i'm using ",
    "i am using ",
    "i'm on ",
    "i am on ",
    "i have ",
    "host is ",
    "host os is ",
    "host: ",
    "host runs ",
    "host running ",
    "unter ",
    "using ",
    "under ",
    "sous ",
    "auf ",
    "sotto ",
    "bajo ",
    "con ",
    "na ",
    "под ",
    "on ",
    "(",
];

/// Words that need a version, or the start of the line: without them it is talk about a
/// distribution in general.
const WITH_VERSION: [&str; 11] = [
    "using ", "under ", "sous ", "auf ", "sotto ", "bajo ", "con ", "na ", "под ", "on ", "(",
];

/// Words of a line that has another machine's distribution in brackets.
const OTHER_MACHINES: [&str; 6] = [
    "another",
    "other ",
    "different",
    "second",
    "worked",
    "works",
];

/// Words between a name and its version.
const KINDS: [&str; 4] = ["server", "desktop", "lts", "linux"];

/// Words of a guest or of its disk, in lower case.
const GUEST: [&str; 10] = [
    "guest",
    "vm",
    "virtual machine",
    "container",
    "lxc",
    "iso",
    "image",
    "gast",
    "虚拟机",
    "ゲスト",
];

/// The longest name with its version, in characters.
const LONGEST: usize = 40;

/// The name of the distribution, with the version if there is one.
pub(in crate::host) fn read(texts: &[CommandText], release: Option<&str>) -> Option<String> {
    let of_release = release.and_then(|release| {
        let known = RELEASES.iter().find(|(mark, _)| release.contains(mark));
        known.map(|(mark, name)| {
            // `.fc44`
            let behind = release.split(mark).nth(1).unwrap_or_default();
            let number: String = behind.chars().take_while(char::is_ascii_digit).collect();
            let is_number = mark.starts_with('.') && !number.is_empty();
            if is_number {
                format!("{name} {number}")
            } else {
                (*name).to_owned()
            }
        })
    });
    of_release
        .or_else(|| texts.iter().find_map(|text| of_text(&text.text)))
        .or_else(|| texts.iter().find_map(|text| of_build(&text.text)))
        .or_else(|| texts.iter().find_map(|text| of_prompt(&text.text)))
        .or_else(|| {
            release
                .filter(|one| is_of_debian(one, texts))
                .map(|_| "Debian".to_owned())
        })
}

/// Ubuntu from the build of the running kernel: `#27~20.04.1-Ubuntu SMP` (Ubuntu Kernel Team,
/// versions of kernels for a release).
fn of_build(text: &str) -> Option<String> {
    let lines = text.lines().filter(|line| line.contains("-Ubuntu "));
    let mut builds = lines
        .filter(|line| line.contains("Linux "))
        .filter_map(|line| {
            let (before, _) = line.split_once("-Ubuntu ")?;
            let build = before.rsplit(' ').next()?.strip_prefix('#')?;
            let release = build.split_once('~').map(|(_, release)| release);
            let mut parts = release.unwrap_or_default().split('.');
            let number = |part: Option<&'_ str>| {
                part.filter(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                    .map(str::to_owned)
            };
            Some(match (number(parts.next()), number(parts.next())) {
                (Some(year), Some(month)) => format!("Ubuntu {year}.{month}"),
                _ => "Ubuntu".to_owned(),
            })
        });
    builds.next()
}

/// Names of hosts that installers propose, each with the distribution; not those of images for
/// guests.
const HOST_NAMES: [(&str, &str); 6] = [
    ("nixos", "NixOS"),
    ("manjaro", "Manjaro"),
    ("gentoo", "Gentoo"),
    ("cachyos", "CachyOS"),
    ("openwrt", "OpenWrt"),
    ("istoreos", "iStoreOS"),
];

/// Whether a prompt names the distribution of the system on which the commands ran.
pub(in crate::host) fn has_prompt(texts: &[CommandText]) -> bool {
    texts.iter().any(|text| of_prompt(&text.text).is_some())
}

/// The distribution that the host's name in a prompt shows.
fn of_prompt(text: &str) -> Option<String> {
    let mut hosts = text.lines().filter_map(|line| Prompt::read(line)?.host);
    hosts.find_map(|host| {
        let mut names = HOST_NAMES.iter();
        let known = names.find(|(name, _)| name.eq_ignore_ascii_case(host));
        known.map(|(_, distribution)| (*distribution).to_owned())
    })
}

/// Whether the kernel's release has Debian's form (`5.10.0-13-amd64`; Debian Kernel Handbook,
/// section 5.1), and a prompt or its builder names Debian: derivatives use its kernels.
fn is_of_debian(release: &str, texts: &[CommandText]) -> bool {
    let Some((numbers, abi)) = release
        .strip_suffix("-amd64")
        .and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_form =
        numbers.split('.').count() == 3 && numbers.split('.').all(is_number) && is_number(abi);
    let names = ["@debian:", "debian-kernel@lists.debian.org"];
    let mut texts = texts.iter();
    is_form && texts.any(|text| names.iter().any(|name| text.text.contains(name)))
}

fn of_text(text: &str) -> Option<String> {
    let mut stated = None;
    let mut above = "";
    let mut field: Option<String> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(name) = field.take() {
            // `Distribution: Ubuntu`, and below it `Distribution version: 24.04`.
            let version = fields::field(line).filter(|(key, _)| key.ends_with("version"));
            let version = version.and_then(|(_, version)| named(&format!("{name} {version}")));
            return Some(version.unwrap_or(name));
        }
        if has_name(line) {
            let heading = value(above).filter(|value| value.is_empty());
            let above = bare(above);
            let bare_line = bare(line);
            let value = heading.map(|_| line).or_else(|| value(line));
            // `incus info`: the words of a guest's owner.
            let is_of_guest = value.is_some()
                && above.trim_start().starts_with("Name:")
                && line.trim_start().starts_with("Description: ");
            let value = value.filter(|_| !is_of_guest);
            if let Some(name) = value.and_then(named) {
                if name.ends_with(|c: char| c.is_ascii_digit()) {
                    return Some(name);
                }
                field = Some(name);
                continue;
            }
            // Below the heading of a guest it is that of the guest.
            let is_alone = bare_line.split_whitespace().count() <= 3
                && !bare_line.contains('/')
                && !has_guest(above);
            stated = stated
                .or_else(|| named(bare_line).filter(|_| is_alone))
                .or_else(|| in_sentence(bare_line));
        }
        above = line;
    }
    field.or(stated)
}

/// The line that says that the writer's system is a guest, in a text with a field for it: `I run Jellyfin on a VM
/// hosted on Unraid`, `OS: Ubuntu 22.04`.
pub(in crate::host) fn in_guest(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| names_guest_of_system(line))?;
        let mut lines = text.text.lines();
        let is_stated = lines.any(|line| has_name(line) && value(line).and_then(named).is_some());
        is_stated.then(|| Evidence::new(&*text.command, number, line.trim()))
    })
}

/// Whether the line is about the one guest of a system for guests: `Setup: Proxmox VM`.
fn names_guest_of_system(line: &str) -> bool {
    // A virtual machine on Ubuntu may be one of the host's guests.
    const SYSTEMS: [&str; 6] = ["proxmox", "unraid", "esxi", "vmware", "xcp-ng", "truenas"];
    let lower = line.to_lowercase();
    let has_system = |text: &str| SYSTEMS.iter().any(|name| text.starts_with(name));
    let behind = lower.split_once(" vm hosted on ").map(|(_, behind)| {
        let mut words = behind.split(' ');
        words.by_ref().take(3).any(has_system)
    });
    let (_, value) = lower.split_once(": ").unwrap_or_default();
    let mut words = value.split([' ', ',', '.']);
    behind == Some(true) || words.next().is_some_and(has_system) && words.next() == Some("vm")
}

/// The line without the marks of headings, lists, tables and quotations around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || "#*-|`>•".contains(c))
}

/// Whether a name is in the line: most lines of a log have none.
fn has_name(line: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut builder = AhoCorasickBuilder::new();
        // A DFA costs more to build than it saves on most texts.
        builder.kind(Some(AhoCorasickKind::ContiguousNFA));
        builder.ascii_case_insensitive(true).build(NAMES).ok()
    });
    FINDER.iter().any(|finder| finder.is_match(line))
}

/// The value of a field for the system.
fn value(line: &str) -> Option<&str> {
    let (name, value) = fields::field(line)?;
    FIELDS.contains(&name.as_str()).then_some(value)
}

/// The distribution at the start of a value, unless the value is of a guest.
fn named(value: &str) -> Option<String> {
    let value = value.trim_matches(|c: char| c.is_whitespace() || "*-`\"'|•".contains(c));
    let name = NAMES.iter().find(|name| {
        let start = value.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    })?;
    let rest = value.get(name.len()..)?;
    if rest.starts_with(char::is_alphabetic) || is_of_guest(rest) {
        return None;
    }
    // `Arch: x86_64` is a field, and `arch wiki` a page.
    let is_arch = *name == "Arch";
    let is_page = || rest.trim_start().to_lowercase().starts_with("wiki");
    if is_arch && (!value.starts_with("Arch") || rest.starts_with(':') || is_page()) {
        return None;
    }
    let name = if is_arch { &"Arch Linux" } else { name };
    // `24.04.1 LTS`, `12 (bookworm)`, `x86_64`.
    let is_version = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let mut words = rest.split_whitespace();
    let version = words.find(|word| !KINDS.contains(&word.to_ascii_lowercase().as_str()));
    let version = version.map(|word| word.trim_end_matches(['.', ',', ';', ')']));
    let version = version.filter(is_version);
    let full = version.map_or_else(|| (*name).to_owned(), |version| format!("{name} {version}"));
    (full.chars().count() <= LONGEST).then_some(full)
}

/// Whether the words right after a name make it that of a guest: `Ubuntu 22.04 VM`.
pub(super) fn is_of_guest(rest: &str) -> bool {
    let lower = rest.to_lowercase();
    let words = lower.split([' ', ',', ';', ')', '`', '"', '*']);
    let words = words.map(|word| word.trim_end_matches('.'));
    let mut words = words.filter(|word| !word.is_empty()).take(3);
    words.any(|word| GUEST.contains(&word))
}

/// Whether one of the words is for a guest.
pub(in crate::host) fn has_guest(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split([' ', ',', '(', '-', ':']);
    words.any(|word| GUEST.contains(&word.trim_end_matches('s')))
}

/// The distribution that a sentence names as the writer's.
fn in_sentence(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let own = |own: &&'static str| {
        let own = *own;
        let places = lower.match_indices(own);
        places.map(|(at, _)| (at, own)).collect::<Vec<_>>()
    };
    OWN.iter().flat_map(own).find_map(|(at, own)| {
        let before = lower.get(..at)?;
        // A guest of the sentence before is another system.
        let start = before.rfind(". ").map_or(0, |end| end + 2);
        let before = before.get(start..)?;
        // `machine virtuelle`, `máquina virtual`
        let is_machine = before.contains("virtu") || before.contains("вирт");
        let is_guest = is_machine
            || before.split([' ', ',', '(', '-']).any(|word| {
                GUEST
                    .iter()
                    .any(|guest| word.trim_end_matches('s') == *guest)
            });
        let rest = line.get(at + own.len()..)?;
        let rest = ["an up-to-date ", "latest ", "the latest "]
            .iter()
            .find_map(|start| rest.strip_prefix(start))
            .unwrap_or(rest);
        // `Using Garuda Linux on …`, not `Using Arch Linux wiki pages`.
        let starts = |name: &str| {
            let after = rest.get(name.len()..).unwrap_or_default();
            let next = after.split_whitespace().next();
            let is_own = at == 0 && own == "using ";
            is_own && matches!(next, None | Some("on" | "with" | "as" | "and"))
        };
        let is_host = lower.contains(") as host") || lower.contains(") as the host");
        let is_exact = |name: &String| {
            !WITH_VERSION.contains(&own)
                || name.ends_with(|c: char| c.is_ascii_digit())
                || starts(name)
                || own == "(" && is_host
        };
        let sentence = lower.get(start..)?.split(". ").next()?;
        let is_other = own == "(" && OTHER_MACHINES.iter().any(|word| sentence.contains(word));
        named(rest).filter(|name| !is_guest && !is_other && is_exact(name))
    })
}

#[cfg(test)]
mod tests;
