use super::super::macros::{plural, text};
use super::super::{Catalog, Language};
use super::*;

fn chinese(po: &str) -> Catalog {
    Catalog::read(Language::ChineseSimplified, po).unwrap()
}

#[test]
fn arguments_are_ordered_as_the_translation_has_them() {
    let driver = "nouveau";
    let function: pci_core::Address = "0000:01:00.0".parse().unwrap();
    let shown = text!("{driver} has {function}", driver, function);
    assert_eq!(shown, "nouveau has 01:00.0");
    let po = chinese("msgid \"{driver} has {function}\"\nmsgstr \"{function} 由 {driver} 使用\"\n");
    assert_eq!(shown.in_language(&po), "01:00.0 由 nouveau 使用");
    assert_eq!(
        shown.clone().in_language(&chinese("")),
        "nouveau has 01:00.0"
    );
    assert_eq!(
        serde_json::to_string(&shown).unwrap(),
        "\"nouveau has 01:00.0\""
    );
}

#[test]
fn a_number_chooses_the_pattern() {
    let shown = |count| plural!(count, "one function", "{count} functions");
    assert_eq!(shown(1), "one function");
    assert_eq!(shown(3), "3 functions");
    let po = "msgid \"one function\"\nmsgid_plural \"{count} functions\"\n\
              msgstr[0] \"{count} 个功能\"\n";
    let po = chinese(po);
    assert_eq!(shown(1).in_language(&po), "1 个功能");
    assert_eq!(shown(3).in_language(&po), "3 个功能");
}

#[test]
fn two_sentences_are_translated_each_by_itself() {
    let shown = text!("off").then(&text!("on"));
    assert_eq!(shown, "off; on");
    let po = "msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n\
              msgid \"on\"\nmsgstr \"开\"\n";
    assert_eq!(shown.in_language(&chinese(po)), "off；开");
}

#[test]
fn any_sentence_of_a_file_is_looked_up_in_bounded_time() {
    let po = chinese(
        "msgid \"{a}, {b}, {c}, {d}, {e} and {f} are bound to {g}\"\n\
         msgstr \"{a}{b}{c}{d}{e}{f}{g}\"\n\
         msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n",
    );
    for part in [
        "a; ",
        "a: ",
        "a, ",
        "; : ",
        " and x are bound to ",
        "\u{1b}[31m; ",
    ] {
        // Neither the time nor the stack grows with the parts.
        let _ = Text::of_english(part.repeat(200)).in_language(&po);
        let long = Text::of_english(part.repeat(100_000));
        assert_eq!(long.in_language(&po), *long);
    }
    let many = Text::of_english("a, b, c, d, e and f, and 1 and 2 are bound to nouveau");
    assert_eq!(many.in_language(&po), "abcdef, and 1 and 2nouveau");
}

#[test]
fn a_sentence_in_english_alone_is_recognized() {
    let po = chinese(
        "msgid \"{driver} is bound to {function}\"\nmsgstr \"{function} 已绑定到 {driver}\"\n\
         msgid \"a display\"\nmsgstr \"显示器\"\n\
         msgid \"one function\"\nmsgid_plural \"{count} functions\"\n\
         msgstr[0] \"{count} 个功能\"\n\
         msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n",
    );
    for (english, chinese) in [
        ("nouveau is bound to 01:00.0", "01:00.0 已绑定到 nouveau"),
        ("nouveau is bound to a display", "显示器 已绑定到 nouveau"),
        ("one function", "1 个功能"),
        ("3 functions", "3 个功能"),
        ("a display; 3 functions", "显示器；3 个功能"),
        ("{of others}; {{", "{of others}; {{"),
    ] {
        let read: Text = serde_json::from_str(&format!("\"{english}\"")).unwrap();
        assert_eq!(read.in_language(&po), chinese, "{english}");
        assert_eq!(read, english);
    }
}

#[test]
fn the_end_of_an_unknown_sentence_is_not_a_sentence() {
    let po = chinese("msgid \"{size} memory\"\nmsgstr \"{size} 内存\"\n");
    let shown = |english: &str| Text::of_english(english).in_language(&po);
    assert_eq!(shown("16 MiB memory"), "16 MiB 内存");
    let unknown = "no framebuffer may be in its memory";
    assert_eq!(shown(unknown), unknown);
}

#[test]
fn a_word_has_the_translation_of_its_context() {
    let po = chinese(
        "msgctxt \"verdict\"\nmsgid \"fix\"\nmsgstr \"需修复\"\n\n\
         msgid \"fix\"\nmsgstr \"修复\"\n",
    );
    let word = Text::word("verdict", "fix");
    assert_eq!(word, "fix");
    assert_eq!(word.in_language(&po), "需修复");
    assert_eq!(text!("fix").in_language(&po), "修复");
    assert_eq!(Text::word("kind", "fix").in_language(&po), "fix");
    assert_eq!(Text::of_english("fix").in_language(&po), "修复");
}

#[test]
fn words_of_a_table_are_replaced_in_every_language() {
    let shown = Text::of_table("reset ADDRESS").with_word("ADDRESS", "01:00.0".to_owned());
    assert_eq!(shown, "reset 01:00.0");
    let po = chinese("msgid \"reset ADDRESS\"\nmsgstr \"重置 ADDRESS\"\n");
    assert_eq!(shown.in_language(&po), "重置 01:00.0");
}
