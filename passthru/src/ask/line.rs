//! The line, as the shell reads it.

use super::command::Command;
use super::shell::Shell;

/// The words at the start and at the end of the line, by which it is known in a text.
pub(crate) const START: &str = ": passthru ask;";
/// See [`START`].
pub(crate) const END: &str = ": end of passthru ask";

/// The start and the end of the line above the output of each command.
pub(crate) const HEADING: (&str, &str) = ("===== passthru: ", " =====");

/// Functions that `sh` needs before the commands: `c` runs a command if it is installed, below a
/// line with its name, and ends its output with exactly one line break; `f` does so with `cat` for
/// each file that matches a pattern.
const FUNCTIONS: &str = "c(){ command -v \"$1\" >/dev/null||return 0;printf \"===== passthru: %s \
                         =====\\n\" \"$*\";printf \"%s\\n\" \"$(\"$@\" 2>&1)\";};f(){ for i do case \
                         $i in *[*]*);;*)c cat \"$i\";;esac;done;};";

/// Masks, as extended regular expressions of sed: MAC addresses and serial numbers in pairs
/// of digits, UUIDs, machine IDs, serial numbers, names of disks, passwords and other secrets,
/// credentials in addresses; and lines of a packet filter.
const MASKS: &[&str] = &[
    "/ SRC=[0-9a-f]/d",
    "s/([0-9A-Fa-f]{2}[:-]){5,}[0-9A-Fa-f]{2}/02:00:00:00:00:00/g",
    "s/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/00000000-0000-0000-0000-000000000000/g",
    "s/[0-9a-f]{32}/00000000000000000000000000000000/g",
    "s/enx[0-9a-f]{12}/enx020000000000/g",
    "s/[0-9a-f:]+ff:fe[0-9a-f:]+/2001:db8::/g",
    "s%(by-id/[a-z]+-|naa[.]|eui[.]|t10[.]|wwn-0x)[0-9A-Za-z._-]+%\\1SERIAL%g",
    "s/(([Ss]erial|SERIAL)[ _]*([Nn]umber|[Nn]o|SHORT)?[^ a-z:=>]*[=:>] *[^ 0-9A-Za-z]?|iSerial +[0-9]+ )[^ ,<]+/\\1SERIAL/g",
    "s/(([Pp][Aa][Ss][Ss]([Ww]([Oo][Rr])?[Dd]|[Pp][Hh][Rr][Aa][Ss][Ee])|[Ss]ecret|[Tt]oken|psk|\
     [Aa]pi_?[Kk]ey|[Pp]rivate_?[Kk]ey|ssh_?keys?)[a-z]*[^ a-z]?[=:] *[^ a-z0-9A-Z]?|\
     wpa-[a-z]+ +)[^ ,<]+/\\1HIDDEN/g",
    "s/(Authorization: *[A-Za-z]+ +)[^ ]+/\\1HIDDEN/g",
    "s/grub[.]pbkdf2[^ ]*|AAAA[BC]3NzaC1[^ ]*|[$](1|5|6|7|y|2[aby])[$][^: ]+/HIDDEN/g",
    "/BEGIN.*PRIVATE KEY/,/END.*PRIVATE KEY/d",
    "s,//[^/@ ]+@,//HIDDEN@,g",
];

/// The same for PowerShell's `-replace`.
const WINDOWS_MASKS: &[(&str, &str)] = &[
    ("([0-9A-F]{2}[:-]){5}[0-9A-F]{2}", "02-00-00-00-00-00"),
    (
        "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
        "00000000-0000-0000-0000-000000000000",
    ),
    // The last component of an instance ID is the device's serial number, if it has one (Microsoft
    // Learn, Instance IDs).
    (r"(\\)[0-9A-F]{12,16}$", "${1}0"),
];

pub(super) fn line(shell: Shell, commands: &[Command]) -> String {
    if commands.is_empty() {
        return String::new();
    }
    match shell {
        Shell::Posix | Shell::Talos | Shell::Esxi => posix(commands),
        Shell::Windows => windows(commands),
    }
}

/// `sh -c '…'`, since the shell that it is pasted into may be fish, zsh or csh.
fn posix(commands: &[Command]) -> String {
    let mut script = format!("{START}LC_ALL=C;export LC_ALL;{FUNCTIONS}{{ ");
    for command in commands {
        let text = command.text.as_ref();
        match text.strip_prefix("cat ").filter(|path| path.contains('*')) {
            Some(pattern) if is_plain(pattern) => script.push_str(&format!("f {pattern};")),
            _ => script.push_str(&format!("c {text};")),
        }
    }
    script.push_str("echo \"===== passthru: end =====\";}|sed -E");
    for mask in MASKS {
        script.push_str(&format!(" -e \"{mask}\""));
    }
    script.push_str(&format!(";{END}"));
    format!("sh -c '{}'", script.replace('\'', r"'\''"))
}

/// Whether the pattern is a path with stars, which the shell is to see bare.
fn is_plain(pattern: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-*".contains(&byte);
    pattern.bytes().all(plain)
}

fn windows(commands: &[Command]) -> String {
    let mut script = format!("& {{ '{START}' > $null; ");
    for command in commands {
        let text = command.text.replace('\'', "''");
        let (start, end) = HEADING;
        script.push_str(&format!("'{start}{text}{end}'; {}; ", command.text));
    }
    // Wide enough that no value is broken into lines.
    script.push_str(
        "'===== passthru: end ====='; } | Out-String -Stream -Width 4096 | ForEach-Object { $_",
    );
    for (pattern, stand_in) in WINDOWS_MASKS {
        script.push_str(&format!(" -replace '{pattern}', '{stand_in}'"));
    }
    script.push_str(&format!(" }} # {END}"));
    script
}
