//! Arguments of `bhyve(8)`, read back.

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use pci_core::Address;
use pci_core::notation::PassthruDevice;

use super::sizes::{memory, topology};
use crate::assigned::GuestSlot;
use crate::description::{
    Clock, EmulatedDisplay, Firmware, HostCpus, MemoryLock, Pinning, SecureBoot,
};
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
    /// `-u`: the clock has UTC, else local time.
    has_utc: bool,
    /// `-s N,fbuf`: a screen.
    pub(super) has_screen: bool,
    /// `-p vcpu:hostcpu`: the host's processors of each, as a list.
    pins: BTreeMap<u16, String>,
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
            'u' => self.has_utc = true,
            // ACPI and yielding processors are what each guest has.
            'A' | 'H' | 'P' => {}
            _ => found
                .not_converted
                .push(NotConverted::manual(format!("-{letter}"))),
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
            's' => {
                self.has_screen |= value.split(',').nth(1) == Some("fbuf");
                return slot(number, value, found);
            }
            'p' if self.pin(value).is_some() => {}
            'c' => value.clone_into(&mut self.processors),
            'm' => value.clone_into(&mut self.memory),
            'l' if value.starts_with("bootrom,") => self.has_bootrom = true,
            _ => found
                .not_converted
                .push(NotConverted::manual(format!("-{letter} {value}"))),
        }
        Ok(())
    }

    fn pin(&mut self, value: &str) -> Option<()> {
        let (own, host) = value.split_once(':')?;
        let (own, host): (u16, u16) = (own.parse().ok()?, host.parse().ok()?);
        let list = self.pins.entry(own).or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&host.to_string());
        Some(())
    }

    /// The pinning, if each of `processors` has some; other pins are listed.
    pub(super) fn pinning(
        &self,
        processors: Option<NonZeroU16>,
        found: &mut Found,
    ) -> Option<Pinning> {
        let own = |number: u16| HostCpus::from_list(self.pins.get(&number)?);
        let pinning = Pinning::each(processors, own);
        if pinning.is_none() {
            let pins = self.pins.iter();
            let lost = pins.map(|(own, host)| NotConverted::manual(format!("-p {own}:{host}")));
            found.not_converted.extend(lost);
        }
        pinning
    }
}

/// `-s 6:0,passthru,1/0/0,rom=FILE`.
fn slot(number: u32, value: &str, found: &mut Found) -> Result<(), Error> {
    let mut parts = value.split(',');
    let (place, kind) = (parts.next().unwrap_or_default(), parts.next());
    if kind != Some("passthru") {
        // bhyve's own bridges.
        if !matches!(kind, Some("hostbridge" | "amd_hostbridge" | "lpc")) {
            found
                .not_converted
                .push(NotConverted::manual(format!("-s {value}")));
        }
        return Ok(());
    }
    let device = parts.next().unwrap_or_default();
    if device.starts_with("ppt") {
        let why = "pciconf -l shows the address of the function, which is written in its place";
        let one = NotConverted::new(format!("-s {value}"), why);
        found.not_converted.push(one);
        return Ok(());
    }
    // The forms of `passthru_legacy_config` (`usr.sbin/bhyve/pci_passthru.c`).
    let selector = device
        .strip_prefix("pci0:")
        .filter(|rest| rest.matches(':').count() == 2);
    let selector = selector.or_else(|| device.strip_prefix("pci"));
    let numbers = selector.map(|selector| selector.replace(':', "/"));
    let device: PassthruDevice = numbers
        .as_deref()
        .unwrap_or(device)
        .parse()
        .map_err(|error| {
            let reason = format!("{device:?}: {error}");
            let part = format!("argument {number}");
            Error::from(Cause::Rejected { reason }).in_part(part)
        })?;
    let address = device.address();
    found.function(address);
    placed(found, address, place);
    for option in parts {
        match option.strip_prefix("rom=") {
            Some(path) => found.rom(address, path),
            None => found
                .not_converted
                .push(NotConverted::manual(format!("{option} of {address}"))),
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
                .push(NotConverted::manual(format!("-c {part}"))),
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
    vm.pinning = options.pinning(vm.processors, &mut found);
    vm.clock = Some(if options.has_utc {
        Clock::Utc
    } else {
        Clock::LocalTime
    });
    if options.has_screen {
        vm.emulated_display = Some(EmulatedDisplay::Vga);
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
