//! Reading a host from its tree.

mod functions;
mod groups;
mod guest;
mod host_use;
mod iommu;
mod system;

use std::collections::BTreeSet;

use ::iommu::IommuStatus;
use ::iommu::predict::Conditions;
use ::iommu::vfio::Nodes;
use host_tree::{CommandText, Evidence, HostTree, MemoryTree, Recorder};
use hostconf::boot::loader;
use list_order::Inserts as _;
use pci_core::sysfs::Wanted;

use self::groups::Logs;
use super::derived::Derived;
use super::fact::Fact;
use super::guests::{self, guest_parts};
use super::hardware::esxi_ownership::Esxi;
use super::hardware::grouping::WithoutOverride;
use super::hardware::memory_map::memory_map;
use super::hardware::{assigned_together, memory};
use super::identity::machines::{self, Machines};
use super::identity::platform::Platform;
use super::identity::system::System;
use super::identity::system_markers::SystemMarkers;
use super::lines::Lines;
use super::model::{Seen, Side};
use super::named::Named;
use super::settings::Settings;
use super::sources;
use super::state::{Boot, Commands, Guests, Host, HostUse, Words};
use super::texts::Texts;
use super::words::known_facts;
use super::words::messages::{LogMessage, mark_solved};
use super::words::messages_of_others;
use super::words::{solved, surveyed};
use crate::names::NameDatabase;
use crate::prompt::Prompt;

/// The names of hosts in prompts.
fn prompt_hosts(texts: &[CommandText]) -> BTreeSet<&str> {
    let lines = texts.iter().flat_map(|text| text.text.lines());
    lines.filter_map(|line| Prompt::read(line)?.host).into_set()
}

/// The messages in texts and in the configurations of guests; a table of sysfs has those of the
/// configurations alone.
fn messages(tree: &dyn HostTree, texts: &Texts<'_>, is_table: bool) -> Vec<LogMessage> {
    let mut logged = if is_table {
        Vec::new()
    } else {
        LogMessage::read(texts.all, &texts.of_guests, texts.side)
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
    logged
}

/// Evidence that the kernel is that of dom0 under Xen; the system becomes its.
fn dom0(
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    seen: &Seen,
    system: &mut System,
) -> Option<Evidence> {
    // A quoted line of another machine proves nothing of this one: it has groups, or another
    // hypervisor.
    let is_quoted = seen.shows_groups() || prompt_hosts(texts.pasted).len() > 1;
    let dom0 = assigned_together::dom0(tree, &texts.of_guests, is_quoted)?;
    system.see_dom0(&dom0);
    let is_xen = |fact: &Fact<Platform>| fact.value == Platform::Xen;
    system.platform.as_ref().is_some_and(is_xen).then_some(dom0)
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
        if host.of_guest.is_some() && host.guests.has_parts {
            let shown = host.of_guest.take();
            host = Self::read_all(&recorder, wanted, Side::Guest);
            host.of_guest = shown;
        }
        host.unreadable_paths = recorder.unreadable_paths();
        host
    }

    /// Each step reads what the steps before it have shown.
    fn read_all(tree: &dyn HostTree, wanted: Wanted, side: Side) -> Self {
        let is_table = wanted != Wanted::NO_WAKE;
        let texts = Texts::read(tree, side);
        let mut seen = sources::listings(tree, wanted, side);
        // The functions of a table are those of sysfs, where the tree has it.
        let is_of_sysfs = seen.entries.iter().any(|entry| entry.sysfs.is_some());
        let mut log_messages = messages(tree, &texts, is_table && is_of_sysfs);
        let solved = solved::read(&texts.posts);
        messages_of_others::remove(&mut log_messages, &texts.posts);
        mark_solved(&mut log_messages, &solved);
        let mut system = System::read(tree);
        let is_linux = system.id.is_some() || system.kernel.release.is_some();
        let markers = SystemMarkers::read(texts.all);
        let is_other = is_linux || system.hypervisor.is_some();
        seen.admit_foreign(is_other, markers.hypervisor().is_some());
        let guests = Guests::read(tree, &texts);
        sources::add_named(
            &mut seen,
            &texts,
            &log_messages,
            &guests.proxmox_vms,
            &guests.domains,
        );
        system.see_listings(seen.hypervisor.take(), seen.platform.take());
        system.see_markers(&markers, seen.linux_shown || is_linux);
        let dom0 = dom0(tree, &texts, &seen, &mut system);
        let folded = functions::read(tree, &texts, &mut seen, &mut system);
        let devices = folded.devices;
        surveyed::name(&mut log_messages, texts.all, &devices);
        let loader = loader::find(tree);
        let settings = Settings::read(tree, &loader);
        let mut machines = Machines::default();
        machines.see_devices(&folded.other_devices);
        machines.see_devices(system.of_two_machines.as_slice());
        let logs = Logs::read(&texts, &mut machines);
        let groups = groups::read(tree, &texts, &mut seen, wanted, &devices, &log_messages);
        let options = settings.running_options();
        let mut host = Self {
            names: NameDatabase::embedded(),
            derived: Derived::default(),
            lines: Lines::of(texts.all),
            origins: tree.origins(),
            unreadable_paths: Vec::new(),
            iommu: ::iommu::state(tree, &logs.facts, &options),
            remapping: ::iommu::interrupt_remapping(tree, &logs.facts, &options),
            firmware: memory::firmware(tree),
            without_override: None,
            groups,
            vfio: if is_table {
                Nodes::read(&MemoryTree::partial())
            } else {
                Nodes::read(tree)
            },
            memory_map: memory_map(tree),
            esxi: Esxi {
                functions: folded.owners,
                ..Esxi::read(tree)
            },
            dom0,
            log_facts: logs.facts,
            whole_log: logs.whole,
            words: Words::read(&texts, solved, &devices, &settings, &log_messages),
            log_messages,
            commands: Commands::read(tree, &texts),
            boot: Boot::read(tree, loader, &settings),
            host_use: HostUse::default(),
            guests,
            board: machines::board(tree, texts.all, logs.board),
            machines,
            of_guest: None,
            named: Named::default(),
            without_address: std::mem::take(&mut seen.without_address),
            left_out: std::mem::take(&mut seen.left_out),
            coverage: std::mem::take(&mut seen.coverage),
            damage: std::mem::take(&mut seen.damage),
            topology: std::mem::take(&mut seen.topology).build(),
            contradictions: folded.contradictions,
            devices,
            system,
            settings,
        };
        iommu::by_lines(&mut host, &texts);
        guest::add(&mut host, tree, &texts, &markers, &mut seen);
        // The firmware of a virtual machine shows what its hypervisor emulates.
        if host.of_guest.is_some() && host.iommu.status == IommuStatus::DisabledInFirmware {
            host.iommu.status = IommuStatus::Disabled;
        }
        iommu::by_guests(&mut host, &texts);
        iommu::by_empty_outputs(&mut host, tree);
        system::add(&mut host, tree, &texts, &markers, is_linux);
        system::add_modules(&mut host, tree, is_table);
        host.host_use = host_use::read(tree, &texts, &host, &mut seen, is_table);
        if !is_table {
            let systems = host.system.system_parts().into_iter().map(String::from);
            let systems = systems.chain(host.named.programs.iter().cloned());
            host.words.stated_facts = known_facts::read(&texts.posts, &systems.collect::<Vec<_>>());
        }
        host.without_override = host.without_override(tree);
        host
    }

    /// The groups that the kernel would make without `pcie_acs_override=`.
    fn without_override(&self, tree: &dyn HostTree) -> Option<WithoutOverride> {
        let firmware = self.firmware.as_ref();
        let conditions = Conditions {
            firmware: firmware
                .map(|found| found.value.clone())
                .unwrap_or_default(),
            ..Conditions::default()
        };
        let release = self.system.kernel.release.as_ref();
        let release = release.map(|release| release.value.to_string());
        WithoutOverride::read(
            tree,
            &self.settings,
            conditions,
            release.as_deref(),
            self.devices.values(),
        )
    }
}
