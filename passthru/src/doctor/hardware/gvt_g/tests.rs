use super::is_too_new;

#[test]
fn generations_are_read_from_numbers() {
    for new in [
        "Intel Core i5-12400",
        "Intel Core i7-1165G7",
        "Intel Core Ultra 7 265K",
        "Intel N100",
    ] {
        assert!(is_too_new(new), "{new}");
    }
    for old in [
        "Intel Core i5-10500",
        "Intel Core i7-8700K",
        "Intel Core i5-8265U",
        "Intel Core i7-5500U",
        "Intel Xeon E-2224",
        "Intel Celeron J4125",
        "AMD Ryzen 5 3400G",
    ] {
        assert!(!is_too_new(old), "{old}");
    }
}
