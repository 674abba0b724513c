//! Sentences about a host without an active IOMMU.

use super::super::sentences::{Clause, Sentence};
use crate::host::words::phrases::moods::{
    CASE, CONDITION, EXPECTED, FORMER, GUESS, OTHERS, PAST, POSSIBLE, QUESTION, READER,
};
use crate::host::words::phrases::statements::{INSIDE, IOMMU_NOT_ON, IOMMU_OFF, NOT_THE_STATE};

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
    !sentence.is_question && (is_empty || !is_open && (sentence.whole.has(&denied) || is_off()))
}

/// Whether the IOMMU is not enabled, or does not come up: `IOMMU没起来`, `l'IOMMU n'est pas activé`.
fn says_iommu_off(whole: &Clause) -> bool {
    if whole.has(&IOMMU_OFF) {
        return true;
    }
    if !whole.is_without_blanks() {
        return false;
    }
    // Blanks beside letters are as writers like.
    let text: String = whole.text.split_ascii_whitespace().collect();
    let is_not_on = IOMMU_NOT_ON.iter().any(|phrase| text.contains(phrase));
    // `IOMMU未启用时…`, `未检测到IOMMU选项`: a case, and another thing.
    let is_of_other = NOT_THE_STATE.iter().any(|phrase| text.contains(phrase));
    is_not_on && !is_of_other
}
