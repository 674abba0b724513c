//! Listings of Windows, mostly without addresses.

use std::collections::{BTreeMap, BTreeSet};

use pci_core::Address;
use pci_core::listing::windows;
use pci_core::listing::windows::{PnpDevice, SurveyedDevice};
use pci_core::notation::LocationPath;

use crate::host::hardware::hyper_v::{DismountedFunction, HyperV};
use crate::host::hardware::without_address::DeviceWithoutAddress;
use crate::host::identity::platform::Platform;
use crate::host::model::{Entry, Foreign, Listing, Seen, Source, Survey, Value};

/// The devices that the text lists; Windows may be a guest.
pub(super) fn read(source: &str, text: &str) -> Option<Foreign> {
    let devices = windows::parse(text);
    let surveyed = windows::survey(text);
    let shown = devices.first();
    let shown = shown.map(|device| device.pnp_id.evidence(source));
    let shown = shown.or_else(|| Some(surveyed.first()?.name.evidence(source)))?;
    let mut listing = Listing::default();
    let mut hyper_v = HyperV::default();
    let mut dismounted = Vec::new();
    let mut paths = Vec::new();
    for device in &devices {
        hyper_v
            .dismounted
            .extend(DismountedFunction::new(source, device));
        let without_address = DeviceWithoutAddress::new(source, device);
        let at = DeviceWithoutAddress::address(device);
        let path = device.location_path.as_ref();
        paths.extend(path.map(|path| path.value.clone()).zip(at));
        match at.filter(|_| without_address.present != Some(false)) {
            Some(address) => listing
                .entries
                .push(entry(address, source, device, without_address)),
            None if device.pnp_id.value.is_dismounted => dismounted.push(without_address),
            None => listing.without_address.push(without_address),
        }
    }
    hyper_v.paths.clone_from(&paths);
    Some(Foreign {
        platform: Platform::Windows,
        shown,
        listing,
        survey: Survey {
            source: source.to_owned(),
            devices: surveyed,
            paths,
        },
        hyper_v,
        dismounted,
    })
}

fn entry(address: Address, source: &str, device: &PnpDevice, found: DeviceWithoutAddress) -> Entry {
    let mut entry = Entry::listed(address, Source::Windows, found.shown);
    entry.see(found.id.map(Value::Id));
    entry.see(found.subsystem.map(Value::Subsystem));
    if let Some(class) = &device.class {
        entry.see_at(Value::Class(class.value), class.evidence(source));
    }
    entry.see(found.revision.map(Value::Revision));
    entry.see(found.name.map(Value::Name));
    if let Some(driver) = found.driver {
        entry.see_at(Value::Driver(Some(driver.value)), driver.evidence);
    }
    entry
}

/// Adds facts of surveys to functions with a known address, and as other functions.
pub(in crate::host) fn add_surveys(seen: &mut Seen, surveys: &[Survey]) {
    let mut names: BTreeMap<&str, BTreeSet<Address>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for entry in seen.entries.iter().filter(|_| !surveys.is_empty()) {
        known.insert(entry.address);
        for seen in &entry.observations {
            if let Value::Name(name) = &seen.value {
                names.entry(name).or_default().insert(entry.address);
            }
        }
    }
    let paths: Vec<&(LocationPath, Address)> =
        surveys.iter().flat_map(|survey| &survey.paths).collect();
    let mut entries = Vec::new();
    for survey in surveys {
        for device in &survey.devices {
            let name = device.name.value.as_str();
            let path = device.location_path.as_ref().map(|path| &path.value);
            let at = paths.iter().find(|(known, _)| Some(known) == path);
            // Functions with duplicate IDs have one name, which does not tell them apart.
            let same = |one: &&SurveyedDevice| one.name.value == name;
            let address = match at {
                Some((_, address)) => Some(*address).filter(|address| known.contains(address)),
                None if survey.devices.iter().filter(same).count() == 1 => {
                    let named = names.get(name).filter(|named| named.len() == 1);
                    named.and_then(|named| named.first().copied())
                }
                None => None,
            };
            let shown = device.name.evidence(&survey.source);
            if let Some((address, megabytes)) = address.zip(device.mmio_mb) {
                let mut entry = Entry::listed(address, Source::Windows, shown);
                entry.see(Some(Value::SurveyedMmio(megabytes)));
                entries.push(entry);
            }
            let mut without_address = seen.without_address.iter_mut();
            match without_address.find(|known| known.is(device)) {
                Some(known) => known.judge(&survey.source, device),
                None => {
                    let found = DeviceWithoutAddress::surveyed(&survey.source, device);
                    seen.without_address.push(found);
                }
            }
        }
    }
    seen.entries.extend(entries);
}
