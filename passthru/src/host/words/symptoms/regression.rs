//! A release that works, and a later one that does not.

use super::super::sentences::Sentence;

/// Whether the sentence says that an earlier release works, or that an update broke it.
pub(super) fn is_regression(sentence: &Sentence) -> bool {
    const WORKS: [&str; 17] = [
        "works",
        "worked",
        "work fine",
        "fixes",
        "fixed it",
        "solves",
        "helps",
        "was working",
        "everything worked",
        "working on",
        "funktioniert",
        "funktionierte",
        "lief",
        "fonctionnait",
        "funcionaba",
        "正常",
        "可以",
    ];
    const BACK: [&str; 9] = [
        "downgrading",
        "downgrade",
        "downgraded",
        "rolling back",
        "rolled back",
        "reverting to",
        "回退",
        "降级",
        "going back to",
    ];
    const SINCE: [&str; 38] = [
        "since i started using",
        "since installing",
        "since i installed",
        "after installing",
        "since upgrading",
        "since the upgrade",
        "since the update",
        "since updating",
        "since kernel",
        "since qemu",
        "since version",
        "after upgrading",
        "after the upgrade",
        "after updating",
        "after the update",
        "after upgrade to",
        "after update to",
        "after an update",
        "after kernel",
        "after the kernel",
        "after booting the new kernel",
        "with the new kernel",
        "after the bios update",
        "after updating the bios",
        "seit dem update",
        "nach dem update",
        "depuis la mise à jour",
        "tras actualizar",
        "после обновления",
        "更新后",
        "升级后",
        "更新",
        "升级到",
        "升级至",
        "更新到",
        "更新至",
        "升级了",
        "アップデート後",
    ];
    const BROKEN: [&str; 39] = [
        "fails",
        "fail",
        "failed",
        "errors",
        "froze",
        "hangs",
        "broken",
        "broke",
        "stopped working",
        "no longer",
        "not work",
        "doesn't work",
        "does not work",
        "not working",
        "cannot",
        "can't",
        "not start",
        "won't start",
        "doesn't start",
        "nicht mehr",
        "ne fonctionne plus",
        "no funciona",
        "не работает",
        "失败",
        "不了",
        "断网",
        "掉线",
        "黑屏",
        "崩溃",
        "卡死",
        "报错",
        "无法",
        "不能",
        "having issues",
        "having some issues",
        "having trouble",
        "having problems",
        "only occurs",
        "permission denied",
    ];
    const UNTIL: [&str; 4] = ["until", "up until", "up to", "bis"];
    const WORKED: [&str; 5] = ["worked", "working", "was fine", "lief", "funktionierte"];
    const CHANGED: [&str; 6] = [
        "kernel", "update", "updated", "upgrade", "upgraded", "version",
    ];
    let whole = &sentence.whole;
    if whole.has(&["hardware upgrade", "memory upgrade"]) {
        return false;
    }
    let is_release = |word: &&str| {
        let word = word.strip_prefix('v').unwrap_or(word);
        let parts = word.split(['.', '-']).take(2);
        word.contains('.')
            && parts.clone().count() == 2
            && parts
                .into_iter()
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let releases = whole.words().iter().filter(|word| is_release(word)).count();
    let is_back = whole.has(&BACK) && whole.has(&WORKS);
    let is_upgraded = releases > 0 && whole.has(&["upgraded to", "updated to"]);
    let is_broken =
        (is_upgraded || whole.has(&SINCE)) && whole.has(&BROKEN) && !whole.has(&["works fine"]);
    let is_bare = whole.has(&["bare metal", "bare-metal", "baremetal"]);
    let is_other_release = releases > 0
        && !is_bare
        && whole.has(&[
            "works fine",
            "works on",
            "works with",
            "works in",
            "worked on",
            "worked with",
            "worked in",
            "works just fine",
            "worked fine",
        ])
        && (whole.has(&BROKEN)
            || whole.has(&["same", "older", "previous", "earlier", "before this one"])
            || releases > 1)
        // `With kernel 6.5 it works, with 6.8 the VM hangs.`
        || releases > 1 && whole.has(&["it works", "it worked"]) && whole.has(&BROKEN);
    // `The issue only occurs on …-12, so I have pinned …-11.`
    let is_pinned = releases > 0
        && whole.has(&["pinned", "pinning"])
        && whole.has(&["issue", "issues", "problem", "only occurs", "fails"]);
    // `It worked until the update`; `it never worked until …` is a solution.
    let until = whole.up_to(&UNTIL);
    let is_until = until.is_some_and(|before| before.has(&WORKED) && !before.is_negated())
        && whole.has(&CHANGED);
    // The fields of a form: "Regression: No", "Regression? Yes".
    let is_field = whole.words().len() <= 3;
    let is_test = whole.has(&["regression test*", "regression suite"]);
    let is_named = whole.has(&["regression"]) && !sentence.is_question && !is_field && !is_test;
    is_back || is_broken || is_pinned || is_other_release || is_until || is_named
}
