//! What started the running kernel: from EFI variables, from what `bootctl status`
//! printed, from the kernel's own options.

use host_tree::{Evidence, HostTree, numbered_lines};

use super::command_line::CommandLine;
use super::{efi_variables, running};

/// A program that starts kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Grub,
    SystemdBoot,
    Refind,
    Limine,
    Syslinux,
    /// The firmware itself.
    Firmware,
}

/// How the running kernel was started, as far as the tree shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Booted {
    pub(super) by: Option<Program>,
    /// Whether it was a unified kernel image, in which the options are.
    pub(super) unified: bool,
    /// Whether the kernel's options name an initrd as EFI programs do, with
    /// backslashes: systemd-boot, rEFInd and the firmware's own entries.
    pub(super) efi_initrd: bool,
}

/// Finds it, and adds the lines that show it.
pub(super) fn find(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Booted {
    let mut booted = Booted::default();
    by_variables(tree, &mut booted, evidence);
    by_bootctl(tree, &mut booted, evidence);
    let Some((text, proof)) = running::options(tree) else {
        return booted;
    };
    let line = CommandLine::parse(&text);
    let mut initrds = line
        .all("initrd")
        .filter_map(|option| option.value.as_deref());
    booted.efi_initrd = line
        .all("initrd")
        .any(|option| option.value.as_deref().is_some_and(|v| v.starts_with('\\')));
    let by = match (line.get("BOOT_IMAGE").is_some(), initrds.next()) {
        // Both leave the name of the kernel; GRUB's initrd is not an option
        // (GRUB 2.06, grub-core/loader/i386/linux.c), SYSLINUX's is (its wiki,
        // "Working Directory", and core's pass of `initrd=`).
        (true, None) => Some(Program::Grub),
        (true, Some(initrd)) if !initrd.starts_with('\\') => Some(Program::Syslinux),
        (true, Some(_)) => Some(Program::Grub),
        (false, _) => None,
    };
    if booted.by.is_none() && by.is_some() {
        booted.by = by;
        evidence.push(proof);
    }
    booted
}

fn by_variables(tree: &dyn HostTree, booted: &mut Booted, evidence: &mut Vec<Evidence>) {
    if let Some(loader) = efi_variables::loader_text(tree, "LoaderInfo") {
        booted.by = program(&loader.text);
        if booted.by.is_some() {
            evidence.push(loader);
        }
    }
    if let Some(stub) = efi_variables::loader_text(tree, "StubInfo") {
        booted.unified = true;
        evidence.push(stub);
    }
    let Some((option, shown)) = efi_variables::booted_by(tree) else {
        return;
    };
    let Some(file) = option.file else { return };
    let lower = file.to_ascii_lowercase();
    let name = lower.rsplit('\\').next().unwrap_or_default();
    let by = if lower.contains("refind") {
        Some(Program::Refind)
    } else if lower.contains("limine") {
        Some(Program::Limine)
    } else if name.starts_with("systemd-boot") {
        Some(Program::SystemdBoot)
    } else if name.starts_with("grub") {
        Some(Program::Grub)
    } else if lower.contains("\\efi\\linux\\") {
        booted.unified = true;
        Some(Program::Firmware)
    } else if name.starts_with("vmlinuz") || name.starts_with("bzimage") {
        Some(Program::Firmware)
    } else {
        None
    };
    if let (None, Some(_)) = (booted.by, by) {
        booted.by = by;
        evidence.push(shown);
    }
}

/// `Product: systemd-boot 252.39-1`, of `bootctl status` (systemd 252).
fn by_bootctl(tree: &dyn HostTree, booted: &mut Booted, evidence: &mut Vec<Evidence>) {
    for output in tree.texts() {
        for (number, line) in numbered_lines(&output.text) {
            let Some(product) = line.trim().strip_prefix("Product: ") else {
                continue;
            };
            // Of other programs the word is followed by a machine's name.
            let by = program(product);
            let is_new = by.is_some() && booted.by.is_none();
            let stub = product.starts_with("systemd-stub");
            if is_new {
                booted.by = by;
            }
            booted.unified |= stub;
            if is_new || stub {
                evidence.push(Evidence::new(&*output.command, number, line.trim()));
            }
        }
    }
}

/// The program that calls itself `name` in `LoaderInfo`.
fn program(name: &str) -> Option<Program> {
    if name.starts_with("systemd-boot") {
        Some(Program::SystemdBoot)
    } else if name.starts_with("GRUB") {
        Some(Program::Grub)
    } else {
        None
    }
}
