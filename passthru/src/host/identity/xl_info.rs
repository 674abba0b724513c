//! `xl info`, which only Xen's dom0 prints.

use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::IommuStatus;

use crate::host::guests::guest_parts;

/// Keys that no other program prints (Xen tools/xl/xl_info.c).
const KEYS: [&str; 5] = [
    "xen_version",
    "xen_caps",
    "xen_commandline",
    "xen_scheduler",
    VIRT_CAPS,
];

const VIRT_CAPS: &str = "virt_caps";

/// The column of the colon behind each key.
const COLON: usize = 23;

/// The value of a line of `xl info` by its key.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(key)?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}

/// The numbers of the lines of `xl info` in a text.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let is_own = |line: &str| KEYS.iter().any(|key| value(line, key).is_some());
    if !text.lines().any(is_own) {
        return Vec::new();
    }
    let is_row = |line: &str| {
        line.find(':') == Some(COLON)
            && line.split_once(' ').is_some_and(|(key, _)| {
                key.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            })
    };
    numbered_lines(text)
        .filter(|(_, line)| is_own(line) || is_row(line))
        .map(|(number, _)| number)
        .collect()
}

/// The first line that only dom0 prints, in a text with several of them: one alone may be quoted.
pub(in crate::host) fn dom0(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
) -> Option<Evidence> {
    let is_own = |line: &str| KEYS.iter().any(|key| value(line, key).is_some());
    texts.iter().zip(of_guests).find_map(|(text, of_guests)| {
        let mut own = numbered_lines(&text.text)
            .filter(|(number, line)| is_own(line) && !guest_parts::has(of_guests, *number));
        let (number, line) = own.next()?;
        own.next()?;
        Some(Evidence::new(&*text.command, number, line))
    })
}

/// The line of Xen's own options without one that disables the IOMMU
/// (Xen docs/misc/xen-command-line.pandoc, iommu).
pub(in crate::host) fn without_iommu_off(texts: &[CommandText]) -> Option<Evidence> {
    first(texts, |line| {
        let options = value(line, "xen_commandline")?;
        let mut own = options.split_ascii_whitespace();
        let is_off = own.any(|option| {
            let values = option.strip_prefix("iommu=").unwrap_or_default();
            let mut values = values.split(',');
            option == "no-iommu"
                || values.any(|one| matches!(one, "off" | "no" | "0" | "false" | "disable"))
        });
        (!is_off).then_some(())
    })
    .map(|(_, line)| line)
}

/// Whether Xen uses the IOMMU: it offers direct access of HVM guests to devices with an IOMMU, and
/// only with one (Xen `xen/arch/x86/sysctl.c`, `arch_do_physinfo`).
pub(in crate::host) fn iommu(texts: &[CommandText]) -> Option<(IommuStatus, Evidence)> {
    first(texts, |line| {
        // `xl info virt_caps` prints the value alone.
        let named = value(line, VIRT_CAPS);
        let words: Vec<&str> = named.unwrap_or(line).split_ascii_whitespace().collect();
        let is_value = words
            .first()
            .is_some_and(|first| matches!(*first, "pv" | "hvm"));
        if !is_value {
            return None;
        }
        if words.contains(&"hvm_directio") || words.contains(&"pv_directio") {
            return Some(IommuStatus::Enabled);
        }
        (named.is_some() && words.contains(&"hvm")).then_some(IommuStatus::Disabled)
    })
}

fn first<T>(texts: &[CommandText], read: impl Fn(&str) -> Option<T>) -> Option<(T, Evidence)> {
    texts.iter().find_map(|text| {
        let found =
            |(number, line)| Some((read(line)?, Evidence::new(&*text.command, number, line)));
        numbered_lines(&text.text).find_map(found)
    })
}

#[cfg(test)]
mod tests;
