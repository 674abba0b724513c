//! What each hypervisor is told.

use hvconf::Edit;
use hvconf::bhyve::{self, Assignments, PptDevs};
use hvconf::binding::initramfs::Initramfs;
use hvconf::binding::modprobe::{Document, ModuleName, ModuleOption};
use hvconf::binding::pciback;
use hvconf::description::{Description, Firmware, MemorySize, MmioWindow, SecureBoot, VmName};
use hvconf::emitted::EmitError;
use hvconf::esxi;
use hvconf::incus::Program;
use hvconf::kubernetes::{self, NodeName, Pooling, ReadManifest};
use hvconf::nixos::NixBinding;
use hvconf::passed::Passed;
use hvconf::truenas::VmNumber;
use hvconf::unraid::{BoundFunction, VfioPciCfg};
use hvconf::xen::{self, XlConfig, xcp_ng};
use hvconf::{cloud_hypervisor, hyper_v, incus, nixos, nova, truenas, unraid};
use pci_core::spelling::HideList;

use super::super::binding;
use super::super::document::{Binding, Check, ManualStep, Moment};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::initramfs::{self, Refresh};
use super::super::request::{PlanError, Request};
use super::told;
use crate::host::{Device, Fact, Host, VmxFile, host_drivers};
use crate::target::Target;

/// FreeBSD's settings of the loader.
const LOADER_CONF: &str = "/boot/loader.conf";
/// Nova's configuration on a compute host.
const NOVA_CONF: &str = "/etc/nova/nova.conf";
/// The file for pciback's options, where dom0 has none yet.
const PCIBACK_CONF: &str = "/etc/modprobe.d/xen-pciback.conf";

pub(in super::super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    passed: Passed,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let mut guest = Guest::default();
    let mut vm = description(target, request, passed, &mut guest)?;
    let failed = |error: EmitError| PlanError::edit(target.name(), error);
    match target {
        Target::Esxi => on_esxi(host, request, vm, &mut guest, drafts)?,
        Target::Xen => on_xen(host, request, functions, &vm, &mut guest, drafts)?,
        Target::XcpNg => on_xcp_ng(host, request, &vm, &mut guest, drafts)?,
        Target::Bhyve => on_bhyve(request, &vm, &mut guest, drafts)?,
        Target::Nova => on_nova(&vm, &mut guest, drafts)?,
        Target::Unraid => on_unraid(&mut guest),
        Target::HyperV => {
            // Where BARs are not shown, what Microsoft's script says each function needs.
            let mut needs = functions.iter().map(|device| {
                let megabytes = device.surveyed_mmio_mb.as_ref();
                megabytes.map(|megabytes| megabytes.value)
            });
            let sum = needs.try_fold(0u64, |sum, need| sum.checked_add(need?));
            vm.mmio = sum
                .and_then(|megabytes| megabytes.checked_mul(1 << 20))
                .and_then(MmioWindow::for_bytes);
            told::add(hyper_v::emit(&vm).map_err(failed)?, &mut guest, drafts)?;
        }
        Target::CloudHypervisor => told::add(cloud_hypervisor::emit(&vm), &mut guest, drafts)?,
        Target::Crosvm => {
            let emitted = hvconf::crosvm::emit(&vm).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::Incus | Target::Lxd => {
            let program = match target {
                Target::Incus => Program::Incus,
                _ => Program::Lxd,
            };
            let mut emitted = incus::emit(&vm, program).map_err(failed)?;
            // The commands do the same as the document.
            emitted.files.clear();
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::KubeVirt => on_kubevirt(&vm, &mut guest, drafts)?,
        Target::Harvester => {
            let node = node(target, request)?;
            let pooling = match binding::choose(host, functions) {
                Binding::ById => Pooling::Pooled,
                Binding::ByAddress | Binding::ByHypervisor => Pooling::PerDevice,
            };
            let emitted = kubernetes::harvester(&vm, &node, pooling).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::GpuOperator => {
            let node = node(target, request)?;
            let emitted = kubernetes::gpu_operator(&vm, &node).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::Talos => told::add(kubernetes::talos(&vm), &mut guest, drafts)?,
        Target::TrueNas => {
            let number = request.vm.as_deref().unwrap_or_default().parse();
            let number = number.map_err(|_| bad_guest(target, request))?;
            told::add(
                truenas::emit(&vm, VmNumber(number), &[]),
                &mut guest,
                drafts,
            )?;
        }
        Target::NixOs => {
            let how = match binding::choose(host, functions) {
                Binding::ById => NixBinding::ById,
                Binding::ByAddress | Binding::ByHypervisor => NixBinding::ByAddress,
            };
            let drivers: Vec<ModuleName> = host_drivers(functions).into_iter().collect();
            let emitted = nixos::emit(&vm, how, &drivers).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        _ => return Err(PlanError::TargetNotPlanned(target)),
    }
    Ok(guest)
}

/// What `--vm` has to be.
const fn expected(target: Target) -> &'static str {
    match target {
        Target::Harvester | Target::GpuOperator => "the node's name in Kubernetes",
        Target::TrueNas => "the machine's number: midclt call vm.query shows it as id",
        Target::Esxi => "the machine's displayName, or the name of its .vmx",
        Target::XcpNg => "the machine's uuid: xe vm-list shows it",
        Target::Nova => "the flavor's name, of letters, digits and '-'",
        _ => "a machine's name of letters, digits and '-'",
    }
}

fn bad_guest(target: Target, request: &Request) -> PlanError {
    PlanError::BadGuest {
        vm: request.vm.clone().unwrap_or_default(),
        target,
        expected: expected(target),
    }
}

fn node(target: Target, request: &Request) -> Result<NodeName, PlanError> {
    let name = request.vm.as_deref().unwrap_or_default();
    name.parse().map_err(|_| bad_guest(target, request))
}

/// The machine that gets the functions; where `--vm` names something else, or
/// nothing, `guest`.
fn description(
    target: Target,
    request: &Request,
    passed: Passed,
    guest: &mut Guest,
) -> Result<Description, PlanError> {
    let by_name = !matches!(
        target,
        Target::Esxi | Target::Harvester | Target::GpuOperator | Target::TrueNas | Target::XcpNg
    );
    let name = match &request.vm {
        Some(vm) if by_name => vm.parse().map_err(|_| bad_guest(target, request))?,
        Some(_) => VmName::unnamed(),
        None => {
            guest.manual.push(ManualStep {
                moment: Moment::Before,
                step: "name-guest".into(),
                text: format!("name the guest with --vm: {}", expected(target)),
            });
            VmName::unnamed()
        }
    };
    Ok(Description::new(name, passed))
}

fn check(moment: Moment, argv: &[&str], expect: &str) -> Check {
    Check {
        moment,
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        expect: expect.to_owned(),
        holds: None,
    }
}

fn by_hand(step: &'static str, text: String) -> ManualStep {
    ManualStep {
        moment: Moment::Now,
        step: step.into(),
        text,
    }
}

/// The host gives the functions up, and the machine's `.vmx` gets them where it is
/// shown.
fn on_esxi(
    host: &Host,
    request: &Request,
    mut vm: Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let is_ours = |file: &&VmxFile| {
        let name = file
            .vmx
            .get("displayName")
            .map(|entry| entry.value.as_str());
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".vmx").unwrap_or(stem);
        let asked = request.vm.as_deref();
        asked.is_some() && (name == asked || Some(stem) == asked)
    };
    let Some(file) = host.vmx_files.iter().find(is_ours) else {
        guest.manual.push(by_hand(
            "vmx",
            "give the machine's .vmx as input, with its displayName as --vm, to plan its lines \
             too; or add the functions in the host client once the host shows them as active"
                .to_owned(),
        ));
        return told::add(esxi::host(&vm), guest, drafts);
    };
    let value = |key: &str| file.vmx.get(key).map(|entry| entry.value.as_str());
    // What the machine is besides stays as it is.
    vm.memory.size = value("memSize")
        .and_then(|text| text.parse().ok())
        .and_then(MemorySize::from_mebibytes);
    vm.processors = None;
    vm.emulated_display = None;
    let is =
        |key: &str, wanted: &str| value(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    vm.firmware = match (is("firmware", "efi"), is("uefi.secureBoot.enabled", "TRUE")) {
        (true, true) => Firmware::Ovmf(SecureBoot::On),
        (true, false) => Firmware::Ovmf(SecureBoot::Off),
        (false, _) => Firmware::SeaBios,
    };
    if vm.firmware == Firmware::SeaBios {
        guest.manual.push(ManualStep {
            moment: Moment::Before,
            step: "guest-firmware".into(),
            text:
                "the machine has BIOS, which has no room for large BARs and stays: a system that \
                   was installed under it does not start under EFI"
                    .to_owned(),
        });
    }
    let before = drafts
        .text(&file.path)?
        .unwrap_or_else(|| file.text.clone());
    let (after, emitted) =
        esxi::edit(&before, &vm, None).map_err(|error| PlanError::edit(&file.path, error))?;
    drafts.write(
        &file.path,
        after,
        "the machine gets the functions, its memory reserved whole, and room for their BARs; all \
         else stays as it is",
    )?;
    told::add(emitted, guest, drafts)
}

/// Where the objects of a KubeVirt cluster are looked for.
const KUBEVIRT_OBJECTS: &str = "/var/lib/passthru/kubevirt-objects.yaml";

fn on_kubevirt(
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let objects = drafts.text(KUBEVIRT_OBJECTS)?;
    let already = match &objects {
        Some(text) => kubernetes::read_manifest_of(text, &vm.name)
            .map_err(|error| PlanError::edit(KUBEVIRT_OBJECTS, error))?,
        None => ReadManifest::default(),
    };
    let failed = |error: EmitError| PlanError::edit(Target::KubeVirt.name(), error);
    let mut emitted = kubernetes::kubevirt(vm, &already).map_err(failed)?;
    emitted.steps.retain(|step| step.name != "kubevirt-lists");
    if objects.is_none() {
        guest.manual.push(ManualStep {
            moment: Moment::Before,
            step: "kubevirt-lists".into(),
            text: format!(
                "a merge patch replaces a list: run kubectl get kubevirt,virtualmachine -A -o yaml \
                 > {KUBEVIRT_OBJECTS} and plan again, and the patches keep what is in the lists"
            ),
        });
    }
    told::add(emitted, guest, drafts)
}

fn on_xen(
    host: &Host,
    request: &Request,
    functions: &[&Device],
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let mut emitted = xen::emit(vm).map_err(|error| PlanError::edit("xl.cfg", error))?;
    let file = emitted.files.pop();
    hide(host, functions, vm, guest, drafts)?;
    let path = format!("/etc/xen/{}.cfg", vm.name);
    let text = match &request.vm {
        Some(_) => drafts.text(&path)?,
        None => None,
    };
    match text {
        Some(before) => {
            let config = xen::pass(&XlConfig::parse(&before), vm.passed.slots())
                .map_err(|error| PlanError::edit(&path, error))?;
            // What the guest is besides stays as it is.
            if config.text("type").as_deref() != Some("hvm") {
                guest.manual.push(by_hand(
                    "xen-guest-type",
                    format!(
                        "{path} does not say type = \"hvm\": a PVH guest takes no function, and \
                             a PV guest starts no card's firmware"
                    ),
                ));
            }
            emitted.lost.clear();
            drafts.write(
                &path,
                config.to_string(),
                "pci: the functions, in a list; what is passed already stays as it is written",
            )?;
        }
        None => {
            let lines = file.map(|file| file.to_string()).unwrap_or_default();
            let lines: Vec<&str> = lines.lines().collect();
            guest.manual.push(by_hand(
                "xl-cfg",
                format!(
                    "put these lines into the guest's xl.cfg, in place of those with the same \
                     keys: {}",
                    lines.join("; ")
                ),
            ));
        }
    }
    told::add(emitted, guest, drafts)?;
    guest.checks.push(check(
        Moment::Before,
        &["xl", "info", "virt_caps"],
        "has hvm_directio or pv_directio: the IOMMU is at work",
    ));
    guest.checks.push(check(
        Moment::AfterReboot,
        &["xl", "pci-assignable-list"],
        "lists the functions",
    ));
    Ok(())
}

/// Has pciback take the functions at boot, beside those that it takes already.
/// Has dom0's pciback take the functions, before dom0's drivers where initramfs-tools makes
/// its image: that packs what a softdep names along with the driver.
fn hide(
    host: &Host,
    functions: &[&Device],
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let on_line = host.settings.kernel_option("xen-pciback.hide").last();
    let set = host
        .settings
        .modprobe
        .option(pciback::MODULE, pciback::PARAMETER);
    let path = match &set {
        Some(set) => set.by.path.clone(),
        None => PCIBACK_CONF.to_owned(),
    };
    let value = match on_line {
        Some(option) => option.value.clone(),
        None => set.and_then(|set| set.value),
    };
    let mut list: HideList = value
        .unwrap_or_default()
        .parse()
        .map_err(|error| PlanError::edit("xen-pciback hide", error))?;
    for function in vm.passed.functions() {
        list.add(function.address);
    }
    if on_line.is_some() {
        guest.manual.push(by_hand(
            "pciback-hide",
            format!(
                "set xen-pciback.hide={list} on dom0's kernel command line, in place of the one \
                 that is there: it has what that hides too"
            ),
        ));
        return Ok(());
    }
    let module: ModuleName = pciback::MODULE
        .parse()
        .map_err(|error| PlanError::edit(&path, error))?;
    let option = ModuleOption::new(pciback::PARAMETER, Some(&list.to_string()))
        .map_err(|error| PlanError::edit(&path, error))?;
    let mut file = Document::parse(&drafts.text(&path)?.unwrap_or_default());
    file.set_option(&module, &option)
        .map_err(|error| PlanError::edit(&path, error))?;
    for driver in host_drivers(functions) {
        file.add_softdep(&driver, &module)
            .map_err(|error| PlanError::edit(&path, error))?;
    }
    drafts.write(
        &path,
        file.to_string(),
        "pciback takes the functions when it loads, which is before the drivers that would take \
         them; the list has what it hides already",
    )?;
    let packs_softdeps = |program: &Fact<Initramfs>| program.value == Initramfs::InitramfsTools;
    if host.system.initramfs.as_ref().is_some_and(packs_softdeps)
        && let Refresh::Run(command) = initramfs::refresh(host)?
    {
        guest.commands.push(command);
        return Ok(());
    }
    guest.manual.push(by_hand(
        "pciback-early",
        "have xen-pciback load before dom0's drivers (in its initramfs, which has to be made anew), \
         or run the commands of xl after each boot"
            .to_owned(),
    ));
    Ok(())
}

fn on_xcp_ng(
    host: &Host,
    request: &Request,
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let uuid = request.vm.as_deref().and_then(xcp_ng::VmUuid::new);
    let uuid = uuid.ok_or_else(|| bad_guest(Target::XcpNg, request))?;
    let option = host.settings.kernel_option("xen-pciback.hide").last();
    let hidden = option.and_then(|option| option.value.clone());
    let hidden = hidden
        .unwrap_or_default()
        .parse()
        .map_err(|error| PlanError::edit("xen-pciback.hide", error))?;
    let emitted = xcp_ng::emit(vm, &uuid, &hidden)
        .map_err(|error| PlanError::edit(Target::XcpNg.name(), error))?;
    if option.is_none() {
        guest.checks.push(check(
            Moment::Before,
            &[
                "/opt/xensource/libexec/xen-cmdline",
                "--get-dom0",
                "xen-pciback.hide",
            ],
            "nothing: the input does not show that other functions are hidden, and the list \
             replaces theirs",
        ));
    }
    guest.checks.push(check(
        Moment::AfterReboot,
        &["xl", "pci-assignable-list"],
        "lists the functions",
    ));
    told::add(emitted, guest, drafts)
}

fn on_bhyve(
    request: &Request,
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let before = drafts.text(LOADER_CONF)?.unwrap_or_default();
    let mut file = PptDevs::parse(&before);
    file.load_vmm();
    for function in vm.passed.functions() {
        file.add(function.address)
            .map_err(|error| PlanError::edit(LOADER_CONF, error))?;
    }
    drafts.write(
        LOADER_CONF,
        file.to_string(),
        "the driver ppt takes the functions at boot, in decimal numbers, before others can",
    )?;
    let failed = |error| PlanError::edit(Target::Bhyve.name(), error);
    let mut emitted = bhyve::emit(vm).map_err(failed)?;
    let file = emitted.files.pop();
    if let Some((path, before)) = vm_bhyve_guest(request, drafts)? {
        let after = bhyve::pass(&before, vm.passed.slots())
            .map_err(|error| PlanError::edit(&path, error))?;
        let why = "vm-bhyve gives the guest the functions; what it has already stays as it is";
        drafts.write(&path, after, why)?;
        // The rest of the guest is its own.
        emitted.lost.clear();
        guest.checks.push(check(
            Moment::AfterReboot,
            &["pciconf", "-l"],
            "shows the functions as ppt0, ppt1 and so on",
        ));
        return told::add(emitted, guest, drafts);
    }
    if let (Some(file), Some(_)) = (file, &request.vm) {
        let lines = file.to_string();
        let lines: Vec<&str> = lines
            .lines()
            .filter(|line| line.starts_with("passthru"))
            .collect();
        guest.manual.push(by_hand(
            "vm-bhyve",
            format!(
                "with vm-bhyve put into the guest's configuration (vm configure {}): {}",
                vm.name,
                lines.join("; ")
            ),
        ));
    }
    let words = bhyve::arguments(vm).map_err(failed)?.join(" ");
    guest.manual.push(by_hand(
        "bhyve-arguments",
        format!("without vm-bhyve add to bhyve's arguments: {words}"),
    ));
    guest.checks.push(check(
        Moment::AfterReboot,
        &["pciconf", "-l"],
        "shows the functions as ppt0, ppt1 and so on",
    ));
    told::add(emitted, guest, drafts)
}

/// The guest's configuration under vm-bhyve's directory, where both are shown.
fn vm_bhyve_guest(
    request: &Request,
    drafts: &Drafts<'_>,
) -> Result<Option<(String, String)>, PlanError> {
    let (Some(vm), Some(settings)) = (&request.vm, drafts.text("/etc/rc.conf")?) else {
        return Ok(None);
    };
    let settings = Assignments::parse(&settings);
    let Some(directory) = settings.get("vm_dir").map(|line| line.value.as_str()) else {
        return Ok(None);
    };
    // A dataset is mounted under its own name, unless it says otherwise.
    let directory = match directory.strip_prefix("zfs:") {
        Some(dataset) => format!("/{dataset}"),
        None => directory.to_owned(),
    };
    let path = format!("{}/{vm}/{vm}.conf", directory.trim_end_matches('/'));
    Ok(drafts.text(&path)?.map(|text| (path, text)))
}

fn on_nova(vm: &Description, guest: &mut Guest, drafts: &mut Drafts<'_>) -> Result<(), PlanError> {
    let mut emitted = nova::emit(vm).map_err(|error| PlanError::edit(NOVA_CONF, error))?;
    if let Some(before) = drafts.text(NOVA_CONF)? {
        let after = nova::pass(&before, vm).map_err(|error| PlanError::edit(NOVA_CONF, error))?;
        let mut edit = Edit::change(NOVA_CONF, before, after);
        for file in emitted.files.drain(..) {
            for line in file.lines {
                edit = edit.because(format!("{}: {}", line.text, line.why));
            }
        }
        drafts.set(edit);
    }
    told::add(emitted, guest, drafts)
}

/// Has Unraid's start script give the functions to vfio-pci.
pub(in super::super) fn bind_on_unraid(
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let mut file = VfioPciCfg::parse(&drafts.text(unraid::PATH)?.unwrap_or_default());
    for device in functions {
        file.add(BoundFunction {
            address: device.address,
            id: device.id.as_ref().map(|id| id.value),
        })
        .map_err(|error| PlanError::edit(unraid::PATH, error))?;
    }
    drafts.write(
        unraid::PATH,
        file.to_string(),
        "vfio-pci takes the functions at boot by address, while their ids are there (Unraid 6.9 \
         and later)",
    )
}

fn on_unraid(guest: &mut Guest) {
    guest.manual.push(by_hand(
        "unraid-guest",
        "reboot, then choose the functions in the machine's form under VMS, or give it the hostdevs \
         of passthru plan --for libvirt in its XML view"
            .to_owned(),
    ));
}
