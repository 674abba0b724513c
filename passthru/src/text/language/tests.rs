use std::path::Path;

use super::super::Catalog;
use super::*;

#[test]
fn each_catalog_can_be_read() {
    for language in Language::ALL {
        assert_eq!(Language::of_locale(language.tag()), Some(language));
        if language.built_catalog().is_some() {
            let po = ["../lang", "../lang/help"].map(|folder| {
                let name = format!("{folder}/{}.po", language.tag());
                std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
            });
            let po = po.concat();
            Catalog::read(language, &po).unwrap();
        }
    }
}

#[test]
fn the_first_variable_that_is_set_decides() {
    let chosen = |set: &[(&str, &str)]| {
        let value = |name: &str| set.iter().find(|(own, _)| *own == name);
        Language::of_environment(|name| value(name).map(|(_, value)| (*value).to_owned()))
    };
    let chinese = Language::ChineseSimplified;
    assert_eq!(chosen(&[("LANG", "zh_CN.UTF-8")]), chinese);
    assert_eq!(chosen(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN")]), chinese);
    assert_eq!(
        chosen(&[("LC_ALL", "C"), ("LANG", "zh_CN")]),
        Language::English
    );
    assert_eq!(
        chosen(&[("LC_ALL", "fr_FR"), ("LANG", "zh_CN")]),
        Language::English
    );
    for german in ["de", "de_DE.UTF-8", "de_AT", "de_CH@euro"] {
        assert_eq!(chosen(&[("LANG", german)]), Language::German);
    }
    assert_eq!(chosen(&[]), Language::English);
}
