//! The reader of the file at a path.

use hostconf::binding::modules::{ETC_MODULES, INITRAMFS_MODULES};
use hostconf::binding::{booster, dracut, driverctl, mkinitcpio};
use hostconf::boot::loader::{SDBOOT_MANAGE, UPDATE_EXTLINUX};
use hostconf::boot::{grub_files, kernel_cmdline, kernelstub, limine_entry_tool};
use hvconf::unraid;

use super::setting::{FileSetting, Found};
use super::{documents, guests, kernel_lines, lists, own};

/// Returns the settings of the file at `path` on a host, in the order of their lines. In a file
/// without a reader here, each line is a setting.
///
/// ```
/// use passthru::file_settings::of;
/// let text = "# boot\nGRUB_CMDLINE_LINUX=\"root=/dev/sda1 vfio-pci.ids=10de:2d04,10de:22eb\"\n";
/// let settings = of("/etc/default/grub", text);
/// let shown: Vec<_> = settings.iter().map(|s| (s.place.as_str(), s.name.as_str(), s.value.as_str())).collect();
/// assert_eq!(shown, [
///     ("", "", "# boot"),
///     ("", "GRUB_CMDLINE_LINUX", ""),
///     ("GRUB_CMDLINE_LINUX", "root", "/dev/sda1"),
///     ("GRUB_CMDLINE_LINUX", "vfio-pci.ids", "10de:2d04"),
///     ("GRUB_CMDLINE_LINUX", "vfio-pci.ids", "10de:22eb"),
/// ]);
/// ```
#[must_use]
pub fn of(path: &str, text: &str) -> Vec<FileSetting> {
    let mut found = Found::new(text);
    let format = FORMATS.iter().find(|format| (format.is_at)(path));
    match format {
        Some(format) => (format.read)(&mut found),
        None if own::is_own(path) => own::own(&mut found, path),
        None => {}
    }
    found.finish()
}

/// A format: the paths of its files, and its reader.
struct Format {
    is_at: fn(&str) -> bool,
    read: fn(&mut Found<'_>),
}

/// Whether the path is of a file with such an end, in a directory.
fn in_directory(path: &str, directory: &str, end: &str) -> bool {
    let name = path.strip_prefix(directory);
    let name = name.and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name.ends_with(end))
}

fn is_named(path: &str, names: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    names.contains(&name)
}

/// The formats; of several that a path is of the first.
const FORMATS: &[Format] = &[
    Format {
        is_at: |path| path == grub_files::MAIN || in_directory(path, grub_files::DROP_INS, ""),
        read: kernel_lines::sourced,
    },
    Format {
        is_at: |path| path == SDBOOT_MANAGE || path == UPDATE_EXTLINUX,
        read: kernel_lines::sourced,
    },
    Format {
        is_at: |path| path == kernel_cmdline::PATH,
        read: kernel_lines::kernel_cmdline,
    },
    Format {
        is_at: |path| in_directory(path, "/etc/cmdline.d", ".conf"),
        read: kernel_lines::plain,
    },
    Format {
        is_at: |path| path.contains("/loader/entries/") && path.ends_with(".conf"),
        read: kernel_lines::bls,
    },
    Format {
        is_at: |path| is_named(path, &["syslinux.cfg", "extlinux.conf"]),
        read: kernel_lines::syslinux,
    },
    Format {
        is_at: |path| is_named(path, &["limine.conf"]),
        read: kernel_lines::limine,
    },
    Format {
        is_at: |path| is_named(path, &["limine.cfg"]),
        read: kernel_lines::limine_before_8,
    },
    Format {
        is_at: |path| is_named(path, &["refind_linux.conf"]),
        read: kernel_lines::refind_linux,
    },
    Format {
        is_at: |path| is_named(path, &["refind.conf"]),
        read: kernel_lines::refind,
    },
    Format {
        is_at: |path| path == kernelstub::PATH,
        read: kernel_lines::kernelstub_json,
    },
    Format {
        is_at: |path| {
            path == limine_entry_tool::PATH || in_directory(path, limine_entry_tool::DROP_INS, "")
        },
        read: kernel_lines::limine_entry_tool,
    },
    Format {
        is_at: |path| in_directory(path, "/etc/nixos", ".nix"),
        read: kernel_lines::nixos,
    },
    Format {
        is_at: |path| path.contains("/modprobe.d/"),
        read: lists::modprobe,
    },
    Format {
        is_at: |path| path == ETC_MODULES || in_directory(path, "/etc/modules-load.d", ""),
        read: lists::modules_load,
    },
    Format {
        is_at: |path| path == INITRAMFS_MODULES,
        read: lists::initramfs_modules,
    },
    Format {
        is_at: |path| {
            let mut places = dracut::PLACES.iter();
            let is_dracut =
                places.any(|place| path == *place || in_directory(path, place, ".conf"));
            path == mkinitcpio::CONF || is_dracut && path != dracut::CONF
        },
        read: lists::assignments,
    },
    Format {
        is_at: |path| path == booster::CONF,
        read: documents::yaml,
    },
    Format {
        is_at: |path| in_directory(path, driverctl::DIRECTORY, ""),
        read: own::driverctl,
    },
    Format {
        is_at: |path| path == unraid::PATH,
        read: guests::unraid,
    },
    Format {
        is_at: |path| is_named(path, &["loader.conf"]),
        read: guests::loader_conf,
    },
    Format {
        is_at: |path| path.contains("/qemu-server/") && path.ends_with(".conf"),
        read: guests::proxmox,
    },
    Format {
        is_at: |path| path.ends_with(".vmx"),
        read: guests::vmx,
    },
    Format {
        is_at: |path| in_directory(path, "/etc/xen", ".cfg"),
        read: guests::xl,
    },
    Format {
        is_at: |path| is_named(path, &["nova.conf", "pci.cfg"]),
        read: guests::sections,
    },
    Format {
        is_at: |path| path.ends_with(".xml"),
        read: documents::xml,
    },
    Format {
        is_at: |path| path.ends_with(".yaml") || path.ends_with(".yml"),
        read: documents::yaml,
    },
];
