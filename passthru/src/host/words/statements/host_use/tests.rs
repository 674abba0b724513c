use super::super::super::sentences::Posts;
use super::super::{CommandText, read};

fn is_of_host(text: &str) -> bool {
    let texts = [CommandText::new("t", text)];
    read(&texts, &Posts::read(&texts)).host_use.is_some()
}

#[test]
fn a_use_by_the_host_is_no_assignment() {
    for text in [
        "TrueNAS bare metal, is 62 C OK for a 9300-8i?",
        "Arc A380 for Plex containers. How do I see the usage?",
        "Games stutter on Fedora with Steam.",
        "Is 62 C OK?\n\nroot@pve:~# storcli64 /c0 show temperature\n",
        "AI server, no VMs, no passthrough: two 3090 and NCCL hangs.",
        "KI-Server ohne VMs, zwei 3090, NCCL hängt.",
        "Serveur d'IA, ni VM ni passthrough. NCCL se bloque avec deux 3090.",
        "AI服务器，没有虚拟机，也没有直通，两张3090卡住。",
        "Unraid. The usage is zero, why?\n\nroot@nas:~# docker exec plex ls /dev/dri\ncard0\n",
    ] {
        assert!(is_of_host(text), "{text}");
    }
    for text in [
        "Is my card bound?\n\n$ lspci -nnk\n",
        "Plex in docker, and no VM starts with the card.",
        "Plex in docker; the VM freezes, and with no VMs the host is fine.",
        "没有虚拟机能启动，转码正常。",
        "$ zpool status tank\n",
        "The card works on bare metal but not in my VM.",
        "How do I isolate this card? I have Plex in docker, too.",
        "I pass the HBA through. Is 62 C OK?\n\n# sas3flash -list\n",
        "Is 62 C OK?\n\n$ cat /proc/cmdline\nquiet intel_iommu=on\n$ sas3flash -list\n",
        "Proxmox and Plex: which card?",
        "TrueNAS bare metal, and the IOMMU is off.",
    ] {
        assert!(!is_of_host(text), "{text}");
    }
}
