//! bhyve in conversions: a guest of vm-bhyve, a file of variables, the list of `loader.conf`, or a
//! command line.

use super::arguments::read_arguments;
use super::emit::emit;
use super::ppt::PptDevs;
use super::variables::{Variables, read_variables};
use super::vm_bhyve::read;
use crate::convert::{Declaration, FirmwareSetting, Known, Order, Sign, Wanted};
use crate::description::Description;
use crate::emitted::{Emitted, Found, ManualStep, ReadBack};
use crate::error::Error;

/// The file name of its program.
const PROGRAM: &str = "bhyve";

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[
        Sign::Text(Order::Assignments, |text| {
            let passes_nothing = read(text).is_err_and(|error| error.is_of_assigned_devices());
            !passes_nothing
                || PptDevs::parse(text).functions().next().is_some()
                || Variables::parse(text).functions().next().is_some()
        }),
        Sign::Program(PROGRAM),
    ],
    read: Some(machine),
    // Lists of functions, and arguments without a ROM, name none.
    firmware: FirmwareSetting::In(|text| {
        text.lines()
            .any(|line| line.trim_start().starts_with("loader=") || line.contains("bootrom"))
    }),
    roms: |_| Some("/".to_owned()),
    ..Declaration::machine("bhyve", "bhyve", write)
};

/// The guest, and the lines of the host's `loader.conf`.
fn write(vm: &Description, _: &Wanted) -> Result<Emitted, Error> {
    let mut emitted = emit(vm)?;
    let mut host = PptDevs::parse("");
    host.load_vmm();
    for function in vm.assigned.functions() {
        host.add(function.address)?;
    }
    let lines: Vec<String> = host.to_string().lines().map(str::to_owned).collect();
    let text = format!(
        "set in /boot/loader.conf of the host, beside the words that pptdevs has, and reboot it: {}",
        lines.join(" ")
    );
    let name = "bhyve-loader";
    emitted.steps.insert(0, ManualStep { name, text });
    Ok(emitted)
}

fn machine(known: &Known<'_>) -> Result<ReadBack, Error> {
    match read(known.text) {
        Err(error) if error.is_of_assigned_devices() => {}
        read => return read,
    }
    if Variables::parse(known.text).functions().next().is_some() {
        return read_variables(known.text);
    }
    let mut found = Found::default();
    for address in PptDevs::parse(known.text).functions() {
        found.function(address);
    }
    if let Ok(description) = found.describe(None) {
        return Ok(ReadBack {
            description,
            not_converted: found.not_converted,
        });
    }
    read_arguments(&known.words(PROGRAM)?)
}
