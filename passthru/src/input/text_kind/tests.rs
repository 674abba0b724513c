use super::*;

#[test]
fn names_cannot_leave_their_directory() {
    assert_eq!(safe("../../etc/passwd"), "etcpasswd");
    assert_eq!(safe(".."), "pasted");
}
