//! A plan: what is to be done, in order, and how to see that it worked.

use std::borrow::Cow;

use host_tree::Edit;
use hostconf::binding::method::Method;
use pci_core::{Address, PciId, SubsystemId};
use serde::{Deserialize, Serialize};

use super::assumption::Assumption;
use super::state::State;
use crate::requirement::Requirement;
use crate::target::Target;
use crate::text::Text;

/// The version of the plan's JSON form.
pub const SCHEMA: &str = "passthru-plan/1";

/// The ordered edits, commands, manual steps and checks that give functions to a
/// guest. [`Plan::from_json`] reads one back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this form: [`SCHEMA`].
    pub schema: Cow<'static, str>,
    /// The hypervisor that it is for.
    pub target: Target,
    /// The guest that gets the functions, where one was named.
    pub vm: Option<String>,
    /// The functions, each with what it must be: a moved card is noticed.
    pub devices: Vec<PlannedDevice>,
    /// The state of the host that it was made for: it is for no other.
    pub made_for: State,
    /// How vfio-pci gets the functions.
    pub binding: Binding,
    /// The way in which that is done, where it is one of ours.
    #[serde(default)]
    pub method: Option<Method>,
    /// What the input does not show and the plan takes to be so: to be checked first.
    #[serde(default)]
    pub assumptions: Vec<Assumption>,
    /// What the plan cannot mend and what must be so before it can work.
    pub blockers: Vec<Blocker>,
    /// Paths that the input did not show and that are taken to be absent.
    pub assumes_absent: Vec<String>,
    /// Changes of files, in order.
    pub edits: Vec<Edit>,
    /// Commands that follow the edits, in order.
    pub commands: Vec<Command>,
    /// What only a person can do.
    pub manual: Vec<ManualStep>,
    /// How to see that it worked.
    pub checks: Vec<Check>,
    /// What the host gives up.
    pub loses: Vec<Text>,
    /// Why a reboot is needed; `None` when none is.
    pub reboot: Option<Text>,
}

/// One function of a plan, with what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedDevice {
    /// Where it is.
    pub address: Address,
    /// What must be found there.
    pub id: PciId,
    /// The card that must be found there, where the input shows it.
    pub subsystem: Option<SubsystemId>,
}

/// Something that stands in the plan's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// The finding's code: `passthru explain CODE` tells more.
    pub code: Cow<'static, str>,
    /// The finding's title.
    pub title: Text,
    /// The finding's remedy.
    pub remedy: Option<Text>,
    /// The word by which a person takes it upon themselves: `display`, `disk`,
    /// `network` or `process` for what the host would lose, else the code.
    pub accept: Cow<'static, str>,
}

/// How the functions are taken from the host's drivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Binding {
    /// By vendor and device id: no other function of the host has them.
    ById,
    /// By address, mostly in the initramfs: another function has the same ids, or may.
    ByAddress,
    /// The hypervisor takes them itself: by its own driver, or when the guest starts.
    ByHypervisor,
    /// They go back to the host's drivers.
    ByHost,
}

impl Binding {
    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ById => "by-id",
            Self::ByAddress => "by-address",
            Self::ByHypervisor => "by-hypervisor",
            Self::ByHost => "by-host",
        }
    }
}

/// A command of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The program and its arguments: never a shell's text.
    pub argv: Vec<String>,
    /// The reason.
    pub why: Text,
    /// How its effect is taken back.
    pub undo: Undo,
}

impl Command {
    /// A command that brings files into effect (`update-grub`): once the files are as
    /// they were, the same command takes its effect back.
    pub fn refresh(argv: Vec<String>, why: Text) -> Self {
        Self {
            argv,
            why,
            undo: Undo::Again,
        }
    }
}

/// How the effect of a command is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Undo {
    /// The same command again, once the files are as they were.
    Again,
    /// This command, while the plan's files are still there.
    Run {
        /// The program and its arguments.
        argv: Vec<String>,
    },
    /// The command changes these files: kept before it runs, and put back.
    Restore {
        /// Their paths on the host.
        paths: Vec<String>,
    },
}

/// Something that only a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualStep {
    /// When.
    pub moment: Moment,
    /// The step's stable name.
    pub step: Cow<'static, str>,
    /// The step, a sentence.
    pub text: Text,
}

/// When something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Moment {
    /// Before anything is changed.
    Before,
    /// With the edits and commands.
    Now,
    /// After the reboot.
    AfterReboot,
}

impl Moment {
    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Now => "now",
            Self::AfterReboot => "after-reboot",
        }
    }
}

/// How to see that something is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// When.
    pub moment: Moment,
    /// The command that looks.
    pub argv: Vec<String>,
    /// The expected output, for people.
    pub expect: Text,
    /// The same for programs, where the host's files show it.
    pub requirement: Option<Requirement>,
}
