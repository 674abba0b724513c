use super::*;

#[test]
fn codes_have_words_of_their_own() {
    let mut words = ErrorKind::ALL.map(ErrorKind::word).to_vec();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), ErrorKind::ALL.len());
}
