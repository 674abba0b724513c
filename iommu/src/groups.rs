//! All IOMMU groups of a host, merged from every source.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::Address;

use crate::group::{Claim, Completeness, Group, Membership};
use crate::log::KernelLog;
use crate::meaning::split_device;

/// The IOMMU groups of a host, as far as the sources show them.
///
/// ```
/// use iommu::{Completeness, Groups, Membership};
/// use host_tree::Evidence;
/// let gpu = "01:00.0".parse()?;
/// let line = |text| Evidence::new("lspci -v", 1, text);
/// let mut groups = Groups::default();
/// groups.add_rows([(gpu, 17, line("IOMMU group 17"))], Completeness::MayHaveMore);
/// assert_eq!(groups.group_of(gpu), Membership::In(17));
/// groups.add_rows([(gpu, 2, line("IOMMU group 2"))], Completeness::MayHaveMore);
/// assert!(matches!(groups.group_of(gpu), Membership::Disputed(claims) if claims.len() == 2));
/// assert_eq!(groups.completeness(17), Completeness::MayHaveMore);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    groups: BTreeMap<u32, Group>,
    /// The groups that the sources name for each function, in the order of the sources.
    numbers: BTreeMap<Address, Vec<u32>>,
    none: BTreeMap<Address, Evidence>,
}

/// Maximum number of lines that show one member: a long log repeats them.
const MOST_LINES: usize = 64;

impl Groups {
    /// Adds the groups in a kernel log: `pci 0000:01:00.0: Adding to iommu group 17`, `iommu:
    /// Adding device 0000:01:00.0 to group 17` of kernels before 5.3, and the removals. In a log of
    /// several boots, the last one takes effect.
    pub fn add_log(&mut self, log: &KernelLog<'_>) {
        let mut now: BTreeMap<Address, Claim> = BTreeMap::new();
        let mut others: BTreeMap<String, Claim> = BTreeMap::new();
        for line in &log.lines {
            if line.starts_boot() {
                now.clear();
                others.clear();
            }
            let claim = |group| Claim {
                group,
                evidence: log.evidence(line),
            };
            match change(line.message) {
                Some((Device::Pci(address), Change::To(group))) => {
                    now.insert(address, claim(group));
                }
                Some((Device::Pci(address), Change::Out)) => {
                    now.remove(&address);
                }
                Some((Device::Other(name), Change::To(group))) => {
                    others.insert(name.to_owned(), claim(group));
                }
                Some((Device::Other(name), Change::Out)) => {
                    others.remove(name);
                }
                None => {}
            }
        }
        let completeness = if log.is_complete() {
            Completeness::Whole
        } else {
            Completeness::MayHaveMore
        };
        // The message about a group of VFIO's no-IOMMU mode names vfio-pci.
        for claim in now.values() {
            let line = claim.evidence.text.as_str();
            if line.contains("vfio-pci ") && line.contains(": Adding to iommu group ") {
                self.group_mut(claim.group, Completeness::MayHaveMore)
                    .no_iommu = Some(claim.evidence.clone());
            }
        }
        for (name, claim) in others {
            self.group_mut(claim.group, completeness)
                .others
                .insert(name, claim.evidence);
        }
        self.add_rows(
            now.into_iter()
                .map(|(address, claim)| (address, claim.group, claim.evidence)),
            completeness,
        );
    }

    /// Adds rows of any other source, with the first 64 lines of each member as evidence. `Whole`
    /// is for a source with all devices of the host, not for a cut or filtered listing.
    pub fn add_rows(
        &mut self,
        rows: impl IntoIterator<Item = (Address, u32, Evidence)>,
        completeness: Completeness,
    ) {
        for (address, number, evidence) in rows {
            let group = self.group_mut(number, completeness);
            // Nearly all functions have one line, of one group: room for just that.
            let known = group.members.entry(address);
            let known = known.or_insert_with(|| Vec::with_capacity(1));
            if known.len() >= MOST_LINES || known.contains(&evidence) {
                continue;
            }
            let is_first = known.is_empty();
            known.push(evidence);
            if is_first {
                let numbers = self.numbers.entry(address);
                numbers
                    .or_insert_with(|| Vec::with_capacity(1))
                    .push(number);
            }
        }
    }

    /// Records that `address` is in no group.
    pub fn add_ungrouped(&mut self, address: Address, evidence: Evidence) {
        self.none.entry(address).or_insert(evidence);
    }

    /// Adds a member that is not a PCI function, by its name.
    pub fn add_other(
        &mut self,
        number: u32,
        name: String,
        evidence: Evidence,
        completeness: Completeness,
    ) {
        let group = self.group_mut(number, completeness);
        group.others.entry(name).or_insert(evidence);
    }

    pub(crate) fn group_mut(&mut self, number: u32, completeness: Completeness) -> &mut Group {
        let group = self.groups.entry(number).or_default();
        group.completeness = group.completeness.max(completeness);
        group
    }

    /// The groups, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Group)> {
        self.groups.iter().map(|(number, group)| (*number, group))
    }

    /// The group with that number, if a source names it.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&Group> {
        self.groups.get(&number)
    }

    /// The members of a group, sorted; a disputed device is a member of each group that a source
    /// names.
    pub fn members(&self, number: u32) -> impl Iterator<Item = Address> {
        self.groups
            .get(&number)
            .into_iter()
            .flat_map(|group| group.members.keys().copied())
    }

    /// Returns the group of `address`.
    #[must_use]
    pub fn group_of(&self, address: Address) -> Membership {
        let numbers = self.numbers.get(&address).map(Vec::as_slice);
        match (numbers, self.none.get(&address)) {
            (Some([number]), None) => Membership::In(*number),
            (Some(numbers), _) => Membership::Disputed(self.claims(address, numbers)),
            (None, Some(evidence)) => Membership::InNone(evidence.clone()),
            (None, None) => Membership::NotShown,
        }
    }

    /// The lines that put `address` into these groups.
    fn claims(&self, address: Address, numbers: &[u32]) -> Vec<Claim> {
        let lines = |group: &u32| self.groups.get(group)?.members.get(&address);
        let claims = numbers.iter().flat_map(|group| {
            let claim = |evidence: &Evidence| Claim {
                group: *group,
                evidence: evidence.clone(),
            };
            lines(group).into_iter().flatten().map(claim)
        });
        claims.collect()
    }

    /// Whether all members of a group are known. A group that no source names may have any.
    #[must_use]
    pub fn completeness(&self, number: u32) -> Completeness {
        self.groups
            .get(&number)
            .map(|group| group.completeness)
            .unwrap_or_default()
    }

    /// Devices that sources put into different groups, with all claims, and devices that one source
    /// puts into a group and [another](Self::denial) into none.
    pub fn disputes(&self) -> impl Iterator<Item = (Address, Vec<Claim>)> {
        self.numbers.keys().filter_map(|address| {
            let Membership::Disputed(claims) = self.group_of(*address) else {
                return None;
            };
            Some((*address, claims))
        })
    }

    /// The evidence that `address` is in no group, whatever other sources say.
    #[must_use]
    pub fn denial(&self, address: Address) -> Option<&Evidence> {
        self.none.get(&address)
    }

    /// The devices that are in no group.
    pub fn ungrouped(&self) -> impl Iterator<Item = (Address, &Evidence)> {
        self.none
            .iter()
            .filter(|(address, _)| !self.numbers.contains_key(address))
            .map(|(address, evidence)| (*address, evidence))
    }

    /// Whether no source names a group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

enum Device<'a> {
    Pci(Address),
    Other(&'a str),
}

enum Change {
    To(u32),
    Out,
}

impl<'a> Device<'a> {
    fn named(name: &'a str) -> Self {
        name.parse().map_or(Self::Other(name), Self::Pci)
    }
}

/// The group change in a kernel message (drivers/iommu/iommu.c, `iommu_group_add_device` and
/// `iommu_group_remove_device`; before Linux 5.3 the device was in the middle of the message).
fn change(message: &str) -> Option<(Device<'_>, Change)> {
    if let Some(rest) = message.strip_prefix("iommu: Adding device ") {
        let (name, number) = rest.split_once(" to group ")?;
        return Some((Device::named(name), Change::To(number.parse().ok()?)));
    }
    if let Some(rest) = message.strip_prefix("iommu: Removing device ") {
        let (name, _) = rest.split_once(" from group ")?;
        return Some((Device::named(name), Change::Out));
    }
    let (_, address, body) = split_device(message);
    let what = if let Some(number) = body.strip_prefix("Adding to iommu group ") {
        Change::To(number.parse().ok()?)
    } else if body.starts_with("Removing from iommu group ") {
        Change::Out
    } else {
        return None;
    };
    let device = match address {
        Some(address) => Device::Pci(address),
        // `platform AMDI0020:00: Adding …`
        None => {
            let (front, _) = message.split_once(": Adding to iommu group ")?;
            Device::Other(front.rsplit(' ').next()?)
        }
    };
    Some((device, what))
}
