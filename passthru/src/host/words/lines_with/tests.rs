use super::*;

#[test]
fn each_line_is_found_once_with_its_number() {
    let words = finder(["ab", "cd"]).unwrap();
    let found = |text: &str| -> Vec<(u32, String)> {
        let lines = lines_with(&words, text);
        lines
            .map(|(number, line)| (number, line.to_owned()))
            .collect()
    };
    let text = "ab cd\r\nx\n\nxcd ab\ny\ncd";
    let wanted = [(1, "ab cd"), (4, "xcd ab"), (6, "cd")];
    assert_eq!(found(text), wanted.map(|(n, line)| (n, line.to_owned())));
    assert_eq!(found("\n\nx\n"), []);
}
