use host_tree::MemoryTree;

use super::*;

#[test]
fn the_kernel_reads_no_command_line_without_end() {
    let read = |options: usize| {
        let mut tree = MemoryTree::partial();
        let options = " iommu=pt".repeat(options);
        let line = format!("GRUB_CMDLINE_LINUX_DEFAULT=\"é{options}\"\n");
        tree.insert_file("/etc/default/grub", line);
        Settings::read(&tree, &hostconf::boot::loader::find(&tree))
    };
    let usual = read(227);
    assert_eq!(
        (usual.kernel_options.len(), usual.long_lines.len()),
        (228, 0)
    );
    let long = read(300);
    assert_eq!(
        (long.kernel_options.len(), long.long_lines[0].value),
        (301, 2702)
    );
    let longest = read(40_000);
    assert_eq!(longest.long_lines[0].value, 360_002);
    assert!(longest.kernel_options.len() < 460);
    let last = longest.kernel_options.last().unwrap();
    assert_eq!(last.text, "iommu=pt");
    let lines = longest
        .kernel_options
        .iter()
        .map(|option| &option.evidence.text);
    assert!(lines.map(String::len).max() <= Some(READ_AT_MOST));
}

#[test]
fn text_behind_a_closing_quote_is_a_fault() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"maybe-ubiquity\"sh\n",
    );
    let settings = Settings::read(&tree, &hostconf::boot::loader::find(&tree));
    assert_eq!(settings.kernel_options[0].text, "maybe-ubiquitysh");
    assert_eq!(settings.boot_faults.len(), 1);
    assert_eq!(glued("A=\"quiet\" # comment"), None);
    assert_eq!(glued("A=\"a\"; B=1"), None);
    assert_eq!(glued("A=\"quiet\"#comment"), Some("#comment"));
}

#[test]
fn options_that_are_added_to_a_variable_are_known() {
    let read = |text: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/default/grub", text);
        let settings = Settings::read(&tree, &hostconf::boot::loader::find(&tree));
        let options = settings.kernel_options.into_iter();
        let texts: Vec<String> = options.map(|option| option.text).collect();
        (texts, settings.boot_faults.len())
    };
    let added = ["intel_iommu=on".to_owned(), "iommu=pt".to_owned()];
    for variable in ["$GRUB_CMDLINE_LINUX", "${GRUB_CMDLINE_LINUX}"] {
        let text = format!("GRUB_CMDLINE_LINUX=\"{variable} intel_iommu=on iommu=pt\"\n");
        assert_eq!(read(&text), (added.to_vec(), 0), "{text}");
    }
    let (options, faults) = read("GRUB_CMDLINE_LINUX=\"$MINE iommu=pt\"\n");
    assert_eq!((options.len(), faults), (0, 1));
    let (options, faults) = read("GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX a=`b`\"\n");
    assert_eq!((options.len(), faults), (0, 1));
}

#[test]
fn what_follows_two_dashes_in_grubs_file_is_no_kernel_option() {
    let options = |text: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/default/grub", text);
        let settings = Settings::read(&tree, &hostconf::boot::loader::find(&tree));
        let texts = settings
            .kernel_options
            .into_iter()
            .map(|option| option.text);
        texts.collect::<Vec<_>>()
    };
    let normal = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n";
    let every = "GRUB_CMDLINE_LINUX=\"root=a -- 3\"\n";
    assert_eq!(options(normal), ["quiet", "iommu=pt"]);
    assert_eq!(options(&format!("{normal}{every}")), ["root=a"]);
}

#[test]
fn an_assignment_that_a_later_one_replaces_is_a_fault() {
    let faults = |text: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/default/grub", text);
        let settings = Settings::read(&tree, &hostconf::boot::loader::find(&tree));
        settings.boot_faults.len()
    };
    let one = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n";
    assert_eq!(faults(one), 0);
    assert_eq!(faults(&format!("{one}{one}")), 0);
    let replaced = format!("{one}GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
    assert_eq!(faults(&replaced), 1);
    let other = format!("{one}GRUB_CMDLINE_LINUX=\"\"\n");
    assert_eq!(faults(&other), 0);
}

#[test]
fn options_of_modules_come_from_both_places() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        "/etc/modprobe.d/vfio.conf",
        "options vfio-pci ids=10de:2d04 disable_vga=1\n",
    );
    tree.insert_file("/proc/cmdline", "root=/dev/sda1 vfio_pci.ids=10de:22eb\n");
    let settings = Settings::read(&tree, &hostconf::boot::loader::find(&tree));
    let ids: Vec<_> = settings.module_option("vfio-pci", "ids").collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0].on_command_line, None);
    assert_eq!(ids[1].value.as_deref(), Some("10de:22eb"));
}
