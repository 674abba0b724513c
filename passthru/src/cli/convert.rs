//! `passthru convert`: one hypervisor's configuration as another's.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use hvconf::convert::{Format, Wanted};
use hvconf::description::MemorySize;
use hvconf::esxi::SystemId;
use hvconf::kubernetes::NodeName;
use hvconf::proxmox::VmId;

use super::input::{self, Input, read};
use super::outcome::{FAULTS, OK, Outcome, usage};
use super::output::write_new;
use super::values::listed;
use crate::conversion;
use crate::render::{self, Converted};

/// What is converted, and into what.
#[derive(Debug, Args)]
pub(super) struct Convert {
    /// A machine of Proxmox VE (105.conf), a domain's XML, a script that starts QEMU,
    /// crosvm, Cloud Hypervisor or bhyve, a .vmx, an xl.cfg, a guest of vm-bhyve, an
    /// instance of Incus, the JSON of vm.create, or a host's list: nova.conf, Harvester's
    /// claims, Talos' configuration, vfio-pci.cfg, loader.conf; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The target: proxmox, libvirt, qemu, esxi, xen, bhyve, cloud-hypervisor, crosvm, incus,
    /// nova, harvester, talos, unraid, hyper-v, kubevirt or nixos
    #[arg(long, value_name = "TARGET", value_parser = listed::<Format>(formats), hide_possible_values = true)]
    to: Format,
    /// The machine's number on Proxmox VE, where that is the target
    #[arg(long, value_name = "ID")]
    vm: Option<VmId>,
    /// Proxmox VE's resource mappings (/etc/pve/mapping/pci.cfg), where the machine
    /// names its functions by them
    #[arg(long, value_name = "FILE")]
    mappings: Option<PathBuf>,
    /// The host's UUID on ESXi (`esxcli system uuid get`), where that is the target
    #[arg(long, value_name = "UUID")]
    system: Option<SystemId>,
    /// The node in Kubernetes that has the functions, where Harvester is the target
    #[arg(long, value_name = "NAME")]
    node: Option<NodeName>,
    /// The guest's memory in MiB, where the file says nothing of it
    #[arg(long, value_name = "MIB")]
    memory: Option<NonZeroU32>,
    /// Write the configuration to a file, and print the rest
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn formats() -> Vec<&'static str> {
    Format::ALL.map(Format::word).to_vec()
}

impl Convert {
    pub(super) fn run(self, input: &Input, json: bool) -> Outcome {
        let text = text_of(&self.file)?;
        let mappings = self.mappings.as_deref().map(text_of).transpose()?;
        // The host is read where it is named: the file may be of another one.
        let is_named = input.root.is_some() || !input.from.is_empty() || input.machine.is_some();
        let host = if is_named {
            Some(input::Source::open(input, &[]).map_err(usage)?.host())
        } else {
            None
        };
        let name = self.file.to_string_lossy();
        let source = conversion::Text {
            name: &name,
            text: &text,
            host: host.as_ref(),
            mappings: mappings.as_deref(),
        };
        let wanted = Wanted {
            number: self.vm,
            system: self.system,
            node: self.node,
            memory: self
                .memory
                .and_then(|memory| MemorySize::from_mebibytes(memory.get())),
            ..Wanted::default()
        };
        let (format, emitted) =
            conversion::of_text(&source, self.to, &wanted).map_err(|error| {
                if error.is_of_target() {
                    (error.to_string(), FAULTS)
                } else {
                    usage(error)
                }
            })?;
        if let Some(path) = &self.output {
            let file = emitted.files.first().map(ToString::to_string);
            write_new(path, &file.unwrap_or_default())?;
        }
        let text = if json {
            super::outcome::to_json(&conversion::document(format, self.to, &emitted))?
        } else {
            let file = match self.output {
                Some(_) => Converted::Written,
                None => Converted::Shown,
            };
            render::conversion(&emitted, file)
        };
        Ok((text, OK))
    }
}

fn text_of(path: &Path) -> Result<String, (String, u8)> {
    let bytes = read(path).map_err(usage)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        usage(format!("{}: expected UTF-8 at byte {at}", path.display()))
    })
}
