use super::without_denied;

fn read(text: &str) -> String {
    let read = without_denied(text.to_owned());
    read.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn denied_guests_are_none() {
    for (text, expected) in [
        ("an ai server without any vms", "an ai server bare-metal"),
        (
            "ein server ohne vms, nur ollama",
            "ein server bare-metal , nur ollama",
        ),
        ("no vms, no passthrough.", "bare-metal , bare-metal ."),
        (
            "no vms or gpu passthrough here",
            "bare-metal bare-metal here",
        ),
        (
            "i don't run any vms on this box",
            "i bare-metal on this box",
        ),
        ("ni vm ni passthrough", "bare-metal bare-metal"),
        ("serveur sans machines virtuelles", "serveur bare-metal"),
        ("servidor sin máquinas virtuales", "servidor bare-metal"),
        ("сервер без виртуалок", "сервер bare-metal"),
        ("没有虚拟机，也没有直通", "bare-metal ，也 bare-metal"),
        ("裸机 ubuntu, 没有 vm", "裸机 ubuntu, bare-metal"),
        ("keine vms auf diesem host", "bare-metal auf diesem host"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn guests_that_fail_or_stand_still_remain() {
    for text in [
        "no vm starts with the card",
        "no vms running",
        "the host freezes without vms running",
        "no vm sees the card",
        "keine vm startet",
        "ohne vm läuft",
        "the vm has no passthrough",
        "no passthrough",
        "no vms yet",
        "没有虚拟机能识别显卡",
        "no, vms are fine",
    ] {
        assert_eq!(read(text), text, "{text}");
    }
}
