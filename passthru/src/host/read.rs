//! Reading a host from its tree.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{CommandText, Evidence, HostTree, Lookup, MemoryTree, Recorder};
use hostconf::binding::modprobe::Directive;
use hostconf::boot::loader;
use iommu::predict::Conditions;
use iommu::vfio::Nodes;
use iommu::{Groups, IommuStatus, KernelLog, LogLineKind};
use pci_core::Address;
use pci_core::modules::Modules;
use pci_core::sysfs::Wanted;

use super::commands::binding_order;
use super::commands::services::Services;
use super::commands::{empty_outputs, hooks, quoted_commands};
use super::coverage::Coverage;
use super::derived::Derived;
use super::drivers::host_drivers::host_drivers;
use super::fact::Fact;
use super::guests::host_memory::HostMemory;
use super::guests::mappings::Mappings;
use super::guests::rom_arguments;
use super::guests::rom_files::NamedRom;
use super::guests::with_guest;
use super::guests::{self, Domain, ProxmoxVm, VmxFile, guest_parts, hyper_v_vm_state, running};
use super::hardware::device::Device;
use super::hardware::esxi_ownership::Esxi;
use super::hardware::grouping::WithoutOverride;
use super::hardware::memory_map::memory_map;
use super::hardware::{assigned_together, dmar_search, group_nodes, iommu_proof, memory};
use super::host_use::function_names;
use super::host_use::in_use::{Disks, Interface};
use super::host_use::kernel_names::KernelNames;
use super::host_use::network_names::NetworkNames;
use super::host_use::process::Process;
use super::host_use::{ip_link, open_nodes, printed_mounts};
use super::identity::machines::Machines;
use super::identity::platform::Platform;
use super::identity::processor::Processor;
use super::identity::system::System;
use super::identity::system_markers::{self, SystemMarkers};
use super::identity::{boot_framebuffer, machines, stated_distribution, virtualization};
use super::lines::Lines;
use super::model::{self, Side};
use super::named;
use super::settings::initramfs_conf::InitramfsConf;
use super::settings::vfio_assignment::{IdList, OverrideScript, driverctl_files};
use super::settings::{Settings, quoted_options};
use super::sources;
use super::state::Host;
use super::words::good_news::GoodNews;
use super::words::guest_failure::GuestFailure;
use super::words::messages::{LogMessage, added_ids, given_to, mark_solved, new_ids};
use super::words::outputs;
use super::words::rebuilt::Rebuilt;
use super::words::sentences::Posts;
use super::words::source_code::is_source_code;
use super::words::symptoms::Symptom;
use super::words::{
    attempts, causes, complaint, device_kind, done, expected, good_news, guest_failure, guide,
    known_facts, named_cards, prose, situation, solved, stated_isolation, statements, subject,
    surveyed, symptoms,
};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::messages::About;
use crate::names::NameDatabase;
use crate::order::Inserts;
use crate::prompt::Prompt;
use crate::target::Target;
use crate::text::text;

/// Adds the modules that support the functions, by the kernel's own list.
fn add_modules(tree: &dyn HostTree, system: &System, devices: &mut BTreeMap<Address, Device>) {
    let Some(release) = &system.kernel.release else {
        return;
    };
    if devices.values().all(|device| device.modalias.is_none()) {
        return;
    }
    let Some(modules) = Modules::read(tree, &release.value.to_string()).found() else {
        return;
    };
    for device in devices.values_mut() {
        if let (Some(modalias), true) = (&device.modalias, device.modules.is_empty()) {
            let found = modules.resolve(modalias);
            device.modules = found.into_iter().map(str::to_owned).collect();
        }
    }
}

/// Whether an older text's driver may be the host driver of a function: the function is not
/// reserved for a guest, and no display or bridge has the address since.
fn is_hosts_own(devices: &BTreeMap<Address, Device>, address: Address) -> bool {
    let Some(device) = devices.get(&address) else {
        return true;
    };
    let class = device.class.as_ref().map(|class| class.value.base);
    let is_held = device.driver.is_bound_to(is_for_guests);
    // Storage, network, serial buses, wireless and base peripherals (PCI Code and ID Assignment
    // Specification 1.11).
    !is_held && class.is_none_or(|base| matches!(base, 0x01 | 0x02 | 0x08 | 0x0c | 0x0d))
}

/// The network interfaces of functions that the default gateway is configured on, other than those
/// that are known.
fn uplinks(
    names: &NetworkNames,
    kernel_names: &KernelNames,
    devices: &BTreeMap<Address, Device>,
    known: &[Fact<Interface>],
) -> Vec<Fact<Interface>> {
    let is_absent = |name: &String| {
        names
            .interfaces
            .as_ref()
            .is_some_and(|all| !all.contains(name))
    };
    let mut found = Vec::new();
    for uplink in &names.uplinks {
        let name = &uplink.value.name;
        if is_absent(name) || known.iter().any(|one| one.value.name == *name) {
            continue;
        }
        let shown = kernel_names.interface(name).map(|fact| fact.value);
        let Some(address) = shown.or_else(|| ip_link::by_path(name)) else {
            continue;
        };
        let device = devices.get(&address);
        let class = device.and_then(|device| device.class.as_ref());
        let is_network = class.is_some_and(|class| class.value.base == 0x02);
        if is_network && is_hosts_own(devices, address) {
            let interface = Interface {
                name: name.clone(),
                address,
                default_route: Some(uplink.value.gateway.clone()),
            };
            found.push(Fact::new(interface, uplink.evidence.clone()));
        }
    }
    found
}

/// The names of hosts in prompts.
fn prompt_hosts(texts: &[CommandText]) -> BTreeSet<&str> {
    let lines = texts.iter().flat_map(|text| text.text.lines());
    lines.filter_map(|line| Prompt::read(line)?.host).into_set()
}

impl Host {
    /// Reads the host. Nothing is written, no device is woken, no program run.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        Self::read_wanted(tree, Wanted::NO_WAKE)
    }

    /// Reads the columns of a table of functions: address, ID, class, name, driver and group. Other
    /// facts of sysfs are not read, and count as not in the input: they are most of the work on a
    /// host with thousands of functions.
    #[must_use]
    #[cfg(feature = "cli")]
    pub(crate) fn read_table(tree: &dyn HostTree) -> Self {
        let facts = pci_core::sysfs::Facts::KIND | pci_core::sysfs::Facts::IOMMU_GROUP;
        let depth = pci_core::sysfs::Depth::NoWake;
        Self::read_wanted(tree, Wanted { facts, depth })
    }

    fn read_wanted(tree: &dyn HostTree, wanted: Wanted) -> Self {
        let recorder = Recorder::of_unreadable(tree);
        let mut host = Self::read_all(&recorder, wanted, Side::Host);
        if host.guest.is_some() && host.has_guest_parts {
            let shown = host.guest.take();
            host = Self::read_all(&recorder, wanted, Side::Guest);
            host.guest = shown;
        }
        host.unreadable_paths = recorder.unreadable_paths();
        host
    }

    fn read_all(tree: &dyn HostTree, wanted: Wanted, side: Side) -> Self {
        let mut system = System::read(tree);
        let mut seen = sources::listings(tree, wanted, side);
        let texts = tree.texts();
        // Sentences, prompts and typed commands are in these alone.
        let pasted = outputs::pasted(texts);
        let of_guests = guest_parts::of_texts(texts);
        let logs = texts.iter().zip(&of_guests).map(|(text, of_guests)| {
            let mut log = KernelLog::parse(&text.command, &text.text);
            if !outputs::is_plain(text) {
                let expected = expected::parts(&text.text);
                log.lines.retain(|line| {
                    !is_source_code(line.text) && !guest_parts::has(&expected, line.number)
                });
            }
            if side == Side::Host {
                log.lines
                    .retain(|line| !guest_parts::has(of_guests, line.number));
            }
            log
        });
        let logs: Vec<KernelLog<'_>> = logs.collect();
        let plain = texts.len() - pasted.len();
        let of_pasted_guests = of_guests.get(plain..).unwrap_or_default();
        // The functions of a table are those of sysfs, where the tree has it.
        let is_table = wanted != Wanted::NO_WAKE;
        let is_of_sysfs = |entry: &model::Entry| entry.sysfs.is_some();
        let mut logged = if is_table && seen.entries.iter().any(is_of_sysfs) {
            Vec::new()
        } else {
            LogMessage::read(texts, &of_guests, side)
        };
        let configured = guests::texts(tree);
        let in_configured = guest_parts::of_texts(&configured);
        for known in LogMessage::read(&configured, &in_configured, Side::Host) {
            // A pasted configuration is a text and a file.
            if logged
                .iter()
                .all(|other| other.message.code != known.message.code)
            {
                logged.push(known);
            }
        }
        let posts = Posts::read(pasted);
        let solved = solved::read(&posts);
        mark_solved(&mut logged, &solved);
        let is_linux = system.id.is_some() || system.kernel.release.is_some();
        let markers = SystemMarkers::read(texts);
        let is_other = is_linux || system.hypervisor.is_some();
        seen.admit_foreign(is_other, markers.hypervisor().is_some());
        let mappings = Mappings::read(tree);
        let proxmox_vms = ProxmoxVm::read(tree, mappings.host_context());
        let domains = Domain::read(tree);
        sources::add_named(
            &mut seen,
            side,
            &sources::Texts {
                texts,
                of_guests: &of_guests,
                logs: &logs,
            },
            &logged,
            &proxmox_vms,
            &domains,
        );
        system.see_listings(seen.hypervisor.take(), seen.platform.take());
        system.see_markers(&markers, seen.linux_shown || is_linux);
        // A quoted line of another machine proves nothing of this one: it has groups, or another
        // hypervisor.
        let is_quoted = seen.shows_groups() || prompt_hosts(pasted).len() > 1;
        let dom0 = assigned_together::dom0(tree, &of_guests, is_quoted);
        if let Some(dom0) = &dom0 {
            system.see_dom0(dom0);
        }
        let is_xen = |fact: &Fact<Platform>| fact.value == Platform::Xen;
        let dom0 = dom0.filter(|_| system.platform.as_ref().is_some_and(is_xen));
        let mut folded = model::fold(std::mem::take(&mut seen.entries));
        for misplaced in folded.misplaced {
            let damage = text!(
                "a line with a driver follows a function of another class, which it does not \
                 belong to"
            );
            seen.see_damage(Fact::new(damage, misplaced));
        }
        for address in folded.devices.keys() {
            seen.topology.function(*address);
        }
        add_modules(tree, &system, &mut folded.devices);
        let devices = folded.devices;
        surveyed::name(&mut logged, texts, &devices);
        system.see_chipset(devices.values());
        if system.kernel.boot_framebuffer.is_none() {
            let by_log = logs.iter().find_map(boot_framebuffer::in_log);
            let by_map = || memory_map(tree).framebuffer;
            system.kernel.boot_framebuffer = by_log
                .or_else(by_map)
                .or_else(|| boot_framebuffer::by_release(system.kernel.release.as_ref()?));
        }
        let loader = loader::find(tree);
        let settings = Settings::read(tree, &loader);
        let mut groups = Groups::default();
        if wanted == Wanted::NO_WAKE || !iommu_proof::add_links(&mut groups, &devices) {
            groups.add_tree(tree);
        }
        let mut log_facts = Vec::new();
        let mut whole_log = None;
        let mut board = None;
        let mut machines = Machines::default();
        machines.see_devices(&folded.other_devices);
        machines.see_devices(system.of_two_machines.as_slice());
        for (text, log) in texts.iter().zip(&logs) {
            machines.see_log(log, &mut board);
            if !outputs::is_plain(text) {
                machines.see_prompts(text);
            }
            groups.add_log(log);
            if let Some(first) = log.lines.first().filter(|_| log.is_complete()) {
                whole_log.get_or_insert_with(|| log.evidence(first));
            }
            log_facts.extend(iommu::facts(log));
        }
        for known in logged.iter().filter(|known| !known.is_of_guest) {
            let is_without = iommu_proof::WITHOUT_GROUP
                .iter()
                .any(|text| known.evidence.text.contains(text));
            if let Some(device) = known.device.filter(|_| is_without) {
                groups.add_ungrouped(device, known.evidence.clone());
            }
        }
        seen.add_members(sources::groups_by_id::members(texts, &devices));
        seen.add_members(sources::groups_in_line::members(texts));
        seen.add_to(&mut groups);
        let options = settings.running_options();
        let vfio_ids = IdList::read(&settings);
        let mut iommu = iommu::state(tree, &log_facts, &options);
        let group_nodes = group_nodes::read(texts);
        if system.platform.as_ref().is_some_and(is_xen) {
            iommu_proof::of_xen(&mut iommu, texts);
        }
        // A line such as `DMAR: IOMMU enabled` is weak compared to groups.
        iommu_proof::take_first(
            &mut iommu,
            [
                iommu_proof::proving_group(&groups, &devices),
                sources::groups_by_id::iommu_at_work(texts),
                group_nodes.first().map(|node| node.evidence.clone()),
            ],
        );
        if iommu.status == IommuStatus::Unknown && iommu.against.is_empty() {
            iommu_proof::in_messages(&logged, &mut iommu);
        }
        let empty_outputs = empty_outputs::read(pasted, of_pasted_guests);
        let mut good_news = good_news::read(&posts);
        let stated_isolation = stated_isolation::read(&posts, texts, &devices);
        let situation = situation::read(&posts);
        let done = done::read(&posts);
        let rebuilt = {
            let configured = settings
                .kernel_options
                .iter()
                .map(|option| &option.evidence);
            let modules = settings.modprobe.directives().iter();
            let modules: Vec<Evidence> = modules.map(|located| located.evidence()).collect();
            let lines: Vec<&Evidence> = configured.chain(&modules).collect();
            Rebuilt::read(texts, &logged, &posts, &lines)
        };
        let device_kind = device_kind::read(&posts);
        let mut symptoms = symptoms::read(&posts);
        symptoms.retain(|symptom| !solved::is_over(&solved, &symptom.evidence));
        // Groups in sysfs belong to the running kernel, and are already known.
        let is_of_sysfs = |line: &Evidence| line.source.starts_with("/sys/kernel/iommu_groups");
        if matches!(
            iommu.status,
            IommuStatus::Disabled | IommuStatus::DisabledInFirmware | IommuStatus::DisabledInKernel
        ) && !iommu.evidence.iter().any(is_of_sysfs)
            && let Some(evidence) = iommu_proof::proving_group(&groups, &devices)
        {
            // The lines that a filtered log lacks prove less than a group.
            let is_inferred = |line: &Evidence| line.text.contains("DMAR: IOMMU enabled");
            if iommu.evidence.iter().all(is_inferred) {
                iommu.status = IommuStatus::Enabled;
                iommu.evidence = vec![evidence];
                iommu.against.clear();
            } else {
                iommu.status = IommuStatus::Unknown;
                iommu.against = std::mem::replace(&mut iommu.evidence, vec![evidence]);
                iommu.evidence.extend(iommu.against.iter().cloned());
            }
        }
        let is_system =
            system.hypervisor.is_some() || system.platform.is_some() || markers.other().is_some();
        let is_host = board.is_some()
            || is_system && !markers.is_only_named()
            || !groups.is_empty()
            || log_facts
                .iter()
                .any(|fact| fact.kind == LogLineKind::FirmwareTable)
            || seen.emulated_shown.is_none() && devices.values().any(Device::is_of_chipset);
        let announced = guest_parts::shown_in(texts, &of_guests);
        let is_announced = |line: &Evidence| {
            let has = |text: &CommandText| text.command == line.source;
            let at = texts.iter().position(has);
            let of_guests = at.and_then(|at| of_guests.get(at));
            let number = of_guests.zip(line.line);
            number.is_some_and(|(of_guests, number)| guest_parts::has(of_guests, number))
        };
        // Other lines of a post are of its host, but for those about the guest's functions.
        let in_guest: BTreeSet<Address> = seen
            .guest_entries
            .iter()
            .map(|entry| entry.address)
            .into_set();
        let guest_devices = model::fold(std::mem::take(&mut seen.guest_entries)).devices;
        let is_of_host =
            |device: &Device| !device.is_only_named || !in_guest.contains(&device.address);
        let is_sysfs = devices.values().any(|device| device.sysfs.is_some());
        let is_post_of_host = !is_sysfs
            && (seen.emulated_shown.is_none() && devices.values().any(is_of_host)
                || !proxmox_vms.is_empty()
                || !domains.is_empty()
                || logged
                    .iter()
                    .any(|known| !known.is_of_guest && known.message.about != About::Guest));
        let guest = markers.guest().or(seen.emulated_shown.as_ref()).cloned();
        // The processor's own word outweighs the functions of an emulated chipset; a post can hold
        // that of a guest beside the host's output.
        let is_without_iommu = groups.is_empty()
            && system
                .hypervisor
                .as_ref()
                .is_none_or(|found| found.value != Target::Xen)
            && !log_facts
                .iter()
                .any(|fact| fact.kind == LogLineKind::FirmwareTable);
        let is_of_this = is_sysfs && is_without_iommu;
        let by_processor = virtualization::under_hypervisor(tree).filter(|_| is_of_this);
        let by_processor = by_processor.map(|flag| guest.clone().unwrap_or(flag));
        let guest = guest
            .filter(|line| !(is_post_of_host && is_announced(line)))
            .or(announced.clone().filter(|_| !is_post_of_host && !is_sysfs))
            .filter(|_| !is_host)
            .or(by_processor);
        // The firmware of a virtual machine shows what its hypervisor emulates.
        if guest.is_some() && iommu.status == IommuStatus::DisabledInFirmware {
            iommu.status = IommuStatus::Disabled;
        }
        let guest_failure = guest_failure::read(&posts, &solved);
        let code_43_statement = complaint::code_43(pasted, &solved);
        let has_failure = !symptoms.is_empty()
            || guest_failure.is_some()
            || code_43_statement.is_some()
            || logged
                .iter()
                .any(|known| known.message.verdict.is_problem());
        let guide = guide::read(&posts, has_failure);
        let is_guide = guide.is_some();
        if is_guide {
            good_news.clear();
        }
        // A message of a failure weighs more than a list of guests.
        let running = if side == Side::Guest || guest.is_some() || has_failure {
            Vec::new()
        } else {
            running::functions(texts, &of_guests, &proxmox_vms, &domains, &devices)
        };
        // A guest that ran with its device, if only once or slowly, had the host's IOMMU.
        let is_open = iommu.status == IommuStatus::Unknown && iommu.against.is_empty();
        // A partition of the host's GPU (Hyper-V's GPU-PV), or a mediated device of its driver
        // (GVT-g), needs no IOMMU.
        let is_partition = || {
            let mut texts = texts.iter();
            let without = ["gpu-pv", "kvmgt", "gvt-g", "mdev"];
            texts.any(|text| {
                let text = text.text.to_ascii_lowercase();
                without.iter().any(|name| text.contains(name))
            })
        };
        if is_open && side == Side::Host && guest.is_none() && !is_partition() {
            let once = symptoms
                .iter()
                .find(|fact| fact.value == Symptom::OncePerBoot);
            let ran = good_news
                .iter()
                .find(|news| news.needs_iommu())
                .map(GoodNews::shown);
            let seen_by_guest = with_guest::assigned(&guest_devices).into_values().flatten();
            let seen_by_guest = seen_by_guest.map(|device| &device.shown).next();
            // The guest's driver has the device, if it fails or is slow.
            let reached = guest_failure.as_ref();
            let is_of_dpdk = logged
                .iter()
                .any(|known| known.message.code.starts_with("dpdk-"));
            let reached = reached.filter(|_| !is_of_dpdk).filter(|failure| {
                matches!(
                    failure.value,
                    GuestFailure::Slow | GuestFailure::DriverFails | GuestFailure::DeviceFails
                )
            });
            // A program's line weighs more than a claim.
            let is_missed = logged.iter().any(|known| {
                known.is_without_iommu() || known.message.code == "harvester-no-iommu-group"
            });
            // QEMU names the function's group; a group without an IOMMU is one that an option of
            // VFIO creates.
            let named = |known: &&LogMessage| known.message.code == "vfio-group-file-missing";
            let is_unsafe = |text: &CommandText| text.text.to_lowercase().contains("noiommu");
            let is_safe = !texts.iter().any(is_unsafe);
            let group = logged.iter().find(named).filter(|_| is_safe);
            let bound = iommu_proof::logged_by_vfio(&logged).filter(|_| is_safe);
            let proofs = [
                ran,
                running.first().map(|fact| &fact.evidence),
                seen_by_guest,
                once.map(|fact| &fact.evidence),
                reached.map(|fact| &fact.evidence),
                group.map(|known| &known.evidence),
                bound,
                stated_isolation.needs_iommu(),
            ];
            if !is_missed {
                iommu_proof::take_first(&mut iommu, proofs.map(Option::<&Evidence>::cloned));
            }
        }
        // Everything else weighs more than a listing of some moment; dom0 has no groups.
        if iommu.status == IommuStatus::Unknown
            && iommu.against.is_empty()
            && dom0.is_none()
            && !system.platform.as_ref().is_some_and(is_xen)
            && let Some(empty) = iommu_proof::empty(&empty_outputs, system.processor.as_ref())
        {
            iommu = iommu_proof::without_groups(tree, &empty, &log_facts, &options);
        }
        let subject = subject::read(&posts);
        let is_prose_only = devices.values().all(|device| device.is_only_named)
            && groups.is_empty()
            && log_facts.is_empty()
            && guest.is_none()
            && !is_linux;
        // A prompt shows the system on which the commands ran.
        let hypervisor = subject.hypervisor.as_ref();
        if let Some(named) = hypervisor.filter(|_| !stated_distribution::has_prompt(pasted)) {
            if is_prose_only && markers.other().is_none() {
                system.see_named(named);
            }
            system.see_named_beside_lines(named);
        }
        // Messages of Hyper-V are of its host.
        let of_hyper_v = |known: &&LogMessage| known.message.source().starts_with("hyper-v ");
        let known = logged.iter().find(of_hyper_v);
        if let Some(known) = known.filter(|_| guest.is_none() && !is_linux) {
            system.see_named(&Fact::new("windows", known.evidence.clone()));
        }
        if guest.is_none() {
            system.see_stated_kernel(pasted, of_pasted_guests);
            if system.platform.is_none() {
                system.see_distribution(texts);
            }
            system.see_stated_processor(pasted);
            system.see_processor_model(tree);
        }
        let is_intel = system
            .processor
            .as_ref()
            .is_some_and(|found| found.value == Processor::Intel);
        if guest.is_none() && is_intel {
            let release = system.kernel.release.as_ref().map(|fact| &fact.value);
            dmar_search::by_searches(tree, &logs, &log_facts, &options, release, &mut iommu);
        }
        // Of a guest's text the sentences about its host are read, too.
        let nothing = vec![Vec::new(); texts.len()];
        let of_others = if guest.is_some() || side == Side::Guest {
            &nothing
        } else {
            &of_guests
        };
        let named = named::read(texts, of_others);
        system.see_stated_release(texts, of_others);
        let of_others = of_others.get(plain..).unwrap_or_default();
        if let Some(hypervisor) = hypervisor.filter(|_| !stated_distribution::has_prompt(pasted)) {
            system.see_stated_system(hypervisor.value, pasted, of_others);
        }
        let of_linux = [
            "Kernel driver in use: ",
            "/sys/bus/pci/",
            "/sys/kernel/iommu_groups",
        ];
        let has_drivers = |text: &CommandText| of_linux.iter().any(|line| text.text.contains(line));
        system.has_linux = texts.iter().any(has_drivers)
            || logged.iter().any(|known| {
                let of_vfio = ["linux ", "qemu hw/vfio"];
                let source = known.message.source();
                !known.is_of_guest && of_vfio.iter().any(|start| source.starts_with(start))
            });
        system.has_qemu = logged
            .iter()
            .any(|logged| logged.evidence.text.contains("qemu-system-"));
        let services = Services::read(tree);
        let disks = Disks::read(tree);
        let is_complete_storage = !disks.storage.is_empty() || !disks.not_followed.is_empty();
        let mut kernel_names = KernelNames::read(texts);
        if seen.coverage.contains(&Coverage::All) {
            kernel_names.see_listing(&devices);
        }
        let mut processes = seen.processes;
        let users = open_nodes::users(texts, &kernel_names, &devices);
        for process in users.processes {
            let Process { address, pid, .. } = process.value;
            let is_known =
                |known: &Fact<Process>| known.value.pid == pid && known.value.address == address;
            if !processes.iter().any(is_known) {
                processes.push(process);
            }
        }
        let mut storage = disks.storage;
        let mut not_followed = disks.not_followed;
        let mut unused: Vec<Fact<Address>> = Vec::new();
        if !is_complete_storage {
            let printed = printed_mounts::read(
                tree,
                &settings,
                &kernel_names,
                system.hypervisor.as_ref().map(|found| found.value),
            );
            unused.extend(printed.unused);
            not_followed.extend(printed.not_followed);
            storage.extend(
                printed
                    .storage
                    .into_iter()
                    .filter(|fact| is_hosts_own(&devices, fact.value.address)),
            );
        }
        let softdeps = settings.modprobe.directives().iter();
        let softdeps = softdeps.filter_map(|located| match &located.directive {
            Directive::Softdep { pattern, .. } => Some(pattern.clone()),
            _ => None,
        });
        let functions = devices.values().filter(|_| !is_table);
        let functions: Vec<&Device> = functions.collect();
        let drivers = host_drivers(&functions);
        let drivers = drivers.iter().map(|driver| driver.as_str().to_owned());
        let looked_at: Vec<String> = softdeps.chain(drivers).collect();
        let looked_at = looked_at.iter().map(String::as_str);
        system.kernel.see(tree, looked_at);
        let printed_interfaces = ip_link::read(texts, &kernel_names);
        let network_names = NetworkNames::read(tree, texts);
        let networks = devices.values().filter(|device| {
            let class = device.class.as_ref();
            class.is_some_and(|class| class.value.base == 0x02)
        });
        unused.extend(networks.filter_map(|device| {
            let line = kernel_names.without_interface(device.address)?;
            Some(Fact::new(device.address, line.clone()))
        }));
        let firmware = memory::firmware(tree);
        let without_override = WithoutOverride::read(
            tree,
            &settings,
            Conditions {
                firmware: firmware
                    .as_ref()
                    .map(|found| found.value.clone())
                    .unwrap_or_default(),
                ..Conditions::default()
            },
            system
                .kernel
                .release
                .as_ref()
                .map(|release| release.value.to_string())
                .as_deref(),
            devices.values(),
        );
        Self {
            names: NameDatabase::embedded(),
            derived: Derived::default(),
            lines: Lines::of(texts),
            iommu,
            remapping: iommu::interrupt_remapping(tree, &log_facts, &options),
            firmware,
            without_override,
            running_options_shown: matches!(tree.read("/proc/cmdline"), Lookup::Found(_)),
            override_scripts: OverrideScript::read(tree),
            initramfs_conf: InitramfsConf::read(tree),
            driverctl: driverctl_files(tree),
            origins: tree.origins(),
            memory_map: memory_map(tree),
            named_roms: NamedRom::read(
                tree,
                rom_arguments::read(texts),
                &proxmox_vms,
                &mappings,
                &domains,
            ),
            mappings,
            proxmox_vms,
            domains,
            running,
            runs_with_device: hyper_v_vm_state::of_guest_with_device(texts, &seen.hyper_v)
                .filter(|_| !has_failure),
            vmx_files: VmxFile::read(tree),
            esxi: Esxi {
                functions: folded.owners,
                ..Esxi::read(tree)
            },
            removal_services: services.removals,
            new_ids_at_boot: services.new_ids,
            bindings_at_boot: services.bindings,
            binding_writes: binding_order::read(tree, pasted, &services.files),
            service_files: services.files,
            log_messages: logged,
            added_ids: added_ids(&logs),
            new_ids: new_ids(tree),
            quoted_commands: quoted_commands::read(pasted, &logs),
            guide,
            statements: {
                let mut read = statements::read(pasted, &posts);
                let listed = || sources::groups_in_line::with_network_card(texts);
                read.network_card_in_group = read.network_card_in_group.or_else(listed);
                read
            },
            attempts: attempts::read(&posts),
            explanations: causes::read(&posts),
            situation,
            done,
            rebuilt,
            device_kind,
            named_card: named_cards::read(&posts),
            stated_facts: if is_table {
                known_facts::StatedFacts::default()
            } else {
                let systems = system.system_parts().into_iter().map(String::from);
                let systems = systems.chain(named.programs.iter().cloned());
                known_facts::read(&posts, &systems.collect::<Vec<_>>())
            },
            stated_isolation,
            meant_by_words: prose::meant(pasted, &devices),
            complaint: complaint::read(pasted, &solved).filter(|_| !is_guide),
            guest_failure,
            code_43_statement,
            solved,
            subject: subject.shown,
            named_hypervisor: subject
                .hypervisor
                .and_then(|named| system_markers::name(named.value)),
            good_news,
            symptoms,
            group_nodes,
            empty_outputs,
            memory: HostMemory::read(tree),
            quoted_options: quoted_options::read(texts, &settings),
            given_to_pcieport: given_to(tree, "pcieport"),
            given_to_pci_stub: given_to(tree, "pci-stub"),
            storage,
            is_complete_storage,
            unused: unused
                .into_iter()
                .chain(printed_interfaces.unused)
                .map(|fact| (fact.value, fact.evidence))
                .collect(),
            not_followed,
            display_hooks: hooks::guest_hooks(tree),
            virsh_hooks: hooks::virsh_hooks(tree),
            interfaces: {
                let mut interfaces = Interface::read(tree);
                interfaces.extend(seen.interfaces);
                for found in printed_interfaces.interfaces {
                    let is_own = is_hosts_own(&devices, found.value.address);
                    let mut all = interfaces.iter_mut();
                    match all.find(|known| known.value.name == found.value.name) {
                        Some(known) => {
                            let route = &mut known.value.default_route;
                            *route = route.take().or(found.value.default_route);
                        }
                        None if is_own => interfaces.push(found),
                        None => {}
                    }
                }
                interfaces.extend(uplinks(
                    &network_names,
                    &kernel_names,
                    &devices,
                    &interfaces,
                ));
                interfaces
            },
            network_names,
            kernel_names: if is_table {
                BTreeMap::new()
            } else {
                function_names::read(tree, &kernel_names)
            },
            unreadable_paths: Vec::new(),
            without_address: seen.without_address,
            hyper_v: seen.hyper_v,
            left_out: seen.left_out,
            guest_listings: seen.guest_listings,
            guest_devices,
            has_guest_parts: announced.is_some(),
            machines,
            guest,
            board: machines::board(tree, texts, board),
            named,
            devices,
            contradictions: folded.contradictions,
            topology: seen.topology.build(),
            coverage: seen.coverage,
            processes,
            device_file_users: users.of_files,
            damage: seen.damage,
            system,
            groups,
            vfio: if is_table {
                Nodes::read(&MemoryTree::partial())
            } else {
                Nodes::read(tree)
            },
            group_users: BTreeMap::new(),
            dom0,
            log_facts,
            whole_log,
            settings,
            vfio_ids,
            etc_not_kept: loader::etc_not_kept(tree, &loader),
            loader,
        }
    }
}
