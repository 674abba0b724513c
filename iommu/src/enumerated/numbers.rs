//! The numbers of groups in a line.

/// The word for a group, in scripts of several languages.
const WORDS: [&str; 5] = ["gruppe", "groupe", "gruppo", "grupo", "group"];

/// Whether the text contains a word for a group, in any spelling.
pub(super) fn has_word(text: &str) -> bool {
    ["roup", "ROUP", "rupp", "RUPP", "rupo", "RUPO"]
        .iter()
        .any(|part| text.contains(part))
}

/// The span of a group number with its words in a line.
pub(super) struct Mark {
    pub(super) group: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// `IOMMU group 16`, `Group:  16` and the like in a line.
pub(super) fn marks(line: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(['g', 'G']) {
        let is_there = |word: &&&str| {
            let found = line.get(at..at + word.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        let Some(word) = WORDS.iter().find(is_there) else {
            continue;
        };
        let before = line.get(..at).unwrap_or_default();
        if before.ends_with(|last: char| last.is_alphanumeric()) {
            continue;
        }
        let rest = line.get(at + word.len()..).unwrap_or_default();
        // `groupe IOMMU 16`.
        let rest = match rest.get(..6) {
            Some(name) if name.eq_ignore_ascii_case(" iommu") => rest.get(6..).unwrap_or_default(),
            _ => rest,
        };
        let number = rest.trim_start_matches([' ', '\t', ':', '#', '=', '*', '`', '_']);
        let digits = number.len()
            - number
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        let after = number.get(digits..).unwrap_or_default();
        // `group 0000:01:00.0` names a function.
        let is_address = after
            .strip_prefix([':', '.'])
            .is_some_and(|after| after.starts_with(|first: char| first.is_ascii_hexdigit()));
        let is_word = after.starts_with(|first: char| first.is_alphanumeric() || first == '_');
        let group = number.get(..digits).and_then(|digits| digits.parse().ok());
        let (Some(group), false, false) =
            (group, is_address, is_word || number.len() == rest.len())
        else {
            continue;
        };
        let name = before.trim_end_matches([' ', '_', '-']);
        let iommu = name.len().checked_sub(5).and_then(|from| name.get(from..));
        let is_iommu = iommu.is_some_and(|word| word.eq_ignore_ascii_case("iommu"));
        found.push(Mark {
            group,
            start: if is_iommu { name.len() - 5 } else { at },
            end: line.len() - after.len(),
        });
    }
    found
}

/// Headers of a column with the numbers of groups, without blanks.
pub(super) const GROUP_COLUMNS: [&str; 11] = [
    "group",
    "iommu",
    "iommugroup",
    "gruppe",
    "iommugruppe",
    "groupeiommu",
    "grupoiommu",
    "группаiommu",
    "iommu组",
    "iommu分组",
    "iommuグループ",
];

/// The part before the number of another group: `0b:00.0 vga` of `0b:00.0 vga, 32 = 0b:00.1 audio`.
pub(super) fn before_other_number(segment: &str) -> &str {
    let mut signs = segment.match_indices(" = ").map(|(at, _)| at);
    let end = signs.find_map(|at| {
        let front = segment
            .get(..at)?
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let front = front.trim_end();
        (front.len() < at && front.ends_with([',', ';'])).then_some(front.len())
    });
    end.and_then(|end| segment.get(..end)).unwrap_or(segment)
}
