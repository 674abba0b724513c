//! A description as bhyve's own arguments, and what the host needs.

use pci_core::spelling::PassthruDevice;

use super::ppt::PptError;
use crate::description::{Description, Firmware};
use crate::emitted::{
    EmitError, Emitted, EmittedFile, Found, Line, Lost, Part, ReadBack, ReadError, Step,
};
use crate::passed::PassedSlot;

pub(super) const TARGET: &str = "bhyve";

/// The first slot of the guest for passed functions: bhyve's own examples put the
/// bridges, disks and network below it.
const FIRST_SLOT: u8 = 6;

/// One function in the guest: slot, function, and where it is on the host.
pub(super) struct Placed {
    pub(super) slot: u8,
    pub(super) function: u8,
    pub(super) device: PassthruDevice,
}

/// Where the functions go in the guest: a slot for each slot, the functions of one
/// together.
pub(super) fn place(slots: &[PassedSlot]) -> Result<Vec<Placed>, EmitError> {
    let asked: Vec<u8> = slots
        .iter()
        .filter_map(|slot| slot.guest.map(|guest| guest.device()))
        .collect();
    let mut free = (FIRST_SLOT..32).filter(|slot| !asked.contains(slot));
    let mut placed = Vec::new();
    for slot in slots {
        let at = match slot.guest {
            Some(guest) => guest.device(),
            None => free.next().ok_or(EmitError::TooMany {
                target: TARGET,
                what: "slots",
                most: usize::from(32 - FIRST_SLOT),
            })?,
        };
        for (number, function) in (0u8..8).zip(slot.functions()) {
            let device =
                PassthruDevice::new(function.address).ok_or_else(|| EmitError::CannotExpress {
                    target: TARGET,
                    what: PptError::Domain(function.address).to_string(),
                })?;
            placed.push(Placed {
                slot: at,
                function: number,
                device,
            });
        }
    }
    Ok(placed)
}

/// The arguments of `bhyve(8)` for the functions, memory and processors.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::passed::{Coverage, Passed, PassedFunction, PassedSlot};
/// let gpu = PassedFunction::at("0a:00.0".parse()?);
/// let passed = Passed::new(vec![PassedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let words = hvconf::bhyve::arguments(&Description::new("win11".parse()?, passed))?;
/// assert_eq!(words.join(" "), "-S -s 6:0,passthru,10/0/0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When a function is not in domain 0, or there are more slots than a bus has.
pub fn arguments(vm: &Description) -> Result<Vec<String>, EmitError> {
    let mut words = vec!["-S".to_owned()];
    if let Some(count) = vm.processors {
        words.extend(["-c".to_owned(), count.to_string()]);
    }
    if let Some(size) = vm.memory.size {
        words.extend(["-m".to_owned(), format!("{}M", size.mebibytes())]);
    }
    for placed in place(vm.passed.slots())? {
        let Placed {
            slot,
            function,
            device,
        } = placed;
        let rom = vm.passed.slots().iter().find_map(|slot| {
            let file = slot.rom_file.as_ref()?;
            (slot.rom_function() == Some(device.address())).then_some(file)
        });
        let rom = rom.map(|file| format!(",rom={file}")).unwrap_or_default();
        words.extend([
            "-s".to_owned(),
            format!("{slot}:{function},passthru,{device}{rom}"),
        ]);
    }
    Ok(words)
}

/// vm-bhyve's configuration of the guest; `loader.conf` of the host is an edit of
/// its own ([`PptDevs`](super::PptDevs)).
///
/// # Errors
/// As [`arguments`].
pub fn emit(vm: &Description) -> Result<Emitted, EmitError> {
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
    if let Some(size) = vm.memory.size {
        let why = "vm-bhyve wires all of it where functions are passed";
        say("memory", &format!("{}M", size.mebibytes()), why);
    }
    for (number, placed) in place(vm.passed.slots())?.iter().enumerate() {
        let value = format!("{}={}:{}", placed.device, placed.slot, placed.function);
        let why = "one function, in decimal numbers, and its place in the guest";
        say(&format!("passthru{number}"), &value, why);
    }
    let mut lost = Part::unplaced(
        vm,
        TARGET,
        &[
            Part::GuestSlot,
            Part::Memory,
            Part::Processors,
            Part::Firmware,
        ],
    );
    for slot in vm.passed.slots() {
        let elsewhere = |guest: crate::passed::GuestSlot| guest.bus() != 0;
        if slot.guest.is_some_and(elsewhere) {
            lost.push(Lost::new(
                format!("bus of {} in the guest", slot.slot()),
                "vm-bhyve places functions on bus 0",
            ));
        }
    }
    Ok(Emitted {
        files: vec![file],
        steps: vec![
            Step {
                name: "bhyve-msi",
                text: "a function has to have MSI or MSI-X: without, bhyve says \"Can't find an \
                       IRQ\" in the guest's driver; pciconf -lc shows the capabilities"
                    .to_owned(),
            },
            Step {
                name: "bhyve-amdvi",
                text: "on a processor of AMD hw.vmm.amdvi.enable=\"1\" has to be in \
                       /boot/loader.conf where sysctl hw.vmm.amdvi.enable shows 0"
                    .to_owned(),
            },
        ],
        lost,
        ..Emitted::default()
    })
}

/// The functions that arguments of `bhyve(8)` pass.
///
/// # Errors
/// When a function is none, or none is passed.
pub fn read_arguments<T: AsRef<str>>(words: &[T]) -> Result<ReadBack, ReadError> {
    let mut found = Found::default();
    for (number, word) in (1u32..).zip(words) {
        let word = word.as_ref();
        // `-s 6:0,passthru,…` and `-s6:0,passthru,…` are the same.
        let word = word.strip_prefix("-s").unwrap_or(word);
        let mut parts = word.split(',');
        let (_, kind) = (parts.next(), parts.next());
        if kind != Some("passthru") {
            continue;
        }
        let device = parts.next().unwrap_or_default();
        let device: PassthruDevice = device.parse().map_err(|error| ReadError::Refused {
            line: number,
            reason: format!("{device:?}: {error}"),
        })?;
        found.function(device.address());
    }
    Ok(ReadBack {
        description: found.describe(None)?,
        lost: found.lost,
    })
}
