//! Configuration files inside a pasted terminal: what `cat` printed after a prompt,
//! and the code blocks of a forum's or issue's text.

use std::iter;

use super::config_file::config_file;
use super::text_kind::TextKind;
use crate::prompt::{Prompt, after_bare_root};

/// The files that the text shows, each at the path where the host has it.
pub(super) fn files(name: &str, text: &str) -> Vec<(String, String, Option<TextKind>)> {
    let mut found = Vec::new();
    for (path, body) in printed(text) {
        let kind = config_file(&body);
        found.push((path, body, kind));
    }
    for body in blocks(text) {
        let Some(kind) = config_file(&body) else {
            continue;
        };
        let Some(path) = kind.path(name, &body) else {
            continue;
        };
        let is_free = |path: &String| found.iter().all(|(known, ..)| known != path);
        let mut paths = iter::once(path.clone()).chain(numbered(&path));
        if let Some(path) = paths.find(is_free) {
            found.push((path, body, Some(kind)));
        }
    }
    found
}

/// Names for further files of one kind, where a host may have several: the text
/// shows none. They sort behind the first, in the order of the text.
fn numbered(path: &str) -> impl Iterator<Item = String> {
    let stem = path.strip_suffix(".conf").map(str::to_owned);
    stem.into_iter()
        .flat_map(|stem| (2..100).map(move |number| format!("{stem}_{number:02}.conf")))
}

/// What `cat PATH` printed, up to the next prompt or the end of the code block.
fn printed(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut open = Open::No;
    for line in text.lines() {
        let shown = typed(line).map(|command| (command, Open::File));
        // The remarks of a file begin like the prompt of root that shows no more than `#`:
        // that one counts where it prints a file, or where such a one printed the last.
        let shown = shown.or_else(|| {
            let command = after_bare_root(line)?;
            let next = open == Open::FileOfBareRoot && is_command(command);
            (next || cat(command).is_some()).then_some((command, Open::FileOfBareRoot))
        });
        if let Some((command, prompt)) = shown {
            let path = cat(command);
            open = if path.is_some() { prompt } else { Open::No };
            files.extend(path.map(|path| (path.to_owned(), String::new())));
        } else if line.trim_start().starts_with("```") {
            open = Open::No;
        } else if let Some((_, body)) = files.last_mut().filter(|_| open != Open::No) {
            body.push_str(line);
            body.push('\n');
        }
    }
    files.retain(|(_, body)| !body.trim().is_empty() && !body.starts_with("cat: "));
    files
}

/// Whether the lines are those of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    No,
    File,
    /// One that a command behind a `#` alone printed.
    FileOfBareRoot,
}

/// The configuration file that the command prints.
fn cat(command: &str) -> Option<&str> {
    let path = command.trim().strip_prefix("cat ")?.trim();
    is_config(path).then_some(path)
}

/// Whether the text starts with a command that people type between files that they show.
fn is_command(text: &str) -> bool {
    let program = text.split_ascii_whitespace().next().unwrap_or_default();
    let known = [
        "cat",
        "dmesg",
        "efibootmgr",
        "find",
        "grep",
        "journalctl",
        "ls",
        "lsmod",
        "lspci",
        "modprobe",
        "nvidia-smi",
        "proxmox-boot-tool",
        "pvesh",
        "pveversion",
        "qm",
        "uname",
        "update-grub",
        "update-initramfs",
        "virsh",
    ];
    known.contains(&program)
}

/// The command after a prompt.
fn typed(line: &str) -> Option<&str> {
    Prompt::read(line).map(|prompt| prompt.command)
}

/// Whether this is the path of one file of the host's configuration.
fn is_config(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._@-".contains(&byte);
    (path.starts_with("/etc/") || path == "/proc/cmdline")
        && path.bytes().all(plain)
        && path
            .split('/')
            .skip(1)
            .all(|part| !matches!(part, "" | "." | ".."))
}

/// The insides of code blocks that no prompt stands in. A line of GRUB's options between
/// two backticks is one, too.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = numbered_blocks(text);
    let mut inside: Option<String> = None;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            match inside.take() {
                Some(block) => blocks.push(block),
                None => inside = Some(String::new()),
            }
        } else if let Some(block) = &mut inside {
            block.push_str(line);
            block.push('\n');
        } else if let Some(code) = all_code(line) {
            blocks.push(format!("{code}\n"));
        }
    }
    blocks.retain(|block| block.lines().all(|line| typed(line).is_none()));
    blocks
}

/// The line of GRUB's options that stands between two backticks, which begin and end a
/// line. It names its file by its variable; other words so marked may be anything's.
fn all_code(line: &str) -> Option<&str> {
    let code = line.trim().strip_prefix('`')?.strip_suffix('`')?;
    (code.starts_with("GRUB_CMDLINE_LINUX") && !code.contains('`')).then_some(code)
}

/// The code blocks of web pages that lost their shape: the numbers of the lines, each on
/// a line of its own, and behind them as many lines.
fn numbered_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        if line != "1" {
            continue;
        }
        let mut count = 1;
        while lines
            .next_if(|line| line.parse() == Ok(count + 1))
            .is_some()
        {
            count += 1;
        }
        let mut block = String::new();
        for _ in 0..count {
            // Another list of numbers: this one numbered something else.
            let Some(line) = lines.next_if(|line| *line != "1") else {
                break;
            };
            block.push_str(line);
            block.push('\n');
        }
        blocks.push(block);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cat_printed_is_a_file() {
        let text = "Here:\n```\nroot@pve:~# cat /etc/modules\n# a list\nvfio\n```\n[me@box ~]$ sudo \
                    cat /etc/modprobe.d/vfio.conf\r\noptions vfio-pci ids=10de:1c03\r\nroot@pve:~# \
                    ls\nx\nroot@pve:~# cat /etc/a\ncat: /etc/a: No such file or directory\n";
        let found = printed(text);
        let expected = [
            ("/etc/modules", "# a list\nvfio\n"),
            (
                "/etc/modprobe.d/vfio.conf",
                "options vfio-pci ids=10de:1c03\n",
            ),
        ];
        let found: Vec<(&str, &str)> = found.iter().map(|(p, b)| (&**p, &**b)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_prompt_of_root_may_be_a_hash_alone() {
        let text = "# cat /proc/cmdline\nquiet amd_iommu=on\n# dmesg | grep -i vfio\nx\n# cat \
                    /etc/modules\n# a list\nvfio\n# of them\n";
        let expected = [
            ("/proc/cmdline", "quiet amd_iommu=on\n"),
            ("/etc/modules", "# a list\nvfio\n# of them\n"),
        ];
        let found = printed(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(p, b)| (&**p, &**b)).collect();
        assert_eq!(found, expected);
        // A remark that begins with a command's name ends no file.
        let text = "root@pve:~# cat /etc/modprobe.d/a.conf\n# lspci -nn shows them\noptions \
                    vfio-pci ids=10de:1c03\n";
        let [(_, body)] = &printed(text)[..] else {
            panic!("{text}");
        };
        assert_eq!(
            body,
            "# lspci -nn shows them\noptions vfio-pci ids=10de:1c03\n"
        );
    }

    #[test]
    fn a_line_of_options_is_a_block() {
        let text = "In /etc/default/grub I have\n\n `GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"`\r\n\nand \
                    `GRUB_TIMEOUT=5` `x`\n``\nthe driver:\n`vfio-pci`\n";
        let found = files("a.txt", text);
        let [(path, body, Some(TextKind::Grub))] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(path, "/etc/default/grub");
        assert_eq!(body, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
    }

    #[test]
    fn other_files_and_patterns_are_left() {
        for path in [
            "/home/me/a",
            "/etc/",
            "/etc//a",
            "/etc/../root/x",
            "/etc/modprobe.d/*",
            "a",
            "/etc/a | less",
        ] {
            let text = format!("$ cat {path}\nvfio\n");
            assert_eq!(printed(&text), [], "{path}");
        }
    }

    #[test]
    fn each_code_block_counts() {
        let text = "```\noptions vfio-pci ids=10de:1c03\n```\nand\n```\nblacklist nouveau\n```\n";
        let found = files("a.txt", text);
        let paths: Vec<&str> = found.iter().map(|(path, ..)| &**path).collect();
        assert_eq!(
            paths,
            [
                "/etc/modprobe.d/pasted.conf",
                "/etc/modprobe.d/pasted_02.conf"
            ]
        );
    }

    #[test]
    fn numbers_of_lines_may_stand_before_the_lines() {
        let text = "edit it:\n1\n2\noptions vfio-pci ids=10de:1c03\r\nsoftdep nouveau pre: \
                    vfio-pci\r\nand then\n\n1\nupdate-grub\n1\n2\n1\nblacklist nouveau\nx\n";
        let found = files("a.txt", text);
        let bodies: Vec<&str> = found.iter().map(|(_, body, _)| &**body).collect();
        assert_eq!(
            bodies,
            [
                "options vfio-pci ids=10de:1c03\nsoftdep nouveau pre: vfio-pci\n",
                "blacklist nouveau\n"
            ]
        );
    }

    #[test]
    fn a_code_block_may_be_a_file() {
        let text = "My VM:\n```\nhostpci0: 0000:c2:00.0,pcie=1\nmachine: q35\n```\nIt fails.\n";
        let [(path, body, kind)] = &files("a.txt", text)[..] else {
            panic!("{text}");
        };
        assert_eq!(path, "/etc/pve/qemu-server/0.conf");
        assert_eq!(body, "hostpci0: 0000:c2:00.0,pcie=1\nmachine: q35\n");
        assert_eq!(*kind, Some(TextKind::ProxmoxVm));
    }
}
