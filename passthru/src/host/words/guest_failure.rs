//! A guest that fails, as a sentence describes it: `the VM hangs at boot with the card`.

use super::moods::{CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, QUESTION, READER};
use super::sentences::{Clause, Posts, Sentence};
use super::solved::{self, Solved};
use super::symptoms::is_of_host;
use crate::host::fact::Fact;

/// The state of a guest that fails, or of its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuestFailure {
    /// The guest does not start.
    NotStarted,
    /// The guest crashes or restarts.
    Crashes,
    /// The guest stops responding.
    Hangs,
    /// The guest does not see its device.
    DeviceNotSeen,
    /// A driver of the device fails.
    DriverFails,
    /// The assignment fails.
    AssignmentFails,
}

/// Words for a guest, and systems that are guests of most posts.
const GUEST: [&str; 34] = [
    "vm",
    "vms",
    "vm's",
    "guest",
    "guests",
    "guest's",
    "virtual machine",
    "domu",
    "gast",
    "gastsystem",
    "virtuelle maschine",
    "machine virtuelle",
    "máquina virtual",
    "macchina virtuale",
    "maszyna wirtualna",
    "maszyny wirtualnej",
    "виртуалка",
    "виртуальная машина",
    "виртуальной машины",
    "вм",
    "гость",
    "windows",
    "win10",
    "win11",
    "macos",
    "hackintosh",
    "xpenology",
    "虚拟机",
    "虚机",
    "客户机",
    "群晖",
    "ゲスト",
    "仮想マシン",
    "virtual server",
];

/// Words for an assigned device.
const DEVICE: [&str; 50] = [
    "gpu",
    "gpus",
    "igpu",
    "vgpu",
    "card",
    "cards",
    "device",
    "devices",
    "adapter",
    "controller",
    "controllers",
    "hba",
    "nic",
    "nics",
    "disk",
    "disks",
    "drive",
    "drives",
    "hdd",
    "hdds",
    "ssd",
    "nvme",
    "passthrough",
    "tpu",
    "karte",
    "grafikkarte",
    "gerät",
    "platten",
    "festplatten",
    "carte",
    "disques",
    "tarjeta",
    "dispositivo",
    "discos",
    "placa",
    "scheda",
    "karty",
    "kartę",
    "карту",
    "карта",
    "видеокарту",
    "видеокарта",
    "устройство",
    "диски",
    "显卡",
    "网卡",
    "硬盘",
    "设备",
    "核显",
    "グラボ",
];

/// Words of another subject: the host, its firmware, its listings.
const OTHER_SUBJECTS: [&str; 21] = [
    "host",
    "host's",
    "dom0",
    "bios",
    "uefi",
    "motherboard",
    "mainboard",
    "lspci",
    "everything",
    "computer",
    "pc",
    "laptop",
    "kernel",
    "rechner",
    "container",
    "containers",
    "pod",
    "宿主",
    "物理机",
    "主机",
    "ホスト",
];

const CRASHES: [&str; 36] = [
    "crashes",
    "crashed",
    "crashing",
    "crash",
    "bsod",
    "bsods",
    "blue screen",
    "bluescreen",
    "bluescreens",
    "blue screens",
    "boot loop",
    "bootloop",
    "boot loops",
    "bootloops",
    "reboot loop",
    "keeps rebooting",
    "keeps restarting",
    "restarts itself",
    "kernel panic",
    "kernel panics",
    "stürzt ab",
    "abgestürzt",
    "absturz",
    "plante",
    "écran bleu",
    "pantallazo azul",
    "pantalla azul",
    "tela azul",
    "schermata blu",
    "синий экран",
    "падает",
    "蓝屏",
    "崩溃",
    "无限重启",
    "ブルースクリーン",
    "クラッシュ",
];

const HANGS: [&str; 37] = [
    "hang",
    "hangs",
    "hung",
    "hanging",
    "freeze",
    "freezes",
    "froze",
    "freezing",
    "frozen",
    "stuck",
    "locks up",
    "lock up",
    "locked up",
    "locking up",
    "stalls",
    "unresponsive",
    "stops responding",
    "hängt",
    "friert",
    "eingefroren",
    "se fige",
    "figée",
    "bloquée",
    "se cuelga",
    "se congela",
    "se queda colgada",
    "trava",
    "si blocca",
    "zawiesza się",
    "зависает",
    "виснет",
    "卡死",
    "卡住",
    "无响应",
    "死机",
    "フリーズ",
    "固まる",
];

const NOT_STARTED: [&str; 44] = [
    "unschedulable",
    "start fails",
    "boot fails",
    "startup fails",
    "won't start",
    "won't boot",
    "startet nicht",
    "startet nicht mehr",
    "bootet nicht",
    "bootet nicht mehr",
    "lässt sich nicht starten",
    "lässt sich nicht mehr starten",
    "fährt nicht hoch",
    "ne démarre pas",
    "ne démarre plus",
    "ne se lance pas",
    "refuse de démarrer",
    "no arranca",
    "no inicia",
    "no enciende",
    "não inicia",
    "não liga",
    "não arranca",
    "non parte",
    "non si avvia",
    "nie startuje",
    "nie uruchamia się",
    "не запускается",
    "не стартует",
    "не загружается",
    "не включается",
    "无法启动",
    "启动不了",
    "启动失败",
    "不能启动",
    "起不来",
    "开不了机",
    "无法开机",
    "打不开",
    "起動しない",
    "起動できない",
    "起動に失敗",
    "立ち上がらない",
    "起動しません",
];

/// Verbs of a start.
const STARTS: [&str; 14] = [
    "start",
    "starts",
    "started",
    "starting",
    "boot",
    "boots",
    "booted",
    "booting",
    "launch",
    "launches",
    "power on",
    "powers on",
    "come up",
    "run",
];

const NOT_SEEN: [&str; 47] = [
    "not detected",
    "not recogni*",
    "not visible",
    "not showing up",
    "not showing",
    "not found",
    "undetected",
    "nowhere to be found",
    "wird nicht erkannt",
    "nicht erkannt",
    "nicht gefunden",
    "nicht sichtbar",
    "non détecté",
    "non détectée",
    "pas détecté",
    "pas détectée",
    "pas reconnu",
    "pas reconnue",
    "no detecta",
    "no reconoce",
    "no aparece",
    "no ve",
    "não detecta",
    "não reconhece",
    "não aparece",
    "non vede",
    "non rileva",
    "nie widzi",
    "nie wykrywa",
    "не видит",
    "не видно",
    "не определяется",
    "не обнаруживает",
    "识别不到",
    "不识别",
    "认不到",
    "不认",
    "找不到",
    "看不到",
    "没有识别",
    "检测不到",
    "识别不了",
    "認識しない",
    "認識されない",
    "認識しません",
    "見えない",
    "認識できない",
];

/// Verbs of a guest that sees its device.
const SEES: [&str; 18] = [
    "see",
    "sees",
    "seeing",
    "detect",
    "detects",
    "detected",
    "detecting",
    "recogni*",
    "find",
    "finds",
    "show up",
    "shows up",
    "showing up",
    "show",
    "appear",
    "appears",
    "visible",
    "listed",
];

/// Words for a driver.
const DRIVER: [&str; 13] = [
    "driver",
    "drivers",
    "treiber",
    "pilote",
    "pilotes",
    "controlador",
    "controladores",
    "sterownik",
    "sterowniki",
    "драйвер",
    "драйвера",
    "驱动",
    "ドライバ",
];

const FAILS: [&str; 19] = [
    "fails",
    "failed",
    "failing",
    "code 10",
    "code 28",
    "code 31",
    "code 43",
    "error 43",
    "crashes",
    "crashed",
    "schlägt fehl",
    "échoue",
    "falla",
    "falha",
    "не встаёт",
    "не ставится",
    "失败",
    "装不上",
    "報錯",
];

/// Verbs of a driver that works.
const LOADS: [&str; 7] = [
    "load",
    "loads",
    "loading",
    "install",
    "installs",
    "initialize",
    "work",
];

/// Words for the assignment itself.
const ASSIGNMENT: [&str; 13] = [
    "passthrough",
    "passthru",
    "pass-through",
    "pass through",
    "gpu-passthrough",
    "pci-passthrough",
    "dda",
    "durchreichen",
    "проброс",
    "直通",
    "透传",
    "穿透",
    "パススルー",
];

/// Devices of another kind of assignment.
const OTHER_DEVICES: [&str; 8] = [
    "usb", "keyboard", "mouse", "audio", "sound", "serial", "键盘", "鼠标",
];

const ASSIGNMENT_FAILS: [&str; 21] = [
    "fails",
    "failed",
    "is failing",
    "funktioniert nicht",
    "klappt nicht",
    "geht nicht",
    "schlägt fehl",
    "ne fonctionne pas",
    "ne marche pas",
    "échoue",
    "no funciona",
    "falló",
    "falla",
    "não funciona",
    "falhou",
    "non funziona",
    "nie działa",
    "не работает",
    "失败",
    "不成功",
    "できない",
];

/// Verbs of an assignment that works.
const WORKS: [&str; 3] = ["work", "working", "works"];

/// The failure of a guest that the texts describe and no sentence reports as solved: the first of a
/// guest or its device, otherwise of the assignment.
pub(in crate::host) fn read(posts: &Posts<'_>, solved: &[Solved]) -> Option<Fact<GuestFailure>> {
    let open = posts.sentences().filter_map(|sentence| {
        let failure = of_sentence(sentence)?;
        let is_over = solved::is_over(solved, &sentence.shown);
        (!is_over).then(|| Fact::new(failure, sentence.shown.clone()))
    });
    let mut of_assignment = None;
    for found in open {
        if found.value != GuestFailure::AssignmentFails {
            return Some(found);
        }
        of_assignment.get_or_insert(found);
    }
    of_assignment
}

fn of_sentence(sentence: &Sentence) -> Option<GuestFailure> {
    let whole = &sentence.whole;
    let classes = [
        CASE, EXPECTED, HOPE, POSSIBLE, READER, OTHERS, QUESTION, &OVER,
    ];
    let is_open = sentence.is_question || whole.has_any(&classes);
    if is_open || !sentence.is_in_passthrough_text {
        return None;
    }
    let clauses = sentence.clauses.iter();
    let mut clauses = clauses.filter(|clause| !is_condition(clause));
    clauses.find_map(|clause| of_clause(clause, sentence))
}

/// Words of a failure that is over, of the past, or a purpose.
const OVER: [&str; 25] = [
    "会导致",
    "fixed",
    "solved",
    "no longer",
    "no more",
    "used to",
    "prevent",
    "prevents",
    "avoid",
    "without",
    "sometimes",
    "gelöst",
    "behoben",
    "résolu",
    "solucionado",
    "решено",
    "for others",
    "unless",
    "避免",
    "防止",
    "解决了",
    "已解决",
    "不会",
    "不再",
    "修复",
];

fn of_clause(clause: &Clause, sentence: &Sentence) -> Option<GuestFailure> {
    let words = clause.words();
    let is_of_other = is_of_host(clause) || clause.has(&OTHER_SUBJECTS);
    let is_of_guest = !is_of_other && (clause.has(&GUEST) || names_guest_before(clause, sentence));
    if is_of_guest && is_stated(clause, &words, &CRASHES) {
        return Some(GuestFailure::Crashes);
    }
    if is_of_guest && is_stated(clause, &words, &HANGS) {
        return Some(GuestFailure::Hangs);
    }
    if is_of_guest && (clause.has(&NOT_STARTED) || is_denied(&words, &STARTS)) {
        return Some(GuestFailure::NotStarted);
    }
    let is_of_device = !is_of_other && clause.has(&DEVICE);
    let is_in_guest = is_of_guest || sentence.whole.has(&GUEST) || sentence.before.has(&GUEST);
    let is_unseen = || clause.has(&NOT_SEEN) || is_denied(&words, &SEES);
    if is_of_device && is_in_guest && !is_of_host(&sentence.whole) && is_unseen() {
        return Some(GuestFailure::DeviceNotSeen);
    }
    let is_of_driver = !is_of_other && clause.has(&DRIVER);
    let fails = || clause.has(&FAILS) && !clause.is_negated() || is_denied(&words, &LOADS);
    if is_of_driver && is_in_guest && fails() {
        return Some(GuestFailure::DriverFails);
    }
    let is_of_other = clause.has(&OTHER_SUBJECTS) || sentence.whole.has(&OTHER_DEVICES);
    let is_of_assignment = !is_of_other && clause.has(&ASSIGNMENT);
    let fails = || clause.has(&ASSIGNMENT_FAILS) || is_denied(&words, &WORKS);
    (is_of_assignment && fails()).then_some(GuestFailure::AssignmentFails)
}

/// Whether the clause is about a guest of the words before it: `it hangs`.
fn names_guest_before(clause: &Clause, sentence: &Sentence) -> bool {
    const PRONOUNS: [&str; 6] = ["it", "they", "sie", "elle", "она", "i get"];
    clause.has(&PRONOUNS)
        && !is_of_host(&sentence.whole)
        && (sentence.whole.has(&GUEST) || sentence.before.has(&GUEST))
}

/// Whether one of the phrases is in the clause and not denied.
fn is_stated(clause: &Clause, words: &[&str], phrases: &[&str]) -> bool {
    let before = clause.up_to(phrases);
    before.is_some_and(|before| !before.is_negated()) && !words.contains(&"not")
}

/// The most words between a negation and its verb.
const NEAR: usize = 4;

/// Whether one of the verbs is denied: by a word close before it.
fn is_denied(words: &[&str], verbs: &[&str]) -> bool {
    const DENIALS: [&str; 11] = [
        "not", "cannot", "never", "unable", "fails", "failed", "fail", "failing", "refuses",
        "refused", "refuse",
    ];
    let is_denial = |word: &&str| DENIALS.contains(word) || word.ends_with("n't");
    (0..words.len()).any(|at| {
        let rest = words.get(at..).unwrap_or_default();
        let is_verb = verbs.iter().any(|verb| {
            let mut rest = rest.iter();
            verb.split(' ').all(|part| {
                let word = rest.next().copied().unwrap_or_default();
                let start = part.strip_suffix('*');
                start.map_or(word == part, |start| word.starts_with(start))
            })
        });
        let near = words.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        is_verb && near.iter().any(is_denial)
    })
}

/// Whether the clause is a condition.
fn is_condition(clause: &Clause) -> bool {
    let words = clause.words();
    let first = words.first().copied().unwrap_or_default();
    ["if", "unless", "whether", "falls", "si", "если", "should"].contains(&first)
}

#[cfg(test)]
mod tests {
    use host_tree::CommandText;

    use super::*;

    fn failure(text: &str) -> Option<GuestFailure> {
        let text = format!("A post about GPU passthrough.\n\n{text}");
        let text = CommandText {
            command: "t".to_owned(),
            text,
        };
        read(&Posts::read(&[text]), &[]).map(|found| found.value)
    }

    #[test]
    fn a_failing_guest_is_found() {
        use GuestFailure::{
            AssignmentFails, Crashes, DeviceNotSeen, DriverFails, Hangs, NotStarted,
        };
        for (text, expected) in [
            (
                "The VM will hang indefinitely, not producing any output.",
                Hangs,
            ),
            ("With the card the guest freezes at the boot logo.", Hangs),
            ("添加显卡后虚拟机卡死", Hangs),
            (
                "I get a BSOD in the VM as soon as the driver is installed.",
                Crashes,
            ),
            ("Windows goes into an endless boot loop.", Crashes),
            ("Die VM stürzt ab, sobald der Treiber läuft.", Crashes),
            ("The VM does not start any more.", NotStarted),
            ("When I add the card to the VM, it won't boot.", NotStarted),
            ("The VM is shown as \"Unschedulable\".", NotStarted),
            ("La VM no arranca con la tarjeta.", NotStarted),
            ("With the card added, the guest fails to start.", NotStarted),
            (
                "I boot FreeNAS in a VM, but it doesn't see the disks of the card.",
                DeviceNotSeen,
            ),
            (
                "В гостевой вм не видно: виртуалка не видит карту.",
                DeviceNotSeen,
            ),
            ("Windows does not detect the GPU.", DeviceNotSeen),
            (
                "The GPU shows up in the VM but the driver fails to load.",
                DriverFails,
            ),
            (
                "Al usar otra VM, el passthrough de la GPU falló.",
                AssignmentFails,
            ),
            (
                "On this board the passthrough doesn't work at all.",
                AssignmentFails,
            ),
        ] {
            assert_eq!(failure(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_states_are_no_failure_of_a_guest() {
        for text in [
            "The host freezes when the VM starts.",
            "Starting the VM completely locks up the PVE node.",
            "The VM no longer crashes.",
            "If the VM does not start, read the log.",
            "The VM has never crashed.",
            "Does the VM not start for you?",
            "The VM starts, and the host does not see the card.",
            "You may not see the card in the VM.",
            "The VM boots without the card.",
        ] {
            assert_eq!(failure(text), None, "{text}");
        }
    }
}
