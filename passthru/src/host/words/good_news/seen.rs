//! A device that a guest sees.

use super::super::sentences::{Clause, Sentence};
use super::is_current;
use super::not_news::{OPEN_CLAUSE, OPEN_ELSEWHERE};
use super::phrases::{SEEN, VISIBLE};
use crate::host::guests::guest_words::is_inside;

pub(super) fn says_it_is_seen(sentence: &Sentence) -> bool {
    let is_model = |word: &&str| word.bytes().filter(u8::is_ascii_digit).count() >= 3;
    is_current(sentence)
        && sentence.clauses.iter().any(|clause| {
            let words = clause.words();
            let is_device = clause.has(&SEEN) || words.iter().any(is_model);
            let is_negated =
                clause.has(&OPEN_CLAUSE) || words.iter().any(|word| word.ends_with("n't"));
            let is_emulated = clause.text.contains("/dev/vd") || clause.text.contains("virtio");
            let is_clear = !is_negated && !is_emulated;
            clause.has(&VISIBLE) && is_device && is_clear && is_in_guest(clause, sentence)
                || is_seen_in_chinese(clause)
        })
}

/// Whether the clause is about a guest, or about the device manager of a guest with Windows.
fn is_in_guest(clause: &Clause, sentence: &Sentence) -> bool {
    let on_windows = ["hyper-v", "hyperv", "dda", "host"];
    let is_of_windows = sentence.whole.has(&on_windows) || sentence.before.has(&on_windows);
    is_inside(&clause.text) || clause.has(&["device manager"]) && !is_of_windows
}

/// The same in Chinese: `虚拟机能识别到显卡`.
fn is_seen_in_chinese(clause: &Clause) -> bool {
    let text = &clause.text;
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    has(&[
        "识别到",
        "能看到",
        "可以看到",
        "认到",
        "检测到",
        "能识别",
        "可以识别",
    ]) && has(&[
        "虚拟机",
        "虚机",
        "客户机",
        "群晖",
        "windows",
        "系统里",
        "系统内",
    ]) && has(&["显卡", "网卡", "设备", "硬盘", "核显", "控制器", "gpu"])
        && !OPEN_ELSEWHERE.iter().any(|word| text.contains(word))
}
