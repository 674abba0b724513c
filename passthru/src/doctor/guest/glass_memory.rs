//! The shared memory of Looking Glass is too small for the guest's screen.

use hvconf::description::{ColorRange, LookingGlassSize};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The message that the memory is too small.
const TOO_SMALL: &str = "looking-glass-shm-too-small";

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "looking-glass-memory-for-screen",
    meaning: "Looking Glass reports that its shared memory is too small, and the size that the \
              text names is less than the screen needs: width x height x 4 x 2 bytes and 10 MiB, \
              rounded up to a power of two; twice the bytes for HDR. The size belongs to a device \
              of the guest, which gets a new one only when it starts.",
    source: "Looking Glass documentation, Determining memory",
    causes: &[TOO_SMALL],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let (Some(size), Some(screen)) = (
        &host.lines.glass_memory().mebibytes,
        &host.lines.glass_memory().screen,
    ) else {
        return Vec::new();
    };
    let mut logged = host.log_messages.iter();
    let is_small = logged.any(|logged| logged.message.code == TOO_SMALL && !logged.is_over);
    let (width, height) = screen.value;
    let of = |range| LookingGlassSize::for_screen(width, height, range);
    let Some(needed) = of(ColorRange::Sdr).filter(|needed| needed.mebibytes() > size.value) else {
        return Vec::new();
    };
    if !is_small {
        return Vec::new();
    }
    let title = text!(
        "the shared memory of Looking Glass has {size} MiB, and a screen of {width}x{height} needs \
         {needed} MiB (width x height x 4 x 2 bytes and 10 MiB, rounded up to a power of two)",
        size = size.value,
        width,
        height,
        needed = needed.mebibytes()
    );
    let hdr = of(ColorRange::Hdr).unwrap_or(needed);
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([size.evidence.clone(), screen.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "lg-size",
                text: text!(
                    "set {needed} MiB in the guest's configuration (HDR: {hdr}; kvmfr: \
                     static_size_mb), shut the guest down and start it again: a restart of its \
                     system keeps the old memory; if /dev/shm/looking-glass keeps its size, remove \
                     it while the guest is off",
                    needed = needed.mebibytes(),
                    hdr = hdr.mebibytes()
                ),
            }),
    ]
}
