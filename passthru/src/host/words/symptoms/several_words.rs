//! Symptoms that need several words of one sentence.

use super::super::sentences::{self, Clause, Sentence};
use super::denies;
use crate::host::words::phrases::topics::GUEST;

pub(super) fn is_code_12(clause: &Clause) -> bool {
    const CODE: [&str; 12] = [
        "code 12",
        "error 12",
        "code: 12",
        "fehler 12",
        "erreur 12",
        "código 12",
        "代码 12",
        "代码12",
        "错误12",
        "错误 12",
        "コード 12",
        "コード12",
    ];
    let before = clause.up_to(&CODE);
    // `代码12 无法使用` denies the device's use, and not the code.
    before.is_some_and(|before| !denies(&before))
        && (clause.is_without_blanks() || !denies(clause))
        && !clause.text.contains("-12")
}

/// Whether libvirt's daemon or a command of it does not end.
pub(super) fn hangs_libvirt(clause: &Clause) -> bool {
    let programs = ["libvirtd", "virtqemud", "virsh", "virt-manager", "libvirt"];
    let hangs = [
        "hangs",
        "hang",
        "hung",
        "locks up",
        "locked up",
        "lock up",
        "stuck",
        "freezes",
        "unresponsive",
        "never returns",
        "hängt",
        "卡住",
        "зависает",
    ];
    let before = clause.up_to(&hangs);
    before.is_some_and(|before| before.has(&programs) && !denies(&before))
}

/// Whether the guest's start ends the session of the host's desktop.
pub(super) fn ends_session(clause: &Clause, sentence: &Sentence) -> bool {
    let ends = [
        "log out of the session",
        "logs me out",
        "logged me out",
        "logged out of",
        "get logged out",
        "gets logged out",
        "am logged out",
        "back to the login screen",
        "back to login screen",
        "back to my login screen",
        "returns to the login screen",
        "kicks me to the login",
        "back to the login manager",
        "returned to login",
    ];
    let start = [
        "start", "starting", "started", "launch", "boot", "run", "turn on",
    ];
    let before = clause.up_to(&ends);
    let is_start = sentence.whole.has(&start) && sentence.whole.has(&GUEST);
    before.is_some_and(|before| !denies(&before)) && is_start
}

/// Whether the host's disk is in the assigned device's group.
pub(super) fn takes_disk(clause: &Clause, sentence: &Sentence) -> bool {
    let disk = [
        "boot drive",
        "boot disk",
        "system disk",
        "system drive",
        "boot ssd",
        "os drive",
        "os disk",
        "root disk",
        "boot nvme",
        "systemplatte",
        "系统盘",
        "启动盘",
        "system ssd",
    ];
    let goes = [
        "same iommu group",
        "same group",
        "iommu 组",
        "iommu组",
        "同一组",
        "同一个组",
        "分组",
    ];
    let all = format!("{} {}", sentence.before.text, sentence.whole.text);
    let all = sentences::clause(&all);
    let lost = [
        "crash",
        "crashes",
        "disappears",
        "lost",
        "taken",
        "gone",
        "freezes",
        "hangs",
        "崩溃",
        "接管",
        "丢失",
        "挂",
        "死机",
    ];
    clause.has(&lost) && all.has(&disk) && all.has(&goes)
}

/// Whether the sentence wonders about the whole memory of the guest.
pub(super) fn pins_memory(clause: &Clause, sentence: &Sentence) -> bool {
    let all = [
        "maximum amount of ram",
        "maximum memory",
        "max memory",
        "all of its memory",
        "all its memory",
        "all the ram",
        "all its ram",
        "full memory",
        "whole memory",
        "entire memory",
        "全部内存",
        "所有内存",
        "占满内存",
    ];
    let is_about = [
        "passthrough",
        "gpu",
        "pass through",
        "passed",
        "直通",
        "显卡",
        "vfio",
    ];
    let taken = [
        "allocated",
        "allocates",
        "used",
        "uses",
        "taken",
        "takes",
        "reserved",
        "consumes",
        "locked",
        "占用",
        "分配",
    ];
    clause.has(&all) && clause.has(&taken) && sentence.whole.has(&is_about)
}

/// Whether the sentence says that the guest fails while resizable BAR is enabled.
pub(super) fn fails_with_resizable_bar(sentence: &Sentence) -> bool {
    let names = [
        "resizable bar",
        "resizeable bar",
        "re-size bar",
        "resize bar",
        "rebar",
        "re-bar",
        "smart access memory",
    ];
    let enabled = [
        "enabled",
        "enable",
        "enabling",
        "turned on",
        "is on",
        "with",
        "aktiviert",
        "activé",
        "打开",
        "开启",
    ];
    let fails = [
        "n't boot",
        "not boot",
        "no boot",
        "n't start",
        "not start",
        "black screen",
        "code 43",
        "crash",
        "freez",
        "hang",
        "启动不了",
        "无法启动",
        "黑屏",
        "startet nicht",
    ];
    let text = &sentence.whole.text;
    let is_past = sentence
        .whole
        .has(&["disabling", "disabled", "after disabling"]);
    sentence.whole.has(&names)
        && sentence.whole.has(&enabled)
        && !is_past
        && fails.iter().any(|word| text.contains(word))
}
