use super::*;

#[test]
fn the_build_has_the_index_of_the_page() {
    assert_eq!(listed(), listed_here());
}

/// Sentences lose marks such as `=` and a slash at a word's start.
#[test]
fn every_phrase_can_be_in_a_sentence() {
    let mut absent = Vec::new();
    for row in all().chain(uses()) {
        let combined = row.combined.iter().flat_map(Combination::parts);
        let lists = combined.chain([row.names, row.unless]);
        for phrase in lists.flat_map(Phrases::iter) {
            if !clause(&phrase.replace('*', "x")).has(&[phrase]) {
                absent.push(format!("{}: {phrase}", row.code));
            }
        }
    }
    assert!(absent.is_empty(), "{}", absent.join("\n"));
}
