use super::*;

#[test]
fn the_host_and_the_command_are_read() {
    for (line, host, command) in [
        ("root@pve:~# lspci -nnk", Some("pve"), "lspci -nnk"),
        ("[me@box.example.org ~]$ sudo dmesg", Some("box"), "dmesg"),
        ("me@box ~ % uname -a", Some("box"), "uname -a"),
        ("$ lspci", None, "lspci"),
        ("root@pve:~#", Some("pve"), ""),
        ("> > root@pve:~# lspci", Some("pve"), "lspci"),
        ("bash# cat /proc/cmdline", None, "cat /proc/cmdline"),
        ("bash-5.1# lspci -nnk", None, "lspci -nnk"),
        ("nas:/etc# cat modules", Some("nas"), "cat modules"),
        (
            "~ # esxcli hardware pci list",
            None,
            "esxcli hardware pci list",
        ),
        ("sh-4.4# dmesg", None, "dmesg"),
        ("[08:05 xcp-ng-3 ~]# xl info", Some("xcp-ng-3"), "xl info"),
    ] {
        let prompt = Prompt { host, command };
        assert_eq!(Prompt::read(line), Some(prompt), "{line}");
    }
    for line in [
        "",
        "# lspci",
        "someone@example.org wrote:",
        "(buildd@host) (gcc) #1",
        "a b@c:~# x",
        "issue#4 is the same",
        "see issue# cats",
        "[  1.5] cat food",
        "[08:05 xcp-ng-3 said] ]# x",
        "[08:05 xcp-ng-3 ~] # x",
        "100% cat",
    ] {
        assert_eq!(Prompt::read(line), None, "{line}");
    }
}
