//! Predicted IOMMU groups.

use std::collections::BTreeMap;

use list_order::Order as _;
use pci_core::{Address, PciId, VendorId};

use super::acs2025::Acs2025;
use super::conditions::{Conditions, FirmwareTables, Rules};
use super::coverage::{AMD, Coverage, NotCovered, is_amd_root_complex};
use super::function::{Function, by_address};
use super::grouping::{Facts, Grouping, Partition};
use super::isolated::Deciding;
use super::isolation::{Assumed, Undecided};
use super::join_reason::Join;
use super::topology::Topology;
use crate::acpi::{DeviceEntryKind, DmarBlock};
use crate::error::{Cause, Result};

/// The IOMMU groups that Linux will form.
///
/// ```
/// use iommu::predict::{Conditions, Function, predict};
/// use pci_core::config::conventional::express::DeviceType;
/// use pci_core::{ClassCode, PciId};
/// let function = |address: &str, id: &str| -> Result<_, Box<dyn std::error::Error>> {
///     Ok(Function {
///         address: address.parse()?,
///         id: id.parse::<PciId>()?.into(),
///         subsystem: None,
///         class: Some(ClassCode::from_u24(0x03_0000)),
///         is_readable: true,
///         multifunction_bit: true,
///         bridge: None,
///         has_memory: false,
///         device_type: Some(DeviceType::ENDPOINT),
///         acs: None,
///         physical_function: None,
///     })
/// };
/// let (gpu, sound) = (function("01:00.0", "10de:2d04")?, function("01:00.1", "10de:22eb")?);
/// let (a, b) = (gpu.address, sound.address);
/// let prediction = predict(vec![gpu, sound], &Conditions::default())?;
/// assert_eq!(prediction.groups.len(), 1);
/// let chain = prediction.why(a, b).ok_or("one group")?;
/// assert_eq!(
///     chain[0].reason.to_string(),
///     "both are functions of one device, and each has no ACS capability"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prediction {
    /// The groups, by number. If the input leaves the isolation of functions undecided, these are
    /// the groups with those functions isolated.
    pub groups: Vec<PredictedGroup>,
    /// Functions in no group.
    pub ungrouped: Vec<(Address, NotCovered)>,
    /// Whether the input decides the groups.
    pub outcome: PredictionOutcome,
    /// Whether the numbers are certain.
    pub numbers: Numbers,
    /// Facts that are not in the input and that the prediction assumes.
    pub assumptions: Vec<Assumption>,
}

/// A fact that is not in the input and that a prediction assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// The firmware has the table IVRS. Without it, an AMD host has no IOMMU and no group.
    Ivrs,
    /// The table IVRS omits the host bridge of each root complex, which is in no group then.
    RootComplex,
    /// An AMD host with several root complexes forms groups like one with a single root complex: no
    /// such host was compared with its groups.
    SeveralRootComplexes,
    /// The IOMMU forms groups like VT-d: its kernels were not compared. [`predict`] does not know
    /// the IOMMU's kind, callers add this.
    OtherIommu,
}

/// A predicted group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PredictedGroup {
    /// Group number.
    pub number: u32,
    /// Its functions, by address.
    pub members: Vec<Address>,
    /// Reason of each member but the first.
    pub joins: Vec<Join>,
}

/// Whether the input decides the groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PredictionOutcome {
    /// Decided.
    Decided,
    /// Undecided: either the groups of [`Prediction::groups`], or these.
    Either {
        /// The groups with the undecided functions not isolated.
        or: Vec<PredictedGroup>,
        /// The functions whose facts decide between the two, and the missing input of each.
        deciding: Vec<(Address, Deciding)>,
    },
}

/// Whether the group numbers are certain, which Proxmox VE's mappings store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Certain.
    Certain,
    /// AMD firmware excludes some functions of its root complex from the IOMMU; the table IVRS,
    /// which lists them, is not in the input.
    IvrsNotShown,
    /// There are several root buses, and their order in the kernel log is not in the input.
    RootBusOrderNotShown,
    /// Intel firmware may exclude functions from all IOMMUs, and kernels may ignore the unit of the
    /// integrated graphics, or number it first: the table DMAR is not in the input.
    DmarNotShown,
    /// The firmware's table names devices that are not PCI functions: those that exist in the
    /// kernel have group numbers too.
    OtherDevices,
    /// There are several AMD IOMMUs; the order in which the kernel processes them is unknown.
    SeveralIommus,
    /// The functions that Arm's SMMUs cover are not read from IORT and device trees. Kernels before
    /// 6.15 form the group of a function there when a driver binds to it.
    SmmuCoverage,
}

/// Predicts the groups that Linux forms of `functions`: all functions of a host, in any order. The
/// default rules are those of Linux 6.1 to 7.2, whose groups and numbers matched on captured and
/// random topologies.
///
/// # Errors
///
/// If a function occurs twice, or a function that determines groups is missing.
pub fn predict(mut functions: Vec<Function>, conditions: &Conditions) -> Result<Prediction> {
    by_address(&mut functions);
    for pair in functions.windows(2) {
        if let [one, other] = pair
            && one.address == other.address
        {
            return Err(Cause::DuplicateFunction(one.address).into());
        }
    }
    if let Some(bridge) = functions.iter().find(|one| is_power(one)) {
        return Err(Cause::Power(bridge.address).into());
    }
    let topology = Topology::new(&functions, &conditions.root_buses)?;
    let facts = Facts::new(&topology, conditions).map_err(Cause::VmdNotShown)?;
    let run = |assumed: Assumed| match conditions.rules {
        Rules::Linux6_1 => Grouping::run(&facts, assumed),
        Rules::PcieAcs2025 => Acs2025::run(&facts, assumed),
    };
    let split = run(Undecided::AsIsolated.into());
    let groups = groups(&functions, &split);
    let open = facts.open();
    let outcome = if open.is_empty() {
        PredictionOutcome::Decided
    } else {
        let merged = run(Undecided::AsNotIsolated.into());
        if is_same(&merged, &split) {
            PredictionOutcome::Decided
        } else {
            PredictionOutcome::Either {
                or: self::groups(&functions, &merged),
                deciding: deciding(&functions, open, (&split, &merged), run),
            }
        }
    };
    let ungrouped = split.not_covered.iter().zip(&functions);
    Ok(Prediction {
        groups,
        ungrouped: ungrouped
            .filter_map(|(why, function)| Some((function.address, (*why)?)))
            .collect(),
        outcome,
        numbers: numbers(&topology, conditions),
        assumptions: assumptions(&topology, conditions, &split),
    })
}

/// Whether a function is a host bridge of POWER: IBM's PHB3 and PHB4 (pci.ids). Its kernels form
/// groups in code of their own (`iommu_add_device`, arch/powerpc/kernel/iommu.c).
fn is_power(function: &Function) -> bool {
    let is_listed = |id: PciId| id.vendor.0 == 0x1014 && matches!(id.device.0, 0x03dc | 0x04c1);
    function.id.may_be(is_listed)
}

/// Limits of the search for the functions that matter: with more open facts, or more functions, all
/// count.
const MOST_TRIED: usize = 64;
const MOST_FUNCTIONS: usize = 4096;

/// The functions among `open` that change the groups, with all others isolated or none.
fn deciding(
    functions: &[Function],
    open: Vec<(usize, Deciding)>,
    (split, merged): (&Partition, &Partition),
    run: impl Fn(Assumed) -> Partition,
) -> Vec<(Address, Deciding)> {
    let is_tried = open.len() <= MOST_TRIED && functions.len() <= MOST_FUNCTIONS;
    let matters = |at: usize| {
        let except = Some(at);
        let alone = |all| run(Assumed { all, except });
        !is_same(&alone(Undecided::AsIsolated), split)
            || !is_same(&alone(Undecided::AsNotIsolated), merged)
    };
    open.into_iter()
        .filter(|(at, _)| !is_tried || matters(*at))
        .filter_map(|(at, deciding)| Some((functions.get(at)?.address, deciding)))
        .collect()
}

/// Whether two partitions have the same groups. A group's number is that of its first function, so
/// equal groups have equal numbers.
fn is_same(one: &Partition, other: &Partition) -> bool {
    one.group == other.group
}

fn assumptions(
    topology: &Topology<'_>,
    conditions: &Conditions,
    partition: &Partition,
) -> Vec<Assumption> {
    let mut found = Vec::new();
    if conditions.firmware == FirmwareTables::NotShown && is_amd(topology) {
        found.push(Assumption::Ivrs);
    }
    let is_assumed = |why: &Option<NotCovered>| *why == Some(NotCovered::RootComplex);
    if partition.not_covered.iter().any(is_assumed) {
        found.push(Assumption::RootComplex);
    }
    let all = 0..topology.functions.len();
    if all.filter(|at| is_amd_root_complex(topology, *at)).count() > 1 {
        found.push(Assumption::SeveralRootComplexes);
    }
    found
}

/// Whether an IOMMU of the machine is AMD's, or its host bridge.
fn is_amd(topology: &Topology<'_>) -> bool {
    topology.functions.iter().any(|function| {
        let vendor = function.id.vendor();
        let is_amd = vendor == Some(VendorId(AMD));
        function.is_iommu() || is_amd && function.is_host_bridge()
    })
}

fn groups(functions: &[Function], partition: &Partition) -> Vec<PredictedGroup> {
    let mut groups: BTreeMap<u32, PredictedGroup> = BTreeMap::new();
    let mut number_of = BTreeMap::new();
    for (function, number) in functions.iter().zip(&partition.group) {
        let Some(number) = *number else { continue };
        number_of.insert(function.address, number);
        let group = groups.entry(number).or_insert_with(|| PredictedGroup {
            number,
            members: Vec::new(),
            joins: Vec::new(),
        });
        group.members.push(function.address);
    }
    for join in &partition.joins {
        let number = number_of.get(&join.member);
        if let Some(group) = number.and_then(|number| groups.get_mut(number)) {
            group.joins.push(*join);
        }
    }
    groups.into_values().collect()
}

fn numbers(topology: &Topology<'_>, conditions: &Conditions) -> Numbers {
    let functions = topology.functions;
    let mut roots = topology.root_buses();
    roots.order();
    roots.dedup();
    let known = |root| conditions.root_buses.contains(root);
    if roots.len() > 1 && !roots.iter().all(known) {
        return Numbers::RootBusOrderNotShown;
    }
    match &conditions.firmware {
        FirmwareTables::NotShown => {}
        FirmwareTables::SmmuV3 => return Numbers::SmmuCoverage,
        FirmwareTables::Dmar(dmar) => {
            let mut blocks = dmar.blocks.iter();
            // The unit that firmware assigns to new functions.
            let coverage = Coverage::new(conditions, topology);
            let mut known = functions.iter().enumerate().map(|(at, function)| {
                let is_new = conditions.was(function.address).is_none();
                !is_new || coverage.unit_of(topology, at).is_some()
            });
            if !known.all(|known| known) {
                return Numbers::DmarNotShown;
            }
            return if blocks.any(|block| matches!(block, DmarBlock::AcpiDevice(_))) {
                Numbers::OtherDevices
            } else {
                Numbers::Certain
            };
        }
        FirmwareTables::Ivrs(ivrs) => {
            let named = |kind: &DeviceEntryKind| matches!(kind, DeviceEntryKind::Acpi { .. });
            let mut entries = ivrs.units().flat_map(|unit| &unit.entries);
            return if ivrs.units().nth(1).is_some() {
                Numbers::SeveralIommus
            } else if entries.any(|entry| named(&entry.kind)) {
                Numbers::OtherDevices
            } else {
                Numbers::Certain
            };
        }
    }
    if is_amd(topology) {
        Numbers::IvrsNotShown
    } else {
        Numbers::DmarNotShown
    }
}

impl Prediction {
    /// The group of a function.
    #[must_use]
    pub fn group_of(&self, address: Address) -> Option<&PredictedGroup> {
        self.groups
            .iter()
            .find(|group| group.members.binary_search(&address).is_ok())
    }

    /// The joins that connect `a` and `b`; `None` if they do not share a group.
    #[must_use]
    pub fn why(&self, a: Address, b: Address) -> Option<Vec<Join>> {
        let group = self.group_of(a)?;
        if a == b || group.members.binary_search(&b).is_err() {
            return None;
        }
        let (up_a, up_b) = (group.to_first(a), group.to_first(b));
        // The joins in common are upstream of the point where the two meet.
        let in_common = up_a
            .iter()
            .rev()
            .zip(up_b.iter().rev())
            .take_while(|(one, other)| one == other)
            .count();
        let own = |chain: &[Join]| -> Vec<Join> {
            let keep = chain.len() - in_common;
            chain.iter().take(keep).copied().collect()
        };
        let mut chain = own(&up_a);
        chain.extend(own(&up_b).into_iter().rev());
        Some(chain)
    }
}

impl PredictedGroup {
    /// The joins from `address` to the function that opened the group.
    fn to_first(&self, address: Address) -> Vec<Join> {
        let mut by_member: BTreeMap<Address, &Join> = BTreeMap::new();
        by_member.extend(self.joins.iter().map(|join| (join.member, join)));
        let mut chain = Vec::new();
        let mut at = address;
        while let Some(join) = by_member.get(&at) {
            chain.push(**join);
            if chain.len() > self.joins.len() {
                break;
            }
            at = join.with;
        }
        chain
    }
}
