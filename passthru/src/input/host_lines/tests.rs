use super::*;

const THREAD: &str = "\
alice wrote:
```
root@pve:~# lspci -nn
00:00.0 a
root@pve:~# uname -r
6.8.12-9-pve
```
intel_iommu=on is set.
```
quiet intel_iommu=on
```
bob wrote:
root@Tower:~# lspci -nn
```
00:00.0 b
```
root@tower:~# dmesg
[    0.1] c

eve wrote:
[    0.2] d
$ lspci
00:00.0 e
root@pve:~# lsmod
vfio
";

#[test]
fn the_hosts_that_show_themselves_are_named() {
    let found: Vec<&str> = named(THREAD).collect();
    assert_eq!(found, ["pve", "pve", "Tower", "tower", "pve"]);
    assert_eq!(named("me@box:~$ ls\n$ lspci\n").next(), None);
}

#[test]
fn lines_keep_their_numbers_and_others_go() {
    for (host, lines) in [
        ("PVE", &[3, 4, 5, 6, 24, 25][..]),
        ("tower", &[13, 15, 17, 18][..]),
        ("nobody", &[][..]),
    ] {
        let kept = only(THREAD, host);
        assert_eq!(kept.lines().count(), THREAD.lines().count());
        let kept: Vec<usize> = (1..)
            .zip(kept.lines())
            .filter(|(_, line)| !line.is_empty())
            .map(|(number, _)| number)
            .collect();
        assert_eq!(kept, lines, "{host}");
    }
}

#[test]
fn tags_of_boards_are_blocks() {
    let text = "[CODE]root@a:~# lspci\n00:00.0 a\nlast[/CODE]\nb\n[code]\nroot@b:~# lspci\n\
                    00:00.0 b\n[/code]\nroot@a:~# lspci\n[CODE]\n00:00.0 c\n[/CODE]\nd\n";
    let kept = only(text, "b");
    assert_eq!(kept.trim(), "root@b:~# lspci\n00:00.0 b");
    let kept = only(text, "a");
    assert_eq!(
        kept.split_whitespace().collect::<Vec<_>>(),
        ["root@a:~#", "lspci", "00:00.0", "c"]
    );
}

#[test]
fn a_text_of_one_host_is_whole() {
    let text = "quiet\nroot@pve:~# lspci\n```\nx\n```\nroot@other:~# ls\n";
    assert!(matches!(only(text, "pve"), Cow::Borrowed(whole) if whole == text));
    assert!(only(text, "box").trim().is_empty());
}
