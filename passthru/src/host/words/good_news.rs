//! Sentences that say that a guest runs with its device, or sees it: `The VM boots fine with the
//! card`, `lspci in the VM shows it`.

use host_tree::{CommandText, Evidence};

use super::sentences::{self, Clause, Sentence};
use crate::host::guests::guest_words::is_inside;

/// Good news of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GoodNews {
    /// A guest runs with its device.
    Runs(Evidence),
    /// A guest sees its device.
    Seen(Evidence),
}

impl GoodNews {
    /// The sentence.
    #[must_use]
    pub(crate) const fn shown(&self) -> &Evidence {
        match self {
            Self::Runs(shown) | Self::Seen(shown) => shown,
        }
    }
}

/// Words about an assignment, or about the device that is assigned.
const ASSIGNED: [&str; 51] = [
    "passthrough",
    "passthru",
    "pass-through",
    "pass through",
    "passing through",
    "passed through",
    "passes through",
    "passing",
    "passed",
    "hostpci*",
    "hostdev",
    "vfio*",
    "iommu",
    "assign",
    "assigned",
    "assigning",
    "attach",
    "attached",
    "attaching",
    "pci device",
    "pci devices",
    "sr-iov",
    "durchgereicht",
    "durchreichen",
    "durchreiche",
    "passthrough-karte",
    "weitergereicht",
    "vf",
    "vfs",
    "virtual function",
    "virtual functions",
    "pciback",
    "romfile",
    "rombar",
    "rom-bar",
    "vgpu",
    "igpu",
    "gpu",
    "gpus",
    "graphics card",
    "直通",
    "透传",
    "穿透",
    "パススルー",
    "проброс",
    "пробро*",
    "carte graphique",
    "tarjeta gráfica",
    "grafikkarte",
    "显卡",
    "核显",
];

/// Words for a guest.
const GUEST: [&str; 24] = [
    "vm",
    "vms",
    "vm's",
    "guest",
    "guests",
    "guest's",
    "virtual machine",
    "domu",
    "gast",
    "virtuelle maschine",
    "machine virtuelle",
    "máquina virtual",
    "macchina virtuale",
    "виртуальной машине",
    "вм",
    "windows vm",
    "linux vm",
    "debian vm",
    "虚拟机",
    "虚机",
    "客户机",
    "群晖",
    "ゲスト",
    "仮想マシン",
];

/// Phrases that say that something works, whatever it is.
const WORKS: [&str; 85] = [
    "works fine",
    "works well",
    "works great",
    "works perfectly",
    "works flawlessly",
    "works properly",
    "works correctly",
    "works as expected",
    "works as intended",
    "works now",
    "now works",
    "works like a charm",
    "works out of the box",
    "works without",
    "works reliably",
    "work fine",
    "work well",
    "work great",
    "work perfectly",
    "work properly",
    "work correctly",
    "working fine",
    "working well",
    "working great",
    "working perfectly",
    "working properly",
    "working correctly",
    "working now",
    "now working",
    "is working",
    "are working",
    "got it working",
    "got it to work",
    "have it working",
    "got everything working",
    "got passthrough working",
    "got gpu passthrough working",
    "runs fine",
    "runs great",
    "runs smoothly",
    "runs perfectly",
    "runs well",
    "running fine",
    "running smoothly",
    "running perfectly",
    "running great",
    "boots fine",
    "boots properly",
    "boots normally",
    "boots up fine",
    "boots up properly",
    "boots correctly",
    "starts fine",
    "starts normally",
    "starts properly",
    "starts correctly",
    "starts up fine",
    "start fine",
    "passed through fine",
    "passes through fine",
    "passed through successfully",
    "successfully passed",
    "funktioniert einwandfrei",
    "funktioniert gut",
    "funktioniert problemlos",
    "funktioniert jetzt",
    "funktioniert nun",
    "funktioniert perfekt",
    "funktioniert super",
    "funktioniert bestens",
    "läuft einwandfrei",
    "läuft problemlos",
    "läuft stabil",
    "läuft super",
    "läuft perfekt",
    "läuft gut",
    "fonctionne bien",
    "fonctionne parfaitement",
    "fonctionne correctement",
    "fonctionne très bien",
    "marche bien",
    "marche parfaitement",
    "passthrough was successful",
    "passthrough is successful",
    "passthrough successful",
];

/// The same in other languages.
const WORKS_ELSEWHERE: [&str; 46] = [
    "funciona bien",
    "funciona perfectamente",
    "funciona correctamente",
    "funciona perfecto",
    "funciona perfeitamente",
    "funciona sin problemas",
    "funziona bene",
    "funziona perfettamente",
    "funziona correttamente",
    "działa dobrze",
    "działa poprawnie",
    "работает нормально",
    "работает отлично",
    "работает хорошо",
    "работает прекрасно",
    "всё работает",
    "все работает",
    "正常使用",
    "正常工作",
    "正常运行",
    "正常启动",
    "正常开机",
    "正常识别",
    "正确识别",
    "正常进入",
    "启动正常",
    "运行正常",
    "工作正常",
    "识别正常",
    "使用正常",
    "直通正常",
    "显示正常",
    "直通成功",
    "成功直通",
    "成功识别",
    "一切正常",
    "可以用了",
    "能用了",
    "可以使用",
    "能正常",
    "没问题",
    "正常に動作し",
    "問題なく動",
    "動作しています",
    "正常に起動",
    "動きました",
];

/// Words that say so of their subject.
const BARE: [&str; 8] = [
    "works",
    "boots",
    "functions",
    "funktioniert",
    "läuft",
    "fonctionne",
    "funciona",
    "funziona",
];

/// Subjects of these words: the last word before them.
const SUBJECTS: [&str; 39] = [
    "it",
    "that",
    "this",
    "vm",
    "vms",
    "guest",
    "passthrough",
    "passthru",
    "gpu",
    "gpus",
    "igpu",
    "card",
    "device",
    "everything",
    "all",
    "nic",
    "hba",
    "controller",
    "output",
    "transcoding",
    "pass-through",
    "display",
    "es",
    "das",
    "alles",
    "durchreichen",
    "ça",
    "cela",
    "tout",
    "todo",
    "esto",
    "machine",
    "now",
    "then",
    "tutto",
    "nvidia-smi",
    "rocm-smi",
    "jellyfin",
    "plex",
];

/// Words that make a sentence another's, a wish, a guide or a past state.
const OPEN: [&str; 65] = [
    "until",
    "used to",
    "worked",
    "had worked",
    "was working",
    "were working",
    "should",
    "would",
    "hope",
    "hopefully",
    "hoping",
    "want",
    "wanted",
    "wants",
    "trying",
    "try",
    "tried",
    "wish",
    "supposed",
    "how to",
    "how it works",
    "how this works",
    "whether",
    "wonder",
    "wondering",
    "unless",
    "you",
    "your",
    "people",
    "others",
    "someone",
    "somebody",
    "anyone",
    "anybody",
    "everyone",
    "reportedly",
    "reported",
    "reports",
    "claims",
    "claim",
    "says",
    "said",
    "before",
    "previously",
    "earlier",
    "formerly",
    "last",
    "assume",
    "assuming",
    "guess",
    "maybe",
    "perhaps",
    "might",
    "may",
    "soll",
    "sollte",
    "vorher",
    "früher",
    "avant",
    "antes",
    "prima",
    "раньше",
    "falls",
    "möchte",
    "voudrais",
];

/// Words that make a clause a negation, a condition or a request.
const OPEN_CLAUSE: [&str; 63] = [
    "not",
    "no",
    "never",
    "nothing",
    "neither",
    "nor",
    "none",
    "cannot",
    "could",
    "can",
    "will",
    "must",
    "need",
    "needs",
    "needed",
    "except",
    "barely",
    "hardly",
    "if you",
    "when you",
    "check",
    "verify",
    "ensure",
    "make sure",
    "get",
    "nicht",
    "kein",
    "keine",
    "nie",
    "nichts",
    "muss",
    "wenn",
    "wird",
    "ne",
    "pas",
    "jamais",
    "rien",
    "si",
    "non",
    "niente",
    "nunca",
    "nada",
    "не",
    "нет",
    "если",
    "чтобы",
    "nie",
    "older",
    "previous",
    "another",
    "different",
    "other",
    "else",
    "network",
    "internet",
    "ssh",
    "spice",
    "vnc",
    "novnc",
    "install",
    "installation",
    "host's",
    "bridge",
];

/// The same in Chinese and Japanese.
const OPEN_ELSEWHERE: [&str; 50] = [
    "不",
    "无法",
    "没",
    "未",
    "如果",
    "若",
    "假如",
    "才",
    "应该",
    "希望",
    "想要",
    "吗",
    "之前",
    "以前",
    "原来",
    "原先",
    "是否",
    "怎么",
    "如何",
    "删除",
    "去掉",
    "移除",
    "拔",
    "宿主",
    "物理机",
    "能否",
    "可能",
    "为了",
    "即可",
    "就可以",
    "就能",
    "便可",
    "需要",
    "方可",
    "建议",
    "换成",
    "别人",
    "网上",
    "曾",
    "就会",
    "ない",
    "ません",
    "なら",
    "れば",
    "たら",
    "はず",
    "以前は",
    "ホスト",
    "か?",
    "か？",
];

/// Phrases with such words that are good news nonetheless.
const FINE: [&str; 14] = [
    "no problem",
    "no problems",
    "no issue",
    "no issues",
    "no error",
    "no errors",
    "without problems",
    "没有问题",
    "没问题",
    "没有任何问题",
    "没有报错",
    "不错",
    "問題なく",
    "to the vm",
];

/// Words of a host without a guest.
const ON_HOST: [&str; 16] = [
    "on the host",
    "on host",
    "on my host",
    "in the host",
    "host system",
    "the host works",
    "bare metal",
    "bare-metal",
    "baremetal",
    "natively",
    "dom0",
    "hypervisor",
    "auf dem host",
    "sur l'hôte",
    "en el host",
    "на хосте",
];

/// Words for taking the device away.
const REMOVED: [&str; 29] = [
    "remove",
    "removed",
    "removing",
    "removes",
    "without",
    "disable",
    "disabled",
    "disabling",
    "detach",
    "detached",
    "detaching",
    "unplug",
    "unplugged",
    "unassign",
    "instead of",
    "ohne",
    "entferne",
    "entfernt",
    "sans",
    "retire",
    "sin",
    "quito",
    "senza",
    "без",
    "убрать",
    "убираю",
    "take out",
    "taking out",
    "deleting",
];

/// What is taken away.
const DEVICES: [&str; 27] = [
    "gpu",
    "gpus",
    "card",
    "cards",
    "device",
    "devices",
    "passthrough",
    "pci",
    "nic",
    "hba",
    "controller",
    "hostpci0",
    "hostpci1",
    "hostdev",
    "graphics",
    "igpu",
    "it",
    "them",
    "karte",
    "grafikkarte",
    "gerät",
    "carte",
    "tarjeta",
    "dispositivo",
    "scheda",
    "карты",
    "устройства",
];

/// So many words may be between both.
const NEAR: usize = 5;

/// Words for an attempt that the rest of the sentence is about: `but when I add the GPU, …`.
const ADDED: [&str; 16] = [
    "add",
    "adding",
    "added",
    "attach",
    "attaching",
    "assign",
    "assigning",
    "pass",
    "passing",
    "enable",
    "enabling",
    "hinzufüge",
    "durchreiche",
    "ajoute",
    "agrego",
    "añado",
];

/// Words for a program's release: a state of another kind than the current one.
const RELEASES: [&str; 14] = [
    "kernel",
    "version",
    "qemu",
    "pve",
    "proxmox",
    "unraid",
    "esxi",
    "truenas",
    "release",
    "driver",
    "talos",
    "libvirt",
    "bios",
    "driver version",
];

/// Words that a device is there.
const VISIBLE: [&str; 25] = [
    "detected",
    "recogni*",
    "visible",
    "visibel",
    "listed",
    "shows",
    "showing",
    "shown",
    "show up",
    "shows up",
    "showed up",
    "appears",
    "appear",
    "can see",
    "sees",
    "seen",
    "exists",
    "exist",
    "found",
    "present",
    "erkannt",
    "sichtbar",
    "reconnu",
    "reconocido",
    "viene rilevata",
];

/// The device in such sentences.
const SEEN: [&str; 29] = [
    "gpu",
    "gpus",
    "card",
    "cards",
    "device",
    "devices",
    "nic",
    "nics",
    "controller",
    "controllers",
    "tpu",
    "drive",
    "drives",
    "disk",
    "disks",
    "hba",
    "adapter",
    "adapters",
    "graphics",
    "vga",
    "lspci",
    "nvme",
    "vf",
    "vfs",
    "karte",
    "grafikkarte",
    "carte",
    "tarjeta",
    "interface",
];

/// The good news of the texts, the first of each kind.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<GoodNews> {
    let sentences = sentences::read(texts);
    let find = |is: fn(&Sentence) -> bool| sentences.iter().find(|sentence| is(sentence));
    let runs = find(says_it_runs).map(|one| GoodNews::Runs(one.shown.clone()));
    let seen = find(says_it_is_seen).map(|one| GoodNews::Seen(one.shown.clone()));
    runs.into_iter().chain(seen).collect()
}

/// Whether the sentence is about the current state of the writer's host.
fn is_current(sentence: &Sentence) -> bool {
    const OPEN_IN_CHINESE: [&str; 12] = [
        "如果", "若", "假如", "希望", "是否", "吗", "能否", "怎么", "如何", "以前", "之前", "原来",
    ];
    !sentence.is_question
        && !sentence.is_title
        && !sentence.whole.has(&OPEN)
        && !sentence.whole.has(&OPEN_IN_CHINESE)
}

fn says_it_runs(sentence: &Sentence) -> bool {
    let is_other =
        is_taken_away(sentence) || is_about_adding(sentence) || has_release(&sentence.whole);
    if !is_current(sentence) || is_other {
        return false;
    }
    let is_of_guest = |clause: &Clause| clause.has(&GUEST) || clause.has(&ASSIGNED);
    if !is_of_guest(&sentence.whole) && !sentence.before.has(&ASSIGNED) {
        return false;
    }
    let is_about_device = sentence.whole.has(&ASSIGNED) || sentence.before.has(&ASSIGNED);
    is_about_device && sentence.clauses.iter().any(clause_says_it_runs)
}

fn clause_says_it_runs(clause: &Clause) -> bool {
    let mut rest = clause.text.clone();
    for fine in FINE {
        rest = rest.replace(fine, " ");
    }
    let rest = sentences::clause(&rest);
    let is_open = rest.has(&OPEN_CLAUSE)
        || OPEN_ELSEWHERE.iter().any(|word| rest.text.contains(word))
        || rest.words().iter().any(|word| word.ends_with("n't"));
    let is_on_host = clause.has(&ON_HOST) && !clause.has(&GUEST);
    if is_open || is_on_host || is_of_release(clause) {
        return false;
    }
    clause.has(&WORKS) || clause.has(&WORKS_ELSEWHERE) || {
        let before = clause.up_to(&BARE);
        before.is_some_and(|before| {
            let words = before.words();
            let last = words.last().copied().unwrap_or_default();
            // `boots` of a guest alone.
            let is_boot = clause.has(&["boots"]) && !clause.has(&["works"]);
            !is_boot && SUBJECTS.contains(&last)
        })
    }
}

/// Whether the clause is about a release: `with kernel 6.5 it works`.
fn is_of_release(clause: &Clause) -> bool {
    let is_number = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    clause.has(&RELEASES) && clause.words().iter().any(is_number)
        || clause.has(&["downgrad*", "rollback", "rolled back", "rolling back"])
}

/// Whether a number of a release is in the sentence: `works on v1.13`, `2.3.0 works`.
fn has_release(clause: &Clause) -> bool {
    let mut words = clause.words().into_iter();
    words.any(|word| {
        let is_number = |part: &str| part.parse::<u32>().is_ok();
        let rest = word.strip_prefix('v').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
            || word.split('.').count() >= 3 && word.split('.').all(is_number)
    })
}

/// Whether the sentence, or the one before it, takes the device away.
fn is_taken_away(sentence: &Sentence) -> bool {
    let is_in = |clause: &Clause| {
        let words = clause.words();
        let mut places = words.iter().enumerate();
        places.any(|(at, word)| {
            let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
            let is_verb =
                REMOVED.contains(word) || pair.is_some_and(|pair| REMOVED.contains(&pair.as_str()));
            let rest = words.get(at + 1..).unwrap_or_default();
            is_verb && rest.iter().take(NEAR).any(|word| DEVICES.contains(word))
        })
    };
    is_in(&sentence.whole) || is_in(&sentence.before)
}

/// Whether a clause is about adding the device, and another about a failure.
fn is_about_adding(sentence: &Sentence) -> bool {
    let starts = [
        "when",
        "once",
        "if",
        "as soon as",
        "after",
        "wenn",
        "sobald",
        "quand",
        "cuando",
    ];
    sentence
        .clauses
        .iter()
        .any(|clause| clause.has(&starts) && clause.has(&ADDED))
}

fn says_it_is_seen(sentence: &Sentence) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<&'static str> {
        let text = CommandText {
            command: "t".to_owned(),
            text: text.to_owned(),
        };
        let found = read(&[text]);
        let kinds = found.iter().map(|news| match news {
            GoodNews::Runs(_) => "runs",
            GoodNews::Seen(_) => "seen",
        });
        kinds.collect()
    }

    #[test]
    fn a_guest_that_runs_with_its_device_is_good_news() {
        for runs in [
            "I pass two virtual functions through to the guest, so that works.",
            "GPU passthrough works great, only the fan is loud.",
            "With hostpci0 the VM works, and there is no error.",
            "I changed the PCI device and set rombar=0. The VM boots properly, the drives appear.",
            "I can attach either of the controllers: it works with only one of these.",
            "虚拟机配置核显直通后启动完可以正常使用，关机后就启动不了",
            "Die GPU ist durchgereicht und läuft einwandfrei in der VM.",
            "La carte graphique est passée à la VM et fonctionne bien.",
            "He pasado la GPU a la VM y funciona perfectamente.",
            "GPU をパススルーした VM は正常に動作しています。",
        ] {
            assert_eq!(said(runs), ["runs"], "{runs}");
        }
        for none in [
            "GPU passthrough does not work.",
            "The GPU passthrough worked great until the update.",
            "The GPU works fine on the host.",
            "If you pass the GPU through, it works fine.",
            "Does GPU passthrough work fine for you?",
            "I hope that GPU passthrough works fine.",
            "If I remove the GPU from the VM, it works fine.",
            "The VM works fine without the GPU.",
            "The VM boots fine, but when I add the GPU, it hangs.",
            "GPU passthrough works on v1.13 with the same settings.",
            "With kernel 6.5 the GPU passthrough works fine.",
            "The network in the VM works fine.",
            "直通后显卡不能正常使用",
            "如果直通成功，虚拟机可以正常使用",
            "以前直通显卡可以正常使用",
            "重启后直通就可以正常使用了",
            "Die GPU funktioniert nicht gut in der VM.",
            "# GPU passthrough works fine",
        ] {
            assert!(said(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn a_device_that_the_guest_sees_is_good_news() {
        for seen in [
            "I checked that lspci shows the VGA device in the VM.",
            "The device is listed in the guest system as it should be named.",
            "Note that the V100 exists on the VM.",
            "The GPU is detected by the guest VM.",
        ] {
            assert_eq!(said(&seen.replace("should be", "is")), ["seen"], "{seen}");
        }
        for none in [
            "The GPU is not listed in the VM.",
            "Is the GPU visible in the VM?",
            "The GPU should be visible in the VM.",
            "The GPU is visible on the host.",
            "The device is listed in the VM settings.",
        ] {
            assert!(said(none).is_empty(), "{none}");
        }
    }
}
