//! The facts from which IOMMU groups are predicted, and the groups of a host without
//! `pcie_acs_override=`.

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree};
use iommu::predict::{
    AcsOptionRules, AcsOverride, Conditions, Function, PchWorkaround, PredictedGroup,
    PredictionOutcome, predict,
};
use pci_core::Address;
use pci_core::config::ConfigSpace;
use pci_core::lspci::{self, Listing};
use pci_core::sysfs::{self, Depth, Facts, Wanted};

use super::device::Device;
use crate::host::settings::{Seen, Settings};

/// The predicted groups of a host that runs with `pcie_acs_override=`, without that option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutOverride {
    groups: Vec<Vec<Address>>,
    /// The other groups that are possible where the input does not decide.
    or: Option<Vec<Vec<Address>>>,
    /// The predicted groups with the option.
    with: Vec<Vec<Address>>,
    /// The option.
    pub option: Evidence,
}

impl WithoutOverride {
    /// The members of the function's group; `None` if it is in none, or the input does not decide
    /// them.
    #[must_use]
    pub fn group_of(&self, address: Address) -> Option<&[Address]> {
        let find = |groups: &[Vec<Address>]| {
            let mut groups = groups.iter();
            groups.find(|group| group.contains(&address)).cloned()
        };
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.contains(&address))?;
        let other = self.or.as_deref().map(find);
        let differs = other.is_some_and(|other| other.as_ref() != Some(group));
        (!differs).then_some(group)
    }

    /// Whether the option separates two functions that would share a group without it.
    #[must_use]
    pub fn separates(&self, one: Address, other: Address) -> bool {
        let mut groups = self.with.iter();
        !groups.any(|group| group.contains(&one) && group.contains(&other))
    }

    /// Predicts the groups, if the option is on the running command line and the configuration space
    /// of all functions is in the input. Functions are not woken for it.
    pub(in crate::host) fn read<'a>(
        tree: &dyn HostTree,
        settings: &Settings,
        mut conditions: Conditions,
        release: Option<&str>,
        devices: impl IntoIterator<Item = &'a Device>,
    ) -> Option<Self> {
        let mut options = settings.kernel_option("pcie_acs_override");
        let option = options.find(|option| option.seen == Seen::Running)?;
        let mut addresses = BTreeSet::new();
        for device in devices {
            let asleep = device
                .sysfs
                .as_ref()
                .is_some_and(|sysfs| sysfs.power.is_asleep());
            if asleep {
                return None;
            }
            addresses.insert(device.address);
        }
        let functions = in_sysfs(tree).or_else(|| in_listings(tree))?.ok()?;
        let read: BTreeSet<Address> = functions.iter().map(|one| one.address).collect();
        if !addresses.is_subset(&read) {
            return None;
        }
        conditions.root_buses = root_buses(tree);
        conditions.pch_workaround = pch_workaround(tree);
        for option in &settings.kernel_options {
            if option.seen == Seen::Running && option.name == "pci" {
                let _ = apply(&mut conditions, &option.name, option.value.as_deref());
            }
        }
        if let Some(release) = release {
            conditions.acs_options.kernel = acs_option_rules(release);
        }
        let predicted = predict(functions.clone(), &conditions).ok()?;
        let value = option.value.as_deref().unwrap_or_default();
        conditions.acs_override = AcsOverride::parse(value).ok()?;
        let with = predict(functions, &conditions).ok()?;
        let members = |groups: Vec<PredictedGroup>| -> Vec<Vec<Address>> {
            groups.into_iter().map(|group| group.members).collect()
        };
        let or = match predicted.outcome {
            PredictionOutcome::Decided => None,
            PredictionOutcome::Either { or, .. } => Some(members(or)),
        };
        Some(Self {
            groups: members(predicted.groups),
            or,
            with: members(with.groups),
            option: option.evidence.clone(),
        })
    }
}

pub(crate) fn in_sysfs(tree: &dyn HostTree) -> Option<iommu::Result<Vec<Function>>> {
    let wanted = Wanted {
        facts: Facts::empty(),
        depth: Depth::Full,
    };
    let found = sysfs::read_wanted(tree, wanted).devices;
    let config = found
        .into_iter()
        .filter_map(|device| Some((device.address, device.config.found()?.bytes)));
    let config: Vec<(Address, Vec<u8>)> = config.collect();
    if config.is_empty() {
        return None;
    }
    let spaces = config.iter();
    let spaces = spaces.map(|(address, bytes)| (*address, ConfigSpace::new(bytes)));
    Some(Function::read_all(spaces))
}

/// All listings that show registers, as one.
pub(crate) fn in_listings(tree: &dyn HostTree) -> Option<iommu::Result<Vec<Function>>> {
    let mut all = Listing::default();
    for text in tree.texts() {
        let records = lspci::parse_output(&text.command, &text.text).records;
        all.records.extend(
            records
                .into_iter()
                .filter(|record| !record.config.space().is_empty() || record.details.is_some()),
        );
    }
    (!all.records.is_empty()).then(|| Function::read_listing(&all))
}

/// The root buses, in the order in which the kernel's log names them.
pub(crate) fn root_buses(tree: &dyn HostTree) -> Vec<(u32, u8)> {
    let bus = |line: &str| -> Option<(u32, u8)> {
        let (_, bus) = line.split_once("PCI host bridge to bus ")?;
        let bus = bus.split_whitespace().next()?;
        let first: Address = format!("{bus}:00.0").parse().ok()?;
        Some((first.domain(), first.bus()))
    };
    let mut found = Vec::new();
    for line in tree.texts().iter().flat_map(|text| text.text.lines()) {
        found.extend(bus(line).filter(|bus| !found.contains(bus)));
    }
    found
}

pub(crate) fn pch_workaround(tree: &dyn HostTree) -> PchWorkaround {
    let says = |words: &str| tree.texts().iter().any(|text| text.text.contains(words));
    if says("Intel PCH root port ACS workaround enabled") {
        PchWorkaround::Applied
    } else if says("Failed to enable Intel PCH ACS quirk") {
        PchWorkaround::Failed
    } else {
        PchWorkaround::NotShown
    }
}

/// Applies an option; returns whether it affects the groups.
pub(crate) fn apply(
    conditions: &mut Conditions,
    name: &str,
    value: Option<&str>,
) -> iommu::Result<bool> {
    let value = value.unwrap_or_default();
    match name {
        "pcie_acs_override" => conditions.acs_override = AcsOverride::parse(value)?,
        "pci" => return conditions.acs_options.apply(value),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Rules of a kernel for the options that change ACS controls. For stable releases of 6.12, certain
/// from the release on which they were measured.
pub(crate) fn acs_option_rules(release: &str) -> AcsOptionRules {
    match *numbers(release) {
        [major, minor, ..] if (major, minor) <= (6, 10) => AcsOptionRules::UpTo6_10,
        [major, minor, ..] if (major, minor) >= (6, 15) => AcsOptionRules::From6_15,
        [6, 12, patch] if patch >= 107 => AcsOptionRules::From6_15,
        _ => AcsOptionRules::NotShown,
    }
}

/// The numbers at the start of a release, three at most.
pub(crate) fn numbers(release: &str) -> Vec<u32> {
    release
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|digits| digits.parse().ok())
        .take(3)
        .collect()
}
