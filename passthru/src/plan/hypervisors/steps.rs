//! Checks, steps for a person, and the error of a guest's name.

use super::super::document::{Check, ManualStep, Moment};
use super::super::request::{PlanError, Request};
use super::Hypervisor;
use crate::target::Target;

pub(super) fn bad_guest(target: Target, request: &Request) -> PlanError {
    PlanError::BadGuest {
        vm: request.vm.clone().unwrap_or_default(),
        target,
        expected: Hypervisor::of(target).guest.expected(),
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
