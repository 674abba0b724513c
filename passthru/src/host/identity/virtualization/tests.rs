use host_tree::MemoryTree;

use super::*;

fn seen(text: &str) -> Option<Virtualization> {
    let mut tree = MemoryTree::partial();
    tree.insert_text("a.txt", text);
    read(&tree).map(|found| found.value)
}

#[test]
fn flags_show_it_where_they_are_whole() {
    use Virtualization::{Missing, Present};
    let head = "vendor_id\t: GenuineIntel\nflags\t\t: fpu vme de pse tsc";
    for (rest, wanted) in [
        (" est vmx ssse3\nbugs\t\t:\n", Some(Present)),
        (" est ssse3 cx16\nbugs\t\t:\n", Some(Missing)),
        // Cut before the flag, broken by the paste, in a guest.
        (" est\nbugs\t\t:\n", None),
        (" est ssse3\ncx16 vmx\n", None),
        (" est ssse3 hypervisor\nbugs\t\t:\n", None),
    ] {
        assert_eq!(seen(&format!("{head}{rest}")), wanted, "{rest}");
    }
    let amd = "vendor_id : AuthenticAMD\nflags : fpu vme ssse3 lahf_lm abm osvw\nbugs :\n";
    assert_eq!(seen(amd), Some(Missing));
    assert_eq!(seen(&amd.replace("abm", "svm abm")), Some(Present));
    assert_eq!(seen(&amd.replace(" osvw", "")), None);
}

#[test]
fn counts_are_as_good_as_their_pattern() {
    use Virtualization::{Missing, Present, WrongPattern};
    for (text, wanted) in [
        ("$ egrep -c '(svm|vmx)' /proc/cpuinfo\n16\n", Some(Present)),
        ("$ egrep -c '(svm|vmx)' /proc/cpuinfo\n0\n", Some(Missing)),
        ("$ grep -Ec \"(vmx|svm)\" /proc/cpuinfo\n8\n", Some(Present)),
        (
            "$ egrep -c '(svm|vm)' /proc/cpuinfo\n16\n",
            Some(WrongPattern),
        ),
        ("$ egrep -c '(svm|vm)' /proc/cpuinfo\n0\n", Some(Missing)),
        ("$ grep -c 'vmx' /proc/cpuinfo\n0\n", None),
        ("$ egrep -c '(svm|vmx)' /proc/cpuinfo\n\ntext\n", None),
        ("$ egrep 'vmx|svm' /proc/cpuinfo\n", None),
        ("$ cat /proc/cpuinfo | egrep 'vmx|svm'sh\n# lsmod\n", None),
    ] {
        assert_eq!(seen(text), wanted, "{text}");
    }
}
