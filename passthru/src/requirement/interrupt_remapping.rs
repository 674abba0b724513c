//! The IOMMU remaps interrupts.

use super::{Change, Evaluation};
use crate::host::Host;
use crate::text::text;

pub(super) fn evaluate(host: &Host) -> Evaluation {
    let (is_on, evidence) = host.interrupt_remapping();
    let evidence = evidence.iter().cloned();
    match is_on {
        Some(true) => Evaluation::met(text!("interrupt remapping is enabled"), evidence),
        Some(false) => Evaluation::unmet(text!("interrupt remapping is disabled"), evidence),
        None => {
            let evidence: Vec<_> = evidence.collect();
            let sentence = if evidence.is_empty() {
                text!("not in the input: whether interrupt remapping is enabled")
            } else {
                text!("some lines show interrupt remapping enabled, others show it disabled")
            };
            Evaluation {
                evidence,
                ..Evaluation::unknown(sentence)
            }
        }
    }
}

/// No option that switches it off (Linux Documentation/admin-guide/kernel-parameters.txt,
/// intremap=).
pub(super) fn changes(host: &Host) -> Vec<Change> {
    let options = host.settings.kernel_option("intremap");
    let off = options.filter(|option| option.value.as_deref() == Some("off"));
    off.map(|option| Change::RemoveKernelOption {
        option: option.text.clone(),
    })
    .collect()
}
