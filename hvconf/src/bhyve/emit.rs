//! A description as bhyve's arguments, and the settings of the host.

use crate::assigned::{AssignedSlot, RomFile};
use crate::description::{Clock, Description, EmulatedDisplay, Firmware, MemoryLock};
use crate::emitted::{Emitted, EmittedFile, Feature, Line, ManualStep, NotConverted};
use crate::error::{Cause, Error};
use pci_core::notation::PassthruDevice;

pub(super) const TARGET: &str = "bhyve";

/// The first slot of the guest for assigned functions: bhyve's own examples put the bridges,
/// disks and network below it.
const FIRST_SLOT: u8 = 6;

/// The most `-p` of one guest, which are words of one line.
const MOST_PINS: usize = 1024;

/// One function in the guest: slot, function, and where it is on the host.
pub(super) struct Placed {
    pub(super) slot: u8,
    pub(super) function: u8,
    pub(super) device: PassthruDevice,
}

/// Where the functions go in the guest: a slot for each slot, the functions of one
/// together.
pub(super) fn place(slots: &[AssignedSlot]) -> Result<Vec<Placed>, Error> {
    let asked: Vec<u8> = slots
        .iter()
        .filter_map(|slot| slot.guest.map(|guest| guest.device()))
        .collect();
    let mut free = (FIRST_SLOT..32).filter(|slot| !asked.contains(slot));
    let mut supported = Vec::new();
    for slot in slots {
        let at = match slot.guest {
            Some(guest) => guest.device(),
            None => free.next().ok_or(Cause::TooMany {
                target: TARGET,
                what: "slots",
                most: usize::from(32 - FIRST_SLOT),
            })?,
        };
        for (number, function) in (0u8..8).zip(slot.functions()) {
            let device =
                PassthruDevice::new(function.address).ok_or_else(|| Cause::Unsupported {
                    target: TARGET,
                    what: Cause::PptDomain(function.address).to_string(),
                })?;
            supported.push(Placed {
                slot: at,
                function: number,
                device,
            });
        }
    }
    Ok(supported)
}

/// The arguments of `bhyve(8)` for the functions, memory and processors.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let gpu = AssignedFunction::at("0a:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let words = hvconf::bhyve::arguments(&Description::new("win11".parse()?, assigned))?;
/// assert_eq!(words.join(" "), "-S -s 6:0,passthru,10/0/0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When a function is not in domain 0, or there are more slots than a bus has.
pub fn arguments(vm: &Description) -> Result<Vec<String>, Error> {
    let mut words = vec!["-S".to_owned()];
    if let Some(count) = vm.processors {
        let mut value = count.to_string();
        if let Some(topology) = vm.whole_topology() {
            let (sockets, cores) = (topology.sockets(), topology.cores());
            let threads = topology.threads();
            value.push_str(&format!(
                ",sockets={sockets},cores={cores},threads={threads}"
            ));
        }
        words.extend(["-c".to_owned(), value]);
    }
    if let Some(size) = vm.memory.size {
        words.extend(["-m".to_owned(), format!("{}M", size.mebibytes())]);
    }
    for supported in place(vm.assigned.slots())? {
        words.extend(["-s".to_owned(), supported.option(vm)]);
    }
    Ok(words)
}

impl Placed {
    /// The file in place of its ROM.
    fn rom<'a>(&self, vm: &'a Description) -> Option<&'a RomFile> {
        vm.assigned.slots().iter().find_map(|slot| {
            let file = slot.rom_file.as_ref()?;
            (slot.rom_function() == Some(self.device.address())).then_some(file)
        })
    }

    /// The value of bhyve's `-s`.
    fn option(&self, vm: &Description) -> String {
        let Self {
            slot,
            function,
            device,
        } = self;
        let rom = self.rom(vm).map(|file| format!(",rom={file}"));
        let rom = rom.unwrap_or_default();
        format!("{slot}:{function},passthru,{device}{rom}")
    }
}

/// The options that pin processors; `None` without, or where they are more than [`MOST_PINS`].
fn pins(vm: &Description) -> Option<Vec<String>> {
    let pinning = vm.pinning.as_ref()?;
    let mut pins = Vec::new();
    for number in 0..vm.processors?.get() {
        for host in pinning.of_one(number.into())?.numbers() {
            if pins.len() == MOST_PINS {
                return None;
            }
            pins.push(format!("-p {number}:{host}"));
        }
    }
    Some(pins)
}

/// vm-bhyve's configuration of the guest; `loader.conf` of the host is a separate edit
/// ([`PptDevs`](super::PptDevs)).
///
/// # Errors
/// As [`arguments`].
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let mut file = EmittedFile::new(format!("{}.conf", vm.name));
    let loader = match vm.firmware {
        Firmware::SeaBios => "uefi-csm",
        Firmware::Ovmf(_) => "uefi",
    };
    let mut say = |key: &str, value: &str, why: &str| {
        file.push(Line::new(format!("{key}=\"{value}\""), why));
    };
    say("loader", loader, "the guest's firmware");
    if let Some(count) = vm.processors {
        say("cpu", &count.to_string(), "the guest's processors");
    }
    if let Some(topology) = vm.whole_topology() {
        for (key, count, why) in [
            ("cpu_sockets", topology.sockets(), "the number of sockets"),
            ("cpu_cores", topology.cores(), "cores per socket"),
            ("cpu_threads", topology.threads(), "threads per core"),
        ] {
            say(key, &count.to_string(), why);
        }
    }
    if let Some(size) = vm.memory.size {
        let why = "vm-bhyve wires all memory of a guest with assigned functions";
        say("memory", &format!("{}M", size.mebibytes()), why);
    }
    if vm.clock == Some(Clock::LocalTime) {
        say("utctime", "no", "a clock in local time, as Windows expects");
    }
    // passthruN has no ROM file: bhyve's own options have.
    let supported = place(vm.assigned.slots())?;
    let (with_rom, plain): (Vec<&Placed>, Vec<&Placed>) = supported
        .iter()
        .partition(|supported| supported.rom(vm).is_some());
    for (number, supported) in plain.iter().enumerate() {
        let value = format!(
            "{}={}:{}",
            supported.device, supported.slot, supported.function
        );
        let why = "one function, in decimal numbers, and its place in the guest";
        say(&format!("passthru{number}"), &value, why);
    }
    let mut options: Vec<String> = with_rom
        .iter()
        .map(|supported| format!("-s {}", supported.option(vm)))
        .collect();
    let pins = pins(vm).unwrap_or_default();
    options.extend(pins.iter().cloned());
    if !options.is_empty() {
        let why = "functions with a file instead of their ROM, for which passthruN has no place (bhyve looks for the file in /, where vm-bhyve starts it), and pinned processors";
        say("bhyve_options", &options.join(" "), why);
    }
    let has_screen = vm.firmware != Firmware::SeaBios
        && !matches!(vm.emulated_display, None | Some(EmulatedDisplay::None));
    if has_screen {
        say(
            "graphics",
            "yes",
            "a frame buffer beside the card, shown by VNC",
        );
    }
    if vm.memory.lock == MemoryLock::Locked || !with_rom.is_empty() {
        let why = "all memory is wired, as assigned functions require";
        say("wired_memory", "yes", why);
    }
    let mut not_converted = Feature::unsupported(
        vm,
        TARGET,
        &[
            Feature::RomFile,
            Feature::GuestSlot,
            Feature::Memory,
            Feature::MemoryLock,
            Feature::Processors,
            Feature::Topology,
            Feature::Clock,
            Feature::Firmware,
        ],
    );
    // A guest has a screen with graphics="yes" only, which needs UEFI.
    let is_kept = matches!(vm.emulated_display, Some(EmulatedDisplay::None))
        || has_screen && vm.emulated_display == Some(EmulatedDisplay::Vga);
    not_converted.retain(|not_converted| match not_converted.part {
        Some(Feature::EmulatedDisplay) => !is_kept,
        Some(Feature::Pinning) => pins.is_empty(),
        _ => true,
    });
    for not_converted in &mut not_converted {
        if has_screen && not_converted.part == Some(Feature::EmulatedDisplay) {
            "bhyve's frame buffer is in its place".clone_into(&mut not_converted.reason);
        }
    }
    for slot in vm.assigned.slots() {
        let elsewhere = |guest: crate::assigned::GuestSlot| guest.bus() != 0;
        if slot.guest.is_some_and(elsewhere) {
            let what = format!("bus of {} in the guest", slot.slot());
            let why = "vm-bhyve places functions on bus 0";
            not_converted.push(NotConverted::new(what, why).of(Feature::GuestSlot));
        }
    }
    Ok(Emitted {
        files: vec![file],
        steps: vec![
            ManualStep {
                name: "bhyve-msi",
                text: "a function has to have MSI or MSI-X: without, bhyve says \"Can't find an \
                       IRQ\" in the guest's driver; pciconf -lc shows the capabilities"
                    .to_owned(),
            },
            ManualStep {
                name: "bhyve-amdvi",
                text: "on a processor of AMD hw.vmm.amdvi.enable=\"1\" has to be in \
                       /boot/loader.conf where sysctl hw.vmm.amdvi.enable shows 0"
                    .to_owned(),
            },
        ],
        not_converted,
        ..Emitted::default()
    })
}
