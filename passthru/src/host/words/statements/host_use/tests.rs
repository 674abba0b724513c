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
        "Unraid. The usage is zero, why?\n\nroot@nas:~# docker exec plex ls /dev/dri\ncard0\n",
    ] {
        assert!(is_of_host(text), "{text}");
    }
    for text in [
        "Is my card bound?\n\n$ lspci -nnk\n",
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
