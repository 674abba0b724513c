use super::*;

fn stated(text: &str, system: &str) -> Option<String> {
    let texts = [CommandText::new("t", text)];
    read(&texts, &[Vec::new()], system).map(|found| found.value)
}

#[test]
fn a_text_states_the_release_of_its_host() {
    for (text, system, release) in [
        ("- Proxmox VE: 9.1.1\n", "proxmox", "9.1.1"),
        ("an Aoostar running PVE 9.0.6.\n", "proxmox", "9.0.6"),
        ("I have a Proxmox 7.4 host", "proxmox", "7.4"),
        ("Proxmox 9 on an i7\nProxmox VE 9.0.3\n", "proxmox", "9.0.3"),
        (
            "proxmox host: proxmox Virtual Environment 7.2-4",
            "proxmox",
            "7.2-4",
        ),
        ("I run XCP-ng 7.6 version", "xcp-ng", "7.6"),
        (
            "[log](https://a.example/xen-4) of Qubes 4.0.3 with Xen",
            "qubes",
            "4.0.3",
        ),
        ("Qubes OS release\nR4.1\n", "qubes", "4.1"),
        ("我的 PVE 版本为：9.1.1\n", "proxmox", "9.1.1"),
        ("Qubes Release 4.0 (R4.0)", "qubes", "4.0"),
        ("在EXSI7.0环境下直通", "esxi", "7.0"),
        (
            "I'm using cloud hypervisor version 23.0.",
            "cloud-hypervisor",
            "23.0",
        ),
        (
            "I have Harvester cluster\nHarvester v1.8.0 here",
            "harvester",
            "1.8.0",
        ),
        ("PCI passthrough in FreeBSD 11", "freebsd", "11"),
        ("I upgraded my host to FreeBSD 10.3.", "freebsd", "10.3"),
        (
            "It fails after updating to proxmox 8.4.5 from previous version 8.4.1.",
            "proxmox",
            "8.4.5",
        ),
        (
            "My vm host is running Promox 7 with the card",
            "proxmox",
            "7",
        ),
        ("在7.0的exsi里直通网卡", "esxi", "7.0"),
        ("XEN version: 4.14.3\n", "xen", "4.14.3"),
        ("frigate runs on ESX 7.0 here", "esxi", "7.0"),
        (
            "lxd   6.1-efad198\n* LXD version: 6.1-78a3d8f\n",
            "lxd",
            "6.1",
        ),
        ("A Harvester cluster v1.3.1\n", "harvester", "1.3.1"),
        ("unRaid 6.5", "unraid", "6.5"),
        ("- ProxmoxVE:8.2.4\n", "proxmox", "8.2.4"),
        ("It runs VMware ESXi, 8.0.3, 24022510 as", "esxi", "8.0.3"),
        ("**Qubes Os version:**\n\n4.0.1\n", "qubes", "4.0.1"),
        ("- Harvester ISO version: 1.4.0\n", "harvester", "1.4.0"),
        (
            "#### Qubes OS version (e.g., `R4.2`):\nR4.0\n",
            "qubes",
            "4.0",
        ),
        (
            "- Host system: Proxmox\n- Version: 8.3.2\n",
            "proxmox",
            "8.3.2",
        ),
        ("TrueNAS-SCALE-23.10.1 here", "truenas", "23.10.1"),
        ("unraid 7.1 RC2\n", "unraid", "7.1 RC2"),
        ("主机：esxi7.0 u2，八核", "esxi", "7.0 u2"),
        (
            "We moved up from TrueNAS 23.10.1 to 23.10.2, and",
            "truenas",
            "23.10.2",
        ),
        (
            "Trying it on Windows Server 2022 insider",
            "windows",
            "2022",
        ),
    ] {
        assert_eq!(stated(text, system).as_deref(), Some(release), "{text}");
    }
    for (text, system) in [
        ("Upgraded from Proxmox 7.4 to Proxmox 8.2", "proxmox"),
        ("Proxmox 7.4 here, Proxmox 8.2 there", "proxmox"),
        ("Proxmox 2 nodes", "proxmox"),
        ("Linux pve 6.1.9-generic #1 SMP", "proxmox"),
        ("a PVE host (6.8) with a guest", "proxmox"),
        ("在 PVE 7.2 之后版本不需要", "proxmox"),
        ("node pve-01", "proxmox"),
        ("# pve 6.5.3-1-pve error", "proxmox"),
        ("the path /proxmox-9.0.iso", "proxmox"),
        ("Proxmox 3090 card", "proxmox"),
        ("see https://a.example/?q=proxmox 8.2", "proxmox"),
        ("a FreeBSD 13.2 VM", "freebsd"),
        ("disk: FreeBSD-11.1-RELEASE-amd64.raw", "freebsd"),
        ("Proxmox VE 8.2", "esxi"),
        ("truenas 10.0.0.15 address", "truenas"),
        ("It worked with ESXi 6.7", "esxi"),
        (
            "Another thread has it too: ESXi 6.7 - no boot with a card",
            "esxi",
        ),
        ("In einem Thread steht dasselbe zu Proxmox 7.1", "proxmox"),
        ("帖子里说 PVE 7.4 也一样", "proxmox"),
        ("虚拟机卡死。之前用 PVE 7 没试过直通", "proxmox"),
        ("Also havent tried Xen 4.6, this is the next thing", "xen"),
        ("My guest is Windows Server 2022", "windows"),
    ] {
        assert_eq!(stated(text, system), None, "{text}");
    }
}
