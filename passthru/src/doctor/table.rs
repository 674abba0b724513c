//! The one table of all rules.

use super::rule::Rule;
use super::{
    acs_override, addresses, asked, binding, boot, boot_files, display, drivers, esxi, esxi_owner,
    groups, initramfs_conf, input, iommu, late, messages, mmio, modprobe, new_id, override_script,
    reported, reset, rom_files, settings, spelling, use_of_card, vfio_ids, virtual_machine,
};
use crate::{messages as said, settings as known};

/// All rules, in the order in which things depend on each other.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        input::RULES,
        asked::RULES,
        iommu::RULES,
        boot::RULES,
        boot_files::RULES,
        spelling::RULES,
        settings::RULES,
        groups::RULES,
        acs_override::RULES,
        reset::RULES,
        mmio::RULES,
        vfio_ids::RULES,
        new_id::RULES,
        override_script::RULES,
        modprobe::RULES,
        initramfs_conf::RULES,
        binding::RULES,
        late::RULES,
        drivers::RULES,
        use_of_card::RULES,
        display::RULES,
        rom_files::RULES,
        virtual_machine::RULES,
        addresses::RULES,
        reported::RULES,
        esxi_owner::RULES,
        esxi::RULES,
        messages::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Every code that a finding can have.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    rules()
        .map(|rule| rule.code)
        .filter(|code| *code != settings::FAMILY && *code != messages::FAMILY)
        .chain(known::judged().map(|(_, judgement)| judgement.code))
        .chain(said::all().iter().map(|message| message.code))
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
    for (setting, judgement) in known::judged() {
        add(judgement.code, &setting.explanation(), setting.source);
    }
    for message in said::all() {
        let meaning = message.explanation();
        let prefix = format!("{}: ", message.code);
        let meaning = meaning.strip_prefix(&prefix).unwrap_or(&meaning);
        add(message.code, meaning, message.source);
    }
    page
}

fn page_of_rules(add: &mut impl FnMut(&str, &str, &str)) {
    let families = [settings::FAMILY, messages::FAMILY];
    for rule in rules().filter(|rule| !families.contains(&rule.code)) {
        add(rule.code, rule.meaning, rule.source);
    }
}

/// What a code, a setting or a message means, and where it is written: for a
/// finding's code, a setting as it is typed (`amd_iommu=on`) or its name
/// (`vfio_virqfd`), and an error text as it was copied (`group 1 is not viable`).
///
/// ```
/// use passthru::doctor::explain;
/// let (meaning, source) = explain("vfio 0000:01:00.0: group 1 is not viable").unwrap();
/// assert!(!meaning.is_empty() && !source.is_empty());
/// assert!(explain("no such code").is_none());
/// ```
#[must_use]
pub fn explain(what: &str) -> Option<(String, String)> {
    let what = what.trim();
    if let Some(rule) = rules().find(|rule| rule.code == what) {
        return Some((rule.meaning.to_owned(), rule.source.to_owned()));
    }
    if let Some((meaning, source)) = vbios::verify::explain(what) {
        return Some((meaning.to_owned(), source.to_owned()));
    }
    let is_coded = |setting: &known::Setting| {
        let judgement = setting.judgement.as_ref();
        judgement.is_some_and(|judgement| judgement.code == what)
    };
    // A row that names the value says more than one for all values.
    let mut typed: Vec<known::Setting> = known::all()
        .filter(|setting| is_coded(setting) || setting.is_typed(what))
        .collect();
    typed.sort_by_key(|setting| setting.values.is_empty());
    if let Some(setting) = typed.first() {
        return Some((setting.explanation(), setting.source.to_owned()));
    }
    if let Some(message) = said::all().iter().find(|message| message.code == what) {
        return Some((message.explanation(), message.source.to_owned()));
    }
    if let Some((meaning, source)) = said::explain(what) {
        return Some((meaning, source.to_owned()));
    }
    // What is almost an option: what is meant.
    let meant = spelling::meant(what)?;
    let (meaning, source) = explain(&meant)?;
    let typed = what.split('=').next().unwrap_or(what);
    let text = format!("{typed} is no option, and nothing takes it: {meant} is meant. {meaning}");
    Some((text, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_explained() {
        let mut codes: Vec<&str> = super::codes();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for code in &codes {
            let (meaning, source) = explain(code).unwrap();
            assert!(meaning.len() > 40 && !source.is_empty(), "{code}");
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
        }
        for rule in rules() {
            for code in rule.causes {
                assert!(codes.contains(code), "{}: {code}", rule.code);
            }
        }
    }

    #[test]
    fn settings_are_explained_by_how_they_are_typed() {
        let judged = ["amd_iommu=on", "vfio_virqfd", "allow_unsafe_interrupts"];
        let told = ["iommu=pt", "pcie_acs_override=downstream", "intel_iommu"];
        for what in judged.into_iter().chain(told) {
            assert!(explain(what).is_some(), "{what}");
        }
        assert!(explain("nonsense").is_none());
    }
}
