use super::*;

#[test]
fn a_text_names_the_distribution_of_its_host() {
    for (text, name) in [
        ("### Operating System\n\nManjaro\n\n### Kernel\n", "Manjaro"),
        ("- **OS**: Ubuntu 22.04.3 LTS x86_64\n", "Ubuntu 22.04.3"),
        ("OS Host : Ubuntu\n", "Ubuntu"),
        ("Distro: fedora 41 (KDE)\n", "Fedora 41"),
        (
            "I'm running Ubuntu 24.04, have IOMMU enabled, and a Windows VM.\n",
            "Ubuntu 24.04",
        ),
        ("操作系统：Debian 12\n", "Debian 12"),
        ("Distro: Arch\n", "Arch Linux"),
        (
            "* Distribution: Debian\n* Distribution version: 12\n",
            "Debian 12",
        ),
        (
            "With KVM, the host and guest OS are both Ubuntu 16.04, and\n",
            "Ubuntu 16.04",
        ),
        ("Description:\tUbuntu 20.04.1 LTS\n", "Ubuntu 20.04.1"),
        ("Description: Ubuntu 20.04.1 LTS\n", "Ubuntu 20.04.1"),
        ("| **Host OS** | Fedora 44 |\n", "Fedora 44"),
        ("Ubuntu Server 24.04\n", "Ubuntu 24.04"),
        ("Using Garuda Linux on a laptop.\n", "Garuda Linux"),
        (
            "A script for one node\nunder Ubuntu 22.04 LTS.\n",
            "Ubuntu 22.04",
        ),
        ("* Xubuntu 15.04\n", "Xubuntu 15.04"),
        (
            "When running start_vm.sh (Fedora 30) I get an error.\n",
            "Fedora 30",
        ),
        (
            "A VM fails at its second start. The host is CentOS 8.3 running 4.18.\n",
            "CentOS 8.3",
        ),
        (
            "J'ai une machine sous Debian 11 avec un Ryzen.\n",
            "Debian 11",
        ),
        (
            "With (Arch Linux + a kernel of mine) as host I pass a card through. It works.\n",
            "Arch Linux",
        ),
        (
            "I have qemu-kvm on ubuntu 11.10 on a laptop.\n",
            "Ubuntu 11.10",
        ),
    ] {
        assert_eq!(of_text(text).as_deref(), Some(name), "{text}");
    }
    for none in [
        "My VM is running Ubuntu 24.04.\n",
        "I am running an Ubuntu 24.04 VM.\n",
        "I'm running Ubuntu 24.04 VM on it\n",
        "Operating System: Windows 11\n",
        "Arch: x86_64\n",
        "I use arch wiki pages\n",
        "Guest OS: Ubuntu 22.04\n",
        "The latest Ubuntu has this fault.\n",
        "running Debianish things\n",
        "The driver works on Ubuntu.\n",
        "Guests:\n- Ubuntu 22.04\n",
        "I have Ubuntu 20.04 ISO images.\n",
        "The VM runs on Ubuntu 22.04.\n",
        "The same failure on the `Debian 13.1 cloud` image.\n",
        "Name: web\nDescription: Debian 13 with a card\n",
        "Una máquina virtual con Ubuntu 22.04 no arranca.\n",
        "I set up virtual machines on ubuntu 16.04.\n",
        "Another system (Ubuntu 22.04) works.\n",
        "Using Arch Linux wiki pages I set it up.\n",
    ] {
        assert_eq!(of_text(none), None, "{none}");
    }
}

#[test]
fn the_release_of_the_kernel_names_it_first() {
    let texts = [CommandText::new("t", "OS: Ubuntu\n")];
    let named = |release| read(&texts, release);
    assert_eq!(named(Some("6.12.11-1-MANJARO")).as_deref(), Some("Manjaro"));
    assert_eq!(named(Some("6.8.0-45-generic")).as_deref(), Some("Ubuntu"));
    assert_eq!(named(None).as_deref(), Some("Ubuntu"));
}

#[test]
fn the_kernel_names_the_distribution_that_built_it() {
    let named = |text: &str, release: &str| {
        let text = CommandText::new("t", text);
        read(&[text], Some(release))
    };
    for (text, release, name) in [
        (
            "Linux book1 5.11.0-25-generic #27~20.04.1-Ubuntu SMP Tue\n",
            "5.11.0-25-generic",
            Some("Ubuntu 20.04"),
        ),
        (
            "Linux book1 5.4.0-90-generic #101-Ubuntu SMP Fri\n",
            "5.4.0-90-generic",
            Some("Ubuntu"),
        ),
        ("root@debian:~# lspci\n", "5.10.0-13-amd64", Some("Debian")),
        ("root@pc:~# lspci\n", "5.10.0-13-amd64", None),
        ("[me@nixos:~]$ lspci\n", "6.8.1-zen", Some("NixOS")),
        ("root@iStoreOS:~# dmesg\n", "6.6.93", Some("iStoreOS")),
        ("root@debian:~# lspci\n", "6.8.12-4-pve", None),
    ] {
        assert_eq!(named(text, release).as_deref(), name, "{text}");
    }
}
