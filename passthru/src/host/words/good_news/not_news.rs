//! Words with which a sentence is no good news: a wish, a guide, the past, another state.

use super::super::sentences::Clause;

/// Words of another time.
pub(super) const TIMES: [&str; 6] = [
    "until",
    "used to",
    "worked",
    "had worked",
    "was working",
    "were working",
];

/// Words of a state of something else: another device, a host's part, a way into the guest.
pub(super) const ELSEWHERE: [&str; 43] = [
    "how it works",
    "how this works",
    "except",
    "if you",
    "when you",
    "get",
    "when i remove",
    "when i detach",
    "when i disconnect",
    "when i unplug",
    "when i disable",
    "when removed",
    "when detached",
    "after removing",
    "after detaching",
    "without the",
    "without any passthrough",
    "without passthrough",
    "without gpu",
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
    "删除",
    "去掉",
    "移除",
    "拔",
    "换成",
    "宿主",
    "物理机",
    "ホスト",
];

/// Phrases of trouble in the sentences before, in lower case: what follows is a part of it.
pub(super) const TROUBLE: [&str; 20] = [
    "no device found",
    "still fails",
    "still crashes",
    "still not",
    "doesn't work",
    "does not work",
    "not working",
    "有问题",
    "没用",
    "不行",
    "报错",
    "失败",
    "无法",
    "funktioniert nicht",
    "ne fonctionne pas",
    "no funciona",
    "não funciona",
    "non funziona",
    "не работает",
    "動かない",
];

/// Words of a host without a guest, of containers on its driver, and of its lists of cards.
pub(super) const ON_HOST: [&str; 28] = [
    "in another pc",
    "in another machine",
    "in a different pc",
    "in anderem pc",
    "in einem anderen pc",
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
    "pod",
    "pods",
    "container",
    "containers",
    "容器",
    "discovery",
    "detection",
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
const DEVICES: [&str; 28] = [
    "partition",
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

/// Words for a program's release: a state of another kind than the current one.
pub(super) const RELEASES: [&str; 14] = [
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

/// Phrases in Chinese and Japanese for a guest without the device.
const WITHOUT: [&str; 14] = [
    "解绑透传设备",
    "解绑设备",
    "解绑显卡",
    "取消透传",
    "去掉透传",
    "不直通",
    "没有直通",
    "去掉直通",
    "取消直通",
    "移除显卡",
    "去掉显卡",
    "不加显卡",
    "不添加显卡",
    "パススルーなし",
];

/// The most words between such a verb and the device.
const NEAR: usize = 5;

/// Whether the clause takes the device away.
pub(super) fn takes_away(clause: &Clause) -> bool {
    let words = clause.words();
    let mut places = words.iter().enumerate();
    let is_removed = places.any(|(at, word)| {
        let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
        let is_verb =
            REMOVED.contains(word) || pair.is_some_and(|pair| REMOVED.contains(&pair.as_str()));
        let rest = words.get(at + 1..).unwrap_or_default();
        is_verb && rest.iter().take(NEAR).any(|word| DEVICES.contains(word))
    });
    is_removed || clause.has(&WITHOUT)
}
