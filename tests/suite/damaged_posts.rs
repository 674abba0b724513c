//! Posts whose text was quoted, indented, wrapped, saved in UTF-16 or cut: their findings are
//! those of the whole text, or fewer.

use std::collections::BTreeSet;

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

type Said = BTreeSet<(Verdict, &'static str)>;

fn said_of(bytes: &[u8]) -> Said {
    let mut input = Input::new();
    if input.add("post.txt", bytes).is_err() {
        return Said::new();
    }
    let Ok(tree) = input.finish() else {
        return Said::new();
    };
    let findings = doctor::examine(&Host::read(&tree), &Question::default()).findings;
    let reported = findings
        .iter()
        .map(|finding| (finding.verdict, finding.code));
    reported
        .filter(|(_, code)| *code != "input-damaged")
        .collect()
}

fn reported(post: &str) -> Said {
    said_of(post.as_bytes())
}

const CARD: &str = "\
My card is not passed through.

root@pve:~# lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Processor Host Bridge/DRAM Registers [8086:3ec2] (rev 07)
\tSubsystem: Gigabyte Technology Co., Ltd Device [1458:5000]
\tKernel driver in use: skl_uncore
00:01.0 PCI bridge [0604]: Intel Corporation 6th-10th Gen Core Processor PCIe Controller (x16) [8086:1901] (rev 07)
\tKernel driver in use: pcieport
00:02.0 VGA compatible controller [0300]: Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630] [8086:3e92]
\tSubsystem: Gigabyte Technology Co., Ltd Device [1458:d000]
\tKernel driver in use: i915
\tKernel modules: i915
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU104 [GeForce RTX 2070 SUPER] [10de:1e84] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:c726]
\tKernel driver in use: vfio-pci
\tKernel modules: nvidiafb, nouveau
01:00.1 Audio device [0403]: NVIDIA Corporation TU104 HD Audio Controller [10de:10f8] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:c726]
\tKernel driver in use: snd_hda_intel
\tKernel modules: snd_hda_intel

Please help.
";

const GROUPS: &str = "\
The groups of the machine:

IOMMU Group 0:
\t00:00.0 Host bridge [0600]: Intel Corporation Device [8086:3ec2] (rev 07)
IOMMU Group 1:
\t00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901] (rev 07)
\t01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU104 [10de:1e84] (rev a1)
\t01:00.1 Audio device [0403]: NVIDIA Corporation TU104 HD Audio Controller [10de:10f8] (rev a1)
\t02:00.0 Ethernet controller [0200]: Intel Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)
IOMMU Group 2:
\t00:14.0 USB controller [0c03]: Intel Corporation Device [8086:a36d] (rev 10)

And it says:

kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: vfio 0000:01:00.0: group 1 is not viable
";

const LOG: &str = "\
[    0.012345] DMAR: IOMMU enabled
[    0.412345] pci 0000:00:01.0: Adding to iommu group 1
[    0.422345] pci 0000:01:00.0: Adding to iommu group 1
[    0.432345] pci 0000:01:00.1: Adding to iommu group 1
[    4.512345] vfio-pci 0000:01:00.0: enabling device (0002 -> 0003)
[   44.612345] vfio-pci 0000:01:00.0: BAR 3: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]
";

const POSTS: [&str; 3] = [CARD, GROUPS, LOG];

fn each_line(post: &str, change: impl Fn(&str) -> String) -> String {
    post.lines().map(|line| change(line) + "\n").collect()
}

#[test]
fn the_posts_have_findings() {
    for post in POSTS {
        let bad =
            |(verdict, _): &(Verdict, &str)| matches!(verdict, Verdict::Blocker | Verdict::Fix);
        assert!(reported(post).iter().any(bad), "{:?}", reported(post));
    }
}

#[test]
fn quoting_and_indenting_change_nothing() {
    for post in POSTS {
        let whole = reported(post);
        for before in ["> ", ">", "    ", "\t", "> > "] {
            let text = each_line(post, |line| format!("{before}{line}"));
            assert_eq!(reported(&text), whole, "{text}");
        }
        for text in [post.replace('\n', "\r\n"), post.replace('\n', "  \n")] {
            assert_eq!(reported(&text), whole, "{text:?}");
        }
    }
}

/// `line` in lines of at most `width` bytes, broken at blanks.
fn wrapped(line: &str, width: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    for word in line.split(' ') {
        if length > 0 && length + 1 + word.len() > width {
            text.push('\n');
            length = 0;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += word.len();
    }
    text
}

#[test]
fn wrapping_changes_nothing() {
    for post in [CARD] {
        for width in [72, 76, 80, 100] {
            let text = each_line(post, |line| wrapped(line, width));
            assert!(text.lines().count() > post.lines().count());
            assert_eq!(reported(&text), reported(post), "{text}");
        }
    }
}

#[test]
fn the_encoding_changes_nothing() {
    for post in POSTS {
        let units = || post.encode_utf16();
        for mark in ["", "\u{feff}"] {
            let units = || mark.encode_utf16().chain(units());
            let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
            assert_eq!(said_of(&little), reported(post));
            assert_eq!(said_of(&big), reported(post));
        }
    }
}

#[test]
fn prose_between_lines_changes_nothing() {
    for post in POSTS {
        let whole = reported(post);
        let lines: Vec<&str> = post.lines().collect();
        for at in 0..=lines.len() {
            let (before, after) = lines.split_at(at);
            let text = [before, &["", "I tried another cable, too.", ""], after].concat();
            let found = reported(&text.join("\n"));
            let is_bad = |(verdict, _): &&(Verdict, &str)| {
                matches!(
                    verdict,
                    Verdict::Blocker | Verdict::Fix | Verdict::Impossible
                )
            };
            let more: Vec<_> = found.difference(&whole).filter(is_bad).collect();
            assert!(more.is_empty(), "{more:?} at {at} of {post}");
        }
    }
}

#[test]
fn stamps_change_nothing() {
    let bare = each_line(LOG, |line| line.split_at(15).1.to_owned());
    assert_eq!(reported(&bare), reported(LOG));
    let mut lines: Vec<&str> = LOG.lines().collect();
    lines.reverse();
    assert_eq!(reported(&lines.join("\n")), reported(LOG));
}

/// A missing line causes no blocker and no fix that the whole text does not have.
#[test]
fn fewer_lines_cause_no_more_problems() {
    for post in POSTS {
        let whole = reported(post);
        let lines: Vec<&str> = post.lines().collect();
        for count in 1..=3 {
            for at in 0..=lines.len() - count {
                let (before, after) = lines.split_at(at);
                let text = [before, &after[count..]].concat();
                let found = reported(&text.join("\n"));
                let is_bad = |(verdict, _): &&(Verdict, &str)| {
                    matches!(
                        verdict,
                        Verdict::Blocker | Verdict::Fix | Verdict::Impossible
                    )
                };
                let more: Vec<_> = found.difference(&whole).filter(is_bad).collect();
                assert!(
                    more.is_empty(),
                    "{more:?} without {count} at {at} of {post}"
                );
            }
        }
    }
}
