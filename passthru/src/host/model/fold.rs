//! Putting observations together, by the table of precedence.

use std::collections::BTreeMap;

use host_tree::Evidence;
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, ClassCode};

use super::contradiction::Contradiction;
use super::observation::{Entry, Observation, Value};
use super::precedence::{AmongEquals, Difference, FIELDS, Field, Row};
use super::source::Source;
use super::sysfs;
use crate::host::fact::Fact;
use crate::host::hardware::device::{Device, Driver};
use crate::host::hardware::esxi_ownership::EsxiFunction;

/// The result of folding the observations.
#[derive(Debug, Default)]
pub(in crate::host) struct Folded {
    pub(in crate::host) devices: BTreeMap<Address, Device>,
    /// The owners that ESXi names.
    pub(in crate::host) owners: BTreeMap<Address, EsxiFunction>,
    /// Pairs of lines that show two devices at one address.
    pub(in crate::host) other_devices: Vec<[Evidence; 2]>,
    /// Contradictions between lines about one device.
    pub(in crate::host) contradictions: Vec<Contradiction>,
    /// The lines of drivers that cannot be of the function that they are below.
    pub(in crate::host) misplaced: Vec<Evidence>,
}

/// The devices of the entries; for each field, the value of the source that takes precedence.
pub(in crate::host) fn fold(entries: Vec<Entry>) -> Folded {
    let mut entries: Vec<(usize, Entry)> = entries.into_iter().enumerate().collect();
    // The sort is stable: the entries of a function remain in the order of the input.
    entries.order_by_key(|(_, entry)| entry.address);
    let mut folded = Folded::default();
    // Built at once from this, the map needs half the memory of one that grows.
    let mut devices: Vec<(Address, Device)> = Vec::with_capacity(entries.len());
    let mut others: Vec<(usize, [Evidence; 2])> = Vec::new();
    let mut entries = entries.into_iter().peekable();
    while let Some((at, first)) = entries.next() {
        let address = first.address;
        let mut function = Function::new(address, first.shown.clone());
        function.add(at, first);
        while let Some((at, next)) = entries.next_if(|(_, next)| next.address == address) {
            function.add(at, next);
        }
        if let Some(owner) = function.owner.take() {
            folded.owners.insert(address, *owner);
        }
        others.append(&mut function.others);
        folded.contradictions.append(&mut function.contradictions);
        folded.misplaced.append(&mut function.misplaced);
        devices.push((address, function.device));
    }
    folded.devices = devices.into_iter().into_map();
    others.order_by_key(|(at, _)| *at);
    folded.other_devices = others.into_iter().map(|(_, pair)| pair).collect();
    folded
}

/// The observation that takes precedence for a field so far.
#[derive(Clone, Copy)]
struct Held {
    /// Distance from the most direct source.
    step: usize,
    is_sure: bool,
}

/// A function while its entries are put together.
struct Function {
    device: Device,
    held: [Option<Held>; FIELDS],
    /// The line that shows the revision, where it is another than the function's.
    revision: Option<Evidence>,
    owner: Option<Box<EsxiFunction>>,
    others: Vec<(usize, [Evidence; 2])>,
    contradictions: Vec<Contradiction>,
    misplaced: Vec<Evidence>,
}

impl Function {
    fn new(address: Address, shown: Evidence) -> Self {
        let mut device = Device::new(address, shown);
        device.is_only_named = true;
        Self {
            device,
            held: [None; FIELDS],
            revision: None,
            owner: None,
            others: Vec::new(),
            contradictions: Vec::new(),
            misplaced: Vec::new(),
        }
    }

    fn add(&mut self, at: usize, entry: Entry) {
        let Entry {
            source,
            shown,
            mut observations,
            sysfs,
            ..
        } = entry;
        if let Some(found) = sysfs {
            let mut in_sysfs = sysfs::of(&found);
            in_sysfs.append(&mut observations);
            observations = in_sysfs;
            self.device.sysfs = Some(found);
        }
        let lists = source.standing().lists();
        if lists {
            self.device.is_only_named = false;
        }
        let mut is_same = true;
        if source == Source::Lspci && self.is_another_by_name(&observations) {
            is_same = false;
            let lines = [self.device.shown.clone(), shown.clone()];
            self.others.push((at, lines));
        }
        for observation in observations {
            let found = self.see(source, &shown, observation);
            let Some((difference, contradiction)) = found.filter(|_| is_same) else {
                continue;
            };
            is_same = difference != Difference::OtherDevice;
            if !is_same && lists {
                let lines = [contradiction.counts.1, contradiction.other.1];
                self.others.push((at, lines));
                continue;
            }
            self.contradictions.push(contradiction);
            // A log of another boot, or of a guest.
            if !is_same {
                return;
            }
        }
    }

    /// Whether lspci, without ids, names a device of another maker than it did before: one that is
    /// surely another, or a maker worded in another way and another base class. Releases of pci.ids
    /// word one maker's name in different ways, but none changes a base class.
    fn is_another_by_name(&self, observations: &[Observation]) -> bool {
        let device = &self.device;
        let held = self.held.get(Field::Name as usize).copied().flatten();
        let (Some(name), Some(class)) = (&device.source_name, &device.class) else {
            return false;
        };
        let is_id = |seen: &Observation| matches!(seen.value, Value::Id(_));
        if !held.is_some_and(|held| held.is_sure) || observations.iter().any(is_id) {
            return false;
        }
        let mut is_of_another = false;
        let mut is_surely_of_another = false;
        let mut is_of_class = false;
        for seen in observations {
            match &seen.value {
                Value::Name(other) if seen.is_sure => {
                    is_of_another = match (maker(name), maker(other)) {
                        (Some(maker), Some(other)) => !maker.eq_ignore_ascii_case(other),
                        _ => false,
                    };
                    is_surely_of_another = match (known_maker(name), known_maker(other)) {
                        (Some(maker), Some(other)) => maker != other,
                        _ => false,
                    };
                }
                Value::Class(other) => is_of_class = other.base == class.value.base,
                _ => {}
            }
        }
        let has_class = |seen: &Observation| matches!(seen.value, Value::Class(_));
        is_surely_of_another || is_of_another && !is_of_class && observations.iter().any(has_class)
    }

    /// Adds an observation, and returns its contradiction with another one.
    fn see(
        &mut self,
        source: Source,
        shown: &Evidence,
        seen: Observation,
    ) -> Option<(Difference, Contradiction)> {
        let source = seen.source.unwrap_or(source);
        let standing = source.standing();
        let field = seen.value.field();
        let row = field.row()?;
        let new = Held {
            step: row.step(standing)?,
            is_sure: seen.is_sure,
        };
        let held = self.held.get(field as usize).copied().flatten();
        let counts = held.is_none_or(|held| self.precedes(row, new, held, &seen.value));
        let is_compared = row.difference != Difference::Usual
            && new.is_sure
            && held.is_some_and(|held| held.is_sure);
        let known = is_compared.then(|| self.different(&seen.value)).flatten();
        let contradiction = known.map(|known| {
            let line = seen.line.as_ref().unwrap_or(shown);
            let found = (text(&seen.value), line.clone());
            let (first, second) = if counts {
                (found, known)
            } else {
                (known, found)
            };
            let contradiction = Contradiction {
                address: self.device.address,
                field: row.field.name(),
                counts: first,
                other: second,
            };
            (row.difference, contradiction)
        });
        if counts {
            // A line of a listing that has the ids shows the function best.
            let is_best = matches!(seen.value, Value::Id(_)) && standing.lists();
            if is_best && self.device.shown != *shown {
                self.device.shown = shown.clone();
            }
            if self.set(source, shown, seen.value, seen.line)
                && let Some(slot) = self.held.get_mut(field as usize)
            {
                *slot = Some(new);
            }
        }
        contradiction
    }

    /// Whether a new observation takes precedence over the current one.
    fn precedes(&self, row: &Row, new: Held, held: Held, value: &Value) -> bool {
        if new.step != held.step {
            return new.step < held.step;
        }
        match row.among_equals {
            AmongEquals::First => new.is_sure && !held.is_sure,
            AmongEquals::Last | AmongEquals::LastOfEachPart => true,
            AmongEquals::MostSpecific => {
                let known = self.device.class.as_ref();
                let is_vague = known.is_none_or(|known| known.value.prog_if.is_none());
                matches!(value, Value::Class(class) if is_vague && class.prog_if.is_some())
            }
        }
    }

    /// The current value and its line, if the value differs.
    fn different(&self, value: &Value) -> Option<(String, Evidence)> {
        let device = &self.device;
        match value {
            Value::Id(id) => {
                let known = device.id.as_ref().filter(|known| known.value != *id)?;
                Some((known.value.to_string(), known.evidence.clone()))
            }
            Value::Class(class) => {
                let pair = |class: &ClassCode| (class.base, class.sub);
                let known = device.class.as_ref();
                let known = known.filter(|known| pair(&known.value) != pair(class))?;
                Some((class_text(known.value), known.evidence.clone()))
            }
            // A function that does not answer reads as ff.
            Value::Revision(revision) => {
                let known = device.revision.filter(|known| known != revision)?;
                let answers = known != 0xff && *revision != 0xff;
                let line = self.revision.as_ref().unwrap_or(&device.shown);
                answers.then(|| (format!("{known:02x}"), line.clone()))
            }
            Value::Subsystem(card) => {
                let known = device.subsystem.as_ref();
                let known = known.filter(|known| known.value != *card)?;
                Some((known.value.to_string(), known.evidence.clone()))
            }
            _ => None,
        }
    }

    /// Sets a field; whether the value can be of this function.
    fn set(
        &mut self,
        source: Source,
        shown: &Evidence,
        value: Value,
        line: Option<Evidence>,
    ) -> bool {
        let device = &mut self.device;
        let line = || line.unwrap_or_else(|| shown.clone());
        match value {
            Value::Id(id) => device.id = Some(Fact::new(id, line())),
            Value::Class(class) => device.class = Some(Fact::new(class, line())),
            Value::Revision(revision) => {
                device.revision = Some(revision);
                self.revision = (*shown != device.shown).then(line);
            }
            Value::Subsystem(card) => device.subsystem = Some(Fact::new(card, line())),
            Value::Name(name) => device.source_name = Some(name),
            Value::Driver(Some(driver)) => {
                let class = device.class.as_ref().map(|class| class.value);
                // The line of a function whose first line is missing.
                if source == Source::Lspci && !may_drive(&driver, class) {
                    self.misplaced.push(line());
                    return false;
                }
                let bound = Fact::new(driver, line());
                if let Driver::Bound(earlier) = &device.driver {
                    let is_same_text = earlier.evidence.source == bound.evidence.source;
                    let is_other = is_same_text && earlier.value != bound.value;
                    device.earlier_driver = is_other.then(|| Box::new(earlier.clone()));
                }
                device.driver = Driver::Bound(bound);
            }
            Value::Driver(None) => device.driver = Driver::Unbound(line()),
            Value::DriverModule(module) => device.driver_module = Some(module),
            Value::Modalias(modalias) => device.modalias = Some(modalias),
            Value::Modules(modules) => device.modules = modules,
            Value::BootDisplay(is) => {
                device.boot_display = Some(Box::new(Fact::new(is, line())));
            }
            Value::ResetMethods(methods) => device.reset_methods = Some(methods),
            Value::ResetCapabilities(found) => device.reset_capabilities = Some(found),
            Value::Memory(regions) => device.memory = Some(regions),
            Value::ListedRegions(regions) => device.listed_regions = Some(regions),
            Value::ListedPlacement(found) => device.listed_placement = Some(found),
            Value::SurveyedMmio(megabytes) => {
                device.surveyed_mmio_mb = Some(Box::new(Fact::new(megabytes, line())));
            }
            Value::HotPlugBridge(has) => device.hot_plug_bridge = Some(has),
            Value::Owner(found) => match &mut self.owner {
                Some(known) => known.see(*found),
                None => self.owner = Some(found),
            },
        }
        true
    }
}

/// The first word of the maker's name; `None` where lspci knows the ids alone.
fn maker(name: &str) -> Option<&str> {
    let word = name.split([' ', ',']).next()?;
    (!word.is_empty() && word != "Device").then_some(word)
}

/// The maker of the device by the first word of its name in any release of pci.ids, for makers
/// that did not merge with another one of them.
fn known_maker(name: &str) -> Option<&'static str> {
    const MAKERS: [(&str, &str); 10] = [
        ("nvidia", "NVIDIA"),
        ("advanced", "AMD"),
        ("amd", "AMD"),
        ("ati", "AMD"),
        ("intel", "Intel"),
        ("realtek", "Realtek"),
        ("samsung", "Samsung"),
        ("asmedia", "ASMedia"),
        ("matrox", "Matrox"),
        ("aspeed", "ASPEED"),
    ];
    let word = maker(name)?;
    let known = MAKERS
        .iter()
        .find(|(start, _)| word.eq_ignore_ascii_case(start));
    known.map(|(_, maker)| *maker)
}

/// A compared value, as used in sentences.
fn text(value: &Value) -> String {
    match value {
        Value::Id(id) => id.to_string(),
        Value::Class(class) => class_text(*class),
        Value::Revision(revision) => format!("{revision:02x}"),
        Value::Subsystem(card) => card.to_string(),
        _ => String::new(),
    }
}

/// The base class and the sub-class, which all sources show.
fn class_text(class: ClassCode) -> String {
    format!("{:02x}{:02x}", class.base, class.sub)
}

/// Whether a driver can have functions of the class, by the base classes that drivers of
/// common functions match: display 03, multimedia 04, bridge 06, mass storage 01, serial bus 0c
/// (Linux, the `pci_device_id` tables of these drivers).
fn may_drive(driver: &str, class: Option<ClassCode>) -> bool {
    let Some(class) = class else { return true };
    let bases: &[u8] = match driver {
        // NVIDIA's and AMD's driver has accelerators, too.
        "nvidia" | "nouveau" | "amdgpu" | "radeon" | "i915" | "xe" => &[0x03, 0x0b, 0x12],
        "snd_hda_intel" => &[0x04],
        "pcieport" => &[0x06],
        "nvme" | "ahci" => &[0x01],
        "xhci_hcd" | "ehci-pci" => &[0x0c],
        _ => return true,
    };
    bases.contains(&class.base)
}

#[cfg(test)]
mod tests;
