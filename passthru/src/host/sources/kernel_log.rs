//! Functions that only a line of a log or a message names: their ids, classes, drivers,
//! buses and groups, as far as the line shows them.

use std::collections::BTreeMap;

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::{Completeness, KernelLog};
use list_order::Order as _;
use pci_core::{Address, ClassCode, PciId};

use super::log_regions::LoggedRegions;
use crate::host::fact::Fact;
use crate::host::hardware::region::Region;
use crate::host::model::{Entry, Listing, Member, Naming, Source, Value, Way};
use crate::host::words::addresses_in::addresses_in;

/// A line of the kernel log about a function: `DRIVER ADDRESS: TEXT` of `dev_printk` (Linux
/// drivers/base/core.c).
struct Logged<'a> {
    address: Address,
    /// The function's driver, or `pci` without one.
    driver: &'a str,
    text: &'a str,
}

/// A line of the text.
type Line<'a> = (u32, &'a str);

/// The facts in the lines of one function.
#[derive(Default)]
struct Function<'a> {
    /// The first line.
    first: Line<'a>,
    /// The first line that says more than the function's presence on the bus.
    telling: Option<Line<'a>>,
    identity: Option<(PciId, ClassCode, Line<'a>)>,
    /// The driver that spoke of it last.
    driver: Option<(&'a str, Line<'a>)>,
    memory: Option<Vec<Fact<Region>>>,
}

/// The functions that those lines of a text name that are wanted by their numbers, and in the
/// log.
pub(super) fn read(
    text: &CommandText,
    log: &KernelLog<'_>,
    is_wanted: impl Fn(u32) -> bool,
) -> Listing {
    let source = text.command.as_str();
    // A filter for the address alone keeps all lines of the function.
    let is_by_address = |word: &&str| {
        addresses_in(&format!("{}.0", word.trim_end_matches(".0")))
            .next()
            .is_some()
    };
    let keeps_function = |words: &Vec<&str>| words.iter().any(is_by_address);
    let filtered = log.commands.iter().any(|command| {
        command.filtered && (command.words.is_empty() || !command.words.iter().all(keeps_function))
    });
    let lines = numbered_lines(&text.text);
    let lines = lines.filter(|(number, _)| is_wanted(*number));
    let mut lines: Vec<Line<'_>> = lines.collect();
    let ends = log.lines.first().zip(log.lines.last());
    if ends.is_some_and(|(first, last)| first.number > last.number) {
        // A journal with the newest line first.
        lines.reverse();
    }
    let mut listing = Listing::default();
    let mut functions: BTreeMap<Address, Function<'_>> = BTreeMap::new();
    let mut regions: Option<LoggedRegions> = None;
    for (number, line) in lines {
        if let Some((address, group)) = grouped(line) {
            listing.members.push(Member {
                device: Ok(address),
                group,
                line: Evidence::new(source, number, line.trim()),
                completeness: Completeness::MayHaveMore,
            });
        }
        let logged = logged(line);
        let address = logged.as_ref().map(|logged| logged.address);
        // The lines of a function follow each other; of the last one some may be missing.
        if let Some(ended) = regions.take_if(|regions| Some(regions.address) != address)
            && !filtered
            && let Some(function) = functions.get_mut(&ended.address)
        {
            function.memory = function.memory.take().or_else(|| ended.whole());
        }
        let Some(logged) = logged else {
            if let Some(function) = refused(line).and_then(|address| functions.get_mut(&address)) {
                function.driver = None;
            }
            continue;
        };
        let line = (number, line);
        let identity = identity(logged.text);
        if identity.is_some() {
            regions = Some(LoggedRegions::new(logged.address));
        }
        if let Some(regions) = &mut regions {
            regions.line(logged.text, || evidence(source, line));
        }
        let buses = buses(logged.text);
        let buses = buses.map(|(first, last)| (logged.address, Way::Buses(first, last)));
        listing.ways.extend(buses);
        let function = functions.entry(logged.address).or_insert(Function {
            first: line,
            ..Function::default()
        });
        if logged.driver != "pci" || identity.is_some() {
            function.telling.get_or_insert(line);
        }
        if let (Some((id, class)), None) = (identity, function.identity) {
            function.identity = Some((id, class, line));
        }
        // A driver that refused the function is not bound to it (Linux drivers/base/dd.c,
        // `call_driver_probe`).
        if is_failed_probe(logged.text) {
            function.driver = None;
            continue;
        }
        // A log of some lines may leave the last driver out.
        if logged.driver != "pci" && (!filtered || logged.driver == "vfio-pci") {
            function.driver = Some((logged.driver, line));
        }
    }
    // All lines of a function that the filter names are there.
    let is_by_address = log.commands.iter().any(|command| command.filtered) && !filtered;
    if let Some(ended) = regions.filter(|_| is_by_address)
        && let Some(function) = functions.get_mut(&ended.address)
    {
        function.memory = function.memory.take().or_else(|| ended.whole());
    }
    let functions = functions.into_iter();
    let entries = functions.map(|(address, function)| function.entry(address, source));
    listing.entries.extend(entries);
    // As the log names them.
    listing.entries.order_by_key(|entry| entry.shown.line);
    listing
}

fn evidence(source: &str, (number, line): Line<'_>) -> Evidence {
    Evidence::new(source, number, line.trim())
}

impl Function<'_> {
    fn entry(self, address: Address, source: &str) -> Entry {
        let naming = match self.telling {
            Some(_) => Naming::Subject,
            None => Naming::Mention,
        };
        let shown = evidence(source, self.telling.unwrap_or(self.first));
        let mut entry = Entry::named(address, Source::KernelLog, shown, naming);
        if let Some((id, class, line)) = self.identity {
            let line = evidence(source, line);
            entry.see_at(Value::Id(id), line.clone());
            // The kernel corrects classes after it has printed them (drivers/pci/quirks.c).
            entry.suppose(Value::Class(class), Some(line));
        }
        if let Some((driver, line)) = self.driver {
            let value = Value::Driver(Some(driver.to_owned()));
            entry.see_at(value, evidence(source, line));
        }
        entry.see(self.memory.map(Value::Memory));
        entry
    }
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
    let (named, text) = rest.split_once(": ")?;
    // A network driver names its interface, too: `ixgbe 0000:01:00.0 eth0: …` (Linux
    // net/core/dev.c, `__netdev_printk`).
    let address = named.split(' ').next().unwrap_or_default();
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
    "apex",
    "hailo",
    "xocl",
    "xclmgmt",
    "xdma",
    "ddbridge",
    "cx23885",
    "saa7164",
    "cobalt",
];

/// `[10de:2f04] type 00 class 0x030000` (Linux drivers/pci/probe.c, `pci_setup_device`).
fn identity(text: &str) -> Option<(PciId, ClassCode)> {
    let (id, rest) = text.strip_prefix('[')?.split_once("] type ")?;
    let (_, class) = rest.split_once("class 0x")?;
    let class = class.get(..6)?;
    Some((id.parse().ok()?, class.parse().ok()?))
}

/// The function in `vfio-pci: probe of 0000:01:00.0 failed with error -22`, the form until Linux
/// 6.5 (`drivers/base/dd.c`).
fn refused(line: &str) -> Option<Address> {
    let (_, rest) = line.split_once(": probe of ")?;
    let (address, _) = rest.split_once(" failed with error ")?;
    address.parse().ok()
}

/// Whether the text of a driver, or of the kernel for it, says that the probe fails: `probe with driver
/// xhci_hcd failed with error -110` (Linux drivers/base/dd.c), `can't setup: -110`, `init 0000:02:00.0
/// fail, -110` (drivers/usb/core/hcd.c, hcd-pci.c), `device not available (can't reserve [mem …])`
/// (drivers/pci/setup-res.c, `pci_enable_resources`).
fn is_failed_probe(text: &str) -> bool {
    let starts = [
        "probe with driver ",
        "can't setup: -",
        "device not available (can't reserve [",
        "can't enable device: BAR ",
    ];
    starts.iter().any(|start| text.starts_with(start))
        || text.starts_with("init ") && text.contains(" fail, -")
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
/// 39 is not viable`, `error getting device from group 39`, `failed to open /dev/vfio/39`, `Device
/// 0000:01:00.0 is in IOMMU group 39`.
fn grouped(line: &str) -> Option<(Address, u32)> {
    let marks = [
        "from group ",
        ": group ",
        "error, group ",
        "/dev/vfio/",
        "for group ",
        " in IOMMU group ",
        " in iommu group ",
    ];
    // Few lines have one.
    if !line.contains("roup ") && !line.contains("/dev/vfio/") {
        return None;
    }
    let (at, mark) = marks
        .iter()
        .find_map(|mark| Some((line.find(mark)?, mark)))?;
    let rest = line.get(at + mark.len()..)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let group = rest.get(..end)?.parse().ok()?;
    let before = line.get(..at)?;
    // A sentence may be about other hosts.
    let is_condition =
        |word: &str| matches!(word, "if" | "If" | "when" | "When" | "should" | "e.g.");
    if mark.starts_with(" in ") && before.split(' ').any(is_condition) {
        return None;
    }
    let all: Vec<Address> = addresses_in(before).collect();
    // A message with several functions on its line may refer to any of them.
    let (first, others) = all.split_first()?;
    others
        .iter()
        .all(|other| other == first)
        .then_some((*first, group))
}
