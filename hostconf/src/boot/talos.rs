//! Talos Linux: no shell and no file to edit; options are set from outside (Talos documentation,
//! "Boot Loader", "Kernel", `MachineConfig`).
//!
//! Since 1.10 a machine with UEFI boots a unified kernel image, which contains the options: they
//! are set in a schematic of Image Factory, and an upgrade to its image applies them. With GRUB the
//! machine configuration contains them, up to 1.11; a new installation of 1.12 uses those of the
//! image with GRUB, too.

/// A schematic for Image Factory with these options. One that begins with `-` removes an option
/// that Talos sets itself.
///
/// ```
/// use hostconf::boot::talos::schematic;
/// assert_eq!(
///     schematic(&["iommu=pt".to_owned()], &[]),
///     "customization:\n  extraKernelArgs:\n    - \"iommu=pt\"\n"
/// );
/// ```
#[must_use]
pub fn schematic(added: &[String], removed: &[String]) -> String {
    let mut out = "customization:\n  extraKernelArgs:\n".to_owned();
    for option in removed {
        out.push_str(&format!("    - \"-{option}\"\n"));
    }
    for option in added {
        out.push_str(&format!("    - \"{option}\"\n"));
    }
    out
}

/// A patch of the machine's configuration with these options.
#[must_use]
pub fn machine_patch(added: &[String], removed: &[String]) -> String {
    let mut out = "machine:\n  install:\n    extraKernelArgs:\n".to_owned();
    for option in removed {
        out.push_str(&format!("      - \"-{option}\"\n"));
    }
    for option in added {
        out.push_str(&format!("      - \"{option}\"\n"));
    }
    out
}
