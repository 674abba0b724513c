//! The one table of all rules.

use super::rule::Rule;
use super::{
    acs_override, boot, drivers, esxi, esxi_owner, groups, input, iommu, mmio, modprobe,
    override_script, reset, settings, use_of_card, vfio_ids, virtual_machine,
};
use crate::settings as known;

/// All rules, in the order in which things depend on each other.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        input::RULES,
        iommu::RULES,
        boot::RULES,
        settings::RULES,
        groups::RULES,
        acs_override::RULES,
        reset::RULES,
        mmio::RULES,
        vfio_ids::RULES,
        override_script::RULES,
        modprobe::RULES,
        drivers::RULES,
        use_of_card::RULES,
        virtual_machine::RULES,
        esxi_owner::RULES,
        esxi::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Every code that a finding can have.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    rules()
        .map(|rule| rule.code)
        .filter(|code| *code != settings::FAMILY)
        .chain(known::all().map(|setting| setting.code))
        .collect()
}

/// What a code or a setting means, and where it is written: for a finding's
/// code, a setting as it is typed (`amd_iommu=on`) or its name (`vfio_virqfd`).
#[must_use]
pub fn explain(what: &str) -> Option<(String, String)> {
    if let Some(rule) = rules().find(|rule| rule.code == what) {
        return Some((rule.meaning.to_owned(), rule.source.to_owned()));
    }
    if let Some((meaning, source)) = vbios::verify::explain(what) {
        return Some((meaning.to_owned(), source.to_owned()));
    }
    let wanted = what.replace('-', "_");
    known::all()
        .find(|setting| {
            let spelling = setting.spelling().replace('-', "_");
            let name = setting.name.replace('-', "_");
            setting.code == what
                || spelling == wanted
                || name.replace(' ', ".") == wanted
                || name.rsplit(' ').next() == Some(&wanted)
        })
        .map(|setting| {
            let text = format!(
                "{} {}. {}",
                setting.spelling(),
                setting.title,
                setting.meaning
            );
            (text, setting.source.to_owned())
        })
        .or_else(|| option(&wanted))
}

/// A setting that no finding judges by itself: `data/options.tsv`.
fn option(wanted: &str) -> Option<(String, String)> {
    options().find_map(|[name, meaning, source]| {
        let key = name.replace('-', "_");
        let alone = key.split('=').next().unwrap_or_default();
        let given = wanted.split('=').next().unwrap_or_default();
        // A row without a value stands for every value, and a name that was
        // asked for without one finds its row.
        let any_value = !key.contains('=') || !wanted.contains('=');
        let found = key == wanted || any_value && alone == given;
        found.then(|| (format!("{name}: {meaning}"), source.to_owned()))
    })
}

fn options() -> impl Iterator<Item = [&'static str; 3]> {
    include_str!("../../data/options.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some([columns.next()?, columns.next()?, columns.next()?])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_explained() {
        let mut codes: Vec<&str> = rules().map(|rule| rule.code).collect();
        codes.extend(known::all().map(|setting| setting.code));
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for code in codes {
            let (meaning, source) = explain(code).unwrap();
            assert!(meaning.len() > 40 && !source.is_empty(), "{code}");
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
        }
        for rule in rules() {
            for code in rule.causes {
                assert!(
                    rules().any(|other| other.code == *code),
                    "{}: {code}",
                    rule.code
                );
            }
        }
    }

    #[test]
    fn every_option_has_a_meaning_and_a_source() {
        let text = include_str!("../../data/options.tsv");
        let rows = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(options().count(), rows);
        assert!(options().all(|[_, meaning, source]| meaning.len() > 40 && source.len() > 10));
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
