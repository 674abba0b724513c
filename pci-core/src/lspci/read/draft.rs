//! A record being parsed.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;

use host_tree::Located;

use super::form::Layout;
use super::named_value::{Class, Named, joined};
use super::record::Record;
use crate::{ClassCode, PciId, SubsystemId};

/// A record, and the facts that determine its completeness.
pub(super) struct Draft {
    pub(super) record: Record,
    pub(super) section: usize,
    /// A line below the first was seen.
    pub(super) fields: bool,
    /// A line was seen that only `-v` prints.
    pub(super) verbose: bool,
    pub(super) machine: Option<Box<Machine>>,
}

/// Values of a machine-readable record, line by line.
#[derive(Debug, Default)]
pub(super) struct Machine {
    pub(super) class: Option<Class>,
    pub(super) vendor: Option<Named>,
    pub(super) device: Option<Named>,
    pub(super) subsystem_vendor: Option<Named>,
    pub(super) subsystem: Option<Located<Named>>,
    pub(super) prog_if: Option<u8>,
}

impl Draft {
    /// Whether it is a function: not every `Slot:` starts one.
    pub(super) fn is_complete(&self) -> bool {
        self.record.form.layout != Layout::MachineRecord || self.record.form.numbers.is_some()
    }

    /// Completes a machine-readable record.
    pub(super) fn end_machine(&mut self) {
        let Some(machine) = self.machine.take() else {
            return;
        };
        let record = &mut self.record;
        let (Some(class), Some(vendor)) = (machine.class, &machine.vendor) else {
            return;
        };
        record.form.numbers = Some(class.numbers(vendor));
        record.class = class.code.map(|code| ClassCode {
            prog_if: machine.prog_if,
            ..code
        });
        record.class_name = class.name;
        if let Some(device) = &machine.device {
            record.id = vendor
                .number
                .zip(device.number)
                .map(|(vendor, device)| PciId::new(vendor, device));
            record.name = joined(vendor, device);
            record.vendor_name = vendor.name().map(str::to_owned);
        }
        if let (Some(vendor), Some(device)) = (&machine.subsystem_vendor, &machine.subsystem) {
            record.subsystem_name = joined(vendor, &device.value);
            record.subsystem = vendor
                .number
                .zip(device.value.number)
                .map(|(v, d)| device.clone().map(|_| SubsystemId::new(v, d)));
        }
    }
}
