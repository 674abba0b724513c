//! The system of the input, from lines that only one system has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::host::named::is_example;
use crate::host::words::lines_with::finder;
use crate::host::words::sentences::LONGEST_TEXT;
use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};

use super::platform::Platform;
use super::virtual_hardware::maker;
use crate::host::fact::Fact;
use crate::packed::table;
use crate::prompt::Prompt;
use crate::target::Target;

/// A system that a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// A hypervisor or a system of Linux.
    Target(&'static str),
    /// A system other than Linux with KVM.
    Platform(&'static str),
    /// A system without rules of its own.
    Other(&'static str),
    /// A virtual machine.
    Guest,
}

/// The name of a system without rules of its own.
fn other(word: &str) -> Option<&'static str> {
    Some(match word {
        "cloudpods" => "Cloudpods",
        "illumos" => "illumos",
        "kata" => "Kata Containers",
        "mvisor" => "mvisor",
        "ovirt" => "oVirt",
        "virtualbox-kvm" => "VirtualBox with KVM",
        "vmware-desktop" => "VMware Workstation",
        _ => return None,
    })
}

/// The lines of `data/systems.tsv`, ready for matching.
struct Markers {
    rows: Vec<(Shown, &'static str)>,
    /// The rows that are names, or that guests print too.
    names: BTreeSet<usize>,
    texts: AhoCorasick,
}

fn markers() -> Option<&'static Markers> {
    static MARKERS: LazyLock<Option<Markers>> = LazyLock::new(|| {
        let rows: Vec<(Shown, &'static str, &'static str)> = table!("systems")
            .filter_map(|line| {
                let mut columns = line.split('\t');
                let (word, marker, kind) = (columns.next()?, columns.next()?, columns.next()?);
                let shown = match word {
                    "guest" => Shown::Guest,
                    _ if other(word).is_some() => Shown::Other(word),
                    _ if platform(word).is_some() => Shown::Platform(word),
                    _ => Shown::Target(word),
                };
                Some((shown, marker, kind))
            })
            .collect();
        // By the build, from the source.
        let numbered = rows.iter().enumerate();
        let names = numbered.filter(|(_, (_, _, kind))| *kind == "name");
        let names = names.map(|(at, _)| at).collect();
        let rows: Vec<(Shown, &str)> = rows.iter().map(|row| (row.0, row.1)).collect();
        let texts = finder(rows.iter().map(|(_, marker)| *marker))?;
        Some(Markers { rows, names, texts })
    });
    MARKERS.as_ref()
}

/// The platform for a word, and the name of the system.
pub(super) fn platform(word: &str) -> Option<(Platform, &'static str)> {
    Some(match word {
        "xen" => (Platform::Xen, "Xen"),
        "xcp-ng" => (Platform::Xen, "XCP-ng"),
        "xenserver" => (Platform::Xen, "XenServer"),
        "qubes" => (Platform::Xen, "Qubes OS"),
        "freebsd" => (Platform::FreeBsd, "FreeBSD"),
        "windows" => (Platform::Windows, "Windows"),
        _ => return None,
    })
}

/// The name of the system with a word of `data/systems.tsv`.
pub(in crate::host) fn name(word: &str) -> Option<&'static str> {
    let target = || word.parse().ok().map(Target::name);
    platform(word).map(|(_, name)| name).or_else(target)
}

/// Rank of a marker: a system that includes a manager of guests ranks above the manager, and the
/// manager of a cluster above that of one host.
fn rank(shown: Shown) -> u8 {
    match shown {
        Shown::Target("libvirt") | Shown::Platform("xen") => 0,
        Shown::Target("kubevirt" | "lxd" | "incus" | "nova")
        | Shown::Other("kata" | "ovirt")
        | Shown::Platform("freebsd" | "windows") => 1,
        Shown::Target(_) | Shown::Platform(_) | Shown::Other(_) => 2,
        Shown::Guest => 3,
    }
}

/// The systems that the lines of the input show.
#[derive(Debug, Default)]
pub(in crate::host) struct SystemMarkers {
    /// Each with the first line that shows it.
    shown: BTreeMap<Shown, Evidence>,
}

impl SystemMarkers {
    /// Reads the texts of the input.
    pub(in crate::host) fn read(texts: &[CommandText]) -> Self {
        let mut found = Self::default();
        for text in texts {
            let is_guest_talos = is_talos_of_guest(&text.text);
            let is_guest_nixos = is_nixos_of_guest(&text.text);
            let mut asked = None;
            for (number, line) in numbered_lines(&text.text) {
                let answered = asked.take();
                let is_answer = answered.is_some_and(|is: fn(&str) -> bool| is(line.trim()));
                asked = question(line.trim_end());
                let is_guest = is_answer || has_hypervisor_flag(line);
                let flag = is_guest.then_some(Shown::Guest);
                for shown in in_line(line).chain(flag).chain(of_prompt(line)) {
                    if is_guest_talos && shown == TALOS || is_guest_nixos && shown == NIXOS {
                        continue;
                    }
                    let start: String = line.trim().chars().take(LONGEST).collect();
                    let known = found.shown.get(&shown).map(|known| maker(&known.text));
                    // Of a virtual machine, the line that names its hypervisor: KVM is that of
                    // several.
                    let is_closer = matches!(known, Some(None | Some("KVM")))
                        && matches!(maker(&start), Some(name) if name != "KVM");
                    if known.is_none() || matches!(shown, Shown::Guest) && is_closer {
                        let line = Evidence::new(&*text.command, number, start);
                        found.shown.insert(shown, line);
                    }
                }
            }
        }
        found
    }

    /// The only system that the lines show; `None` if they show two.
    fn system(&self) -> Option<(Shown, &Evidence)> {
        // Its programs share settings with ESXi, and have a name of their own in the header.
        let is_desktop = |shown: &Shown| *shown == Shown::Other("vmware-desktop");
        let has_desktop = self.shown.keys().any(is_desktop);
        let systems = || {
            let all = self.shown.iter().filter(|(shown, _)| !is_desktop(shown));
            let all = all.filter(|(shown, _)| !matches!(shown, Shown::Guest));
            all.filter(|(shown, line)| {
                let is_esxi = **shown == Shown::Target("esxi");
                !(has_desktop && is_esxi && !line.text.contains("ESX"))
            })
        };
        let top = systems().map(|(shown, _)| rank(*shown)).max()?;
        let systems: Vec<_> = systems()
            .filter(|(shown, _)| rank(**shown) == top)
            .collect();
        // A name may be that of a guest.
        let printed: Vec<_> = systems
            .iter()
            .filter(|(_, line)| !is_name(line))
            .copied()
            .collect();
        match (systems.as_slice(), printed.as_slice()) {
            ([(shown, line)], _) | (_, [(shown, line)]) => Some((**shown, line)),
            _ => None,
        }
    }

    /// The name of the system without rules of its own that the lines show.
    pub(in crate::host) fn other(&self) -> Option<&'static str> {
        match self.system()? {
            (Shown::Other(word), _) => other(word),
            _ => None,
        }
    }

    /// The hypervisor on Linux, or ESXi.
    pub(in crate::host) fn hypervisor(&self) -> Option<Fact<Target>> {
        match self.system()? {
            (Shown::Target(word), evidence) => {
                let target = word.parse().ok()?;
                Some(Fact::new(target, evidence.clone()))
            }
            _ => None,
        }
    }

    /// The system other than Linux with KVM, with its name.
    pub(in crate::host) fn platform(&self) -> Option<(Fact<Platform>, &'static str)> {
        match self.system()? {
            (Shown::Platform(word), evidence) => {
                let (platform, name) = platform(word)?;
                Some((Fact::new(platform, evidence.clone()), name))
            }
            _ => None,
        }
    }

    /// Whether the system is only named in the input, or printed by guests too: no line is of the
    /// host for that.
    pub(in crate::host) fn is_only_named(&self) -> bool {
        self.system().is_some_and(|(_, line)| is_name(line))
    }

    /// The first line that only a virtual machine has.
    pub(in crate::host) fn guest(&self) -> Option<&Evidence> {
        self.shown.get(&Shown::Guest)
    }
}

/// The system that the host's name in a prompt shows: the name that its installer proposes, with a
/// number (`root@pve1:~#`), or the name of the system.
fn of_prompt(line: &str) -> Option<Shown> {
    let host = Prompt::read(line)?.host?;
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_');
    match host
        .trim_end_matches(is_number)
        .to_ascii_lowercase()
        .as_str()
    {
        "pve" | "proxmox" => Some(Shown::Target("proxmox")),
        "tower" if line.trim_start().starts_with("root@Tower") => Some(Shown::Target("unraid")),
        _ => None,
    }
}

/// Whether the line only names a system, or is printed by guests too.
fn is_name(line: &Evidence) -> bool {
    markers().is_some_and(|markers| {
        let mut hits = markers.texts.find_overlapping_iter(&line.text).peekable();
        hits.peek().is_some() && hits.all(|hit| markers.names.contains(&hit.pattern().as_usize()))
    })
}

/// Maximum length of a quoted line, in characters.
const LONGEST: usize = 200;

/// Talos, which is the system of a guest as often as that of a host.
const TALOS: Shown = Shown::Target("talos");

/// NixOS, whose commands are also those of a guest.
const NIXOS: Shown = Shown::Target("nixos");

/// Whether sentences name NixOS as the system of a virtual machine: `NixOS on QEMU`.
fn is_nixos_of_guest(text: &str) -> bool {
    const PLACES: [&str; 15] = [
        "nixos on qemu",
        "nixos under qemu",
        "nixos in qemu",
        "nixos on proxmox",
        "nixos in proxmox",
        "nixos under proxmox",
        "nixos on esxi",
        "nixos on unraid",
        "nixos on hyper-v",
        "nixos in a vm",
        "nixos in a virtual machine",
        "nixos inside a vm",
        "nixos as a guest",
        "nixos as guest",
        "nixos guest",
    ];
    if text.len() > LONGEST_TEXT || !text.contains("ixOS") && !text.contains("nixos") {
        return false;
    }
    let lower = text.to_lowercase();
    !lower.contains("nixos host") && PLACES.iter().any(|place| lower.contains(place))
}

/// Whether sentences name Talos as the system of a virtual machine, beside another hypervisor: `the
/// Talos VM on Proxmox`.
pub(in crate::host) fn is_talos_of_guest(text: &str) -> bool {
    const HOSTS: [&str; 8] = [
        "proxmox", "pve", "esxi", "unraid", "truenas", "vsphere", "hyper-v", "libvirt",
    ];
    const NAMES: [&str; 4] = [
        "talos vm",
        "talos linux vm",
        "talos guest",
        "talos virtual machine",
    ];
    if text.len() > LONGEST_TEXT || !text.contains("alos") {
        return false;
    }
    let lower = text.to_lowercase();
    let is_vm = |name: &str| {
        let mut behind = lower.match_indices(name).map(|(at, _)| at + name.len());
        behind.any(|end| {
            let next = lower.get(end..).unwrap_or_default();
            // `Talos VMs` may be guests of Talos.
            !next.starts_with(char::is_alphanumeric)
        })
    };
    let is_bare = ["bare metal", "bare-metal", "baremetal"]
        .iter()
        .any(|name| lower.contains(name));
    NAMES.into_iter().any(is_vm) && !is_bare && HOSTS.iter().any(|host| lower.contains(host))
}

/// Whether only Talos prints the line.
pub(in crate::host) fn is_of_talos(line: &str) -> bool {
    in_line(line).any(|shown| shown == TALOS)
}

/// Words before the name of a system that the host does not run.
const DENIALS: [&str; 7] = ["not", "NOT", "nicht", "kein", "pas", "PAS", "non"];

/// Whether the line is one that only the kernel or a program of a virtual machine prints.
pub(in crate::host) fn is_of_guest(line: &str) -> bool {
    in_line(line).any(|shown| matches!(shown, Shown::Guest))
        || is_displaced_graphics(line)
        || is_console_of_kata(line)
}

/// Whether the line is of the guest's console in the log of Kata Containers: `level=info
/// msg="[    1.000000] …"`, or with `vmconsole=` in place of `msg=` (Kata Containers,
/// src/runtime/virtcontainers/kata_agent.go, and kata-proxy).
fn is_console_of_kata(line: &str) -> bool {
    let quoted = ["msg=\"[", "vmconsole=\"["].iter();
    let mut quoted = quoted.filter_map(|mark| Some(line.split_once(mark)?.1));
    line.contains("level=")
        && quoted.any(|rest| {
            let time = rest.split(']').next().unwrap_or_default().trim_start();
            time.parse::<f64>().is_ok()
        })
}

/// Whether Intel's graphics driver is bound to a function of bus 0 other than those of slot 2: the
/// processor's graphics and their virtual functions have that slot, and other cards have other
/// buses (Intel, Core processors datasheet, volume 2, device 2).
fn is_displaced_graphics(line: &str) -> bool {
    if !line.contains(" 0000:00:") {
        return false;
    }
    let rest = ["i915 0000:00:", "xe 0000:00:"]
        .iter()
        .find_map(|driver| Some(line.split_once(driver)?.1));
    let slot = rest
        .and_then(|rest| rest.split_once('.'))
        .map(|(slot, _)| slot);
    slot.is_some_and(|slot| {
        slot.len() == 2 && slot != "02" && slot.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The answers of a virtual machine to the command at the end of the line.
fn question(line: &str) -> Option<fn(&str) -> bool> {
    let of_product = [
        "dmidecode -s system-product-name",
        "cat /sys/class/dmi/id/product_name",
        "cat /sys/devices/virtual/dmi/id/product_name",
    ];
    if line.ends_with("systemd-detect-virt") {
        Some(is_virtual)
    } else if of_product.iter().any(|command| line.ends_with(command)) {
        Some(is_virtual_product)
    } else {
        None
    }
}

/// The product names of virtual machines (the rows of `data/systems.tsv` with `Product Name:`; Linux
/// arch/x86/kernel/cpu/vmware.c).
fn is_virtual_product(answer: &str) -> bool {
    [
        "Standard PC (",
        "VMware Virtual Platform",
        "VMware20,1",
        "VMware7,1",
    ]
    .iter()
    .any(|start| answer.starts_with(start))
        || matches!(
            answer,
            "KVM" | "VirtualBox" | "Virtual Machine" | "HVM domU" | "BHYVE"
        )
}

/// The answers of `systemd-detect-virt` in a virtual machine, except Xen, whose dom0 is not a
/// virtual machine (systemd-detect-virt(1)).
fn is_virtual(answer: &str) -> bool {
    matches!(
        answer,
        "qemu"
            | "kvm"
            | "amazon"
            | "vmware"
            | "microsoft"
            | "oracle"
            | "bochs"
            | "parallels"
            | "bhyve"
    )
}

/// `flags : fpu … hypervisor` of /proc/cpuinfo and `Flags:` of lscpu: the processor runs under
/// a hypervisor (Linux arch/x86/include/asm/cpufeatures.h, X86_FEATURE_HYPERVISOR).
fn has_hypervisor_flag(line: &str) -> bool {
    let flags = ["flags", "Flags:"].iter();
    let mut flags = flags.filter_map(|start| line.trim_start().strip_prefix(start));
    flags.any(|flags| {
        flags.contains(" fpu ")
            && flags
                .split_ascii_whitespace()
                .any(|flag| flag == "hypervisor")
    })
}

/// Whether the words around the name of a system are of a virtual machine: `TrueNAS SCALE VM`, `TrueNAS
/// Scale 24.10 on Proxmox`.
fn is_of_vm(before: &str, after: &str) -> bool {
    let behind = after.to_lowercase();
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || " .-".contains(c));
    let marks = [
        "vm",
        "virtual machine",
        "guest",
        "on proxmox",
        "on pve",
        "on esxi",
        "on unraid",
        "in a vm",
        "as a vm",
        "as vm",
        "as a guest",
        "as guest",
        "as a virtual",
        "als vm",
        "(vm",
        "虚拟机",
    ];
    let before = before.trim_end().to_lowercase();
    marks.iter().any(|mark| behind.starts_with(mark))
        || [
            "vm",
            "vm with",
            "vm running",
            "virtualized",
            "guest:",
            "vm:",
        ]
        .iter()
        .any(|mark| before.ends_with(mark))
}

fn in_line(line: &str) -> impl Iterator<Item = Shown> + '_ {
    markers().into_iter().flat_map(move |markers| {
        let hits = markers.texts.find_overlapping_iter(line);
        hits.filter_map(move |hit| {
            let (shown, marker) = markers.rows.get(hit.pattern().as_usize())?;
            let is_part = |edge: Option<char>, beside: Option<char>| {
                let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                is_word(edge) && is_word(beside)
            };
            let before = line.get(..hit.start()).unwrap_or_default();
            let after = line.get(hit.end()..).unwrap_or_default();
            let is_cut = is_part(marker.chars().next(), before.chars().next_back())
                || is_part(marker.chars().next_back(), after.chars().next());
            // `the kernel is 6.12.94-amd64, not 6.14-pve`
            let mut words = before.split(' ').rev();
            let is_denied = words.nth(1).is_some_and(|word| DENIALS.contains(&word));
            let is_guest = *shown == Shown::Target("truenas") && is_of_vm(before, after);
            let is_denied = is_denied || is_guest || is_example(line, hit.start());
            // The cmdlets have a verb before, and the names of their errors a word after.
            (!is_denied && (!is_cut || marker.starts_with("VM"))).then_some(*shown)
        })
    })
}

#[cfg(test)]
mod tests;
