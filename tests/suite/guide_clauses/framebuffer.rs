//! Options of framebuffers, by the kernel of a distribution and by what it shows.

use super::findings;

fn reported(release: &str, more: &str) -> Vec<String> {
    let text = format!(
        "$ uname -r\n{release}\n$ cat /proc/cmdline\nBOOT_IMAGE=/vmlinuz-{release} root=/dev/sda1 \
         video=efifb:off\n{more}"
    );
    let reported = findings(&[], &[("a.txt", &text)]);
    reported
        .into_iter()
        .filter(|one| one.contains("efifb"))
        .collect()
}

#[test]
fn the_release_of_a_distribution_decides() {
    let none: [&str; 0] = [];
    for release in [
        "6.8.12-1-pve",
        "6.2.16-3-pve",
        "6.8.0-51-generic",
        "6.12.4-arch1-1",
    ] {
        assert_eq!(reported(release, ""), ["no-effect efifb-off"], "{release}");
    }
    assert_eq!(reported("6.1.0-50-amd64", ""), none);
    assert_eq!(reported("6.12.48+deb13-amd64", ""), none);
    assert_eq!(reported("6.4.9", ""), ["unknown efifb-off"]);
}

#[test]
fn the_remedys_own_output_decides() {
    let none: [&str; 0] = [];
    let map = |name: &str| format!("$ cat /proc/iomem\nc0000000-c02fffff : {name}\n");
    assert_eq!(reported("6.4.9", &map("efifb")), none);
    assert_eq!(
        reported("6.4.9", &map("simpledrm")),
        ["no-effect efifb-off"]
    );
    let log = "[    1.234567] fb0: simpledrmdrmfb frame buffer device\n";
    assert_eq!(reported("6.4.9", log), ["no-effect efifb-off"]);
    // A custom kernel with a distribution's name.
    let config = "$ cat /boot/config-6.8.12-1-pve\n# CONFIG_SYSFB_SIMPLEFB is not set\n";
    assert_eq!(reported("6.8.12-1-pve", config), none);
}
