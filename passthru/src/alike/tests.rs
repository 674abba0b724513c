use super::*;

#[test]
fn long_runs_fold_and_short_ones_stay() {
    let items = [1, 1, 1, 1, 2, 3, 3, 3, 3, 3];
    let found = folded(&items, |one, other| one == other);
    let lengths: Vec<(i32, usize)> = found
        .iter()
        .map(|(one, rest)| (**one, rest.len()))
        .collect();
    assert_eq!(lengths, [(1, 0), (1, 0), (1, 0), (1, 0), (2, 0), (3, 4)]);
    assert!(folded(&[] as &[i32], |_, _| true).is_empty());
}
