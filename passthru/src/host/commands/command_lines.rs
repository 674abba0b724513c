//! Commands that bind or assign functions: the functions that they name, and mistakes that make
//! them ineffective.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::host::words::lines_with::finder;
use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::LONGEST_LINE;
use super::node_names::{is_message, misnamed, node_name};
use super::shell_variables::Variables;
use crate::host::fact::Fact;
use crate::host::model::{Entry, Naming, Source};
use crate::host::words::addresses_in::addresses_in;

/// A mistake in a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub(crate) enum CommandMistake {
    /// A directory of sysfs is misspelled: `/sys/bust/pci`, `0000:01.00.0`.
    Path,
    /// An address without a domain is in a path of sysfs, or written to a file that expects complete
    /// addresses.
    ShortAddress,
    /// An ID is written to `new_id` or `remove_id` with a colon.
    IdWithColon,
    /// The shell's `[` is followed by its first argument without a blank: `[-e`.
    Bracket,
    /// `chown` has a mode, but sets the owner.
    Owner,
    /// A value of `xen-pciback.hide` is not a list of addresses in parentheses.
    XenHide,
    /// A function for bhyve or vm-bhyve is written with colons or a dot, not as bus/slot/function.
    BhyveForm,
    /// `modprobe` has a second module, which it passes to the first as a parameter.
    SecondModule,
    /// OVMF's variable for the 64-bit window has another name than `X-PciMmio64Mb`.
    WindowName,
    /// A node device of libvirt has another form than `pci_0000_01_00_0`, or follows `=`.
    NodeName,
}

/// A mistake, and the line without it, where that follows from the line itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct MistakenCommand {
    /// The mistake.
    pub mistake: CommandMistake,
    /// The line as it should be.
    pub corrected: Option<String>,
}

/// Maximum number of functions and mistakes.
const MOST: usize = 256;

/// Parts of commands that bind or assign a function.
const PARTS: [&str; 32] = [
    "vfio-pci,host=",
    "vfio-pci,sysfsdev=",
    "virsh nodedev-detach",
    "virsh nodedev-reattach",
    "virsh nodedev-reset",
    "modprobe vfio",
    "modprobe -r ",
    "rmmod ",
    "driverctl set-override",
    "driverctl unset-override",
    "driverctl --nosave ",
    "dpdk-devbind.py -b ",
    "dpdk-devbind.py --bind",
    "xl pci-assignable-add",
    "xl pci-attach",
    // The functions of a guest in xl.cfg(5).
    "pci=['",
    "pci = ['",
    "pci=[\"",
    "pci = [\"",
    "pci = [ '",
    "pci=[ '",
    "xen-pciback.hide=",
    "qvm-pci attach",
    "qvm-device pci attach",
    "qm set ",
    "--device /dev/vfio/",
    "--device=/dev/vfio/",
    "devctl set driver",
    // QEMU's own driver of NVMe drives, which uses VFIO (QEMU block/nvme.c).
    "\"driver\":\"nvme\",\"device\":\"",
    "driver=nvme,device=",
    "file.driver=nvme,file.device=",
    "nvme://0000:",
];

/// The directory of the bus.
const SYSFS: &str = "/sys/bus/pci/";

/// The directory of its functions.
const DEVICES: &str = "/sys/bus/pci/devices/";

/// Directories of /sys, misplaced: no host has them below /etc.
const MISPLACED: [&str; 3] = [
    "/etc/class/vtconsole/",
    "/etc/bus/pci/",
    "/etc/bus/platform/",
];

/// Parts of lines that may have a mistake.
const SUSPECTS: [&str; 11] = [
    "/sys/",
    "[-",
    "chown ",
    "xen-pciback.hide=",
    ",passthru,",
    "passthru0=",
    "pptdevs=",
    "modprobe ",
    "X-PciMmio64",
    "nodedev-",
    "pci_0",
];

/// Files of sysfs by which a function is bound, reset or removed.
const FILES: [&str; 8] = [
    "bind",
    "new_id",
    "remove_id",
    "driver_override",
    "drivers_probe",
    "remove",
    "reset",
    "sriov_numvfs",
];

/// Whether the line has a command that binds or assigns a function.
pub(crate) fn is_binding_command(line: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| finder(PARTS.iter().chain(&MISPLACED).chain(&[SYSFS])));
    let mut hits = FINDER.iter().flat_map(|finder| finder.find_iter(line));
    let in_sysfs = || line.contains("rescan") || FILES.iter().any(|name| line.contains(name));
    hits.any(|hit| hit.pattern().as_usize() < PARTS.len() + MISPLACED.len() || in_sysfs())
}

/// The functions that commands name: no more than that they are there.
pub(in crate::host) fn named(texts: &[CommandText]) -> Vec<Entry> {
    let mut known = BTreeSet::new();
    let mut named = Vec::new();
    for line in lines(texts) {
        if !is_binding_command(&line.expanded) {
            continue;
        }
        for address in addresses_in(&line.expanded).filter(|address| known.insert(*address)) {
            let shown = line.evidence();
            named.push(Entry::named(
                address,
                Source::Command,
                shown,
                Naming::Subject,
            ));
        }
    }
    named
}

/// The functions that commands of the input bind, unbind or assign, each with its first line.
pub(in crate::host) fn commanded(texts: &[CommandText]) -> Vec<Fact<Address>> {
    let mut found: Vec<Fact<Address>> = Vec::new();
    for line in lines(texts) {
        if found.len() >= MOST || !is_binding_command(&line.expanded) {
            continue;
        }
        for address in addresses_in(&line.expanded) {
            if !found.iter().any(|known| known.value == address) {
                found.push(Fact::new(address, line.evidence()));
            }
        }
    }
    found
}

/// The functions that commands bind to vfio-pci, with each line.
pub(in crate::host) fn bound_to_vfio(texts: &[CommandText]) -> Vec<Fact<Address>> {
    let bound = lines(texts).filter(|line| binds_to_vfio(&line.expanded));
    let functions = bound.flat_map(|line| {
        let addresses: Vec<Address> = addresses_in(&line.expanded).collect();
        let evidence = line.evidence();
        let of_line = addresses.into_iter();
        of_line.map(move |address| Fact::new(address, evidence.clone()))
    });
    functions.take(MOST).collect()
}

/// Whether the line is a command that binds its functions to vfio-pci.
fn binds_to_vfio(line: &str) -> bool {
    const DETACH: [&str; 3] = [
        "virsh nodedev-detach",
        "virsh nodedev-dettach",
        "/drivers/vfio-pci/bind",
    ];
    const OF_DRIVER: [&str; 3] = ["/driver_override", "driverctl ", "dpdk-devbind"];
    let has = |parts: &[&str]| parts.iter().any(|part| line.contains(part));
    let is_comment = line.trim_start().starts_with("##") || line.contains("# #");
    !is_comment && (has(&DETACH) || line.contains("vfio-pci") && has(&OF_DRIVER))
}

/// The mistakes in commands of the input.
pub(in crate::host) fn command_mistakes(texts: &[CommandText]) -> Vec<Fact<MistakenCommand>> {
    let mut found: Vec<Fact<MistakenCommand>> = Vec::new();
    let mut slips = BTreeSet::new();
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| finder(SUSPECTS.iter().chain(&MISPLACED)));
    let is_suspect = |line: &str| FINDER.as_ref().is_some_and(|finder| finder.is_match(line));
    for line in lines(texts).filter(|line| is_suspect(&line.expanded)) {
        for slipped in in_line(line.expanded.trim()) {
            // A script repeats its address and its ID.
            let slip = match slipped.mistake {
                CommandMistake::ShortAddress => short_address(&line.expanded),
                CommandMistake::IdWithColon => id_with_colon(&line.expanded),
                // A message repeats the name of the command.
                CommandMistake::NodeName => misnamed(&line.expanded),
                _ => None,
            };
            let is_repeated = slip.is_some_and(|slip| !slips.insert(slip.to_owned()));
            let is_repeated = is_repeated
                && (slipped.mistake != CommandMistake::NodeName || is_message(&line.expanded));
            let is_known = |known: &Fact<MistakenCommand>| known.value == slipped;
            if found.len() < MOST && !is_repeated && !found.iter().any(is_known) {
                found.push(Fact::new(slipped, line.evidence()));
            }
        }
    }
    found
}

/// A line of a text.
struct Line<'a> {
    source: &'a str,
    number: u32,
    shown: &'a str,
    /// With the values of the script's variables.
    expanded: Cow<'a, str>,
}

impl Line<'_> {
    fn evidence(&self) -> Evidence {
        Evidence::new(self.source, self.number, self.shown.trim())
    }
}

fn lines(texts: &[CommandText]) -> impl Iterator<Item = Line<'_>> {
    texts.iter().flat_map(|text| {
        let variables = Variables::read(&text.text);
        let lines = numbered_lines(&text.text).filter(|(_, line)| line.len() <= LONGEST_LINE);
        lines.map(move |(number, shown)| Line {
            source: &text.command,
            number,
            shown,
            expanded: variables.expand(shown),
        })
    })
}

fn in_line(line: &str) -> Vec<MistakenCommand> {
    let mut command_mistakes = Vec::new();
    let mut corrected = line.to_owned();
    let mut path = None;
    if let Some(path) = misspelled_bus(line) {
        let right = if path == "/etc/" {
            "/sys/"
        } else {
            "/sys/bus/pci/"
        };
        corrected = corrected.replace(path, right);
        command_mistakes.push(CommandMistake::Path);
    }
    if let Some(path) = dotted_address(line) {
        return vec![MistakenCommand {
            mistake: CommandMistake::Path,
            corrected: Some(path),
        }];
    }
    if let Some(address) = short_address(&corrected) {
        // Of a message the path alone.
        path = written(&corrected)
            .is_none()
            .then(|| format!("{DEVICES}0000:{address}"));
        corrected = with_domain(&corrected, address);
        command_mistakes.push(CommandMistake::ShortAddress);
    }
    if let Some(id) = id_with_colon(&corrected) {
        corrected = corrected.replace(id, &id.replace(':', " "));
        command_mistakes.push(CommandMistake::IdWithColon);
    }
    if let Some(start) = ["if [-", "while [-", "elif [-", "&& [-", "|| [-"]
        .iter()
        .find(|start| line.contains(*start))
    {
        corrected = corrected.replace(start, &start.replace("[-", "[ -"));
        // The other bracket needs a blank, too.
        for mark in ["\"", "'"] {
            corrected = corrected.replace(&format!("{mark}]"), &format!("{mark} ]"));
        }
        command_mistakes.push(CommandMistake::Bracket);
    }
    let mut found: Vec<MistakenCommand> = command_mistakes
        .into_iter()
        .map(|mistake| MistakenCommand {
            mistake,
            corrected: path
                .clone()
                .filter(|_| mistake == CommandMistake::ShortAddress)
                .or_else(|| Some(corrected.clone())),
        })
        .collect();
    let is_mode = |mode: &&str| matches!(*mode, "777" | "666" | "644" | "755");
    let owners = line.split("chown ").skip(1);
    let mut owners = owners.filter_map(|after| after.trim_start_matches("-R ").split(' ').next());
    if owners.any(|owner| is_mode(&owner)) {
        found.push(MistakenCommand {
            mistake: CommandMistake::Owner,
            corrected: None,
        });
    }
    if has_malformed_hide(line) {
        found.push(MistakenCommand {
            mistake: CommandMistake::XenHide,
            corrected: None,
        });
    }
    found.extend(second_module(line).map(|corrected| MistakenCommand {
        mistake: CommandMistake::SecondModule,
        corrected: Some(corrected),
    }));
    if line.contains("opt/ovmf/X-PciMmio64,") {
        found.push(MistakenCommand {
            mistake: CommandMistake::WindowName,
            corrected: Some(line.replace("X-PciMmio64,", "X-PciMmio64Mb,")),
        });
    }
    found.extend(node_name(line).map(|corrected| MistakenCommand {
        mistake: CommandMistake::NodeName,
        corrected: Some(corrected),
    }));
    found.extend(bhyve_form(line).map(|corrected| MistakenCommand {
        mistake: CommandMistake::BhyveForm,
        corrected: Some(corrected),
    }));
    found
}

/// `modprobe -a vfio vfio_pci` for `modprobe vfio vfio_pci`: without -a or -r the second word is
/// a parameter of the first (modprobe(8)).
fn second_module(line: &str) -> Option<String> {
    const MODULES: [&str; 5] = ["vfio", "vfio-pci", "vfio_pci", "vfio_iommu_type1", "kvm"];
    let (before, after) = line.split_once("modprobe ")?;
    let is_command = before.is_empty() || before.ends_with([' ', '\t', '`', ';', '&']);
    let mut words = after.split([' ', '\t']).filter(|word| !word.is_empty());
    let (first, second) = (words.next()?, words.next()?);
    let is_module = |word: &str| {
        let word = word.trim_end_matches(['`', ';', '"', '\'']);
        MODULES.contains(&word) || word == "vfio_virqfd"
    };
    let is_slip = is_command && MODULES.contains(&first) && is_module(second);
    is_slip.then(|| format!("{before}modprobe -a {after}"))
}

/// The line with `129/0/0` for the `129:0:0` that bhyve(8) or loader.conf(5) cannot read
/// (FreeBSD usr.sbin/bhyve/pci_passthru.c; sys/amd64/vmm/io/ppt.c: `%d/%d/%d`).
fn bhyve_form(line: &str) -> Option<String> {
    let starts = [",passthru,", "passthru0=", "pptdevs="];
    let (at, start) = starts
        .iter()
        .find_map(|start| Some((line.find(start)?, start)))?;
    let at = at + start.len();
    let rest = line.get(at..)?.trim_start_matches(['"', '\'']);
    let at = line.len() - rest.len();
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
    let value = rest.get(..end.unwrap_or(rest.len()))?;
    let parts: Vec<&str> = value.split([':', '.']).collect();
    let [bus, slot, function] = parts.as_slice() else {
        return None;
    };
    let is_number = |part: &&&str| part.parse::<u8>().is_ok();
    if ![bus, slot, function].iter().all(is_number) {
        return None;
    }
    // A line of vm-bhyve's log: the setting is in the guest's file.
    if line.contains("[bhyve devices: ") {
        return Some(format!("passthru0=\"{bus}/{slot}/{function}\""));
    }
    let (before, after) = (line.get(..at)?, rest.get(value.len()..)?);
    Some(format!("{before}{bus}/{slot}/{function}{after}"))
}

/// `/sys/bust/pci/`: a letter more, less or another in the name of the directory `bus`.
fn misspelled_bus(line: &str) -> Option<&str> {
    misplaced_class(line).or_else(|| slip_of_bus(line))
}

/// `/etc/` of `/etc/class/vtconsole/`.
fn misplaced_class(line: &str) -> Option<&str> {
    let at = MISPLACED.iter().find_map(|path| line.find(path))?;
    line.get(at..at + "/etc/".len())
}

/// Whether the path is of /sys, with /etc for it.
pub(crate) fn is_misplaced(path: &str) -> bool {
    MISPLACED.iter().any(|start| path.starts_with(start))
}

/// A misspelled `bus` in a path of /sys.
fn slip_of_bus(line: &str) -> Option<&str> {
    line.match_indices("/sys/").find_map(|(at, start)| {
        let rest = line.get(at..)?;
        let (name, _) = rest.get(start.len()..)?.split_once("/pci/")?;
        let is_slip = matches!(
            name,
            "bust" | "buss" | "bu" | "bsu" | "bud" | "buz" | "nus" | "vus"
        );
        let whole = rest.get(..start.len() + name.len() + "/pci/".len());
        whole.filter(|_| is_slip)
    })
}

/// The path of a function whose address has a point for the second colon, with the colon:
/// `/sys/bus/pci/devices/0000:01.00.0/vendor`.
fn dotted_address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(DEVICES)?;
    let name = rest.split(|c: char| !c.is_ascii_hexdigit() && !":.".contains(c));
    let name = name.into_iter().next()?;
    let (domain, function) = name.split_once(':')?;
    let (bus, function) = function.split_once('.')?;
    let whole = format!("{domain}:{bus}:{function}");
    let is_address = domain.len() == 4 && bus.len() == 2 && function.contains('.');
    let is_function = is_address && whole.parse::<Address>().is_ok();
    is_function.then(|| format!("{DEVICES}{whole}"))
}

/// The file of sysfs to which `echo` writes, and the text that it writes.
fn written(line: &str) -> Option<(&str, &str)> {
    let (before, after) = line.split_once("/sys/bus/pci/")?;
    let file = after
        .split(|c: char| c.is_whitespace() || "\"'`".contains(c))
        .next()?;
    let (_, text) = before.rsplit_once("echo ")?;
    let text = text.trim_start_matches("-n ").trim_start();
    // Another program may change the text: `echo 10de:2d04 | tr : ' ' > new_id`.
    let piped = text
        .split_once('|')
        .map(|(_, program)| program.trim_start());
    if piped.is_some_and(|program| !program.trim_start_matches("sudo ").starts_with("tee ")) {
        return None;
    }
    Some((
        file.rsplit('/').next()?,
        text.trim_start_matches(['"', '\'']),
    ))
}

/// The line with the domain 0 before each place of the address that has no domain.
fn with_domain(line: &str, address: &str) -> String {
    let mut whole = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once(address) {
        whole.push_str(before);
        if !before.ends_with(':') {
            whole.push_str("0000:");
        }
        whole.push_str(address);
        rest = behind;
    }
    whole.push_str(rest);
    whole
}

/// An address or an ID at the start of a text.
fn number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_hexdigit() && !matches!(c, ':' | '.'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The address without a domain in a path of a command or of its error, or that `echo` writes to a
/// file that expects names of devices (`bind_store` and `unbind_store`, Linux drivers/base/bus.c).
fn short_address(line: &str) -> Option<&str> {
    let is_error = || {
        let errors = ["No such file", "nonexistent", "cannot "];
        errors.iter().any(|error| line.contains(error))
    };
    let in_path = || {
        written(line)
            .map(drop)
            .or_else(|| is_error().then_some(()))?;
        let (_, rest) = line.split_once(DEVICES)?;
        let name = number(rest);
        let is_name = rest.get(name.len()..)?.starts_with('/');
        is_name.then_some(name)
    };
    let is_of_names = |file: &str| matches!(file, "bind" | "unbind" | "drivers_probe");
    let in_text = || {
        let (file, text) = written(line)?;
        is_of_names(file).then(|| number(text))
    };
    let is_short = |word: &&str| {
        word.len() == 7 && word.matches(':').count() == 1 && word.parse::<Address>().is_ok()
    };
    let found = in_text().filter(is_short);
    found.or_else(|| in_path().filter(is_short))
}

/// The ID with a colon that `echo` writes to `new_id` or `remove_id`, which read numbers with a
/// blank between them (`new_id_store`, Linux drivers/pci/pci-driver.c).
fn id_with_colon(line: &str) -> Option<&str> {
    let (file, text) = written(line)?;
    let id = number(text);
    let is_id = id.len() == 9
        && id
            .split(':')
            .all(|part| part.len() == 4 && !part.contains('.'));
    (matches!(file, "new_id" | "remove_id") && is_id).then_some(id)
}

/// Whether a value of `xen-pciback.hide` has a malformed entry (`pcistub_init`, Linux
/// drivers/xen/xen-pciback/pci_stub.c: addresses with or without domain, each in parentheses; `*`
/// for all devices or functions).
fn has_malformed_hide(line: &str) -> bool {
    let Some((_, value)) = line.split_once("xen-pciback.hide=") else {
        return false;
    };
    let end = value.find(|c: char| c.is_whitespace() || "\"'`".contains(c));
    let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    let mut parts = value.split('(').skip(1).peekable();
    let is_digit = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '*');
    // A placeholder is none.
    let has_number = value.contains(|c: char| c.is_ascii_digit());
    if !has_number || !value.chars().all(|c| is_digit(c) || "()".contains(c)) {
        return false;
    }
    // The driver wants each function in parentheses (Linux drivers/xen/xen-pciback/pci_stub.c,
    // pcistub_init).
    if parts.peek().is_none() {
        return value.contains(':');
    }
    !parts.all(|part| {
        let Some((inside, "")) = part.split_once(')') else {
            return false;
        };
        let inside = inside.replace(".*", ".0").replace(":*", ":00.0");
        inside.parse::<Address>().is_ok()
    })
}

#[cfg(test)]
mod tests;
