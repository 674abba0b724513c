use super::*;

#[test]
fn each_form_is_read() {
    for (line, wanted) in [
        (
            "max locked memory           (kbytes, -l) 8192",
            Some(8 << 20),
        ),
        ("max locked memory       (kbytes, -l) unlimited", None),
        ("LimitMEMLOCK=infinity", None),
        ("LimitMEMLOCK=64M", Some(64 << 20)),
        ("LimitMEMLOCK=8388608", Some(8 << 20)),
        ("@kvm hard memlock unlimited", None),
        ("me soft memlock 4096", Some(4 << 20)),
        ("memlock: -1", None),
    ] {
        let limit = set(line, &LimitOf::Unknown).map(|(limit, _)| limit);
        assert_eq!(limit, Some(wanted), "{line}");
    }
    for line in [
        "max locked memory is low",
        "memlock: see below",
        "#me soft memlock 4096",
        "%kvm hard memlock 4096",
        "LimitMEMLOCK=",
        "",
    ] {
        assert_eq!(set(line, &LimitOf::Unknown), None, "{line}");
    }
}

#[test]
fn the_answer_of_the_shell_is_behind_its_command() {
    let texts = [CommandText::new("t", "$ ulimit -l\n8192\n8192\n")];
    let found = read(&texts);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].value.limit, Some(8 << 20));
    assert_eq!(found[0].value.of, LimitOf::User(None));
}

#[test]
fn a_row_of_limits_conf_is_its_owners() {
    let rows = [
        (
            "@kvm hard memlock unlimited",
            LimitOf::Owner("@kvm".to_owned()),
        ),
        ("anna - memlock 65536", LimitOf::Owner("anna".to_owned())),
        ("* soft memlock 64", LimitOf::Everyone),
    ];
    for (row, of) in rows {
        let found = set(row, &LimitOf::Unknown).map(|(_, of)| of);
        assert_eq!(found, Some(of), "{row}");
    }
}
