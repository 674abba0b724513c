//! Which entries are of the host: a listing may be a guest's, and a line may name a function
//! that the host has not.

use std::collections::{BTreeMap, BTreeSet};

use list_order::Inserts as _;
use pci_core::{Address, PciId};

use super::observation::{Entry, Naming};
use super::seen::{Seen, Way};
use super::source::{Side, Source};
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::identity::platform::Platform;
use crate::host::sources::windows::add_surveys;

/// Maximum number of functions from commands, or from bhyve settings, that are not in a listing.
const MOST_NAMED: usize = 256;

impl Seen {
    /// Adds lspci's functions of a virtual machine, unless another host is in the input: functions
    /// that the host does not have. A listing that the text says to be a guest's is only added
    /// where all lines are.
    pub(in crate::host) fn admit_emulated(&mut self, side: Side) {
        let emulated = std::mem::take(&mut self.emulated);
        if emulated.is_empty() {
            return;
        }
        let entries = emulated.iter().flat_map(|run| &run.listing.entries);
        let shown: BTreeMap<Address, Option<PciId>> =
            entries.map(|entry| (entry.address, entry.id())).into_map();
        let is_elsewhere = |entry: &Entry| {
            let there = shown.get(&entry.address);
            let id = entry.id();
            id.is_some() && there.is_none_or(|there| there.is_some() && *there != id)
        };
        let is_guest = self.entries.iter().any(is_elsewhere);
        for run in emulated {
            if side == Side::Host && (is_guest || run.is_announced) {
                self.guest_listings.extend(run.first);
                self.guest_entries.extend(run.listing.entries);
            } else {
                self.emulated_shown = self.emulated_shown.take().or(run.shown);
                self.add(run.listing);
            }
        }
    }

    /// Adds the listings of systems that may be a guest's, unless another host system is in the
    /// input; those of Windows also where a line names another host.
    pub(in crate::host) fn admit_foreign(&mut self, is_other: bool, is_named: bool) {
        let is_other = is_other || self.linux_shown || self.hypervisor.is_some();
        let mut surveys = Vec::new();
        let mut dismounted = Vec::new();
        for foreign in std::mem::take(&mut self.foreign) {
            let known = self.platform.as_ref();
            let is_second = known.is_some_and(|known| known.value != foreign.platform);
            let shown = Fact::new(foreign.platform, foreign.shown);
            let is_of_guest = is_named && foreign.platform == Platform::Windows;
            if is_other || is_second || is_of_guest {
                self.left_out.push(shown);
                continue;
            }
            self.platform.get_or_insert(shown);
            self.add(foreign.listing);
            surveys.push(foreign.survey);
            self.hyper_v.add(foreign.hyper_v);
            dismounted.extend(foreign.dismounted);
        }
        let paths = &self.hyper_v.paths;
        dismounted.retain(|device| {
            let path = device.location_path.as_ref().map(|path| &path.value);
            paths.iter().all(|(known, _)| Some(known) != path)
        });
        self.without_address.extend(dismounted);
        add_surveys(self, &surveys);
    }

    /// Adds the facts of lines that name functions, and the functions that are in no listing. A
    /// complete listing includes every function, so an additional one belongs to a guest or to
    /// another time.
    pub(in crate::host) fn admit_named(&mut self, named: Vec<Entry>, ways: &[(Address, Way)]) {
        if named.is_empty() {
            return;
        }
        let is_complete = self.coverage.contains(&Coverage::All);
        let is_listed = !self.entries.is_empty();
        let mut known: BTreeSet<Address> = self.entries.iter().map(|one| one.address).into_set();
        let mut added = [(Source::Command, 0_usize), (Source::Bhyve, 0)];
        for entry in named {
            let is_known = match entry.naming {
                Naming::Slot => {
                    let mut there = entry.address.slot().functions();
                    there.any(|address| known.contains(&address))
                }
                _ => known.contains(&entry.address),
            };
            if is_known {
                if !entry.observations.is_empty() {
                    self.entries.push(entry);
                }
                continue;
            }
            if is_complete || is_listed && entry.naming == Naming::Mention {
                continue;
            }
            let count = added.iter_mut().find(|(source, _)| *source == entry.source);
            if let Some((_, count)) = count {
                *count += 1;
                if *count > MOST_NAMED {
                    continue;
                }
            }
            known.insert(entry.address);
            self.entries.push(entry);
        }
        for (address, way) in ways {
            if known.contains(address) {
                self.go(*address, way);
            }
        }
    }
}
