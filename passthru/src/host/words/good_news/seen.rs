//! A device that a guest sees.

use super::super::sentences::{Clause, Sentence};
use super::is_open_clause;
use crate::host::guests::guest_words::is_inside;
use crate::host::words::phrases::good_news::{
    ADVERBS, ARRIVED, AT_OUTPUT, GETS, LOADED, LOADERS, NOBODY, PICTURE, SEEN, VISIBLE,
};
use crate::host::words::phrases::good_news::{MACHINES, NUMBERS, ONLY, OUTPUTS, PARTS, SEES};
use crate::host::words::phrases::moods::{ATTEMPT, CONDITION, GUESS, MODAL};
use crate::host::words::phrases::not_news::ON_HOST;
use crate::host::words::phrases::topics::GUEST;

/// Whether a sentence about the current state says that a guest sees its device.
pub(super) fn says_it_is_seen(sentence: &Sentence) -> bool {
    let is_model = |word: &&str| word.bytes().filter(u8::is_ascii_digit).count() >= 3;
    sentence.clauses.iter().any(|clause| {
        let words = clause.words();
        let is_device = clause.has(&SEEN) || words.iter().any(is_model);
        let is_negated = is_open_clause(clause);
        let is_emulated = clause.text.contains("/dev/vd") || clause.text.contains("virtio");
        let is_clear = !is_negated && !is_emulated && !is_of_few(&words);
        clause.has(&VISIBLE) && is_device && is_clear && is_in_guest(clause, sentence)
            || has_arrived(clause) && !is_negated
            || is_listed_by_guest(clause, sentence) && is_clear
            || is_of_guest(sentence, clause)
                && (is_clear && sees_device(&words) || has_picture(clause, &words))
            || is_clear && is_of_loader(sentence, &words) && sees_device(&words)
            || is_seen_in_chinese(clause, sentence.is_in_passthrough_text)
    })
}

/// Whether only some of the devices are there: `lspci in the guest shows only 1 of them`.
fn is_of_few(words: &[&str]) -> bool {
    let near = |at: usize| words.iter().skip(at).take(FEW);
    let is_number = |word: &&str| {
        NUMBERS.contains(word) || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_device = |word: &&str| SEEN.contains(word) || PARTS.contains(word);
    let is_some = |at: usize| {
        let number = near(at + 1).position(is_number).map(|place| at + 1 + place);
        number.is_some_and(|number| near(number + 1).any(is_device) || words.len() == number + 1)
    };
    let mut limits = words.iter().enumerate();
    limits.any(|(at, word)| ONLY.contains(word) && is_some(at))
}

/// `The VM boots and the GPU is listed in lspci.`
fn is_listed_by_guest(clause: &Clause, sentence: &Sentence) -> bool {
    let listed = [
        "listed in lspci",
        "shows up in lspci",
        "appears in lspci",
        "visible in lspci",
    ];
    sentence.is_in_passthrough_text
        && clause.has(&GUEST)
        && clause.has(&SEEN)
        && clause.has(&listed)
        && !clause.has(&ON_HOST)
}

/// Whether the clause is about a guest, or about the device manager of a guest with Windows.
fn is_in_guest(clause: &Clause, sentence: &Sentence) -> bool {
    let on_windows = ["hyper-v", "hyperv", "dda", "host"];
    let is_of_windows = sentence.whole.has(&on_windows) || sentence.before.has(&on_windows);
    is_inside(&clause.text) || clause.has(&["device manager"]) && !is_of_windows
}

/// Whether the sentence, or the one before it, names a guest, and the clause no other machine.
fn is_of_guest(sentence: &Sentence, clause: &Clause) -> bool {
    sentence.is_in_passthrough_text
        && (sentence.whole.has(&GUEST) || sentence.before.has(&GUEST))
        && !clause.has_any(&[&ON_HOST, &MACHINES])
}

/// The most words from `only` to its number, and from there to the device.
const FEW: usize = 3;

/// The most words between a verb and its object.
const NEAR: usize = 6;

/// A subject that sees a device: `the installer sees all five drives`.
fn sees_device(words: &[&str]) -> bool {
    let is_device = |word: &&str| SEEN.contains(word) || *word == "usb";
    let Some(verb) = words
        .iter()
        .position(|word| SEES.contains(word) || word.starts_with("recogni"))
    else {
        return false;
    };
    let (before, behind) = words.split_at(verb);
    let is_of_other = before.is_empty() || before.iter().any(|word| NOBODY.contains(word));
    let mut object = behind.iter().skip(1).take(NEAR);
    !is_of_other && object.any(is_device)
}

/// Whether the subject is the boot loader of a guest, which lists the disks before its system starts:
/// `Arc sees the controller, but DSM does not`.
fn is_of_loader(sentence: &Sentence, words: &[&str]) -> bool {
    let is_verb = |word: &&str| SEES.contains(word) || word.starts_with("recogni");
    let verb = words.iter().position(is_verb);
    let before = verb.and_then(|at| words.get(..at)).unwrap_or_default();
    let subject = before.iter().rev().find(|word| !ADVERBS.contains(word));
    sentence.is_in_passthrough_text
        && subject.is_some_and(|word| LOADERS.contains(word))
        && (sentence.whole.has(&LOADED) || sentence.before.has(&LOADED))
}

/// A picture on a display: `I get output via HDMI`.
fn has_picture(clause: &Clause, words: &[&str]) -> bool {
    let is_any = |at: usize, of: &[&str]| words.get(at).is_some_and(|word| of.contains(word));
    let near = |at: usize| (at + 1..words.len()).take(NEAR / 2);
    let is_open = clause.is_negated() || clause.has_any(&[&CONDITION, &MODAL, &ATTEMPT, &GUESS]);
    let on_output = |at: usize| is_any(at, &AT_OUTPUT) && near(at).any(|at| is_any(at, &OUTPUTS));
    let picture = |at: usize| is_any(at, &PICTURE) && on_output(at + 1);
    let mut verbs = (0..words.len()).filter(|at| is_any(*at, &GETS));
    !is_open && verbs.any(|verb| near(verb).any(picture))
}

/// `und schon hatte ich den Controller in der VM`, `it appeared in the guest`.
fn has_arrived(clause: &Clause) -> bool {
    clause.has(&ARRIVED)
        && (is_inside(&clause.text) || clause.has(&["in the guest", "in the vm", "inside the vm"]))
}

/// The same in Chinese: `虚拟机能识别到显卡`.
fn is_seen_in_chinese(clause: &Clause, is_in_passthrough_text: bool) -> bool {
    let text = &clause.text;
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_seen = has(&[
        "识别到",
        "正常识别",
        "能看到",
        "可以看到",
        "认到",
        "检测到",
        "能识别",
        "可以识别",
    ]);
    let is_place = has(&[
        "虚拟机",
        "虚机",
        "客户机",
        "群晖",
        "windows",
        "系统里",
        "系统内",
    ]) || is_in_passthrough_text
        && has(&[
            "安装界面",
            "任务管理器",
            "gpu-z",
            "gpuz",
            "引导界面",
            "引导菜单",
            "引导程序",
            "引导里",
        ]);
    let is_device = has(&[
        "显卡",
        "网卡",
        "设备",
        "硬盘",
        "核显",
        "控制器",
        "gpu",
        "盘",
    ]);
    is_seen && is_place && is_device && !is_open_clause(clause)
}
