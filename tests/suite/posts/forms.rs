//! Lines in the forms that posts give them: quoted, wrapped, escaped, between prose.

use super::{codes, findings, guide};

/// Markdown's marks around a copied line are not part of its text.
#[test]
fn an_error_may_be_code_or_a_quotation() {
    let error = "vfio 0000:01:00.0: group 1 is not viable";
    for text in [
        format!("`qemu-system-x86_64: -device vfio-pci,host=01:00.0: {error}\nPlease ensure`\n"),
        format!("`{error}`\n"),
        format!("> {error}\n"),
    ] {
        assert!(codes(&text).contains(&"group-not-viable"), "{text}");
    }
    let sentence = format!("`{error}` is what others get.\n$ uname -r\n6.8.12-9-pve\n");
    assert!(!codes(&sentence).contains(&"group-not-viable"));
}

/// Notes name the case in which a message occurs.
#[test]
fn a_message_of_a_case_is_none_of_the_host() {
    let error = "VFIO device assignment is currently not supported on this system";
    let shown =
        format!("error: Failed to start domain\nerror: unsupported configuration: {error}\n");
    assert!(codes(&shown).contains(&"hypervisor-without-iommu"));
    let note =
        format!("- `/sys/kernel/iommu_groups/` 不存在时，`virsh nodedev-detach` 报 `{error}`。\n");
    assert!(!codes(&note).contains(&"hypervisor-without-iommu"));
}

/// A person joins the head and the driver of a record.
#[test]
fn a_driver_on_the_line_of_its_function_counts() {
    let post = "01:00.0 ... [10de:1be1]  Kernel driver in use: vfio-pci\n\
                2025-07-18 09:15:01,476 INFO helpers: Device 0000:01:00.0 is in IOMMU group 22\n";
    let found = codes(post);
    assert!(
        found.contains(&"bound-to-vfio") && found.contains(&"iommu-on"),
        "{found:?}"
    );
    assert!(!found.contains(&"driver-not-shown"), "{found:?}");
    let other = post.replace("Device 0000", "If 0000");
    assert!(!codes(&other).contains(&"iommu-on"), "{other}");
}

/// lspci prints one name for one ID.
#[test]
fn functions_with_other_names_have_other_ids() {
    let code = "duplicate-ids-not-shown";
    let post = |name: &str| {
        let made = "USB controller: Advanced Micro Devices, Inc. [AMD]";
        format!("hostpci0: 2c:00.3\n\n03:00.0 {made} Device 43d0 (rev 01)\n2c:00.3 {made} {name}\n")
    };
    assert!(!codes(&post("USB 3.0 Host controller")).contains(&code));
    for same in ["Device 43d0 (rev 02)", "Device 43…"] {
        assert!(codes(&post(same)).contains(&code), "{same}");
    }
}

/// QEMU opens a group after the kernel has called the group viable.
#[test]
fn a_message_of_qemu_proves_the_state_of_a_group() {
    let line = "qemu-system-x86_64: -device vfio-pci,host=0000:04:00.1: vfio 0000:04:00.1: ";
    let viable = "failed to setup container for group 37: Failed to set group container: \
                  Operation not permitted\n";
    let found = codes(&format!("{line}{viable}"));
    assert!(found.contains(&"vfio-container-group-refused"), "{found:?}");
    for code in ["driver-not-shown", "group-members-not-shown"] {
        assert!(!found.contains(&code), "{found:?}");
    }
    let file = "failed to open /dev/vfio/37: Permission denied\n";
    let found = codes(&format!("{line}{file}"));
    assert!(found.contains(&"group-members-not-shown"), "{found:?}");
    assert!(!found.contains(&"driver-not-shown"), "{found:?}");
    // QEMU before 2.8 adds the second line to any failure of a group.
    let old = "vfio: error, group 37 is not viable\n";
    let of_old =
        "qemu-system-x86_64: -device vfio-pci,host=04:00.1: vfio: failed to get group 37\n";
    let found = codes(&format!("{of_old}{old}"));
    assert!(found.contains(&"driver-not-shown"), "{found:?}");
    let absent = "failed to open /dev/vfio/37: No such file or directory\n";
    let found = codes(&format!("{line}{absent}"));
    assert!(found.contains(&"driver-not-shown"), "{found:?}");
}

/// Of a function whose ID is cut, no one can say that ids= lacks it.
#[test]
fn a_cut_id_is_not_missing_from_a_list() {
    let post = |id: &str| {
        format!(
            "$ lspci -nn | grep AMD\n01:00.0 VGA compatible controller [0300]: AMD Caicos [1002:6771]\n\
             01:00.1 Audio device [0403]: AMD Caicos HDMI Audio {id}\n\n/etc/modprobe.d/vfio.conf\n```\n\
             options vfio-pci ids=1002:6771,1002:aa98\n```\n"
        )
    };
    let code = "vfio-ids-missing-function";
    assert!(!codes(&post("[1002:a...")).contains(&code));
    assert!(codes(&post("[1002:aa97]")).contains(&code));
}

/// A host of bhyve runs FreeBSD: what lspci says of drivers is of its guest.
#[test]
fn a_record_that_is_cut_is_cut_in_a_quotation_too() {
    let cut = "```\nroot@a:~# lspci -nnk -d 10de:\n01:00.0 VGA compatible controller [0300]: NVIDIA \
               Corporation TU116 [10de:21c4] (rev a1)\n        Subsystem: ASUSTeK [1043:877f]\n        \
               Ker\n";
    let quoted: String = cut.lines().map(|line| format!("> {line}\n")).collect();
    for post in [cut.to_owned(), quoted.clone(), format!("{quoted}> \n")] {
        let found = codes(&post);
        assert!(found.contains(&"driver-not-shown"), "{post}: {found:?}");
        assert!(!found.contains(&"driver-not-bound"), "{post}");
    }
}

#[test]
fn an_option_in_a_line_of_code_and_a_group_without_a_file() {
    let post = "I get\n```\nqemu-system-x86_64: -device vfio-pci,host=0000:00:02.0: vfio 0000:00:02.0: \
                failed to open /dev/vfio/1: No such file or directory\n```\nMy /etc/default/grub:\n\n\
                `GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on vfio-pci-ids=8086:9a60\"`\n\n\
                ```\n$ dmesg | grep -e DMAR\n[    0.033906] DMAR: IOMMU enabled\n```\n";
    let found = codes(post);
    for code in [
        "vfio-group-file-missing",
        "vfio-option-misspelled",
        // A function has a group only with an IOMMU, or where VFIO's option creates one.
        "iommu-on",
    ] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
    let unsafe_mode = format!("{post}\nvfio.enable_unsafe_noiommu_mode=1\n");
    assert!(!codes(&unsafe_mode).contains(&"iommu-on"));
    let post = &post.replace("failed to open /dev/vfio/1", "the device is not there");
    // The line that guides have people look for is printed where VT-d is off, too.
    let title = |post: &str| {
        let found = findings(post)
            .into_iter()
            .find(|f| f.code == "iommu-not-shown");
        found.map_or_else(String::new, |finding| finding.title.to_string())
    };
    assert!(
        title(post).contains("VT-d is disabled in the firmware"),
        "{}",
        title(post)
    );
    let table = "[    0.069581] DMAR-IR: IOAPIC id 2 under DRHD base  0xfed91000 IOMMU 0\n";
    let with_table = post.replace("enabled\n", &format!("enabled\n{table}"));
    assert!(
        !title(&with_table).contains("firmware"),
        "{}",
        title(&with_table)
    );
}

#[test]
fn the_prompt_of_root_may_be_a_hash_alone() {
    let post = "Unraid 7.2\n# cat /proc/cmdline\namd_iommu=on vfio-pci.ids=10de:2805\n# dmesg | grep \
                -i vfio\n[    1.000000] vfio_pci: add [10de:2805[ffffffff:ffffffff]] class \
                0x000000/00000000\n";
    assert!(codes(post).contains(&"amd-iommu-on"), "{:?}", codes(post));
}

/// The kernel's answer to a write says nothing without the file, which the command names.
#[test]
fn a_refused_write_is_judged_by_its_file() {
    for (write, error, code) in [
        (
            "echo 4 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs",
            "No such file or directory",
            "sriov-not-offered",
        ),
        (
            "echo 99 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs",
            "Numerical result out of range",
            "sriov-more-vfs-than-supported",
        ),
        (
            "echo 0000:05:00.0 > /sys/bus/pci/drivers/vfio-pci/bind",
            "Invalid argument",
            "vfio-bind-without-group",
        ),
        (
            "echo 0000:05:00.0 > /sys/bus/pci/drivers/igb/unbind",
            "No such device",
            "unbind-not-bound",
        ),
        (
            "echo 8086:1533 > /sys/bus/pci/drivers/vfio-pci/new_id",
            "Invalid argument",
            "new-id-malformed",
        ),
        (
            "echo 0 > /sys/class/vtconsole/vtcon1/bind",
            "No such device",
            "vtconsole-missing",
        ),
    ] {
        let post = format!("root@box:~# {write}\n-bash: echo: write error: {error}\n");
        let found = findings(&post);
        let one = found.iter().find(|finding| finding.code == code);
        let one = one.unwrap_or_else(|| panic!("{write}: {found:#?}"));
        assert!(!one.evidence.is_empty(), "{write}");
    }
}

/// A post that was copied from the source of a page, or out of Markdown.
#[test]
fn escapes_of_pages_and_markdown_change_nothing() {
    let plain = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)
\tKernel driver in use: vfio-pci

GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"

Error starting domain: vfio 0000:01:00.0: group 1 is not viable <1>
";
    let wanted = codes(plain);
    assert!(wanted.contains(&"group-not-viable") && wanted.contains(&"amd-iommu-on"));
    let page = plain.replace('"', "&quot;").replace('<', "&lt;");
    let page = page.replace('>', "&gt;");
    let mut markdown = String::new();
    for letter in plain.chars() {
        if "_*[]<>".contains(letter) {
            markdown.push('\\');
        }
        markdown.push(letter);
    }
    assert_eq!(codes(&page), wanted, "{page}");
    assert_eq!(codes(&markdown), wanted, "{markdown}");
}

/// Prompts without a user: of a shell of its own, of a recovery system, of an appliance.
#[test]
fn a_prompt_needs_no_user() {
    for prompt in ["bash-5.1#", "bash#", "nas:/etc#", "~ #", "sh-4.4#"] {
        let post = format!("{prompt} cat /proc/cmdline\nquiet splash amd_iommu=on iommu=pt\n");
        assert!(codes(&post).contains(&"amd-iommu-on"), "{prompt}");
    }
}

/// An assignment ends at its quotation mark, also where prose follows without a blank.
#[test]
fn prose_after_an_assignment_is_not_an_option() {
    let text = "修改/etc/default/grub\n\
                GRUB_CMDLINE_LINUX_DEFAULT=\"quiet pci-stub.ids=10de:2203\"或者\
                GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2203\"\n";
    let host = guide(text);
    let options = host.settings().kernel_options.iter();
    let texts: Vec<&str> = options.map(|option| option.text.as_str()).collect();
    assert!(texts.contains(&"pci-stub.ids=10de:2203"), "{texts:?}");
    assert!(texts.iter().all(|text| text.is_ascii()), "{texts:?}");
}

/// Lists of scripts have the driver at the end of the line.
#[test]
fn a_driver_after_its_function_is_read() {
    let list = "Group:  16  0000:0a:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116 \
                [10de:21c4] (rev a1)   Driver: vfio-pci\n\
                Group:  17  0000:0b:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP107 \
                [10de:1c82] (rev a1)   Driver: nouveau\n";
    let found = codes(list);
    for code in ["bound-to-vfio", "display-kept"] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

/// The parts of a table drawn with lines.
#[test]
fn a_drawn_table_of_freebsd_is_read() {
    let table = "# hoster passthru list\n\
                 │ PPT Device │ PCI ID Raw  │ Type        │ Bhyve PCI ID │ Status               │\n\
                 │ ppt0       │ pci0:1:0:0: │ display/VGA │ 1/0/0        │ In use by: test-vm-1 │\n";
    let found = codes(table);
    assert!(found.contains(&"bound-for-guests"), "{found:?}");
    assert!(!found.contains(&"iommu-not-shown"), "{found:?}");
}

/// A message that goes on in the next line is read whole.
#[test]
fn a_wrapped_message_is_the_same_message() {
    let whole = "failed to reset PCI device '0000:7b:00.0', but trying to continue as not all devices need a reset\n";
    let wrapped = "failed to reset PCI device '0000:7b:00.0', but trying to continue as not\nall devices need a reset\n";
    assert_eq!(codes(whole), codes(wrapped));
}

/// The text of a forum has a configuration file, and is none.
#[test]
fn output_after_a_configuration_is_read() {
    let config = "bios: ovmf\nhostpci0: 0000:03:00.0,pcie=1\nmachine: q35\n\n";
    let listing = "03:00.0 VGA compatible controller [0300]: AMD Navi 22 [1002:73df] (rev c1)\n\
                   \tKernel driver in use: vfio-pci\n";
    let found = codes(&format!("My VM config:\n\n{config}{listing}"));
    assert!(found.contains(&"bound-to-vfio"), "{found:?}");
    assert!(found.contains(&"guest-functions-assigned"), "{found:?}");
}
