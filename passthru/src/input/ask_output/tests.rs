use super::*;

#[test]
fn each_part_goes_to_its_place() {
    let text = "My host:\nroot@pve:~# sh -c ': passthru ask;c esxcli x;\nqm;: end of passthru ask'\n\
                    > ===== passthru: uname -r =====\n> 6.8.12-9-pve\n\
                    ===== passthru: cat /etc/modules =====\n# one\nvfio\n\
                    ===== passthru: cat /etc/default/grub =====\n\
                    cat: /etc/default/grub: No such file or directory\n\
                    ===== passthru: ls -1 /etc/modprobe.d =====\na.conf\nb.conf\n\
                    ===== passthru: ls -1 /sys/class/iommu =====\n\n\
                    ===== passthru: ls -1d /usr/bin/dracut =====\n/usr/bin/dracut\n\
                    ===== passthru: ls -1 /efi =====\n\
                    ls: cannot access '/efi': No such file or directory\n\
                    ===== passthru: cat /etc/shadow =====\ncat: /etc/shadow: Permission denied\n\
                    ===== passthru: end =====\nThanks\n";
    let (rest, parts) = split(text);
    let kept: Vec<&str> = rest.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(kept, ["My host:", "Thanks"]);
    assert_eq!(rest.lines().count(), text.lines().count());
    let mut tree = MemoryTree::partial();
    for part in &parts {
        place(part, &mut tree);
    }
    assert_eq!(tree.texts().len(), 1);
    assert_eq!(tree.texts()[0].text, "6.8.12-9-pve\n");
    let file = tree.read_text("/etc/modules").found();
    assert_eq!(file.as_deref(), Some("# one\nvfio\n"));
    assert!(tree.read("/etc/default/grub").is_absent());
    assert!(tree.list("/efi").is_absent());
    assert!(matches!(tree.read("/etc/shadow"), Lookup::Unreadable(_)));
    let list = |path: &str| tree.list(path).found().unwrap();
    assert_eq!(list("/etc/modprobe.d").names, ["a.conf", "b.conf"]);
    assert!(list("/etc/modprobe.d").complete && !list("/usr/bin").complete);
    assert!(list("/sys/class/iommu").names.is_empty());
    assert_eq!(list("/usr/bin").names, ["dracut"]);
}

#[test]
fn other_texts_stay_as_they_are() {
    for text in [
        "",
        "x\n",
        "===== a =====\n",
        "say ===== passthru: x =====\n",
    ] {
        let (rest, parts) = split(text);
        assert_eq!((&*rest, parts.len()), (text, 0));
    }
}
