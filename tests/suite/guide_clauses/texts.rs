//! Texts of the guides as they stand.

use super::findings;

#[test]
fn cpuinfo_shows_whether_the_processor_runs_guests() {
    let whole = "$ cat /proc/cpuinfo\nprocessor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) \
                 Core(TM) i7-8700\nflags\t\t: fpu vme msr smx est ssse3 cx16\nbugs\t\t: \
                 spectre_v1\nbogomips\t: 6399.96\n";
    let has = |text: &str, wanted: &str| {
        let said = findings(&[], &[("a.txt", text)]);
        assert!(said.contains(&wanted.to_owned()), "{text}{said:?}");
    };
    has(whole, "blocker virtualization-missing");
    has(&whole.replace("smx", "vmx smx"), "ok virtualization-on");
    has(
        "$ egrep -c '(svm|vmx)' /proc/cpuinfo\n0\n",
        "blocker virtualization-missing",
    );
    has(
        "$ egrep -c '(svm|vmx)' /proc/cpuinfo\n16\n",
        "ok virtualization-on",
    );
    has(
        "$ egrep -c '(svm|vm)' /proc/cpuinfo\n16\n",
        "unknown virtualization-not-shown",
    );
    for quiet in [
        format!("{whole}$ lsmod\nkvm_intel  409600  0\n"),
        whole.replace("ssse3 cx16", "ssse3 hypervisor"),
        whole.replace(" ssse3 cx16", ""),
        format!(
            "# xl info\nxen_version : 4.17.2\n$ cat /etc/xen/a.cfg\ntype = \"hvm\"\n{}",
            whole.replace("smx", "vmx smx")
        ),
    ] {
        let said = findings(&[], &[("a.txt", &quiet)]);
        assert!(
            !said.contains(&"blocker virtualization-missing".to_owned()),
            "{quiet}{said:?}"
        );
    }
}
