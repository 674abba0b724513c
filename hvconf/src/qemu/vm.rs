//! The VM that a command line describes, apart from its assigned functions.

use core::num::NonZeroU16;

use super::device::QemuDevice;
use super::option::{Options, object};
use crate::description::{
    AddressBits, Clock, CpuHiding, EmulatedDisplay, Firmware, GuestSystem, HugePageSize,
    KvmSignature, Machine, Memory, MemoryLock, MemorySize, MmioWindow, Pages, SecureBoot, Topology,
};
use crate::emitted::NotConverted;

/// Everything but the assigned functions.
pub(super) struct Machinery {
    pub(super) name: Option<String>,
    pub(super) machine: Machine,
    pub(super) firmware: Firmware,
    pub(super) processors: Option<NonZeroU16>,
    pub(super) topology: Option<Topology>,
    pub(super) clock: Clock,
    pub(super) address_bits: Option<AddressBits>,
    pub(super) hiding: CpuHiding,
    pub(super) memory: Memory,
    pub(super) system: GuestSystem,
    pub(super) mmio: Option<MmioWindow>,
    pub(super) emulated_display: Option<EmulatedDisplay>,
}

type Pairs<'a> = [(usize, &'a str, &'a str)];

fn all<'a>(pairs: &'a Pairs<'a>, option: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
    let same = pairs.iter().filter(move |(_, name, _)| *name == option);
    same.map(|(_, _, value)| *value)
}

pub(super) fn machinery(
    pairs: &Pairs<'_>,
    devices: &[(usize, QemuDevice)],
    not_converted: &mut Vec<NotConverted>,
) -> Machinery {
    let last = |option| all(pairs, option).next_back();
    let name = last("name").map(|text| Options::parse(text, "guest"));
    let kind = last("machine").or_else(|| last("M"));
    let machine_options = kind.map(|text| Options::parse(text, "type"));
    let machine = machine_options.as_ref().and_then(|options| {
        let kind = options.text("type")?;
        let machine = Machine::from_qemu(&kind);
        if machine.is_none() {
            not_converted.push(NotConverted::new(
                format!("-machine {kind}"),
                "it is converted as the newest 440FX",
            ));
        }
        machine
    });
    let Processor {
        hiding,
        system,
        address_bits,
    } = processor(pairs, not_converted);
    Machinery {
        name: name.and_then(|options| options.text("guest")),
        machine: machine.unwrap_or(Machine::I440FX),
        firmware: firmware(pairs, machine_options.as_ref()),
        processors: last("smp").and_then(processors),
        topology: last("smp").and_then(topology),
        clock: clock(last("rtc")),
        address_bits,
        hiding,
        memory: memory(pairs),
        system,
        mmio: window(pairs),
        emulated_display: display(pairs, devices),
    }
}

/// `-rtc base=localtime`; QEMU's own is UTC.
fn clock(text: Option<&str>) -> Clock {
    let base = text.and_then(|text| Options::parse(text, "").text("base"));
    match base.as_deref() {
        Some("localtime") => Clock::LocalTime,
        _ => Clock::Utc,
    }
}

/// `-smp 4`, or sockets, dies, cores and threads multiplied.
fn processors(text: &str) -> Option<NonZeroU16> {
    let options = Options::parse(text, "cpus");
    let number = |key: &str| {
        options
            .get(key)
            .and_then(super::option::OptionValue::number)
    };
    let product = ["sockets", "dies", "clusters", "cores", "threads"]
        .into_iter()
        .filter_map(number)
        .fold(1u64, u64::saturating_mul);
    let count = number("cpus").unwrap_or(product);
    NonZeroU16::new(u16::try_from(count).ok()?)
}

/// Sockets, cores and threads, if they include all processors and each is set.
fn topology(text: &str) -> Option<Topology> {
    let options = Options::parse(text, "cpus");
    let number = |key: &str| u16::try_from(options.get(key)?.number()?).ok();
    let one = |key: &str| {
        options
            .get(key)
            .is_none_or(|value| value.number() == Some(1))
    };
    let topology = Topology::new(
        number("sockets")?,
        number("cores")?,
        number("threads").unwrap_or(1),
    )?;
    let is_all = Some(topology.processors()) == processors(text);
    (is_all && one("dies") && one("clusters") && one("modules")).then_some(topology)
}

/// The settings of `-cpu`.
#[derive(Default)]
pub(super) struct Processor {
    pub(super) hiding: CpuHiding,
    pub(super) system: GuestSystem,
    pub(super) address_bits: Option<AddressBits>,
}

/// The last `-cpu` is the one that holds: it replaces earlier ones whole.
pub(super) fn processor(pairs: &Pairs<'_>, not_converted: &mut Vec<NotConverted>) -> Processor {
    let mut models: Vec<&str> = all(pairs, "cpu").collect();
    let Some(text) = models.pop() else {
        return Processor::default();
    };
    for earlier in models {
        let what = format!("-cpu {earlier}");
        not_converted.push(NotConverted::new(
            what,
            "a later -cpu replaces it completely",
        ));
    }
    let cpu = Options::parse(text, "model");
    let hidden = cpu.text("kvm").as_deref() == Some("off")
        || cpu.text("hypervisor").as_deref() == Some("off")
        || text.split(',').any(|flag| flag == "-hypervisor");
    let vendor = cpu.text("hv-vendor-id");
    let hyperv_vendor_id = vendor.as_deref().and_then(|vendor| vendor.parse().ok());
    if let (Some(vendor), None) = (&vendor, &hyperv_vendor_id) {
        let what = format!("hv-vendor-id={vendor}");
        not_converted.push(NotConverted::new(
            what,
            "a vendor has 1 to 12 letters and digits",
        ));
    }
    let enlightened = cpu.is_on("hv-relaxed") || cpu.is_on("hv-passthrough");
    let hiding = CpuHiding {
        kvm: if hidden {
            KvmSignature::Hidden
        } else {
            KvmSignature::Shown
        },
        hyperv_vendor_id,
    };
    let system = if enlightened {
        GuestSystem::Windows
    } else {
        GuestSystem::Other
    };
    let of_host = cpu.is_on("host-phys-bits");
    let bits = cpu
        .get("phys-bits")
        .and_then(super::option::OptionValue::number);
    let bits = bits.and_then(|bits| u8::try_from(bits).ok());
    let address_bits = match (of_host, bits) {
        (true, _) => Some(AddressBits::Host),
        (false, Some(bits)) if bits > 0 => Some(AddressBits::Of(bits)),
        (false, _) => None,
    };
    for (key, value) in cpu.parts() {
        let value = value.to_string();
        let taken = match key.replace('_', "-").as_str() {
            "model" => value == "host",
            "kvm" | "hypervisor" => matches!(&*value, "on" | "off"),
            "-hypervisor" | "+hypervisor" => true,
            // One that is none is listed above.
            "hv-vendor-id" => true,
            "hv-relaxed" | "hv-vapic" | "hv-spinlocks" | "hv-time" => enlightened,
            "host-phys-bits" => true,
            "phys-bits" => !of_host && address_bits.is_some(),
            "migratable" => value == "off",
            _ => false,
        };
        if !taken {
            let why = if key == "model" {
                "the processor becomes the host's own model"
            } else {
                "features of the processor are not converted"
            };
            let what = match key.strip_prefix(['+', '-']) {
                Some(_) => format!("-cpu {key}"),
                None => format!("-cpu {key}={value}"),
            };
            not_converted.push(NotConverted::new(what, why));
        }
    }
    Processor {
        hiding,
        system,
        address_bits,
    }
}

fn firmware(pairs: &Pairs<'_>, machine: Option<&Options>) -> Firmware {
    let drive = |text: &str| Options::parse(text, "").text("if").as_deref() == Some("pflash");
    let uefi = all(pairs, "drive").any(drive)
        || all(pairs, "pflash").next().is_some()
        || machine.is_some_and(|machine| machine.get("pflash0").is_some())
        || all(pairs, "bios").any(|file| {
            let file = file.to_ascii_lowercase();
            file.contains("ovmf") || file.contains("edk2")
        });
    if !uefi {
        return Firmware::SeaBios;
    }
    let secure = all(pairs, "global").any(|text| {
        let global = Options::parse(text, "");
        let long = global.text("driver").as_deref() == Some("cfi.pflash01")
            && global.text("property").as_deref() == Some("secure")
            && global.is_on("value");
        long || global.is_on("cfi.pflash01.secure")
    });
    Firmware::Ovmf(if secure {
        SecureBoot::On
    } else {
        SecureBoot::Off
    })
}

/// A size: a number with `K`, `M`, `G`, `T`, or of `unit` bytes.
pub(super) fn size(text: &str, unit: u64) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)?.to_ascii_uppercase().as_str() {
        "" => unit,
        "B" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(factor)
}

fn memory(pairs: &Pairs<'_>) -> Memory {
    let last = |option| all(pairs, option).next_back();
    let bytes = last("m").and_then(|text| {
        let options = Options::parse(text, "size");
        size(&options.text("size")?, 1 << 20)
    });
    let locked = all(pairs, "overcommit").any(|text| Options::parse(text, "").is_on("mem-lock"))
        || all(pairs, "realtime").any(|text| Options::parse(text, "").is_on("mlock"));
    let huge_path = |path: &str| path.contains("hugepages") || path.contains("hugetlbfs");
    let mut pages = Pages::Ordinary;
    if last("mem-path").is_some_and(huge_path) {
        pages = Pages::Huge(HugePageSize::HostDefault);
    }
    for object in all(pairs, "object").map(object) {
        let in_path = object.text("mem-path").is_some_and(|path| huge_path(&path));
        if object.is_on("hugetlb") || in_path {
            let given = object.text("hugetlbsize").and_then(|text| size(&text, 1));
            pages = Pages::Huge(match given.map(|bytes| bytes >> 20) {
                Some(2) => HugePageSize::Mebibytes2,
                Some(1024) => HugePageSize::Gibibyte1,
                _ => HugePageSize::HostDefault,
            });
        }
    }
    Memory {
        size: bytes.and_then(MemorySize::from_bytes),
        pages,
        lock: if locked {
            MemoryLock::Locked
        } else {
            MemoryLock::NotAsked
        },
    }
}

pub(super) fn window(pairs: &Pairs<'_>) -> Option<MmioWindow> {
    let firmware = all(pairs, "fw_cfg").find_map(window_of);
    firmware.or_else(|| {
        all(pairs, "global").find_map(|text| {
            let options = Options::parse(text, "");
            let (_, value) = options
                .parts()
                .iter()
                .find(|(key, _)| key.ends_with("-pcihost.pci-hole64-size"))?;
            whole_window(size(&value.to_string(), 1)?)
        })
    })
}

/// The window in a value of `-fw_cfg` for OVMF.
pub(super) fn window_of(text: &str) -> Option<MmioWindow> {
    let options = Options::parse(text, "name");
    let name = options.text("name")?;
    let mebibytes: u64 = options.text("string")?.parse().ok()?;
    let is_window = name == "opt/ovmf/X-PciMmio64Mb";
    is_window.then(|| whole_window(mebibytes.checked_mul(1 << 20)?))?
}

fn whole_window(bytes: u64) -> Option<MmioWindow> {
    let is_complete = bytes % (1 << 30) == 0;
    let gibibytes = u32::try_from(bytes >> 30).ok().filter(|_| is_complete)?;
    MmioWindow::from_gibibytes(gibibytes)
}

/// The emulated card: `-vga`, or a device; `None` leaves QEMU's own choice.
fn display(pairs: &Pairs<'_>, devices: &[(usize, QemuDevice)]) -> Option<EmulatedDisplay> {
    let mut found = None;
    for (_, device) in devices {
        found = found.or(match device.driver.as_str() {
            "VGA" | "secondary-vga" | "bochs-display" => Some(EmulatedDisplay::Vga),
            "virtio-vga" | "virtio-vga-gl" | "virtio-gpu-pci" => Some(EmulatedDisplay::Virtio),
            "qxl-vga" | "qxl" => Some(EmulatedDisplay::Qxl),
            _ => None,
        });
    }
    found.or_else(|| match all(pairs, "vga").next_back() {
        Some("std" | "cirrus" | "vmware") => Some(EmulatedDisplay::Vga),
        Some("virtio") => Some(EmulatedDisplay::Virtio),
        Some("qxl") => Some(EmulatedDisplay::Qxl),
        Some(_) => Some(EmulatedDisplay::None),
        None => {
            let bare = pairs.iter().any(|(_, option, _)| *option == "nodefaults");
            bare.then_some(EmulatedDisplay::None)
        }
    })
}
