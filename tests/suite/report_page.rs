//! `passthru report`: one page, whole in itself, that no text of the input breaks.

use std::fs;
use std::process::Command;

use testkit::Scratch;
use testkit::sysfs_tree::{Function, MEMORY, MEMORY_64, SysfsTree};

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
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && message.is_empty(),
        "{path}: {message}"
    );
}

/// Each link is to one element of the page.
fn links_lead_somewhere(page: &str) {
    for link in page.split("href=\"").skip(1) {
        let target = link.split('"').next().unwrap();
        let id = target.strip_prefix('#').unwrap();
        let element = format!(" id=\"{id}\"");
        assert_eq!(page.matches(&element).count(), 1, "{target}");
    }
}

/// The part of a page below a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(&format!("<h2>{heading}</h2>")).unwrap();
    let rest = &page[start..];
    let end = rest[4..].find("<h2>").map_or(rest.len(), |end| end + 4);
    &rest[..end]
}

/// The report of a tree, on a file of its own.
fn report(words: &[&str], root: &str) -> String {
    let scratch = Scratch::new();
    let file = scratch.path().join("page.html");
    let file = file.to_str().unwrap();
    let run = passthru(&[&["report"], words, &["--root", root, "-o", file]].concat());
    assert!(run.status < 2, "{}", run.err);
    well_formed(file);
    let page = fs::read_to_string(file).unwrap();
    holds_all(&page);
    links_lead_somewhere(&page);
    page
}

/// A desktop: a card with its audio function below a port, a disk and a network card.
fn desktop() -> SysfsTree {
    let port = |address: &str, group, first| {
        Function::new(address, 0x06_0400, (0x8086, 0x1901), 5, Some("pcieport"))
            .in_group(group)
            .leads_to(first, first)
    };
    let link = |function: Function, now: &str, most: &str| {
        function
            .has("current_link_speed", "2.5 GT/s PCIe")
            .has("current_link_width", now)
            .has("max_link_speed", "32.0 GT/s PCIe")
            .has("max_link_width", most)
    };
    let below = |address: &str, class, id, driver, port: &str, group| {
        Function::new(address, class, id, 1, Some(driver))
            .in_group(group)
            .downstream_of(port)
    };
    let card = below(
        "0000:01:00.0",
        0x03_0000,
        (0x10de, 0x2d04),
        "nouveau",
        "0000:00:01.0",
        1,
    )
    .has("numa_node", "0")
    .has("reset_method", "flr bus")
    .has("resource1_resize", "0000000000007f00")
    .range(0, (0xf600_0000, 0x100_0000, MEMORY))
    .range(1, (0x40_0000_0000, 0x1000_0000, MEMORY_64));
    let audio = below(
        "0000:01:00.1",
        0x04_0300,
        (0x10de, 0x22eb),
        "snd_hda_intel",
        "0000:00:01.0",
        1,
    );
    let disk = below(
        "0000:02:00.0",
        0x01_0802,
        (0x144d, 0xa808),
        "nvme",
        "0000:00:1b.0",
        3,
    );
    let network = below(
        "0000:03:00.0",
        0x02_0000,
        (0x8086, 0x1533),
        "igb",
        "0000:00:1c.0",
        5,
    )
    .has("label", "Onboard - Ethernet");
    let tree = SysfsTree::new(
        "report-desktop",
        &[
            port("0000:00:01.0", 1, 1),
            port("0000:00:1b.0", 2, 2),
            port("0000:00:1c.0", 4, 3),
            link(card, "8", "16"),
            audio,
            link(disk, "4", "4"),
            network,
        ],
    );
    for (class, function, rest) in [
        ("net/enp3s0", "0000:00:1c.0/0000:03:00.0", "net/enp3s0"),
        (
            "block/nvme0n1",
            "0000:00:1b.0/0000:02:00.0",
            "nvme/nvme0/nvme0n1",
        ),
        ("drm/card0", "0000:00:01.0/0000:01:00.0", "drm/card0"),
    ] {
        let link = tree.root.join("sys/class").join(class);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        let target = format!("../../devices/pci0000:00/{function}/{rest}");
        std::os::unix::fs::symlink(target, link).unwrap();
    }
    let slot = tree.root.join("sys/bus/pci/slots/4");
    fs::create_dir_all(&slot).unwrap();
    fs::write(slot.join("address"), "0000:01:00\n").unwrap();
    fs::create_dir_all(tree.root.join("proc")).unwrap();
    fs::write(tree.root.join("proc/cmdline"), "intel_iommu=on\n").unwrap();
    tree
}

/// The title names the hypervisor of the request, and the version of the host's own.
#[test]
fn the_title_names_the_hypervisor_of_the_request() {
    for (words, root, system) in [
        (
            &["01:00", "--for", "proxmox"][..],
            "workstation/before",
            "on Proxmox VE<",
        ),
        (&["01:00"], "workstation/before", "on libvirt<"),
        (
            &["01:00", "--for", "proxmox"],
            "proxmox-rtx5060ti/after",
            "on Proxmox VE 8.4.0<",
        ),
    ] {
        let page = report(words, &format!("examples/hosts/{root}"));
        assert!(
            page.contains(&format!("01:00.1 {system}")),
            "{root} {system}"
        );
    }
}

#[test]
fn a_page_has_what_is_known_of_the_hardware() {
    let tree = desktop();
    let root = tree.root.to_str().unwrap();
    let page = report(&["01:00"], root);
    assert!(page.contains("<p class=\"date\">Made on 20"), "{page}");
    let topology = section(&page, "Topology");
    for shown in [
        // The model comes before the vendor's name.
        "<b>01:00.0</b> GB206 [GeForce RTX 5060 Ti]</p><p class=\"facts\"><span>NVIDIA Corporation",
        "<span>driver nouveau</span> <span>card0</span> <span>slot 4</span>",
        "<span>link 2.5 GT/s x8 of 32.0 GT/s x16</span> <span>NUMA node 0</span>",
        "<span>BARs 16M, 256M (16G)</span> <span>reset flr, bus</span>",
        "<span>nvme0n1</span>",
        "<span>enp3s0</span>",
        "<span>Onboard - Ethernet</span>",
        // Icons have names, and the legend explains icons, colors and borders.
        "<title>VGA compatible controller</title>",
        "</svg> network</span>",
        "colored: IOMMU group with several endpoints",
        "dashed: bridge",
        "bold: selected",
        "BARs 256M (16G): 256M now, up to 16G",
    ] {
        assert!(topology.contains(shown), "{shown}: {topology}");
    }
    // Nothing in it has a size that shrinks with the page.
    assert!(!topology.contains(" width=") && !topology.contains("font-size"));
    // The card comes first, with each of its functions.
    let card = page.find("<h2>Selected devices</h2>").unwrap();
    let findings = page.find("<h2>Findings</h2>").unwrap();
    assert!(card < findings);
    assert_eq!(page.matches("<article class=\"card\">").count(), 2);
    assert!(page[card..findings].contains("<dt>kernel names</dt><dd>card0</dd>"));
    // A card for the group of two endpoints, and a sentence for groups of one.
    let groups = section(&page, "IOMMU groups");
    assert_eq!(groups.matches("<section class=\"group\"").count(), 1);
    assert!(groups.contains("<h3>Group 1"), "{groups}");
    assert!(
        groups.contains("4 groups have one endpoint each"),
        "{groups}"
    );
    // Findings are explained, and what is printed starts on new pages.
    let code = "<a href=\"#explain-host-driver-bound\">";
    assert!(section(&page, "Findings").contains(code), "{page}");
    assert!(section(&page, "Explanations").contains("Source: "));
    assert!(page.contains("<section class=\"new-page\"><h2>Topology</h2>"));
    assert!(page.contains("section.new-page { break-before: page; }"));
}

#[test]
fn slots_nodes_and_links_of_lspci() {
    let text = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GB206 [GeForce RTX 5060 Ti] [10de:2d04] (rev a1)
\tPhysical Slot: 7
\tNUMA node: 1
\tCapabilities: [60] Express (v2) Legacy Endpoint, IntMsgNum 0
\t\tLnkCap:\tPort #0, Speed 32GT/s, Width x8, ASPM L1, Exit Latency L1 <64us
\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x8

02:00.0 Ethernet controller [0200]: Intel Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)
";
    let scratch = Scratch::new();
    let file = scratch.file("lspci.txt", text.as_bytes());
    let drawn = passthru(&["list", "--dot", "--from", &file]).out;
    assert!(
        drawn.contains("\\nslot 7\\nlink 2.5 GT/s x8 of 32.0 GT/s x8\\nNUMA node 1"),
        "{drawn}"
    );
    // What is not shown is not drawn.
    let other = drawn.lines().find(|line| line.contains("02:00.0")).unwrap();
    assert!(
        !other.contains("link") && !other.contains("slot"),
        "{other}"
    );
    let one = passthru(&["list", "01:00.0", "--from", &file]).out;
    for line in [
        "slot          7",
        "NUMA node     1",
        "link          2.5 GT/s x8 of",
    ] {
        assert!(one.contains(line), "{line}\n{one}");
    }
}

#[test]
fn a_page_of_eight_cards_stays_small() {
    let mut all = Vec::new();
    for card in 0..8_u8 {
        let port = format!("0000:00:{:02x}.0", card + 1);
        let bus = 0x10 + card;
        all.push(
            Function::new(&port, 0x06_0400, (0x8086, 0x352a), 5, Some("pcieport"))
                .in_group(u32::from(card) * 2)
                .leads_to(bus, bus),
        );
        let address = format!("0000:{bus:02x}:00.0");
        all.push(
            Function::new(&address, 0x03_0200, (0x10de, 0x2330), 1, Some("vfio-pci"))
                .in_group(u32::from(card) * 2 + 1)
                .downstream_of(&port)
                .has("numa_node", "0")
                .range(0, (0xf600_0000, 0x100_0000, MEMORY)),
        );
    }
    let tree = SysfsTree::new("report-eight", &all);
    let page = report(&[], tree.root.to_str().unwrap());
    // A heading, ports and cards: cards with one ID are below ports of their own.
    assert_eq!(page.matches("<div class=\"function").count(), 16);
    assert!(!page.contains("<section class=\"group\""), "{page}");
    assert!(page.len() < 60_000, "{} bytes", page.len());
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
        // The page has each finding of the doctor once.
        let doctor = passthru(&["doctor", "--json", "--root", &root]).json();
        let findings = doctor["findings"].as_array().unwrap();
        let shown = page.matches("<article class=\"finding ").count();
        assert_eq!(shown, findings.len(), "{root}");
        links_lead_somewhere(&page);
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
