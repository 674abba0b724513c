//! Output of `cat` and `grep`: which lines are of the file.

use crate::input::commands;
use crate::input::lines::is_almost_modprobe;
use crate::typos::DIRECTIVES;

/// Whether the line may be one of a file that the kernel shows.
pub(super) fn of_kernel_file(path: &str, line: &str) -> bool {
    let is_value = |line: &str| line.len() <= 80 && line.split(' ').count() <= 12;
    !line.is_empty() && (path.starts_with("/proc/") || is_value(line))
}

/// Whether the file is the kernel's, and not a list of options.
pub(super) fn is_of_kernel(path: &str) -> bool {
    path.starts_with("/sys/") || path.starts_with("/proc/") && path != "/proc/cmdline"
}

/// Output of `grep . /sys/bus/pci/devices/*/reset_method`: the path contains colons, too.
pub(super) fn of_kernel<'a>((start, rest): (&'a str, &'a str)) -> Option<(String, &'a str)> {
    if !start.starts_with("/sys/") {
        return None;
    }
    let whole = |at: usize| {
        let (before, after) = rest.split_at_checked(at)?;
        let path = commands::shown_by_kernel(&format!("{start}:{before}"))?;
        Some((path, after.get(1..)?.trim()))
    };
    // The value of such a file is a word or a few, the file's name has no colon.
    let ends = rest.match_indices(':').map(|(at, _)| at).take(8);
    let found = ends.filter_map(whole).find(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b"_0123456789".contains(&b))
    });
    found
        .or_else(|| Some((commands::shown_by_kernel(start)?, rest.trim())))
        .filter(|(path, value)| {
            path.starts_with("/sys/bus/pci/devices/")
                && path.split('/').count() == 7
                && !value.is_empty()
        })
}

/// Whether a line that follows `cat PATH` may be one of that file. The end of a file is not
/// marked: a line that its format has not is of something else.
pub(super) fn belongs(path: &str, line: &str) -> bool {
    let line = line.trim();
    if is_of_kernel(path) {
        return of_kernel_file(path, line);
    }
    if line.is_empty() || line.starts_with('#') {
        return true;
    }
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let is_name = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if path == "/etc/default/grub" {
        return line.contains('=') || line.ends_with(['"', '\'', '\\']) || first == "export";
    }
    if path.starts_with("/etc/modprobe.d/") {
        return DIRECTIVES.contains(&first) || line.ends_with('\\') || is_almost_modprobe(line);
    }
    if path == "/etc/modules"
        || path.starts_with("/etc/modules-load.d/")
        || path == "/etc/initramfs-tools/modules"
    {
        return is_name(first) && words.all(|word| word.contains('='));
    }
    if path.starts_with("/etc/pve/qemu-server/") {
        return line.contains(':') || line.starts_with('[');
    }
    true
}
