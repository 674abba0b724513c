//! Functions that only a line of a log or a message names: their ids, classes, drivers,
//! buses and groups, as far as the line shows them.

use iommu::KernelLog;
use pci_core::tree::CommandText;
use pci_core::{Address, ClassCode, Evidence, PciId, numbered_lines};

use super::addresses_in::addresses_in;
use super::coverage::Coverage;
use super::device::Driver;
use super::fact::Fact;
use super::heard::Heard;
use super::join::Join;
use super::log_regions::LoggedRegions;
use crate::finding::Verdict;

/// What one line of the kernel's log shows of a function: `DRIVER ADDRESS: TEXT` of
/// `dev_printk` (Linux drivers/base/core.c).
struct Logged<'a> {
    address: Address,
    /// The function's driver, or `pci` where it has none.
    driver: &'a str,
    text: &'a str,
}

/// The functions that the texts name beside those of listings.
pub(super) fn add(join: &mut Join, texts: &[CommandText], logs: &[KernelLog<'_>], heard: &[Heard]) {
    // A whole listing shows every function: another one is of a guest, or of another time.
    let is_whole = join.coverage.contains(&Coverage::All);
    // Beside a listing the bus names functions that nobody asks about.
    let is_listed = !join.devices.is_empty();
    for (text, log) in texts.iter().zip(logs) {
        let filtered = log.commands.iter().any(|command| command.filtered);
        let mut lines: Vec<(u32, &str)> = numbered_lines(&text.text).collect();
        let ends = log.lines.first().zip(log.lines.last());
        if ends.is_some_and(|(first, last)| first.number > last.number) {
            // A journal with the newest line first.
            lines.reverse();
        }
        let mut regions: Option<LoggedRegions> = None;
        for (number, line) in lines {
            let logged = logged(line);
            let address = logged.as_ref().map(|logged| logged.address);
            // The lines of a function follow each other; of the last one some may be missing.
            if let Some(ended) = regions.take_if(|regions| Some(regions.address) != address)
                && !filtered
                && let Some(device) = join.devices.get_mut(&ended.address)
            {
                device.memory = device.memory.take().or_else(|| ended.whole());
            }
            if let Some(logged) = logged {
                let is_new = !join.devices.contains_key(&logged.address);
                let says_little = logged.driver == "pci" && identity(logged.text).is_none();
                if is_new && (is_whole || is_listed && says_little) {
                    continue;
                }
                let evidence = Evidence::new(&*text.command, number, line.trim());
                if identity(logged.text).is_some() {
                    regions = Some(LoggedRegions::new(logged.address));
                }
                if let Some(regions) = &mut regions {
                    regions.line(logged.text, &evidence);
                }
                add_logged(join, &logged, &evidence, filtered);
            }
            if let Some((address, group)) = grouped(line) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                join.group_rows.push((address, group, evidence));
            }
        }
    }
    if is_whole {
        return;
    }
    for heard in heard {
        let is_fine = matches!(heard.message.verdict, Verdict::Ok | Verdict::Harmless);
        if let Some(address) = heard.device.filter(|_| !(is_listed && is_fine)) {
            let is_new = !join.devices.contains_key(&address);
            join.device(address, &heard.evidence).is_only_named |= is_new;
        }
    }
}

fn add_logged(join: &mut Join, logged: &Logged<'_>, evidence: &Evidence, filtered: bool) {
    if let Some((secondary, subordinate)) = buses(logged.text) {
        join.topology.function(logged.address);
        join.topology.buses(logged.address, secondary, subordinate);
    }
    let is_new = !join.devices.contains_key(&logged.address);
    let device = join.device(logged.address, evidence);
    device.is_only_named |= is_new;
    if let Some((id, class)) = identity(logged.text) {
        if device.id.is_none() {
            device.id = Some(Fact::new(id, evidence.clone()));
        }
        if device.class.is_none() {
            device.class = Some(Fact::new(class, evidence.clone()));
        }
    }
    // The last driver that speaks of the function has it; a listing shows it better, and a
    // log of some lines may leave the last out.
    let is_of_log = |driver: &Driver| match driver {
        Driver::NotShown => true,
        Driver::Bound(known) => {
            known.evidence.source == evidence.source
                && logged_driver(&known.evidence.text) == Some(known.value.as_str())
        }
        Driver::Unbound(_) => false,
    };
    let counts = !filtered || logged.driver == "vfio-pci";
    if logged.driver != "pci" && counts && is_of_log(&device.driver) {
        device.driver = Driver::Bound(Fact::new(logged.driver.to_owned(), evidence.clone()));
    }
}

fn logged_driver(line: &str) -> Option<&str> {
    logged(line).map(|logged| logged.driver)
}

/// The driver and the function that a line of the log is about.
fn logged(line: &str) -> Option<Logged<'_>> {
    let at = line.find(" 0000:").or_else(|| line.find(" 0001:"))?;
    let (before, rest) = line.split_at_checked(at)?;
    let driver = before.rsplit([' ', ']', ':', '>', '`', '"']).next()?;
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    if driver.len() < 2
        || driver.len() > 32
        || !driver.bytes().all(is_name)
        || !driver.starts_with(|c: char| c.is_ascii_lowercase())
        || !(PREFIXES.contains(&driver))
    {
        return None;
    }
    let rest = rest.get(1..)?;
    let (address, text) = rest.split_once(": ")?;
    Some(Logged {
        address: address.parse().ok()?,
        driver,
        text,
    })
}

/// Drivers of functions that people assign, as their lines of the log start; `pci` is the
/// bus, of a function without a driver.
const PREFIXES: &[&str] = &[
    "pci",
    "vfio-pci",
    "pciback",
    "pci-stub",
    "pcieport",
    "nvidia",
    "nouveau",
    "amdgpu",
    "radeon",
    "i915",
    "xe",
    "ast",
    "mgag200",
    "snd_hda_intel",
    "xhci_hcd",
    "ehci-pci",
    "ohci-pci",
    "nvme",
    "ahci",
    "mpt3sas",
    "mpt2sas",
    "megaraid_sas",
    "hpsa",
    "aacraid",
    "lpfc",
    "qla2xxx",
    "igb",
    "igbvf",
    "ixgbe",
    "ixgbevf",
    "i40e",
    "iavf",
    "ice",
    "e1000e",
    "e1000",
    "r8169",
    "r8125",
    "mlx4_core",
    "mlx5_core",
    "bnx2x",
    "bnxt_en",
    "tg3",
    "atlantic",
    "iwlwifi",
    "ath10k_pci",
    "ath11k_pci",
    "mt7921e",
    "nvidia-vgpu-vfio",
    "nvgrace-gpu-vfio-pci",
    "mlx5_vfio_pci",
    "habanalabs",
    "sof-audio-pci-intel-tgl",
    "thunderbolt",
    "i801_smbus",
    "qat_4xxx",
    "cxgb4",
    "be2net",
    "sfc",
];

/// `[10de:2f04] type 00 class 0x030000` (Linux drivers/pci/probe.c, `pci_setup_device`).
fn identity(text: &str) -> Option<(PciId, ClassCode)> {
    let (id, rest) = text.strip_prefix('[')?.split_once("] type ")?;
    let (_, class) = rest.split_once("class 0x")?;
    let class = class.get(..6)?;
    Some((id.parse().ok()?, class.parse().ok()?))
}

/// `PCI bridge to [bus 01-03]` (Linux drivers/pci/setup-bus.c).
fn buses(text: &str) -> Option<(u8, u8)> {
    let rest = text.strip_prefix("PCI bridge to [bus ")?;
    let (buses, _) = rest.split_once(']')?;
    let (first, last) = buses.split_once('-').unwrap_or((buses, buses));
    let bus = |text: &str| u8::from_str_radix(text, 16).ok();
    Some((bus(first)?, bus(last)?))
}

/// The group that a message names with the function it is about: `vfio 0000:01:00.0: group
/// 39 is not viable`, `error getting device from group 39`, `failed to open /dev/vfio/39`.
fn grouped(line: &str) -> Option<(Address, u32)> {
    let marks = [
        "from group ",
        ": group ",
        "error, group ",
        "/dev/vfio/",
        "for group ",
    ];
    let (at, mark) = marks
        .iter()
        .find_map(|mark| Some((line.find(mark)?, mark)))?;
    let rest = line.get(at + mark.len()..)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let group = rest.get(..end)?.parse().ok()?;
    let before = line.get(..at)?;
    let all: Vec<Address> = addresses_in(before).collect();
    // Of several functions on the line the message does not say which is meant.
    let (first, others) = all.split_first()?;
    others
        .iter()
        .all(|other| other == first)
        .then_some((*first, group))
}
