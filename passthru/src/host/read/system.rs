//! What sentences, messages and logs add to a system that no program has named.

use host_tree::{CommandText, Evidence, HostTree};
use hostconf::binding::modprobe::Directive;

use crate::host::drivers::host_drivers::host_drivers;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::hardware::dmar_search;
use crate::host::identity::processor::Processor;
use crate::host::identity::stated_distribution;
use crate::host::identity::system_markers::SystemMarkers;
use crate::host::model::Side;
use crate::host::named;
use crate::host::state::Host;
use crate::host::texts::Texts;
use crate::host::words::good_news::GoodNews;
use crate::host::words::messages::LogMessage;

/// Lines that programs of Linux print.
const OF_LINUX: [&str; 3] = [
    "Kernel driver in use: ",
    "/sys/bus/pci/",
    "/sys/kernel/iommu_groups",
];

/// Adds the names in sentences and messages; `is_linux` where files of Linux show the system.
pub(super) fn add(
    host: &mut Host,
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    markers: &SystemMarkers,
    is_linux: bool,
) {
    // A prompt shows the system on which the commands ran.
    let hypervisor = host.words.hypervisor.clone();
    let hypervisor = hypervisor.filter(|_| !stated_distribution::has_prompt(texts.pasted));
    if let Some(named) = &hypervisor {
        let is_prose_only = host.devices.values().all(|device| device.is_only_named)
            && host.groups.is_empty()
            && host.log_facts.is_empty()
            && host.of_guest.is_none()
            && !is_linux;
        if is_prose_only && markers.other().is_none() {
            host.system.see_named(named);
        }
        host.system.see_named_beside_lines(named);
    }
    if host.of_guest.is_none() {
        add_to_host(host, tree, texts, is_linux);
    }
    // Of a guest's text the sentences about its host are read, too.
    let nothing = vec![Vec::new(); texts.all.len()];
    let of_others = if host.of_guest.is_some() || texts.side == Side::Guest {
        &nothing
    } else {
        &texts.of_guests
    };
    let working = host.words.good_news.iter();
    let working: Vec<&Evidence> = working.filter_map(GoodNews::working_guests).collect();
    let is_of_working = |source: &str, line: u32| {
        let mut lines = working.iter();
        lines.any(|shown| shown.source == source && shown.line == Some(line))
    };
    host.named = named::read(texts.all, of_others, is_of_working);
    let system = &mut host.system;
    system.see_stated_release(texts.all, of_others);
    if let Some(hypervisor) = hypervisor {
        let of_others = texts.of_pasted(of_others);
        system.see_stated_system(hypervisor.value, texts.pasted, of_others);
    }
    let of_programs = |text: &CommandText| OF_LINUX.iter().any(|line| text.text.contains(line));
    let of_messages = |known: &LogMessage| {
        let source = known.message.source();
        !known.is_of_guest && (source.starts_with("linux ") || source.starts_with("qemu hw/vfio"))
    };
    system.has_linux =
        texts.all.iter().any(of_programs) || host.log_messages.iter().any(of_messages);
    system.has_qemu = host
        .log_messages
        .iter()
        .any(|logged| logged.evidence.text.contains("qemu-system-"));
}

/// Adds to the system of a host.
fn add_to_host(host: &mut Host, tree: &dyn HostTree, texts: &Texts<'_>, is_linux: bool) {
    let system = &mut host.system;
    // Messages of Hyper-V are of its host.
    let of_hyper_v = |known: &&LogMessage| known.message.source().starts_with("hyper-v ");
    let known = host.log_messages.iter().find(of_hyper_v);
    if let Some(known) = known.filter(|_| !is_linux) {
        system.see_named(&Fact::new("windows", known.evidence.clone()));
    }
    system.see_stated_kernel(texts.pasted, texts.of_pasted(&texts.of_guests));
    if system.platform.is_none() {
        system.see_distribution(texts.all);
    }
    system.see_stated_processor(texts.pasted);
    system.see_processor_model(tree);
    let processor = system.processor.as_ref().map(|found| found.value);
    // Lines of DMAR are of an Intel processor where none is named.
    if processor != Some(Processor::Amd) {
        let release = system.kernel.release.as_ref().map(|fact| &fact.value);
        dmar_search::by_searches(
            tree,
            &texts.logs,
            &host.log_facts,
            &host.settings.running_options(),
            release,
            host.words.statements.without_iommu.is_some(),
            &mut host.iommu,
        );
    }
}

/// Adds what the running kernel has of the modules that its settings and drivers name; a table has
/// no drivers.
pub(super) fn add_modules(host: &mut Host, tree: &dyn HostTree, is_table: bool) {
    let softdeps = host.settings.modprobe.directives().iter();
    let softdeps = softdeps.filter_map(|located| match &located.directive {
        Directive::Softdep { pattern, .. } => Some(pattern.clone()),
        _ => None,
    });
    let functions = host.devices.values().filter(|_| !is_table);
    let functions: Vec<&Device> = functions.collect();
    let drivers = host_drivers(&functions);
    let drivers = drivers.iter().map(|driver| driver.as_str().to_owned());
    let names: Vec<String> = softdeps.chain(drivers).collect();
    host.system
        .kernel
        .see(tree, names.iter().map(String::as_str));
}
