use super::*;

#[test]
fn hosts_are_those_that_show_themselves() {
    let text = CommandText::new(
        "a.txt",
        "me@laptop:~$ ssh root@pve\nroot@pve:~# lspci\nroot@PVE:~# sudo dmesg\n\
                   root@two:~# cat /proc/cmdline\nme@three:~$ ls\n",
    );
    let mut machines = Machines::default();
    machines.see_prompts(&text);
    let names: Vec<&str> = machines.prompts.iter().map(|p| &*p.value).collect();
    assert_eq!(names, ["pve", "two"]);
}

#[test]
fn boards_are_distinguished_and_those_of_guests_left() {
    let said = |text: &str| {
        let mut machines = Machines::default();
        let log = KernelLog::parse("a.txt", text);
        machines.see_log(&log, &mut None);
        machines.contradictions.len()
    };
    let board = |name: &str| format!("[    0.000000] DMI: {name}\n");
    let one = board("ASUS System Product Name/PRIME X570-P, BIOS 4021 08/09/2021");
    let newer = board("ASUS System Product Name/PRIME X570-P, BIOS 5003 10/07/2023");
    let other = board("Gigabyte Technology Co., Ltd. X570 AORUS ELITE/X570 AORUS ELITE, BIOS F36");
    let guest = board("QEMU Standard PC (Q35 + ICH9, 2009), BIOS 4.2023.08-4 02/15/2024");
    assert_eq!(said(&format!("{one}{newer}{guest}")), 0);
    assert_eq!(said(&format!("{one}{other}")), 1);
}
