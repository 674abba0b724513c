//! Files with kernel options that the host's boot loader does not read.

use hostconf::boot::loader::Loader;

/// Whether the boot loader does not read the file at `path`.
pub(in crate::host) fn is_unread(loader: &Loader, path: &str) -> bool {
    let Loader::Known { kind, .. } = loader else {
        return false;
    };
    is_among(kind.unread(), path)
}

/// Whether tools copy the options of the file at `path` into the boot loader's.
pub(super) fn is_copied(loader: &Loader, path: &str) -> bool {
    let Loader::Known { kind, .. } = loader else {
        return false;
    };
    is_among(kind.copied(), path)
}

/// Whether the boot loader reads one of the two usual files, but not the other.
pub(super) fn is_chosen(loader: &Loader) -> bool {
    matches!(loader, Loader::Known { kind, .. } if kind.unread().len() == 1)
}

fn is_among(files: &[&str], path: &str) -> bool {
    files.iter().any(|file| {
        // GRUB's main file has a directory of drop-ins.
        let rest = path.strip_prefix(file);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".d/"))
    })
}
