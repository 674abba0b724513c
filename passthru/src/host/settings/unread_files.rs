//! Files with kernel options that the host's boot loader does not read.

use hostconf::boot::loader::Loader;

/// Whether the boot loader does not read the file at `path`.
pub(in crate::host) fn is_unread(loader: &Loader, path: &str) -> bool {
    let Loader::Known { kind, .. } = loader else {
        return false;
    };
    kind.unread().iter().any(|file| {
        // GRUB's main file has a directory of drop-ins.
        let rest = path.strip_prefix(file);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".d/"))
    })
}
