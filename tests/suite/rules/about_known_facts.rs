//! Facts of the trade whose words texts have, and displays of guests.

use passthru::Verdict::{self, Check, Fix, Ok, Unknown};
use testkit::{KnownFactSamples, known_facts, uses};

use super::{Case, case, report};

const HYPER_V: &str = "PS C:\\> Get-VM\n";

const DARK: &str = "GPU passthrough to the VM: Windows shows code 43 for the card.\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)\n";

const APU: &str = "UM890 Pro: the GPU passed through to my Windows VM has code 43.\n\
    c5:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Phoenix3 [1002:1900]\n";

/// A guest of Proxmox VE with the APU's graphics, and these options of the function.
fn guest(options: &str) -> String {
    format!("bios: ovmf\nmachine: q35\nhostpci0: 0000:c5:00.0,pcie=1,x-vga=1{options}\n")
}

/// A domain with the card, and this display.
fn domain(display: &str) -> String {
    format!(
        "<domain type='kvm'>\n  <name>win</name>\n  <devices>\n    <video>\n      {display}\n    \
         </video>\n    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
         <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n      </source>\n    \
         </hostdev>\n  </devices>\n</domain>\n"
    )
}

/// The texts of all facts that `texts` has, as code, verdict and case.
fn of_facts(texts: fn(KnownFactSamples) -> Vec<String>) -> impl Iterator<Item = Case> {
    known_facts().flat_map(move |fact| {
        let code: &'static str = fact.code.clone().leak();
        let verdict = Verdict::from_word(&fact.verdict).unwrap();
        // Output of a host with Hyper-V is beside the text where it needs that.
        let is_of_hyper_v = fact.is_of_hyper_v;
        let all = texts(fact).into_iter();
        all.map(move |text| {
            let beside = ("powershell.txt", HYPER_V);
            if is_of_hyper_v {
                case(code, verdict, "", &[("post.md", &text), beside])
            } else {
                case(code, verdict, "", &[("post.md", &text)])
            }
        })
    })
}

/// The prerequisites of uses, each with a text: those that samples have, at least one, or that similar texts
/// lack, above all the first one, which is the most decisive.
pub(super) fn of_uses(is_sample: bool) -> Vec<&'static str> {
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for row in uses() {
        let texts = if is_sample {
            &row.samples
        } else {
            &row.counters
        };
        assert!(!texts.is_empty(), "{}", row.code);
        for text in texts {
            let post = case("", Unknown, "", &[("post.md", text)]);
            let codes: Vec<&str> = report(&post).findings.iter().map(|one| one.code).collect();
            let items = row.items.iter();
            let items = items.filter(|item| codes.contains(&item.as_str()) == is_sample);
            let items: Vec<&str> = items.map(|item| &*item.clone().leak()).collect();
            let is_first = items.first().copied() == row.items.first().map(String::as_str);
            if items.is_empty() || !is_sample && !is_first {
                wrong.push(format!("{}: {text} {codes:?}", row.code));
            }
            all.extend(items);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    all
}

pub(super) fn cases() -> Vec<Case> {
    let mut all: Vec<Case> = of_facts(|fact| fact.samples).collect();
    let xml = domain("<model type='qxl' vram='65536' heads='1' primary='yes'/>");
    all.push(case(
        "emulated-display-first",
        Fix,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    let rom = guest(",romfile=vbios_8945.bin");
    all.push(case(
        "apu-rom-of-firmware",
        Check,
        "c5:00.0",
        &[("post.md", APU), ("/etc/pve/qemu-server/100.conf", &rom)],
    ));
    all
}

pub(super) fn quiet() -> Vec<Case> {
    let mut all: Vec<Case> = of_facts(|fact| fact.counters).collect();
    let xml = domain("<model type='none'/>");
    all.push(case(
        "emulated-display-first",
        Ok,
        "01:00.0",
        &[("post.md", DARK), ("/etc/libvirt/qemu/win.xml", &xml)],
    ));
    let without = guest("");
    all.push(case(
        "apu-rom-of-firmware",
        Ok,
        "c5:00.0",
        &[
            ("post.md", APU),
            ("/etc/pve/qemu-server/100.conf", &without),
        ],
    ));
    all
}
