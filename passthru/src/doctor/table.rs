//! The one table of all rules.

use super::boot::{self, boot_files, further_line};
use super::causes;
use super::driver::{
    binding, driver_first, drivers, initramfs_conf, modprobe, module_builds, new_id, nixos_modules,
    not_bound_at_boot, override_script, package_files, searched, stub_claims, vfio_ids,
};
use super::evidence::{
    commands, disagreement, empty_outputs, explanations, good_news, images, input, known_reports,
    messages, ready, requested_devices, situation,
};
use super::guest::{
    cluster, containers, first_display, glass_memory, guest_config, guest_drivers, guest_memory,
    guest_right, guest_side, guest_window, hook_scripts, pair_of_devices, rom_files, rom_parser,
    several_guests, usb_paths, usb_ports, virtual_machine,
};
use super::hardware::{
    addresses, assigned_ports, card_kind, display, gvt_g, host_use, in_use, integrated_outputs,
    known_facts, mmio, named_reset, reset, system_disk, virtual_functions, virtualization,
};
use super::isolation::{
    acs_needless, acs_override, group_of_many, groups, groups_stated, groups_without_pci, iommu,
    iommu_function, iommu_stated, sriov_groups,
};
use super::option_lines::{
    force_probe, module_names, option_values, quoted_options, setting_lines, settings,
    settings_right, spelling, without_module,
};
use super::rule::{Context, Others, Rule};
use super::symptoms;
use super::systems::{bhyve, bhyve_slots, bhyve_unattached, esxi, esxi_coral, esxi_owner};
use crate::{known_facts as fact_table, messages as message_table, settings as known};

/// All rules, in the order in which things depend on each other.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        input::RULES,
        disagreement::RULES,
        requested_devices::RULES,
        virtualization::RULES,
        iommu::OFF,
        iommu::RULES,
        iommu_function::RULES,
        iommu_stated::PROCESSOR,
        iommu_stated::RULES,
        groups_stated::RULES,
        groups_without_pci::RULES,
        group_of_many::RULES,
        boot::LOADER,
        boot::RULES,
        further_line::RULES,
        boot_files::RULES,
        spelling::RULES,
        module_names::RULES,
        without_module::RULES,
        force_probe::RULES,
        option_values::RULES,
        settings::RULES,
        settings_right::RULES,
        groups::RULES,
        sriov_groups::RULES,
        acs_override::RULES,
        acs_needless::RULES,
        reset::RULES,
        named_reset::RULES,
        known_facts::RULES,
        mmio::RULES,
        guest_memory::RULES,
        guest_window::RULES,
        vfio_ids::RULES,
        nixos_modules::RULES,
        new_id::RULES,
        package_files::RULES,
        commands::RULES,
        hook_scripts::RULES,
        containers::RULES,
        cluster::RULES,
        ready::RULES,
        empty_outputs::RULES,
        images::RULES,
        empty_outputs::XEN,
        good_news::RULES,
        explanations::RULES,
        situation::RULES,
    ]
    .into_iter()
    .chain(setting_lines::TABLES.iter().copied())
    .chain([
        quoted_options::RULES,
        quoted_options::MISSPELLED,
        bhyve::RULES,
        bhyve::HELD,
        bhyve_slots::RULES,
        bhyve_unattached::RULES,
        override_script::RULES,
        modprobe::RULES,
        initramfs_conf::RULES,
        binding::RULES,
        not_bound_at_boot::RULES,
        searched::RULES,
        stub_claims::RULES,
        driver_first::RULES,
        modprobe::JOINED,
        module_builds::RULES,
        drivers::RULES,
        in_use::RULES,
        host_use::RULES,
        system_disk::RULES,
        display::RULES,
        gvt_g::RULES,
        integrated_outputs::RULES,
        card_kind::RULES,
        rom_files::RULES,
        rom_parser::RULES,
        usb_paths::RULES,
        usb_ports::RULES,
        several_guests::RULES,
        pair_of_devices::RULES,
        virtual_functions::RULES,
        virtual_machine::RULES,
        guest_config::RULES,
        first_display::RULES,
        glass_memory::RULES,
        guest_right::RULES,
        guest_side::RULES,
        guest_drivers::RULES,
        addresses::RULES,
        assigned_ports::RULES,
        known_reports::RULES,
        esxi_owner::RULES,
        esxi_coral::RULES,
        esxi::RULES,
        messages::RULES,
        symptoms::RULES,
        causes::RULES,
    ])
    .flatten()
}

/// Questions that rules may ask about other rules.
pub(super) const OTHERS: Others = Others {
    is_explained,
    find_fault,
};

fn find_fault(context: &Context<'_>, but: &[&str]) -> bool {
    rules()
        .filter(|rule| !but.contains(&rule.code))
        .flat_map(|rule| (rule.check)(context))
        .any(|reported| reported.verdict.is_fault())
}

/// Whether a rule names a cause of the message.
fn is_explained(context: &Context<'_>, code: &str) -> bool {
    rules()
        .filter(|rule| rule.causes.contains(&code))
        .any(|rule| {
            let reported = (rule.check)(context);
            reported
                .iter()
                .any(|reported| reported.verdict.is_problem())
        })
}

/// Rules whose findings have the codes of a table.
const FAMILIES: [&str; 3] = [settings::FAMILY, messages::FAMILY, known_facts::FAMILY];

/// Every code that a finding can have.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    rules()
        .map(|rule| rule.code)
        .filter(|code| !FAMILIES.contains(code))
        .chain(known::judged().map(|(_, judgment)| judgment.code))
        .chain(message_table::all().map(|message| message.code))
        .chain(fact_table::all().map(|row| row.code))
        .collect()
}

/// All findings as a page of Markdown, which `passthru generate findings` prints.
#[must_use]
pub fn page() -> String {
    let mut page = "# Findings\n\nWhat the doctor can say of a host, each by its stable code; \
                    `passthru explain CODE`\ntells the same.\n"
        .to_owned();
    let mut add = |code: &str, meaning: &str, source: &str| {
        page.push_str(&format!("\n## {code}\n\n{meaning}\n\nSource: {source}.\n"));
    };
    page_of_rules(&mut add);
    for (setting, judgment) in known::judged() {
        add(judgment.code, &setting.explanation(), setting.source);
    }
    for message in message_table::all() {
        let meaning = message.explanation();
        let prefix = format!("{} ", message.code);
        let meaning = meaning.strip_prefix(&prefix).unwrap_or(&meaning);
        add(message.code, meaning, message.source());
    }
    for row in fact_table::all() {
        add(row.code, &row.explanation(), row.source);
    }
    page
}

fn page_of_rules(add: &mut impl FnMut(&str, &str, &str)) {
    for rule in rules().filter(|rule| !FAMILIES.contains(&rule.code)) {
        add(rule.code, rule.meaning, rule.source);
    }
}

#[cfg(test)]
mod tests;
