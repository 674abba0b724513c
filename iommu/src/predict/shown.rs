//! Functions from all that an input shows of them: configuration space, `lspci` text, and IDs from
//! other sources.

use std::collections::BTreeMap;

use host_tree::Lookup;
use pci_core::config::conventional::Express;
use pci_core::config::conventional::express::DeviceType;
use pci_core::config::extended::{AccessControlServices, SrIov, SrIovControl};
use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId, Header};
use pci_core::lspci::{CapabilityKind, Details, Listing, Record, RegionKind, Verbosity};
use pci_core::names::Names;
use pci_core::{Address, ClassCode, DeviceId, PciId, RequesterId};

use super::function::{Acs, AcsRegisters, BusRange, Function, FunctionId};
use super::read::acs_registers;
use crate::error::{Cause, Result};

/// All that an input shows of a function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shown<'a> {
    /// Its address.
    pub address: Address,
    /// Its configuration space, each as far as a source shows it.
    pub spaces: Vec<ConfigSpace<'a>>,
    /// Its records in `lspci` text.
    pub records: Vec<&'a Record>,
    /// Its ID, from other sources.
    pub id: Option<PciId>,
    /// Its class, from other sources.
    pub class: Option<ClassCode>,
}

impl<'a> Shown<'a> {
    /// Nothing but its address.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self {
            address,
            spaces: Vec::new(),
            records: Vec::new(),
            id: None,
            class: None,
        }
    }

    /// The functions of a listing, with the bytes in it (`-xxxx`).
    #[must_use]
    pub fn of_listing(listing: &'a Listing) -> Vec<Self> {
        let mut all: BTreeMap<Address, Self> = BTreeMap::new();
        for record in &listing.records {
            if let Some(address) = record.address {
                let shown = all.entry(address).or_insert_with(|| Self::new(address));
                shown.add(record);
            }
        }
        all.into_values().collect()
    }

    /// Adds a record.
    pub fn add(&mut self, record: &'a Record) {
        let space = record.config.space();
        if !space.is_empty() {
            self.spaces.push(space);
        }
        self.records.push(record);
    }

    /// The configuration space of most bytes that responds.
    fn readable(&self) -> Option<ConfigSpace<'a>> {
        let spaces = self.spaces.iter().copied();
        spaces
            .filter(|space| !space.is_all_ones())
            .max_by_key(|space| space.len())
    }

    /// Whether all sources show that the function does not respond, or none shows more than its
    /// address.
    fn is_unreadable(&self) -> bool {
        let says = |record: &&Record| {
            let header = record.unknown_header.as_ref();
            header.is_some_and(|header| header.value == 0x7f)
        };
        self.readable().is_none()
            && self.verbose().is_none()
            && (!self.spaces.is_empty() || self.records.is_empty() || self.records.iter().any(says))
    }

    /// The lines of its record that list all capabilities, the most detailed first.
    fn verbose(&self) -> Option<(&'a Record, &'a Details)> {
        let complete = self.records.iter().filter_map(|record| {
            let details = record.details.as_deref()?;
            let is_complete = record.form.verbosity >= Verbosity::Verbose
                && details.capabilities_end.is_none()
                && record.unknown_header.is_none();
            is_complete.then_some((*record, details))
        });
        complete.max_by_key(|(record, _)| record.form.verbosity)
    }

    /// Its ID: by number, otherwise by name in `names`.
    fn id(&self, names: Option<&Names<'_>>) -> FunctionId {
        let numbers = self.records.iter().find_map(|record| record.id);
        if let Some(id) = numbers.or(self.id) {
            return FunctionId::Known(id);
        }
        let Some(names) = names else {
            return FunctionId::NotShown;
        };
        let mut found = FunctionId::NotShown;
        for record in &self.records {
            let (devices, vendors) = (record.candidates(names), record.vendors(names));
            match FunctionId::of_candidates(devices, vendors) {
                FunctionId::NotShown => {}
                id @ FunctionId::OfVendor(_) => found = id,
                id => return id,
            }
        }
        found
    }

    fn class(&self) -> Option<ClassCode> {
        let of_records = self.records.iter().find_map(|record| record.class);
        of_records.or(self.class)
    }

    fn bridge(&self) -> Option<BusRange> {
        let buses = self
            .records
            .iter()
            .find_map(|record| record.buses.as_ref())?;
        Some(BusRange {
            secondary: buses.value.secondary,
            subordinate: buses.value.subordinate,
        })
    }

    /// The function, without the properties that others determine.
    fn read(&self, names: Option<&Names<'_>>) -> Result<Function> {
        let address = self.address;
        let of_lines = || Function {
            address,
            id: self.id(names),
            subsystem: self.subsystem(),
            class: self.class(),
            is_readable: true,
            multifunction_bit: false,
            bridge: self.bridge(),
            has_memory: self
                .verbose()
                .is_some_and(|(_, details)| has_memory(details)),
            device_type: None,
            acs: None,
            physical_function: None,
        };
        if self.is_unreadable() {
            return Ok(Function {
                is_readable: false,
                ..of_lines()
            });
        }
        let mut function = match self.readable() {
            None => of_lines(),
            Some(space) => {
                let header = Header::read(space).map_err(|error| Cause::Header { address, error });
                Function::of_header(address, &header?)
            }
        };
        function.device_type = self.device_type()?;
        if function.device_type.is_some() {
            function.acs = self.acs()?;
        }
        Ok(function)
    }

    fn subsystem(&self) -> Option<pci_core::SubsystemId> {
        let mut all = self.records.iter();
        all.find_map(|record| Some(record.subsystem.as_ref()?.value))
    }

    /// The type in the PCI Express capability: bytes take precedence over lines.
    fn device_type(&self) -> Result<Option<DeviceType>> {
        match self.readable().map(|space| space.capability::<Express>()) {
            Some(Lookup::Found(express)) => return Ok(Some(express.capabilities.device_type)),
            Some(Lookup::Absent) => return Ok(None),
            Some(Lookup::NotShown | Lookup::Unreadable(_)) | None => {}
        }
        let Some((_, details)) = self.verbose() else {
            return Err(Cause::CapabilitiesNotShown(self.address).into());
        };
        let express = details.capability::<Express>();
        Ok(express.map(|express| express.value.capabilities.device_type))
    }

    /// The ACS capability: bytes take precedence over lines, which list it even if the dump is
    /// shorter (`-xxx`).
    fn acs(&self) -> Result<Option<Acs>> {
        if let Some(space) = self.readable() {
            let list = ExtendedCapabilities::read(space);
            match list.find(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES) {
                Some(found) => {
                    if let Some(registers) = acs_registers(space, found.offset) {
                        return Ok(Some(Acs::Registers(registers)));
                    }
                }
                None if list.end.is_complete() => return Ok(None),
                None => {}
            }
        }
        let Some((record, details)) = self.verbose() else {
            return Err(Cause::ExtendedNotShown(self.address).into());
        };
        let kind = CapabilityKind::Extended(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES);
        if details.find(kind).is_none() {
            return Ok(None);
        }
        let registers = details.extended_capability::<AccessControlServices>();
        match registers.map(|acs| acs.value) {
            Some(acs) if record.form.verbosity == Verbosity::VeryVerbose => {
                Ok(Some(Acs::Registers(AcsRegisters {
                    capability: acs.capabilities.bits(),
                    control: acs.control.bits(),
                    // lspci does not print it.
                    after: 0,
                })))
            }
            _ => Ok(Some(Acs::Listed)),
        }
    }

    /// Whether its lines list an SR-IOV capability.
    fn lists_sr_iov(&self) -> bool {
        let kind = CapabilityKind::Extended(ExtendedCapabilityId::SR_IOV);
        self.verbose()
            .is_some_and(|(_, details)| details.find(kind).is_some())
    }

    /// The SR-IOV capability, if its registers are shown.
    fn sr_iov(&self) -> Option<SrIov> {
        let spaces = self.readable();
        let of_bytes = spaces.and_then(|space| space.extended_capability::<SrIov>().found());
        of_bytes.or_else(|| {
            let (record, details) = self.verbose()?;
            let is_shown = record.form.verbosity == Verbosity::VeryVerbose;
            Some(details.extended_capability::<SrIov>()?.value).filter(|_| is_shown)
        })
    }
}

impl Function {
    /// Parses the configuration space of all functions of a host. Functions that an SR-IOV
    /// capability declares virtual get their physical function and their IDs, which their own
    /// configuration space lacks.
    ///
    /// # Errors
    ///
    /// If a function lacks the data that determines the groups.
    pub fn read_all<'a>(
        all: impl IntoIterator<Item = (Address, ConfigSpace<'a>)>,
    ) -> Result<Vec<Self>> {
        let all = all.into_iter().map(|(address, space)| Shown {
            spaces: vec![space],
            ..Shown::new(address)
        });
        Self::read_shown(&all.collect::<Vec<_>>(), None)
    }

    /// Reads the functions of a listing: bytes (`-xxxx`) take precedence over lines (`-v`, `-vv`,
    /// `-vvv`), for each capability. Lines lack the multi-function bit, which is set if the listing
    /// has other functions of the device. IDs that the listing lacks are resolved by name in
    /// `names`.
    ///
    /// # Errors
    ///
    /// If the lines of a function lack the data that determines its group.
    pub fn read_listing(listing: &Listing, names: &Names<'_>) -> Result<Vec<Self>> {
        Self::read_shown(&Shown::of_listing(listing), Some(names))
    }

    /// Reads functions from all that an input shows of them. A function that does not respond (all
    /// ones, `!!! Unknown header type 7f`) is kept with the facts that the other sources show.
    ///
    /// # Errors
    ///
    /// If a function lacks the data that determines its group, or none responds.
    pub fn read_shown(all: &[Shown<'_>], names: Option<&Names<'_>>) -> Result<Vec<Self>> {
        let functions = all.iter().map(|shown| shown.read(names));
        let mut functions = functions.collect::<Result<Vec<Self>>>()?;
        if let Some(first) = functions.first()
            && functions.iter().all(|function| !function.is_readable)
        {
            return Err(Cause::CapabilitiesNotShown(first.address).into());
        }
        let mut slots: BTreeMap<_, usize> = BTreeMap::new();
        for function in &functions {
            *slots.entry(function.address.slot()).or_default() += 1;
        }
        for (function, shown) in functions.iter_mut().zip(all) {
            if shown.readable().is_none() {
                let count = slots.get(&function.address.slot()).copied();
                function.multifunction_bit = count > Some(1);
            }
        }
        virtual_functions(&mut functions, all);
        maybe_virtual(&mut functions, all);
        Ok(functions)
    }
}

/// Sets the physical function and the ID of the functions that an SR-IOV capability declares
/// virtual.
fn virtual_functions(functions: &mut [Function], all: &[Shown<'_>]) {
    let mut virtual_ones = BTreeMap::new();
    // Limit: malformed input could declare as many for each function.
    let mut most = usize::from(u16::MAX);
    for (physical, shown) in functions.iter().zip(all) {
        let Some(sr_iov) = shown.sr_iov() else {
            continue;
        };
        if !sr_iov.control.contains(SrIovControl::VF_ENABLE) {
            continue;
        }
        let own = physical.address;
        let ids = (0..sr_iov.num_vfs)
            .map_while(|index| sr_iov.vf_requester_id(own.requester_id().0, index));
        for id in ids.take(most) {
            most -= 1;
            let address = RequesterId(id).in_domain(own.domain());
            let of = id_of_virtual(&physical.id, sr_iov.vf_device_id);
            virtual_ones.insert(address, (own, of));
        }
    }
    for function in functions {
        if let Some((physical, id)) = virtual_ones.remove(&function.address) {
            function.physical_function = Some(physical);
            function.id = id;
        }
    }
}

/// Leaves the relations of functions open that may be virtual: `lspci -v` lists the SR-IOV capability
/// of a physical function without the requester IDs of its virtual functions, which are on its bus
/// or the following ones and have its class (PCI Express Base Specification 6.0, section 9.3.4).
fn maybe_virtual(functions: &mut [Function], all: &[Shown<'_>]) {
    let physical = all
        .iter()
        .zip(functions.iter())
        .filter(|(shown, _)| shown.sr_iov().is_none() && shown.lists_sr_iov())
        .map(|(shown, function)| (shown.address, function.class))
        .take(MOST_PHYSICAL);
    let physical: Vec<_> = physical.collect();
    for (function, shown) in functions.iter_mut().zip(all) {
        let at = function.address;
        let may_be_of = |(of, class): &(Address, Option<ClassCode>)| {
            at.domain() == of.domain()
                && at > *of
                && class.map(|class| (class.base, class.sub))
                    == function.class.map(|class| (class.base, class.sub))
        };
        if function.bridge.is_none() && !shown.lists_sr_iov() && physical.iter().any(may_be_of) {
            function.is_readable = false;
        }
    }
}

/// Limit of the physical functions whose virtual functions are looked for.
const MOST_PHYSICAL: usize = 256;

/// The ID of a virtual function: the vendor of its physical function, and the device ID in the
/// SR-IOV capability.
fn id_of_virtual(physical: &FunctionId, device: DeviceId) -> FunctionId {
    match physical {
        FunctionId::Known(id) => FunctionId::Known(PciId { device, ..*id }),
        FunctionId::OneOf(ids) => {
            let mut ids: Vec<PciId> = ids.iter().map(|id| PciId { device, ..*id }).collect();
            ids.dedup();
            FunctionId::of_candidates(ids, Vec::new())
        }
        FunctionId::OfVendor(vendors) => {
            let of = |vendor: &_| PciId {
                vendor: *vendor,
                device,
            };
            FunctionId::of_candidates(vendors.iter().map(of).collect(), Vec::new())
        }
        FunctionId::NotShown => FunctionId::NotShown,
    }
}

fn has_memory(details: &Details) -> bool {
    let is_memory =
        |region: &pci_core::lspci::Region| matches!(region.kind, RegionKind::Memory { .. });
    details.expansion_rom.is_some() || details.regions.iter().any(|one| is_memory(&one.value))
}
