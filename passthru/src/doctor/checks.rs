//! The result that shows that a remedy is in effect: `data/checks.txt`.

use std::sync::LazyLock;

use pci_core::Address;

use super::placeholders::filled_text;
use super::rule::Context;
use crate::finding::Finding;
use crate::packed::unpacked;
use crate::remedy::Remedy;
use crate::stanzas::{stanzas, value};
use crate::text::Text;
use crate::verdict::Verdict;

/// The system of the host that has the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Any,
    Linux,
    Xen,
}

impl On {
    fn fits(self, context: &Context<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Linux => context.host_is_linux() && !context.host_is_xen(),
            Self::Xen => context.host_is_xen(),
        }
    }
}

/// A result.
struct Row {
    codes: &'static str,
    on: On,
    check: &'static str,
}

/// The result that shows that the finding's remedy is in effect; `None` for a finding without a
/// remedy, and where the remedy only shows more.
pub(super) fn of(context: &Context<'_>, finding: &Finding) -> Option<Text> {
    let is_change = match finding.remedy {
        None | Some(Remedy::Inspect { .. }) => false,
        // Another device, or another host, does not change the state of this one.
        Some(_) => finding.verdict.may_need_change() && finding.verdict != Verdict::Impossible,
    };
    let mut rows = rows().iter().filter(|_| is_change);
    let row = rows.find(|row| {
        let mut codes = row.codes.split(' ');
        codes.any(|code| code == finding.code) && row.on.fits(context)
    })?;
    Some(filled_text(context, card(&finding.devices), row.check))
}

/// The first function of these, where all are of one card.
fn card(devices: &[Address]) -> &[Address] {
    match devices.first() {
        Some(first) if devices.iter().all(|one| one.slot() == first.slot()) => {
            devices.get(..1).unwrap_or_default()
        }
        _ => devices,
    }
}

fn rows() -> &'static [Row] {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/checks.deflate"));
        unpacked(packed)
    });
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let all = stanzas(&TEXT).into_iter();
        all.filter_map(|stanza| {
            Some(Row {
                codes: value(&stanza, "codes")?,
                on: match value(&stanza, "on") {
                    None => On::Any,
                    Some("linux") => On::Linux,
                    Some("xen") => On::Xen,
                    Some(_) => return None,
                },
                check: value(&stanza, "check")?,
            })
        })
        .collect()
    });
    &ROWS
}

#[cfg(test)]
mod tests;
