//! NixOS: a separate module that binds functions to vfio-pci, and its import. Kernel options and
//! the boot loader are other options of the same system.

#[cfg(feature = "convert")]
mod format;

use pci_core::modules::ModuleName;

use crate::description::Description;
use crate::emitted::{Emitted, EmittedFile, Feature, Line, ManualStep, NotConverted};
use crate::error::{Cause, Error};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

const TARGET: &str = "NixOS";

/// The path of the module.
pub const PATH: &str = "/etc/nixos/passthru.nix";

/// Selection of the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NixBinding {
    /// By vendor and device id: no other function of the host has them.
    ById,
    /// By address: another function has the same IDs, or may.
    ByAddress,
}

/// `text` as a Nix string (Nix manual, "String literal"): `"`, `\` and `${` are the
/// only ones that mean something.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "\\${")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
        .replace('\t', "\\t");
    format!("\"{escaped}\"")
}

/// The module. `drivers` are the host drivers of the functions.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::nixos::{self, NixBinding};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let gpu = AssignedFunction {
///     id: Some("10de:2204".parse()?),
///     ..AssignedFunction::at("01:00.0".parse()?)
/// };
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let vm = Description::new("win11".parse()?, assigned);
/// let module = nixos::emit(&vm, NixBinding::ById, &[])?.files[0].to_string();
/// assert!(module.contains("options vfio-pci ids=10de:2204"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When binding by id is requested and an id is not known.
pub fn emit(vm: &Description, how: NixBinding, drivers: &[ModuleName]) -> Result<Emitted, Error> {
    let mut file = EmittedFile::new(PATH);
    let mut say = |text: &str, why: &str| file.push(Line::new(text, why));
    say("{ lib, ... }:", "a module of the system's configuration");
    say("{", "");
    say(
        "  boot.initrd.kernelModules = lib.mkBefore [ \"vfio_pci\" \"vfio_iommu_type1\" ];",
        "vfio-pci is in the initramfs, and loads before a graphics driver that is listed there",
    );
    match how {
        NixBinding::ById => {
            let mut ids: Vec<String> = Vec::new();
            for function in vm.assigned.functions() {
                let id = function.id.ok_or(Cause::Missing {
                    target: TARGET,
                    what: "the vendor and device id of each function",
                })?;
                let id = id.to_string();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let mut config = format!("options vfio-pci ids={}\n", ids.join(","));
            for driver in drivers {
                config.push_str(&format!("softdep {driver} pre: vfio-pci\n"));
            }
            say(
                &format!("  boot.extraModprobeConfig = {};", quoted(&config)),
                "vfio-pci binds the functions by ID, and loads before their host drivers",
            );
        }
        NixBinding::ByAddress => {
            let mut rules = String::new();
            for function in vm.assigned.functions() {
                // Another card may be at the address later.
                let id = function.id.map_or_else(String::new, |id| {
                    format!(
                        "ATTR{{vendor}}==\"0x{}\", ATTR{{device}}==\"0x{}\", ",
                        id.vendor, id.device
                    )
                });
                rules.push_str(&format!(
                    "ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"{}\", {id}\
                     ATTR{{driver_override}}=\"vfio-pci\"\n",
                    function.address
                ));
            }
            let rules = quoted(&rules);
            let why = "no other driver may bind these functions, by address: another function has the same IDs, or may; libvirt binds them to vfio-pci when the guest starts";
            say(
                &format!("  boot.initrd.services.udev.rules = {rules};"),
                why,
            );
            say(&format!("  services.udev.extraRules = {rules};"), why);
        }
    }
    say(
        "  virtualisation.libvirtd.enable = lib.mkDefault true;",
        "the hypervisor",
    );
    say("}", "");
    let mut not_converted = Feature::unsupported(vm, TARGET, &[]);
    not_converted.push(NotConverted::new(
        format!("guest {}", vm.name),
        "the module is of the host: the guest is a libvirt domain",
    ));
    Ok(Emitted {
        files: vec![file],
        steps: vec![
            ManualStep {
                name: "nixos-import",
                text: "add ./passthru.nix to the list imports of /etc/nixos/configuration.nix"
                    .to_owned(),
            },
            ManualStep {
                name: "nixos-rebuild",
                text:
                    "run nixos-rebuild boot: the new generation takes effect at the next boot, and \
                     the boot menu keeps the one before"
                        .to_owned(),
            },
        ],
        not_converted,
        ..Emitted::default()
    })
}
