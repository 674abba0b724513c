//! Sentences about a host without an active IOMMU.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::super::sentences::{Clause, Sentence};
use crate::host::words::phrases::moods::{
    CASE, CONDITION, EXPECTED, FORMER, GUESS, OTHERS, PAST, POSSIBLE, QUESTION, READER,
};
use crate::host::words::phrases::statements::{
    BY_DEFAULT, DIRECT_NOT_ON, INSIDE, IOMMU_MISSPELLED, IOMMU_NOT_ON, IOMMU_OFF, NO_GROUPS,
    NOT_THE_STATE, OF_DIRECT, OF_GROUPS,
};

/// Whether the sentence says that the host has no active IOMMU.
pub(super) fn denies_iommu(sentence: &Sentence) -> bool {
    let denied = [
        "keine iommu aktiv",
        "ohne iommu-gruppe",
        "ohne iommu-gruppen",
        "has no iommu",
        "have no iommu",
        "there is no iommu",
        "no iommu is active",
        "не имеет iommu*",
        "нет iommu*",
        "pas d'iommu",
        "iommu_groups is empty",
        "no iommu groups",
        "keine iommu-gruppen",
        "iommuがない",
        "没有iommu",
        "没有 iommu",
        "不支持iommu",
        "不支持 iommu",
        "不支持vt-d",
        "不支持 vt-d",
    ];
    let is_open = sentence
        .whole
        .has_any(&[&CONDITION, &CASE, &QUESTION, &PAST]);
    let is_off = || {
        let open = [&FORMER, &POSSIBLE, &GUESS, &EXPECTED, &READER, &OTHERS];
        says_iommu_off(&sentence.whole)
            && !sentence.whole.has_any(&open)
            && !sentence.whole.has(&INSIDE)
    };
    let text = &sentence.whole.text;
    let is_empty = [
        "is empty",
        "ist leer",
        "est vide",
        "está vacío",
        "是空的",
        "为空",
    ];
    let mut is_empty = is_empty.iter();
    let is_empty = is_empty.any(|empty| {
        text.contains(&format!("iommu_groups {empty}"))
            || text.contains(&format!("iommu_groups/ {empty}"))
    });
    // The words of Proxmox VE: `没有检测到IOMMU，请激活`.
    let is_printed = || text.contains("请激活") && says_iommu_off(&sentence.whole);
    let is_denied = || {
        sentence.whole.has(&denied) && !denies_other(text)
            || sentence.whole.has(&IOMMU_MISSPELLED)
            || is_off()
            || is_printed()
            || denies_groups(text)
    };
    !sentence.is_question && (is_empty || !is_open && is_denied())
}

/// Whether the text says that the host has no groups at all: `I don't have any iommu groups`.
fn denies_groups(text: &str) -> bool {
    let text = text.replace('\u{2019}', "'");
    NO_GROUPS.iter().any(|phrase| text.contains(phrase)) && !denies_other(&text)
}

/// `no IOMMU groups that are shared`, `no IOMMU group issues`: another thing is missing.
fn denies_other(text: &str) -> bool {
    let mut places = ["iommu groups ", "iommu group ", "iommu组"].iter();
    places.any(|groups| {
        let mut behind = text.split(groups).skip(1);
        behind.any(|rest| OF_GROUPS.iter().any(|word| rest.starts_with(word)))
    })
}

/// The line of a list whose only group is the pattern of the script: the directory of the groups is
/// empty, and the shell leaves `*` as it is.
pub(super) fn unexpanded_groups(texts: &[CommandText]) -> Option<Evidence> {
    let is_mark = |c: char| c.is_whitespace() || "`>|\"'".contains(c);
    let is_unexpanded = |line: &str| {
        let lower = line.trim_start_matches(is_mark).to_ascii_lowercase();
        let rest = lower.strip_prefix("iommu ").unwrap_or(&lower);
        let rest = rest.strip_prefix("group").unwrap_or_default();
        let rest = rest.trim_start_matches([':', ' ', '\t', '#']);
        let Some(rest) = rest.strip_prefix('*') else {
            return false;
        };
        let behind = rest.trim_start_matches([':', '-']).trim_matches(is_mark);
        let next = behind.split_ascii_whitespace().next().unwrap_or_default();
        rest.is_empty()
            || rest.starts_with([':', ' ', '\t', '`'])
                && (next.is_empty() || next.parse::<Address>().is_ok())
    };
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| is_unexpanded(line))?;
        let line = line.trim().chars().take(200).collect::<String>();
        Some(Evidence::new(&*text.command, number, line))
    })
}

/// Whether the IOMMU is not enabled, or does not come up: `IOMMU没起来`, `l'IOMMU n'est pas activé`.
fn says_iommu_off(whole: &Clause) -> bool {
    if whole.has(&IOMMU_OFF) {
        return !whole.has(&BY_DEFAULT);
    }
    if !whole.is_without_blanks() {
        return false;
    }
    // Blanks beside letters are as writers like.
    let text: String = whole.text.split_ascii_whitespace().collect();
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let is_not_on = has(&IOMMU_NOT_ON) || has(&DIRECT_NOT_ON) && !has(&OF_DIRECT);
    // `IOMMU未启用时…`, `未检测到IOMMU选项`: a case, and another thing.
    let is_of_other = NOT_THE_STATE.iter().any(|phrase| text.contains(phrase));
    is_not_on && !is_of_other
}
