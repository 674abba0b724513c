//! Predicted groups as JSON.

use iommu::predict::{
    Agreement, Assumption, Cause, IsolationChange, IsolationOption, Join, Numbers, Origin,
    PredictedGroup, PredictionOutcome, Rules,
};
use pci_core::Address;
use serde::Serialize;

use super::isolation::{Isolation, SharingFunction};
use super::outcome::Predicted;

/// `passthru groups --predict --json`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PredictedGroups {
    /// The version of this form.
    pub schema: &'static str,
    /// `predicted`.
    pub source: &'static str,
    /// By which rules: `linux-6.1`, those of Linux 6.1 to 7.2, or `pcie-acs-2025`.
    pub rules: &'static str,
    /// The groups, by number.
    pub groups: Vec<PredictedGroupDocument>,
    /// Functions in no group.
    pub ungrouped: Vec<Address>,
    /// Facts that are not in the input and that the prediction assumes: `ivrs`, the firmware of an
    /// AMD host has the table IVRS; `root-complex-not-in-ivrs`, the table omits the host bridge of
    /// each root complex; `ids-by-name`, names without IDs are those of pci.ids.
    pub assumptions: Vec<&'static str>,
    /// Functions that changes of the hardware move or add.
    pub changed: Vec<ChangedFunction>,
    /// Whether the input is known to show all functions, each of which counts.
    pub complete: bool,
    /// Whether the numbers are sure.
    pub numbers_certain: bool,
    /// Functions with facts that are not in the input and that change the groups; empty if the input
    /// determines the groups.
    pub undecided: Vec<Address>,
    /// The groups if undecided functions are not isolated; empty if there are none.
    pub alternative_groups: Vec<PredictedGroupDocument>,
    /// Comparison with the groups in the input; null if it has none, or for other conditions.
    pub observed: Option<Observed>,
    /// Functions that share groups with the requested devices and with added cards; null without
    /// any.
    pub isolation: Option<IsolationDocument>,
}

/// A function that is not where it was.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChangedFunction {
    /// Where it would be.
    pub address: Address,
    /// Where it is; null for one that is new.
    pub previous_address: Option<Address>,
}

/// Functions that share groups with some devices, and changes that isolate them.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct IsolationDocument {
    /// The requested devices.
    pub devices: Vec<Address>,
    /// Functions in the same groups.
    pub sharing: Vec<SharingDocument>,
    /// Changes that leave fewer of these, the gentlest first.
    pub changes: Vec<IsolationChangeDocument>,
}

/// A function that shares a group with a requested device.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SharingDocument {
    /// Where it is.
    pub address: Address,
    /// The reasons: one link of each chain must change to isolate it.
    pub chains: Vec<Vec<GroupLink>>,
    /// Functions on these chains that the ACS override does not change.
    pub not_overridden: Vec<Address>,
}

/// Something that can be changed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct IsolationChangeDocument {
    /// The new port of the card, for such a change.
    pub move_to_port: Option<Address>,
    /// The kernel option, where it is that.
    pub kernel_option: Option<String>,
    /// Functions that would still share the group.
    pub still_sharing: Vec<Address>,
}

/// One predicted group.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PredictedGroupDocument {
    /// Its number.
    pub id: u32,
    /// Its members, by address.
    pub devices: Vec<Address>,
    /// Why each but the first joined.
    pub links: Vec<GroupLink>,
}

/// Why one function shares the group of another.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GroupLink {
    /// The function that joined.
    pub a: Address,
    /// The function whose group it joined.
    pub b: Address,
    /// Why, in words.
    pub reason: String,
}

/// Comparison of groups in the input with the prediction.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Observed {
    /// Whether they are equal.
    pub same: bool,
    /// Functions that share a group, and need not.
    pub merged: Vec<(Address, Address)>,
    /// Functions that are apart, and should not be.
    pub split: Vec<(Address, Address)>,
    /// The cause of a difference: `acs-enabled-too-late`, `controls-as-captured`, `acs-override`,
    /// `pch-workaround-failed`, `pcie-acs-2025` or `unknown`; null if they are equal.
    pub cause: Option<&'static str>,
}

/// The groups as they would be.
#[must_use]
pub fn document(predicted: &Predicted, isolation: &Isolation) -> PredictedGroups {
    let prediction = &predicted.prediction;
    let (undecided, or) = match &prediction.outcome {
        PredictionOutcome::Decided => (Vec::new(), Vec::new()),
        PredictionOutcome::Either { or, deciding } => {
            let deciding = deciding.iter().map(|(address, _)| *address);
            (deciding.collect(), with_reasons(or))
        }
    };
    let ungrouped = prediction.ungrouped.iter();
    let conditions = &predicted.machine.conditions;
    PredictedGroups {
        schema: "passthru-predicted-groups/1",
        source: "predicted",
        rules: match conditions.rules {
            Rules::PcieAcs2025 => "pcie-acs-2025",
            Rules::Linux6_1 => "linux-6.1",
        },
        groups: with_reasons(&prediction.groups),
        ungrouped: ungrouped.map(|(address, _)| *address).collect(),
        assumptions: assumptions(predicted),
        changed: conditions.origins.iter().map(changed).collect(),
        complete: predicted.complete,
        numbers_certain: prediction.numbers == Numbers::Certain,
        undecided,
        alternative_groups: or,
        observed: predicted.agreement.as_ref().map(observed),
        isolation: (!isolation.wanted.is_empty()).then(|| isolation_document(isolation)),
    }
}

fn assumptions(predicted: &Predicted) -> Vec<&'static str> {
    let assumed = predicted.prediction.assumptions.iter();
    let assumed = assumed.filter_map(|assumption| match assumption {
        Assumption::Ivrs => Some("ivrs"),
        Assumption::RootComplex => Some("root-complex-not-in-ivrs"),
        Assumption::SeveralRootComplexes => Some("several-root-complexes"),
        Assumption::OtherIommu => Some("other-iommu"),
        _ => None,
    });
    let by_name = (!predicted.named.is_empty()).then_some("ids-by-name");
    assumed.chain(by_name).collect()
}

fn changed((address, origin): (&Address, &Origin)) -> ChangedFunction {
    ChangedFunction {
        address: *address,
        previous_address: match origin {
            Origin::At(was) => Some(*was),
            _ => None,
        },
    }
}

fn reason(join: &Join) -> GroupLink {
    GroupLink {
        a: join.member,
        b: join.with,
        reason: join.reason.to_string(),
    }
}

fn isolation_document(isolation: &Isolation) -> IsolationDocument {
    let other = |other: &SharingFunction| SharingDocument {
        address: other.address,
        chains: other
            .chains
            .iter()
            .map(|chain| chain.iter().map(reason).collect())
            .collect(),
        not_overridden: other
            .not_overridden
            .iter()
            .map(|one| one.function)
            .collect(),
    };
    let change = |changed: &IsolationOption| {
        let (move_below, option) = match &changed.change {
            IsolationChange::MoveBelow(port) => (Some(*port), None),
            IsolationChange::Override(options) => {
                (None, Some(format!("pcie_acs_override={options}")))
            }
            _ => (None, None),
        };
        IsolationChangeDocument {
            move_to_port: move_below,
            kernel_option: option,
            still_sharing: changed.others.iter().copied().collect(),
        }
    };
    IsolationDocument {
        devices: isolation.wanted.iter().copied().collect(),
        sharing: isolation.sharing.iter().map(other).collect(),
        changes: isolation.changes.iter().map(change).collect(),
    }
}

fn with_reasons(groups: &[PredictedGroup]) -> Vec<PredictedGroupDocument> {
    let groups = groups.iter().map(|group| PredictedGroupDocument {
        id: group.number,
        devices: group.members.clone(),
        links: group.joins.iter().map(reason).collect(),
    });
    groups.collect()
}

fn observed(agreement: &Agreement) -> Observed {
    match agreement {
        Agreement::Same => Observed {
            same: true,
            merged: Vec::new(),
            split: Vec::new(),
            cause: None,
        },
        Agreement::Differs {
            merged,
            apart,
            cause,
        } => Observed {
            same: false,
            merged: merged.clone(),
            split: apart.clone(),
            cause: Some(match cause {
                Cause::AcsEnabledTooLate => "acs-enabled-too-late",
                Cause::ControlsAsCaptured => "controls-as-captured",
                Cause::Override(_) => "acs-override",
                Cause::PchWorkaroundFailed => "pch-workaround-failed",
                Cause::OtherRules => "pcie-acs-2025",
                _ => "unknown",
            }),
        },
    }
}
