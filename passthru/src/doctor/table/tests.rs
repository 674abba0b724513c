use super::*;
use crate::doctor::explain;
use crate::known_facts::Codes;
use crate::verdict::Verdict;

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
    for row in fact_table::all() {
        for item in [row.beside, row.apart, row.answers]
            .into_iter()
            .flat_map(Codes::iter)
        {
            let is_code = match item.strip_suffix('*') {
                Some(start) => codes.iter().any(|code| code.starts_with(start)),
                None => codes.contains(&item) || Verdict::from_word(item).is_some(),
            };
            assert!(is_code, "{}: {item}", row.code);
        }
    }
}
