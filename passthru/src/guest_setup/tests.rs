use super::*;

#[test]
fn versions_of_any_system() {
    for text in ["465.89", "550.135", "535.129.03", "570"] {
        assert!(text.parse::<DriverVersion>().is_ok(), "{text}");
    }
    for text in ["", "a", "1.2.3.4", "535.129.x", "99999999.1", "535."] {
        assert!(text.parse::<DriverVersion>().is_err(), "{text}");
    }
}
