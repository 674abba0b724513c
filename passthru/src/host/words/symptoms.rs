//! Symptoms that sentences of a post describe: the host freezes, the device works once per boot.

use host_tree::CommandText;

use super::sentences::{self, Clause, Sentence};
use crate::host::fact::Fact;

/// A symptom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Symptom {
    /// The device works for one start of a guest per boot of the host.
    OncePerBoot,
    /// The host stops responding.
    HostFreezes,
    /// The host reboots.
    HostReboots,
    /// The host loses its network.
    HostNetworkLost,
    /// The host's display or console stops when the graphics card is reserved.
    HostDisplayLost,
    /// The guest shows no picture on the assigned card.
    NoPicture,
    /// Windows reports code 12.
    Code12,
    /// The device disappears from the host or the guest.
    DeviceVanishes,
    /// The host's disk or system goes to the guest with the group.
    HostDiskLost,
    /// The guest's whole memory is allocated.
    MemoryPinned,
    /// An earlier release of a program works.
    Regression,
}

/// Words that make a sentence a guide, a possibility or something over.
const OPEN: [&str; 42] = [
    "may",
    "might",
    "can cause",
    "can lead",
    "could cause",
    "would cause",
    "should",
    "avoid",
    "avoids",
    "prevent",
    "prevents",
    "known to",
    "some users",
    "some people",
    "you",
    "your",
    "fixed",
    "solved",
    "no more",
    "used to",
    "unless",
    "in case",
    "otherwise",
    "risk",
    "falls",
    "könnte",
    "vermeide*",
    "verhinder*",
    "behoben",
    "gelöst",
    "évite*",
    "résolu",
    "evita*",
    "solucion*",
    "избежать",
    "решено",
    "possible",
    "possibly",
    "potentially",
    "expected behavio*",
    "is fine",
    "mentions",
];

/// The same in Chinese and Japanese.
const OPEN_ELSEWHERE: [&str; 18] = [
    "避免",
    "防止",
    "不会",
    "不再",
    "没再",
    "可能会",
    "有可能",
    "如果",
    "假如",
    "若",
    "已解决",
    "解决了",
    "修复",
    "以免",
    "否则",
    "解決しました",
    "防ぐ",
    "かもしれ",
];

/// Phrases that address a reader and mean the host of the writer.
const POLITE: [&str; 8] = [
    "as you can see",
    "you can see",
    "can you",
    "could you",
    "thank you",
    "do you",
    "would you",
    "thanks to you",
];

/// Negations before a symptom.
const NEGATED: [&str; 17] = [
    "not", "never", "without", "no", "nothing", "neither", "nor", "cannot", "nicht", "kein",
    "ohne", "ne", "pas", "sans", "sin", "nunca", "не",
];

/// The words of a host that need no other word.
const HOSTS: [&str; 22] = [
    "host",
    "host's",
    "hypervisor",
    "node",
    "server",
    "proxmox",
    "pve",
    "unraid",
    "esxi",
    "dom0",
    "truenas",
    "hôte",
    "l'hôte",
    "serveur",
    "servidor",
    "anfitrión",
    "rechner",
    "сервер",
    "хост",
    "гипервизор",
    "host-system",
    "hostsystem",
];

/// The words that are a host after one of [`WHOLE`].
const MACHINES: [&str; 9] = [
    "pc",
    "computer",
    "machine",
    "system",
    "desktop",
    "laptop",
    "workstation",
    "rig",
    "box",
];

/// Words before a machine that is the host.
const WHOLE: [&str; 14] = [
    "whole", "entire", "host", "physical", "complete", "my", "our", "server", "proxmox", "ganze",
    "gesamte", "ganzes", "mein", "tout",
];

/// Words between a host and its verb.
const BETWEEN: [&str; 51] = [
    "appears",
    "seems",
    "to",
    "be",
    "os",
    "gets",
    "just",
    "immediately",
    "completely",
    "then",
    "itself",
    "just",
    "also",
    "becomes",
    "become",
    "became",
    "goes",
    "instantly",
    "simply",
    "hard",
    "totally",
    "gets",
    "got",
    "is",
    "always",
    "sometimes",
    "will",
    "would",
    "randomly",
    "suddenly",
    "eventually",
    "and",
    "machine",
    "system",
    "pc",
    "server",
    "host",
    "has",
    "completly",
    "totally",
    "fully",
    "sofort",
    "komplett",
    "dann",
    "einfach",
    "se",
    "complètement",
    "completamente",
    "полностью",
    "sich",
    "spontaneously",
];

/// Words that a host in such a sentence does not follow: `the VM on the host freezes`.
const PLACES: [&str; 12] = [
    "on", "in", "from", "of", "to", "with", "auf", "im", "sur", "dans", "en", "на",
];

const FREEZES: [&str; 49] = [
    "freeze",
    "freezes",
    "froze",
    "freezing",
    "frozen",
    "lock up",
    "locks up",
    "locked up",
    "locking up",
    "locks",
    "locked",
    "hang",
    "hangs",
    "hung",
    "hanging",
    "crash",
    "crashes",
    "crashed",
    "crashing",
    "unresponsive",
    "panics",
    "panicked",
    "panic",
    "dies",
    "hard lock",
    "hard locks",
    "lockup",
    "lockups",
    "stops responding",
    "goes down",
    "kernel panics",
    "friert",
    "hängt",
    "abstürzt",
    "stürzt",
    "eingefroren",
    "abgestürzt",
    "fige",
    "figé",
    "plante",
    "gèle",
    "congela",
    "cuelga",
    "bloquea",
    "зависает",
    "виснет",
    "зависла",
    "завис",
    "падает",
];

/// Verbs with a host as their object.
const TAKES_DOWN: [&str; 20] = [
    "freezes",
    "freezing",
    "freeze",
    "froze",
    "locks up",
    "locking up",
    "locked up",
    "lock up",
    "hangs",
    "hanging",
    "crashes",
    "crashing",
    "crash",
    "crashed",
    "takes down",
    "brings down",
    "kills",
    "killing",
    "panics",
    "hard locks",
];

const REBOOTS: [&str; 13] = [
    "reboots",
    "restarts",
    "resets",
    "rebooted itself",
    "restarted itself",
    "power cycles",
    "reboots itself",
    "startet neu",
    "bootet neu",
    "redémarre",
    "reinicia",
    "перезагружается",
    "reboot itself",
];

/// Words before `host reboots` that make it a time.
const TIMES: [&str; 14] = [
    "after", "when", "once", "if", "between", "across", "until", "every", "before", "upon", "each",
    "on", "survive", "survives",
];

const CAUSES_REBOOT: [&str; 12] = [
    "causes",
    "caused",
    "causing",
    "triggers",
    "triggered",
    "results in",
    "resulted in",
    "leads to",
    "cause",
    "forces",
    "leading to",
    "resulting in",
];

const GUEST: [&str; 21] = [
    "vm",
    "vms",
    "guest",
    "guests",
    "domain",
    "virtual machine",
    "guest vm",
    "domu",
    "windows",
    "macos",
    "gast",
    "machine virtuelle",
    "máquina virtual",
    "виртуалка",
    "вм",
    "虚拟机",
    "虚机",
    "客户机",
    "群晖",
    "ゲスト",
    "仮想マシン",
];

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

const SECOND: [&str; 22] = [
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

const NO_PICTURE: [&str; 50] = [
    "black screen",
    "blank screen",
    "screen is black",
    "screen stays black",
    "screen goes black",
    "screen remains black",
    "display is black",
    "monitor stays black",
    "no signal",
    "no display",
    "no video",
    "no picture",
    "no image",
    "no output",
    "no video output",
    "no display output",
    "no hdmi output",
    "schwarzer bildschirm",
    "bildschirm bleibt schwarz",
    "kein bild",
    "kein signal",
    "écran noir",
    "pas de signal",
    "aucun signal",
    "pantalla negra",
    "sin señal",
    "schermo nero",
    "tela preta",
    "czarny ekran",
    "черный экран",
    "чёрный экран",
    "нет сигнала",
    "黑屏",
    "没信号",
    "无信号",
    "没有信号",
    "没有画面",
    "没有显示",
    "画面が出ない",
    "真っ暗",
    "映らない",
    "没有输出",
    "无输出",
    "无显示",
    "没有图像",
    "schwarzen bildschirm",
    "no screen output",
    "nothing on the screen",
    "nothing on screen",
    "no hdmi signal",
];

const AT_BOOT: [&str; 14] = [
    "loading initial ramdisk",
    "initial ramdisk",
    "loading ramdisk",
    "vfio_pci",
    "vfio-pci",
    "console goes black",
    "console freezes",
    "host screen",
    "host display",
    "host console",
    "boot screen freezes",
    "stuck at boot",
    "hangs at boot",
    "vga console",
];

const STUCK: [&str; 12] = [
    "stuck",
    "freezes",
    "frozen",
    "hangs",
    "stops",
    "black",
    "blank",
    "freeze",
    "froze",
    "hang",
    "goes off",
    "turns off",
];

/// A function that leaves the host's drivers because the guest has it.
const ARRIVES: [&str; 10] = [
    "appeared in the guest",
    "appears in the guest",
    "appeared in the vm",
    "appears in the vm",
    "shows up in the guest",
    "shows up in the vm",
    "showed up in the guest",
    "showed up in the vm",
    "visible in the guest",
    "visible in the vm",
];

const VANISHES: [&str; 38] = [
    "disappears from",
    "disappeared from",
    "disappear from",
    "vanishes from",
    "vanished from",
    "gone from lspci",
    "missing from lspci",
    "no longer in lspci",
    "no longer listed",
    "no longer shows up",
    "no longer visible",
    "no longer detected",
    "device disappears",
    "card disappears",
    "gpu disappears",
    "gpu vanishes",
    "card vanishes",
    "gpu is gone",
    "card is gone",
    "device is gone",
    "fell off the bus",
    "falls off the bus",
    "fallen off the bus",
    "drops off the bus",
    "dropped off the bus",
    "disappears after",
    "verschwindet",
    "verschwunden",
    "disparaît",
    "disparu",
    "desaparece",
    "desapareció",
    "пропадает",
    "исчезает",
    "掉卡",
    "掉盘",
    "显卡消失",
    "设备消失",
];

const NETWORK_LOST: [&str; 30] = [
    "loses network",
    "lose network",
    "lost network",
    "losing network",
    "loses its network",
    "loses connection",
    "lost connection",
    "lose connection",
    "loses connectivity",
    "lose connectivity",
    "loses internet",
    "lose internet",
    "lost connectivity",
    "unreachable",
    "inaccessible",
    "goes offline",
    "not reachable",
    "lose access",
    "lost access",
    "lose ssh",
    "network goes down",
    "nicht mehr erreichbar",
    "injoignable",
    "perd le réseau",
    "pierde la red",
    "断网",
    "失联",
    "没网",
    "连不上",
    "掉线",
];

/// The symptoms of the texts, each once.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<Symptom>> {
    let mut found: Vec<Fact<Symptom>> = Vec::new();
    for sentence in sentences::read(texts) {
        for symptom in of_sentence(&sentence) {
            if found.iter().all(|known| known.value != symptom) {
                found.push(Fact::new(symptom, sentence.shown.clone()));
            }
        }
    }
    found.sort_by_key(|fact| fact.value);
    found
}

fn of_sentence(sentence: &Sentence) -> Vec<Symptom> {
    if is_open(sentence) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if works_once(sentence) {
        found.push(Symptom::OncePerBoot);
    }
    if is_regression(sentence) {
        found.push(Symptom::Regression);
    }
    for clause in sentence
        .clauses
        .iter()
        .filter(|clause| !is_condition(clause))
    {
        found.extend(of_clause(clause, sentence));
    }
    found
}

fn of_clause(clause: &Clause, sentence: &Sentence) -> Vec<Symptom> {
    let is_there = |phrases: &[&str]| {
        let before = clause.up_to(phrases);
        before.is_some_and(|before| !before.has(&NEGATED) && !is_negated(&before))
    };
    let mut found = Vec::new();
    if freezes(clause) {
        found.push(Symptom::HostFreezes);
    }
    if reboots(clause) {
        found.push(Symptom::HostReboots);
    }
    if is_there(&NETWORK_LOST) && is_of_host(clause) {
        found.push(Symptom::HostNetworkLost);
    }
    if is_there(&AT_BOOT) && clause.has(&STUCK) && !clause.has(&GUEST) {
        found.push(Symptom::HostDisplayLost);
    }
    if is_there(&NO_PICTURE) && !is_of_host(clause) {
        found.push(Symptom::NoPicture);
    }
    if is_there(&VANISHES) && !sentence.whole.has(&ARRIVES) {
        found.push(Symptom::DeviceVanishes);
    }
    if is_code_12(clause) {
        found.push(Symptom::Code12);
    }
    if takes_disk(clause, sentence) {
        found.push(Symptom::HostDiskLost);
    }
    if pins_memory(clause, sentence) {
        found.push(Symptom::MemoryPinned);
    }
    found
}

/// Whether the sentence is a guide, a possibility, a question about others, or something over.
fn is_open(sentence: &Sentence) -> bool {
    let mut text = sentence.whole.text.clone();
    for words in POLITE {
        text = text.replace(words, " ");
    }
    let whole = sentences::clause(&text);
    let asks = [
        "why",
        "any idea",
        "any ideas",
        "warum",
        "pourquoi",
        "为什么",
        "为何",
        "怎么",
        "どうして",
    ];
    let is_question = sentence.is_question && !whole.has(&asks);
    is_question || whole.has(&OPEN) || OPEN_ELSEWHERE.iter().any(|word| whole.text.contains(word))
}

fn is_condition(clause: &Clause) -> bool {
    let first = clause
        .words()
        .first()
        .copied()
        .unwrap_or_default()
        .to_owned();
    matches!(
        &*first,
        "if" | "unless" | "whether" | "falls" | "si" | "если" | "should"
    )
}

/// Whether one of the words is a negated verb, or a Chinese negation is there.
fn is_negated(clause: &Clause) -> bool {
    clause.words().iter().any(|word| word.ends_with("n't"))
        || ["没有", "不", "未"]
            .iter()
            .any(|word| clause.text.contains(word))
}

/// The places of hosts among the words: the first and the last word of each.
fn hosts(words: &[&str]) -> Vec<(usize, usize)> {
    let is_whole = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        before.is_some_and(|word| WHOLE.contains(word))
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if MACHINES.contains(word) && is_whole(at) {
            found.push((at - 1, at));
        } else if HOSTS.contains(word) {
            found.push((at, at));
        }
    }
    found
}

/// Whether the words from `at` on begin with one of the phrases.
fn begins(words: &[&str], at: usize, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let mut rest = words.get(at..).unwrap_or_default().iter();
        phrase.split(' ').all(|word| rest.next() == Some(&word))
    })
}

/// Whether a host is the subject of one of the verbs.
fn is_subject(words: &[&str], verbs: &[&str], times: &[&str]) -> bool {
    hosts(words).into_iter().any(|(first, last)| {
        let mut start = first;
        while start > 0
            && words.get(start - 1).is_some_and(|word| {
                matches!(
                    *word,
                    "the"
                        | "my"
                        | "our"
                        | "whole"
                        | "entire"
                        | "a"
                        | "der"
                        | "die"
                        | "das"
                        | "le"
                        | "el"
                        | "mein"
                        | "this"
                        | "proxmox"
                        | "pve"
                        | "unraid"
                )
            })
        {
            start -= 1;
        }
        let before = start.checked_sub(1).and_then(|at| words.get(at));
        if before.is_some_and(|word| PLACES.contains(word) || times.contains(word)) {
            return false;
        }
        let mut at = last + 1;
        while words.get(at).is_some_and(|word| BETWEEN.contains(word)) && !begins(words, at, verbs)
        {
            at += 1;
        }
        begins(words, at, verbs)
    })
}

/// Words between a verb and its object.
const ARTICLES: [&str; 16] = [
    "the",
    "my",
    "our",
    "whole",
    "entire",
    "up",
    "a",
    "an",
    "complete",
    "physical",
    "pve",
    "proxmox",
    "unraid",
    "completely",
    "down",
    "both",
];

/// Whether a host is the object of one of the verbs.
fn is_object(words: &[&str], verbs: &[&str]) -> bool {
    let hosts = hosts(words);
    (0..words.len()).any(|at| {
        let verb = verbs.iter().filter(|verb| begins(words, at, &[verb]));
        let length = verb.map(|verb| verb.split(' ').count()).max();
        length.is_some_and(|length| {
            let mut next = at + length;
            while words.get(next).is_some_and(|word| ARTICLES.contains(word))
                && !hosts.iter().any(|(first, _)| *first == next)
            {
                next += 1;
            }
            // `locks up the pve node`: a name before the word for a host.
            hosts.iter().any(|(first, _)| *first == next)
                || next > at + length && hosts.iter().any(|(_, last)| *last + 1 == next)
        })
    })
}

/// A host in Chinese or Japanese, and one of the verbs close behind.
fn is_subject_without_blanks(text: &str, verbs: &[&str]) -> bool {
    const HOSTS: [&str; 10] = [
        "宿主机",
        "主机",
        "物理机",
        "母机",
        "整机",
        "服务器",
        "pve",
        "esxi",
        "unraid",
        "ホスト",
    ];
    const NEAR: usize = 12;
    HOSTS.iter().any(|host| {
        text.match_indices(host).any(|(at, _)| {
            let rest = text.get(at + host.len()..).unwrap_or_default();
            let near: String = rest.chars().take(NEAR).collect();
            let is_negated = ["不", "没", "未", "虚拟机"]
                .iter()
                .any(|word| near.contains(word));
            let is_other = text.get(..at).is_some_and(|before| before.ends_with('虚'));
            !is_negated && !is_other && verbs.iter().any(|verb| near.contains(verb))
        })
    })
}

fn freezes(clause: &Clause) -> bool {
    const CHINESE: [&str; 13] = [
        "死机",
        "卡死",
        "宕机",
        "崩溃",
        "假死",
        "挂了",
        "挂掉",
        "无响应",
        "卡住",
        "失去响应",
        "フリーズ",
        "固ま",
        "ハング",
    ];
    let words = clause.words();
    let is_named = is_subject(&words, &FREEZES, &["if"]) || is_object(&words, &TAKES_DOWN);
    // `causes kernel panic` of the host's kernel.
    let panics = clause.has(&[
        "causes kernel panic",
        "causes a kernel panic",
        "host kernel panic",
    ]);
    let before = before_host(clause);
    (is_named || panics) && !is_negated(&before) && !before.has(&NEGATED)
        || is_subject_without_blanks(&clause.text, &CHINESE)
}

fn before_host(clause: &Clause) -> Clause {
    let verbs: Vec<&str> = FREEZES.iter().chain(&TAKES_DOWN).copied().collect();
    clause.up_to(&verbs).unwrap_or_default()
}

fn reboots(clause: &Clause) -> bool {
    const CHINESE: [&str; 8] = [
        "自动重启",
        "直接重启",
        "就重启",
        "立刻重启",
        "立即重启",
        "会重启",
        "突然重启",
        "也重启",
    ];
    const KINDS: [&str; 16] = [
        "an",
        "a",
        "the",
        "instant",
        "immediate",
        "hard",
        "spontaneous",
        "sudden",
        "complete",
        "full",
        "host",
        "system",
        "random",
        "whole",
        "machine",
        "of",
    ];
    let words = clause.words();
    let causes = (0..words.len()).any(|at| {
        let verb = CAUSES_REBOOT
            .iter()
            .find(|verb| begins(&words, at, &[verb]));
        verb.is_some_and(|verb| {
            let mut next = at + verb.split(' ').count();
            while words
                .get(next)
                .is_some_and(|word| KINDS.contains(word) || HOSTS.contains(word))
            {
                next += 1;
            }
            words
                .get(next)
                .is_some_and(|word| matches!(*word, "reboot" | "reset" | "restart" | "reboots"))
                || begins(&words, next, &["to reboot", "to restart", "to reset"])
                    && words.get(at..next).is_some_and(|between| {
                        between
                            .iter()
                            .any(|word| HOSTS.contains(word) || MACHINES.contains(word))
                    })
        })
    });
    causes && !clause.has(&GUEST) && !clause.has(&NEGATED)
        || is_subject(&words, &REBOOTS, &TIMES)
        || is_subject_without_blanks(&clause.text, &CHINESE)
}

fn is_of_host(clause: &Clause) -> bool {
    !hosts(&clause.words()).is_empty()
        || ["宿主", "主机", "物理机", "pve", "ホスト"]
            .iter()
            .any(|word| clause.text.contains(word))
}

fn works_once(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_guest = whole.has(&GUEST) || sentence.before.has(&GUEST);
    let repeats = whole.has(&SECOND) && whole.has(&FAILS) && whole.has(&GUEST);
    let once = whole.has(&ONCE)
        && is_guest
        && (whole.has(&STOPPED)
            || whole.has(&HOST_REBOOT)
            || whole.has(&["boot", "reboot", "start", "启动", "works", "funktioniert"]));
    let not_again = whole.has(&GUEST)
        && whole.has(&[
            "after", "once", "nachdem", "nach", "après", "后", "一", "後",
        ])
        && (whole.has(&NOT_STARTED) || whole.has(&["startet"]) && whole.has(&["nicht"]))
        && whole.has(&STOPPED)
        && is_stopped_guest(whole);
    let all_rest = format!("{} {}", sentence.before.text, whole.text);
    let rest = sentences::clause(&all_rest);
    let by_host = (whole.has(&HOST_REBOOT) || reboots_host_in_chinese(&whole.text))
        && whole.has(&NEEDED)
        && rest.has(&STOPPED)
        && rest.has(&GUEST)
        && is_stopped_guest(&rest);
    repeats || once || not_again || by_host
}

/// Whether the sentence says that an earlier release works, or that an update broke it.
fn is_regression(sentence: &Sentence) -> bool {
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
    const SINCE: [&str; 24] = [
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
        "seit dem update",
        "nach dem update",
        "depuis la mise à jour",
        "tras actualizar",
        "после обновления",
        "更新后",
        "升级后",
        "更新",
        "升级到",
        "アップデート後",
    ];
    const BROKEN: [&str; 22] = [
        "fails",
        "fail",
        "failed",
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
    let is_broken = whole.has(&SINCE) && whole.has(&BROKEN) && !whole.has(&["works fine"]);
    let is_other_release = releases > 0
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
            || whole.has(&["same", "older", "previous", "earlier"])
            || releases > 1);
    // The fields of a form: "Regression: No", "Regression? Yes".
    let is_field = whole.words().len() <= 3;
    let is_named = whole.has(&["regression"]) && !sentence.is_question && !is_field;
    is_back || is_broken || is_other_release || is_named
}

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
    let is_guest = |at: usize| begins(&words, at, &GUEST);
    let near = (0..words.len()).filter(|at| is_guest(*at)).any(|at| {
        let from = at.saturating_sub(4);
        (from..at + 9).any(|at| begins(&words, at, &STOPPED))
    });
    near || CHINESE.iter().any(|word| clause.text.contains(word))
        && (clause.text.contains(['虚', '群', '系', '客', 'ゲ']) || clause.has(&["vm"]))
}

fn is_code_12(clause: &Clause) -> bool {
    clause.has(&[
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
    ]) && !clause.has(&NEGATED)
}

/// Whether the host's disk is in the assigned device's group.
fn takes_disk(clause: &Clause, sentence: &Sentence) -> bool {
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
fn pins_memory(clause: &Clause, sentence: &Sentence) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<Symptom> {
        let text = CommandText {
            command: "t".to_owned(),
            text: text.to_owned(),
        };
        let found = read(&[text]);
        found.into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn a_sentence_tells_of_its_symptom() {
        use Symptom::{
            Code12, DeviceVanishes, HostDiskLost, HostDisplayLost, HostFreezes, HostNetworkLost,
            HostReboots, MemoryPinned, NoPicture, OncePerBoot, Regression,
        };
        for (symptom, texts) in [
            (
                OncePerBoot,
                [
                    "The VM refuses to start after it is shut down once.",
                    "It works once per boot, then the VM needs a reboot of the host.",
                    "The VM starts, but the second time it fails with an error.",
                    "只要虚拟机一关机就启动不了，必须重启宿主机后才可以启动",
                    "Nach dem Herunterfahren startet die VM nicht, nachdem der Gast heruntergefahren ist.",
                ]
                .as_slice(),
            ),
            (
                HostFreezes,
                &[
                    "When I start the VM, the host freezes.",
                    "Starting it completely locks up the PVE node.",
                    "As soon as the guest boots, my whole system hangs.",
                    "Rebinding it at run time causes kernel panic.",
                    "一启动虚拟机宿主机就死机了",
                    "Beim Start der VM friert der Host ein, der Host hängt.",
                    "Au démarrage le serveur se fige.",
                ],
            ),
            (
                HostReboots,
                &[
                    "Each of the commands causes an instant reboot.",
                    "When I start the VM the host reboots.",
                    "启动虚拟机后宿主机自动重启",
                ],
            ),
            (
                HostNetworkLost,
                &["When the VM starts, the host loses network.", "启动虚拟机后宿主机断网了"],
            ),
            (
                HostDisplayLost,
                &["The host is stuck at loading initial ramdisk."],
            ),
            (
                NoPicture,
                &[
                    "The VM starts, but I get a black screen.",
                    "虚拟机启动后黑屏",
                    "Der Gast startet, kein Bild.",
                    "La VM démarre, écran noir.",
                    "La VM arranca con pantalla negra.",
                ],
            ),
            (
                Regression,
                &[
                    "Since upgrading to kernel 6.8 the passthrough fails.",
                    "The same set-up works just fine in 6.13.9-200 of the kernel.",
                    "Downgrading the node fixes it.",
                    "更新PVE重启后，直通失败",
                    "回退至qemu 9.1.3 恢复正常。",
                    "Seit dem Update startet die VM nicht mehr.",
                ],
            ),
            (Code12, &["Windows shows code 12 for it.", "设备管理器显示代码12"]),
            (
                DeviceVanishes,
                &["After the shutdown the GPU disappears from lspci.", "宿主机掉卡"],
            ),
            (
                HostDiskLost,
                &["The NVMe is in the same IOMMU group, and the boot drive is gone when it starts."],
            ),
            (
                MemoryPinned,
                &["With GPU passthrough the maximum amount of RAM is allocated."],
            ),
        ] {
            for text in texts {
                assert!(said(text).contains(&symptom), "{symptom:?}: {text}: {:?}", said(text));
            }
        }
    }

    #[test]
    fn conditions_guides_and_negations_are_no_symptoms() {
        for none in [
            "If the host freezes, remove the card.",
            "The host does not freeze any more.",
            "The VM on the host freezes.",
            "Your host may freeze.",
            "You get a black screen until the driver is installed.",
            "This avoids a black screen.",
            "There is no black screen.",
            "After the host reboots, the groups are the same.",
            "I rebooted the host, and started the VM.",
            "Shut down the VM and start it again.",
            "The black screen is fixed.",
            "如果黑屏，请检查",
            "宿主机不会死机",
            "Reboot the host.",
            "The VM crashes.",
            "I restarted the VM and rebooted the host.",
            "The server has a boot drive and a GPU.",
            "Does the host freeze?",
            "Kernel 6.8 works fine.",
            "After the update of the firmware all is fine.",
            "I updated to kernel 6.8.",
            "The device has disappeared from the host and appeared in the guest.",
            "Regression: No",
        ] {
            assert!(said(none).is_empty(), "{none}: {:?}", said(none));
        }
    }
}
