use super::*;
use crate::error::Cause;

const SAMPLE: &str = "#a machine\n#with%0Atwo lines\nbios: ovmf\nhostpci0:0000:01:00,pcie=1  \n\
    memory: 8192\nmemory: 16384\nBAD: x\n\n[PENDING]\nmemory: 4096\n\n[special:cloudinit]\n\
    name: x\n\n[before-update]\nargs: -x\nlock: backup\n[what?]\nlock: y\n";

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn value(text: &str) -> ConfigValue {
    text.parse().unwrap()
}

#[test]
fn the_last_entry_of_the_current_section_takes_effect() {
    let config = VmConfig::parse(SAMPLE);
    let memory = config.get("memory").unwrap();
    assert_eq!((memory.value, memory.line), ("16384", 6));
    assert_eq!(config.get("hostpci0").unwrap().value, "0000:01:00,pcie=1");
    assert_eq!(config.get("args"), None);
    assert_eq!(config.lock(), None);
    assert_eq!(
        VmConfig::parse("lock: backup\n").lock().unwrap().value,
        "backup"
    );
    let sections = config.sections();
    let kinds: Vec<_> = sections
        .iter()
        .map(|section| section.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        [
            SectionKind::Current,
            SectionKind::Pending,
            SectionKind::Special("cloudinit".into()),
            SectionKind::Snapshot("before-update".into()),
            SectionKind::Unknown,
        ]
    );
    assert_eq!(sections[1].header_line, Some(9));
    assert_eq!(sections[1].entries[0].value, "4096");
    assert_eq!(sections[4].entries[0].line, 19);
}

#[test]
fn an_edit_changes_the_value_only() {
    let mut config = VmConfig::parse(SAMPLE);
    config.set(&key("memory"), &value("2048"));
    assert_eq!(config.to_string(), SAMPLE.replacen("16384", "2048", 1));
    config.set(&key("hostpci0"), &value("0000:02:00"));
    assert!(config.to_string().contains("\nhostpci0:0000:02:00  \n"));
    config.unset(&key("memory"));
    assert_eq!(config.get("memory"), None);
    assert!(config.to_string().contains("[PENDING]\nmemory: 4096\n"));
}

#[test]
fn a_new_line_is_before_the_first_header() {
    for (before, after) in [
        ("", "a: 1\n"),
        ("b: 2", "a: 1\nb: 2"),
        ("b: 2\r\n", "b: 2\r\na: 1\r\n"),
        ("b: 2\n\n[snap]\nb: 3\n", "b: 2\na: 1\n\n[snap]\nb: 3\n"),
        ("[snap]\nb: 3", "a: 1\n[snap]\nb: 3"),
        ("\n\n", "a: 1\n\n\n"),
    ] {
        let mut config = VmConfig::parse(before);
        config.set(&key("a"), &value("1"));
        assert_eq!(config.to_string(), after);
    }
}

#[test]
fn keys_and_values_cannot_break_out_of_the_line() {
    for text in ["", "A", "1a", "a b", "a:", "a1b", "-a", "hostpci0\n"] {
        assert_eq!(text.parse::<Key>(), Err(Cause::Key.into()), "{text:?}");
    }
    assert_eq!(
        "x\nargs: y".parse::<ConfigValue>(),
        Err(Cause::ControlInValue { offset: 1 }.into())
    );
    assert_eq!(
        "\u{85}".parse::<ConfigValue>(),
        Err(Cause::ControlInValue { offset: 0 }.into())
    );
    assert_eq!("".parse::<ConfigValue>(), Err(Cause::EmptyValue.into()));
    assert_eq!(
        " a".parse::<ConfigValue>(),
        Err(Cause::BlankAroundValue.into())
    );
    assert_eq!(
        "HOSTPCI0: 01:00\n",
        VmConfig::parse("HOSTPCI0: 01:00\n").to_string()
    );
    assert_eq!(VmConfig::parse("HOSTPCI0: 01:00\n").entries().count(), 0);
}

#[test]
fn any_text_survives_and_set_can_be_undone() {
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let pieces = [
        "a: 1",
        "zz: 2",
        "\n",
        "\r\n",
        "\r",
        "[snap]",
        "[PENDING]",
        " ",
        "#c",
        "é",
        "[",
        "]",
        ":",
        "new0:",
        "\0",
        "\u{a0}",
    ];
    for _ in 0..5000 {
        let text: String = (0..random.below(12))
            .map(|_| pieces[random.below(pieces.len())])
            .collect();
        let config = VmConfig::parse(&text);
        assert_eq!(config.to_string(), text);
        let key = key("new0");
        if config.get("new0").is_some() {
            continue;
        }
        let mut edited = config.clone();
        edited.set(&key, &value("v,x=1"));
        assert_eq!(edited.get("new0").unwrap().value, "v,x=1", "{text:?}");
        let reread = VmConfig::parse(&edited.to_string());
        assert_eq!(reread, edited, "{text:?}");
        let mut twice = reread.clone();
        twice.set(&key, &value("v,x=1"));
        assert_eq!(twice.to_string(), edited.to_string(), "{text:?}");
        twice.unset(&key);
        assert_eq!(twice.to_string(), text);
    }
}
