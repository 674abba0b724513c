//! An assignment that works beside the failure: in another guest, of another device.

use super::super::sentences::{self, Clause, Sentence};
use crate::host::words::phrases::elsewhere::{
    HOST_SYSTEMS, OPEN, OTHER_DEVICES, OTHER_GUESTS, SAME_HARDWARE, SYSTEMS, WORKS,
};
use crate::host::words::phrases::good_news::{ASSIGNED, FINE};
use crate::host::words::phrases::topics::GUEST;

/// Whether a sentence says that another guest has such a device, and works with it.
pub(super) fn another_guest_works(sentence: &Sentence) -> bool {
    let says = |clause: &Clause| clause.has(OTHER_GUESTS) && works(clause);
    // In Chinese a list follows the word: `其他虚拟机如爱快，飞牛…能正确识别`.
    let is_list = || {
        let whole = &sentence.whole;
        whole.is_without_blanks() && whole.text.contains("如") && says(whole)
    };
    let is_about_device = || {
        let same = ["same", "it", "they"];
        sentence.whole.has(ASSIGNED) || sentence.whole.has(&same) || names_device(&sentence.whole)
    };
    let is_in_system = |clause: &Clause| names_guest_system(clause) && works(clause);
    is_usable(sentence)
        && (sentence.clauses.iter().any(says)
            || is_list()
            || sentence.clauses.iter().any(is_in_system))
        && is_about_device()
}

/// `an Ubuntu guest`, `a Linux VM`: one word for the system right before the guest.
fn names_guest_system(clause: &Clause) -> bool {
    let words = clause.words();
    let pairs = words.windows(3);
    let mut named = pairs.filter(|words| match words {
        [article, system, guest] => {
            matches!(
                *article,
                "a" | "an" | "einem" | "einer" | "une" | "un" | "una"
            ) && SYSTEMS.contains(system)
                && matches!(*guest, "vm" | "guest" | "vms" | "guests" | "gast")
        }
        _ => false,
    });
    named.next().is_some()
}

/// Words for a system without a hypervisor, in lower case.
const BARE_METAL: [&str; 6] = [
    "bare metal",
    "bare-metal",
    "baremetal",
    "natively",
    "裸机",
    "物理机",
];

/// Whether a sentence says that the device works without a hypervisor.
pub(super) fn works_on_bare_metal(sentence: &Sentence) -> bool {
    let is_open = |clause: &Clause| {
        clause.is_negated() || clause.has(&["if", "would", "should", "until", "only", "unless"])
    };
    // `I tried it on bare metal, and the card works fine`: the success may follow.
    let says = |clause: &Clause| clause.has(WORKS) && !is_open(clause) && !clause.has(GUEST);
    is_usable(sentence) && sentence.whole.has(&BARE_METAL) && sentence.clauses.iter().any(says)
}

/// Whether a sentence says that the same hardware works with another host system or tool.
pub(super) fn another_system_works(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let says = |clause: &Clause| clause.has(HOST_SYSTEMS) && works(clause);
    // `I have already done this on Ubuntu, no problem.`
    let is_done = || whole.has(&["done this on", "did this on", "done it on"]) && works(whole);
    is_usable(sentence)
        && !whole.has(&BARE_METAL)
        && (whole.has(SAME_HARDWARE) && sentence.clauses.iter().any(says) || is_done())
}

/// Whether a sentence says that another device is assigned, and works.
pub(super) fn another_device_works(sentence: &Sentence) -> bool {
    let says = |clause: &Clause| clause.has(OTHER_DEVICES) && works(clause);
    let is_assigned = || {
        let whole = &sentence.whole;
        whole.is_of_assignment() || whole.has(ASSIGNED) && whole.has(GUEST)
    };
    is_usable(sentence) && sentence.clauses.iter().any(says) && is_assigned()
}

fn works(clause: &Clause) -> bool {
    let mut rest = clause.text.clone();
    for fine in FINE {
        rest = rest.replace(fine, " ");
    }
    let rest = sentences::clause(&rest);
    clause.has(WORKS) && !rest.is_negated() && !rest.has(OPEN)
}

fn names_device(clause: &Clause) -> bool {
    clause.has(&[
        "card",
        "nic",
        "controller",
        "device",
        "网卡",
        "显卡",
        "硬盘",
        "设备",
        "カード",
    ])
}

fn is_usable(sentence: &Sentence) -> bool {
    sentence.is_in_passthrough_text && !sentence.is_question && !sentence.is_title
}
