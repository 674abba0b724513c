//! Observations of a function's directory in sysfs.

use host_tree::{Evidence, Lookup};
use pci_core::sysfs::SysfsDevice;

use super::observation::{Entry, Observation, Value};
use super::source::Source;
use crate::host::hardware::memory;

impl Entry {
    /// The entry of a function in sysfs. The observations of thousands are not kept at once: [`of`]
    /// makes them when the entry is added to its function.
    pub(in crate::host) fn in_sysfs(found: SysfsDevice) -> Self {
        let mut entry = Self::listed(found.address, Source::Sysfs, found.evidence());
        entry.sysfs = Some(Box::new(found));
        entry
    }
}

/// The observations of a function in sysfs.
pub(super) fn of(found: &SysfsDevice) -> Vec<Observation> {
    let mut observations = Vec::with_capacity(FIELDS);
    let mut see = |value, line| {
        observations.push(Observation {
            value,
            source: None,
            line,
            is_sure: true,
        });
    };
    let mut see_at = |fact: Option<(Value, Evidence)>| {
        if let Some((value, line)) = fact {
            see(value, Some(line));
        }
    };
    let path = |attribute: &'static str| || found.path(attribute);
    see_at(fact(&found.id, path("uevent"), |id| format!("PCI_ID={id}")).map(with(Value::Id)));
    let class = fact(&found.class, path("class"), |class| format!("0x{class}"));
    see_at(class.map(with(Value::Class)));
    let card = fact(&found.subsystem, path("uevent"), |card| {
        format!("PCI_SUBSYS_ID={card}")
    });
    see_at(card.map(with(Value::Subsystem)));
    let driver = fact(&found.driver, path("driver"), String::clone);
    let driver = driver.map(|(driver, line)| (Value::Driver(Some(driver)), line));
    see_at(driver.or_else(|| {
        let path = found.driver.is_absent().then(path("driver"))?;
        Some((Value::Driver(None), found.driver.absence(&path)?))
    }));
    let display = fact(&found.boot_vga, path("boot_vga"), |is| {
        u8::from(*is).to_string()
    });
    see_at(display.map(with(Value::BootDisplay)));
    let others = [
        found.revision.clone().found().map(Value::Revision),
        found.driver_module.clone().found().map(Value::DriverModule),
        found.modalias.clone().found().map(Value::Modalias),
        found.reset_methods.clone().found().map(Value::ResetMethods),
        memory::of_sysfs(found).map(Value::Memory),
    ];
    for value in others.into_iter().flatten() {
        see(value, None);
    }
    observations
}

/// As many fields as sysfs shows of most functions.
const FIELDS: usize = 10;

/// The fact at `path` in sysfs, with `text` as evidence.
fn fact<T: Clone>(
    found: &Lookup<T>,
    path: impl FnOnce() -> String,
    text: impl FnOnce(&T) -> String,
) -> Option<(T, Evidence)> {
    let Lookup::Found(value) = found else {
        return None;
    };
    Lookup::Found(value.clone()).shown(path(), text).found()
}

fn with<T>(value: impl Fn(T) -> Value) -> impl Fn((T, Evidence)) -> (Value, Evidence) {
    move |(found, line)| (value(found), line)
}
