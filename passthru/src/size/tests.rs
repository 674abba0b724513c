use super::bytes;

#[test]
fn sizes_are_in_the_largest_unit_that_divides_them() {
    for (size, text) in [
        (128, "128"),
        (4096, "4K"),
        (256 << 20, "256M"),
        (3 << 29, "1536M"),
        (32 << 30, "32G"),
        (0, "0"),
        (1 << 63, "8E"),
    ] {
        assert_eq!(bytes(size), text);
    }
}
