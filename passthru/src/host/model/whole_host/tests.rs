use super::*;

#[test]
fn each_field_has_its_row() {
    for (at, row) in TABLE.iter().enumerate() {
        assert_eq!(row.field as usize, at);
        assert!(row.reason.ends_with('.') && !row.order.is_empty());
    }
    assert_eq!(TABLE.last().unwrap().field, Field::Hypervisor);
}

#[test]
fn the_order_of_the_texts_decides_only_among_equals() {
    let seen = |standing: Standing, value: u8, line: u32| {
        (standing, Fact::new(value, Evidence::new("a", line, "x")))
    };
    let value = |field: Field, lines: &[(Standing, Fact<u8>)]| {
        let settled = settle(field, lines);
        let fact = settled.fact.map(|fact| fact.value);
        (fact, settled.contradiction.is_some())
    };
    let lines = [seen(Log, 1, 1), seen(Log, 2, 2), seen(Summary, 3, 3)];
    assert_eq!(value(Field::Release, &lines), (Some(2), false));
    let lines = [seen(Program, 1, 1), seen(Log, 2, 2)];
    assert_eq!(value(Field::Release, &lines), (Some(1), false));
    assert_eq!(value(Field::Processor, &lines), (Some(1), false));
    let lines = [seen(Program, 1, 1), seen(Program, 2, 2)];
    assert_eq!(value(Field::Processor, &lines), (None, true));
    let lines = [seen(Trace, 1, 1), seen(Trace, 2, 2)];
    assert_eq!(value(Field::Processor, &lines), (None, false));
    let lines = [seen(Kernel, 1, 1), seen(Program, 2, 2)];
    assert_eq!(value(Field::Processor, &lines), (Some(1), true));
}
