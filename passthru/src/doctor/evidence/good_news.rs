//! Good news in sentences: a guest runs with its device, or sees it.

use crate::doctor::guest::guest_side::is_seen;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::GoodNews;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-runs-reported",
        meaning: "A sentence says that a guest runs with its device. A hypervisor starts such a \
                  guest only with an enabled IOMMU and a viable group: both are in order, for \
                  that device and that start. The sentence does not prove the driver in the \
                  guest, or a second start.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: runs,
    },
    Rule {
        code: "guest-sees-reported",
        meaning: "A sentence says that the guest sees its device: the assignment works on the \
                  host, and the rest is up to the guest's driver.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: sees,
    },
];

fn runs(context: &Context<'_>) -> Vec<Diagnostic> {
    // A message that denies the IOMMU weighs more than a sentence.
    if context.host.iommu_is_off() {
        return Vec::new();
    }
    let news = context.host.good_news.iter();
    let shown = news.filter_map(|news| match news {
        GoodNews::Runs(shown) => Some(shown.clone()),
        GoodNews::Seen(_) => None,
    });
    shown
        .map(|shown| {
            let title = text!(
                "the text says that a guest runs with its device: the host can assign the device"
            );
            Diagnostic::new(Verdict::Ok, title).evidence([shown])
        })
        .collect()
}

fn sees(context: &Context<'_>) -> Vec<Diagnostic> {
    // A listing proves it better.
    if is_seen(context) {
        return Vec::new();
    }
    let news = context.host.good_news.iter();
    let shown = news.filter_map(|news| match news {
        GoodNews::Seen(shown) => Some(shown.clone()),
        GoodNews::Runs(_) => None,
    });
    shown
        .map(|shown| {
            let title =
                text!("the text says that the guest sees its device: the device is assigned");
            Diagnostic::new(Verdict::Ok, title).evidence([shown])
        })
        .collect()
}
