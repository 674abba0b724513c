//! `passthru convert`: one hypervisor's configuration as another's.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use hvconf::convert::{Format, Wanted};
use hvconf::description::MemorySize;
use hvconf::esxi::SystemId;
use hvconf::kubernetes::NodeName;
use hvconf::proxmox::VmId;

use super::input::{self, Input, file_bytes};
use super::outcome::{FAULTS, OK, Outcome, file_error, usage};
use super::output::write_new;
use super::values::listed;
use crate::conversion;
use crate::render::{self, Converted, Style};
use crate::text::{Text, text};

// The source and the target of a conversion.
#[derive(Debug, Args)]
pub(super) struct Convert {
    /// Read a VM of Proxmox VE (105.conf), domain XML, a launch script of QEMU, crosvm,
    /// Cloud Hypervisor or bhyve, a .vmx, an xl.cfg, a guest of vm-bhyve, an Incus
    /// instance, the JSON of vm.create, or a host configuration: nova.conf, Harvester's
    /// claims, Talos' configuration, vfio-pci.cfg, loader.conf; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "TARGET", help = target_help(), value_parser = listed::<Format>(formats), hide_possible_values = true)]
    to: Format,
    /// Set the VM number, for the target proxmox
    #[arg(long, value_name = "ID")]
    vm: Option<VmId>,
    /// Read Proxmox VE's resource mappings (/etc/pve/mapping/pci.cfg), if the VM uses them
    #[arg(long, value_name = "FILE")]
    mappings: Option<PathBuf>,
    /// Set the host's UUID (`esxcli system uuid get`), for the target esxi
    #[arg(long, value_name = "UUID")]
    system: Option<SystemId>,
    /// Set the node of the functions: of Kubernetes, for the target harvester, or of Proxmox
    /// VE, for --mappings
    #[arg(long, value_name = "NAME")]
    node: Option<NodeName>,
    /// Set the guest's memory in MiB, if it is not in the file
    #[arg(long, value_name = "MIB")]
    memory: Option<NonZeroU32>,
    /// Write the configuration to a file, and print the remaining steps
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn formats() -> Vec<&'static str> {
    Format::ALL.map(Format::word).to_vec()
}

fn target_help() -> String {
    let words = formats();
    match words.split_last() {
        Some((last, rest)) => format!("Set the target: {} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

impl Convert {
    pub(super) fn run(self, input: &Input, style: Style, json: bool) -> Outcome {
        let text = text_of(&self.file)?;
        let mappings = self.mappings.as_deref().map(text_of).transpose()?;
        // The host is read where it is named: the file may be of another one.
        let is_named = input.root.is_some() || !input.from.is_empty() || input.host.is_some();
        let host = if is_named {
            Some(input::Source::open(input, &[]).map_err(usage)?.host())
        } else {
            None
        };
        let name = self.file.to_string_lossy();
        let source = conversion::ConversionInput {
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
        let (format, mut emitted) =
            conversion::of_text(&source, self.to, &wanted).map_err(|error| {
                if error.kind() == crate::ErrorKind::Unsupported {
                    (error.text(), FAULTS)
                } else {
                    usage(error)
                }
            })?;
        if let Some(path) = &self.output {
            let file = emitted.files.first().map(ToString::to_string);
            write_new(path, &file.unwrap_or_default())?;
            // The commands read the written file.
            let planned = emitted.files.first().map(|file| file.path.clone());
            let commands = emitted.commands.iter_mut();
            for word in commands.flat_map(|command| &mut command.argv) {
                if Some(&*word) == planned.as_ref() {
                    *word = path.to_string_lossy().into_owned();
                }
            }
        }
        let text = if json {
            super::outcome::to_json(&conversion::document(format, self.to, &emitted))?
        } else {
            let file = match self.output {
                Some(_) => Converted::Written,
                None => Converted::Shown,
            };
            render::conversion(&emitted, file, style)
        };
        Ok((text, OK))
    }
}

fn text_of(path: &Path) -> Result<String, (Text, u8)> {
    let bytes = file_bytes(path).map_err(usage)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        file_error(
            path,
            text!(
                "expected the configuration of a virtual machine, found data that is not text at \
                 byte {offset}",
                offset = at
            ),
        )
    })
}
