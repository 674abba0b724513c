//! Commands that show or write a file of the host.

use pci_core::Address;

/// The text that a command writes to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// `echo "…" > PATH`, `echo "…" | tee -a PATH`, `qm set ID --hostpci0 …`.
    Text {
        path: String,
        body: String,
        /// Whether the text is appended to the file.
        appended: bool,
    },
    /// `cat > PATH <<EOF`: the lines up to the end mark.
    Here { path: String, end: String },
}

/// Whether this is the path of one file of the host's configuration.
pub(super) fn is_config(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._@+-".contains(&byte);
    let starts = [
        "/etc/",
        "/boot/",
        "/efi/",
        "/usr/lib/modprobe.d/",
        "/usr/local/etc/",
        "/bootbank/",
    ];
    // A mistake in a command, and no file.
    if crate::host::is_misplaced(path) {
        return false;
    }
    // Scripts that units and modprobe.d start.
    let programs = ["/opt/", "/root/", "/usr/bin/", "/usr/local/"];
    let is_script = path.ends_with(".sh") && programs.iter().any(|start| path.starts_with(start));
    let is_file = starts.iter().any(|start| path.starts_with(start));
    (is_file || is_script || path == "/proc/cmdline")
        && path.len() <= 200
        && path.bytes().all(plain)
        && path
            .split('/')
            .skip(1)
            .all(|part| !matches!(part, "" | "." | ".."))
}

/// The first path of a configuration file in a line.
pub(super) fn path_in(line: &str) -> Option<&str> {
    let around = |c: char| c.is_whitespace() || "\"'`(),;:*<>[]“”".contains(c);
    let words = line.split(around).map(|word| word.trim_end_matches('.'));
    let mut paths = words.filter(|word| {
        word.starts_with("/etc/") || word.starts_with("/boot/") || *word == "/proc/cmdline"
    });
    paths.find(|path| is_config(path))
}

/// The configuration that `qm config VMID` prints.
pub(super) fn printed_by_qm(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("qm config ")?;
    let id = rest.split_ascii_whitespace().next()?;
    let is_id = id.len() <= 9 && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| format!("/etc/pve/qemu-server/{id}.conf"))
}

/// The path of a file with the kernel's state, as in `/sys/bus/pci/devices`.
pub(super) fn shown_by_kernel(path: &str) -> Option<String> {
    if !path.starts_with("/sys/") && !path.starts_with("/proc/") || path.len() > 300 {
        return None;
    }
    // As a shell completes it.
    let path = path.replace('\\', "");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._@+-:".contains(&byte);
    let mut parts = path.split('/').skip(1);
    if !path.bytes().all(plain) || parts.any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    if path.starts_with("/sys/devices/pci") {
        let parts: Vec<&str> = path.split('/').collect();
        let is_function = |part: &&str| part.len() == 12 && part.parse::<Address>().is_ok();
        let function = parts.iter().rposition(is_function)?;
        let rest = parts.get(function..)?.join("/");
        return Some(format!("/sys/bus/pci/devices/{rest}"));
    }
    Some(path)
}

/// The file that `cat PATH` prints; other programs that print a complete file count, too.
pub(super) fn cat(command: &str) -> Option<String> {
    let command = command.trim();
    let rest = ["cat ", "more ", "less ", "sudo cat "]
        .iter()
        .find_map(|start| command.strip_prefix(start))?;
    let path = rest.trim();
    if is_config(path) {
        return Some(path.to_owned());
    }
    if let Some(path) = shown_by_kernel(path.trim_matches(['"', '\''])) {
        return Some(path);
    }
    // Without the remarks: the file's settings all the same.
    let (path, filter) = path.split_once('|')?;
    let (path, filter) = (path.trim(), filter.trim());
    (is_config(path) && filter.starts_with("grep -v")).then(|| path.to_owned())
}

/// Whether the text starts with a command that people type between files that they show.
pub(super) fn is_command(text: &str) -> bool {
    let program = text.split_ascii_whitespace().next().unwrap_or_default();
    let known = [
        "cat",
        "dmesg",
        "echo",
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

/// Whether the line is a command that writes a file, and needs no prompt to be known.
pub(super) fn writes(line: &str) -> bool {
    written(line).is_some()
}

/// The text that a command writes to a file of the host.
pub(super) fn written(command: &str) -> Option<Written> {
    let command = command.trim();
    if let Some(rest) = command.strip_prefix("qm set ") {
        return qm_set(rest);
    }
    if let Some(rest) = command.strip_prefix("cat ") {
        return here(rest);
    }
    if let Some(inner) = command
        .strip_prefix("sh -c ")
        .or_else(|| command.strip_prefix("bash -c "))
    {
        let inner = inner.trim();
        let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        return written(inner.trim_matches(quote));
    }
    let rest = command
        .strip_prefix("echo ")
        .or_else(|| command.strip_prefix("printf "))?;
    let rest = rest.trim_start();
    let rest = rest
        .strip_prefix("-e ")
        .or_else(|| rest.strip_prefix("-n "))
        .unwrap_or(rest)
        .trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (body, rest) = match quote {
        Some(quote) => rest.get(1..)?.split_once(quote)?,
        None => rest.split_at_checked(rest.find(['>', '|'])?)?,
    };
    let rest = rest.trim_start();
    let (path, appended) = if let Some(path) = rest.strip_prefix(">>") {
        (path, true)
    } else if let Some(path) = rest.strip_prefix('>') {
        (path, false)
    } else {
        let rest = rest.strip_prefix('|')?.trim_start();
        let rest = rest.strip_prefix("sudo ").unwrap_or(rest);
        let rest = rest.strip_prefix("tee ")?.trim_start();
        match rest
            .strip_prefix("-a ")
            .or_else(|| rest.strip_prefix("--append "))
        {
            Some(path) => (path, true),
            None => (rest, false),
        }
    };
    let path = path
        .split_whitespace()
        .next()?
        .trim_matches(['"', '\'', '`']);
    is_config(path).then(|| Written::Text {
        path: path.to_owned(),
        body: body.trim().replace("\\n", "\n"),
        appended,
    })
}

/// `cat > PATH <<EOF` and `cat <<EOF > PATH`.
fn here(rest: &str) -> Option<Written> {
    let mut path = None;
    let mut end = None;
    let spaced = rest
        .replace("<<", " << ")
        .replace(">>", " > ")
        .replace('>', " > ");
    let mut words = spaced.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            ">" => path = words.next().or(path),
            "<<" => end = words.next(),
            _ => return None,
        }
    }
    let end = end?.trim_start_matches('-').trim_matches(['"', '\'', '\\']);
    let path = path.filter(|path| is_config(path))?;
    Some(Written::Here {
        path: path.to_owned(),
        end: end.to_owned(),
    })
}

/// `qm set 100 --hostpci0 01:00,pcie=1 --machine q35`.
fn qm_set(rest: &str) -> Option<Written> {
    let mut words = rest.split_ascii_whitespace();
    let id = words
        .next()
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()) && id.len() <= 9)?;
    let mut body = String::new();
    while let Some(option) = words.next() {
        let Some(key) = option
            .strip_prefix('-')
            .map(|key| key.trim_start_matches('-'))
        else {
            break;
        };
        let (key, value) = match key.split_once('=') {
            Some((key, value)) if !key.starts_with("hostpci") || !value.is_empty() => (key, value),
            _ => (key, words.next()?),
        };
        let is_key =
            key.starts_with("hostpci") || matches!(key, "machine" | "bios" | "cpu" | "vga");
        let value = value.trim_matches(['"', '\'']);
        if is_key && !value.is_empty() {
            body.push_str(&format!("{key}: {value}\n"));
        }
    }
    (!body.is_empty()).then(|| Written::Text {
        path: format!("/etc/pve/qemu-server/{id}.conf"),
        body,
        appended: true,
    })
}

/// Phrases of a sentence against a setting that it names, in lower case.
const FORBIDS: [&str; 26] = [
    "do not use",
    "don't use",
    "do not add",
    "don't add",
    "never use",
    "不要使用",
    "不要用",
    "不要加",
    "不要添加",
    "禁止",
    "금지",
    "nicht verwenden",
    "nicht benutzen",
    "ne pas utiliser",
    "n'utilise",
    "no usar",
    "não use",
    "non usare",
    "не используйте",
    "не использовать",
    "使わない",
    "使用しない",
    "unreliable",
    "not reliable",
    "不可靠",
    "unzuverlässig",
];

/// The parts of a prose line that may be configuration: between backticks or quotation marks, from
/// a variable of GRUB to its closing quotation mark, and from `options MODULE` to the last option.
pub(super) fn quoted_in(line: &str) -> Vec<&str> {
    let lower = line.to_lowercase();
    if FORBIDS.iter().any(|phrase| lower.contains(phrase)) {
        return Vec::new();
    }
    let mut found: Vec<&str> = line.split('`').skip(1).step_by(2).map(str::trim).collect();
    if let Some(at) = line.find("GRUB_CMDLINE_LINUX") {
        let rest = line.get(at..).unwrap_or_default();
        let opened = rest.find(['"', '\'']);
        let end = opened.and_then(|open| {
            let quote = rest.as_bytes().get(open)?;
            let close = rest.get(open + 1..)?.find(char::from(*quote))?;
            Some(open + close + 2)
        });
        found.extend(end.and_then(|end| rest.get(..end)));
    }
    let starts = line.match_indices("options ").map(|(at, _)| at);
    for at in starts.take(8) {
        let rest = line.get(at..).unwrap_or_default();
        let mut end = "options ".len();
        for (number, word) in rest.split(' ').skip(1).enumerate() {
            if number > 0 && !word.contains('=') {
                break;
            }
            let value = without_next_clause(word);
            end += value.len() + 1;
            if value.len() < word.len() {
                break;
            }
        }
        let part = rest.get(..end.saturating_sub(1).min(rest.len()));
        found.extend(part.map(|part| part.trim_end_matches(['.', ',', ';', ')', '"', '\'', '`'])));
    }
    found.dedup();
    found
}

/// The option without a clause that follows its list of IDs after a comma and no blank:
/// `ids=144d:a80a,update-initramfs`.
fn without_next_clause(option: &str) -> &str {
    let mut items = option.split(',');
    let Some(first) = items.next().filter(|first| first.contains(':')) else {
        return option;
    };
    let more = items.take_while(|item| item.contains(':') || item.is_empty());
    let end = first.len() + more.map(|item| 1 + item.len()).sum::<usize>();
    option.get(..end).unwrap_or(option)
}

#[cfg(test)]
mod tests;
