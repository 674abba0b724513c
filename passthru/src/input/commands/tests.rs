use super::*;

fn text(command: &str) -> Option<(String, String, bool)> {
    match written(command)? {
        Written::Text {
            path,
            body,
            appended,
        } => Some((path, body, appended)),
        Written::Here { path, end } => Some((path, end, false)),
    }
}

#[test]
fn commands_that_write_are_read() {
    let file = "/etc/modprobe.d/vfio.conf";
    let ids = "options vfio-pci ids=10de:1b80";
    for (command, appended) in [
        (format!("echo \"{ids}\" > {file}"), false),
        (format!("echo '{ids}' >> {file}"), true),
        (format!("echo {ids} >> {file}"), true),
        (format!("echo \"{ids}\" | sudo tee {file}"), false),
        (format!("echo \"{ids}\" | tee -a {file}"), true),
        (format!("sh -c 'echo {ids} > {file}'"), false),
    ] {
        let wanted = Some((file.to_owned(), ids.to_owned(), appended));
        assert_eq!(text(&command), wanted, "{command}");
    }
    let wanted = Some((file.to_owned(), "EOF".to_owned(), false));
    assert_eq!(text(&format!("cat > {file} << 'EOF'")), wanted);
    assert_eq!(text(&format!("cat <<EOF >{file}")), wanted);
    let (path, body, _) = text("qm set 101 -hostpci0 01:00,pcie=1 --machine q35").unwrap();
    assert_eq!(path, "/etc/pve/qemu-server/101.conf");
    assert_eq!(body, "hostpci0: 01:00,pcie=1\nmachine: q35\n");
    for command in [
        "echo hello",
        "echo 1 > /sys/bus/pci/rescan",
        "cat /etc/modules",
        "qm set 1 --name x",
        "echo x > /etc/../a",
        "echo \"x",
    ] {
        assert_eq!(text(command), None, "{command}");
    }
}

#[test]
fn settings_inside_a_sentence_are_found() {
    let line = "I have GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\" and `blacklist nouveau` \
                    plus options vfio-pci ids=10de:1b80,10de:10f0 disable_vga=1, nothing else.";
    let found = quoted_in(line);
    for wanted in [
        "blacklist nouveau",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"",
        "options vfio-pci ids=10de:1b80,10de:10f0 disable_vga=1",
    ] {
        assert!(found.contains(&wanted), "{found:?}");
    }
    for advice in [
        "`softdep nouveau pre: vfio-pci` 不可靠",
        "Do not use `softdep nouveau pre: vfio-pci`",
    ] {
        assert!(quoted_in(advice).is_empty(), "{advice}");
    }
}
