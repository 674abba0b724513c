//! Reading, completing, writing.

use super::format::Format;
use super::losses::{hidden_files, rename, unplaced, without_place};
use crate::bhyve::{self, PptDevs};
use crate::description::{Description, MemorySize};
use crate::emitted::{EmitError, Emitted, Found, Lost, ReadBack, ReadError};
use crate::esxi::{self, SystemId, VmxReadError};
use crate::incus::{self, Program};
use crate::kubernetes::{self, NodeName, Pooling, ReadManifest};
use crate::libvirt::{self, DomainReadError};
use crate::nixos::{self, NixBinding};
use crate::passed::{Coverage, PassedFunction};
use crate::proxmox::{self, ConfigReadError, DeviceNaming, PciCfg, PveVersion, Surroundings, VmId};
use crate::qemu::{self, LaunchWordsError, QemuHost, QemuReadError, QemuVersion, words_of};
use crate::unraid::{self, VfioPciCfg};
use crate::xen::{self, XlConfig};
use crate::{cloud_hypervisor, crosvm, hyper_v, nova};

/// A configuration, and what is known beside it.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The text.
    pub text: &'a str,
    /// The format that it is in.
    pub format: Format,
    /// The host's functions: ids for formats that want them, and which functions a
    /// slot has that is passed whole.
    pub functions: &'a [PassedFunction],
    /// Proxmox VE's resource mappings.
    pub mappings: Option<&'a PciCfg>,
    /// The machine's number on Proxmox VE.
    pub number: Option<VmId>,
}

impl<'a> Source<'a> {
    /// `text`, of which nothing else is known; `None` when it is in no format.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        Some(Self {
            text,
            format: Format::of(text)?,
            functions: &[],
            mappings: None,
            number: None,
        })
    }
}

/// What the target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The machine's number on Proxmox VE; `None` keeps the source's, or takes 100.
    pub number: Option<VmId>,
    /// Proxmox VE's version.
    pub proxmox: PveVersion,
    /// QEMU's version, and its host's files.
    pub qemu: QemuHost,
    /// ESXi's host.
    pub system: Option<SystemId>,
    /// The node that claims functions on Harvester.
    pub node: Option<NodeName>,
    /// The guest's memory, where the source says nothing of it.
    pub memory: Option<MemorySize>,
}

impl Default for Wanted {
    /// Proxmox VE 8.4, QEMU 7.2 on Debian.
    fn default() -> Self {
        Self {
            number: None,
            proxmox: PveVersion::new(8, 4),
            qemu: QemuHost::debian(QemuVersion::new(7, 2)),
            system: None,
            node: None,
            memory: None,
        }
    }
}

/// Why a configuration is not converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The configuration of Proxmox VE cannot be read.
    #[error(transparent)]
    Proxmox(#[from] ConfigReadError),
    /// The domain cannot be read.
    #[error(transparent)]
    Libvirt(#[from] DomainReadError),
    /// The text has no command line of QEMU.
    #[error(transparent)]
    Words(#[from] LaunchWordsError),
    /// The command line cannot be read.
    #[error(transparent)]
    Qemu(#[from] QemuReadError),
    /// The `.vmx` cannot be read.
    #[error(transparent)]
    Esxi(#[from] VmxReadError),
    /// The configuration of another hypervisor cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Texts of this format are written, not read.
    #[error("{0} is written, not read")]
    NotRead(Format),
    /// The target cannot express the machine.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

impl ConvertError {
    /// Whether the source was read, and the target is what fails.
    #[must_use]
    pub const fn is_of_target(&self) -> bool {
        matches!(self, Self::Emit(_))
    }
}

/// Reads `source`, and completes its functions by what the host shows.
///
/// # Errors
/// When it cannot be read, or passes nothing.
pub fn describe(source: &Source<'_>) -> Result<ReadBack, ConvertError> {
    let mut back = match source.format {
        Format::Proxmox => {
            let surroundings = Surroundings {
                mappings: source.mappings,
                node: None,
                functions: source.functions,
            };
            let id = source.number.or_else(|| VmId::new(100));
            let id = id.ok_or(EmitError::Missing {
                target: "Proxmox VE",
                what: "a number",
            })?;
            proxmox::read_back(id, source.text, surroundings)?
        }
        Format::Libvirt => libvirt::read_back(source.text)?,
        Format::Qemu => {
            let words = qemu::launch_words(source.text)?;
            let mut back = qemu::read_back(&words.argv)?;
            for word in words.computed {
                let lost = Lost::new(word, "only a shell can work it out");
                back.lost.push(lost);
            }
            back
        }
        Format::Esxi => esxi::read_back(source.text)?,
        Format::Xen => xen::read(&XlConfig::parse(source.text))?,
        Format::Bhyve => bhyve_machine(source.text)?,
        Format::CloudHypervisor if !source.text.trim_start().starts_with('{') => {
            cloud_hypervisor::read_arguments(&words(source)?)?
        }
        Format::CloudHypervisor => cloud_hypervisor::read(source.text)?,
        Format::Crosvm => crosvm::read_arguments(&words(source)?)?,
        Format::Incus => incus::read(source.text)?,
        Format::Nova => nova::read(source.text)?,
        Format::Harvester => kubernetes::read_claims(source.text)?,
        Format::Talos => kubernetes::read_talos(source.text)?,
        Format::Unraid => VfioPciCfg::parse(source.text).read()?,
        Format::HyperV | Format::KubeVirt | Format::NixOs => {
            return Err(ConvertError::NotRead(source.format));
        }
    };
    let passed = &mut back.description.passed;
    passed.complete(source.functions);
    // Proxmox VE's own reader says so already.
    for slot in passed.slots() {
        let shown = source
            .functions
            .iter()
            .any(|one| one.address.slot() == slot.slot());
        if slot.coverage == Coverage::WholeSlot && !shown && source.format != Format::Proxmox {
            let what = format!("functions of {} but those that are named", slot.slot());
            let why = "all are passed, and which there are is not shown: another target names each";
            back.lost.push(Lost::new(what, why));
        }
    }
    Ok(back)
}

/// The words of the format's program in a script.
fn words(source: &Source<'_>) -> Result<Vec<String>, LaunchWordsError> {
    words_of(source.text, |word| source.format.is_program(word)).map(|words| words.argv)
}

/// A guest of vm-bhyve, what `loader.conf` reserves, or a command line.
fn bhyve_machine(text: &str) -> Result<ReadBack, ConvertError> {
    match bhyve::read(text) {
        Err(ReadError::Passed(_)) => {}
        read => return Ok(read?),
    }
    let mut found = Found::default();
    for address in PptDevs::parse(text).functions() {
        found.function(address);
    }
    if let Ok(description) = found.describe(None) {
        return Ok(ReadBack {
            description,
            lost: found.lost,
        });
    }
    let words = words_of(text, |word| Format::Bhyve.is_program(word))?;
    Ok(bhyve::read_arguments(&words.argv)?)
}

/// Writes `vm` for `target`, under the nearest name that it takes.
///
/// # Errors
/// When the target cannot express it.
pub fn write(vm: &Description, target: Format, wanted: &Wanted) -> Result<Emitted, EmitError> {
    let mut vm = vm.clone();
    let renamed = rename(&mut vm, target);
    let mut emitted = write_named(&vm, target, wanted)?;
    emitted.lost.extend(renamed);
    Ok(emitted)
}

fn write_named(vm: &Description, target: Format, wanted: &Wanted) -> Result<Emitted, EmitError> {
    match target {
        Format::Proxmox => {
            let mut vm = vm.clone();
            let number = wanted.number.map(VmId::get).or(vm.number);
            vm.number = Some(number.unwrap_or(100));
            proxmox::emit(&vm, wanted.proxmox, DeviceNaming::Address)
        }
        Format::Libvirt => libvirt::emit(vm),
        Format::Qemu => {
            let line = qemu::command_line(vm, &wanted.qemu)?;
            let mut emitted = Emitted::default();
            emitted.files.push(line.script(&format!("{}.sh", vm.name)));
            emitted.lost = line.lost;
            Ok(emitted)
        }
        Format::Esxi => esxi::emit(vm, wanted.system.as_ref()),
        Format::Xen => xen::emit(vm),
        Format::Bhyve => bhyve::emit(vm),
        Format::CloudHypervisor => Ok(cloud_hypervisor::emit(vm)),
        Format::Crosvm => crosvm::emit_script(vm),
        Format::Incus => incus::emit(vm, Program::Incus),
        Format::Nova => nova::emit(vm),
        Format::Harvester => {
            let node = wanted.node.as_ref().ok_or(EmitError::Missing {
                target: "Harvester",
                what: "the name of the node that has the functions",
            })?;
            kubernetes::harvester(vm, node, pooling(vm))
        }
        Format::Talos => Ok(kubernetes::talos(vm)),
        Format::Unraid => Ok(unraid::emit(vm)),
        Format::HyperV => hyper_v::emit(vm),
        Format::KubeVirt => kubernetes::kubevirt(vm, Some(vm.firmware), &ReadManifest::default()),
        // By address, as the host's other functions are not known here.
        Format::NixOs => nixos::emit(vm, NixBinding::ByAddress, &[]),
    }
}

/// Functions with the same ids, or with ids that are not known, are told apart.
fn pooling(vm: &Description) -> Pooling {
    let ids: Vec<_> = vm.passed.functions().map(|one| one.id).collect();
    let twin = |(at, id): (usize, &Option<_>)| {
        id.is_none() || ids.iter().skip(at + 1).any(|other| other == id)
    };
    if ids.iter().enumerate().any(twin) {
        Pooling::PerDevice
    } else {
        Pooling::Pooled
    }
}

/// Converts `source` for `target`; what goes lost on the way in and out is listed
/// together.
///
/// # Errors
/// When the source cannot be read, or the target cannot express it.
pub fn convert(
    source: &Source<'_>,
    target: Format,
    wanted: &Wanted,
) -> Result<Emitted, ConvertError> {
    let back = describe(source)?;
    let mut vm = back.description;
    let mut lost = back.lost;
    vm.memory.size = vm.memory.size.or(wanted.memory);
    lost.extend(without_place(&mut vm, source.format, target));
    lost.extend(hidden_files(&mut vm));
    let mut emitted = write(&vm, target, wanted)?;
    lost.append(&mut emitted.lost);
    lost.extend(unplaced(&vm, source, target));
    emitted.lost = lost;
    Ok(emitted)
}
