//! Reads the functions of a tree.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Directory, HostTree, Lookup};
use list_order::Order as _;

use super::attributes::{self, Uevent, last_component, parsed, unless};
use super::bridges::Bridges;
use super::config;
use super::device::{BusRange, Coverage, DEVICES, SysfsDevice, SysfsDevices};
#[cfg(feature = "std")]
use super::in_parallel::in_parallel;
use super::link::Link;
use super::power::Power;
use super::reader::Reader;
use super::resource::{self, Resource};
use super::slots::Slots;
use super::sriov::Sriov;
#[cfg(feature = "std")]
use super::wanted::Depth;
use super::wanted::{Facts, Wanted};
use crate::{Address, ClassCode, PciId, SubsystemId};

/// Reads all functions in `tree`, with all facts that wake none.
#[must_use]
pub fn read(tree: &dyn HostTree) -> SysfsDevices {
    read_wanted(tree, Wanted::NO_WAKE)
}

/// Reads the `wanted` facts of all functions in `tree`.
#[must_use]
pub fn read_wanted(tree: &dyn HostTree, wanted: Wanted) -> SysfsDevices {
    let (devices, coverage) = read_each(tree, wanted, &|device| device);
    SysfsDevices { devices, coverage }
}

/// Reads the `wanted` facts of all functions in `tree`, and returns the result of `convert` for
/// each, by address, with the [coverage](SysfsDevices::coverage). Many functions are read and
/// converted on several threads.
pub fn read_each<R: Send>(
    tree: &dyn HostTree,
    wanted: Wanted,
    convert: &(dyn Fn(SysfsDevice) -> R + Sync),
) -> (Vec<R>, Lookup<Coverage>) {
    let mut results = Vec::new();
    let all = All::new(tree, wanted);
    let coverage = all.devices.list().map(|listing| {
        let names = listing.names.iter().map(String::as_str);
        let mut functions: Vec<(Address, &str)> = names
            .filter_map(|name| Some((name.parse().ok()?, name)))
            .collect();
        functions.sort_unstable();
        functions.dedup_by_key(|(address, _)| *address);
        let bridges = Bridges::open(tree, &*all.devices, &functions);
        results = read_all(&functions, wanted, &|(address, name)| {
            convert(all.device(address, name, &bridges))
        });
        if listing.complete {
            Coverage::Whole
        } else {
            Coverage::Part
        }
    });
    (results, coverage)
}

/// Reads `functions`, in order.
#[cfg(feature = "std")]
fn read_all<T: Copy + Sync, R: Send>(
    functions: &[T],
    wanted: Wanted,
    read: &(dyn Fn(T) -> R + Sync),
) -> Vec<R> {
    // Waking functions is done one at a time.
    if wanted.depth > Depth::NoWake {
        return functions.iter().copied().map(read).collect();
    }
    in_parallel(functions, read)
}

#[cfg(not(feature = "std"))]
fn read_all<T: Copy, R>(functions: &[T], _: Wanted, read: &dyn Fn(T) -> R) -> Vec<R> {
    functions.iter().copied().map(read).collect()
}

/// Reads the `wanted` facts of one function; `None` if `tree` has none at `address`.
#[must_use]
pub fn read_device(tree: &dyn HostTree, address: Address, wanted: Wanted) -> Option<SysfsDevice> {
    let all = All::new(tree, wanted);
    let listing = all.devices.list().found()?;
    let name = listing
        .names
        .iter()
        .find(|name| name.parse() == Ok(address))?;
    Some(all.device(address, name, &Bridges::none()))
}

/// Shared data of all functions.
struct All<'a> {
    tree: &'a dyn HostTree,
    devices: Box<dyn Directory + 'a>,
    slots: Slots,
    wanted: Wanted,
}

impl<'a> All<'a> {
    fn new(tree: &'a dyn HostTree, wanted: Wanted) -> Self {
        Self {
            tree,
            devices: host_tree::open(tree, DEVICES),
            slots: if wanted.has(Facts::PHYSICAL_SLOT) {
                Slots::read(tree)
            } else {
                Slots::not_requested()
            },
            wanted,
        }
    }

    /// Reads the function at `address`, whose directory entry is `name`.
    fn device(&self, address: Address, name: &str, bridges: &Bridges<'_>) -> SysfsDevice {
        // One allocation: this runs for thousands of functions.
        let mut path = String::with_capacity(DEVICES.len() + 1 + name.len());
        path.push_str(DEVICES);
        path.push('/');
        path.push_str(name);
        let directory = bridges
            .function(address, name, &path)
            .unwrap_or_else(|| host_tree::open(self.tree, &path));
        let mut reader = Reader::new(directory, self.wanted);
        let reader = &mut reader;
        let identity = self.when(Facts::IDENTITY | Facts::KIND, || {
            Identity::read(reader, self.wanted.has(Facts::IDENTITY))
        });
        let vga = identity.class.clone().map(ClassCode::is_vga);
        let power = if self
            .wanted
            .has(Facts::POWER | Facts::LINK | Facts::RESOURCES | Facts::BUSES)
        {
            Power::read(reader)
        } else {
            Power::not_requested()
        };
        if !power.is_asleep() {
            reader.awake();
        }
        let reader = &*reader;
        let text = |name: &str| reader.text(name);
        let link = |name: &str| reader.link(name).map(last_component);
        let number = |name: &str| parsed(text(name), "a number", |text| text.parse().ok());
        let switch = |name: &str| parsed(text(name), "0 or 1", attributes::switch);
        SysfsDevice {
            address,
            class: identity.class,
            id: identity.id,
            subsystem: identity.subsystem,
            revision: identity.revision,
            driver: identity.driver,
            modalias: identity.modalias,
            driver_module: self.when(Facts::BINDING, || module(reader)),
            driver_override: self.when(Facts::BINDING, || {
                unless(text("driver_override"), |name| {
                    // The kernel prints an unset pointer so.
                    name.is_empty() || name == "(null)"
                })
            }),
            iommu_group: self.when(Facts::IOMMU_GROUP, || {
                parsed(link("iommu_group"), "a group number", |name| {
                    name.parse().ok()
                })
            }),
            boot_vga: self.when(Facts::DISPLAY, || match vga {
                Lookup::Found(false) => Lookup::Absent,
                _ => switch("boot_vga"),
            }),
            reset_methods: self.when(Facts::RESET, || {
                unless(text("reset_method"), str::is_empty)
                    .map(|methods| methods.split_whitespace().map(String::from).collect())
            }),
            numa_node: self.when(Facts::NUMA, || {
                parsed(
                    unless(text("numa_node"), |node| node == "-1"),
                    "a node number or -1",
                    |node| node.parse().ok(),
                )
            }),
            local_cpulist: self.when(Facts::NUMA, || unless(text("local_cpulist"), str::is_empty)),
            place: self.when(Facts::PLACE, || self.devices.read_link(name)),
            physical_slot: self.slots.of(address),
            resources: self.when(Facts::RESOURCES, || resources(reader)),
            resizable_bars: self.when(Facts::RESOURCES, || resource::resizable(reader)),
            has_rom: self.when(Facts::RESOURCES, || reader.has("rom")),
            enable_count: self.when(Facts::RESOURCES, || number("enable")),
            irq: self.when(Facts::INTERRUPTS, || number("irq")),
            msi_irqs: self.when(Facts::INTERRUPTS, || self.msi_irqs(&path, reader)),
            msi_bus: self.when(Facts::INTERRUPTS, || switch("msi_bus")),
            ari_enabled: self.when(Facts::LINK, || switch("ari_enabled")),
            buses: self.when(Facts::BUSES, || buses(reader)),
            link: if self.wanted.has(Facts::LINK) {
                Link::read(reader)
            } else {
                Link::not_requested()
            },
            power: if self.wanted.has(Facts::POWER) {
                power
            } else {
                Power::not_requested()
            },
            sriov: if self.wanted.has(Facts::SRIOV) {
                Sriov::read(reader)
            } else {
                Sriov::not_requested()
            },
            physical_function: self.when(Facts::SRIOV, || {
                parsed(link("physfn"), "a link to an address", |name| {
                    name.parse().ok()
                })
            }),
            label: self.when(Facts::FIRMWARE | Facts::LABEL, || {
                unless(text("label"), str::is_empty)
            }),
            acpi_index: self.when(Facts::FIRMWARE, || number("acpi_index")),
            firmware_node_path: self.when(Facts::FIRMWARE, || {
                unless(text("firmware_node/path"), str::is_empty)
            }),
            device_tree_node: self.when(Facts::FIRMWARE, || device_tree_node(reader)),
            config: config::read(reader.directory(), self.wanted.depth),
        }
    }

    fn when<T: NotRequested>(&self, facts: Facts, read: impl FnOnce() -> T) -> T {
        if self.wanted.has(facts) {
            read()
        } else {
            T::not_requested()
        }
    }

    /// The names in `msi_irqs` are the interrupt numbers.
    fn msi_irqs(&self, path: &str, reader: &Reader<'_>) -> Lookup<Vec<u32>> {
        if reader.lacks("msi_irqs") {
            return Lookup::Absent;
        }
        let listing = self.tree.list(&format!("{path}/msi_irqs"));
        listing.map(|listing| {
            let mut irqs: Vec<u32> = listing
                .names
                .iter()
                .filter_map(|name| name.parse().ok())
                .collect();
            irqs.order();
            irqs
        })
    }
}

/// The value of a fact that was not requested.
trait NotRequested {
    fn not_requested() -> Self;
}

impl<T> NotRequested for Lookup<T> {
    fn not_requested() -> Self {
        Self::NotShown
    }
}

impl NotRequested for Identity {
    fn not_requested() -> Self {
        Self {
            class: Lookup::NotShown,
            id: Lookup::NotShown,
            subsystem: Lookup::NotShown,
            revision: Lookup::NotShown,
            driver: Lookup::NotShown,
            modalias: Lookup::NotShown,
        }
    }
}

/// Identity of a function, and its driver.
struct Identity {
    class: Lookup<ClassCode>,
    id: Lookup<PciId>,
    subsystem: Lookup<SubsystemId>,
    revision: Lookup<u8>,
    driver: Lookup<String>,
    modalias: Lookup<String>,
}

impl Identity {
    /// Reads `uevent`, which has nearly all facts, and the missing ones individually.
    fn read(reader: &Reader<'_>, with_revision: bool) -> Self {
        let text = |name: &str| reader.text(name);
        let link = |name: &str| reader.link(name).map(last_component);
        let uevent = text("uevent").found().map(Uevent::new).unwrap_or_default();
        let class = or_else(uevent.class, || {
            parsed(text("class"), "a class such as 0x030000", attributes::class)
        });
        let id = or_else(uevent.id, || {
            let vendor = parsed(text("vendor"), "a vendor such as 0x10de", attributes::hex16);
            let device = parsed(text("device"), "a device such as 0x2d04", attributes::hex16);
            attributes::both(vendor, device).map(|(vendor, device)| PciId::new(vendor, device))
        });
        let subsystem = or_else(uevent.subsystem, || {
            let expected = "an ID such as 0x10b0";
            let vendor = parsed(text("subsystem_vendor"), expected, attributes::hex16);
            let device = parsed(text("subsystem_device"), expected, attributes::hex16);
            attributes::both(vendor, device)
                .map(|(vendor, device)| SubsystemId::new(vendor, device))
        });
        Self {
            class,
            id,
            subsystem: match subsystem {
                Lookup::Found(id) if id == SubsystemId::new(0, 0) => Lookup::Absent,
                other => other,
            },
            revision: if with_revision {
                let text = text("revision");
                parsed(text, "a revision such as 0xa1", attributes::hex8)
            } else {
                Lookup::NotShown
            },
            driver: match (uevent.driver, uevent.whole) {
                (Some(driver), _) => Lookup::Found(driver),
                // The kernel omits DRIVER if none is bound (drivers/base/core.c, dev_uevent).
                (None, true) => Lookup::Absent,
                (None, false) => link("driver"),
            },
            modalias: or_else(uevent.modalias, || unless(text("modalias"), str::is_empty)),
        }
    }
}

/// The module of the driver; none for an unbound function.
fn module(reader: &Reader<'_>) -> Lookup<String> {
    if reader.lacks("driver") {
        return Lookup::Absent;
    }
    reader.link("driver/module").map(last_component)
}

fn resources(reader: &Reader<'_>) -> Lookup<Vec<Resource>> {
    match reader.text("resource").map(|lines| resource::parse(&lines)) {
        Lookup::Found(Ok(resources)) => Lookup::Found(resources),
        Lookup::Found(Err(line)) => Lookup::Unreadable(
            format!("expected three numbers such as 0x00000000f6000000 in line {line}").into(),
        ),
        Lookup::Absent => Lookup::Absent,
        Lookup::NotShown => Lookup::NotShown,
        Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
    }
}

fn buses(reader: &Reader<'_>) -> Lookup<BusRange> {
    let number = |name: &str| {
        parsed(reader.register(name), "a bus, 0 to 255", |text| {
            text.parse().ok()
        })
    };
    let secondary = number("secondary_bus_number");
    attributes::both(secondary, number("subordinate_bus_number")).map(|(secondary, subordinate)| {
        BusRange {
            secondary,
            subordinate,
        }
    })
}

/// The node that `of_node` leads to, below `/sys/firmware/devicetree/base`.
fn device_tree_node(reader: &Reader<'_>) -> Lookup<String> {
    parsed(
        reader.link("of_node"),
        "a link to a node of the device tree",
        |target| {
            let (_, node) = target.split_once("firmware/devicetree/base")?;
            node.starts_with('/').then(|| String::from(node))
        },
    )
}

fn or_else<T>(known: Option<T>, read: impl FnOnce() -> Lookup<T>) -> Lookup<T> {
    known.map_or_else(read, Lookup::Found)
}
