use host_tree::CommandText;

use super::*;

const URL: &str = "https://github.com/strongtz/i915-sriov-dkms/releases/download/2025.01.22/i915-sriov-dkms_2025.01.22_amd64.deb";

fn mistakes(text: &str) -> (bool, bool) {
    let found = read(&[CommandText::new("t", text)]);
    let is_other = |one: &PackageMistake| matches!(one, PackageMistake::Other { .. });
    let is_redirect = |one: &PackageMistake| matches!(one, PackageMistake::Redirect(_));
    (found.iter().any(is_other), found.iter().any(is_redirect))
}

#[test]
fn a_file_of_another_release_is_installed() {
    for (text, expected) in [
        (
            format!("curl {URL} -o i915-sriov-dkms_2025.01.22_amd64.deb\napt install ./i915-sriov-dkms_2024.12.30_amd64.deb\n"),
            (true, true),
        ),
        (
            format!("wget {URL}\ndpkg -i i915-sriov-dkms_2024.12.30_amd64.deb\n"),
            (true, false),
        ),
        (
            "root@pve:~# curl -LO https://example.org/vendor-reset_0.2_all.deb\nroot@pve:~# apt-get install ./vendor-reset_0.1_all.deb\n"
                .to_owned(),
            (true, false),
        ),
        (
            format!("curl -fsSL {URL} -o i915-sriov-dkms_2025.01.22_amd64.deb\napt install ./i915-sriov-dkms_2025.01.22_amd64.deb\n"),
            (false, false),
        ),
        // Several packages, of which the second is the kernel's.
        (
            format!("wget {URL}\nwget https://example.org/kernel_6.8_amd64.deb\ndpkg -i i915-sriov-dkms_2025.01.22_amd64.deb kernel_6.8_amd64.deb\n"),
            (false, false),
        ),
        // An installation of a file that another command made.
        (
            "wget https://example.org/headers_6.8_amd64.deb\napt install ./i915-sriov-dkms_2024.12.30_amd64.deb\n".to_owned(),
            (false, false),
        ),
        (format!("wget {URL}\ndpkg -i *.deb\n"), (false, false)),
    ] {
        assert_eq!(mistakes(&text), expected, "{text}");
    }
}
