//! Hosts with thousands of functions: the output stays short, and the work is linear.

use std::fs;
use std::path::Path;
use std::time::Duration;

use testkit::Scratch;
use testkit::sysfs_tree::{Function, SysfsTree, many, virtualized};

use crate::command::passthru;

/// 8 cards of 256 virtual functions: 2,056 functions, and the ports above the cards.
const CARDS: usize = 8;
const EACH: usize = 256;

/// The tree of such a host, in memory where there is a place for that.
fn tree(name: &str, functions: &[Function]) -> SysfsTree {
    let memory = Path::new("/dev/shm");
    let temporary = std::env::temp_dir();
    let place = if memory.is_dir() { memory } else { &temporary };
    let tree = SysfsTree::below(place, name, functions);
    fs::create_dir_all(tree.root.join("proc")).unwrap();
    let options = "root=/dev/sda1 intel_iommu=on iommu=pt\n";
    fs::write(tree.root.join("proc/cmdline"), options).unwrap();
    fs::create_dir_all(tree.root.join("etc/modprobe.d")).unwrap();
    let ids = "options vfio-pci ids=15b3:101d\n";
    fs::write(tree.root.join("etc/modprobe.d/vfio.conf"), ids).unwrap();
    tree
}

#[test]
fn equal_findings_about_many_functions_appear_once() {
    let tree = tree("scale-virtual", &virtualized(CARDS, EACH));
    let root = tree.root.to_str().unwrap();

    let doctor = passthru(&["doctor", "--json", "--root", root]).json();
    let findings = doctor["findings"].as_array().unwrap();
    assert!(findings.len() <= 24, "{} findings", findings.len());
    let named = |code: &str| {
        let mut all = findings
            .iter()
            .filter(move |finding| finding["code"] == code);
        let first = all.next().unwrap_or_else(|| panic!("{code}"));
        (first, all.count())
    };
    let (bound, others) = named("bound-to-vfio");
    assert_eq!(others, 0);
    assert_eq!(bound["devices"].as_array().unwrap().len(), CARDS * EACH / 2);
    let title = bound["title"].as_str().unwrap();
    let more = "; the same applies to 1023 more virtual functions of 8 physical functions, from \
                10:00.3 to 1e:1f.7";
    assert!(title.ends_with(more), "{title}");
    for finding in findings {
        let evidence = finding["evidence"].as_array().unwrap();
        assert!(evidence.len() <= 16, "{finding}");
        assert!(finding["title"].as_str().unwrap().len() < 300, "{finding}");
    }

    let text = passthru(&["doctor", "--root", root]).out;
    assert!(text.lines().count() <= 200, "{text}");

    let drawn = passthru(&["list", "--tree", "--root", root]);
    assert!(drawn.out.lines().count() < 60, "{}", drawn.out);
    assert!(
        drawn
            .out
            .contains("255 more virtual functions of 10:00.0, from 10:00.2 to 11:00.0"),
        "{}",
        drawn.out
    );

    let scratch = Scratch::new();
    let page = scratch.path().join("host.html");
    let page = page.to_str().unwrap();
    assert_eq!(passthru(&["report", "-o", page, "--root", root]).err, "");
    let length = fs::metadata(page).unwrap().len();
    assert!(length < 80_000, "{length} bytes");
    for format in ["--svg", "--dot"] {
        let drawn = passthru(&["list", format, "--root", root]).out;
        assert!(drawn.len() < 40_000, "{format}: {} bytes", drawn.len());
        let more = "255 more virtual functions of 10:00.0, from 10:00.2 to 11:00.0";
        assert!(drawn.contains(more), "{drawn}");
    }
}

#[test]
fn a_table_has_a_line_for_each_function() {
    let tree = tree("scale-table", &virtualized(1, 300));
    let root = tree.root.to_str().unwrap();
    let list = passthru(&["list", "--root", root]);
    assert_eq!(list.out.lines().count(), 1 + 302, "{}", list.err);
    let line = list.out.lines().find(|line| line.starts_with("10:00.1 "));
    let words: Vec<&str> = line.unwrap().split_whitespace().collect();
    assert_eq!(words[..4], ["10:00.1", "15b3:101e", "2", "vfio-pci"]);
    // The table and the JSON form, which reads all facts, agree.
    let json = passthru(&["list", "--json", "--root", root]).json();
    for (device, line) in json["devices"]
        .as_array()
        .unwrap()
        .iter()
        .zip(list.out.lines().skip(1))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert!(
            device["address"].as_str().unwrap().ends_with(words[0]),
            "{line}"
        );
        assert_eq!(
            device["iommu_group"].as_u64().unwrap().to_string(),
            words[2],
            "{line}"
        );
        assert_eq!(device["driver"].as_str(), Some(words[3]), "{line}");
    }
}

/// What other threads of this process may have read of one host and not of the other: the
/// square of 4,000 functions needs seconds.
const ELSEWHERE: Duration = Duration::from_millis(150);

/// The processor time of this thread so far; `None` where the kernel does not count it.
fn spent() -> Option<Duration> {
    // Documentation/scheduler/sched-stats.rst: nanoseconds on the processor come first.
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(
        text.split_whitespace().next()?.parse().ok()?,
    ))
}

/// The least time that a command needs of some rounds.
fn needed(words: &[&str]) -> Option<Duration> {
    let round = |_| {
        let before = spent()?;
        let run = passthru(words);
        assert!(run.err.is_empty(), "{words:?}: {}", run.err);
        Some(spent()? - before)
    };
    (0..2).filter_map(round).min()
}

/// Four times the functions are at most six times the work, and what the square of them would
/// need is sixteen times.
#[test]
fn the_work_grows_as_the_functions_do() {
    if spent().is_none() {
        let why = "the kernel does not count the time of threads";
        return testkit::skipped::optional(why, "a kernel with CONFIG_SCHED_INFO");
    }
    let commands: [&[&str]; 6] = [
        &["doctor", "--json"],
        &["list"],
        &["list", "--json"],
        &["list", "--tree"],
        &["groups", "--json"],
        &["lspci", "-nnk"],
    ];
    let hosts: [(&str, [Vec<Function>; 2]); 2] = [
        ("plain", [many(1000), many(4000)]),
        ("virtual", [virtualized(2, 256), virtualized(CARDS, EACH)]),
    ];
    for (name, [few, more]) in &hosts {
        let few = tree(&format!("scale-{name}-few"), few);
        let more = tree(&format!("scale-{name}-more"), more);
        for words in commands {
            let of = |tree: &SysfsTree| {
                let root = tree.root.to_str().unwrap();
                needed(&[words, &["--root", root]].concat()).unwrap()
            };
            let (small, large) = (of(&few), of(&more));
            // What each run costs, however small the host is, only makes the ratio less.
            assert!(
                large <= small * 6 + ELSEWHERE,
                "{words:?} on {name}: {small:?}, and {large:?} for four times the functions"
            );
        }
    }
}

/// The lines of a kernel log, of kinds that each reader of a text looks at.
fn log(lines: usize) -> String {
    let kinds = [
        "pci 0000:01:00.0: [10de:2d04] type 00 class 0x030000",
        "usb 1-1: new high-speed USB device number 4 using xhci_hcd",
        "audit: type=1400 audit(1700000000.1:7): apparmor=\"STATUS\" operation=\"profile_load\"",
        "vfio-pci 0000:01:00.0: vgaarb: changed VGA decodes: olddecodes=io+mem,decodes=none:owns=none",
        "systemd[1]: Started Session 4 of User root.",
        "kvm: passthru: options vfio-pci ids=10de:2d04 hostpci0: 01:00,pcie=1 <hostdev> -device vfio-pci",
    ];
    let line = |number: usize| {
        let kind = kinds.get(number % kinds.len()).copied().unwrap_or_default();
        format!("[{:5}.{:06}] {kind}\n", number / 1000, number % 1000)
    };
    (0..lines).map(line).collect()
}

/// Four times the lines are at most six times the work.
#[test]
fn the_work_grows_as_the_log_does() {
    if spent().is_none() {
        let why = "the kernel does not count the time of threads";
        return testkit::skipped::optional(why, "a kernel with CONFIG_SCHED_INFO");
    }
    let scratch = Scratch::new();
    let of = |name: &str, lines: usize| {
        let file = scratch.path().join(name);
        fs::write(&file, log(lines)).unwrap();
        needed(&["doctor", file.to_str().unwrap()]).unwrap()
    };
    let (small, large) = (of("few.txt", 5_000), of("more.txt", 20_000));
    assert!(
        large <= small * 6 + ELSEWHERE,
        "{small:?}, and {large:?} for four times the lines"
    );
}

/// Virtual functions that differ in their addresses alone are one line of the check.
#[test]
fn a_check_has_a_line_for_the_virtual_functions_of_a_card() {
    let pasted = passthru(&["check", "--json", "--from", "examples/screens/sriov.txt"]).json();
    let candidates = pasted["candidates"].as_array().unwrap();
    let alike: Vec<usize> = candidates
        .iter()
        .map(|candidate| candidate["alike"].as_array().unwrap().len())
        .collect();
    assert_eq!(alike, [0, 31]);
    let tree = tree("scale-check", &virtualized(CARDS, EACH));
    let root = tree.root.to_str().unwrap();
    let check = passthru(&["check", "--root", root]);
    assert!(check.out.lines().count() < 160, "{}", check.out);
    assert!(
        check.out.contains("127 more virtual functions of 10:00.0"),
        "{}",
        check.out
    );
    // A kind that several cards match narrows the table.
    let nics = passthru(&["check", "nic", "--root", root]);
    assert!(nics.out.lines().count() < 160, "{}", nics.out);
    assert!(nics.out.contains("127 more virtual functions of 10:00.0"));
    let gpus = passthru(&["check", "gpu", "--root", root]);
    assert_eq!(gpus.status, 2, "{}", gpus.out);
}

/// Cards of one name and verdict: the first ones with their facts, then a line each, the rest
/// counted.
#[test]
fn a_check_of_many_equal_cards_is_short() {
    let tree = tree("scale-equal", &many(400));
    let root = tree.root.to_str().unwrap();
    let check = passthru(&["check", "--root", root]);
    assert!(check.out.lines().count() < 300, "{}", check.out);
    let last = check.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let counted = "blocked Mellanox Technologies MT2892 Family [ConnectX-6 Dx], and 336 more of \
                   these up to 01:11.7";
    assert!(last.contains(counted), "{}", check.out);
    let json = passthru(&["check", "--json", "--root", root]).json();
    assert_eq!(json["candidates"].as_array().unwrap().len(), 400);
}

/// Without a graphics card the first controller that the host does not use is chosen, with a
/// note; if each one is in use, the answer says so.
#[test]
fn without_a_graphics_card_another_card_is_chosen() {
    let scratch = Scratch::new();
    let head = "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700] (rev 01)\n\
                00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d] (rev 01)\n";
    let nvme = "01:00.0 Non-Volatile memory controller [0108]: Samsung NVMe PM9A1 [144d:a80a]\n\
                \tKernel driver in use: nvme\n";
    let nic = "00:01.1 PCI bridge [0604]: Intel Corporation Device [8086:a70d] (rev 01)\n\
               02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n\
               \tKernel driver in use: igb\n";
    let used = "/dev/nvme0n1p2 on / type ext4 (rw,relatime)\n";
    let prompt = "root@pve:~# lspci -nnk\n";
    let both = scratch.file(
        "both.txt",
        format!("{prompt}{head}{nvme}{nic}$ mount\n{used}"),
    );
    let answer = passthru(&["doctor", "--from", &both]);
    assert!(answer.out.contains("Card  02:00 Intel"), "{}", answer.out);
    assert!(
        answer.out.contains("the most likely card is shown"),
        "{}",
        answer.out
    );
    let one = scratch.file("one.txt", format!("{prompt}{head}{nvme}$ mount\n{used}"));
    let answer = passthru(&["doctor", "--from", &one]);
    assert!(
        answer
            .out
            .contains("No card can be assigned as the host is."),
        "{}",
        answer.out
    );
    let check = passthru(&["check", "--from", &one]);
    assert_eq!(check.status, 1);
    assert!(
        check
            .out
            .contains("01:00.0 has the host's boot disk, with /"),
        "{}",
        check.out
    );
}
