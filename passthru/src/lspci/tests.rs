use super::*;

#[test]
fn any_words_are_options_or_an_error() {
    let pieces = [
        "-",
        "-s",
        "-d",
        "vnk",
        "--",
        "\u{2014}v",
        "-\0",
        ":",
        "10de:",
        "-sé",
        " ",
    ];
    for first in pieces {
        for second in pieces {
            for joint in ["", " "] {
                let words = format!("{first}{joint}{second}");
                if let Err(error) = options(&words) {
                    assert!(
                        words.contains(error.to_string().split('"').nth(1).unwrap()),
                        "{words:?}: {error}"
                    );
                }
            }
        }
    }
    let long = "-v".repeat(100_000);
    assert!(options(&long).is_err(), "- within a word is not an option");
    assert!(options(&format!("-{}", "v".repeat(100_000))).is_ok());
}
