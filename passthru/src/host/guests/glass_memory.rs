//! The shared memory of Looking Glass, and the screen of the guest, as texts name them.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// Sizes that texts name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GlassMemory {
    /// The size of the shared memory in MiB: the first line that has one.
    pub(crate) mebibytes: Option<Fact<u16>>,
    /// The screen with the most pixels: its width and height.
    pub(crate) screen: Option<Fact<(u16, u16)>>,
}

/// So many lines after `<shmem` may have its size.
const NEAR: u32 = 8;

/// Reads the sizes; those of screens only from texts about Looking Glass.
pub(in crate::host) fn read(texts: &[CommandText]) -> GlassMemory {
    let mut found = GlassMemory::default();
    for text in texts {
        let lower = text.text.to_ascii_lowercase();
        if !lower.contains("looking-glass") && !lower.contains("looking glass") {
            continue;
        }
        let mut of_shmem = None;
        for (number, line) in numbered_lines(&text.text) {
            if line.contains("<shmem") {
                of_shmem = Some(number);
            }
            let is_of_shmem = of_shmem.is_some_and(|at| number - at <= NEAR);
            let evidence = || Evidence::new(&*text.command, number, line.trim());
            if found.mebibytes.is_none() {
                let size = in_log(line).or_else(|| in_element(line).filter(|_| is_of_shmem));
                found.mebibytes = size.map(|size| Fact::new(size, evidence()));
            }
            let pixels = |(width, height): (u16, u16)| u32::from(width) * u32::from(height);
            for screen in line.split(|c: char| !c.is_ascii_alphanumeric()) {
                let Some(screen) = mode(screen) else {
                    continue;
                };
                let known = found.screen.as_ref().map_or(0, |known| pixels(known.value));
                if pixels(screen) > known {
                    found.screen = Some(Fact::new(screen, evidence()));
                }
            }
        }
    }
    found
}

/// `IVSHMEM Size     : 32 MiB` of the host application (Looking Glass host/src/app.c), and
/// `static_size_mb=32` of the module kvmfr.
fn in_log(line: &str) -> Option<u16> {
    let lower = line.to_ascii_lowercase();
    let rest = match lower.split_once("static_size_mb=") {
        Some((_, rest)) => rest,
        None => lower.split_once("ivshmem size")?.1,
    };
    let rest = rest.trim_start_matches([' ', ':', '\t']);
    number(rest).filter(|_| lower.contains("mib") || lower.contains("static_size_mb="))
}

/// `<size unit='M'>32</size>` of a domain of libvirt.
fn in_element(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("<size unit=")?;
    let (unit, rest) = rest.split_once('>')?;
    let is_mebibytes = matches!(unit.trim_matches(['\'', '"']), "M" | "MiB");
    number(rest).filter(|_| is_mebibytes)
}

fn number(text: &str) -> Option<u16> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// `3840x2160`, in the range of screens.
fn mode(word: &str) -> Option<(u16, u16)> {
    let (width, height) = word.split_once(['x', 'X'])?;
    let (width, height): (u16, u16) = (width.parse().ok()?, height.parse().ok()?);
    let is_screen = (640..=8192).contains(&width) && (480..=4320).contains(&height);
    is_screen.then_some((width, height))
}

#[cfg(test)]
mod tests;
