use super::*;

#[test]
fn the_order_is_that_of_the_standard_library() {
    // A sequence without an order of its own (Knuth, The Art of Computer Programming 2, 3.3.4).
    let mut state = 1u32;
    for count in 0..60 {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 28
        };
        let list: Vec<(u32, usize)> = (0..count).map(|at| (next(), at)).collect();
        let (mut ours, mut theirs) = (list.clone(), list);
        ours.order_by_key(|(key, _)| *key);
        theirs.sort_by_key(|(key, _)| *key);
        assert_eq!(ours, theirs);
        ours.order_by(|one, other| other.1.cmp(&one.1));
        theirs.sort_by_key(|element| std::cmp::Reverse(element.1));
        assert_eq!(ours, theirs);
    }
}
