//! A hook that has initramfs-tools pack a module.
//!
//! A hook is a separate file: unlike a line in `/etc/initramfs-tools/modules` it can be written and
//! undone independently of existing text.

use host_tree::Edit;
use pci_core::modules::ModuleName;

/// Where the hook belongs (initramfs-tools(7), "Hook scripts").
pub const HOOK: &str = "/etc/initramfs-tools/hooks/passthru-vfio";

/// The hook that includes `module`, with its dependencies and `softdep`s.
///
/// ```
/// use hostconf::binding::initramfs_hook::hook;
/// let text = hook(&"vfio-pci".parse()?);
/// assert!(text.ends_with("manual_add_modules vfio-pci\n"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn hook(module: &ModuleName) -> String {
    format!("{HEAD}manual_add_modules {module}\n")
}

/// The hook as an edit: new, or in place of `before`.
#[must_use]
pub fn edit(module: &ModuleName, before: Option<&str>) -> Edit {
    Edit::new_script(HOOK, hook(module)).replacing(before.map(str::to_owned))
}

/// Answers `prereqs` as required by initramfs-tools(7).
const HEAD: &str = "#!/bin/sh
# Written by passthru: packs a module into the initramfs.
PREREQ=''
prereqs() { echo \"$PREREQ\"; }
case \"$1\" in
prereqs)
	prereqs
	exit 0
	;;
esac

. /usr/share/initramfs-tools/hook-functions
";
