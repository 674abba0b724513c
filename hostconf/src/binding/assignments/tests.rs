//! Files as users write them.

use super::*;
use crate::ErrorKind;

const CONF: &str = "# vim:set ft=sh\nMODULES=()\nBINARIES=()\n#HOOKS=(base)\n\
    HOOKS=(base udev autodetect # why\n    'modconf' \"kms\" block)\nCOMPRESSION=\"zstd\"\n";

#[test]
fn arrays_and_strings_are_read() {
    let file = AssignmentFile::parse(CONF);
    assert_eq!(file.words("MODULES").unwrap(), Vec::<String>::new());
    let hooks = ["base", "udev", "autodetect", "modconf", "kms", "block"];
    assert_eq!(file.words("HOOKS").unwrap(), hooks);
    assert_eq!(file.assignments()[2].line, 5);
    assert_eq!(file.assignments()[3].string.as_deref(), Some("zstd"));
    let file = AssignmentFile::parse("A=\"x y\"\nA+=\" z \"; B=1 # c\n");
    assert_eq!(file.words("A").unwrap(), ["x", "y", "z"]);
    assert_eq!(file.words("B").unwrap(), ["1"]);
    assert_eq!(
        AssignmentFile::parse("A=(a)\nA=(b)").words("A").unwrap(),
        ["b"]
    );
}

#[test]
fn expansions_that_only_bash_can_evaluate_are_reported() {
    for (text, line) in [
        ("\nA=(\"${A[@]}\" b)\n", 2),
        ("A=($(ls))\n", 1),
        ("A=(a*)", 1),
        ("if true; then\nA=(b)\nfi\n", 1),
        ("A=b command\n", 1),
        ("A=`x`", 1),
        // Carriage returns make a string of the array.
        ("A=(a)\r\n", 1),
        ("A=(a; b)", 1),
    ] {
        let why = AssignmentFile::parse(text).words("A").unwrap_err();
        assert_eq!(
            (why.kind(), why.line()),
            (ErrorKind::NotLiteral, Some(line)),
            "{text}"
        );
    }
    let open = AssignmentFile::parse("B=1\nA=(a\nb\n")
        .words("B")
        .unwrap_err();
    assert_eq!((open.kind(), open.line()), (ErrorKind::OpenValue, Some(2)));
    assert!(AssignmentFile::parse("A=\"x").words("A").is_err());
}

#[test]
fn words_are_first_once_and_leave_the_bytes() {
    for text in [
        "M=()",
        "M=(a b)\n",
        "M=( a b )\n",
        "M=(\n  a # c\n  b\n)\nX=1\n",
        "M=(# c\n a)\n",
        "M=\"a b\"\n",
        "M=''\n",
        "M=(a)\nM+=(b)\n",
    ] {
        let mut file = AssignmentFile::parse(text);
        assert_eq!(file.to_string(), text);
        let had = file.words("M").unwrap();
        file.put_first("M", &["vfio_pci", "vfio"]).unwrap();
        let once = file.to_string();
        let mut wanted = vec!["vfio_pci".to_owned(), "vfio".to_owned()];
        wanted.extend(had);
        assert_eq!(file.words("M").unwrap(), wanted, "{once:?}");
        file.put_first("M", &["vfio_pci", "vfio"]).unwrap();
        assert_eq!(file.to_string(), once);
        assert!(file.remove("M", "vfio_pci").unwrap());
        assert!(file.remove("M", "vfio").unwrap());
        assert_eq!(file.to_string(), text, "{once:?}");
    }
    let mut file = AssignmentFile::parse("M=(nvidia vfio_pci)");
    file.put_first("M", &["vfio_pci"]).unwrap();
    assert_eq!(file.to_string(), "M=(vfio_pci nvidia)");
    let mut file = AssignmentFile::parse("# none\n");
    file.put_first("M", &["vfio_pci"]).unwrap();
    assert_eq!(file.to_string(), "# none\nM=(vfio_pci)\n");
}

#[test]
fn a_word_is_inserted_before_others() {
    let put = |text: &str| {
        let mut file = AssignmentFile::parse(text);
        file.put_before("H", "x", &["udev", "systemd"]).unwrap();
        file.to_string()
    };
    assert_eq!(put("H=(base udev block)"), "H=(base x udev block)");
    assert_eq!(put("H=(base x udev)"), "H=(base x udev)");
    assert_eq!(put("H=(base systemd x)"), "H=(base x systemd)");
    assert_eq!(put("H=(base)"), "H=(base x)");
    assert_eq!(put("H=()"), "H=(x)");
}

#[test]
fn no_text_makes_it_fail() {
    let mut random = testkit::Random::new(88_172_645_463_325_252);
    let pieces = [
        "M=", "+=", "(", ")", "'", "\"", "\\", "\n", "#", "a", "\u{e4}", "\0", " ", ";",
    ];
    for _ in 0..3000 {
        let text: String = (0..random.below(30))
            .map(|_| pieces[random.below(pieces.len())])
            .collect();
        let mut file = AssignmentFile::parse(&text);
        assert_eq!(file.to_string(), text);
        let _ = file.put_first("M", &["x", "y"]);
        let _ = file.put_before("M", "z", &["y"]);
        let _ = file.remove("M", "a");
    }
    // As many assignments as fit are read in time that grows with the text.
    let long = "M+=(a)\n".repeat(40_000);
    assert_eq!(
        AssignmentFile::parse(&long).words("M").unwrap().len(),
        40_000
    );
}
