//! GVT-g on graphics of a generation that does not have it.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "gvt-g-generation",
    meaning: "GVT-g shares the graphics of Intel processors of the 5th to the 10th generation \
              (Broadwell to Comet Lake) between guests. Ice Lake and all later processors lack \
              GVT-g: those of the 12th generation and later have virtual functions (SR-IOV) \
              instead, or the complete graphics are assigned to one guest.",
    source: "Linux drivers/gpu/drm/i915/intel_gvt.c, is_supported_device; Intel, Graphics \
             Virtualization Technologies Support for Each Intel Graphics Family",
    causes: &["gvt-g-without-hardware"],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let (Some(named), Some(model)) = (&host.words.statements.gvt_g, &host.system.processor_model)
    else {
        return Vec::new();
    };
    if host.of_guest.is_some() || !is_too_new(model) {
        return Vec::new();
    }
    let title = text!(
        "the graphics of the {model} have no GVT-g: only Intel processors up to the 10th \
         generation (Comet Lake) have it",
        model
    );
    vec![
        Diagnostic::new(Verdict::Impossible, title)
            .evidence([named.clone()])
            .remedy(Remedy::Manual {
                step: "use-graphics-vfs",
                text: text!(
                    "use the virtual functions of the graphics (SR-IOV, from the 12th generation \
                     on: the driver xe, or the module i915-sriov-dkms), or assign the complete \
                     graphics to one guest"
                ),
            }),
    ]
}

/// Whether the model is of the 11th generation or later, as far as its number shows: `i5-12400`,
/// `i7-1165G7`, `Core Ultra 7 265K`, `N100`.
fn is_too_new(model: &str) -> bool {
    let Some(model) = model.strip_prefix("Intel ") else {
        return false;
    };
    // Alder Lake-N and Twin Lake: the others of the letter have four digits.
    let small = model.strip_prefix('N');
    let is_small = small.is_some_and(|number| matches!(number.len(), 2 | 3));
    if model.starts_with("Core Ultra ") || is_small {
        return true;
    }
    let Some((_, number)) = model
        .strip_prefix("Core ")
        .and_then(|core| core.split_once('-'))
    else {
        return false;
    };
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let start: u32 = digits.get(..2).unwrap_or_default().parse().unwrap_or(0);
    // `1165G7` has four digits as `8700` has, and its generation in the first two.
    match digits.len() {
        5 => start >= 11,
        4 => (11..20).contains(&start),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
