//! Checks, and steps for a person.

use super::super::document::{ManualStep, PlanCheck, When};
use crate::text::Text;

pub(super) fn check(moment: When, argv: &[&str], expect: Text) -> PlanCheck {
    PlanCheck {
        when: moment,
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        expected: expect,
        requirement: None,
    }
}

pub(super) fn by_hand(step: &'static str, text: Text) -> ManualStep {
    ManualStep {
        when: When::Now,
        step: step.into(),
        text,
    }
}
