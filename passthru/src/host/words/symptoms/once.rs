//! A device that works for one start of a guest per boot of the host.

use super::super::sentences::{self, Clause, Sentence};
use super::super::topics::{GUEST, GUEST_SYSTEMS};
use super::hosts::begins;

const STOPPED: [&str; 34] = [
    "shutdown",
    "shut down",
    "shutting down",
    "shuts down",
    "shutting it down",
    "stopped",
    "stop",
    "stopping",
    "stops",
    "restart",
    "restarted",
    "restarting",
    "reboot",
    "rebooted",
    "rebooting",
    "reboots",
    "power off",
    "powered off",
    "powering off",
    "turned off",
    "turn off",
    "off",
    "heruntergefahren",
    "herunterfahren",
    "neustart",
    "arrêt",
    "apagar",
    "reiniciar",
    "关机",
    "关闭",
    "重启",
    "停止",
    "シャットダウン",
    "再起動",
];

const NOT_STARTED: [&str; 30] = [
    "refuses to start",
    "refuse to start",
    "refuses to boot",
    "won't start",
    "won't boot",
    "wont start",
    "doesn't start",
    "does not start",
    "didn't start",
    "can't start",
    "cannot start",
    "can not start",
    "fails to start",
    "failed to start",
    "not start",
    "not boot",
    "unable to start",
    "doesn't boot",
    "won't come up",
    "startet nicht",
    "ne démarre plus",
    "ne démarre pas",
    "no arranca",
    "no inicia",
    "не запускается",
    "启动不了",
    "无法启动",
    "不能启动",
    "起不来",
    "起動しない",
];

const ONCE: [&str; 26] = [
    "once per boot",
    "once per host boot",
    "once per reboot",
    "once after boot",
    "once after each boot",
    "works once",
    "work once",
    "only works once",
    "only once",
    "only one time",
    "the first time only",
    "only the first time",
    "first time only",
    "only the first start",
    "funktioniert nur einmal",
    "nur einmal",
    "une seule fois",
    "qu'une fois",
    "una sola vez",
    "solo una vez",
    "только один раз",
    "只能启动一次",
    "只能直通一次",
    "只能用一次",
    "一度しか",
    "1回しか",
];

/// Words of a single success.
const WORKED_ONCE: [&str; 8] = [
    "worked once",
    "did work once",
    "worked one time",
    "worked the first time",
    "einmal funktioniert",
    "a fonctionné une fois",
    "funcionó una vez",
    "成功过一次",
];

/// Words of the time after.
const SINCE: [&str; 8] = [
    "since then",
    "nothing since",
    "never again",
    "not since",
    "ever since",
    "seitdem",
    "depuis",
    "之后就",
];

const SECOND: [&str; 25] = [
    "consecutive boot",
    "consecutive boots",
    "consecutive starts",
    "second time",
    "second start",
    "second boot",
    "second launch",
    "2nd time",
    "2nd start",
    "2nd boot",
    "subsequent starts",
    "subsequent boots",
    "zweite start",
    "zweiten start",
    "zweites mal",
    "zweiten mal",
    "deuxième fois",
    "deuxième démarrage",
    "segunda vez",
    "второй раз",
    "повторн*",
    "第二次",
    "再次启动",
    "二回目",
    "2回目",
];

const FAILS: [&str; 32] = [
    "fails", "fail", "failed", "error", "errors", "not", "n't", "won't", "doesn't", "can't",
    "cannot", "black", "crash", "crashes", "hangs", "freezes", "nothing", "code 43", "nicht",
    "fehler", "erreur", "pas", "no", "не", "失败", "不了", "无法", "报错", "黑屏", "卡", "失敗",
    "ない",
];

const HOST_REBOOT: [&str; 40] = [
    "reboot the host",
    "rebooting the host",
    "reboot host",
    "host reboot",
    "reboot of the host",
    "restart the host",
    "restarting the host",
    "reboot my host",
    "reboot the server",
    "rebooting the server",
    "restart the server",
    "reboot the whole",
    "reboot the entire",
    "reboot proxmox",
    "rebooting proxmox",
    "restart proxmox",
    "reboot unraid",
    "rebooting unraid",
    "reboot the node",
    "rebooting the node",
    "reboot the machine",
    "reboot my machine",
    "reboot the pc",
    "reboot my pc",
    "reboot the physical",
    "reboot esxi",
    "power cycle the host",
    "reboot the hypervisor",
    "neustart des host*",
    "host neu starten",
    "host neustarten",
    "redémarrer l'hôte",
    "redémarrer le serveur",
    "reiniciar el host",
    "reiniciar el servidor",
    "перезагрузить хост",
    "перезагрузка хоста",
    "重启宿主",
    "重启物理机",
    "ホストを再起動",
];

/// Words of need beside a reboot of the host.
const NEEDED: [&str; 34] = [
    "fixes",
    "fix",
    "fixed",
    "solves",
    "helps",
    "again",
    "works",
    "necessary",
    "required",
    "requires",
    "only way",
    "have to",
    "has to",
    "need",
    "needs",
    "must",
    "until",
    "unless",
    "muss",
    "müssen",
    "hilft",
    "erst",
    "falloir",
    "faut",
    "tengo que",
    "hay que",
    "приходится",
    "必须",
    "只能",
    "才能",
    "才可以",
    "才行",
    "需要",
    "必要",
];

/// Words of a card that was moved: its address is another one.
const MOVED: [&str; 8] = [
    "another slot",
    "other slot",
    "different slot",
    "anderen slot",
    "autre slot",
    "插槽",
    "槽位",
    "スロット",
];

pub(super) fn works_once(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_guest = whole.names_guest() || sentence.before.names_guest();
    let repeats = whole.has(&SECOND) && whole.has(&FAILS) && whole.names_guest();
    let once = whole.has(&ONCE)
        && is_guest
        && (whole.has(&STOPPED)
            || whole.has(&HOST_REBOOT)
            || whole.has(&[
                "boot",
                "boots",
                "reboot",
                "start",
                "starts",
                "启动",
                "works",
                "funktioniert",
            ]));
    let not_again = whole.names_guest()
        && whole.has(&[
            "after", "once", "nachdem", "nach", "après", "后", "一", "後",
        ])
        && (whole.has(&NOT_STARTED) || whole.has(&["startet"]) && whole.has(&["nicht"]))
        && is_stopped_before(whole)
        && is_stopped_guest(whole);
    let all_rest = format!("{} {}", sentence.before.text, whole.text);
    let rest = sentences::clause(&all_rest);
    let by_host = (whole.has(&HOST_REBOOT) || reboots_host_in_chinese(&whole.text))
        && whole.has(&NEEDED)
        && rest.has(&STOPPED)
        && rest.names_guest()
        && is_stopped_guest(&rest);
    let since = whole.has(&SINCE)
        && is_guest
        && (whole.has(&FAILS) || whole.has(&["never"]))
        && (whole.has(&WORKED_ONCE) || sentence.before.has(&WORKED_ONCE));
    !whole.has(&MOVED) && (repeats || once || not_again || by_host || since)
}

/// Whether the guest is stopped in the words behind `after`, and not in another part.
fn is_stopped_before(whole: &Clause) -> bool {
    const AFTER: [&str; 5] = ["after", "once", "nachdem", "nach", "après"];
    if !whole.has(&AFTER) {
        return whole.has(&STOPPED);
    }
    let words = whole.words();
    let mut places = (0..words.len()).filter(|at| begins(&words, *at, &AFTER));
    places.any(|after| (after + 1..after + NEAR).any(|at| begins(&words, at, &STOPPED)))
}

/// So many words are between `after` and the word for a stop.
const NEAR: usize = 9;

fn reboots_host_in_chinese(text: &str) -> bool {
    [
        "重启宿主",
        "重启主机",
        "重启物理机",
        "重启pve",
        "重启服务器",
        "重启整",
        "重启esxi",
        "宿主机重启",
    ]
    .iter()
    .any(|words| text.replace(' ', "").contains(words))
}

/// Whether a guest is stopped: one of the words close to one for a guest.
fn is_stopped_guest(clause: &Clause) -> bool {
    const CHINESE: [&str; 8] = [
        "关机",
        "关闭",
        "重启虚",
        "停止",
        "关掉",
        "重启后",
        "再起動",
        "シャットダウン",
    ];
    let words = clause.words();
    let is_guest = |at: usize| begins(&words, at, &GUEST) || begins(&words, at, &GUEST_SYSTEMS);
    let near = (0..words.len()).filter(|at| is_guest(*at)).any(|at| {
        let from = at.saturating_sub(4);
        (from..at + 9).any(|at| begins(&words, at, &STOPPED))
    });
    near || CHINESE.iter().any(|word| clause.text.contains(word))
        && (clause.text.contains(['虚', '群', '系', '客', 'ゲ']) || clause.has(&["vm"]))
}
