//! AMD cards that no standard reset restores, by the names in sentences: `my RX 5700 XT`.

use host_tree::Evidence;

use super::sentences::Posts;
use crate::host::fact::Fact;
use crate::host::words::phrases::named_cards::OTHERS;

/// Names of cards, in lower case, each with its chip (gnif/vendor-reset, src/device-db.h; names of
/// the products from pci.ids).
const CARDS: [(&[&str], &str); 7] = [
    (
        &["rx 460", "rx460", "rx 550", "rx550", "rx 560", "rx560"],
        "AMD Polaris 11 / 12",
    ),
    (
        &[
            "rx 470", "rx470", "rx 480", "rx480", "rx 570", "rx570", "rx 580", "rx580", "rx 590",
            "rx590",
        ],
        "AMD Polaris 10",
    ),
    (
        &["vega 56", "vega56", "vega 64", "vega64", "rx vega"],
        "AMD Vega 10",
    ),
    (&["radeon vii"], "AMD Vega 20"),
    (
        &[
            "rx 5700",
            "rx5700",
            "rx 5700xt",
            "rx5700xt",
            "5700xt",
            "rx 5600",
            "rx5600",
            "rx 5600xt",
            "5600xt",
        ],
        "AMD Navi 10",
    ),
    (
        &["rx 5500", "rx5500", "rx 5500xt", "rx5500xt", "5500xt"],
        "AMD Navi 14",
    ),
    (&["rx 5300", "rx5300"], "AMD Navi 14"),
];

/// The first such card in a text about an assignment, with its chip.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Option<Fact<&'static str>> {
    let sentences = posts.sentences();
    let about = sentences.filter(|one| one.is_in_passthrough_text && !one.whole.has(&OTHERS));
    let mut found: Vec<(&'static str, &Evidence)> = Vec::new();
    for one in about {
        for (names, chip) in CARDS {
            let is_known = found.iter().any(|(known, _)| *known == chip);
            if !is_known && one.whole.has(names) {
                found.push((chip, &one.shown));
            }
        }
    }
    // Of several models one may be the host's.
    match found.as_slice() {
        [(chip, shown)] => Some(Fact::new(*chip, (*shown).clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
