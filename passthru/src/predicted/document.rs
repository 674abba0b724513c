//! Predicted groups as JSON.

use iommu::predict::{
    Agreement, Cause, IsolationChange, IsolationOption, Join, Numbers, Origin, PredictedGroup,
    PredictionOutcome, Rules,
};
use pci_core::Address;
use serde::Serialize;

use super::outcome::Predicted;
use super::parting::{Other, Parting};

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
    pub groups: Vec<GroupWithReasons>,
    /// Functions in no group.
    pub ungrouped: Vec<Address>,
    /// Functions that changes of the hardware move or add.
    pub changed: Vec<ChangedFunction>,
    /// Whether the input is known to show all functions, each of which counts.
    pub shows_all_functions: bool,
    /// Whether the numbers are sure.
    pub numbers_sure: bool,
    /// What the input leaves open; empty where it decides the groups.
    pub undecided: Vec<Address>,
    /// The groups if what is open turns out not isolated; empty where nothing is.
    pub or: Vec<GroupWithReasons>,
    /// How the groups of the input compare; null where it shows none, or where
    /// something else was asked for.
    pub observed: Option<Observed>,
    /// What shares groups with the devices that were asked for, and with cards that are
    /// added; null where there are none.
    pub parting: Option<PartingDocument>,
}

/// A function that is not where it was.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChangedFunction {
    /// Where it would be.
    pub address: Address,
    /// Where it is; null for one that is new.
    pub was: Option<Address>,
}

/// What shares groups with some devices, and what would part it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PartingDocument {
    /// The devices that were asked for.
    pub devices: Vec<Address>,
    /// What shares a group with them.
    pub others: Vec<OtherDocument>,
    /// What would leave fewer of these, the gentlest first.
    pub changes: Vec<ChangeDocument>,
}

/// A function that shares a group with a device that was asked for.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OtherDocument {
    /// Where it is.
    pub address: Address,
    /// All that holds it there: something of each chain must change to part it.
    pub reasons: Vec<Vec<Reason>>,
    /// Functions on these chains that the ACS override does not change.
    pub not_overridden: Vec<Address>,
}

/// Something that can be changed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChangeDocument {
    /// The port behind which the card would go, where it is that.
    pub move_below: Option<Address>,
    /// The kernel option, where it is that.
    pub option: Option<String>,
    /// What would still share the group.
    pub others: Vec<Address>,
}

/// One predicted group.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GroupWithReasons {
    /// Its number.
    pub id: u32,
    /// Its members, by address.
    pub devices: Vec<Address>,
    /// Why each but the first joined.
    pub because: Vec<Reason>,
}

/// Why one function shares the group of another.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The one that joined.
    pub a: Address,
    /// The one whose group it joined.
    pub b: Address,
    /// Why, in words.
    pub reason: String,
}

/// How groups of the input compare with the prediction.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Observed {
    /// Whether they are the same.
    pub same: bool,
    /// Functions that share a group, and need not.
    pub merged: Vec<(Address, Address)>,
    /// Functions that are apart, and should not be.
    pub apart: Vec<(Address, Address)>,
    /// What explains it: `acs-enabled-too-late`, `controls-as-captured`,
    /// `acs-override`, `pch-workaround-failed`, `pcie-acs-2025` or `unknown`; null where they are the
    /// same.
    pub cause: Option<&'static str>,
}

/// The groups as they would be.
#[must_use]
pub fn document(predicted: &Predicted, parting: &Parting) -> PredictedGroups {
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
        changed: conditions.origins.iter().map(changed).collect(),
        shows_all_functions: predicted.shows_all_functions,
        numbers_sure: prediction.numbers == Numbers::Sure,
        undecided,
        or,
        observed: predicted.agreement.as_ref().map(observed),
        parting: (!parting.wanted.is_empty()).then(|| parted(parting)),
    }
}

fn changed((address, origin): (&Address, &Origin)) -> ChangedFunction {
    ChangedFunction {
        address: *address,
        was: match origin {
            Origin::At(was) => Some(*was),
            _ => None,
        },
    }
}

fn reason(join: &Join) -> Reason {
    Reason {
        a: join.member,
        b: join.with,
        reason: join.because.to_string(),
    }
}

fn parted(parting: &Parting) -> PartingDocument {
    let other = |other: &Other| OtherDocument {
        address: other.address,
        reasons: other
            .reasons
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
        ChangeDocument {
            move_below,
            option,
            others: changed.others.iter().copied().collect(),
        }
    };
    PartingDocument {
        devices: parting.wanted.iter().copied().collect(),
        others: parting.others.iter().map(other).collect(),
        changes: parting.changes.iter().map(change).collect(),
    }
}

fn with_reasons(groups: &[PredictedGroup]) -> Vec<GroupWithReasons> {
    let groups = groups.iter().map(|group| GroupWithReasons {
        id: group.number,
        devices: group.members.clone(),
        because: group.joins.iter().map(reason).collect(),
    });
    groups.collect()
}

fn observed(agreement: &Agreement) -> Observed {
    match agreement {
        Agreement::Same => Observed {
            same: true,
            merged: Vec::new(),
            apart: Vec::new(),
            cause: None,
        },
        Agreement::Differs {
            merged,
            apart,
            cause,
        } => Observed {
            same: false,
            merged: merged.clone(),
            apart: apart.clone(),
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
