//! `passthru convert`: a machine of one hypervisor for another.

use testkit::Scratch;

use crate::command::passthru;

const CONFIG: &str = "examples/hosts/proxmox-gtx650/after/etc/pve/qemu-server/105.conf";
const HOST: &str = "examples/hosts/proxmox-gtx650/after";

#[test]
fn a_whole_slot_is_named_function_by_function_where_the_host_is_shown() {
    let run = passthru(&["convert", CONFIG, "--to", "libvirt", "--root", HOST]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert!(run.out.contains("<name>vm-105</name>"), "{}", run.out);
    assert_eq!(run.out.matches("<hostdev ").count(), 2, "{}", run.out);
    assert!(
        run.out
            .contains("<rom file='/usr/share/vgabios/vbios.rom'/>")
    );
    assert!(
        run.out
            .contains("\nrun:\n  virsh define --validate --file vm-105.xml\n")
    );
    // Without the host only function 0 is known, with a note.
    let run = passthru(&["convert", CONFIG, "--to", "libvirt"]);
    assert_eq!(run.out.matches("<hostdev ").count(), 1);
    assert!(
        run.out.contains("functions of 0000:02:00 but function 0"),
        "{}",
        run.out
    );
}

#[test]
fn the_json_form_has_why_each_line_is_there() {
    let run = passthru(&["convert", CONFIG, "--to", "qemu", "--root", HOST, "--json"]);
    let document = run.json();
    assert_eq!(document["schema"], "passthru-conversion/1");
    assert_eq!(
        (&document["from_format"], &document["to_format"]),
        (&"proxmox".into(), &"qemu".into())
    );
    let lines = document["files"][0]["lines"].as_array().unwrap();
    let device = lines.iter().find(|line| {
        let text = line["text"].as_str().unwrap();
        text.contains("vfio-pci") && !text.starts_with('#')
    });
    let device = device.unwrap();
    assert!(device["purpose"].as_str().unwrap().contains("0000:02:00.0"));
    assert_eq!(device["versions"], "QEMU 6.2 and later");
}

#[test]
fn a_file_is_written_and_other_texts_are_refused() {
    let scratch = Scratch::new();
    let out = scratch.path().join("win.xml");
    let path = out.to_str().unwrap();
    let run = passthru(&[
        "convert", CONFIG, "--to", "libvirt", "--root", HOST, "-o", path,
    ]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(!run.out.contains("<domain"));
    let back = passthru(&["convert", path, "--to", "proxmox", "--vm", "105"]);
    let entry = "hostpci0: 0000:02:00.0;0000:02:00.1,pcie=1,romfile=vbios.rom";
    let entry = entry.replace(",pcie=1", "");
    assert!(back.out.contains(&entry), "{}", back.out);

    let text = scratch.file("a.txt", b"hello");
    let binary = scratch.file("a.bin", b"a\xff\xfe");
    for (words, part) in [
        (
            vec!["convert", &text, "--to", "libvirt"],
            "expected the configuration of",
        ),
        (
            vec!["convert", &binary, "--to", "libvirt"],
            "expected the configuration of a virtual machine, found data that is not text at byte 1",
        ),
        (vec!["convert", CONFIG, "--to", "vmware"], "unknown format"),
        (vec!["convert", CONFIG], "--to"),
        (vec!["convert", "none.conf", "--to", "qemu"], "none.conf"),
    ] {
        let run = passthru(&words);
        assert_eq!(run.status, 2, "{words:?}");
        assert!(run.err.contains(part), "{}", run.err);
    }
    // The target requires a value that is not in the input.
    let run = passthru(&["convert", CONFIG, "--to", "esxi"]);
    assert_eq!(run.status, 1);
    assert!(
        run.err.contains("needs the vendor and device id"),
        "{}",
        run.err
    );
}

#[test]
fn a_hosts_list_and_a_machine_of_another_kind_become_each_other() {
    let scratch = Scratch::new();
    let nova = scratch.file(
        "nova.conf",
        b"[pci]\ndevice_spec = {\"address\": \"0000:01:00.0\"}\n",
    );
    let run = passthru(&["convert", &nova, "--to", "libvirt"]);
    assert!(
        run.err.contains("needs the amount of memory"),
        "{}",
        run.err
    );
    let run = passthru(&["convert", &nova, "--to", "libvirt", "--memory", "4096"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert!(run.out.contains("<memory unit='MiB'>4096</memory>"));
    let run = passthru(&["convert", &nova, "--to", "harvester"]);
    assert!(
        run.err.contains("needs the name of the node"),
        "{}",
        run.err
    );
    let run = passthru(&["convert", &nova, "--to", "harvester", "--node", "node1"]);
    assert!(run.out.contains("name: \"node1-000001000\""), "{}", run.out);
    let bhyve = scratch.file(
        "win.conf",
        b"loader=\"uefi\"\nmemory=\"4G\"\npassthru0=\"1/0/0\"\n",
    );
    let run = passthru(&["convert", &bhyve, "--to", "crosvm"]);
    let words = "    --mem 4096 \\\n    --vfio /sys/bus/pci/devices/0000:01:00.0 \\\n";
    assert!(run.out.contains(words), "{}", run.out);
    // Written, and not read: a script is a program.
    let run = passthru(&["convert", &bhyve, "--to", "nixos"]);
    let module = scratch.file("passthru.nix", run.out.as_bytes());
    let run = passthru(&["convert", &module, "--to", "libvirt"]);
    assert_eq!(run.status, 2, "{}", run.out);
}

/// A mapping is resolved on the node that the prompts name, or that is named.
#[test]
fn a_mapping_of_several_nodes_needs_the_node() {
    let scratch = Scratch::new();
    let config = scratch.file("200.conf", b"hostpci0: mapping=gpu\n");
    let mappings = scratch.file(
        "pci.cfg",
        b"gpu\n\tmap id=10de:1e87,node=pve1,path=0000:01:00.0\n\tmap id=10de:1e87,node=pve2,path=0000:41:00.0\n",
    );
    let text = "root@pve2:~# lspci -nn\n\
                02:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU104 [10de:1e87]\n";
    let listing = scratch.file("lspci.txt", text.as_bytes());
    let words = ["convert", &config, "--to", "xen", "--mappings", &mappings];
    let with = |more: &[&str]| passthru(&[&words[..], more].concat());
    for more in [&["--from", &listing][..], &["--node", "pve2"]] {
        let run = with(more);
        assert!(
            run.out.contains("pci = [ \"0000:41:00.0\" ]"),
            "{more:?}: {}",
            run.err
        );
    }
    let run = with(&[]);
    assert_eq!(run.status, 1);
    assert!(
        run.err.contains("0000:41:00.0 on pve2: name the node"),
        "{}",
        run.err
    );
}
