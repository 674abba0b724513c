use super::*;

fn is_in(typed: &str, name: &str) -> bool {
    has_all(&words(name), &pieces(typed))
}

#[test]
fn a_model_ends_with_its_words() {
    let gtx = "NVIDIA Corporation GP104 [GeForce GTX 1080]";
    let ti = "NVIDIA Corporation GP102 [GeForce GTX 1080 Ti]";
    for typed in ["gtx 1080", "1080", "GTX1080", "geforce gtx 1080"] {
        assert!(ends_with(gtx, typed) && !ends_with(ti, typed), "{typed}");
    }
    assert!(ends_with(ti, "1080ti") && !ends_with(gtx, "nvidia") && !ends_with("a", "a"));
}

#[test]
fn words_are_not_pieces_of_words() {
    let gtx = "NVIDIA Corporation GP104 [GeForce GTX 1080]";
    let ti = "NVIDIA Corporation GP102 [GeForce GTX 1080 Ti]";
    assert!(is_in("GTX 1080 Ti", ti) && !is_in("GTX 1080 Ti", gtx));
    assert!(is_in("gtx 1080", gtx) && is_in("gtx 1080", ti));
    assert!(is_in("1080ti", ti) && !is_in("1080ti", gtx));
    assert!(is_in("gtx1080", gtx) && is_in("GeForce-GTX-1080", gtx));
    assert!(is_in("gp104 nvidia", gtx));
    assert!(!is_in("108", gtx) && !is_in("force", gtx) && !is_in("", gtx) && !is_in("-", gtx));
    // A name that joins separately typed words.
    assert!(is_in("rtx 3060", "RTX3060 12GB"));
}
