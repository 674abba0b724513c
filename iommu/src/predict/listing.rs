//! Functions from `lspci -vvv` text, with or without hex bytes.

use std::collections::BTreeMap;

use pci_core::config::ExtendedCapabilityId;
use pci_core::config::conventional::Express;
use pci_core::config::extended::{AccessControlServices, SrIov, SrIovControl};
use pci_core::lspci::{CapabilityKind, Details, Listing, Record, RegionKind, Verbosity};
use pci_core::{Address, PciId, RequesterId};

use super::function::{AcsRegisters, BusRange, Function};
use crate::error::{Cause, Result};

impl Function {
    /// Reads the functions of a listing. Bytes (`-xxxx`) take precedence over lines (`-vv`,
    /// `-vvv`); lines lack the multi-function bit, which is set if the listing has other functions
    /// of the device.
    ///
    /// # Errors
    ///
    /// If the lines of a function lack the data that determines its group.
    pub fn read_listing(listing: &Listing) -> Result<Vec<Self>> {
        let mut records: BTreeMap<Address, &Record> = BTreeMap::new();
        for record in &listing.records {
            let Some(address) = record.address else {
                continue;
            };
            let shows =
                |record: &Record| (!record.config.space().is_empty(), record.details.is_some());
            let known = records.entry(address).or_insert(record);
            if shows(record) > shows(known) {
                *known = record;
            }
        }
        let bytes = records.iter();
        if records
            .values()
            .all(|record| !record.config.space().is_empty())
        {
            return Self::read_all(
                bytes.map(|(address, record)| (*address, record.config.space())),
            );
        }
        let mut virtual_ones = BTreeMap::new();
        let mut functions = Vec::with_capacity(records.len());
        for (&address, record) in &records {
            if record.config.space().is_empty() {
                let mut function = of_lines(address, record)?;
                let slot = address.slot();
                function.multifunction_bit = (0..8)
                    .filter_map(|number| slot.function(number))
                    .any(|other| other != address && records.contains_key(&other));
                functions.push(function);
            } else {
                functions.push(Self::read(address, record.config.space())?);
            }
            if let Some(details) = &record.details {
                virtual_ones.extend(virtual_functions(address, record, details));
            }
        }
        for function in &mut functions {
            if let Some((physical, id)) = virtual_ones.get(&function.address) {
                function.physical_function = Some(*physical);
                function.id = *id;
            }
        }
        Ok(functions)
    }
}

/// A function from its lines.
fn of_lines(address: Address, record: &Record) -> Result<Function> {
    let not_shown = Cause::CapabilitiesNotShown(address);
    // `-v` alone prints the names of capabilities without their contents.
    if record.form.verbosity != Verbosity::VeryVerbose {
        return Err(not_shown.into());
    }
    let (Some(class), Some(id)) = (record.class, record.id) else {
        return Err(Cause::IdsNotShown(address).into());
    };
    let nothing = Details::default();
    let details = record.details.as_deref().unwrap_or(&nothing);
    if details.capabilities_end.is_some() {
        return Err(not_shown.into());
    }
    let express = details.capability::<Express>();
    let acs = CapabilityKind::Extended(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES);
    let acs = match details.find(acs) {
        None => None,
        Some(_) => {
            let acs = details.extended_capability::<AccessControlServices>();
            let acs = acs.ok_or(Cause::ExtendedNotShown(address))?.value;
            Some(AcsRegisters {
                capability: acs.capabilities.bits(),
                control: acs.control.bits(),
                // lspci does not print it.
                after: 0,
            })
        }
    };
    Ok(Function {
        address,
        id,
        subsystem: record.subsystem.as_ref().map(|ids| ids.value),
        class,
        multifunction_bit: false,
        bridge: record.buses.as_ref().map(|buses| BusRange {
            secondary: buses.value.secondary,
            subordinate: buses.value.subordinate,
        }),
        has_memory: details.expansion_rom.is_some()
            || details
                .regions
                .iter()
                .any(|region| matches!(region.value.kind, RegionKind::Memory { .. })),
        device_type: express.map(|express| express.value.capabilities.device_type),
        acs,
        physical_function: None,
    })
}

/// The virtual functions of a physical function, with their IDs.
fn virtual_functions(
    physical: Address,
    record: &Record,
    details: &Details,
) -> Vec<(Address, (Address, PciId))> {
    let Some(sr_iov) = details.extended_capability::<SrIov>() else {
        return Vec::new();
    };
    let (sr_iov, Some(own)) = (sr_iov.value, record.id) else {
        return Vec::new();
    };
    if !sr_iov.control.contains(SrIovControl::VF_ENABLE) {
        return Vec::new();
    }
    let id = PciId {
        vendor: own.vendor,
        device: sr_iov.vf_device_id,
    };
    (0..sr_iov.num_vfs)
        .map_while(|index| sr_iov.vf_requester_id(physical.requester_id().0, index))
        .map(|of| (RequesterId(of).in_domain(physical.domain()), (physical, id)))
        .collect()
}
