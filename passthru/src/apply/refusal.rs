//! The reasons why a plan is not applied to a host.

use pci_core::{Address, PciId, SubsystemId};

use crate::plan::{self};
use crate::text::{Text, text};

/// The reason why a plan is not applied to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The file has changed since the plan was made.
    Changed {
        /// The file.
        path: String,
        /// The change.
        how: Text,
    },
    /// In an open transaction: the file is in neither state of the plan.
    Others {
        /// The file.
        path: String,
        /// The change.
        how: Text,
    },
    /// The file cannot be replaced.
    Unfit {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// Another device, or none, is at the address of a planned one.
    Device {
        /// The address.
        address: Address,
        /// The planned device.
        expected: PciId,
        /// The subsystem of the planned device.
        subsystem: Option<SubsystemId>,
        /// The IDs of the device that is there; `None` for no device.
        found: Option<String>,
    },
    /// Another kernel is running.
    Kernel {
        /// The plan's.
        planned: String,
        /// The host's.
        found: String,
    },
    /// A blocker that no edit fixes.
    Blocked {
        /// The finding's code.
        code: String,
        /// The finding's title.
        title: Text,
        /// The word that accepts it.
        accept: String,
    },
    /// An assumption that the host does not show either.
    Unchecked {
        /// The word that accepts it.
        fact: String,
        /// The assumption.
        sentence: Text,
    },
    /// An assumption is false on the host.
    NotSo {
        /// The assumption.
        sentence: Text,
    },
    /// The edits remove settings that the plan does not name.
    Unnamed(plan::Unnamed),
    /// A program of the plan's commands is not installed.
    NoProgram(
        /// Its name.
        String,
    ),
}

impl Refusal {
    /// The reason, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Changed { path, how } => text!(
                "{path} has changed since the plan was made: {how}; regenerate the plan",
                path,
                how
            ),
            Self::Others { path, how } => text!(
                "{path} is neither as before the plan nor as after it: {how}; `passthru undo \
                 --overwrite {path}` discards that change",
                path,
                how
            ),
            Self::Unfit { path, reason } => {
                text!("{path}: {reason}", path, reason = Text::of_english(reason))
            }
            Self::Device {
                address,
                expected,
                subsystem,
                found,
            } => {
                let expected = match subsystem {
                    Some(subsystem) => {
                        text!("{id} (subsystem {subsystem})", id = expected, subsystem)
                    }
                    None => text!("{id}", id = expected),
                };
                let address = address.to_string();
                match found {
                    Some(found) => text!(
                        "{address} is {found} now, but the plan was made for {expected}: addresses \
                         have changed; regenerate the plan",
                        address,
                        found,
                        expected
                    ),
                    None => text!(
                        "no device is at {address} now, but the plan was made for {expected}: \
                         addresses have changed; regenerate the plan",
                        address,
                        expected
                    ),
                }
            }
            Self::Kernel { planned, found } => text!(
                "the kernel is {found} now, but the plan was made for {planned}; regenerate the \
                 plan, or add --accept kernel",
                found,
                planned
            ),
            Self::Blocked {
                code,
                title,
                accept,
            } => text!(
                "{title}; --accept {word} accepts the risk [{code}]",
                title,
                word = accept,
                code
            ),
            Self::Unchecked { fact, sentence } => text!(
                "assumed, not checked: {sentence}; --accept {word} accepts it",
                sentence,
                word = fact
            ),
            Self::NotSo { sentence } => text!(
                "assumed, but not true on this host: {sentence}; regenerate the plan on this host",
                sentence
            ),
            Self::Unnamed(unnamed) => {
                text!("{reason}; regenerate the plan", reason = unnamed.text())
            }
            Self::NoProgram(program) => text!("the program {program} is not installed", program),
        }
    }
}
