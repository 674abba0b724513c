//! The options in a boot loader's files for the next boot.

use host_tree::HostTree;

pub use super::configured_options::ConfiguredOptions;
use super::loader::LoaderKind;
use super::loader::declaration::Change;
use super::menu;

/// Returns the options in the files of `kind`, except `/etc/default/grub` and
/// `/etc/kernel/cmdline`, which have separate readers ([`grub_files`](super::grub_files),
/// [`kernel_cmdline`](super::kernel_cmdline)).
///
/// Of a menu with several entries, those that all of the usual ones have.
///
/// ```
/// use hostconf::boot::configured::configured;
/// use hostconf::boot::loader::LoaderKind;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// let file = "label a\nkernel /bzimage\nappend initrd=/bzroot iommu=pt\n";
/// tree.insert_file("/boot/syslinux/syslinux.cfg", file);
/// let found = configured(&tree, LoaderKind::Syslinux);
/// assert_eq!(found[0].options, "initrd=/bzroot iommu=pt");
/// assert_eq!(found[0].evidence.line, Some(3));
/// ```
#[must_use]
pub fn configured(tree: &dyn HostTree, kind: LoaderKind) -> Vec<ConfiguredOptions> {
    let loader = kind.declaration();
    match (&loader.change, loader.configured) {
        (_, Some(configured)) => configured(tree),
        (Change::Menu(files), None) => menu::configured(files, tree),
        (Change::Variable(file), None) => file.configured(tree).into_iter().collect(),
        (Change::Edits(_) | Change::Steps(_), None) => Vec::new(),
    }
}
