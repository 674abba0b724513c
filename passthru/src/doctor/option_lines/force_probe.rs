//! `force_probe=` of Intel's graphics drivers, against the virtual functions that they create, and words
//! of a sentence on the kernel command line.

use pci_core::VendorId;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, KernelOption, Seen};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "force-probe-negated",
        meaning: "force_probe= with ! before an ID keeps the driver off the graphics with this ID. \
                  The driver whose max_vfs= creates the virtual functions must be bound to them; \
                  the other one of i915 and xe must not. Single quotes are part of the value for \
                  the kernel; GRUB removes them.",
        source: "Linux drivers/gpu/drm/i915/i915_pci.c, device_id_in_list; lib/cmdline.c, next_arg",
        causes: &[],
        check: negated,
    },
    Rule {
        code: "command-line-prose",
        meaning: "Words of a sentence between options are on the kernel command line, as from the \
                  text of a guide. The kernel passes them to the init process, which ignores them.",
        source: "Linux init/main.c, unknown_bootoption",
        causes: &[],
        check: prose,
    },
];

/// The drivers of Intel's graphics, each with the other one.
const DRIVERS: [(&str, &str); 2] = [("i915", "xe"), ("xe", "i915")];

fn negated(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = &context.host.settings.kernel_options;
    let found = DRIVERS.iter().filter_map(|(driver, other)| {
        let creates = format!("{driver}.max_vfs");
        let creates = options
            .iter()
            .rfind(|option| option.name == creates && option.value.as_deref() != Some("0"))?;
        let name = format!("{driver}.force_probe");
        let is_set = |option: &&KernelOption| option.name == name && !is_hint(&option.evidence.text);
        let option = options.iter().rfind(is_set)?;
        let value = option.value.as_deref()?;
        let plain = value.trim_matches(['\'', '"', '`']);
        let id = plain.strip_prefix('!')?;
        let is_id = id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let of_other = format!("{other}.max_vfs");
        let is_of_both = options.iter().any(|option| option.name == of_other);
        if !is_id || is_of_both || !is_integrated(context, id) {
            return None;
        }
        let written = option.text.trim_end_matches('`');
        let creates_text = creates.text.trim_end_matches('`');
        // The kernel compares the ID with its quotes.
        let is_quoted = plain != value.trim_end_matches('`') && option.seen == Seen::Running;
        let title = if is_quoted {
            text!(
                "{option} has no effect with its quotes, and without them keeps {driver} off the \
                 graphics {id}, which {creates} expects to have {driver}",
                option = written,
                driver,
                id,
                creates = creates_text
            )
        } else {
            text!(
                "{option} keeps {driver} off the graphics {id}, which {creates} expects to have \
                 {driver}",
                option = written,
                driver,
                id,
                creates = creates_text
            )
        };
        let remedy = Remedy::Manual {
            step: "bind-right-driver",
            text: text!(
                "remove {option}, and keep the other driver off the graphics: {other}.force_probe=!{id} \
                 without quotes, or a blacklist of {other}",
                option = written,
                other,
                id
            ),
        };
        let shown = [option.evidence.clone()];
        let of_other = (creates.evidence != option.evidence).then(|| creates.evidence.clone());
        let reported = Diagnostic::new(Verdict::Fix, title).evidence(shown);
        Some(reported.evidence(of_other).remedy(remedy))
    });
    found.collect()
}

/// Whether the line has a hint of the driver xe, which follows the command line in a search of the log for
/// i915: `use xe.force_probe='46a6' and i915.force_probe='!46a6'`.
fn is_hint(line: &str) -> bool {
    line.contains("use xe.force_probe='")
}

/// Whether the ID is that of the processor's graphics, of which the virtual functions are: those at 00:02,
/// and where no listing shows them, an ID that no card has (Linux include/drm/intel/pciids.h).
fn is_integrated(context: &Context<'_>, id: &str) -> bool {
    let of_intel = |device: &&Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        device.is_display() && vendor == Some(VendorId::INTEL)
    };
    let displays: Vec<&Device> = context.host.devices.values().filter(of_intel).collect();
    let is_this = |device: &&Device| {
        let own = device.id.as_ref().map(|own| own.value.to_string());
        own.is_some_and(|own| own.ends_with(&id.to_ascii_lowercase()))
    };
    match displays.iter().find(|device| is_this(device)) {
        Some(device) => device.address.bus() == 0,
        None => displays.is_empty() && !id.starts_with("56") && !id.starts_with(['e', 'E']),
    }
}

/// Words that join or name options in a sentence, and that are no option of the kernel.
const WORDS: [&str; 16] = [
    "use", "and", "or", "with", "instead", "then", "add", "the", "not", "und", "oder", "mit", "et",
    "ou", "avec", "y",
];

/// Signs at the end of a sentence.
const ENDS: [char; 4] = ['.', '!', '?', ':'];

fn prose(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.settings.kernel_options.iter();
    // A sentence below a command line is no part of it.
    let is_of_options =
        |line: &str| line.contains('=') && !line.trim_end().ends_with(ENDS) && !is_hint(line);
    let is_word = |option: &&KernelOption| {
        option.value.is_none()
            && WORDS.contains(&option.text.as_str())
            && is_of_options(&option.evidence.text)
    };
    let found: Vec<&KernelOption> = options.filter(is_word).collect();
    let Some(first) = found.first() else {
        return Vec::new();
    };
    let mut words: Vec<&str> = Vec::new();
    for option in &found {
        if !words.contains(&option.text.as_str()) {
            words.push(&option.text);
        }
    }
    // One such word may be the name of something.
    if words.len() < 2 {
        return Vec::new();
    }
    let words = words.join(", ");
    let title = text!(
        "these words of a sentence are on the kernel command line and have no effect: {words}",
        words
    );
    vec![
        Diagnostic::new(Verdict::NoEffect, title)
            .evidence([first.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "remove-words",
                text: text!(
                    "remove these words from the kernel command line: {words}",
                    words
                ),
            }),
    ]
}
