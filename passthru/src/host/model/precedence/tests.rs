use super::*;

#[test]
fn each_field_has_its_row() {
    for (at, row) in TABLE.iter().enumerate() {
        assert_eq!(row.field as usize, at);
        assert_eq!(row.field.row().unwrap().field, row.field);
        assert!(row.reason.ends_with('.'), "{:?}", row.field);
        assert!(!row.order.is_empty());
        let all: Vec<Standing> = row.order.iter().copied().flatten().copied().collect();
        let once = |one: &Standing| all.iter().filter(|other| *other == one).count() == 1;
        assert!(all.iter().all(once), "{:?}", row.field);
    }
    assert_eq!(TABLE.last().unwrap().field, Field::Owner);
}
