//! Cloud Hypervisor: its command line, and the JSON of its API.
//!
//! It runs no card's ROM: cards compute, or show a picture once the guest's driver
//! runs.

#[cfg(feature = "convert")]
mod format;

use pci_core::Address;

use crate::description::{Description, EmulatedDisplay, HugePageSize, MemorySize, Pages, Topology};
use crate::emitted::{
    Emitted, EmittedFile, Feature, Found, Line, ManualStep, NotConverted, ReadBack,
};
use crate::error::{Cause, Error};
use crate::option_text::of_cloud_hypervisor;
use crate::yaml::{Node, load, quoted};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "Cloud Hypervisor";

/// The file name of its program.
const PROGRAM: &str = "cloud-hypervisor";

const DEVICES: &str = "/sys/bus/pci/devices/";

/// The function's directory, as both accept it.
pub(crate) fn path(address: Address) -> String {
    format!("{DEVICES}{address}")
}

pub(crate) fn address(path: &str) -> Option<Address> {
    // A directory below /sys/devices names the function last, too.
    path.trim_end_matches('/').rsplit('/').next()?.parse().ok()
}

/// The arguments for the functions, memory and processors: one `--device` with a
/// value for each function.
///
/// ```
/// use hvconf::cloud_hypervisor::arguments;
/// use hvconf::description::Description;
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let words = arguments(&Description::new("a".parse()?, assigned));
/// assert_eq!(words.join(" "), "--device path=/sys/bus/pci/devices/0000:01:00.0/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn arguments(vm: &Description) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(count) = vm.processors {
        let mut value = format!("boot={count}");
        if let Some(topology) = vm.whole_topology() {
            let (sockets, cores) = (topology.sockets(), topology.cores());
            value.push_str(&format!(
                ",topology={}:{cores}:1:{sockets}",
                topology.threads()
            ));
        }
        words.extend(["--cpus".to_owned(), value]);
    }
    if let Some(size) = vm.memory.size {
        let pages = match vm.memory.pages {
            Pages::Ordinary => String::new(),
            Pages::Huge(HugePageSize::HostDefault) => ",hugepages=on".to_owned(),
            Pages::Huge(HugePageSize::Mebibytes2) => ",hugepages=on,hugepage_size=2M".to_owned(),
            Pages::Huge(HugePageSize::Gibibyte1) => ",hugepages=on,hugepage_size=1G".to_owned(),
        };
        words.extend([
            "--memory".to_owned(),
            format!("size={}M{pages}", size.mebibytes()),
        ]);
    }
    words.push("--device".to_owned());
    let devices = vm.assigned.functions();
    words.extend(devices.map(|one| format!("path={}/", path(one.address))));
    words
}

/// The keys of `--device` (Cloud Hypervisor 48, `DeviceConfig::parse`).
const DEVICE: [&str; 8] = [
    "path",
    "fd",
    "id",
    "iommu",
    "pci_segment",
    "pci_device_id",
    "x_nv_gpudirect_clique",
    "x_exclude_mmap_bars",
];
/// The keys of `--memory` (`MemoryConfig::parse`).
const MEMORY: [&str; 12] = [
    "size",
    "file",
    "mergeable",
    "hotplug_method",
    "hotplug_size",
    "hotplugged_size",
    "shared",
    "hugepages",
    "hugepage_size",
    "prefault",
    "reserve",
    "thp",
];
/// The keys of `--cpus` (`CpusConfig::parse`).
const CPUS: [&str; 10] = [
    "boot",
    "max",
    "topology",
    "kvm_hyperv",
    "max_phys_bits",
    "affinity",
    "features",
    "nested",
    "core_scheduling",
    "profile",
];

/// Reads the assigned functions, memory and processors of arguments. Values are parsed as Cloud
/// Hypervisor does it (`option_parser`).
///
/// # Errors
/// If Cloud Hypervisor rejects a value, a path is not a function's, or nothing is assigned.
pub fn read_arguments<T: AsRef<str>>(words: &[T]) -> Result<ReadBack, Error> {
    let mut found = Found::default();
    let mut option_now = "";
    let (mut memory, mut cpus) = (Vec::new(), Vec::new());
    for (number, word) in (1u32..).zip(words) {
        let word = word.as_ref();
        let value = match word.strip_prefix("--") {
            Some(option) => {
                let (option, value) = match option.split_once('=') {
                    Some((option, value)) => (option, Some(value)),
                    None => (option, None),
                };
                option_now = option;
                value
            }
            None => Some(word),
        };
        let Some(value) = value else { continue };
        let refused = |reason| Cause::Rejected { reason }.at(number);
        let of = |keys: &[&str]| of_cloud_hypervisor(value, keys).map_err(refused);
        match option_now {
            "device" => read_device(&of(&DEVICE)?, &mut found).map_err(refused)?,
            "memory" => memory = of(&MEMORY)?,
            // A number alone was all that early versions took.
            "cpus" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                cpus = vec![("boot".to_owned(), value.to_owned())];
            }
            "cpus" => cpus = of(&CPUS)?,
            // The program's own name.
            "" => {}
            _ => found
                .not_converted
                .push(NotConverted::manual(format!("--{option_now} {value}"))),
        }
    }
    let mut vm = found.describe(None)?;
    vm.memory.size = value_in(&memory, "size").and_then(size);
    if value_in(&memory, "hugepages").and_then(toggle) == Some(true) {
        let given = value_in(&memory, "hugepage_size").filter(|size| !size.is_empty());
        vm.memory.pages = Pages::Huge(match given.map(size) {
            Some(Some(size)) if size.mebibytes() == 2 => HugePageSize::Mebibytes2,
            Some(Some(size)) if size.mebibytes() == 1024 => HugePageSize::Gibibyte1,
            _ => HugePageSize::HostDefault,
        });
    }
    vm.processors = value_in(&cpus, "boot")
        .and_then(|count| count.parse::<u16>().ok())
        .and_then(core::num::NonZeroU16::new);
    vm.topology = value_in(&cpus, "topology").and_then(|text| {
        let numbers: Vec<u16> = text
            .split(':')
            .filter_map(|part| part.parse().ok())
            .collect();
        let [threads, cores, dies, packages] = numbers[..] else {
            return None;
        };
        topology(&vm, [threads, cores, dies, packages])
    });
    let taken = |option: &str, key: &str, value: &str| match (option, key) {
        _ if value.is_empty() || toggle(value) == Some(false) => true,
        ("memory", "size") => vm.memory.size.is_some(),
        ("memory", "hugepages") => true,
        ("memory", "hugepage_size") => !matches!(
            vm.memory.pages,
            Pages::Huge(HugePageSize::HostDefault) | Pages::Ordinary
        ),
        ("cpus", "boot") => vm.processors.is_some(),
        ("cpus", "max") => value_in(&cpus, "boot") == Some(value),
        ("cpus", "topology") => vm.topology.is_some(),
        _ => false,
    };
    for (option, values) in [("memory", &memory), ("cpus", &cpus)] {
        for (key, value) in values
            .iter()
            .filter(|(key, value)| !taken(option, key, value))
        {
            found
                .not_converted
                .push(NotConverted::manual(format!("--{option} {key}={value}")));
        }
    }
    Ok(ReadBack {
        description: vm,
        not_converted: found.not_converted,
    })
}

/// Threads of a core, cores of a die, dies of a package, packages: as sockets, whose
/// cores are those of all their dies.
fn topology(vm: &Description, [threads, cores, dies, packages]: [u16; 4]) -> Option<Topology> {
    let topology = Topology::new(packages, cores, threads).filter(|_| dies == 1)?;
    (Some(topology.processors()) == vm.processors).then_some(topology)
}

fn value_in<'a>(options: &'a [(String, String)], key: &str) -> Option<&'a str> {
    let (_, value) = options.iter().find(|(other, _)| other == key)?;
    Some(value)
}

/// A switch (`option_parser`, `Toggle`).
fn toggle(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "on" | "true" => Some(true),
        "" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// Numbers and ranges of BARs, of which a function has six (`option_parser`, `IntegerList`;
/// `DeviceConfig::validate`).
fn are_bars(text: &str) -> bool {
    let bar = |text: &str| text.parse::<u64>().ok().filter(|bar| *bar <= 5);
    let list = text.trim().trim_matches(['[', ']']);
    list.split(',').all(|one| match one.split_once('-') {
        None => bar(one).is_some(),
        Some((first, last)) => bar(first).zip(bar(last)).is_some_and(|(a, b)| a < b),
    })
}

/// One device; the error says what was expected.
fn read_device(options: &[(String, String)], found: &mut Found) -> Result<(), String> {
    for (key, value) in options.iter().filter(|(key, _)| key != "path") {
        let number =
            |most: u64| value.is_empty() || value.parse().is_ok_and(|one: u64| one <= most);
        let right = match key.as_str() {
            "iommu" => toggle(value).is_some(),
            "pci_segment" => number(u64::from(u16::MAX)),
            "pci_device_id" | "x_nv_gpudirect_clique" => number(u64::from(u8::MAX)),
            "x_exclude_mmap_bars" => value.is_empty() || are_bars(value),
            // With a path there is none.
            "fd" => value.is_empty(),
            _ => true,
        };
        if !right {
            return Err(format!("expected a value of {key}, found {value:?}"));
        }
        if !value.is_empty() && toggle(value) != Some(false) {
            found.not_converted.push(NotConverted::new(
                format!("{key}={value}"),
                "how Cloud Hypervisor shows the function to the guest",
            ));
        }
    }
    let path = value_in(options, "path");
    let address = path
        .and_then(address)
        .ok_or_else(|| format!("expected path= with a function's directory, found {path:?}"))?;
    found.function(address);
    Ok(())
}

/// `4096M`, `4G`: powers of 1024 (Cloud Hypervisor, `option_parser`, `ByteSized`).
fn size(text: &str) -> Option<MemorySize> {
    let digits = text.trim_end_matches(['K', 'M', 'G', 'T']);
    let factor: u64 = match text.get(digits.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    MemorySize::from_bytes(digits.parse::<u64>().ok()?.checked_mul(factor)?)
}

/// The JSON for `vm.create`, with the settings of the description; the rest of a VM (kernel or
/// firmware, disks) is added by the user.
#[must_use]
pub fn emit(vm: &Description) -> Emitted {
    let mut file = EmittedFile::new(format!("{}.json", vm.name));
    let mut parts: Vec<(String, &str)> = Vec::new();
    if let Some(count) = vm.processors {
        let layout = vm.whole_topology().map(|topology| {
            let (sockets, cores) = (topology.sockets(), topology.cores());
            format!(
                ", \"topology\": {{\"threads_per_core\": {}, \"cores_per_die\": {cores}, \
                 \"dies_per_package\": 1, \"packages\": {sockets}}}",
                topology.threads()
            )
        });
        let layout = layout.unwrap_or_default();
        let text = format!("\"cpus\": {{\"boot_vcpus\": {count}, \"max_vcpus\": {count}{layout}}}");
        parts.push((text, "the guest's processors"));
    }
    if let Some(size) = vm.memory.size {
        let pages = match vm.memory.pages {
            Pages::Ordinary => String::new(),
            Pages::Huge(size) => match size.mebibytes() {
                Some(mebibytes) => format!(
                    ", \"hugepages\": true, \"hugepage_size\": {}",
                    u64::from(mebibytes) << 20
                ),
                None => ", \"hugepages\": true".to_owned(),
            },
        };
        let text = format!("\"memory\": {{\"size\": {}{pages}}}", size.bytes());
        parts.push((text, "in bytes; all of it is pinned"));
    }
    let devices: Vec<String> = vm
        .assigned
        .functions()
        .map(|one| {
            format!(
                "{{\"path\": {}}}",
                quoted(&format!("{}/", path(one.address)))
            )
        })
        .collect();
    let text = format!("\"devices\": [{}]", devices.join(", "));
    parts.push((text, "the functions, bound to vfio-pci"));
    file.push(Line::new("{", "the body of vm.create"));
    let last = parts.len() - 1;
    for (number, (text, why)) in parts.into_iter().enumerate() {
        let comma = if number == last { "" } else { "," };
        file.push(Line::new(format!("  {text}{comma}"), why));
    }
    file.push(Line::new("}", ""));
    let words = arguments(vm).join(" ");
    let supported = [
        Feature::Memory,
        Feature::Processors,
        Feature::Topology,
        Feature::HugePages,
    ];
    let mut not_converted = Feature::unsupported(vm, TARGET, &supported);
    if vm.emulated_display == Some(EmulatedDisplay::None) {
        // It emulates none.
        not_converted.retain(|not_converted| not_converted.part != Some(Feature::EmulatedDisplay));
    }
    if vm.memory.size.is_none() && vm.memory.pages != Pages::Ordinary {
        let why = "how much memory the guest has is not known";
        not_converted.push(NotConverted::new("huge pages", why).of(Feature::HugePages));
    }
    Emitted {
        files: vec![file],
        commands: Vec::new(),
        steps: vec![ManualStep {
            name: "cloud-hypervisor-arguments",
            text: format!(
                "add to the arguments of cloud-hypervisor: {words}. All functions follow one \
                 --device; to a running machine ch-remote --api-socket SOCKET add-device adds \
                 one, with the same path="
            ),
        }],
        not_converted,
    }
}

/// Reads the assigned functions of a VM's JSON: `vm.create`, or the answer of `vm.info`. Settings
/// outside of the description are listed as not converted.
///
/// # Errors
/// If it is not JSON, a path is not a function's, or nothing is assigned.
pub fn read(text: &str) -> Result<ReadBack, Error> {
    // JSON is YAML (YAML 1.2.2, section 1.2).
    let documents = load(text)?;
    let document = documents.first();
    let document = document.map(|document| document.get("config").unwrap_or(document));
    let mut found = Found::default();
    let devices = document.and_then(|document| document.get("devices"));
    for device in devices.map(Node::items).unwrap_or_default() {
        let path = device.get("path").and_then(Node::text);
        let address = path.and_then(address).ok_or_else(|| {
            Cause::Rejected {
                reason: format!("expected a function's directory, found {path:?}"),
            }
            .at(device.line)
        })?;
        found.function(address);
        for (key, value) in device.entries() {
            let key = key.text().unwrap_or_default();
            if key != "path" && !is_default(value) {
                let why = "how Cloud Hypervisor shows the function to the guest";
                let not_converted = NotConverted::new(format!("{key} of {address}"), why);
                found.not_converted.push(not_converted.on_line(value.line));
            }
        }
    }
    let mut vm = found.describe(None)?;
    let number =
        |way: &[&str]| document.and_then(|document| document.at(way)?.text()?.parse::<u64>().ok());
    let short = |way: &[&str]| number(way).and_then(|number| u16::try_from(number).ok());
    vm.memory.size = number(&["memory", "size"]).and_then(MemorySize::from_bytes);
    let is_huge = document.and_then(|document| document.at(&["memory", "hugepages"])?.text());
    if is_huge == Some("true") {
        vm.memory.pages = Pages::Huge(match number(&["memory", "hugepage_size"]) {
            Some(0x20_0000) => HugePageSize::Mebibytes2,
            Some(0x4000_0000) => HugePageSize::Gibibyte1,
            _ => HugePageSize::HostDefault,
        });
    }
    vm.processors = short(&["cpus", "boot_vcpus"]).and_then(core::num::NonZeroU16::new);
    let layout = [
        "threads_per_core",
        "cores_per_die",
        "dies_per_package",
        "packages",
    ]
    .map(|key| short(&["cpus", "topology", key]));
    if let [Some(threads), Some(cores), Some(dies), Some(packages)] = layout {
        vm.topology = topology(&vm, [threads, cores, dies, packages]);
    }
    let taken = |way: [&str; 2]| match way {
        ["memory", "size"] => vm.memory.size.is_some(),
        ["memory", "hugepages"] => true,
        ["memory", "hugepage_size"] => {
            !matches!(vm.memory.pages, Pages::Huge(HugePageSize::HostDefault))
        }
        ["cpus", "boot_vcpus"] => vm.processors.is_some(),
        ["cpus", "max_vcpus"] => number(&["cpus", "max_vcpus"]) == number(&["cpus", "boot_vcpus"]),
        ["cpus", "topology"] => vm.topology.is_some(),
        _ => false,
    };
    let mut lose = |what: String, line: u32| {
        found
            .not_converted
            .push(NotConverted::manual(what).on_line(line));
    };
    for (key, value) in document.map(Node::entries).unwrap_or_default() {
        let key = key.text().unwrap_or_default();
        match key {
            "devices" => {}
            "memory" | "cpus" => {
                for (inner, value) in value.entries() {
                    let inner = inner.text().unwrap_or_default();
                    if !taken([key, inner]) && !is_default(value) {
                        lose(format!("{key}.{inner}"), value.line);
                    }
                }
            }
            _ if is_default(value) => {}
            _ => lose(key.to_owned(), value.line),
        }
    }
    Ok(ReadBack {
        description: vm,
        not_converted: found.not_converted,
    })
}

/// Whether a value says no more than its absence: `vm.info` answers with all keys.
fn is_default(value: &Node) -> bool {
    let is_empty = value.items().is_empty() && value.entries().is_empty();
    match value.text() {
        Some(text) => matches!(text, "" | "null" | "~" | "false"),
        None => is_empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage, GuestSlot};

    fn vm() -> Description {
        let functions = ["01:00.0", "01:00.1"]
            .iter()
            .map(|text| AssignedFunction::at(text.parse().unwrap()))
            .collect();
        let mut slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        slot.guest = GuestSlot::new(0, 7);
        let nic = AssignedFunction::at("10000:02:00.0".parse().unwrap());
        let nic = AssignedSlot::new(vec![nic], Coverage::ListedFunctions).unwrap();
        let mut vm = Description::new(
            "a".parse().unwrap(),
            AssignedDevices::new(vec![slot, nic]).unwrap(),
        );
        vm.memory.size = MemorySize::from_mebibytes(4096);
        vm.processors = core::num::NonZeroU16::new(4);
        vm
    }

    fn same(back: &Description, sent: &Description) {
        let list = |vm: &Description| {
            vm.assigned
                .functions()
                .map(|one| one.address)
                .collect::<Vec<_>>()
        };
        assert_eq!(list(back), list(sent));
    }

    #[test]
    fn written_text_is_read_back() {
        let vm = vm();
        let emitted = emit(&vm);
        let back = read(&emitted.files[0].to_string()).unwrap().description;
        same(&back, &vm);
        assert_eq!((back.memory, back.processors), (vm.memory, vm.processors));
        let back = read_arguments(&arguments(&vm)).unwrap().description;
        same(&back, &vm);
        assert_eq!((back.memory, back.processors), (vm.memory, vm.processors));
        assert!(read_arguments(&["--device", "path=/dev/null"]).is_err());
        assert!(read_arguments(&["--disk", "path=/dev/null"]).is_err());
        assert!(read("{\"devices\": [{\"path\": \"/x\"}]}").is_err());
        assert!(read("{").is_err());
    }

    #[test]
    fn the_bars_are_numbers_of_bars() {
        let taken = |more: &str| {
            let device = format!("path=/sys/bus/pci/devices/0000:01:00.0,{more}");
            read_arguments(&["--device", &device]).is_ok()
        };
        for right in ["[0,2-4]", "5", ""] {
            assert!(taken(&format!("x_exclude_mmap_bars={right}")), "{right}");
        }
        for wrong in ["[2]on", "[3-3]", "[1-2-3]", "[6]", "[]", "[1,,2]"] {
            assert!(!taken(&format!("x_exclude_mmap_bars={wrong}")), "{wrong}");
        }
        // A path and a descriptor are one too many.
        assert!(!taken("fd=3"));
    }
}
