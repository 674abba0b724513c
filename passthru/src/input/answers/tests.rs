use super::*;

fn found(text: &str) -> Vec<(&'static str, usize, bool)> {
    directories(text)
        .iter()
        .map(|(path, listing)| (*path, listing.names.len(), listing.complete))
        .collect()
}

#[test]
fn what_ls_printed_is_a_directory() {
    let class = "/sys/class/iommu";
    let tables = "/sys/firmware/acpi/tables";
    let typed = "root@pve:~# ls /sys/class/iommu\ndmar0  dmar1\nroot@pve:~# ls -1 \
                     /sys/firmware/acpi/tables/\nAPIC\nFACP\nSSDT10\ndynamic\nthe DMAR is missing\n";
    assert_eq!(found(typed), [(class, 2, true), (tables, 4, true)]);
    assert_eq!(found("dmar0\n"), [(class, 1, false)]);
    for (filter, count) in [
        ("tr '\\n' ' '", 2),
        ("sort", 2),
        ("xargs", 2),
        ("head -2", 0),
    ] {
        let piped = format!("root@pve:~# ls {tables} | {filter}\nAPIC FACP\n");
        let expected = [(tables, 2, true)];
        let whole = found(&piped).into_iter().filter(|(.., whole)| *whole);
        assert_eq!(
            whole.collect::<Vec<_>>(),
            expected.get(..count / 2).unwrap(),
            "{piped}"
        );
    }
    let efi = "$ ls -la /sys/firmware/efi\ntotal 0\ndrwxr-xr-x 2 root root 0 Jan 1 10:00 \
                   efivars\n-r--r--r-- 1 root root 4096 Jan 1 10:00 fw_platform_size\n";
    assert_eq!(found(efi), [("/sys/firmware/efi", 2, true)]);
    let booted = "BootCurrent: 0001\nBootOrder: 0001,0000\n";
    assert_eq!(found(booted), [("/sys/firmware/efi", 1, false)]);
    assert_eq!(found("my BootCurrent: 0001\n"), []);
    let none = "ls: cannot access '/sys/firmware/efi': No such file or directory\n";
    assert_eq!(absent(none), ["/sys/firmware/efi"]);
    assert_eq!(absent("ls: /root: No such file or directory\n"), [""; 0]);
    assert_eq!(found("APIC  DMAR  FACP  data\n"), [(tables, 4, false)]);
    for text in [
        "",
        "APIC DMAR\n",
        "root@pve:~# ls /sys/class/iommu\nroot@pve:~# ls /sys/class/iommu | grep x\ndmar0\n",
        "dmar0 is there\n",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
