//! Single lines with settings of hosts and guests, each examined alone: options of Xen, Unraid,
//! FreeBSD, ESXi, Hyper-V, Qubes OS and Proxmox VE.

use std::sync::LazyLock;

use crate::host::words::lines_with::finder;
use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::words::addresses_in::addresses_in;

/// The meaning of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum SettingLine {
    /// `xen-pciback.hide=(01:00.0)(01:00.1)`.
    XenHide(Vec<Address>),
    /// The same in a comment.
    XenHideCommented,
    /// The same among the parameters of Xen itself.
    XenHideOfXen,
    /// The same with commas between the functions.
    XenHideCommas,
    /// `xe vm-param-set other-config:pci=0/0000:01:00.0`, `pci = [ '01:00.0' ]` of xl.
    XenAssigned(Vec<Address>),
    /// `permissive=1` or `rdm_policy=relaxed` of a function in xl's configuration: name and value.
    XenOption(&'static str, String),
    /// `dom0=hvm`.
    Dom0Hvm,
    /// `BIND=06:00.3` of Unraid's vfio-pci.cfg.
    UnraidBind(Vec<Address>),
    /// `vfio-pci.ids=` on the append line of Unraid's syslinux: the ids.
    UnraidIds(String),
    /// `pcie_acs_override=` on a line of options.
    AcsOverride,
    /// `intel-iommu=on`.
    DashedOption,
    /// `pciPassthru0.id` with a decimal address.
    VmxFunction(String),
    /// `pciPassthru0.id` whose value is missing or of another form.
    VmxUnclear,
    /// `pciPassthru.use64bitMMIO = "TRUE"`.
    VmxMmio,
    /// `pciPassthru.64bitMMIOSizeGB = "64"`.
    VmxMmioSize(Option<u32>),
    /// `pciPassthru.RelaxACSCheck` or `allowP2P`.
    VmxIsolation,
    /// `hypervisor.cpuid.v0 = "FALSE"`.
    VmxHidden,
    /// `hypervisor.cpuid.v0 = "TRUE"`.
    VmxShown,
    /// `permissive=True` or `no-strict-reset=True` of Qubes OS.
    QubesWeakened,
    /// `no-strict-reset=False`.
    QubesStrict,
    /// `rd.qubes.hide_pci=01:00.0,01:00.1`.
    QubesHide(Vec<Address>),
    /// A row of `qvm-pci` with a qube that has the function.
    QubesAssigned(Address),
    /// `Disable-PnpDevice`.
    DdaDisable,
    /// `Dismount-VMHostAssignableDevice`; whether with `-Force`.
    DdaDismount(bool),
    /// `Add-VMAssignableDevice`.
    DdaAdd,
    /// A line of the boot loader of FreeBSD with one quotation mark.
    LoaderQuote,
    /// A FreeBSD module with two letters swapped: the correct name.
    LoaderModule(&'static str),
    /// `#pptdevs=`.
    PptCommented,
    /// `hw.vmm.amdvi.enable: 0` of sysctl, or in loader.conf.
    AmdviOff,
    /// `pptdevs="1/0/0"`.
    Ppt,
    /// `hostpci0: 0000:01:00`, without a function: the slot.
    HostpciSlot(String),
    /// `hostpci0: …,mdev=…`.
    HostpciMdev,
    /// `x-vga=on`: the guest has the legacy VGA addresses of the card.
    LegacyVga,
    /// The guest's firmware is OVMF.
    Ovmf,
    /// A selector of KubeVirt's list of permitted devices: the id.
    KubeVirtSelector(String),
    /// A variable of a hook that names the slot of the host bridge.
    HookHostBridge,
    /// Another line that is a setting.
    Other,
}

/// Maximum number of lines.
const MOST: usize = 256;

/// The longest line that is a setting, in bytes.
const LONGEST: usize = 4096;

/// Modules of FreeBSD that hosts of bhyve load (loader.conf(5)).
const MODULES: [&str; 6] = ["vmm", "nmdm", "ipmi", "if_bridge", "if_tuntap", "ipfw"];

/// Whether the line, alone, is a setting.
pub(crate) fn is_setting(line: &str) -> bool {
    !settings(line, false).is_empty()
}

/// The settings of the texts, each with its line.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<SettingLine>> {
    let mut found = Vec::new();
    for text in texts {
        let mut is_of_xen = false;
        for (number, line) in numbered_lines(&text.text) {
            if line.contains("bootParams = [") || line.contains("xen.boot.params = [") {
                is_of_xen = true;
            }
            for setting in settings(line, is_of_xen) {
                if found.len() < MOST {
                    let evidence = Evidence::new(&*text.command, number, line.trim());
                    found.push(Fact::new(setting, evidence));
                }
            }
            is_of_xen &= !line.contains(']');
        }
    }
    found
}

/// The names of all settings below: a line without any is none.
fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        finder([
            "xen-pciback.hide=",
            "dom0=hvm",
            "other-config:pci=",
            "0/0000:",
            "pci-attach ",
            "pci=[",
            "pci = [",
            "no-strict-reset=",
            "permissive=",
            "rdm_policy=",
            "policy=relaxed",
            "rd.qubes.hide_pci=",
            "dom0:",
            "BIND=",
            "append ",
            "pcie_acs_override=",
            "intel-iommu=on",
            "=pci_0000_00_00_",
            "intel_iommu=",
            "amd_iommu=",
            "pciPassthru",
            "hypervisor.cpuid.v0",
            "pptdevs=",
            "hw.vmm.amdvi.enable",
            "_load=\"",
            "Disable-PnpDevice ",
            "Dismount-VMHostAssignableDevice ",
            "Add-VMAssignableDevice ",
            "pciVendorSelector",
            "hostpci",
            "args: -",
            "x-vga=",
            "OVMF_",
            "ovmf",
        ])
    });
    WORDS.as_ref()
}

fn settings(line: &str, is_of_xen: bool) -> Vec<SettingLine> {
    // Most lines are of logs.
    if line.len() > LONGEST || !words().is_some_and(|words| words.is_match(line)) {
        return Vec::new();
    }
    let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
    let mut found = of_xen(line, is_of_xen);
    found.extend(of_linux(line));
    found.extend(of_vmx(line));
    found.extend(of_loader(line));
    found.extend(of_guests(line));
    found
}

/// The text of a comment.
fn commented(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?;
    Some(rest.trim_start_matches([' ', '\t', '"', '#']))
}

/// The functions of other-config:pci as xe prints them: `0/0000:83:00.0`, alone on the line or behind
/// `pci: ` (xapi ocaml/xapi/pciops.ml, other_pcidevs_of_vm).
fn of_xe(line: &str) -> Option<&str> {
    let value = line.split_once("pci: ").map_or(line, |(_, rest)| rest);
    let value = value.split(';').next().unwrap_or_default().trim();
    let is_one = |item: &str| {
        let item = item.trim().split_once('/');
        item.is_some_and(|(order, address)| {
            order.bytes().all(|byte| byte.is_ascii_digit())
                && !order.is_empty()
                && address.len() == 12
                && address.parse::<Address>().is_ok()
        })
    };
    (!value.is_empty() && value.split(',').all(is_one)).then_some(value)
}

/// The part of a value that lists functions: a sentence may follow it, which names others.
fn of_assignment<'a>(line: &str, value: &'a str) -> &'a str {
    let end = if line.contains("other-config:pci=") {
        value.find(|c: char| c.is_whitespace() || "()\"'`".contains(c))
    } else if line.contains("pci-attach ") {
        value.find(['(', ',', ';', '`'])
    } else {
        value.find(']')
    };
    value.get(..end.unwrap_or(value.len())).unwrap_or(value)
}

fn of_xen(line: &str, is_of_xen: bool) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if let Some((_, value)) = line.split_once("xen-pciback.hide=(") {
        let end = value.find(|c: char| !c.is_ascii_hexdigit() && !"():.,*".contains(c));
        let value = value.get(..end.unwrap_or(value.len())).unwrap_or(value);
        let is_xen_line = line.starts_with("GRUB_CMDLINE_XEN=")
            || line.starts_with("GRUB_CMDLINE_XEN_DEFAULT=")
            || line.starts_with("multiboot");
        let functions: Vec<Address> = addresses_in(value).collect();
        if commented(line).is_some_and(|rest| rest.starts_with("xen-pciback.hide=")) {
            found.push(SettingLine::XenHideCommented);
        } else {
            if is_of_xen || is_xen_line {
                found.push(SettingLine::XenHideOfXen);
            }
            if value.contains("),(") {
                found.push(SettingLine::XenHideCommas);
            }
            let count = value.matches(')').count();
            if found.is_empty() && !functions.is_empty() && count == functions.len() {
                found.push(SettingLine::XenHide(functions));
            }
        }
    }
    let assigned = ["other-config:pci=", "pci-attach ", "pci=[", "pci = ["].iter();
    let mut assigned = assigned.filter_map(|mark| Some(line.split_once(mark)?.1));
    let value = assigned.next().filter(|_| commented(line).is_none());
    let value = value.map(|value| of_assignment(line, value));
    if let Some(value) = value.or_else(|| of_xe(line)) {
        let functions: Vec<Address> = addresses_in(value).collect();
        if !functions.is_empty() {
            found.push(SettingLine::XenAssigned(functions));
        }
    }
    found.extend(of_xl(line));
    let mut words = line.split(|c: char| c.is_whitespace() || "\"'`".contains(c));
    if words.any(|word| word == "dom0=hvm") && commented(line).is_none() {
        found.push(SettingLine::Dom0Hvm);
    }
    if line.contains("no-strict-reset=False") {
        found.push(SettingLine::QubesStrict);
    }
    if let Some((_, value)) = line.split_once("rd.qubes.hide_pci=") {
        let value = value
            .split(|c: char| !c.is_ascii_hexdigit() && !":.,".contains(c))
            .next();
        let functions: Vec<Address> = addresses_in(value.unwrap_or_default()).collect();
        if !functions.is_empty() {
            found.push(SettingLine::QubesHide(functions));
        }
    }
    found.extend(qubes_row(line).map(SettingLine::QubesAssigned));
    let is_given = line.contains("qvm-pci") || line.contains("with `");
    if is_given && (line.contains("permissive=True") || line.contains("no-strict-reset=True")) {
        found.push(SettingLine::QubesWeakened);
    }
    found
}

/// The options of functions in xl's form, `01:00.0,permissive=1`, and those for all functions of a
/// guest (xl.cfg(5), pci, pci_permissive, rdm).
fn of_xl(line: &str) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if commented(line).is_some() {
        return found;
    }
    let named = |name, value: &str| {
        let value = value.trim_matches(['"', '\'', ' ']);
        SettingLine::XenOption(name, value.to_owned())
    };
    for word in line.split(|c: char| c.is_whitespace() || "\"'`[]".contains(c)) {
        let mut pieces = word.split(',');
        let is_function = pieces
            .next()
            .is_some_and(|first| first.parse::<Address>().is_ok());
        if !is_function {
            continue;
        }
        for (name, value) in pieces.filter_map(|piece| piece.split_once('=')) {
            match name {
                "permissive" => found.push(named("permissive", value)),
                "rdm_policy" => found.push(named("rdm_policy", value)),
                _ => {}
            }
        }
    }
    if let Some((key, value)) = line.split_once('=') {
        match key.trim_end() {
            "pci_permissive" => found.push(named("permissive", value)),
            "rdm" if value.contains("policy=relaxed") => {
                found.push(named("rdm_policy", "relaxed"));
            }
            _ => {}
        }
    }
    found
}

/// The function of a row of `qvm-pci` that a qube has: `dom0:01_00.0  VGA compatible controller: …
/// work (permissive=True)` (qvm-pci(1), list).
fn qubes_row(line: &str) -> Option<Address> {
    let line = line.trim_matches('`');
    let rest = line.strip_prefix("dom0:")?;
    let (port, rest) = rest.split_once([' ', '\t'])?;
    let address = port.replace('_', ":").parse().ok()?;
    // The name of the class and the device, then the qube, with blanks for a column between.
    let mut columns = rest
        .trim()
        .split("  ")
        .filter(|column| !column.trim().is_empty());
    let has_qube = rest.trim_end().ends_with("True)") || columns.by_ref().count() > 1;
    has_qube.then_some(address)
}

fn of_linux(line: &str) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if let Some(value) = line.strip_prefix("BIND=") {
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        let functions = words.iter().map(|word| {
            let address = word.split('|').next().unwrap_or_default();
            address.parse::<Address>().ok()
        });
        if let Some(functions) = functions.collect::<Option<Vec<_>>>()
            && !functions.is_empty()
        {
            found.push(SettingLine::UnraidBind(functions));
        }
    }
    let is_append = line.starts_with("append ") && line.contains("initrd=/bzroot");
    if is_append && let Some((_, ids)) = line.split_once("vfio-pci.ids=") {
        let ids = ids.split_ascii_whitespace().next().unwrap_or_default();
        if !ids.is_empty() {
            found.push(SettingLine::UnraidIds(ids.to_owned()));
        }
    }
    let alone = line.trim_matches(['`', '*', '-', ' ', '"', ',']);
    let is_alone = alone.starts_with("pcie_acs_override=") && !alone.contains(' ');
    if is_alone || is_append && line.contains(" pcie_acs_override=") {
        found.push(SettingLine::AcsOverride);
    }
    if line.contains("intel-iommu=on") {
        found.push(SettingLine::DashedOption);
    }
    let variable = line.split_once("=pci_0000_00_00_");
    if variable.is_some_and(|(name, _)| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name.chars().all(is_name)
    }) {
        found.push(SettingLine::HookHostBridge);
    }
    let is_option = line.contains("intel_iommu=") || line.contains("amd_iommu=");
    if is_option && !line.starts_with("GRUB_CMDLINE") {
        found.push(SettingLine::Other);
    }
    found
}

/// The value of `key`, in any of the forms in which files and programs write it.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (before, rest) = line.split_once(key)?;
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let rest = rest.trim_start();
    // A sentence may deny it: only a line of its own, or an item of a list.
    let is_first = !before.contains(char::is_alphanumeric);
    let stated = || rest.strip_prefix("set to ").filter(|_| is_first);
    let value = rest.strip_prefix(['=', ',']).or_else(stated)?.trim_start();
    Some(match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next().unwrap_or_default(),
        None => value,
    })
}

fn of_vmx(line: &str) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if commented(line).is_some() {
        return found;
    }
    let is_true = |key| {
        let value = value_of(line, key);
        value.is_some_and(|value| {
            let word = value.trim_matches(['”', '“', '’', '‘']);
            word.eq_ignore_ascii_case("true")
        })
    };
    if is_true("pciPassthru.use64bitMMIO") {
        found.push(SettingLine::VmxMmio);
    }
    let size = value_of(line, "pciPassthru.64bitMMIOSizeGB");
    let is_number = |c: char| c.is_ascii_digit() || "\"”“ ".contains(c);
    if let Some(size) = size.filter(|size| size.starts_with(is_number)) {
        let digits = size.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = digits.split(|c: char| !c.is_ascii_digit()).next();
        let size = digits.and_then(|digits| digits.parse().ok());
        found.push(SettingLine::VmxMmioSize(size));
    }
    if is_true("pciPassthru.RelaxACSCheck") || is_true("pciPassthru.allowP2P") {
        found.push(SettingLine::VmxIsolation);
    }
    if value_of(line, "hypervisor.cpuid.v0").is_some_and(|v| v.eq_ignore_ascii_case("false")) {
        found.push(SettingLine::VmxHidden);
    }
    if is_true("hypervisor.cpuid.v0") {
        found.push(SettingLine::VmxShown);
    }
    for index in 0..16 {
        if let Some(value) = value_of(line, &format!("pciPassthru{index}.id")) {
            found.push(match decimal(value) {
                Some(address) => SettingLine::VmxFunction(address),
                None => SettingLine::VmxUnclear,
            });
        }
    }
    found
}

/// The address of ESXi's decimal form `00000:066:00.0` or `0:66:0.0`, as lspci prints it.
fn decimal(value: &str) -> Option<String> {
    let (slot, function) = value.split_once('.')?;
    let mut numbers = slot.split(':');
    let (domain, bus, device) = (numbers.next()?, numbers.next()?, numbers.next()?);
    // Four digits and two are the hexadecimal form of lspci.
    let is_decimal = domain.len() == 5 || domain.len() == 1 && device.len() == 1;
    let (bus, device): (u8, u8) = (bus.parse().ok()?, device.parse().ok()?);
    let function: u8 = function.parse().ok()?;
    let is_known = is_decimal && numbers.next().is_none() && device < 32 && function < 8;
    is_known.then(|| format!("{bus:02x}:{device:02x}.{function}"))
}

fn of_loader(line: &str) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if let Some(value) = line.strip_prefix("hw.vmm.amdvi.enable") {
        if value
            .trim_start_matches([':', '=', ' ', '"'])
            .trim_end_matches('"')
            == "0"
        {
            found.push(SettingLine::AmdviOff);
        }
        return found;
    }
    if commented(line).is_some_and(|rest| rest.starts_with("pptdevs=")) {
        found.push(SettingLine::PptCommented);
        return found;
    }
    if let Some((_, value)) = line.split_once("pptdevs=") {
        let value = value.split('`').next().unwrap_or_default();
        let is_function = |word: &str| {
            let mut numbers = word.split('/');
            numbers.clone().count() == 3 && numbers.all(|number| number.parse::<u8>().is_ok())
        };
        match value
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
        {
            Some((list, _)) => {
                let mut words = list.split_ascii_whitespace();
                if !list.trim().is_empty() && words.all(is_function) {
                    found.push(SettingLine::Ppt);
                }
            }
            None if value.matches('"').count() == 1 => found.push(SettingLine::LoaderQuote),
            None => {}
        }
    }
    if let Some((module, value)) = line.split_once("_load=\"") {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !module.is_empty() && module.chars().all(is_name) {
            if !value.contains('"') {
                found.push(SettingLine::LoaderQuote);
            }
            let mut known = MODULES.into_iter();
            found.extend(
                known
                    .find(|known| is_exchanged(module, known))
                    .map(SettingLine::LoaderModule),
            );
        }
    }
    found
}

/// Whether `word` is `known` with two adjacent letters swapped.
fn is_exchanged(word: &str, known: &str) -> bool {
    let pairs = word.bytes().zip(known.bytes()).enumerate();
    let differ: Vec<_> = pairs.filter(|(_, (a, b))| a != b).collect();
    match differ.as_slice() {
        [(first, (a, b)), (second, (c, d))] => {
            word.len() == known.len() && first + 1 == *second && a == d && b == c
        }
        _ => false,
    }
}

fn of_guests(line: &str) -> Vec<SettingLine> {
    let mut found = Vec::new();
    if line.contains("Disable-PnpDevice ") {
        found.push(SettingLine::DdaDisable);
    }
    if let Some((_, rest)) = line.split_once("Dismount-VMHostAssignableDevice ") {
        found.push(SettingLine::DdaDismount(
            rest.to_ascii_lowercase().contains("-force"),
        ));
    }
    if line.contains("Add-VMAssignableDevice ") {
        found.push(SettingLine::DdaAdd);
    }
    if let Some(id) = line.split_once("pciVendorSelector").map(|(_, rest)| rest) {
        let id = id.trim_matches(|c: char| !c.is_ascii_hexdigit());
        if id.len() == 9 && id.parse::<pci_core::PciId>().is_ok() {
            found.push(SettingLine::KubeVirtSelector(id.to_ascii_lowercase()));
        }
    }
    for rest in line
        .match_indices("hostpci")
        .filter_map(|(at, mark)| line.get(at + mark.len()..))
    {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(value) = rest.strip_prefix(": ") else {
            continue;
        };
        let end = value.find(|c: char| !c.is_ascii_hexdigit() && !":.".contains(c));
        let address = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
        if value
            .split([' ', '`'])
            .next()
            .is_some_and(|value| value.contains(",mdev="))
        {
            found.push(SettingLine::HostpciMdev);
        } else if address.parse::<pci_core::Slot>().is_ok() {
            found.push(SettingLine::HostpciSlot(address.to_owned()));
        } else if address.parse::<Address>().is_ok() {
            found.push(SettingLine::Other);
        }
    }
    if line.contains("x-vga=on") || line.contains("x-vga=1") {
        found.push(SettingLine::LegacyVga);
    }
    let is_ovmf = line.contains("OVMF_CODE") || line.contains("OVMF_VARS");
    if is_ovmf || line.starts_with("bios: ovmf") || line.contains("--bios ovmf") {
        found.push(SettingLine::Ovmf);
    }
    if line.starts_with("args: -") {
        found.push(SettingLine::Other);
    }
    found
}

#[cfg(test)]
mod tests;
