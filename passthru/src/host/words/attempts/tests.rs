use host_tree::CommandText;

use super::*;

fn count(text: &str) -> usize {
    let text = CommandText::new("t", format!("I pass the GPU through to a VM.\n\n{text}\n"));
    read(&Posts::read(&[text])).len()
}

#[test]
fn a_change_after_which_the_failure_remains_is_read() {
    for text in [
        "I also tried it with another image, and the issue is there too.",
        "I swapped the cable. No difference.",
        "Auch mit einem anderen Kernel getestet, gleicher Fehler.",
        "换了一个插槽，还是不行",
        "カーネルを変更しても変わりません",
    ] {
        assert_eq!(count(text), 1, "{text}");
    }
    for none in [
        "I have the same issue as others.",
        "Try another slot, it may make no difference.",
        "Did you try another kernel, same issue?",
        "I tried another kernel, and it works.",
        "如果换了插槽还是不行，请检查",
    ] {
        assert_eq!(count(none), 0, "{none}");
    }
}
