use core::cmp::Reverse;

use super::*;

#[test]
fn the_order_is_that_of_the_standard_library() {
    // A sequence without an order of its own (Knuth, The Art of Computer Programming 2, 3.3.4).
    let mut state = 1u32;
    for count in 0..130 {
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
        theirs.sort_by_key(|element| Reverse(element.1));
        assert_eq!(ours, theirs);
    }
}

#[test]
fn a_sorted_list_is_compared_once() {
    let mut list: Vec<u32> = (0..1000).collect();
    let mut count = 0;
    list.order_by(|one, other| {
        count += 1;
        one.cmp(other)
    });
    assert_eq!(count, 999);
    assert!(list.is_sorted());
}

#[test]
fn a_comparison_without_an_order_keeps_all_elements() {
    let mut list: Vec<u32> = (0..100).collect();
    let mut state = 0_u32;
    list.order_by(|_, _| {
        state = state.wrapping_mul(5).wrapping_add(7);
        (state % 3).cmp(&1)
    });
    list.order();
    assert!(list.into_iter().eq(0..100));
}
