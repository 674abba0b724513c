//! Checks, and steps for a person.

use super::super::document::{Check, ManualStep, Moment};
use crate::text::Text;

pub(super) fn check(moment: Moment, argv: &[&str], expect: Text) -> Check {
    Check {
        moment,
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        expect,
        requirement: None,
    }
}

pub(super) fn by_hand(step: &'static str, text: Text) -> ManualStep {
    ManualStep {
        moment: Moment::Now,
        step: step.into(),
        text,
    }
}
