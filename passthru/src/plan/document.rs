//! A plan: its edits, commands, manual steps and checks, in order.

use std::borrow::Cow;

use host_tree::Edit;
use hostconf::binding::method::Method;
use pci_core::{Address, PciId, SubsystemId};
use serde::{Deserialize, Serialize};

use super::assumption::Assumption;
use super::state::HostState;
use crate::requirement::Requirement;
use crate::target::Target;
use crate::text::Text;

/// The version of the plan's JSON form.
pub const SCHEMA: &str = "passthru-plan/1";

/// The ordered edits, commands, manual steps and checks that assign functions to a guest.
/// [`Plan::from_json`] parses one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this form: [`SCHEMA`].
    pub schema: Cow<'static, str>,
    /// The hypervisor that it is for.
    pub target: Target,
    /// The guest that gets the functions, where one was named.
    pub vm: Option<String>,
    /// The functions, with their IDs, so that a moved card is detected.
    pub devices: Vec<PlannedDevice>,
    /// The state of the host that it was made for: it is for no other.
    pub host_state: HostState,
    /// The binding of the functions to vfio-pci.
    pub binding: Binding,
    /// The way in which that is done, where it is one of ours.
    #[serde(default)]
    pub method: Option<Method>,
    /// Facts that are not in the input and that the plan needs: check them first.
    #[serde(default)]
    pub assumptions: Vec<Assumption>,
    /// Blockers that no edit of the plan fixes.
    pub blockers: Vec<Blocker>,
    /// Paths that are not in the input and are assumed to be absent.
    pub assumed_absent: Vec<String>,
    /// Changes of files, in order.
    pub edits: Vec<Edit>,
    /// Commands that follow the edits, in order.
    pub commands: Vec<Command>,
    /// Manual steps.
    pub manual_steps: Vec<ManualStep>,
    /// Checks of the result.
    pub checks: Vec<PlanCheck>,
    /// Host impact.
    pub host_impact: Vec<Text>,
    /// The reason for a reboot; `None` if none is needed.
    pub reboot_reason: Option<Text>,
}

impl Plan {
    /// The checks of a moment, in order.
    pub(crate) fn checks_at(&self, moment: When) -> impl Iterator<Item = &PlanCheck> {
        let checks = self.checks.iter();
        checks.filter(move |check| check.when == moment)
    }

    /// The manual steps of a moment, in order.
    pub(crate) fn manual_steps_at(&self, moment: When) -> impl Iterator<Item = &ManualStep> {
        let steps = self.manual_steps.iter();
        steps.filter(move |step| step.when == moment)
    }
}

/// A function of a plan, with its IDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedDevice {
    /// Its address.
    pub address: Address,
    /// Its ID.
    pub id: PciId,
    /// Its subsystem ID, if it is in the input.
    pub subsystem: Option<SubsystemId>,
}

/// A blocker of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Blocker {
    /// The finding's code; `passthru explain CODE` explains it.
    pub code: Cow<'static, str>,
    /// The finding's title.
    pub title: Text,
    /// The finding's remedy.
    pub remedy: Option<Text>,
    /// The word for accepting it: `display`, `disk`, `network` or `process` for an impact on the
    /// host, otherwise the code.
    pub accept: Cow<'static, str>,
}

/// The criterion by which functions are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Binding {
    /// By vendor and device id: no other function of the host has them.
    ById,
    /// By address, mostly in the initramfs: another function has the same IDs, or may.
    ByAddress,
    /// By the hypervisor: by its driver, or when the guest starts.
    ByHypervisor,
    /// By the host drivers again.
    Release,
}

impl Binding {
    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ById => "by-id",
            Self::ByAddress => "by-address",
            Self::ByHypervisor => "by-hypervisor",
            Self::Release => "release",
        }
    }
}

/// A command of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Command {
    /// The program and its arguments: never a shell's text.
    pub argv: Vec<String>,
    /// The reason.
    pub purpose: Text,
    /// The undo of its effect.
    pub undo: Undo,
}

impl Command {
    /// A command that applies files (`update-grub`): once the files are restored, the same command
    /// undoes its effect.
    pub fn refresh(argv: Vec<String>, why: Text) -> Self {
        Self {
            argv,
            purpose: why,
            undo: Undo::Repeat,
        }
    }
}

/// The undo of a command's effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Undo {
    /// The same command again, once the files are as they were.
    Repeat,
    /// This command, while the plan's files are still there.
    Run {
        /// The program and its arguments.
        argv: Vec<String>,
    },
    /// The command changes these files: they are copied before it runs, and restored.
    RestoreFiles {
        /// Their paths on the host.
        paths: Vec<String>,
    },
}

/// A step that a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ManualStep {
    /// When.
    pub when: When,
    /// The step's stable name.
    pub step: Cow<'static, str>,
    /// The step, a sentence.
    pub text: Text,
}

/// The time of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum When {
    /// Before anything is changed.
    Before,
    /// With the edits and commands.
    Now,
    /// After the reboot.
    AfterReboot,
}

impl When {
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

/// A check of one fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlanCheck {
    /// When.
    pub when: When,
    /// The command that looks.
    pub argv: Vec<String>,
    /// The expected output, for people.
    pub expected: Text,
    /// The same for programs, where the host's files show it.
    pub requirement: Option<Requirement>,
}
