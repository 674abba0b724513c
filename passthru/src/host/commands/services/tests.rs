use host_tree::MemoryTree;

use super::*;

#[test]
fn the_script_of_a_unit_is_looked_into() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        "/etc/systemd/system/prohibit_nouveau.service",
        "[Service]\nExecStart= /opt/prohibit_nouveau.sh\n",
    );
    tree.insert_file(
        "/opt/prohibit_nouveau.sh",
        "#!/bin/bash\nmodprobe -r nouveau\n",
    );
    let found = Services::read(&tree);
    assert_eq!(found.removals.len(), 1);
    assert_eq!(
        found.removals[0].evidence.place(),
        "/opt/prohibit_nouveau.sh:2"
    );
}

#[test]
fn ids_are_found_in_what_a_boot_runs() {
    let write = "echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id";
    for (path, text, place) in [
        ("/etc/rc.local", format!("#!/bin/sh\n{write}\n"), Some(2)),
        (
            "/boot/config/go",
            format!("#!/bin/bash\n{write}\n"),
            Some(2),
        ),
        ("/etc/rc.local", format!("#!/bin/sh\n# {write}\n"), None),
        ("/etc/rc.local", format!("{write}\n"), None),
        (
            "/etc/cron.d/vfio",
            format!("MAILTO=me\n@reboot root {write}\n"),
            Some(2),
        ),
        (
            "/etc/cron.d/vfio",
            format!("@reboot www-data {write}\n* * * * * root {write}\n"),
            None,
        ),
        (
            "/var/spool/cron/crontabs/root",
            format!("@reboot sleep 5; {write}\n"),
            Some(1),
        ),
        (
            "/etc/systemd/system/gpu.service",
            "[Service]\nExecStart=/bin/sh -c \"echo '10de 1b06' | tee \
                 /sys/bus/pci/drivers/vfio-pci/new_id\"\n"
                .to_owned(),
            Some(2),
        ),
    ] {
        let found = |text: &str| {
            let mut tree = MemoryTree::partial();
            tree.insert_file(path, text);
            Services::read(&tree).new_ids
        };
        let ids = found(&text);
        assert_eq!(
            ids.first().map(|fact| fact.evidence.place()),
            place.map(|number| format!("{path}:{number}")),
            "{text}"
        );
        assert!(ids.iter().all(|fact| fact.value.to_string() == "10de:1b06"));
        // As a capture records it.
        let kept = needed_lines(path, &text);
        assert_eq!(found(&kept), ids, "{kept}");
        assert!(
            !kept.contains("www-data") && !kept.contains("MAILTO"),
            "{kept}"
        );
        assert_eq!(needed_lines(path, &kept), kept);
    }
    let mut tree = MemoryTree::partial();
    tree.insert_file("/etc/crontab", "@reboot root /root/bind.sh quiet\n");
    tree.insert_file("/root/bind.sh", format!("#!/bin/sh\nsleep 3\n{write}\n"));
    let found = Services::read(&tree);
    assert_eq!(found.new_ids[0].evidence.place(), "/root/bind.sh:3");
    assert_eq!(found.files, ["/etc/crontab", "/root/bind.sh"]);
}

/// A captured text yields the same result as the original, and capturing it again does not
/// change it.
#[test]
fn any_text_is_kept_as_it_was_understood() {
    let words = [
        "#!/bin/sh",
        "@reboot",
        "root",
        "ExecStart=",
        "-",
        "modprobe",
        "-r",
        "nouveau",
        "echo",
        "10de 1b06",
        "0x10de 0x1b06",
        ">",
        "/sys/bus/pci/drivers/vfio-pci/new_id",
        "/sys/bus/pci/drivers/pci-stub/bind",
        "/sys/bus/pci/devices/0000:01:00.0/driver_override",
        "vfio-pci",
        "0000:01:00.0",
        ";",
        "&&",
        "|",
        "tee",
        "\"",
        "'",
        "#",
        "\n",
        "\n",
        "\t",
        "\u{e9}",
        "\\",
        "/opt/a.sh",
        "\r\n",
    ];
    let paths = [
        "/etc/rc.local",
        "/etc/crontab",
        "/var/spool/cron/root",
        "/etc/systemd/system/a.service",
    ];
    // Knuth's generator (The Art of Computer Programming, 3.3.4).
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..4000 {
        let path = paths[next(paths.len())];
        let mut text = String::new();
        for _ in 0..next(30) {
            text.push_str(words[next(words.len())]);
            text.push_str(["", " "][next(2)]);
        }
        let found = |text: &str| {
            let mut tree = MemoryTree::partial();
            tree.insert_file(path, text);
            let found = Services::read(&tree);
            (found.removals, found.new_ids, found.bindings)
        };
        let kept = needed_lines(path, &text);
        assert_eq!(found(&kept), found(&text), "{path}: {text:?} {kept:?}");
        assert_eq!(needed_lines(path, &kept), kept, "{path}: {text:?}");
    }
}

#[test]
fn removals_are_found_where_a_shell_finds_commands() {
    let drivers = |line: &str| -> Vec<String> { removals(line).map(|(_, d)| d).collect() };
    assert!(drivers("modprobe vfio-pci").is_empty());
    assert!(drivers("# modprobe -r nouveau").is_empty());
    assert!(drivers("echo modprobe -r nouveau").is_empty());
    assert_eq!(drivers("/sbin/modprobe --remove nvidia"), ["nvidia"]);
    assert_eq!(drivers("modprobe -rv nvidia"), ["nvidia"]);
    assert_eq!(drivers("rmmod -f i915 xe # both"), ["i915", "xe"]);
    assert_eq!(drivers("sleep 1 && modprobe -r nouveau"), ["nouveau"]);
    assert_eq!(drivers("/bin/sh -c \"modprobe -r nouveau\""), ["nouveau"]);
    assert_eq!(drivers("if true; then rmmod radeon; fi"), ["radeon"]);
}

#[test]
fn what_is_not_needed_is_not_kept() {
    let of_unit = |text: &str| needed_lines("/etc/systemd/system/a.service", text);
    let unit = "[Service]\nEnvironment=PASSWORD=hunter2\nExecStart=-/opt/a.sh --token=abc\n";
    assert_eq!(of_unit(unit), "\n\nExecStart=/opt/a.sh\n");
    assert_eq!(of_unit("ExecStart=TOKEN=abc run"), "ExecStart=\n");

    let of_script = |text: &str| needed_lines("/opt/a.sh", text);
    let script = "#!/bin/sh -e --token=abc\nexport TOKEN=abc\nmodprobe -r nouveau\n";
    assert_eq!(of_script(script), "#!\n\nmodprobe -r nouveau\n");
    for line in [
        "modprobe -r radeon # --token=abc",
        "modprobe -r radeon --token=abc",
        "modprobe -r radeon; curl --token=abc",
        "TOKEN=abc modprobe --remove radeon && TOKEN=abc run",
    ] {
        let kept = of_script(&format!("#!/bin/sh\n{line}\n"));
        assert_eq!(kept, "#!\nmodprobe -r radeon\n", "{line}");
        assert_eq!(of_script(&kept), kept);
    }
    assert_eq!(of_script("\u{7f}ELF TOKEN=abc\nmodprobe -r radeon\n"), "");
}

#[test]
fn the_evidence_of_a_capture_is_that_of_the_host() {
    let path = "/etc/systemd/system/a.service";
    let unit = "ExecStart=/bin/sh -c 'sleep 1; modprobe --remove nouveau i915'\n";
    let evidence = |text: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file(path, text);
        let found = Services::read(&tree).removals;
        found
            .into_iter()
            .map(|fact| fact.evidence)
            .collect::<Vec<_>>()
    };
    assert_eq!(evidence(unit).len(), 2);
    assert_eq!(evidence(unit), evidence(&needed_lines(path, unit)));
}
