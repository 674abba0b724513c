//! Units and rules, as systemd and udev read them.

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::{mkinitcpio, service, udev_rule};
use testkit::program::{Scratch, find, run};

fn functions() -> [BoundFunction; 2] {
    [Some("1462:5052"), None].map(|subsystem| BoundFunction {
        address: "01:00.0".parse().unwrap(),
        id: "10de:2203".parse().unwrap(),
        subsystem: subsystem.map(|text| text.parse().unwrap()),
    })
}

#[test]
fn systemd_accepts_the_units() {
    let Some(analyze) = find("systemd-analyze") else {
        return;
    };
    let scratch = Scratch::new();
    // The programs that they start are not on this machine.
    let here = scratch.write("script", "#!/bin/sh\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&here, mode).unwrap();
    for (name, text) in [
        ("passthru-vfio.service", service::UNIT_TEXT),
        ("passthru-vfio-initrd.service", mkinitcpio::UNIT_TEXT),
    ] {
        let text = text.replace(service::SCRIPT, here.to_str().unwrap());
        let unit = scratch.write(name, &text);
        let verify = ["verify", "--man=no", unit.to_str().unwrap()];
        let output = run(&analyze, &verify);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{name}: {output:?}"
        );
        // It does say when something is wrong.
        let bad = text.replace("Type=oneshot", "Type=onshot");
        let unit = scratch.write(&format!("bad-{name}"), &bad);
        let output = run(&analyze, &["verify", "--man=no", unit.to_str().unwrap()]);
        assert!(!output.stderr.is_empty());
    }
}

/// `udevadm verify` is of systemd 254: scripts/oracles unpacks one where the
/// system's is older.
#[test]
fn udev_accepts_the_rules() {
    let Some(udevadm) = testkit::program::udevadm_verify() else {
        return;
    };
    let scratch = Scratch::new();
    let rules = udev_rule::rules(&functions());
    assert_eq!(
        rules.lines().filter(|line| !line.starts_with('#')).count(),
        2
    );
    let file = scratch.write("10-passthru-vfio.rules", &rules);
    let verify = |file: &std::path::Path| {
        run(
            &udevadm,
            &["verify", "--resolve-names=never", file.to_str().unwrap()],
        )
    };
    let output = verify(&file);
    assert!(output.status.success(), "{output:?}");
    let bad = rules.replace("ATTR{driver_override}=", "ATTRS{driver_override}=");
    let output = verify(&scratch.write("11-bad.rules", &bad));
    assert!(!output.status.success(), "{output:?}");
}
