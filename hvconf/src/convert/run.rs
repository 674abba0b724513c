//! Reading, completing, writing.

use super::declaration::{Known, Wanted};
use super::format::Format;
use super::not_converted::{hidden_files, rename, unsupported, without_place};
use super::source::Source;
use crate::assigned::Coverage;
use crate::description::Description;
use crate::emitted::{Emitted, NotConverted, ReadBack};
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
            let why = "all are assigned, and the list is not in the input: another target names \
                       each";
            back.not_converted.push(NotConverted::new(what, why));
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
    not_converted.append(&mut emitted.not_converted);
    not_converted.extend(unsupported(&vm, source, target));
    emitted.not_converted = not_converted;
    Ok(emitted)
}
