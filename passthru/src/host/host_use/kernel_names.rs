//! Kernel names of the disks, network interfaces and cards of functions, from texts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence};
use pci_core::Address;

use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::words::lines_with::{finder, lines_with};
use crate::prompt::{Prompt, after_bare_root, headed};

/// Maximum number of names of one kind.
const MOST: usize = 4096;

/// The link of `lo` in `ls -l /sys/class/net`, which each complete listing has.
const LOOPBACK: &str = "-> ../../devices/virtual/net/lo";

/// The folder of that listing.
const INTERFACES: &str = "/sys/class/net";

/// Words in lines with a function and a kernel name.
fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        finder([
            // Links and paths of sysfs: `../devices/pci0000:00/0000:00:1d.0/…/net/enp5s0`.
            "/devices/pci",
            LOOPBACK,
            INTERFACES,
            // Links of /dev/disk/by-path and /dev/dri/by-path.
            "-> ../",
            // `nvme nvme0: pci function 0000:01:00.0` (Linux drivers/nvme/host/pci.c,
            // `nvme_probe`).
            ": pci function ",
            // `igb 0000:05:00.0 enp5s0: renamed from eth0` (Linux net/core/dev.c,
            // `dev_change_name`).
            ": renamed from ",
            // `[drm] Initialized amdgpu 3.57.0 20150101 for 0000:03:00.0 on minor 0` (Linux
            // drivers/gpu/drm/drm_drv.c, `drm_dev_register`).
            " on minor ",
            // ethtool -i, lshw.
            "ethtool ",
            "bus-info: ",
            "bus info: ",
            "logical name: ",
            "pci@0",
            // nvme list-subsys.
            "+- nvme",
            // /proc/driver/nvidia/gpus/*/information.
            "Bus Location:",
            "Device Minor:",
        ])
    });
    WORDS.as_ref()
}

/// The functions of the names; none where two lines name two functions for one name.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, Option<Fact<Address>>>);

impl Names {
    fn add(&mut self, name: &str, address: Address, evidence: Evidence) {
        if name.is_empty() || name.len() > 64 || self.0.len() >= MOST {
            return;
        }
        let fact = Fact::new(address, evidence);
        match self.0.get_mut(name) {
            Some(known) => {
                if known.as_ref().is_some_and(|known| known.value != address) {
                    *known = None;
                }
            }
            None => {
                self.0.insert(name.to_owned(), Some(fact));
            }
        }
    }

    fn get(&self, name: &str) -> Option<&Fact<Address>> {
        self.0.get(name)?.as_ref()
    }
}

/// The functions of kernel names such as `nvme0n1`, `enp5s0` or `card0`.
#[derive(Debug, Default)]
pub(in crate::host) struct KernelNames {
    disks: Names,
    interfaces: Names,
    cards: Names,
    /// The numbers of NVIDIA's device files.
    nvidia: Names,
    /// The line that shows that all network interfaces are listed.
    all_interfaces: Option<Evidence>,
    /// The only NVMe controller of a complete listing.
    only_nvme: Option<Fact<Address>>,
    /// The only Ethernet controller of a complete listing.
    only_ethernet: Option<Fact<Address>>,
}

impl KernelNames {
    /// Reads the texts of the input.
    pub(in crate::host) fn read(texts: &[CommandText]) -> Self {
        let mut names = Self::default();
        let Some(words) = words() else {
            return names;
        };
        for text in texts {
            let mut block = Block::default();
            // A filter leaves interfaces out.
            let mut is_filtered = text.command.contains('|');
            for (number, line) in lines_with(words, &text.text) {
                let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
                let evidence = || Evidence::new(&*text.command, number, line);
                is_filtered |= line.contains(INTERFACES) && line.contains(['|', '*', '?']);
                if line.ends_with(LOOPBACK) && !is_filtered {
                    names.all_interfaces.get_or_insert_with(evidence);
                }
                names.see_paths(line, evidence);
                names.see_by_path(line, evidence);
                names.see_log(line, evidence);
                names.see_block(line, &mut block, evidence);
            }
        }
        names
    }

    /// Adds the functions that a complete listing leaves no choice about: `nvme0` is its only NVMe
    /// controller with a driver, `eno1` its only Ethernet controller.
    pub(in crate::host) fn see_listing(&mut self, devices: &BTreeMap<Address, Device>) {
        let only = |base, sub| {
            let mut found = devices.values().filter(|device| {
                let class = device.class.as_ref().map(|class| class.value);
                class.is_some_and(|class| (class.base, class.sub) == (base, sub))
            });
            let device = found.next().filter(|_| found.next().is_none())?;
            let is_held = device.driver.is_bound_to(|name| !is_vfio_driver(name));
            is_held.then(|| Fact::new(device.address, device.shown.clone()))
        };
        // PCI Code and ID Assignment Specification 1.11.
        self.only_nvme = only(0x01, 0x08);
        self.only_ethernet = only(0x02, 0x00);
    }

    /// The function that serves a disk or a partition: `sda`, `nvme0n1p2`.
    pub(in crate::host) fn disk(&self, name: &str) -> Option<&Fact<Address>> {
        let name = name.strip_prefix("/dev/").unwrap_or(name);
        if let Some(found) = self.disks.0.get(name) {
            return found.as_ref();
        }
        let whole = whole_disk(name);
        if let Some(found) = self.disks.0.get(whole) {
            return found.as_ref();
        }
        // A namespace has the number of the controller that was found first (Linux
        // drivers/nvme/host/core.c, `nvme_init_subsystem`).
        let (controller, _) = whole.strip_prefix("nvme")?.split_once('n')?;
        let known = self.disks.0.get(&format!("nvme{controller}"));
        match known {
            Some(known) => known.as_ref(),
            None => self.only_nvme.as_ref().filter(|_| controller == "0"),
        }
    }

    /// The line that proves that the function has no network interface: a complete listing with an
    /// interface of another function, since a container lists only its own.
    pub(in crate::host) fn without_interface(&self, address: Address) -> Option<&Evidence> {
        let line = self.all_interfaces.as_ref()?;
        let names = &self.interfaces.0;
        let is_another = |known: &Option<Fact<Address>>| {
            known.as_ref().is_some_and(|fact| fact.value != address)
        };
        let is_complete = !names.is_empty() && names.len() < MOST;
        (is_complete && names.values().all(is_another)).then_some(line)
    }

    /// The interfaces, whole disks and cards, each with its function.
    pub(in crate::host) fn all(&self) -> impl Iterator<Item = (&str, Address)> {
        // Paths have folders and controllers before the disk: `nvme/nvme0/nvme0n1`.
        let disks = self.disks.0.iter();
        let disks = disks.filter(|(name, _)| is_disk(name) && whole_disk(name) == name.as_str());
        let all = self.interfaces.0.iter().chain(disks).chain(&self.cards.0);
        all.filter_map(|(name, known)| Some((name.as_str(), known.as_ref()?.value)))
    }

    /// The function that has a network interface.
    pub(in crate::host) fn interface(&self, name: &str) -> Option<&Fact<Address>> {
        if let Some(known) = self.interfaces.0.get(name) {
            return known.as_ref();
        }
        // Names of the firmware, for functions of the mainboard and of slots (systemd
        // src/udev/udev-builtin-net_id.c, `names_pci_onboard`, `names_pci_slot`).
        let number = ["eno", "ens"]
            .iter()
            .find_map(|start| name.strip_prefix(start));
        let is_own = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        self.only_ethernet.as_ref().filter(|_| is_own)
    }

    /// The function of a device file of a card: `/dev/dri/card0`, `/dev/nvidia0`.
    pub(in crate::host) fn card(&self, node: &str) -> Option<&Fact<Address>> {
        if let Some(name) = node.strip_prefix("/dev/dri/") {
            return self.cards.get(name);
        }
        self.nvidia.get(node.strip_prefix("/dev/nvidia")?)
    }

    /// Paths in sysfs: the last function in the path is the parent of the entries below it.
    fn see_paths(&mut self, line: &str, evidence: impl Fn() -> Evidence) {
        let paths = line.split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ','));
        for path in paths.filter(|path| path.contains("/devices/pci")) {
            let mut address: Option<Address> = None;
            let mut parent = "";
            for part in path.split('/') {
                if let Ok(found) = part.parse::<Address>() {
                    address = Some(found);
                } else if let Some(address) = address {
                    let is_namespace = part.starts_with("nvme") && !part.contains(':');
                    if parent == "block" || is_namespace {
                        self.disks.add(part, address, evidence());
                    } else if parent == "net" {
                        self.interfaces.add(part, address, evidence());
                    } else if parent == "drm" {
                        self.cards.add(part, address, evidence());
                    }
                }
                parent = part;
            }
        }
    }

    /// `pci-0000:01:00.0-nvme-1 -> ../../nvme0n1` of `/dev/disk/by-path`,
    /// `pci-0000:01:00.0-card -> ../card0` of `/dev/dri/by-path` (systemd
    /// src/udev/udev-builtin-path_id.c).
    fn see_by_path(&mut self, line: &str, evidence: impl Fn() -> Evidence) {
        let Some((link, target)) = line.split_once(" -> ../") else {
            return;
        };
        let link = link.rsplit([' ', '/']).next().unwrap_or(link);
        let Some(address) = link
            .strip_prefix("pci-")
            .and_then(|rest| rest.get(..12)?.parse::<Address>().ok())
        else {
            return;
        };
        let name = target.trim_start_matches("../");
        if link.ends_with("-card") || link.ends_with("-render") {
            self.cards.add(name, address, evidence());
        } else if is_disk(name) {
            self.disks.add(whole_disk(name), address, evidence());
        }
    }

    fn see_log(&mut self, line: &str, evidence: impl Fn() -> Evidence) {
        if let Some((before, after)) = line.split_once(": pci function ") {
            let name = before.rsplit(' ').next().unwrap_or_default();
            if let (true, Some(address)) = (name.starts_with("nvme"), first_address(after)) {
                self.disks.add(name, address, evidence());
            }
        } else if let Some((before, old)) = line.split_once(": renamed from ") {
            let mut words = before.rsplit(' ');
            let (name, address) = (words.next().unwrap_or_default(), words.next());
            if let Some(address) = address.and_then(|address| address.parse().ok()) {
                self.interfaces.add(name, address, evidence());
                // The name may be another function's now.
                self.interfaces.0.insert(old.trim().to_owned(), None);
            }
        } else if let Some((before, minor)) = line.split_once(" on minor ") {
            let address = before.rsplit(' ').next().and_then(|word| word.parse().ok());
            let minor: Option<u32> = minor.trim().parse().ok();
            if let (Some(address), Some(minor @ 0..=63)) = (address, minor) {
                self.cards.add(&format!("card{minor}"), address, evidence());
            }
        } else if let Some((_, rest)) = line.split_once("+- nvme") {
            // `+- nvme0 pcie 0000:01:00.0 live`
            let mut words = rest.split_ascii_whitespace();
            let (number, pcie) = (words.next().unwrap_or_default(), words.next());
            let address = words.next().and_then(first_address);
            if let (Some("pcie"), Some(address)) = (pcie, address) {
                self.disks
                    .add(&format!("nvme{number}"), address, evidence());
            }
        }
    }

    /// Names and addresses on separate lines.
    fn see_block(&mut self, line: &str, block: &mut Block, evidence: impl Fn() -> Evidence) {
        let command = Prompt::read(line).map(|prompt| prompt.command);
        let command = command.or_else(|| after_bare_root(line));
        let command = command.unwrap_or_else(|| headed(line));
        if let Some(words) = command.strip_prefix("ethtool ") {
            let mut words = words.split_ascii_whitespace();
            let name = words
                .next()
                .filter(|word| matches!(*word, "-i" | "--driver"));
            block.interface = name.and(words.next()).map(str::to_owned);
        } else if let Some(rest) = line.strip_prefix("bus-info: ") {
            if let (Some(name), Some(address)) = (block.interface.take(), first_address(rest)) {
                self.interfaces.add(&name, address, evidence());
            }
        } else if let Some(bus) = line.strip_prefix("bus info: ") {
            block.function = bus.strip_prefix("pci@").and_then(first_address);
        } else if let Some(name) = line.strip_prefix("logical name: ") {
            // lshw prints the bus first; without one the line is of another node.
            if let Some(address) = block.function.take() {
                self.add_any(name, address, evidence());
            }
        } else if let Some(rest) = line.strip_prefix("pci@") {
            // `pci@0000:05:00.0  enp5s0  network  I210 Gigabit Network Connection` of lshw.
            let mut words = rest.split_ascii_whitespace();
            let address = words.next().and_then(|word| word.parse::<Address>().ok());
            let (name, class) = (words.next(), words.next());
            if let (Some(address), Some(name), Some("network" | "storage" | "disk" | "display")) =
                (address, name, class)
            {
                self.add_any(name, address, evidence());
            }
        } else if let Some(rest) = line.strip_prefix("Bus Location:") {
            block.function = first_address(rest.trim());
        } else if let Some(rest) = line.strip_prefix("Device Minor:") {
            if let Some(address) = block.function.take() {
                self.nvidia.add(rest.trim(), address, evidence());
            }
        }
    }

    fn add_any(&mut self, name: &str, address: Address, evidence: Evidence) {
        match name.trim().strip_prefix("/dev/") {
            Some(node) if is_disk(node) => self.disks.add(node, address, evidence),
            Some(_) => {}
            None if name.starts_with("scsi") => {}
            None => self.interfaces.add(name.trim(), address, evidence),
        }
    }
}

/// The numbers of the lines that assign a name to a function.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    if words().is_none_or(|words| !words.is_match(text)) {
        return Vec::new();
    }
    let names = KernelNames::read(&[CommandText::new(String::new(), text)]);
    let all = [&names.disks, &names.interfaces, &names.cards, &names.nvidia];
    let facts = all.into_iter().flat_map(|names| names.0.values().flatten());
    // Listings of functions are separate sources.
    let others = ["pci@", "logical name:", "SysFS ", "E: "];
    let is_other = |text: &str| others.iter().any(|start| text.starts_with(start));
    facts
        .map(|fact| &fact.evidence)
        .filter(|evidence| !is_other(&evidence.text))
        .filter_map(|evidence| evidence.line)
        .collect()
}

/// State from the lines above.
#[derive(Default)]
struct Block {
    interface: Option<String>,
    function: Option<Address>,
}

fn first_address(text: &str) -> Option<Address> {
    let word = text.split_ascii_whitespace().next()?;
    word.trim_end_matches([',', '.']).parse().ok()
}

/// Whether the kernel names disks so: `sda`, `nvme0n1`, `nvme0`, `vda`, `mmcblk0`, `sr0`.
pub(in crate::host) fn is_disk(name: &str) -> bool {
    let starts = ["nvme", "sd", "vd", "hd", "xvd", "mmcblk", "sr"];
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut starts = starts.iter().filter_map(|start| name.strip_prefix(start));
    starts.any(|rest| !rest.is_empty() && rest.len() <= 12 && rest.bytes().all(is_name))
}

/// The disk of a partition: `nvme0n1` of `nvme0n1p2`, `sda` of `sda2`.
fn whole_disk(name: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit();
    if name.starts_with("nvme") || name.starts_with("mmcblk") {
        let short = name.trim_end_matches(is_digit);
        let disk = short.strip_suffix('p').filter(|_| short.len() < name.len());
        return disk.unwrap_or(name);
    }
    match ["sd", "vd", "hd", "xvd"]
        .iter()
        .any(|start| name.starts_with(start))
    {
        true => name.trim_end_matches(is_digit),
        false => name,
    }
}

#[cfg(test)]
mod tests;
