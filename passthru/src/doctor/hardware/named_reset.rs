//! Cards that no standard reset restores, known by their names in sentences.

use pci_core::VendorId;

use crate::ask::Shell;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{GuestFailure, Symptom};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "reset-once-named",
    meaning: "A sentence names an AMD card that no standard reset restores: it often works for \
              one guest per boot of the host. The module vendor-reset, which is not part of \
              Linux, resets it. The IDs in a listing prove the model better.",
    source: "iommu/data/reset-by-id.tsv, with a source for each id; gnif/vendor-reset, README",
    causes: &[
        "works-once-reported",
        "symptom-second-start",
        "amd-reset-bug",
        "reset-needs-host-reboot",
    ],
    check,
}];

/// Whether the text reports a failure that no reset explains: the guest runs, and has the device.
fn is_about_other(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    failure == Some(GuestFailure::Slow) && host.words.symptoms.is_empty()
}

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(named) = &context.host.words.named_card else {
        return Vec::new();
    };
    // A listing has its own rules.
    let mut devices = context.host.devices.values();
    let is_listed = devices.any(|device| {
        let id = device.id.as_ref().map(|id| id.value.vendor);
        // Those of the processor are of the host.
        device.is_display() && id.is_some_and(|id| id != VendorId::INTEL)
    });
    let mut logged = context.host.log_messages.iter();
    let is_logged = logged.any(|logged| logged.message.code.starts_with("vendor-reset"));
    if is_listed || is_logged || is_about_other(context) {
        return Vec::new();
    }
    // ESXi has no modules of Linux, and resets of its own.
    if matches!(
        Shell::of(context.host, context.target),
        Shell::Esxi | Shell::Windows
    ) {
        return Vec::new();
    }
    let mut symptoms = context.host.words.symptoms.iter();
    let once = symptoms.find(|found| found.value == Symptom::OncePerBoot);
    if let Some(once) = once {
        let title = text!(
            "no standard reset restores the card that the text names ({what}): the card works for \
             one guest per boot of the host",
            what = named.value
        );
        return vec![
            Diagnostic::new(Verdict::Fix, title)
                .evidence([named.evidence.clone(), once.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "vendor-reset",
                    text: text!(
                        "install the module vendor-reset, and write device_specific to \
                         reset_method of the card in /sys/bus/pci/devices at each boot of the host"
                    ),
                }),
        ];
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
