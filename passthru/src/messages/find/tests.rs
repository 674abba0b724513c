use super::*;

fn codes(line: &str) -> Vec<&'static str> {
    let found = matches(line);
    found.iter().map(|found| found.message.code).collect()
}

#[test]
fn a_message_is_found_in_any_form_of_its_line() {
    for line in [
        "group 1 is not viable",
        "Group 1 is not viable",
        "vfio: error, group 17 is not viable, please ensure all devices",
        "> `qemu-system-x86_64: vfio 0000:01:00.0: group 1 is not viable`",
        "внутренняя ошибка: «vfio 0000:01:00.0: group\u{a0}1 is not viable»",
    ] {
        assert!(
            codes(line).contains(&"group-not-viable"),
            "{line}: {:?}",
            codes(line)
        );
    }
    assert!(codes("the subgroup 1 is not viable").is_empty());
    assert_eq!(codes("Domain 'win 10' started"), ["guest-started"]);
    assert!(codes("The domain is always the second one that is started.").is_empty());
    let found = matches("vfio 0000:01:00.0:   group 1  is\tnot viable");
    assert_eq!(found[0].before, "vfio 0000:01:00.0:   ");
}

#[test]
fn the_number_of_an_error_is_its_name() {
    let named = codes("VFIO_MAP_DMA failed: Invalid argument");
    assert!(!named.is_empty());
    for line in [
        "VFIO_MAP_DMA failed: -22",
        "qemu-system-x86_64: VFIO_MAP_DMA failed: -22 with a shared memory",
    ] {
        assert_eq!(codes(line), named, "{line}");
    }
    let found = matches("qemu: VFIO_MAP_DMA failed: -22");
    assert_eq!(found[0].before, "qemu: ");
    assert_eq!(found[0].from, "VFIO_MAP_DMA failed: -22");
    assert!(codes("VFIO_MAP_DMA failed: -4294967297").is_empty());
}

#[test]
fn settings_before_any_error_count_without_a_line() {
    let device = "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: vfio 0000:01:00.0: ";
    let unknown = format!("{device}the moon is full");
    assert_eq!(codes(&unknown), ["qemu-refuses-device"]);
    let known = format!("{device}group 1 is not viable");
    assert_eq!(codes(&known), ["group-not-viable"]);
    let sync = "server error. command SyncVMI failed: \"LibvirtError(Code=1, Domain=10, \
                    Message='internal error: vfio 0000:01:00.0: group 1 is not viable')\"";
    assert!(!codes(sync).contains(&"kubevirt-sync-failed"));
    let warning = "kvm: -device vfio-pci,host=01:00.0: warning: vfio 0000:01:00.0: a thing";
    assert!(!codes(warning).contains(&"qemu-refuses-device"));
}

#[test]
fn the_page_makes_the_tables_of_the_build() {
    let made = tables();
    assert_eq!(made.anchors, ANCHORS);
    assert_eq!(made.patterns, PATTERNS);
    assert_eq!(made.buckets, BUCKETS);
    assert_eq!(made.filter, FILTER);
}

#[test]
fn a_text_without_line_breaks_is_searched_to_its_end() {
    let line = format!(
        "{}group 1 is not viable{}",
        "\u{e4} b ".repeat(3000),
        " c".repeat(9000)
    );
    let found = matches(&line);
    assert_eq!(found.len(), 1);
    assert!(found[0].from.starts_with("group 1 is not viable"));
}
