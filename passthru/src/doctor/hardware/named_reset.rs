//! Cards that no standard reset restores, known by their names in sentences.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "reset-once-named",
    meaning: "A sentence names an AMD card that no standard reset restores: it often works for \
              one guest per boot of the host. The module vendor-reset, which is not part of \
              Linux, resets it. The IDs in a listing prove the model better.",
    source: "iommu/data/reset-by-id.tsv, with a source for each id; gnif/vendor-reset, README",
    causes: &[],
    check,
}];

/// ATI and AMD (pci.ids).
const AMD: u16 = 0x1002;

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(named) = &context.host.named_card else {
        return Vec::new();
    };
    // A listing has its own rules.
    let mut devices = context.host.devices.values();
    let is_listed = devices.any(|device| {
        let id = device.id.as_ref().map(|id| id.value.vendor.0);
        device.is_display() && id == Some(AMD)
    });
    let mut logged = context.host.log_messages.iter();
    let is_logged = logged.any(|logged| logged.message.code.starts_with("vendor-reset"));
    if is_listed || is_logged {
        return Vec::new();
    }
    let title = text!(
        "not in the input: whether the card ({what}) works for more than one guest; no standard \
         reset restores this model",
        what = named.value
    );
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence([named.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "vendor-reset",
                text: text!(
                    "if a second start fails, reboot the host; the module vendor-reset resets the \
                     card"
                ),
            }),
    ]
}
