//! Checks, and steps for a person.

use super::super::document::{Check, ManualStep, Moment};

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
