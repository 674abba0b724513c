//! Pieces of files in texts.

use super::*;

fn found(text: &str) -> Vec<(String, String)> {
    let found = pieces("post.txt", text);
    found
        .into_iter()
        .map(|piece| (piece.path, piece.body))
        .collect()
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = files.iter();
    files
        .map(|(p, b)| ((*p).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn the_output_of_cat_is_a_file() {
    let text = "Here:\n```\nroot@pve:~# cat /etc/modules\n# a list\nvfio\n```\n[me@box ~]$ sudo \
                cat /etc/modprobe.d/vfio.conf\r\noptions vfio-pci ids=10de:1c03\r\nroot@pve:~# \
                ls\nx\nroot@pve:~# cat /etc/a\ncat: /etc/a: No such file or directory\n";
    let expected = [
        ("/etc/modules", "# a list\nvfio\n"),
        (
            "/etc/modprobe.d/vfio.conf",
            "options vfio-pci ids=10de:1c03\n",
        ),
    ];
    assert_eq!(found(text), owned(&expected));
}

#[test]
fn a_misspelled_line_is_of_the_file_that_cat_prints() {
    let text = "root@pve:~# cat /etc/modprobe.d/vfio.conf\n\
                option vfio-pci ids=10de:1c03\nvfio-pci disable_vga=1\nsoftdep: nouveau pre: vfio-pci\n\
                softdep nouveau pre: vfio-pci\nOption two would be ids=10de:1c03\n";
    let body = "option vfio-pci ids=10de:1c03\nvfio-pci disable_vga=1\n\
                softdep: nouveau pre: vfio-pci\nsoftdep nouveau pre: vfio-pci\n";
    assert_eq!(found(text), owned(&[("/etc/modprobe.d/vfio.conf", body)]));
}

#[test]
fn an_assignment_may_be_wrapped() {
    let text = "In /etc/default/grub:\n> GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\n> \
                iommu=pt\n> video=efifb:off\"\nthat is all\nGRUB_CMDLINE_LINUX=\"never closed\n\
                and so on\n";
    let whole = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on iommu=pt video=efifb:off\"\n";
    assert_eq!(found(text), owned(&[("/etc/default/grub", whole)]));
}

#[test]
fn files_of_the_kernel_have_their_places() {
    let device = "/sys/bus/pci/devices/0000:01:00.0";
    let text = format!(
        "$ cat {device}/reset_method\nflr bus\nand then\n$ cat \
         /sys/devices/pci0000\\:00/0000\\:00\\:01.0/0000\\:01\\:00.1/power_state\nD3cold\n\
         $ grep . {device}/d3cold_allowed {device}/boot_vga\n{device}/d3cold_allowed:1\n\
         {device}/boot_vga:0\n$ cat {device}/rom\ncat: {device}/rom: Input/output error\n\
         {device}: it does not work\n"
    );
    let expected = [
        (format!("{device}/reset_method"), "flr bus\n"),
        (
            "/sys/bus/pci/devices/0000:01:00.1/power_state".to_owned(),
            "D3cold\n",
        ),
        (format!("{device}/d3cold_allowed"), "1\n"),
        (format!("{device}/boot_vga"), "0\n"),
    ];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(p, b)| (p.as_str(), *b)).collect();
    assert_eq!(found(&text), owned(&expected));
}

#[test]
fn the_prompt_of_root_may_be_a_hash_alone() {
    let text = "# cat /proc/cmdline\nquiet amd_iommu=on\n# dmesg | grep -i vfio\nx\n# cat \
                /etc/modules\n# a list\nvfio\n# of them\n";
    let expected = [
        ("/proc/cmdline", "quiet amd_iommu=on\n"),
        ("/etc/modules", "# a list\nvfio\n# of them\n"),
    ];
    assert_eq!(found(text), owned(&expected));
}

#[test]
fn a_file_ends_where_its_format_ends() {
    let text = "$ cat /etc/default/grub\nGRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX=\"quiet\"\nand then \
                I ran update-grub\n$ cat /etc/modprobe.d/vfio.conf\noptions vfio-pci \
                ids=10de:1c03\nThe options are all right, I think\n";
    let expected = [
        (
            "/etc/default/grub",
            "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX=\"quiet\"\n",
        ),
        (
            "/etc/modprobe.d/vfio.conf",
            "options vfio-pci ids=10de:1c03\n",
        ),
    ];
    assert_eq!(found(text), owned(&expected));
}

#[test]
fn two_outputs_of_one_path_do_not_join() {
    let text = "$ cat /etc/modules\nvfio\n$ cat /etc/modules\nvfio\nvfio_pci\n";
    assert_eq!(found(text), owned(&[("/etc/modules", "vfio\nvfio_pci\n")]));
    let grub = "In /etc/default/grub it was:\nGRUB_CMDLINE_LINUX=\"quiet\"\nnow it is\n\
                GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n";
    let expected = [(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n",
    )];
    assert_eq!(found(grub), owned(&expected));
}

#[test]
fn a_heading_counts_up_to_the_next_words() {
    let heading = "/etc/modprobe.d/vfio.conf:\noptions vfio-pci ids=10de:1c03\n\n";
    let (options, list) = ("options vfio-pci ids=10de:1c03\n", "blacklist i915\n");
    let expected = [("/etc/modprobe.d/vfio.conf", format!("{options}{list}"))];
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(found(&format!("{heading}{list}")), owned(&expected));
    for words in ["Blacklist:\n", "黑名单：\n"] {
        let expected = [
            ("/etc/modprobe.d/vfio.conf", options),
            ("/etc/modprobe.d/pasted.conf", list),
        ];
        assert_eq!(
            found(&format!("{heading}{words}{list}")),
            owned(&expected),
            "{words}"
        );
    }
}

#[test]
fn lines_count_wherever_they_are() {
    let text = "I added `blacklist nouveau` first. My /etc/modprobe.d/vfio.conf:\n\n> options \
                vfio-pci ids=10de:1c03\n\nand the VM\n- hostpci0: 01:00,pcie=1\n- machine: \
                q35\nwhich does not start, bios: F10 of the board\n";
    let expected = [
        ("/etc/modprobe.d/pasted.conf", "blacklist nouveau\n"),
        (
            "/etc/modprobe.d/vfio.conf",
            "options vfio-pci ids=10de:1c03\n",
        ),
        (
            "/etc/pve/qemu-server/0.conf",
            "hostpci0: 01:00,pcie=1\nmachine: q35\n",
        ),
    ];
    assert_eq!(found(text), owned(&expected));
    let prose = "The machine: a Z440. My cpu: Xeon, memory: 64 GB. I have no options left.\n\
                 softdep is what I tried, and update-grub.\n";
    assert_eq!(found(prose), []);
}

#[test]
fn commands_that_write_are_files() {
    let text = "$ echo \"options vfio-pci ids=10de:1c03\" | sudo tee /etc/modprobe.d/vfio.conf\n\
                echo vfio >> /etc/modules\necho vfio_pci >> /etc/modules\ncat > \
                /etc/modprobe.d/b.conf <<EOF\nblacklist nouveau\n# it stays\nEOF\nThanks\n";
    let expected = [
        (
            "/etc/modprobe.d/vfio.conf",
            "options vfio-pci ids=10de:1c03\n",
        ),
        ("/etc/modules", "vfio\nvfio_pci\n"),
        ("/etc/modprobe.d/b.conf", "blacklist nouveau\n# it stays\n"),
    ];
    assert_eq!(found(text), owned(&expected));
}

#[test]
fn elements_hostdev_are_read_without_their_domain() {
    let element = "<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n<address \
                   domain='0' bus='1' slot='0' function='0'/>\n</source>\n</hostdev>\n";
    let whole = format!("<domain><devices>\n{element}</devices></domain>\n");
    let path = |number: &str| format!("/etc/libvirt/qemu/pasted{number}.xml");
    let text = format!(
        "I have\n{element}and on the other\n> {}",
        element.replace('\n', "\n> ")
    );
    assert_eq!(
        found(&text),
        [(path(""), whole.clone()), (path("-1"), whole.clone())]
    );
    let cut = "<hostdev mode='subsystem' type='pci'>\n<source>\nand so on\n";
    assert_eq!(found(cut), []);
    // The elements before the one that is cut.
    assert_eq!(found(&format!("{element}{cut}")), [(path(""), whole)]);
}

#[test]
fn the_new_side_of_a_diff_counts() {
    let text = "--- a/grub\n+++ b/grub\n@@ -1 +1 @@\n-GRUB_CMDLINE_LINUX=\"quiet\"\n\
                +GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n";
    let expected = [(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n",
    )];
    assert_eq!(found(text), owned(&expected));
}

#[test]
fn a_block_of_a_diff_has_its_new_side_only() {
    let line = "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet";
    let text = format!("Add it:\n```diff\n- {line}\n+ {line} iommu=pt\n```\n");
    assert_eq!(
        found(&text),
        owned(&[("/etc/kernel/cmdline", format!("{line} iommu=pt\n").as_str())])
    );
    // Another block, and a list.
    let text = format!("```\n- {line}\n```\n");
    assert_eq!(
        found(&text),
        owned(&[("/proc/cmdline", format!("{line}\n").as_str())])
    );
}

#[test]
fn other_paths_are_none_of_a_host() {
    for path in [
        "/home/me/a",
        "/etc/",
        "/etc//a",
        "/etc/../root/x",
        "/etc/modprobe.d/*",
        "a",
    ] {
        let text = format!("$ cat {path}\nsomething\n");
        assert_eq!(found(&text), [], "{path}");
    }
}
