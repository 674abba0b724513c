use super::*;

#[test]
fn the_line_below_the_command_is_of_its_function() {
    let drivers = |text: &str| -> Vec<String> {
        let listing = read("a.txt", text);
        let entries = listing.entries.iter();
        entries
            .map(|entry| format!("{:#}", entry.address))
            .collect()
    };
    let line = "\tKernel driver in use: nouveau nouveau   (the default)\n";
    let command = "root@ubuntu:~# lspci -vv -s 02:00.0 | grep driver\n";
    assert_eq!(drivers(&format!("{command}{line}")), ["02:00.0"]);
    assert_eq!(
        drivers("03:00.0 ... [10de:1be1]  Kernel driver in use: vfio-pci\n"),
        ["03:00.0"]
    );
    for text in [
        format!("{command}\n{line}"),
        format!("{}{line}", command.replace("-s 02:00.0 ", "")),
        format!("{}{line}", command.replace("| grep driver", "")),
        line.to_owned(),
    ] {
        assert!(drivers(&text).is_empty(), "{text}");
    }
}
