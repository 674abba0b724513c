//! The program that started the running kernel: from EFI variables, from the output of `bootctl
//! status`, from the kernel's options.

use host_tree::{Evidence, HostTree, numbered_lines};

use super::declaration::{Program, Trace};
use crate::boot::command_line::CommandLine;
use crate::boot::{efi_variables, running};

/// Start of the running kernel, as far as known.
#[derive(Default)]
pub(in crate::boot) struct Started {
    pub(in crate::boot) by: Option<&'static Program>,
    /// A program that is compatible with the kernel's options, if they prove none.
    pub(in crate::boot) fits: Option<&'static Program>,
    /// The programs without whose traces the kernel's options are.
    pub(in crate::boot) excluded: Vec<&'static Program>,
    /// Whether it was a unified kernel image, which contains the options.
    pub(in crate::boot) unified: bool,
}

/// Finds it among `programs`, and adds the lines that show it.
pub(in crate::boot) fn find(
    tree: &dyn HostTree,
    programs: &[&'static Program],
    evidence: &mut Vec<Evidence>,
) -> Started {
    let mut started = Started::default();
    by_variables(tree, programs, &mut started, evidence);
    by_bootctl(tree, programs, &mut started, evidence);
    let Some((text, proof)) = running::options(tree) else {
        return started;
    };
    let line = CommandLine::parse(&text);
    let is_efi = |value: &str| value.starts_with('\\');
    let initrds: Vec<&str> = line
        .all("initrd")
        .filter_map(|option| option.value.as_deref())
        .collect();
    let has_efi_initrd = initrds.iter().any(|value| is_efi(value));
    let trace = match (line.get("BOOT_IMAGE").is_some(), initrds.first()) {
        (true, Some(initrd)) if !is_efi(initrd) => Some(Trace::BootImageAndInitrd),
        (true, _) => Some(Trace::BootImage),
        (false, _) => None,
    };
    let mut all = programs.iter().copied();
    let by = all.find(|program| trace.is_some() && program.trace == trace);
    if started.by.is_none() && by.is_some() {
        started.by = by;
        evidence.push(proof);
    }
    let fits = |program: &&&'static Program| match program.trace {
        Some(Trace::EfiInitrd { unless }) => has_efi_initrd && tree.read(unless).found().is_none(),
        _ => false,
    };
    started.fits = programs.iter().find(fits).copied();
    // A unified kernel image of any program has options of its own.
    let is_excluded = |program: &&&'static Program| match program.trace {
        _ if started.unified || started.by.is_some() => false,
        Some(Trace::BootImage | Trace::BootImageAndInitrd) => trace.is_none(),
        Some(Trace::EfiInitrd { .. }) => !fits(program),
        None => false,
    };
    started.excluded = programs.iter().filter(is_excluded).copied().collect();
    started
}

fn by_variables(
    tree: &dyn HostTree,
    programs: &[&'static Program],
    started: &mut Started,
    evidence: &mut Vec<Evidence>,
) {
    if let Some(loader) = efi_variables::loader_text(tree, "LoaderInfo") {
        started.by = named(programs, &loader.text);
        if started.by.is_some() {
            evidence.push(loader);
        }
    }
    if let Some(stub) = efi_variables::loader_text(tree, "StubInfo") {
        started.unified = true;
        evidence.push(stub);
    }
    let Some((option, shown)) = efi_variables::booted_by(tree) else {
        return;
    };
    let Some(file) = option.file else { return };
    let lower = file.to_ascii_lowercase();
    let is_image = lower.contains("\\efi\\linux\\");
    let loader = by_efi_file(programs, &lower, false);
    started.unified |= loader.is_none() && is_image;
    let by = loader.or_else(|| by_efi_file(programs, &lower, true));
    if let (None, Some(_)) = (started.by, by) {
        started.by = by;
        evidence.push(shown);
    }
}

/// The program whose EFI file has this path, in lower case; a unified kernel image is a kernel, for
/// any name.
fn by_efi_file(
    programs: &[&'static Program],
    path: &str,
    is_kernel: bool,
) -> Option<&'static Program> {
    let programs = || {
        programs
            .iter()
            .filter(move |program| program.is_kernel == is_kernel)
    };
    let name = path.rsplit('\\').next().unwrap_or_default();
    let in_path =
        |program: &&&'static Program| program.efi_path.is_some_and(|word| path.contains(word));
    let by_name = |program: &&&'static Program| {
        let is_image = is_kernel && path.contains("\\efi\\linux\\");
        is_image
            || program
                .efi_names
                .iter()
                .any(|start| name.starts_with(start))
    };
    let found = programs()
        .find(in_path)
        .or_else(|| programs().find(by_name));
    found.copied()
}

/// `Product: systemd-boot 252.39-1`, of `bootctl status` (systemd 252).
fn by_bootctl(
    tree: &dyn HostTree,
    programs: &[&'static Program],
    started: &mut Started,
    evidence: &mut Vec<Evidence>,
) {
    for output in tree.texts() {
        for (number, line) in numbered_lines(&output.text) {
            let Some(product) = line.trim().strip_prefix("Product: ") else {
                continue;
            };
            // Of other programs the word is followed by a machine's name.
            let by = named(programs, product);
            let is_new = by.is_some() && started.by.is_none();
            let stub = product.starts_with("systemd-stub");
            if is_new {
                started.by = by;
            }
            started.unified |= stub;
            if is_new || stub {
                evidence.push(Evidence::new(&*output.command, number, line.trim()));
            }
        }
    }
}

/// The program that calls itself `name` in `LoaderInfo`.
fn named(programs: &[&'static Program], name: &str) -> Option<&'static Program> {
    let mut all = programs.iter().copied();
    all.find(|program| {
        program
            .calls_itself
            .is_some_and(|start| name.starts_with(start))
    })
}
