//! bhyve in conversions: a guest of vm-bhyve, a file of variables, the list of `loader.conf`, or a
//! command line.

use super::arguments::read_arguments;
use super::emit::emit;
use super::ppt::PptDevs;
use super::variables::{Variables, read_variables};
use super::vm_bhyve::read;
use crate::convert::{Declaration, FirmwareSetting, Known, Order, Sign};
use crate::emitted::{Found, ReadBack};
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
    ..Declaration::machine("bhyve", "bhyve", |vm, _| emit(vm))
};

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
