use super::day;

#[test]
fn days_of_the_calendar() {
    for (seconds, date) in [
        (0, "1970-01-01"),
        (951_782_399, "2000-02-28"),
        (951_782_400, "2000-02-29"),
        (951_868_800, "2000-03-01"),
        (1_798_761_599, "2026-12-31"),
        (u64::MAX, "9999-12-31"),
    ] {
        assert_eq!(day(seconds), date);
    }
}
