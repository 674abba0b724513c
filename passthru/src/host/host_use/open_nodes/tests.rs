use super::*;

fn found(text: &str) -> Vec<String> {
    let texts = [CommandText::new("a.txt", text)];
    let names = KernelNames::read(&texts);
    let found = users(&texts, &names, &BTreeMap::new());
    let shown = found.processes.iter().map(|fact| {
        let process = &fact.value;
        format!("{} {} {:#}", process.pid, process.name, process.address)
    });
    shown.collect()
}

#[test]
fn files_of_unknown_cards_have_their_processes() {
    let texts = [CommandText::new(
        "a.txt",
        "$ fuser -v /dev/nvidia* /dev/vfio/*\n                     USER        PID ACCESS COMMAND\n\
                   /dev/nvidia0:        root       1234 F...m Xorg\n/dev/vfio/12:        root       4321 F.... \
                   qemu-system-x86\n/dev/vfio/vfio:      root       4321 F...m qemu-system-x86\n",
    )];
    let names = KernelNames::read(&texts);
    let found = users(&texts, &names, &BTreeMap::new());
    let shown: Vec<String> = found
        .of_files
        .iter()
        .map(|fact| format!("{} {} {}", fact.value.node, fact.value.pid, fact.value.name))
        .collect();
    assert_eq!(
        shown,
        [
            "/dev/nvidia0 1234 Xorg",
            "/dev/vfio/12 4321 qemu-system-x86"
        ]
    );
}

#[test]
fn processes_are_on_the_card_of_the_file() {
    let minor = "Bus Location: 0000:01:00.0\nDevice Minor: 0\n\
                     pci-0000:03:00.0-card -> ../card1\n";
    let fuser = "\
                     USER        PID ACCESS COMMAND
/dev/nvidia0:        root       1234 F...m Xorg
                     me         2345 F.... gnome-shell
/dev/nvidiactl:      root       1234 F...m Xorg
/dev/dri/card1:      root        999 F.... systemd-logind
";
    let wanted = [
        "1234 Xorg 01:00.0",
        "2345 gnome-shell 01:00.0",
        "999 systemd-logind 03:00.0",
    ];
    assert_eq!(found(&format!("{minor}{fuser}")), wanted);
    // The cards of the files are not in the input.
    assert_eq!(found(fuser), [""; 0]);
    assert_eq!(lines(fuser), [1, 2, 3, 5]);
    let lsof = "\
COMMAND  PID USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME
Xorg    1234 root   mem  CHR    195,0           613 /dev/nvidia0
Xorg    1234 root   17u  CHR    195,0      0t0  613 /dev/nvidia0
";
    assert_eq!(found(&format!("{minor}{lsof}")), ["1234 Xorg 01:00.0"]);
    let short = "/dev/nvidia0:         1234  5678m\n";
    assert_eq!(found(&format!("{minor}{short}")), ["1234  01:00.0"]);
    for text in ["I checked /dev/nvidia0: nothing\n", "/dev/nvidia0 1234\n"] {
        assert_eq!(found(&format!("{minor}{text}")), [""; 0], "{text}");
    }
}
