//! Facts in sysfs.

use host_tree::{Evidence, HostTree, Lookup};
use pci_core::sysfs::{self, SysfsDevice, Wanted};

use crate::host::coverage::Coverage;
use crate::host::hardware::memory;
use crate::host::model::{Entry, Seen, Source, Value};

/// Adds the functions that sysfs shows.
pub(super) fn read(seen: &mut Seen, tree: &dyn HostTree, wanted: Wanted) {
    let shown = sysfs::read_wanted(tree, wanted);
    if let Lookup::Found(sysfs::Coverage::Whole) = shown.coverage {
        seen.coverage.push(Coverage::All);
    }
    seen.topology.sysfs(&shown);
    seen.linux_shown |= !shown.devices.is_empty();
    seen.entries.extend(shown.devices.into_iter().map(entry));
}

fn entry(found: SysfsDevice) -> Entry {
    let mut entry = Entry::listed(found.address, Source::Sysfs, found.evidence());
    entry.observations.reserve(FIELDS);
    let mut see = |value: Option<(Value, Evidence)>| {
        if let Some((value, line)) = value {
            entry.see_at(value, line);
        }
    };
    let path = |attribute: &'static str| || found.path(attribute);
    see(fact(&found.id, path("uevent"), |id| format!("PCI_ID={id}")).map(with(Value::Id)));
    let class = fact(&found.class, path("class"), |class| format!("0x{class}"));
    see(class.map(with(Value::Class)));
    let card = fact(&found.subsystem, path("uevent"), |card| {
        format!("PCI_SUBSYS_ID={card}")
    });
    see(card.map(with(Value::Subsystem)));
    let driver = fact(&found.driver, path("driver"), String::clone);
    let driver = driver.map(|(driver, line)| (Value::Driver(Some(driver)), line));
    see(driver.or_else(|| {
        let path = found.driver.is_absent().then(path("driver"))?;
        Some((Value::Driver(None), found.driver.absence(&path)?))
    }));
    let display = fact(&found.boot_vga, path("boot_vga"), |is| {
        u8::from(*is).to_string()
    });
    see(display.map(with(Value::BootDisplay)));
    entry.see(found.revision.clone().found().map(Value::Revision));
    entry.see(found.driver_module.clone().found().map(Value::DriverModule));
    entry.see(found.modalias.clone().found().map(Value::Modalias));
    entry.see(found.reset_methods.clone().found().map(Value::ResetMethods));
    entry.see(memory::of_sysfs(&found).map(Value::Memory));
    entry.see(Some(Value::Sysfs(Box::new(found))));
    entry
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
