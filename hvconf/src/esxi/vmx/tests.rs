use super::*;

const SAMPLE: &str = "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\r\nmemSize = \"16384\"\n\n\
    pciPassthru0.present = \"TRUE\"\npciPassthru0.id = \"00000:013:00.0\" # card\n\
    pciPassthru0.deviceId = \"0x2803\"\npciPassthru0.vendorId = \"0x10de\"\n\
    PCIPASSTHRU1.ID = \"0:66:0.1\"\npciPassthru.use64bitMMIO = \"TRUE\"\n\
    annotation = \"a|22b|0Ac|7C|\"\nhypervisor.cpuid.v0 = FALSE\nMEMSIZE=\"8192\"\n";

#[test]
fn entries_and_devices_are_read() {
    let vmx = Vmx::parse(SAMPLE);
    assert_eq!(vmx.get("annotation").unwrap().value, "a\"b\nc||");
    assert_eq!(vmx.get("memsize").unwrap().line, 13);
    assert_eq!(vmx.duplicates(), [("memsize".to_owned(), vec![3, 13])]);
    let devices = vmx.passthru();
    assert_eq!(devices.len(), 2);
    let (address, line) = devices[0].id.clone().unwrap();
    assert_eq!(
        (address.unwrap().to_string(), line),
        ("0000:0d:00.0".to_owned(), 6)
    );
    assert!(devices[0].present && !devices[1].present);
    assert_eq!(devices[0].vendor, Some(VendorId::NVIDIA));
    assert_eq!(devices[0].device, Some(DeviceId(0x2803)));
    assert_eq!(
        devices[1].id.clone().unwrap().0.unwrap().to_string(),
        "0000:42:00.1"
    );
    assert_eq!(vmx.faults.len(), 1);
    assert_eq!(vmx.faults[0].key.as_deref(), Some("hypervisor.cpuid.v0"));
    assert_eq!(vmx.faults[0].line, 12);
}

#[test]
fn problems_have_their_place() {
    let fault = |text: &str| Vmx::parse(text).faults[0].to_string();
    assert_eq!(fault("x = 32"), "expected '\"' at byte 4 of line 1");
    assert_eq!(fault("\nx"), "expected '=' at byte 1 of line 2");
    assert_eq!(fault("64x = \"1\""), "expected a key at byte 0 of line 1");
    assert_eq!(
        fault("x = \"a\"b\""),
        "expected the end of the line at byte 7 of line 1"
    );
    assert_eq!(
        fault("x = \"a"),
        "expected '\"' at the end of the value at byte 6 of line 1"
    );
}

#[test]
fn addresses_are_decimal() {
    for (text, wanted) in [
        ("00000:026:00.1", "0000:1a:00.1"),
        ("06:00.0", "0000:06:00.0"),
        ("130:00.0", "0000:82:00.0"),
        ("65536:225:31.7", "10000:e1:1f.7"),
    ] {
        assert_eq!(vmx_address(text).unwrap().to_string(), wanted);
    }
    for text in [
        "",
        "0d:00.0",
        "256:00.0",
        "01:32.0",
        "01:00.8",
        "1:2:3:4.5",
        "+1:0.0",
        "1:0",
        "4294967296:1:0.0",
    ] {
        assert!(vmx_address(text).is_err(), "{text}");
    }
}

#[test]
fn truncated_and_changed_texts_do_not_panic() {
    let check = |text: &str| {
        let vmx = Vmx::parse(text);
        assert!(vmx.entries.len() + vmx.faults.len() <= text.lines().count());
        assert!(vmx.passthru().len() <= vmx.entries.len());
    };
    for end in 0..=SAMPLE.len() {
        check(SAMPLE.get(..end).unwrap());
    }
    let mut numbers = testkit::Random::new(0x0bad_cafe_dead_beef);
    for _ in 0..3000 {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for _ in 0..4 {
            let state = numbers.number();
            let at = usize::try_from(state % bytes.len() as u64).unwrap();
            bytes[at] = b"\"|=#.: \n\r0aZ\0"[usize::try_from((state >> 32) % 13).unwrap()];
        }
        check(std::str::from_utf8(&bytes).unwrap());
    }
}
