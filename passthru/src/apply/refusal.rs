//! Why a plan is not applied to a host.

use pci_core::{Address, PciId, SubsystemId};

use crate::plan::{self};

/// Why a plan is not carried out here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file is not as it was when the plan was made.
    #[error("{path} has changed since the plan was made: {how}; make the plan anew")]
    Changed {
        /// The file.
        path: String,
        /// How.
        how: &'static str,
    },
    /// In an open transaction: the file is neither as it was nor as the plan leaves it.
    #[error(
        "{path} is neither as it was nor as the plan leaves it: {how}; `passthru undo \
         --overwrite {path}` gives that change up"
    )]
    Others {
        /// The file.
        path: String,
        /// How.
        how: &'static str,
    },
    /// The file is none that can be replaced.
    #[error("{path}: {reason}")]
    Unfit {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// Another device is where the plan expects one, or none is.
    #[error(
        "{address} is {} now, where the plan was made for {expected}{}: addresses have moved; \
         make the plan anew", .found.as_deref().unwrap_or("not there"), on_card(*.subsystem)
    )]
    Device {
        /// Where.
        address: Address,
        /// What the plan expects there.
        expected: PciId,
        /// On which card.
        subsystem: Option<SubsystemId>,
        /// What is there: ids in words; `None` for nothing.
        found: Option<String>,
    },
    /// Another kernel runs.
    #[error(
        "the kernel is {found} now, and the plan was made for {planned}; make the plan anew, or \
         give --accept kernel"
    )]
    Kernel {
        /// The plan's.
        planned: String,
        /// The host's.
        found: String,
    },
    /// Something stands in the way that no edit mends.
    #[error("{title}; --accept {accept} takes that upon you [{code}]")]
    Blocked {
        /// The finding's code.
        code: String,
        /// What is so.
        title: String,
        /// The word that accepts it.
        accept: String,
    },
    /// The plan rests on a fact that the input did not show, and the host does not show it
    /// either.
    #[error("assumed, not checked: {sentence}; --accept {fact} accepts it")]
    Unchecked {
        /// The word that accepts it.
        fact: String,
        /// The assumption.
        sentence: String,
    },
    /// The host shows another value than the plan assumes.
    #[error("assumed, and not so on this host: {sentence}; make the plan again here")]
    NotSo {
        /// The assumption.
        sentence: String,
    },
    /// The plan takes away what it does not name: it was changed by hand, or is wrong.
    #[error("{0}; make the plan anew")]
    Unnamed(#[from] plan::Unnamed),
    /// A program of the plan's commands is not there.
    #[error("the program {0} is not installed")]
    NoProgram(
        /// Its name.
        String,
    ),
}

fn on_card(subsystem: Option<SubsystemId>) -> String {
    subsystem.map_or_else(String::new, |id| format!(" (subsystem {id})"))
}
