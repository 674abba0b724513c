//! Reading, completing, writing.

use super::declaration::{Known, Wanted};
use super::format::Format;
use super::not_converted::{hidden_files, rename, unsupported, without_place};
use super::source::Source;
use crate::assigned::Coverage;
use crate::description::Description;
use crate::emitted::{Emitted, ManualStep, NotConverted, ReadBack, UNLISTED};
use crate::error::{Cause, Error};

/// Reads `source`, and completes its functions with the host's facts.
///
/// # Errors
/// If it cannot be read, or assigns nothing.
pub fn describe(source: &Source<'_>) -> Result<ReadBack, Error> {
    let declaration = source.format.declaration();
    let read = declaration.read.ok_or(Cause::NotRead(declaration.word))?;
    let mut back = read(&Known {
        text: source.text,
        functions: source.functions,
        mappings: source.mappings,
        node: source.node,
        number: source.number,
    })?;
    let assigned = &mut back.description.assigned;
    assigned.complete(source.functions);
    for slot in assigned.slots() {
        let shown = source
            .functions
            .iter()
            .any(|one| one.address.slot() == slot.slot());
        if slot.coverage == Coverage::WholeSlot && !shown && !declaration.lists_unshown {
            let what = format!("functions of {} but those that are named", slot.slot());
            back.not_converted.push(NotConverted::new(what, UNLISTED));
        }
    }
    Ok(back)
}

/// Writes `vm` for `target`, under the nearest name that it accepts.
///
/// # Errors
/// When the target cannot express it.
pub fn write(vm: &Description, target: Format, wanted: &Wanted) -> Result<Emitted, Error> {
    let mut vm = vm.clone();
    let renamed = rename(&mut vm, target);
    let mut emitted = (target.declaration().write)(&vm, wanted)?;
    emitted.not_converted.extend(renamed);
    Ok(emitted)
}

/// The ROM files that the target reads from another directory.
fn copies(vm: &Description, source: Format, target: Format, wanted: &Wanted) -> Option<ManualStep> {
    let to = (target.declaration().roms)(wanted)?;
    let usual = (source.declaration().roms)(&Wanted::default());
    let files = vm.assigned.slots().iter().filter_map(|slot| {
        let file = slot.rom_file.as_ref()?;
        let from = file
            .directory()
            .map(str::to_owned)
            .or_else(|| usual.clone());
        let path = |directory: &str| format!("{}/{file}", directory.trim_end_matches('/'));
        let from = from.map_or(file.to_string(), |from| path(&from));
        let to = path(&to);
        (from != to).then(|| format!("{from} to {to}"))
    });
    let files: Vec<String> = files.collect();
    (!files.is_empty()).then(|| ManualStep {
        name: "rom-files",
        text: format!("copy the ROM file: {}", files.join(", ")),
    })
}

/// Converts `source` for `target`; the settings that are not converted are listed.
///
/// # Errors
/// When the source cannot be read, or the target cannot express it.
pub fn convert(source: &Source<'_>, target: Format, wanted: &Wanted) -> Result<Emitted, Error> {
    let back = describe(source)?;
    let mut vm = back.description;
    let mut not_converted = back.not_converted;
    vm.memory.size = vm.memory.size.or(wanted.memory);
    not_converted.extend(without_place(&mut vm, source.format, target));
    not_converted.extend(hidden_files(&mut vm));
    let mut emitted = write(&vm, target, wanted)?;
    emitted
        .steps
        .extend(copies(&vm, source.format, target, wanted));
    not_converted.append(&mut emitted.not_converted);
    not_converted.extend(unsupported(&vm, source, target));
    emitted.not_converted = not_converted;
    Ok(emitted)
}
