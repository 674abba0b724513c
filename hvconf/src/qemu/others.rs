//! Settings of a command line that a description does not support.

use std::collections::BTreeSet;

use list_order::Inserts as _;

use super::device::QemuDevice;
use super::option::{Options, object};
use super::vm::{size, window_of};
use crate::description::{
    Description, EmulatedDisplay, Firmware, MemoryLock, MemorySize, Pages, SecureBoot,
};
use crate::emitted::NotConverted;

/// Why a word is not converted whose value the script does not show.
pub(super) const COMPUTED: &str = "only a shell can evaluate it";

/// A part of an option that no description holds.
fn lost(what: &str) -> NotConverted {
    if what.contains('$') {
        NotConverted::new(what, COMPUTED)
    } else {
        NotConverted::manual(what)
    }
}

/// Why parts of Looking Glass' memory are not converted.
pub(super) const CHOSEN: &str = "the target chooses it";

/// A command line, and what was read of it.
pub(super) struct CommandLine<'a> {
    pairs: &'a [(usize, &'a str, &'a str)],
    devices: &'a [(usize, QemuDevice)],
    vm: &'a Description,
    /// The names of buses that assigned functions are on.
    buses: BTreeSet<String>,
    /// The memory that ivshmem-plain devices show.
    of_glass: BTreeSet<String>,
    /// The memory that the machine has.
    of_machine: BTreeSet<String>,
}

impl<'a> CommandLine<'a> {
    pub(super) fn new(
        pairs: &'a [(usize, &'a str, &'a str)],
        devices: &'a [(usize, QemuDevice)],
        vm: &'a Description,
    ) -> Self {
        let of = |is_it: fn(&str) -> bool, key: &str| {
            let devices = devices.iter().map(|(_, device)| device);
            let these = devices.filter(|device| is_it(&device.driver));
            these
                .filter_map(|device| device.properties.text(key))
                .into_set()
        };
        let machines = pairs
            .iter()
            .filter(|(_, option, _)| matches!(*option, "machine" | "M"));
        Self {
            pairs,
            devices,
            vm,
            buses: of(|driver| driver.starts_with("vfio-pci"), "bus"),
            of_glass: of(|driver| driver == "ivshmem-plain", "memdev"),
            of_machine: machines
                .filter_map(|(_, _, value)| Options::parse(value, "type").text("memory-backend"))
                .into_set(),
        }
    }

    /// The options, and their parts, that the description has nothing of. `-cpu` and the
    /// vfio-pci devices are listed where they are read.
    pub(super) fn not_converted(&self) -> Vec<NotConverted> {
        let mut not_converted = Vec::new();
        for (index, option, value) in self.pairs {
            match self.left(*index, option, value) {
                Left::Nothing => {}
                Left::All => {
                    // Secrets are not converted.
                    let shown = match *option {
                        "object" if value.starts_with("secret") => "secret",
                        "spice" | "vnc" => "",
                        _ => value,
                    };
                    let what = format!("-{option} {shown}");
                    not_converted.push(lost(what.trim_end()));
                }
                Left::Parts(parts) => {
                    let one = |part| lost(&format!("-{option} {part}"));
                    not_converted.extend(parts.into_iter().map(one));
                }
                Left::Chosen(parts) => {
                    let what = |part| format!("-{option} {part}");
                    let one = |part| NotConverted::new(what(part), CHOSEN);
                    not_converted.extend(parts.into_iter().map(one));
                }
            }
        }
        not_converted
    }

    fn left(&self, index: usize, option: &str, value: &str) -> Left {
        let vm = self.vm;
        let whole = |is_taken: bool| if is_taken { Left::Nothing } else { Left::All };
        match option {
            "cpu" | "nodefaults" | "no-user-config" | "enable-kvm" | "S" => Left::Nothing,
            "name" => parts(value, "guest", |key, _| key == "guest"),
            "machine" | "M" => parts(value, "type", |key, value| self.is_of_machine(key, value)),
            "accel" => parts(value, "accel", |_, value| value == "kvm"),
            "smp" => parts(value, "cpus", |key, value| match key {
                "cpus" => vm.processors.is_some(),
                "maxcpus" => vm.processors.map(|count| count.to_string()).as_deref() == Some(value),
                "sockets" | "cores" | "threads" => {
                    vm.topology.is_some() || (value == "1" && vm.processors.is_some())
                }
                "dies" | "clusters" | "modules" => value == "1",
                _ => false,
            }),
            "rtc" => parts(value, "", |key, value| {
                matches!(
                    (key, value),
                    ("base", "utc" | "localtime") | ("clock", "host")
                )
            }),
            "m" => parts(value, "size", |key, _| {
                key == "size" && vm.memory.size.is_some()
            }),
            "object" => self.object(value),
            "drive" => {
                let options = Options::parse(value, "");
                let is_flash = options.text("if").as_deref() == Some("pflash");
                let is_read = options.text("readonly").is_some_and(|value| value == "on");
                // The other has the guest's own UEFI variables, which stay where they are.
                whole(is_flash && is_read)
            }
            "bios" => whole(vm.firmware != Firmware::SeaBios),
            "global" => whole(self.is_global(value)),
            "fw_cfg" => whole(window_of(value).is_some()),
            "device" => self.device(index),
            "vga" => whole(matches!(value, "none" | "std" | "virtio" | "qxl")),
            "display" => {
                whole(value == "none" && vm.emulated_display == Some(EmulatedDisplay::None))
            }
            "overcommit" | "realtime" => parts(value, "", |key, _| {
                matches!(key, "mem-lock" | "mlock") && vm.memory.lock == MemoryLock::Locked
            }),
            "mem-path" | "mem-prealloc" => whole(vm.memory.pages != Pages::Ordinary),
            _ => Left::All,
        }
    }

    fn is_of_machine(&self, key: &str, value: &str) -> bool {
        match key {
            // One that is not known is listed where it is read.
            "type" => true,
            "accel" => value == "kvm",
            "kernel_irqchip" | "kernel-irqchip" => value == "on",
            "smm" => value == "on" && self.vm.firmware == Firmware::Ovmf(SecureBoot::On),
            "memory-backend" | "pflash0" | "pflash1" => true,
            _ => value == "off",
        }
    }

    /// The objects that hold the guest's memory, or what Looking Glass reads.
    fn object(&self, value: &str) -> Left {
        let object = object(value);
        let kind = object.text("qom-type").unwrap_or_default();
        let Some(id) = object
            .text("id")
            .filter(|_| kind.starts_with("memory-backend-"))
        else {
            return Left::All;
        };
        if self.of_glass.contains(&id) && self.vm.looking_glass.is_some() {
            return Left::Chosen(left_of_glass(&object));
        }
        if !self.of_machine.contains(&id) {
            return Left::All;
        }
        let left = object.parts().iter().filter(|(key, value)| {
            let value = value.to_string();
            let taken = match key.as_str() {
                "qom-type" | "id" | "prealloc" => true,
                "size" => {
                    let whole = self.vm.memory.size.map(MemorySize::bytes);
                    size(&value, 1) == whole
                }
                "hugetlb" | "hugetlbsize" | "mem-path" => self.vm.memory.pages != Pages::Ordinary,
                _ => value == "off",
            };
            !taken
        });
        let left: Vec<String> = left.map(|(key, value)| format!("{key}={value}")).collect();
        if left.is_empty() {
            Left::Nothing
        } else {
            Left::Parts(left)
        }
    }

    fn is_global(&self, value: &str) -> bool {
        let options = Options::parse(value, "");
        let is_flash = options.text("driver").as_deref() == Some("cfi.pflash01")
            || options.get("cfi.pflash01.secure").is_some();
        let is_window = options
            .parts()
            .iter()
            .any(|(key, _)| key.ends_with("-pcihost.pci-hole64-size"));
        (is_flash && self.vm.firmware == Firmware::Ovmf(SecureBoot::On))
            || (is_window && self.vm.mmio.is_some())
    }

    fn device(&self, index: usize) -> Left {
        let own = self.devices.binary_search_by_key(&index, |(own, _)| *own);
        let Some((_, device)) = own.ok().and_then(|at| self.devices.get(at)) else {
            return Left::All;
        };
        let driver = device.driver.as_str();
        let id = device.properties.text("id");
        let is_above = id.as_ref().is_some_and(|id| self.buses.contains(id));
        let taken: &[&str] = match driver {
            // These are listed where they are read.
            "vfio-pci" | "vfio-pci-nohotplug" => return Left::Nothing,
            "ivshmem-plain" if self.vm.looking_glass.is_some() => {
                return Left::Chosen(left_of_shmem(device));
            }
            "VGA" | "virtio-vga" | "qxl-vga" => &[],
            // A root port, or a bridge, above an assigned function.
            _ if is_above => &["chassis", "slot", "port", "multifunction", "chassis_nr"],
            _ => {
                // What distinguishes it from others of its driver.
                let own = [
                    "id",
                    "vendorid",
                    "productid",
                    "hostbus",
                    "hostaddr",
                    "hostport",
                ];
                let own = own.iter().filter_map(|key| {
                    let value = device.properties.get(key)?;
                    Some(format!(",{key}={value}"))
                });
                return Left::Parts(vec![own.fold(driver.to_owned(), |all, one| all + &one)]);
            }
        };
        Left::Parts(properties_but(device, taken))
    }
}

/// The properties of a device other than its place and those that are `taken`.
fn properties_but(device: &QemuDevice, taken: &[&str]) -> Vec<String> {
    let driver = &device.driver;
    let properties = device.properties.parts().iter();
    let left = properties.filter(|(key, _)| {
        let key = key.as_str();
        !matches!(key, "id" | "bus" | "addr") && !taken.contains(&key)
    });
    left.map(|(key, value)| format!("{driver},{key}={value}"))
        .collect()
}

/// Settings of the Looking Glass device that are not converted.
pub(super) fn left_of_shmem(device: &QemuDevice) -> Vec<String> {
    properties_but(device, &["memdev"])
}

/// Settings of the Looking Glass memory that are not converted: targets use the default path of
/// its client.
pub(super) fn left_of_glass(object: &Options) -> Vec<String> {
    let left = object
        .parts()
        .iter()
        .filter(|(key, value)| match key.as_str() {
            "mem-path" => value.to_string() != "/dev/shm/looking-glass",
            "qom-type" | "id" | "size" | "share" => false,
            _ => true,
        });
    left.map(|(key, value)| format!("{key}={value}")).collect()
}

/// The remaining parts of an option.
enum Left {
    Nothing,
    All,
    Parts(Vec<String>),
    /// Parts that the target chooses.
    Chosen(Vec<String>),
}

fn parts(value: &str, implied: &str, taken: impl Fn(&str, &str) -> bool) -> Left {
    let options = Options::parse(value, implied);
    let left = options.parts().iter().filter_map(|(key, value)| {
        let value = value.to_string();
        (!taken(key, &value)).then(|| format!("{key}={value}"))
    });
    Left::Parts(left.collect())
}
