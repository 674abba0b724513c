use super::*;

fn lines(text: &str) -> Vec<u32> {
    let found = read(&[CommandText::new("post", text)]);
    found.into_iter().filter_map(|line| line.line).collect()
}

#[test]
fn announced_lines_and_titles_are_asked_about() {
    let post = "Drive removed\n\nI saw the error below in the syslog.\n\ncan't change power state\n\nThe log:\n\
                [ 1.0] can't change power state\n";
    assert_eq!(lines(post), [1, 5]);
    let quoted =
        "Help\n\nI see the warning `Invalid PCI ROM header signature` at boot.\nNothing else.\n";
    assert_eq!(lines(quoted), [1, 3, 4]);
    let german = "Hilfe\n\nIm Log steht diese Meldung:\nvfio-pci: x\n";
    assert_eq!(lines(german), [1, 4]);
    assert_eq!(lines("Help\n\nIt is slow.\nvfio-pci: x\n"), [1]);
    assert!(lines("vfio-pci: x\n01:00.0 VGA\n").is_empty());
}
