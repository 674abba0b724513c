//! The facts from which IOMMU groups are predicted, and the groups of a host without
//! `pcie_acs_override=`.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{Evidence, HostTree};
use iommu::KernelLog;
use iommu::predict::{
    AcsOptionRules, AcsOverride, Conditions, Function, PchWorkaround, PredictedGroup,
    PredictionOutcome, Shown, predict,
};
use list_order::Inserts as _;
use pci_core::config::ConfigSpace;
use pci_core::lspci::{self, Listing, Verbosity};
use pci_core::sysfs::{self, Depth, Facts, Wanted};
use pci_core::{Address, Names};

use super::device::Device;
use crate::host::settings::{Seen, Settings};

/// The predicted groups of a host that runs with `pcie_acs_override=`, without that option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WithoutOverride {
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
    pub(crate) fn group_of(&self, address: Address) -> Option<&[Address]> {
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
    pub(crate) fn separates(&self, one: Address, other: Address) -> bool {
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
        devices: impl IntoIterator<Item = &'a Device> + Clone,
    ) -> Option<Self> {
        let mut options = settings.kernel_option("pcie_acs_override");
        let option = options.find(|option| option.seen == Seen::Running)?;
        for device in devices.clone() {
            let asleep = device
                .sysfs
                .as_ref()
                .is_some_and(|sysfs| sysfs.power.is_asleep());
            if asleep {
                return None;
            }
        }
        let functions = functions(tree, devices, None).ok()?.all;
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

/// The functions of a host, and how they were read.
pub(crate) struct Functions {
    pub(crate) all: Vec<Function>,
    /// Those whose ID the input shows by name alone.
    pub(crate) named: BTreeSet<Address>,
}

/// The reason why functions cannot be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The input has no configuration space at all.
    NoConfig,
    /// The input has that of some functions only.
    NoConfigOf(Address),
    /// The configuration space of a function does not go far enough.
    Iommu(iommu::Error),
}

/// All functions of the host, from all sources together: configuration space in sysfs and in
/// listings, the lines of `lspci -v`, and the IDs and classes of the host. On a running machine this
/// wakes sleeping functions.
pub(crate) fn functions<'d>(
    tree: &dyn HostTree,
    devices: impl IntoIterator<Item = &'d Device>,
    names: Option<&Names<'_>>,
) -> Result<Functions, Unread> {
    let devices: BTreeMap<Address, &Device> = devices
        .into_iter()
        .map(|device| (device.address, device))
        .into_map();
    let in_sysfs = in_sysfs(tree);
    let listings = listings(tree);
    let mut all: BTreeMap<Address, Shown<'_>> = BTreeMap::new();
    for (address, bytes) in &in_sysfs {
        let shown = all.entry(*address).or_insert_with(|| Shown::new(*address));
        shown.spaces.push(ConfigSpace::new(bytes));
    }
    for record in listings.iter().flat_map(|listing| &listing.records) {
        let shows_registers = !record.config.space().is_empty()
            || record.details.is_some()
            || record.unknown_header.is_some()
            || record.form.verbosity > Verbosity::Plain;
        let Some(address) = record.address.filter(|_| shows_registers) else {
            continue;
        };
        let shown = all.entry(address).or_insert_with(|| Shown::new(address));
        shown.add(record);
    }
    if all.is_empty() {
        return Err(Unread::NoConfig);
    }
    // A few that other sources name leave only their own relations open.
    let missing: Vec<Address> = devices.keys().copied().collect();
    let missing: Vec<Address> = missing
        .into_iter()
        .filter(|at| !all.contains_key(at))
        .collect();
    if let Some(first) = missing.first().filter(|_| missing.len() >= all.len()) {
        return Err(Unread::NoConfigOf(*first));
    }
    all.extend(missing.into_iter().map(|at| (at, Shown::new(at))));
    for (address, shown) in &mut all {
        let device = devices.get(address);
        shown.id = device.and_then(|device| Some(device.id.as_ref()?.value));
        shown.class = device.and_then(|device| Some(device.class.as_ref()?.value));
    }
    let shown: Vec<Shown<'_>> = all.into_values().collect();
    let functions = Function::read_shown(&shown, names);
    let functions = functions.map_err(Unread::Iommu)?;
    let by_name = shown.iter().filter(|shown| {
        let mut records = shown.records.iter();
        let is_shown = !shown.records.is_empty();
        is_shown
            && shown.id.is_none()
            && shown.spaces.is_empty()
            && records.all(|record| record.id.is_none())
    });
    Ok(Functions {
        all: functions,
        named: by_name.map(|shown| shown.address).into_set(),
    })
}

/// The configuration space that sysfs shows.
fn in_sysfs(tree: &dyn HostTree) -> Vec<(Address, Vec<u8>)> {
    let wanted = Wanted {
        facts: Facts::empty(),
        depth: Depth::Capabilities,
    };
    let found = sysfs::read_wanted(tree, wanted).devices;
    found
        .into_iter()
        .filter_map(|device| Some((device.address, device.config.found()?.bytes)))
        .collect()
}

fn listings(tree: &dyn HostTree) -> Vec<Listing> {
    let texts = tree.texts();
    let read = texts.iter();
    read.map(|text| lspci::parse_output(&text.command, &text.text))
        .collect()
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
    for text in tree.texts() {
        // A journal may have the newest line first.
        let log = KernelLog::parse(&text.command, &text.text);
        let new = log.lines.iter().filter_map(|line| bus(line.message));
        for bus in new {
            if !found.contains(&bus) {
                found.push(bus);
            }
        }
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
