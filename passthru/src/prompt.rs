//! Shell prompts in a pasted terminal.

/// Programs whose output describes the machine on which they run.
const PROGRAMS: [&str; 11] = [
    "dmesg",
    "driverctl",
    "hwinfo",
    "journalctl",
    "lshw",
    "lsmod",
    "lspci",
    "nvidia-smi",
    "pvesh",
    "pveversion",
    "uname",
];

/// Further programs that print lists and messages of their own.
const LISTING: [&str; 17] = [
    "dmidecode",
    "efibootmgr",
    "esxcli",
    "find",
    "kldstat",
    "ls",
    "lsblk",
    "lscpu",
    "lsusb",
    "mokutil",
    "pciconf",
    "proxmox-boot-tool",
    "update-initramfs",
    "virsh",
    "vmware",
    "xe",
    "xl",
];

/// Programs that print text of files and of people, too.
const SHOWING: [&str; 6] = ["cat", "echo", "grep", "modprobe", "qm", "tee"];

/// A line that begins with a shell's prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prompt<'a> {
    /// The host name in the prompt, up to the first dot; none for a lone `$`.
    pub(crate) host: Option<&'a str>,
    /// The typed command, without `sudo`.
    pub(crate) command: &'a str,
}

impl<'a> Prompt<'a> {
    /// The prompt at the start of `line`: `user@host:/path#`, `[user@host path]$`, `$`. The
    /// `#` of root alone begins remarks, too, and is none.
    pub(crate) fn read(line: &'a str) -> Option<Self> {
        // Also in a quotation.
        let line = line.trim_start_matches([' ', '\t', '>']);
        if let Some(command) = line.strip_prefix("$ ") {
            let command = without_sudo(command);
            return Some(Self {
                host: None,
                command,
            });
        }
        if let Some(prompt) = Self::without_user(line).or_else(|| Self::with_clock(line)) {
            return Some(prompt);
        }
        let (user, rest) = line.split_once('@')?;
        let user = user.trim_start_matches(['[', '(']);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if user.is_empty() || user.len() > 32 || !user.bytes().all(is_name) {
            return None;
        }
        let sign = rest.find(['#', '$', '%', '>'])?;
        let after = rest.get(sign + 1..)?;
        if sign > 120 || !(after.is_empty() || after.starts_with(' ')) {
            return None;
        }
        let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let host = rest.split(|c| !is_host(c)).next();
        Some(Self {
            host: host.filter(|host| !host.is_empty()),
            command: without_sudo(after.trim_start()),
        })
    }

    /// A prompt without a user before a command that is known: `bash-5.1#`, `nas:/etc#`,
    /// `~ #`, `[root:~]`.
    fn without_user(line: &'a str) -> Option<Self> {
        let (sign, _) = line.match_indices(['#', '$', ']']).next()?;
        let (before, after) = line.split_at_checked(sign)?;
        let after = after.get(1..)?;
        let command = without_sudo(after.strip_prefix(' ')?.trim_start());
        let before = before.trim_start_matches('[').trim_end();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/:+".contains(&byte);
        let program = command.split_ascii_whitespace().next()?;
        if before.is_empty()
            || before.len() > 48
            || !before.bytes().all(is_part)
            || !is_program(program)
        {
            return None;
        }
        let name = before.split([':', '/', '~']).next().unwrap_or_default();
        let is_shell = ["bash", "sh", "zsh", "ash", "root"]
            .iter()
            .any(|shell| name.split(['-', '.']).next() == Some(shell));
        let is_host = |name: &&str| !name.is_empty() && !is_shell && before.contains(':');
        let host = Some(name).filter(is_host);
        Some(Self { host, command })
    }

    /// The prompt of XCP-ng and XenServer: `[21:40 xcp-ng-1 ~]#`.
    fn with_clock(line: &'a str) -> Option<Self> {
        let (clock, rest) = line.strip_prefix('[')?.split_once(' ')?;
        let is_clock = clock.len() == 5 && clock.bytes().all(|b| b.is_ascii_digit() || b == b':');
        let (host, rest) = rest.split_once(' ').filter(|_| is_clock)?;
        let (directory, after) = rest.split_once("]#")?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_prompt = directory.len() <= 48 && !directory.contains(' ');
        if !is_prompt || host.is_empty() || host.len() > 64 || !host.bytes().all(is_name) {
            return None;
        }
        Some(Self {
            host: host.split('.').next(),
            command: without_sudo(after.trim_start()),
        })
    }

    /// Whether the command's output describes the machine on which it runs.
    pub(crate) fn shows_machine(&self) -> bool {
        let program = self.command.split_ascii_whitespace().next();
        let program = program.unwrap_or_default();
        let program = program.rsplit('/').next().unwrap_or(program);
        let is_read = |path: &&str| self.command.contains(path);
        PROGRAMS.contains(&program)
            || ["/proc/cmdline", "/proc/version", "/sys/kernel/iommu_groups"]
                .iter()
                .any(is_read)
    }
}

/// Whether a program is one whose name proves that the text before is a prompt.
fn is_program(name: &str) -> bool {
    let lists: [&[&str]; 3] = [&PROGRAMS, &LISTING, &SHOWING];
    lists.iter().any(|programs| programs.contains(&name))
}

/// Whether the name of a text is a command, whose output the text is: it has no prose.
pub(crate) fn is_command(name: &str) -> bool {
    let program = without_sudo(name).split_ascii_whitespace().next();
    program.is_some_and(|program| is_program(program) || is_cmdlet(program))
}

/// Whether the name of a text is a command that prints lists and messages of its own alone: no text of
/// a file or of a person.
pub(crate) fn is_listing_command(name: &str) -> bool {
    let program = without_sudo(name).split_ascii_whitespace().next();
    program.is_some_and(|program| {
        PROGRAMS.contains(&program) || LISTING.contains(&program) || is_cmdlet(program)
    })
}

/// Whether a name is that of a cmdlet of PowerShell, of which output is printed: `Get-PnpDevice`.
fn is_cmdlet(name: &str) -> bool {
    let noun = name.strip_prefix("Get-").unwrap_or_default();
    !noun.is_empty() && noun.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The command after a lone `#` of root. A comment in a file has the same form: use only where a
/// certain command is expected.
pub(crate) fn after_bare_root(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("# ").map(without_sudo)
}

/// The command in a heading: `=== ls /dev/vfio ===`, `ls /dev/vfio:`. Any text may have this form:
/// use only where a certain command is expected.
pub(crate) fn headed(line: &str) -> &str {
    let is_mark = |c: char| c.is_whitespace() || "=#*`:>".contains(c);
    without_sudo(line.trim_matches(is_mark))
}

/// The command before filters that leave each name of its output: `ls | tr '\n' ' '`.
pub(crate) fn without_layout(command: &str) -> &str {
    let mut stages = command.split('|');
    let first = stages.next().unwrap_or_default();
    let keeps = |stage: &str| {
        let words = stage.trim();
        matches!(
            words,
            "cat" | "xargs" | "sort" | "column" | "tr '\\n' ' '" | "tr \"\\n\" \" \""
        )
    };
    if stages.all(keeps) { first } else { command }
}

fn without_sudo(command: &str) -> &str {
    command.strip_prefix("sudo ").unwrap_or(command)
}

#[cfg(test)]
mod tests;
