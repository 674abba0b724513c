//! Checks, and steps for a person.

use super::super::document::{Check, ManualStep, When};

pub(super) fn check(moment: When, argv: &[&str], expect: &str) -> Check {
    Check {
        when: moment,
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        expected: expect.to_owned(),
        requirement: None,
    }
}

pub(super) fn by_hand(step: &'static str, text: String) -> ManualStep {
    ManualStep {
        when: When::Now,
        step: step.into(),
        text,
    }
}
