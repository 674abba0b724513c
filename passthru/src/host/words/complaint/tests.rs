use super::*;

#[test]
fn code_43_is_stated_in_any_language() {
    for line in [
        "The driver shows error 43 in the guest.",
        "j'ai un code erreur 43, et rien",
        "一起开客户机的虚拟gpu就报43",
        "I fixed the sound. The drivers install but Code 43 which I am unable to resolve.",
    ] {
        assert!(tells_of_43(line), "{line}");
    }
    for line in [
        "If you get code 43, hide the hypervisor.",
        "error 430 is another one",
        "I fixed code 43 with a new driver",
        "I have 43 guests and no error",
    ] {
        assert!(!tells_of_43(line), "{line}");
    }
}

#[test]
fn a_sentence_of_a_failure_is_found() {
    for line in [
        "The guest starts, and the monitor stays a black screen.",
        "> After the update it doesn’t work any more",
        "Die VM startet nicht, obwohl alles eingerichtet ist",
        "With the card my guest doesnt start",
        "虚拟机的重启问题一直没有解决",
        "按教程配置以后虚拟机启动报错, 求助",
        "# Cannot start a guest with a card of mine",
        "Vega 10 reset by module does not work",
        "A second start of the guest leaves my card in a bad state",
        "The VM with my GPU and a single monitor has a crash",
    ] {
        assert!(is_complaint(line), "{line}");
    }
    for line in [
        "If the guest fails to start, look at the log.",
        "EDIT: It has been 430 days running non-stop, and not a single crash or issue",
        "EDIT: I can't yet confirm the reliability, but in theory it works as it should",
        "Die VM läuft seit Wochen, und kein einziger Absturz war dabei",
        "I didn't know where to ask, and the passthrough of my card is a success",
        "- [x] I made sure that my question is not listed in the FAQ",
        "GPU passthrough works well on this machine",
        "I have tried all of it, and nothing changed.",
        "[    1.000000] pci 0000:01:00.0: BAR 1: failed to assign [mem size 0x1000]",
        "error: failed",
        "",
    ] {
        assert!(!is_complaint(line), "{line}");
    }
}

#[test]
fn a_title_names_the_failure_of_a_text_without_such_a_sentence() {
    let complaint = |text: &str| {
        let found = read(&[CommandText::new("t", text)], &[])?;
        found.line
    };
    for title in [
        "Unable to assign an NVIDIA GPU",
        "vGPU: mdevctl types returns nothing",
        "TBS 6981 and IOMMU problems",
    ] {
        assert_eq!(
            complaint(&format!("{title}\n\nProxmox 8.4\n")),
            Some(1),
            "{title}"
        );
        // The sentence says more.
        let both = format!("{title}\n\nThe guest with my card does not start.\n");
        assert_eq!(complaint(&both), Some(3), "{title}");
    }
    for none in [
        "If the assignment fails\n\nProxmox 8.4\n",
        "Passthrough fails\nProxmox 8.4\n",
        "GPU passthrough of two cards\n\nProxmox 8.4\n",
    ] {
        assert_eq!(complaint(none), None, "{none}");
    }
}
