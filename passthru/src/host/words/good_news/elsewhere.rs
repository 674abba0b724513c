//! An assignment that works beside the failure: in another guest, of another device, with another
//! program, in another place.

use super::super::sentences::{self, Clause, Sentence};
use super::is_stated;
use super::not_news::takes_away;
use crate::host::words::device_kind::kind;
use crate::host::words::phrases::elsewhere::{
    BARE_METAL, BEFORE_TOOL, BESIDE, COMPARED, CONTRAST, DEVICE, DEVICE_WIDE, EXPERIMENTS,
    FIRMWARES, HARMED, HOST_SYSTEMS, INDEFINITE, MODES, MOVED, OPEN, OTHER, OTHER_DEVICES,
    OTHER_GUESTS, OTHER_WIDE, PLACES, SAME_HARDWARE, SAME_WAY, SAME_WITHOUT, SYSTEMS, THERE, TOOLS,
    WORKS,
};
use crate::host::words::phrases::good_news::{ASSIGNED, FINE};
use crate::host::words::phrases::topics::GUEST;

/// Whether a sentence says that another guest has such a device, and works with it.
pub(super) fn another_guest_works(sentence: &Sentence) -> bool {
    // `It isolates the devices from the other VMs.`
    let says = |clause: &Clause| {
        clause.has(&OTHER_GUESTS) && works(clause) && !clause.has(&["from the other", "from other"])
    };
    // In Chinese a list follows the word: `其他虚拟机如爱快，飞牛…能正确识别`.
    let is_list = || {
        let whole = &sentence.whole;
        whole.is_without_blanks() && whole.text.contains("如") && says(whole)
    };
    let is_about_device = || {
        let same = ["same", "it", "they", "this"];
        sentence.whole.has(&ASSIGNED) || sentence.whole.has(&same) || names_device(&sentence.whole)
    };
    let is_in_system = |clause: &Clause| {
        names_guest_system(clause)
            || names_two_systems(clause)
            || clause.has(&SAME_WAY) && clause.has(&SYSTEMS)
    };
    // `I have passthrough working to a Windows VM`: the writer's own guest.
    let is_own = sentence
        .whole
        .has(&["have passthrough working", "got passthrough working"]);
    is_usable(sentence)
        && !is_own
        && !sentence.whole.has_any(&[&BESIDE, &HARMED])
        && (sentence.clauses.iter().any(says)
            || is_list()
            || works_with(sentence, is_in_system)
            || works_there(sentence)
            || works_without_part(sentence))
        && is_about_device()
}

/// Whether the other guest has a device of another kind than the failing one, `own`: `another VM with
/// a GPU boots, the one with the NIC does not`.
pub(super) fn is_of_other_kind(sentence: &Sentence, own: Option<&'static str>) -> bool {
    let clauses = sentence.clauses.iter();
    let (others, rest): (Vec<&Clause>, Vec<&Clause>) =
        clauses.partition(|clause| clause.has(&OTHER_GUESTS));
    let working = others.into_iter().chain([&sentence.whole]).find_map(kind);
    let failing = rest.into_iter().find_map(kind).or(own);
    let is_graphics = |name: &str| name.contains("graphics");
    let both = working.zip(failing);
    both.is_some_and(|(one, other)| one != other && !(is_graphics(one) && is_graphics(other)))
}

/// `I created another VM for a test, and there it works`.
fn works_there(sentence: &Sentence) -> bool {
    let mut clauses = sentence.clauses.iter();
    clauses.any(|clause| clause.has(&OTHER_GUESTS))
        && clauses.any(|clause| clause.has(&THERE) && works(clause))
}

/// `A VM with the same card but no hot-pluggable disk starts fine`.
fn works_without_part(sentence: &Sentence) -> bool {
    let text = &sentence.whole.text;
    let part = SAME_WITHOUT.iter().find(|words| text.contains(**words));
    part.is_some_and(|words| {
        let rest = sentences::clause(&text.replace(words, " "));
        sentence.whole.has(&OTHER_GUESTS) && text.contains("with the same") && works(&rest)
    })
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
                && matches!(
                    *guest,
                    "vm" | "guest" | "vms" | "guests" | "gast" | "hvm" | "domu" | "qube"
                )
        }
        _ => false,
    });
    named.next().is_some()
}

/// `now in Windows & Ubuntu it works`: a guest with each.
fn names_two_systems(clause: &Clause) -> bool {
    const INSIDE: [&str; 8] = ["in", "with", "under", "on", "unter", "mit", "sous", "en"];
    const JOINED: [&str; 7] = [" & ", " and ", " und ", " et ", " y ", " e ", ", "];
    let words = clause.words();
    let mut places = words.windows(2).filter_map(|pair| match pair {
        [before, system] if INSIDE.contains(before) && SYSTEMS.contains(system) => Some(*system),
        _ => None,
    });
    places.any(|one| {
        let joined = JOINED.iter().map(|joint| format!("{one}{joint}"));
        let mut behind = joined.filter_map(|start| clause.text.split_once(&start));
        behind.any(|(_, rest)| {
            let next = rest.split(|c: char| !c.is_alphanumeric()).next();
            next.is_some_and(|other| other != one && SYSTEMS.contains(&other))
        })
    })
}

/// Whether a sentence says that the device works without a hypervisor.
pub(super) fn works_on_bare_metal(sentence: &Sentence) -> bool {
    let is_open = |clause: &Clause| {
        clause.is_negated() || clause.has(&["if", "would", "should", "until", "only", "unless"])
    };
    // `I tried it on bare metal, and the card works fine`: the success may follow.
    let says = |clause: &Clause| clause.has(&WORKS) && !is_open(clause) && !clause.has(&GUEST);
    is_usable(sentence)
        && sentence.whole.has(&BARE_METAL)
        && !sentence.whole.has(&COMPARED)
        && sentence.clauses.iter().any(says)
}

/// Whether a sentence says that the same hardware works with another host system or tool.
pub(super) fn another_system_works(sentence: &Sentence, own: Option<&str>) -> bool {
    let whole = &sentence.whole;
    let says = |clause: &Clause| clause.has(&HOST_SYSTEMS) && works(clause);
    // `The passthrough works with KVM`, in a text about Xen.
    let is_with_tool = || {
        own.is_some_and(|own| OTHER_KERNELS.contains(&own))
            && whole.is_of_assignment()
            && works_with(sentence, names_tool)
    };
    // `I have already done this on Ubuntu, no problem.`
    let is_done = || whole.has(&["done this on", "did this on", "done it on"]) && works(whole);
    is_usable(sentence)
        && !whole.has(&BARE_METAL)
        && (whole.has(&SAME_HARDWARE) && sentence.clauses.iter().any(says)
            || is_done()
            || is_with_tool())
}

/// Whether a sentence says that the guest works with its device in another mode of Xen: `with virt_mode pv
/// it works`.
pub(super) fn another_mode_works(sentence: &Sentence) -> bool {
    // `It only works in PV mode.`
    let says = |clause: &Clause| {
        let rest = sentences::clause(&clause.text.replace("only ", " "));
        rest.has(&MODES) && works(&rest)
    };
    is_usable(sentence) && sentence.clauses.iter().any(says)
}

/// Whether a sentence says that another device is assigned, and works.
pub(super) fn another_device_works(sentence: &Sentence) -> bool {
    let names = |clause: &Clause| clause.has(&OTHER_DEVICES) || names_other(clause);
    let is_assigned = || {
        let whole = &sentence.whole;
        whole.is_of_assignment()
            || whole.has(&["passthrough", "pass-through"])
            || whole.has(&ASSIGNED) && whole.has(&GUEST)
    };
    is_usable(sentence) && works_with(sentence, names) && is_assigned()
}

/// The most words, and the most signs, between `other` and the device.
const NEAR: usize = 3;
const NEAR_SIGNS: usize = 12;

/// `another wifi card`, `其他 WiFi 卡`.
fn names_other(clause: &Clause) -> bool {
    let words = clause.words();
    let behind = |at: usize| words.iter().skip(at + 1).take(NEAR);
    let mut places = words.iter().enumerate();
    let is_named = places
        .any(|(at, word)| OTHER.contains(word) && behind(at).any(|word| DEVICE.contains(word)));
    let is_wide = |other: &&str| {
        let Some((_, rest)) = clause.text.split_once(*other) else {
            return false;
        };
        let near: String = rest.chars().take(NEAR_SIGNS).collect();
        DEVICE_WIDE.iter().any(|word| near.contains(word))
    };
    is_named || clause.is_without_blanks() && OTHER_WIDE.iter().any(is_wide)
}

/// Hypervisors with a kernel of their own, as in `data/systems.tsv`.
const OTHER_KERNELS: [&str; 7] = [
    "windows",
    "esxi",
    "freebsd",
    "qubes",
    "xcp-ng",
    "xenserver",
    "xen",
];

/// Whether a sentence says that the assignment works with another program on this host: one that
/// is not the writer's hypervisor, `own`, or one that the sentence sets against another.
pub(super) fn another_tool_works(sentence: &Sentence, own: Option<&str>) -> bool {
    let is_other = own == Some("cloud-hypervisor") || sentence.whole.has(&CONTRAST);
    let is_of_device = || {
        let both = [&sentence.whole, &sentence.before];
        both.iter()
            .any(|clause| clause.has(&ASSIGNED) || clause.is_of_assignment())
            || sentence.whole.has(&["all is well", "all is fine"])
    };
    is_usable(sentence)
        && !own.is_some_and(|own| OTHER_KERNELS.contains(&own))
        && is_other
        && !takes_away(&sentence.whole)
        && !sentence.whole.has(&BARE_METAL)
        && works_with(sentence, names_tool)
        && is_of_device()
}

/// `with QEMU`, `用virt-manager`.
fn names_tool(clause: &Clause) -> bool {
    let words = clause.words();
    let is_before = |at: usize| {
        let near = words.get(at.saturating_sub(2)..at).unwrap_or_default();
        near.iter().any(|word| BEFORE_TOOL.contains(word))
    };
    let mut places = words.iter().enumerate();
    places.any(|(at, word)| TOOLS.contains(word) && is_before(at))
}

/// Whether a sentence says that the device works in another slot, board or computer.
pub(super) fn another_place_works(sentence: &Sentence) -> bool {
    // `On my brother's PC it works.`
    let is_of_other = |clause: &Clause| {
        let words = clause.words();
        let mut pairs = words.windows(2);
        pairs.any(|pair| {
            matches!(pair, [owner, machine] if owner.ends_with("'s")
                && matches!(*machine, "pc" | "computer" | "machine" | "rig" | "server"))
        })
    };
    let names =
        |clause: &Clause| (clause.has(&PLACES) || is_of_other(clause)) && !clause.has(&GUEST);
    is_usable(sentence)
        && is_stated(sentence)
        && works_with(sentence, |clause| names(clause) && !is_of_another(clause))
}

/// Whether a sentence says that the device works with another firmware of the board.
pub(super) fn another_firmware_works(sentence: &Sentence) -> bool {
    is_usable(sentence)
        && is_stated(sentence)
        && works_with(sentence, |clause| clause.has(&FIRMWARES))
}

/// Whether the clause is about another device that was in the place already: `another drive in the
/// other slot`.
fn is_of_another(clause: &Clause) -> bool {
    let Some(before) = clause.up_to(&PLACES) else {
        return false;
    };
    let words = before.words();
    let is_indefinite = words.first().is_some_and(|word| INDEFINITE.contains(word));
    is_indefinite && words.len() > 1 && !before.has(&MOVED)
}

/// Whether a clause that names the other one says that it works, or is the condition of a clause
/// that does: `If I pass another card instead, it works`, `with QEMU, all is well`.
fn works_with(sentence: &Sentence, names: impl Fn(&Clause) -> bool) -> bool {
    let mut clauses = sentence.clauses.iter();
    if clauses.clone().any(|clause| names(clause) && works(clause)) {
        return true;
    }
    let first = clauses.next();
    first.is_some_and(|first| is_experiment(first) && names(first)) && clauses.any(works)
}

/// Whether a clause is the condition of an experiment of the writer, or a program or a place alone.
fn is_experiment(clause: &Clause) -> bool {
    let text = clause.text.trim_start_matches(['-', '*', ' ']);
    let words = clause.words();
    let is_place = words.first().is_some_and(|word| BEFORE_TOOL.contains(word));
    EXPERIMENTS.iter().any(|start| text.starts_with(start))
        || is_place && words.len() <= 2 * NEAR
        || words.len() <= NEAR
}

pub(super) fn works(clause: &Clause) -> bool {
    let mut rest = clause.text.clone();
    for fine in FINE.iter() {
        rest = rest.replace(fine, " ");
    }
    let rest = sentences::clause(&rest);
    clause.has(&WORKS) && !rest.is_negated() && !rest.has(&OPEN)
}

pub(super) fn names_device(clause: &Clause) -> bool {
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

pub(super) fn is_usable(sentence: &Sentence) -> bool {
    sentence.is_in_passthrough_text && !sentence.is_question && !sentence.is_title
}
