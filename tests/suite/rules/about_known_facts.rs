//! Facts of the trade whose words texts have, and displays of guests.

use passthru::Verdict::{self, Blocker, Fix, Impossible, Ok, Unknown};

use super::{Case, case};

const HYPER_V: &str = "PS C:\\> Get-VM\n";

const DARK: &str = "GPU passthrough to the VM: Windows shows code 43 for the card.\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)\n";

/// A domain with the card, and this display.
fn domain(display: &str) -> String {
    format!(
        "<domain type='kvm'>\n  <name>win</name>\n  <devices>\n    <video>\n      {display}\n    \
         </video>\n    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
         <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n      </source>\n    \
         </hostdev>\n  </devices>\n</domain>\n"
    )
}

/// The cases of `known_facts.tsv`, each with the text of this column, as code, verdict and case.
fn of_table(column: usize) -> impl Iterator<Item = (&'static str, Verdict, String, bool)> {
    let lines = include_str!("known_facts.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines.map(move |line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [code, verdict, beside, ..] = columns[..] else {
            panic!("{line}");
        };
        let verdict = match verdict {
            "impossible" => Impossible,
            "blocker" => Blocker,
            "fix" => Fix,
            "unknown" => Unknown,
            "ok" => Ok,
            _ => panic!("{line}"),
        };
        let text = columns[column].replace("\\n", "\n").replace("\\t", "\t") + "\n";
        (code, verdict, text, beside == "hyper-v")
    })
}

/// The case of a row, with output of a host with Hyper-V beside the text where it needs that.
fn of_row(code: &'static str, verdict: Verdict, text: &str, has_hyper_v: bool) -> Case {
    let beside = ("powershell.txt", HYPER_V);
    if has_hyper_v {
        case(code, verdict, "", &[("post.md", text), beside])
    } else {
        case(code, verdict, "", &[("post.md", text)])
    }
}

pub(super) fn cases() -> Vec<Case> {
    let of_table = of_table(3).map(|(code, verdict, text, has)| of_row(code, verdict, &text, has));
    let mut all: Vec<Case> = of_table.collect();
    let xml = domain("<model type='qxl' vram='65536' heads='1' primary='yes'/>");
    all.push(case(
        "emulated-display-first",
        Fix,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    all
}

pub(super) fn quiet() -> Vec<Case> {
    let of_table = of_table(4).map(|(code, _, text, has)| of_row(code, Ok, &text, has));
    let mut all: Vec<Case> = of_table.collect();
    let xml = domain("<model type='none'/>");
    all.push(case(
        "emulated-display-first",
        Ok,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    all
}
