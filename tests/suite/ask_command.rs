//! `passthru ask`: its line is run in shells, and its output given back.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use passthru::ask::Ask;
use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Remedy, Target, Verdict};
use testkit::program::installed;
use testkit::skipped::{missing, skip};
use testkit::{Reader, Scratch};

use crate::capture_command::PLANTED;
use crate::command::passthru;

fn run(program: &str, words: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null());
    command.output().unwrap()
}

fn host(texts: &[&str]) -> Host {
    let mut input = Input::new();
    for (number, text) in texts.iter().enumerate() {
        input
            .add(&format!("text{number}"), text.as_bytes())
            .unwrap();
    }
    Host::read(&input.finish().unwrap())
}

/// The programs that unknown findings name.
fn unknown(host: &Host, devices: &[&str]) -> BTreeSet<String> {
    let question = Question {
        devices: devices.iter().map(|word| word.parse().unwrap()).collect(),
        target: None,
    };
    let report = doctor::examine(host, &question);
    let findings = report.findings.iter();
    findings
        .filter(|finding| {
            finding.verdict == Verdict::Unknown
                && matches!(finding.remedy, Some(Remedy::Inspect { .. }))
        })
        .map(|finding| finding.code.to_owned())
        .collect()
}

const SHELLS: [(&str, &[&str]); 4] = [
    ("dash", &["-c"]),
    ("bash", &["-c"]),
    ("busybox", &["sh", "-c"]),
    ("zsh", &["-c"]),
];

#[test]
fn the_line_runs_in_each_shell() {
    for target in [None, Some(Target::Esxi)] {
        let line = Ask::all(target).line();
        for (shell, words) in SHELLS {
            if !installed(&[shell]) {
                continue;
            }
            let ran = run(shell, &[words, &[&line]].concat());
            assert!(
                ran.status.success() && ran.stderr.is_empty(),
                "{shell}: {ran:?}"
            );
            let text = String::from_utf8_lossy(&ran.stdout);
            assert!(text.ends_with("===== passthru: end =====\n"), "{shell}");
        }
    }
}

#[test]
fn the_line_changes_nothing() {
    if !installed(&["strace", "dash"]) {
        return;
    }
    let scratch = Scratch::new();
    let log = scratch.path().join("log");
    let log = log.to_str().unwrap();
    let calls = "trace=open,openat,openat2,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,\
                 renameat2,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,\
                 chown,fchown,fchownat,mknod,mknodat,mount,setxattr,delete_module,finit_module";
    let line = Ask::all(None).line();
    let ran = run(
        "strace",
        &["-f", "-qq", "-e", calls, "-o", log, "dash", "-c", &line],
    );
    assert!(ran.status.success(), "{ran:?}");
    let trace = fs::read_to_string(log).unwrap();
    assert!(trace.contains("/etc/os-release"), "{trace}");
    for call in trace.lines() {
        let opens = call.contains(" open");
        let reads =
            call.contains("O_RDONLY") && !call.contains("O_CREAT") && !call.contains("O_TRUNC");
        let is_tape = call.contains("\"/dev/null\"");
        let is_end = call.contains("+++") || call.contains("---") || call.contains("resumed");
        assert!(opens && reads || is_tape || is_end, "{call}");
    }
}

/// What a small host prints and has, with secrets.
const LSPCI: &str = "00:00.0 Host bridge [0600]: Intel Corporation 440FX [8086:1237]\n\
    03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
    \tKernel driver in use: e1000e\n";
const DMESG: &str = "[    0.000000] Linux version 6.1.0-13-amd64\n\
    [    0.010000] DMAR: IOMMU enabled\n\
    [    0.020000] DMAR-IR: Enabled IRQ remapping in x2apic mode\n\
    [    0.030000] pci 0000:03:00.0: Adding to iommu group 17\n\
    [    1.000000] e1000e 0000:03:00.0 eth0: (PCI Express:2.5GT/s:Width x1) 68:05:ca:12:34:56\n\
    [    2.000000] usb 1-1: SerialNumber: 4C530001230101\n\
    [    3.000000] [UFW BLOCK] IN=eth0 SRC=192.0.2.7 DST=192.0.2.1\n";
const SECRETS: [&str; 6] = [
    "68:05:ca:12:34:56",
    "4C530001230101",
    "192.0.2.7",
    "1b0f7f3e-58f4-4f5c-9d9c-0c2b3a4d5e6f",
    "hunter2",
    "0123456789abcdef0123456789abcdef",
];

/// A root directory with the shell of busybox, in which the line runs.
fn small_host() -> Scratch {
    let scratch = Scratch::new();
    let place = |path: &str| {
        let path = scratch.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    let script = |path: &str, text: &str| {
        let path = place(path);
        fs::write(&path, format!("#!/bin/sh\ncat <<'EOF'\n{text}EOF\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let busybox = run("sh", &["-c", "command -v busybox"]).stdout;
    let busybox = String::from_utf8(busybox).unwrap();
    fs::copy(busybox.trim(), place("bin/busybox")).unwrap();
    for applet in ["sh", "cat", "ls", "find", "sed", "uname"] {
        symlink("busybox", place(&format!("bin/{applet}"))).unwrap();
    }
    script("bin/lspci", LSPCI);
    script("bin/dmesg", DMESG);
    let write = |path: &str, text: &str| fs::write(place(path), text).unwrap();
    write(
        "proc/cmdline",
        "BOOT_IMAGE=/vmlinuz root=UUID=1b0f7f3e-58f4-4f5c-9d9c-0c2b3a4d5e6f \
         rd.iscsi.password=hunter2 systemd.machine_id=0123456789abcdef0123456789abcdef \
         intel_iommu=on\n",
    );
    write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    write(
        "etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
    );
    write("etc/modprobe.d/a.conf", "options vfio-pci ids=8086:10d3\n");
    write("etc/initramfs-tools/modules", "");
    write("usr/sbin/update-initramfs", "");
    // In place of the device.
    write("dev/null", "");
    fs::create_dir_all(place("sys/class/iommu/dmar0")).unwrap();
    // The card has no interface: its driver is not loaded.
    symlink("../../devices/virtual/net/lo", place("sys/class/net/lo")).unwrap();
    let other = "../../devices/pci0000:00/0000:04:00.0/net/enp4s0";
    symlink(other, place("sys/class/net/enp4s0")).unwrap();
    let group = place("sys/kernel/iommu_groups/17/devices/0000:03:00.0");
    fs::create_dir_all(group.parent().unwrap()).unwrap();
    symlink("../../../../../devices/pci0000:00/0000:03:00.0", group).unwrap();
    scratch
}

pub(crate) fn in_root(root: &Path, line: &str) -> Option<String> {
    let root = root.to_str().unwrap();
    let ran = run("unshare", &["-r", "chroot", root, "/bin/sh", "-c", line]);
    if !ran.status.success() {
        skip(&format!("no chroot here: {ran:?}"), "run as root");
        return None;
    }
    Some(String::from_utf8(ran.stdout).unwrap())
}

#[test]
fn requested_facts_are_no_longer_unknown() {
    if !installed(&["busybox", "unshare"]) {
        return;
    }
    let root = small_host();
    let post = "My card is 03:00.0 Ethernet controller [0200]: Intel Corporation 82574L \
                [8086:10d3]\n";
    let before = unknown(&host(&[post]), &["03:00.0"]);
    for code in [
        "iommu-not-shown",
        "group-not-shown",
        "boot-loader-not-shown",
    ] {
        assert!(before.contains(code), "{code}: {before:?}");
    }
    let scratch = Scratch::new();
    let file = scratch.file("post.txt", post.as_bytes());
    let asked = passthru(&["ask", "03:00.0", &file]);
    assert_eq!(
        (asked.status, asked.out.lines().count()),
        (0, 1),
        "{}",
        asked.err
    );
    let Some(answer) = in_root(root.path(), &asked.out) else {
        return;
    };
    for secret in SECRETS {
        assert!(!answer.contains(secret), "{secret}: {answer}");
    }
    // With the line itself before it, as it is pasted from a terminal.
    let answer = format!("me@here:~$ {}{answer}", asked.out);
    let after = host(&[post, &answer]);
    assert_eq!(unknown(&after, &["03:00.0"]), BTreeSet::new());
    assert_eq!(Ask::of(&after, &[], None).topics(), Vec::<&str>::new());
    assert_eq!(after.group_of("03:00.0".parse().unwrap()), Some(17));
    let ids = after.vfio_ids().first().unwrap();
    assert_eq!(ids.evidence.place(), "/etc/modprobe.d/a.conf:1");
    let file = scratch.file("answer.txt", answer.as_bytes());
    let again = passthru(&["ask", "03:00.0", "--from", &file]);
    assert_eq!(again.out, "# no command shows more facts\n");
    // A plan from the answer matches the host of the answer, byte for byte.
    let plan = scratch.path().join("plan.json");
    let plan = plan.to_str().unwrap();
    let words = [
        "plan", "03:00.0", "--for", "libvirt", "--from", &file, "-o", plan,
    ];
    let made = passthru(&words);
    assert_eq!(made.status, 0, "{}", made.err);
    assert!(!made.out.contains("Assumed"), "{}", made.out);
    let at = root.path().to_str().unwrap();
    let kernel = ["--accept", "kernel"];
    let applied = passthru(&[&["apply", plan, "--root", at, "--yes"], &kernel[..]].concat());
    assert_eq!(applied.status, 0, "{}", applied.err);
    let seen = passthru(&["ask", "--json", "--from", &file]).json();
    assert_eq!(seen["not_shown"], serde_json::json!([]));
}

#[test]
fn the_line_itself_shows_nothing() {
    for target in [None, Some(Target::Esxi), Some(Target::HyperV)] {
        let line = Ask::all(target).line();
        let chars: Vec<char> = line.chars().collect();
        let wrapped: Vec<String> = chars.chunks(80).map(|part| part.iter().collect()).collect();
        let lspci = "01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04]\n";
        for line in [line.clone(), wrapped.join("\n")] {
            let text = format!("root@tower:~# {line}\n\n{lspci}");
            let with = host(&[&text]);
            let without = host(&[lspci]);
            assert!(
                with.system().hypervisor.is_none(),
                "{:?}",
                with.system().hypervisor
            );
            assert!(
                with.system().platform.is_none(),
                "{:?}",
                with.system().platform
            );
            assert_eq!(with.devices().len(), without.devices().len());
            let codes = |host: &Host| -> Vec<&'static str> {
                let report = doctor::examine(host, &Question::default());
                report.findings.iter().map(|finding| finding.code).collect()
            };
            assert_eq!(codes(&with), codes(&without));
        }
    }
}

#[test]
fn the_answer_of_esxi_is_read() {
    let answer = concat!(
        "===== passthru: vmware -v =====\nVMware ESXi 8.0.2 build-22380479\n",
        "===== passthru: esxcli hardware pci list =====\n",
        listing!("esxcli-pci-list.txt"),
        "===== passthru: esxcli hardware pci pcipassthru list =====\n",
        listing!("esxcli-pcipassthru.txt"),
        "===== passthru: end =====\n",
    );
    let host = host(&[answer]);
    assert_eq!(
        host.system().hypervisor.as_ref().unwrap().value,
        Target::Esxi
    );
    eprintln!(
        "{:?} {:?}",
        host.coverage(),
        host.devices()
            .values()
            .filter(|d| d.id.is_none() || d.class.is_none())
            .map(|d| d.shown.clone())
            .collect::<Vec<_>>()
    );
    assert_eq!(Ask::of(&host, &[], None).topics(), Vec::<&str>::new());
}

#[test]
fn a_line_for_powershell_is_one_command() {
    let line = Ask::all(Some(Target::HyperV)).line();
    assert!(!line.contains('\n') && !line.contains('"') && !line.contains('`'));
    assert!(line.contains("Get-PnpDevice -PresentOnly") && !line.contains("lspci"));
    // Quotes and brackets close in their order, those within quotes left out.
    let mut open = Vec::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' => open.push(c),
            ')' => assert_eq!(open.pop(), Some('(')),
            '}' => assert_eq!(open.pop(), Some('{')),
            _ => {}
        }
    }
    assert!(!quoted && open.is_empty(), "{line}");
}

#[test]
fn a_line_for_powershell_follows_its_grammar() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join(".venv/bin/python");
    let has_grammar = Command::new(&python)
        .args(["-W", "ignore", "-c", "import tree_sitter_powershell"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_grammar {
        missing("the Python package tree_sitter_powershell");
        return;
    }
    let script = root.join("hvconf/tests/oracles/readers.py");
    let mut grammar = Reader::spawn(
        Command::new(python)
            .args(["-W", "ignore"])
            .arg(script)
            .arg("powershell"),
    );
    let line = Ask::all(Some(Target::HyperV)).line();
    let strings = grammar.read(&line).unwrap();
    let headings = strings
        .lines()
        .filter(|string| string.contains("===== passthru: "));
    assert!(headings.count() > 2, "{strings}");
    assert!(grammar.read(&line.replacen('}', "", 1)).is_err());
}

#[test]
fn without_an_input_all_is_asked_for() {
    let all = passthru(&["ask"]).out;
    assert_eq!(all, format!("{}\n", Ask::all(None).line()));
    let scratch = Scratch::new();
    let file = scratch.file("post.txt", b"Hello, please help me!\n");
    assert_eq!(passthru(&["ask", &file]).out, all);
    let windows = passthru(&["ask", "--for", "hyper-v", "--json"]).json();
    assert_eq!(windows["shell"], "windows");
    assert_eq!(windows["schema"], "passthru-ask/1");
}

/// No planted secret passes the masks of the line, with the sed of GNU and of busybox.
#[test]
fn planted_secrets_are_masked() {
    let line = Ask::all(None).line();
    let (_, masks) = line.rsplit_once("|sed -E").unwrap();
    let (masks, _) = masks.rsplit_once(';').unwrap();
    let text: Vec<&str> = PLANTED.iter().map(|(line, _)| *line).collect();
    for sed in ["sed", "busybox sed"] {
        if !installed(&[sed.split(' ').next().unwrap()]) {
            continue;
        }
        let mut shell = Command::new("sh")
            .args(["-c", &format!("{sed} -E{masks}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = shell.stdin.take().unwrap();
        input.write_all(text.join("\n").as_bytes()).unwrap();
        drop(input);
        let output = shell.wait_with_output().unwrap();
        assert!(output.status.success());
        let masked = String::from_utf8(output.stdout).unwrap();
        let left: Vec<_> = PLANTED
            .iter()
            .filter(|(_, part)| masked.contains(part))
            .collect();
        assert!(left.is_empty(), "{sed}: {left:#?}");
    }
}
