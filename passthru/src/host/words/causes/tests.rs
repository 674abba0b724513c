use host_tree::CommandText;

use super::*;

/// A text about a passthrough, so that the sentence after it is about one.
const ABOUT: &str = "I try GPU passthrough to a VM.\n\n";

fn said(sentence: &str) -> (bool, bool) {
    let text = CommandText::new("t", format!("{ABOUT}{sentence}\n"));
    let found = read(&Posts::read(&[text]));
    (!found.causes.is_empty(), !found.helped.is_empty())
}

#[test]
fn a_writer_names_a_cause() {
    let mut wrong = Vec::new();
    for cause in [
        "This hang occurs due to the ROM of the controller.",
        "It turned out that Secure Boot refused the module.",
        "The problem was the CSM setting of my board.",
        "Es lag an der Firmware des Boards.",
        "Le problème venait du pilote de la carte.",
        "Se debe a la `rombar` de la tarjeta.",
        "原因是主板没有开启 VT-d",
        "Причина была в драйвере карты.",
        "### La Causa\nConflictos entre los drivers del host y los de la VM.",
        "## Root cause\n\nThe driver of the host still has the card.",
    ] {
        if !said(cause).0 {
            wrong.push(cause);
        }
    }
    for open in [
        "This hang is probably caused by the ROM of the controller.",
        "Is it caused by the driver?",
        "Maybe it turned out that the driver is bad.",
        "The reason is a mystery to everybody here.",
        "原因是主板吗",
        "This is not caused by the driver.",
    ] {
        if said(open).0 {
            wrong.push(open);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_writer_names_a_change_that_helped() {
    let mut wrong = Vec::new();
    for change in [
        "I have mitigated it by setting DVMT to the smallest value in the BIOS.",
        "The device does not appear unless I run `modprobe` once.",
        "If I change the machine type to another one, it works well.",
        "I had to add `iommu=pt` to the command line.",
        "`iommu=pt` musiałem dodać, bez tego były błędy.",
        "Only the driver of the vendor helped me after a restart.",
        "Enabling `no-strict-reset` allows sys-net to start without error, but FLR is lost.",
        "Setting iommu.strict=0 lets the VM boot.",
        "Erst als ich das Modul `snd_hda_intel` entlud, ging es.",
        "J'ai dû désactiver le CSM.",
        "Tuve que cambiar el driver de la tarjeta.",
        "Пришлось обновить драйвер.",
        "显卡禁用再启用后就好了",
    ] {
        if !said(change).1 {
            wrong.push(change);
        }
    }
    for open in [
        "Der Host friert ein, da hilft nur Reset.",
        "The driver hangs, and only a full power cycle of the host fixes it.",
        "Nur (ein kompletter) Reset/Reboot hilft, der Treiber sieht die Karte dann.",
        "Der Treiber hängt, nur ein Neustart hat geholfen.",
        "The only thing that helped me is rebooting the host, no driver change.",
        "显卡卡死，只有重启主机才行，重启后就好了",
        "You had to add `iommu=pt` in former times.",
        "Changing the slot didn't help.",
        "Proxmox allows Windows to start with `iommu=pt` only.",
        "Enabling `iommu=pt` doesn't allow the VM to start.",
        "1. I installed it from the ISO, the VM boots fine with SPICE and I can use the installer.",
        "If I disable the driver, nothing works.",
        "It should work if I add the module.",
        "Does it only work with a ROM file?",
        "I had to go to work.",
        "显卡重启后就好了吗",
        "直通后可以用，关机后必须重启宿主机后才可以启动虚拟机",
    ] {
        if said(open).1 {
            wrong.push(open);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
