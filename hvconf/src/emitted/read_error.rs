//! Why no description was read.

use pci_core::Address;

use crate::description::{Description, VmName};
use crate::passed::{Coverage, Passed, PassedError, PassedFunction, PassedSlot};

use super::reading::Lost;

/// Why a configuration gives no description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The hypervisor does not take the file.
    #[error("line {line}: {reason}")]
    Refused {
        /// The line, from 1.
        line: u32,
        /// Why.
        reason: String,
    },
    /// What is passed cannot be passed so, or nothing is.
    #[error(transparent)]
    Passed(#[from] PassedError),
}

/// What a reader found of the functions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    slots: Vec<(Vec<Address>, Coverage)>,
    /// What was found and has no place in a description.
    pub(crate) lost: Vec<Lost>,
}

impl Found {
    /// One function is passed.
    pub(crate) fn function(&mut self, address: Address) {
        let same = self.slots.iter_mut().find(|(functions, _)| {
            functions
                .first()
                .is_some_and(|one| one.slot() == address.slot())
        });
        match same {
            Some((functions, _)) => {
                if !functions.contains(&address) {
                    functions.push(address);
                }
            }
            None => self.slots.push((vec![address], Coverage::ListedFunctions)),
        }
    }

    /// All functions of the slot of `address` are passed.
    pub(crate) fn whole_slot(&mut self, address: Address) {
        self.function(address);
        for (functions, coverage) in &mut self.slots {
            if functions
                .first()
                .is_some_and(|one| one.slot() == address.slot())
            {
                *coverage = Coverage::WholeSlot;
            }
        }
    }

    /// The description of a machine that gets these; its name is the one nearest to
    /// `name`.
    pub(crate) fn describe(&mut self, name: Option<&str>) -> Result<Description, ReadError> {
        let mut slots = Vec::new();
        for (functions, coverage) in &self.slots {
            let functions = functions.iter().copied().map(PassedFunction::at).collect();
            slots.push(PassedSlot::new(functions, *coverage)?);
        }
        let passed = Passed::new(slots)?;
        let given = name.unwrap_or("guest");
        let near = VmName::nearest(given);
        if name.is_some() && near.as_ref().map(VmName::as_str) != Some(given) {
            self.lost.push(Lost::new(
                format!("name {given:?}"),
                "not every hypervisor takes it",
            ));
        }
        Ok(Description::new(
            near.unwrap_or_else(VmName::unnamed),
            passed,
        ))
    }
}
