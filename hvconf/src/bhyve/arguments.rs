//! Arguments of `bhyve(8)`, read back.

use core::num::NonZeroU16;

use pci_core::Address;
use pci_core::notation::PassthruDevice;

use super::sizes::{memory, topology};
use crate::assigned::GuestSlot;
use crate::description::{Firmware, MemoryLock, SecureBoot};
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// The options that have a value (bhyve(8), FreeBSD 14).
const WITH_VALUE: &str = "GKUcfklmopsr";

/// Settings of options other than the functions.
#[derive(Default)]
pub(super) struct Options {
    /// `-S`: the guest's memory is wired.
    pub(super) is_wired: bool,
    processors: String,
    memory: String,
    /// `-l bootrom,…`: UEFI starts the guest.
    has_bootrom: bool,
    name: Option<String>,
}

impl Options {
    /// Reads `words`, without the program; what is assigned goes to `found`, and what says
    /// nothing of a description is listed there as lost.
    pub(super) fn read(words: &[&str], found: &mut Found) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut words = (1u32..).zip(words.iter().copied());
        while let Some((number, word)) = words.next() {
            let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
                options.name = Some(word.to_owned());
                continue;
            };
            // `-HP -S` and `-HPS` are the same, and so are `-m 4G` and `-m4G`.
            for (at, letter) in letters.char_indices() {
                if !WITH_VALUE.contains(letter) {
                    options.flag(letter, found);
                    continue;
                }
                let rest = letters.get(at + letter.len_utf8()..).unwrap_or_default();
                let mut next = || words.next().map_or("", |(_, value)| value);
                let value = if rest.is_empty() { next() } else { rest };
                options.value(number, letter, value, found)?;
                break;
            }
        }
        Ok(options)
    }

    fn flag(&mut self, letter: char, found: &mut Found) {
        match letter {
            'S' => self.is_wired = true,
            // ACPI and yielding processors are what each guest has.
            'A' | 'H' | 'P' => {}
            _ => found
                .not_converted
                .push(NotConverted::new(format!("-{letter}"), ONLY)),
        }
    }

    fn value(
        &mut self,
        number: u32,
        letter: char,
        value: &str,
        found: &mut Found,
    ) -> Result<(), Error> {
        match letter {
            's' => return slot(number, value, found),
            'c' => value.clone_into(&mut self.processors),
            'm' => value.clone_into(&mut self.memory),
            'l' if value.starts_with("bootrom,") => self.has_bootrom = true,
            _ => found
                .not_converted
                .push(NotConverted::new(format!("-{letter} {value}"), ONLY)),
        }
        Ok(())
    }
}

const ONLY: &str = "only assigned devices are converted";

/// `-s 6:0,passthru,1/0/0,rom=FILE`.
fn slot(number: u32, value: &str, found: &mut Found) -> Result<(), Error> {
    let mut parts = value.split(',');
    let (place, kind) = (parts.next().unwrap_or_default(), parts.next());
    if kind != Some("passthru") {
        // bhyve's own bridges.
        if !matches!(kind, Some("hostbridge" | "amd_hostbridge" | "lpc")) {
            found
                .not_converted
                .push(NotConverted::new(format!("-s {value}"), ONLY));
        }
        return Ok(());
    }
    let device = parts.next().unwrap_or_default();
    let device: PassthruDevice = device.parse().map_err(|error| {
        Cause::Rejected {
            reason: format!("{device:?}: {error}"),
        }
        .at(number)
    })?;
    let address = device.address();
    found.function(address);
    placed(found, address, place);
    for option in parts {
        match option.strip_prefix("rom=") {
            Some(path) => found.rom(address, path),
            None => found
                .not_converted
                .push(NotConverted::new(format!("{option} of {address}"), ONLY)),
        }
    }
    Ok(())
}

/// Records the guest address of the function at `address`: `slot`, `slot:function` or
/// `bus:slot:function`, in decimal.
pub(super) fn placed(found: &mut Found, address: Address, text: &str) {
    let numbers: Option<Vec<u8>> = text.split(':').map(|part| part.parse().ok()).collect();
    let place = match numbers.as_deref() {
        Some([device] | [device, _]) => GuestSlot::new(0, *device),
        Some([bus, device, _]) => GuestSlot::new(*bus, *device),
        _ => None,
    };
    match place {
        Some(place) => found.place(address, place),
        None => found.not_converted.push(NotConverted::new(
            format!("{text} of {address}"),
            "expected a slot",
        )),
    }
}

/// Reads the VM that arguments of `bhyve(8)` start. Settings outside of the description are listed
/// as not converted.
///
/// # Errors
/// When a function is none, or none is assigned.
pub fn read_arguments<T: AsRef<str>>(words: &[T]) -> Result<ReadBack, Error> {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let is_program = |word: &&str| word.rsplit('/').next() == Some("bhyve");
    let from = usize::from(words.first().is_some_and(is_program));
    let mut found = Found::default();
    let options = Options::read(words.get(from..).unwrap_or_default(), &mut found)?;
    let mut vm = found.describe(options.name.as_deref())?;
    let count = |text: &str| text.parse().ok().and_then(NonZeroU16::new);
    let mut layout = [None; 3];
    for part in options
        .processors
        .split(',')
        .filter(|part| !part.is_empty())
    {
        match part.split_once('=') {
            None => vm.processors = count(part),
            Some(("cpus", value)) => vm.processors = count(value),
            Some(("sockets", value)) => layout[0] = Some(value),
            Some(("cores", value)) => layout[1] = Some(value),
            Some(("threads", value)) => layout[2] = Some(value),
            Some(_) => found
                .not_converted
                .push(NotConverted::new(format!("-c {part}"), ONLY)),
        }
    }
    vm.topology = topology(layout, vm.processors);
    let is_lost = vm.topology.is_none() && layout.iter().any(Option::is_some);
    if is_lost || (vm.processors.is_none() && !options.processors.is_empty()) {
        let what = format!("-c {}", options.processors);
        found
            .not_converted
            .push(NotConverted::new(what, "the numbers do not fit"));
    }
    vm.memory.size = memory(&options.memory);
    if vm.memory.size.is_none() && !options.memory.is_empty() {
        let what = format!("-m {}", options.memory);
        found
            .not_converted
            .push(NotConverted::new(what, "expected a size in whole MiB"));
    }
    if options.is_wired {
        vm.memory.lock = MemoryLock::Locked;
    }
    if options.has_bootrom {
        vm.firmware = Firmware::Ovmf(SecureBoot::Off);
    }
    Ok(ReadBack {
        description: vm,
        not_converted: found.not_converted,
    })
}
