//! A device that a guest sees.

use super::super::moods::{ATTEMPT, CONDITION, GUESS, MODAL};
use super::super::sentences::{Clause, Sentence};
use super::is_open_clause;
use super::phrases::{ARRIVED, SEEN, VISIBLE};
use crate::host::guests::guest_words::is_inside;

/// Whether a sentence about the current state says that a guest sees its device.
pub(super) fn says_it_is_seen(sentence: &Sentence) -> bool {
    let is_model = |word: &&str| word.bytes().filter(u8::is_ascii_digit).count() >= 3;
    sentence.clauses.iter().any(|clause| {
        let words = clause.words();
        let is_device = clause.has(&SEEN) || words.iter().any(is_model);
        let is_negated = is_open_clause(clause);
        let is_emulated = clause.text.contains("/dev/vd") || clause.text.contains("virtio");
        let is_clear = !is_negated && !is_emulated;
        clause.has(&VISIBLE) && is_device && is_clear && is_in_guest(clause, sentence)
            || has_arrived(clause) && !is_negated
            || sentence.is_in_passthrough_text
                && (is_clear && sees_device(&words) || has_picture(clause, &words))
            || is_seen_in_chinese(clause, sentence.is_in_passthrough_text)
    })
}

/// Whether the clause is about a guest, or about the device manager of a guest with Windows.
fn is_in_guest(clause: &Clause, sentence: &Sentence) -> bool {
    let on_windows = ["hyper-v", "hyperv", "dda", "host"];
    let is_of_windows = sentence.whole.has(&on_windows) || sentence.before.has(&on_windows);
    is_inside(&clause.text) || clause.has(&["device manager"]) && !is_of_windows
}

/// The most words between a verb and its object.
const NEAR: usize = 6;

/// A subject other than the host that sees a device: `the installer sees all five drives`.
fn sees_device(words: &[&str]) -> bool {
    const SEES: [&str; 7] = [
        "sees",
        "detects",
        "saw",
        "détecte",
        "erkennt",
        "reconoce",
        "видит",
    ];
    const OTHERS: [&str; 19] = [
        "host",
        "hypervisor",
        "proxmox",
        "pve",
        "esxi",
        "unraid",
        "truenas",
        "dom0",
        "xcp-ng",
        "kernel",
        "bios",
        "uefi",
        "motherboard",
        "lspci",
        "nobody",
        "nothing",
        "i",
        "linux",
        "kubernetes",
    ];
    let is_device = |word: &&str| SEEN.contains(word) || *word == "usb";
    let Some(verb) = words
        .iter()
        .position(|word| SEES.contains(word) || word.starts_with("recogni"))
    else {
        return false;
    };
    let (before, behind) = words.split_at(verb);
    let is_of_other = before.is_empty() || before.iter().any(|word| OTHERS.contains(word));
    let mut object = behind.iter().skip(1).take(NEAR);
    !is_of_other && object.any(is_device)
}

/// A picture on a display: `I get output via HDMI`.
fn has_picture(clause: &Clause, words: &[&str]) -> bool {
    const HAS: [&str; 8] = [
        "get", "got", "have", "had", "gives", "see", "saw", "getting",
    ];
    const PICTURE: [&str; 6] = ["output", "picture", "image", "video", "display", "signal"];
    const OUTPUTS: [&str; 10] = [
        "hdmi",
        "displayport",
        "dp",
        "monitor",
        "screen",
        "tv",
        "dvi",
        "physical",
        "port",
        "display",
    ];
    let picture = words.iter().position(|word| PICTURE.contains(word));
    let is_of_host = clause.has(&["host", "console", "boot", "bios", "proxmox", "server"]);
    let is_open = clause.is_negated() || clause.has_any(&[CONDITION, MODAL, ATTEMPT, GUESS]);
    !is_of_host
        && !is_open
        && picture.is_some_and(|at| {
            let (before, behind) = words.split_at(at);
            before.iter().any(|word| HAS.contains(word))
                && behind
                    .iter()
                    .skip(1)
                    .take(NEAR)
                    .any(|word| OUTPUTS.contains(word))
        })
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
        && has(&["安装界面", "任务管理器", "gpu-z", "gpuz"]);
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
