//! crosvm: arguments of `crosvm run`.
//!
//! It runs no card's ROM: cards compute, or show a picture once the guest's driver
//! runs.

#[cfg(feature = "convert")]
mod format;

use crate::assigned::{AssignedDevices, GuestSlot};
use crate::cloud_hypervisor::{address, path};
use crate::description::{Description, EmulatedDisplay, MemorySize};
use crate::emitted::{
    Emitted, EmittedFile, Feature, Found, ManualStep, NotConverted, ReadBack, ScriptLine, script,
};
use crate::error::{Cause, Error};
use crate::option_text::{number_of_crosvm, of_crosvm};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "crosvm";

/// The file name of its program.
const PROGRAM: &str = "crosvm";

/// crosvm's arguments for the functions: a `--vfio` each. The guest sees each at its host's
/// address unless a place is requested (crosvm, `VfioOption`).
///
/// # Errors
/// When two functions would have one place.
pub fn arguments(assigned: &AssignedDevices) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    let mut places = Vec::new();
    for slot in assigned.slots() {
        for function in slot.functions() {
            let mut word = path(function.address);
            if let Some(guest) = slot.guest {
                let place = (guest.bus(), guest.device(), function.address.function());
                if places.contains(&place) {
                    return Err(Cause::Unsupported {
                        target: TARGET,
                        what: format!("two functions at the place of {}", function.address),
                    }
                    .into());
                }
                places.push(place);
                let (bus, device, number) = place;
                word.push_str(&format!(",guest-address={bus:02x}:{device:02x}.{number:x}"));
            }
            words.extend(["--vfio".to_owned(), word]);
        }
    }
    Ok(words)
}

/// A script that runs crosvm with the functions, memory and processors; other settings of a VM are
/// passed as further arguments.
///
/// # Errors
/// As [`arguments`].
pub fn script_of(vm: &Description) -> Result<EmittedFile, Error> {
    let mut rows: Vec<(Vec<String>, &str)> = Vec::new();
    let two = |option: &str, value: String| vec![option.to_owned(), value];
    if let Some(count) = vm.processors {
        let words = two("--cpus", count.to_string());
        rows.push((words, "the guest's processors"));
    }
    if let Some(size) = vm.memory.size {
        let words = two("--mem", size.mebibytes().to_string());
        rows.push((words, "in MiB; all of it is pinned"));
    }
    let words = arguments(&vm.assigned)?;
    for pair in words.chunks(2) {
        rows.push((pair.to_vec(), "one function, bound to vfio-pci"));
    }
    let lines: Vec<ScriptLine<'_>> = rows
        .iter()
        .map(|(words, why)| ScriptLine {
            words,
            purpose: why,
            versions: None,
        })
        .collect();
    let mut file = EmittedFile::new(format!("{}.sh", vm.name));
    let note = "Give the kernel, disks and networks as further arguments.";
    script(&mut file, "crosvm run", note, &lines);
    Ok(file)
}

/// crosvm has no file; its arguments are a step for a person.
///
/// # Errors
/// As [`arguments`].
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let words = arguments(&vm.assigned)?.join(" ");
    Ok(Emitted {
        steps: vec![ManualStep {
            name: "crosvm-arguments",
            text: format!("add to the arguments of crosvm run: {words}"),
        }],
        not_converted: unsupported(vm, &[Feature::GuestSlot]),
        ..Emitted::default()
    })
}

/// The same as a [script](script_of), which has the memory and the processors, too.
///
/// # Errors
/// As [`arguments`].
pub(crate) fn emit_script(vm: &Description) -> Result<Emitted, Error> {
    Ok(Emitted {
        files: vec![script_of(vm)?],
        not_converted: unsupported(
            vm,
            &[Feature::GuestSlot, Feature::Memory, Feature::Processors],
        ),
        ..Emitted::default()
    })
}

/// Features that crosvm does not support. It emulates no graphics card by default.
fn unsupported(vm: &Description, supported: &[Feature]) -> Vec<NotConverted> {
    let mut not_converted = Feature::unsupported(vm, TARGET, supported);
    if vm.emulated_display == Some(EmulatedDisplay::None) {
        not_converted.retain(|not_converted| not_converted.part != Some(Feature::EmulatedDisplay));
    }
    not_converted
}

/// The keys of `--vfio` (crosvm, `VfioOption`), `path` being the one that needs no key.
const VFIO: [&str; 4] = ["path", "iommu", "guest-address", "dt-symbol"];
/// The values of `iommu=` (crosvm, `IommuDevType`).
const IOMMU: [&str; 4] = ["off", "viommu", "coiommu", "pkvm-iommu"];
/// The keys of `--cpus` (crosvm, `CpuOptions`, on x86 and Arm).
const CPUS: [&str; 7] = [
    "num-cores",
    "clusters",
    "core-types",
    "boot-cpu",
    "freq-domains",
    "mte",
    "sve",
];

/// Reads the assigned functions, memory and processors of arguments of `crosvm run`. Values are
/// parsed as crosvm does it (`serde_keyvalue`).
///
/// # Errors
/// If crosvm rejects a value, a path is not a function's, or nothing is assigned.
pub fn read_arguments<T: AsRef<str>>(words: &[T]) -> Result<ReadBack, Error> {
    let mut found = Found::default();
    let (mut memory, mut processors) = (None, None);
    let mut words = (1u32..).zip(words.iter().map(AsRef::as_ref)).peekable();
    while let Some((number, word)) = words.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value)),
            _ => (word, None),
        };
        if !matches!(option, "--vfio" | "--mem" | "-m" | "--cpus" | "-c") {
            let is_program = word.rsplit('/').next() == Some("crosvm");
            if !(number <= 2 && (is_program || word == "run")) {
                let mut what = word.to_owned();
                // Its value, as far as one word goes.
                let follows = |next: &(u32, &str)| {
                    word.starts_with('-') && value.is_none() && !next.1.starts_with('-')
                };
                if let Some((_, value)) = words.next_if(follows) {
                    what = format!("{what} {value}");
                }
                found.not_converted.push(NotConverted::manual(what));
            }
            continue;
        }
        let Some(value) = value.or_else(|| words.next().map(|(_, value)| value)) else {
            continue;
        };
        let refused = |reason| Cause::Rejected { reason }.at(number);
        let of = |first, keys: &[&str]| of_crosvm(value, first, keys).map_err(refused);
        match option {
            "--vfio" => read_vfio(&of("path", &VFIO)?, &mut found).map_err(refused)?,
            "--mem" | "-m" => memory = number_in(&of("size", &["size"])?, "size"),
            _ => {
                let options = of("num-cores", &CPUS)?;
                processors = number_in(&options, "num-cores");
                let others = options.iter().filter(|(key, _)| key != "num-cores");
                let not_converted = others
                    .map(|(key, value)| NotConverted::manual(format!("--cpus {key}={value}")));
                found.not_converted.extend(not_converted);
            }
        }
    }
    let mut description = found.describe(None)?;
    description.memory.size = memory
        .and_then(|mebibytes| u32::try_from(mebibytes).ok())
        .and_then(MemorySize::from_mebibytes);
    description.processors = processors
        .and_then(|count| u16::try_from(count).ok())
        .and_then(core::num::NonZeroU16::new);
    if memory.is_some() && description.memory.size.is_none() {
        found
            .not_converted
            .push(NotConverted::new("--mem", "expected a size in whole MiB"));
    }
    if processors.is_some() && description.processors.is_none() {
        found
            .not_converted
            .push(NotConverted::new("--cpus", "there are too many"));
    }
    Ok(ReadBack {
        description,
        not_converted: found.not_converted,
    })
}

fn number_in(options: &[(String, String)], key: &str) -> Option<u64> {
    let (_, value) = options.iter().find(|(other, _)| other == key)?;
    number_of_crosvm(value)
}

/// One `--vfio`; the error says what was expected.
fn read_vfio(options: &[(String, String)], found: &mut Found) -> Result<(), String> {
    let (mut at, mut place) = (None, None);
    for (key, value) in options {
        match key.as_str() {
            "path" => at = address(value),
            "iommu" if !IOMMU.contains(&value.as_str()) => {
                return Err(format!("expected {}, found {value:?}", IOMMU.join(", ")));
            }
            "iommu" if value == "off" => {}
            "guest-address" => {
                let found = value.parse::<pci_core::Address>();
                let error = |_| format!("expected the function's place, found {value:?}");
                place = Some(found.map_err(error)?);
            }
            _ => found.not_converted.push(NotConverted::new(
                format!("{key}={value}"),
                "how crosvm shows the function to the guest; others choose that themselves",
            )),
        }
    }
    let found_path = options.first().map(|(_, value)| value);
    let address =
        at.ok_or_else(|| format!("expected a function's directory, found {found_path:?}"))?;
    found.function(address);
    if let Some(place) = place {
        let slot = GuestSlot::new(place.bus(), place.device());
        match slot.filter(|_| place.domain() == 0 && place.function() == address.function()) {
            Some(slot) => found.place(address, slot),
            None => {
                let why = "a function keeps its number in the guest, in domain 0";
                found
                    .not_converted
                    .push(NotConverted::new(format!("guest-address={place}"), why));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedFunction, AssignedSlot, Coverage, GuestSlot};

    #[test]
    fn written_text_is_read_back() {
        let functions = ["01:00.0", "01:00.1"]
            .iter()
            .map(|text| AssignedFunction::at(text.parse().unwrap()))
            .collect();
        let mut slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        slot.guest = GuestSlot::new(0, 7);
        let mut vm = Description::new(
            "a".parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        );
        vm.memory.size = MemorySize::from_mebibytes(4096);
        vm.processors = core::num::NonZeroU16::new(4);
        let words = arguments(&vm.assigned).unwrap();
        assert_eq!(
            words[1],
            "/sys/bus/pci/devices/0000:01:00.0,guest-address=00:07.0"
        );
        let script = script_of(&vm).unwrap().to_string();
        assert!(script.contains("exec crosvm run \\\n    --cpus 4 \\\n    --mem 4096 \\\n"));
        let words: Vec<&str> = script.split_whitespace().collect();
        let back = read_arguments(&words).unwrap().description;
        let list = |vm: &Description| -> Vec<_> {
            vm.assigned.functions().map(|one| one.address).collect()
        };
        assert_eq!(list(&back), list(&vm));
        assert_eq!((back.memory, back.processors), (vm.memory, vm.processors));
        let words = [
            "--vfio=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0,iommu=viommu",
            "--mem=size=512",
            "k",
        ];
        let back = read_arguments(&words).unwrap().description;
        assert_eq!(back.assigned.slots().len(), 1);
        assert_eq!(back.memory.size.unwrap().mebibytes(), 512);
        assert!(read_arguments(&["--vfio", "/dev/null"]).is_err());
    }
}
