use super::*;

#[test]
fn the_nearest_variable_names_it() {
    let of = |set: &'static [(&str, &str)]| {
        named(move |name| {
            let known = set.iter().find(|(known, _)| *known == name);
            known.map(|(_, value)| OsString::from(value))
        })
    };
    assert_eq!(of(&[]), Some("less".into()));
    assert_eq!(of(&[("PAGER", "more")]), Some("more".into()));
    let both = &[("PAGER", "more"), ("PASSTHRU_PAGER", "less -S")];
    assert_eq!(of(both), Some("less -S".into()));
    for none in ["", "cat"] {
        let set: &[(&str, &str)] = if none.is_empty() {
            &[("PAGER", "")]
        } else {
            &[("PAGER", "cat")]
        };
        assert_eq!(of(set), None, "{none}");
    }
}

#[test]
fn a_pager_that_is_not_there_shows_nothing() {
    assert!(!through(&"no-such-pager-here".into(), "text"));
    assert!(!through(&"no-such-pager-here -x".into(), "text"));
    // A pager that stops reading has shown enough.
    assert!(through(
        &"head -c 1 >/dev/null".into(),
        &"x\n".repeat(100_000)
    ));
    assert!(!show("one line\n", 24));
}
