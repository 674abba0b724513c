//! Checks and steps for a person, and which name a guest has to have.

use super::super::document::{Check, ManualStep, Moment};
use super::super::request::{PlanError, Request};
use crate::target::Target;

/// What `--vm` has to be.
pub(super) const fn expected(target: Target) -> &'static str {
    match target {
        Target::Harvester | Target::GpuOperator => "the node's name in Kubernetes",
        Target::TrueNas => "the machine's number: midclt call vm.query shows it as id",
        Target::Esxi => "the machine's displayName, or the name of its .vmx",
        Target::XcpNg => "the machine's uuid: xe vm-list shows it",
        Target::Nova => "the flavor's name, of letters, digits and '-'",
        _ => "a machine's name of letters, digits and '-'",
    }
}

pub(super) fn bad_guest(target: Target, request: &Request) -> PlanError {
    PlanError::BadGuest {
        vm: request.vm.clone().unwrap_or_default(),
        target,
        expected: expected(target),
    }
}

pub(super) fn check(moment: Moment, argv: &[&str], expect: &str) -> Check {
    Check {
        moment,
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        expect: expect.to_owned(),
        requirement: None,
    }
}

pub(super) fn by_hand(step: &'static str, text: String) -> ManualStep {
    ManualStep {
        moment: Moment::Now,
        step: step.into(),
        text,
    }
}
