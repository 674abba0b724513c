//! `pcie_acs_override=` on a host that already runs with it.

use super::{findings, plan};
use crate::predicted_groups::dump;

/// A capture's functions, with the option on the running command line.
fn host(capture: &str) -> String {
    format!(
        "$ uname -r\n6.8.12-1-pve\n$ cat /proc/cmdline\nBOOT_IMAGE=/vmlinuz root=/dev/sda1 \
         pcie_acs_override=downstream\n# lspci -nxxxx\n{}",
        dump(capture)
    )
}

fn reported(capture: &str, device: &str) -> Vec<String> {
    let text = host(capture);
    let reported = findings(&[device], &[("a.txt", &text)]);
    reported
        .into_iter()
        .filter(|one| one.contains("acs-override"))
        .collect()
}

#[test]
fn the_prediction_shows_whether_a_card_needs_it() {
    let isolated = ("change-card-below-port.after.intel.txt", "01:00.0");
    assert_eq!(
        reported(isolated.0, isolated.1),
        ["security acs-override-needless"]
    );
    // Functions of one device: downstream does not separate them, multifunction does.
    let shared = "multifunction-without-acs.none.txt";
    assert_eq!(
        reported(shared, "01:00.1"),
        ["security acs-override-needless"]
    );
    let text = host(shared).replace("=downstream", "=downstream,multifunction");
    let found = findings(&["01:00.1"], &[("a.txt", &text)]);
    assert!(
        found.contains(&"harmless acs-override-needed".to_owned()),
        "{found:?}"
    );
    // Without configuration space it is not known.
    let text = host(isolated.0);
    let (text, _) = text.split_once("# lspci").unwrap();
    let listing = format!(
        "{text}$ lspci -nn\n01:00.0 VGA compatible controller [0300]: Device [10de:2d04]\n"
    );
    let found = findings(&["01:00.0"], &[("a.txt", &listing)]);
    assert!(
        found.contains(&"security acs-override-unproven".to_owned()),
        "{found:?}"
    );
    let made = plan(&["01:00.0", "--for", "proxmox"], &[("a.txt", &listing)]);
    assert!(made.contains("the plan keeps pcie_acs_override"), "{made}");
}
