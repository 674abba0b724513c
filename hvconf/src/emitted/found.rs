//! The functions that a reader finds, and the description made of them.

use pci_core::{Address, PciId};

use super::not_converted::NotConverted;
use crate::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, GuestSlot, RomFile,
};
use crate::description::{Description, VmName};
use crate::error::Error;

/// Functions and settings that a reader found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    slots: Vec<FoundSlot>,
    /// Settings that a description cannot hold.
    pub(crate) not_converted: Vec<NotConverted>,
}

/// Functions and settings of one slot.
#[derive(Clone, Debug)]
struct FoundSlot {
    functions: Vec<AssignedFunction>,
    coverage: Coverage,
    /// The guest slot of each function that has one.
    places: Vec<GuestSlot>,
    roms: Vec<(Address, RomFile)>,
}

impl Found {
    fn slot(&mut self, address: Address) -> Option<&mut FoundSlot> {
        self.slots.iter_mut().find(|slot| {
            let first = slot.functions.first();
            first.is_some_and(|one| one.address.slot() == address.slot())
        })
    }

    /// One function is assigned.
    pub(crate) fn function(&mut self, address: Address) {
        self.identified(address, None);
    }

    /// The same, of which the file names the ids.
    pub(crate) fn identified(&mut self, address: Address, id: Option<PciId>) {
        let function = AssignedFunction {
            id,
            ..AssignedFunction::at(address)
        };
        match self.slot(address) {
            Some(slot) => {
                if !slot.functions.iter().any(|one| one.address == address) {
                    slot.functions.push(function);
                }
            }
            None => self.slots.push(FoundSlot {
                functions: vec![function],
                coverage: Coverage::ListedFunctions,
                places: Vec::new(),
                roms: Vec::new(),
            }),
        }
    }

    /// All functions of the slot of `address` are assigned.
    pub(crate) fn whole_slot(&mut self, address: Address) {
        self.function(address);
        if let Some(slot) = self.slot(address) {
            slot.coverage = Coverage::WholeSlot;
        }
    }

    /// The function at `address`, which is assigned, is at `place` in the guest.
    pub(crate) fn place(&mut self, address: Address, place: GuestSlot) {
        if let Some(slot) = self.slot(address) {
            slot.places.push(place);
        }
    }

    /// The function at `address`, which is assigned, has a file in place of its ROM.
    pub(crate) fn rom(&mut self, address: Address, path: &str) {
        match RomFile::found_at(path) {
            Ok(file) => {
                if let Some(slot) = self.slot(address) {
                    slot.roms.push((address, file));
                }
            }
            Err(_) => {
                let why = "the name has characters that formats treat specially";
                self.not_converted
                    .push(NotConverted::new(format!("rom={path}"), why));
            }
        }
    }

    /// The description of a machine that gets these; its name is the one nearest to
    /// `name`.
    pub(crate) fn describe(&mut self, name: Option<&str>) -> Result<Description, Error> {
        let mut slots = Vec::new();
        for found in &self.slots {
            let mut slot = AssignedSlot::new(found.functions.clone(), found.coverage)?;
            let first = slot.functions().first().map(|first| first.address);
            let mut roms = found.roms.iter();
            let own = roms.find(|(address, _)| Some(*address) == first);
            slot.rom_file = own.map(|(_, file)| file.clone());
            for (address, file) in &found.roms {
                if slot.rom_file.as_ref() != Some(file) {
                    let why = "the setting of the first function is that of the slot";
                    self.not_converted
                        .push(NotConverted::new(format!("rom={file} of {address}"), why));
                }
            }
            let is_all = found.places.len() == found.functions.len()
                || found.coverage == Coverage::WholeSlot;
            let place = found.places.first().copied();
            if is_all && found.places.iter().all(|one| Some(*one) == place) {
                slot.guest = place;
            } else if place.is_some() {
                let what = format!("guest addresses of {}", slot.slot());
                let why = "its functions are in different slots; they are put into one";
                self.not_converted.push(NotConverted::new(what, why));
            }
            slots.push(slot);
        }
        let assigned =
            AssignedDevices::new(slots).map_err(|error| error.beside(&self.not_converted))?;
        let given = name.unwrap_or("guest");
        let near = VmName::nearest(given);
        if name.is_some() && near.as_ref().map(VmName::as_str) != Some(given) {
            self.not_converted.push(NotConverted::new(
                format!("name {given:?}"),
                "not every hypervisor accepts it",
            ));
        }
        Ok(Description::new(
            near.unwrap_or_else(VmName::unnamed),
            assigned,
        ))
    }
}
