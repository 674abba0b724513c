//! `passthru report`: one page, whole in itself, that no text of the input breaks.

use std::fs;
use std::process::Command;

use testkit::Scratch;

use crate::command::passthru;
use crate::guides::trees;
use crate::patched_hosts::{Copy, without_groups};

/// What would fetch or run something.
fn holds_all(page: &str) {
    for word in [
        "<script", "http:", "https:", "url(", "@import", "<link", "<img", "src=",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// Whether it is well formed, by libxml2's parser.
fn well_formed(path: &str) {
    if !testkit::program::installed(&["xmllint"]) {
        return;
    }
    let output = Command::new("xmllint")
        .args(["--noout", path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{path}: {said}");
}

#[test]
fn each_host_has_a_page() {
    let scratch = Scratch::new();
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let file = scratch.path().join(format!("{host}-{tree}.html"));
        let file = file.to_str().unwrap();
        let run = passthru(&["report", "--root", &root, "-o", file]);
        assert!(run.status < 2, "{root}: {}", run.err);
        let page = fs::read_to_string(file).unwrap();
        holds_all(&page);
        well_formed(file);
        // What the doctor says stands there, each finding once.
        let doctor = passthru(&["doctor", "--json", "--root", &root]).json();
        let findings = doctor["findings"].as_array().unwrap();
        assert_eq!(page.matches("<article ").count(), findings.len(), "{root}");
        for finding in findings {
            let code = format!("<code>{}</code>", finding["code"].as_str().unwrap());
            assert!(page.contains(&code), "{root}: {code}");
        }
    }
}

#[test]
fn a_page_with_a_plan() {
    let scratch = Scratch::new();
    let file = scratch.path().join("page.html");
    let file = file.to_str().unwrap();
    let root = "examples/hosts/proxmox-rtx5060ti/before";
    let words = ["report", "01:00.0", "--for", "proxmox", "--vm", "100"];
    let run = passthru(&[&words[..], &["--root", root, "-o", file]].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    let page = fs::read_to_string(file).unwrap();
    assert!(page.contains("<h2>Plan</h2>"));
    assert!(
        page.contains("+options vfio-pci ids=10de:2d04,10de:22eb"),
        "{page}"
    );
    assert!(page.contains("<code>update-grub</code>"));
    well_formed(file);
    // Where there can be none the page says why.
    let lspci = "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n";
    let shown = scratch.file("lspci.txt", lspci.as_bytes());
    let run = passthru(&["report", "03:00.0", "--from", &shown, "-o", file]);
    assert!(run.status < 2, "{}", run.err);
    let page = fs::read_to_string(file).unwrap();
    assert!(page.contains("No plan: "), "{page}");
    // Its commands are those of this call.
    let ask = format!("passthru ask 03:00.0 --from {shown}");
    assert!(page.contains(&ask), "{page}");
    let host = Copy::of("examples/hosts/proxmox-gtx650/before");
    let listing = std::path::Path::new(host.root()).join("_commands/pvesh-pci.txt");
    let shown = fs::read_to_string(&listing).unwrap();
    fs::write(&listing, without_groups(&shown)).unwrap();
    let run = passthru(&["report", "02:00.0", "--root", host.root(), "-o", file]);
    assert!(run.status < 2, "{}", run.err);
    let page = fs::read_to_string(file).unwrap();
    assert!(page.contains("Assumptions; check first"), "{page}");
}

#[test]
fn text_of_the_input_stays_text() {
    let scratch = Scratch::new();
    let evil = "</code></pre><script>alert(1)</script>&lt;\"' onload=x \u{202e}\u{1b}[2J]]>";
    let root = scratch.path().join("root");
    fs::create_dir_all(root.join("etc/modprobe.d")).unwrap();
    fs::create_dir_all(root.join("_commands")).unwrap();
    let write = |path: &str, text: String| fs::write(root.join(path), text).unwrap();
    write(
        "etc/os-release",
        format!("ID=debian\nPRETTY_NAME=\"{evil}\"\n"),
    );
    write(
        "etc/modprobe.d/vfio.conf",
        format!(
            "options vfio-pci ids=10de:2503\n\
             options vfio_iommu_type1 allow_unsafe_interrupts=1 {evil}\n"
        ),
    );
    write(
        "_commands/dmesg",
        format!("[    0.1] AMD-Vi: Interrupt remapping enabled\n[ 1.0] vfio {evil}\n"),
    );
    write(
        "_commands/lspci -nnk",
        "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503]\n".into(),
    );
    let root = root.to_str().unwrap();
    let file = scratch.path().join("page.html");
    let file = file.to_str().unwrap();
    let run = passthru(&["report", "--root", root, "-o", file]);
    assert!(run.status < 2, "{}", run.err);
    let page = fs::read_to_string(file).unwrap();
    assert!(page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script") && !page.contains('\u{202e}') && !page.contains('\u{1b}'));
    well_formed(file);
}
