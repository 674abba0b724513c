use super::*;

#[test]
fn every_row_is_read() {
    for table in [
        include_str!("../../../../data/done.tsv"),
        include_str!("../../../../data/device-kinds.tsv"),
    ] {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.count(), rows(table).len());
        for row in rows(table) {
            for phrase in row.phrases {
                assert_eq!(phrase.trim().to_lowercase(), phrase, "{}", row.name);
            }
        }
    }
}
