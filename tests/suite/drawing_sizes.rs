//! Sizes of the report and the drawings of large hosts.

use std::fs;

use testkit::Scratch;
use testkit::sysfs_tree::{Function, MEMORY, MEMORY_64, SysfsTree, virtualized};

use crate::command::passthru;

/// A server of eight accelerators: each below a switch with a network card, which has virtual
/// functions, and a drive; four NVSwitches, two ports of a network card, the display of the
/// management controller.
fn server() -> Vec<Function> {
    let bridge = |address: &str, id, above: &str, buses: (u8, u8), group| {
        let port = Function::new(address, 0x06_0400, id, 1, Some("pcieport")).in_group(group);
        let port = port.leads_to(buses.0, buses.1);
        if above.is_empty() {
            port
        } else {
            port.downstream_of(above)
        }
    };
    let mut group = 0;
    let mut next = || {
        group += 1;
        group
    };
    let mut all = Vec::new();
    for slot in 0..8_u8 {
        let bus = 0x10 + slot * 6;
        let root = format!("0000:00:{:02x}.0", slot + 1);
        let up = format!("0000:{bus:02x}:00.0");
        let node = (slot / 4).to_string();
        all.push(bridge(&root, (0x8086, 0x352a), "", (bus, bus + 4), next()));
        all.push(bridge(
            &up,
            (0x1000, 0xc030),
            &root,
            (bus + 1, bus + 4),
            next(),
        ));
        for (at, class, id, driver) in [
            (0, 0x03_0200, (0x10de, 0x2330), "vfio-pci"),
            (1, 0x02_0700, (0x15b3, 0x1021), "mlx5_core"),
            (2, 0x01_0802, (0x144d, 0xa80a), "nvme"),
        ] {
            let down = format!("0000:{:02x}:{:02x}.0", bus + 1, at * 4);
            let path = format!("{root}/{up}");
            let own = bus + 2 + at;
            all.push(bridge(&down, (0x1000, 0xc030), &path, (own, own), next()));
            let address = format!("0000:{own:02x}:00.0");
            let path = format!("{path}/{down}");
            let function = Function::new(&address, class, id, 0xa1, Some(driver))
                .in_group(next())
                .downstream_of(&path)
                .has("numa_node", &node)
                .has("reset_method", "flr bus")
                .has("current_link_speed", "32.0 GT/s PCIe")
                .has("current_link_width", "16")
                .has("max_link_speed", "32.0 GT/s PCIe")
                .has("max_link_width", "16")
                .range(0, (0xf600_0000, 0x100_0000, MEMORY))
                .range(2, (0x40_0000_0000, 0x20_0000_0000, MEMORY_64));
            all.push(function);
            for virtual_function in (1..=7).filter(|_| at == 1) {
                let one = format!("0000:{own:02x}:00.{virtual_function}");
                let physical = format!("devices/pci0000:00/{path}/{address}");
                all.push(
                    Function::new(&one, 0x02_0700, (0x15b3, 0x101e), 0, Some("vfio-pci"))
                        .in_group(next())
                        .downstream_of(&path)
                        .leads("physfn", &physical),
                );
            }
        }
    }
    let port = "0000:00:0a.0";
    all.push(bridge(port, (0x8086, 0x352a), "", (0x60, 0x64), next()));
    for at in 0..4 {
        let address = format!("0000:60:{at:02x}.0");
        all.push(
            Function::new(
                &address,
                0x06_8000,
                (0x10de, 0x22a3),
                1,
                Some("nvidia-nvswitch"),
            )
            .in_group(next())
            .downstream_of(port),
        );
    }
    let port = "0000:00:0b.0";
    all.push(bridge(port, (0x8086, 0x352a), "", (0x70, 0x70), next()));
    for at in 0..2 {
        let address = format!("0000:70:00.{at}");
        all.push(
            Function::new(&address, 0x02_0000, (0x8086, 0x1563), 1, Some("ixgbe"))
                .in_group(next())
                .downstream_of(port),
        );
    }
    all.push(
        Function::new(
            "0000:00:0c.0",
            0x03_0000,
            (0x1a03, 0x2000),
            0x52,
            Some("ast"),
        )
        .in_group(next()),
    );
    all
}

/// The bytes of the report, `list --svg` and `list --dot`.
fn sizes(name: &str, functions: &[Function]) -> [usize; 3] {
    let tree = SysfsTree::new(name, functions);
    fs::create_dir_all(tree.root.join("proc")).unwrap();
    fs::write(tree.root.join("proc/cmdline"), "intel_iommu=on iommu=pt\n").unwrap();
    let root = tree.root.to_str().unwrap();
    let scratch = Scratch::new();
    let page = scratch.word("host.html");
    assert_eq!(passthru(&["report", "-o", &page, "--root", root]).err, "");
    let page = fs::read_to_string(page).unwrap();
    let drawn = |format: &str| passthru(&["list", format, "--root", root]).out;
    let [svg, dot] = ["--svg", "--dot"].map(drawn);
    // A heading fits a screen.
    let title = page.split("<h1>").nth(1).unwrap();
    let title = title.split("</h1>").next().unwrap();
    assert!(
        title.len() < 100 && title.contains("more functions"),
        "{title}"
    );
    [page.len(), svg.len(), dot.len()]
}

#[test]
fn a_server_of_eight_accelerators() {
    let [page, svg, dot] = sizes("drawing-accelerators", &server());
    assert!(
        page < 65_000 && svg < 56_000 && dot < 14_000,
        "{page} {svg} {dot}"
    );
}

#[test]
fn two_thousand_virtual_functions() {
    let [page, svg, dot] = sizes("drawing-virtual", &virtualized(8, 256));
    assert!(
        page < 40_000 && svg < 20_000 && dot < 6_000,
        "{page} {svg} {dot}"
    );
}
