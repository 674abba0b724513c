use super::*;
use crate::ErrorKind;

fn text(text: &str) -> XlText {
    XlText::new(text).unwrap()
}

#[test]
fn an_item_set_twice_is_set_once_and_removed_again() {
    for before in [
        "",
        "name = 'a'",
        "name = \"a\"\n",
        "pci=[]",
        "pci = [ ]\n",
        "pci = [ '02:00.0', ]\n",
        "pci = [\n  '02:00.0', # the network\n]\nvif = ['a']\n",
        "pci=['03:00.0'];pci+=['02:00.0']",
    ] {
        let mut config = XlConfig::parse(before);
        config.add_item(XlKey::Pci, &text("01:00.0")).unwrap();
        config.add_item(XlKey::Pci, &text("01:00.1")).unwrap();
        let once = config.clone();
        config.add_item(XlKey::Pci, &text("01:00.0")).unwrap();
        assert_eq!(config, once);
        assert_eq!(config.faults(), []);
        let items = config.list("pci").unwrap();
        let has = |wanted: &str| {
            let wanted = XlValue::Text(wanted.to_owned());
            items.iter().filter(|item| item.value == wanted).count()
        };
        assert_eq!((has("01:00.0"), has("01:00.1")), (1, 1), "{config}");
        assert_eq!(has("02:00.0"), before.matches("02:00.0").count());
        config.remove_item(XlKey::Pci, &text("01:00.1")).unwrap();
        config.remove_item(XlKey::Pci, &text("01:00.0")).unwrap();
        assert_eq!(config.to_string(), before);
    }
}

#[test]
fn the_last_statement_counts() {
    let config = XlConfig::parse("a='1'\na='2';a+='3'\nb=[1]\nb+=['x',]\nc=['d']\nc='e'\n");
    assert_eq!(config.text("a").as_deref(), Some("23"));
    assert_eq!(config.list("b").unwrap().len(), 2);
    assert_eq!(config.list("c"), None);
    assert_eq!(config.text("c").as_deref(), Some("e"));
    assert_eq!(config.list("d"), None);
}

#[test]
fn faults_name_what_xl_expects() {
    let fault = |text: &str| {
        let config = XlConfig::parse(text);
        assert_eq!(config.to_string(), text);
        config.faults().first().map(ToString::to_string).unwrap()
    };
    assert_eq!(
        fault("\nx=\n"),
        "expected a text in quotes, a number or [ on line 2"
    );
    assert_eq!(
        fault("x=1 2"),
        "expected the end of the line or ; on line 1"
    );
    assert_eq!(
        fault("x=1\r\n"),
        "expected the end of the line or ; on line 1"
    );
    assert_eq!(fault("x=['a' 'b']"), "expected , or ] on line 1");
    assert_eq!(fault("x=[1,\n\n'a' 'b']"), "expected , or ] on line 3");
    assert_eq!(fault("_x=1"), "expected a key on line 1");
    assert_eq!(fault("x 1"), "expected = or += on line 1");
    assert!(fault(&format!("x={}", "[".repeat(100_000))).contains("not so deep"));
    let mut config = XlConfig::parse("x=\n");
    assert_eq!(
        config.add_item(XlKey::Pci, &text("a")).unwrap_err().kind(),
        ErrorKind::XlSyntax
    );
    let mut config = XlConfig::parse("a=1\npci='01:00.0'\n");
    assert_eq!(
        config.add_item(XlKey::Pci, &text("a")).unwrap_err().kind(),
        ErrorKind::Type
    );
}

#[test]
fn a_key_is_set_in_place() {
    let mut config = XlConfig::parse("type='pv' # old\nmemory = 1024");
    config.set(XlKey::Type, &text("hvm")).unwrap();
    config.set(XlKey::Memory, &text("1024")).unwrap();
    config.set(XlKey::Firmware, &text("ovmf")).unwrap();
    assert_eq!(
        config.to_string(),
        "type=\"hvm\" # old\nmemory = 1024\nfirmware = \"ovmf\""
    );
    assert!(XlText::new("a\nb").is_none());
    let mut joined = XlConfig::parse("type='h'\ntype+='vm'\n");
    assert_eq!(
        joined.set(XlKey::Type, &text("pv")).unwrap_err().kind(),
        ErrorKind::Type
    );
}

#[test]
fn any_text_is_kept() {
    let pieces = [
        "pci", "=", "+=", "[", "]", "'a'", "\"", "'", ",", ";", "\n", " ", "#", "0x", "1", "\\",
        "\\101", "\r", "é", "\0",
    ];
    let mut random = testkit::Random::new(0x1234_5678_9abc_def1);
    for _ in 0..5000 {
        let mut text = String::new();
        for _ in 0..random.below(12) {
            text.push_str(random.pick(&pieces));
        }
        let mut config = XlConfig::parse(&text);
        assert_eq!(config.to_string(), text);
        if config
            .add_item(XlKey::Pci, &XlText::new("x").unwrap())
            .is_ok()
        {
            assert_eq!(config.faults(), []);
            assert!(!config.list("pci").unwrap().is_empty());
        }
    }
}
