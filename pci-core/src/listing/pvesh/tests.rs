//! Tables as people paste them.

#[cfg(feature = "std")]
extern crate std;

use alloc::string::{String, ToString};

#[cfg(feature = "std")]
use host_tree::Lookup;

use super::*;

const CUT: &str = "# pvesh get /nodes/{nodename}/hardware/pci --pci-class-blacklist \"\"

1
2
┌──────────┬────────┬──────────────┬────────────┬────────┬──────────────────────────────
│ class │ device │ id │ iommugroup │ vendor │ device_name
╞══════════╪════════╪══════════════╪════════════╪════════╪══════════════════════════════
│ 0x010601 │ 0x8d62 │ 0000:00:11.4 │ 21 │ 0x8086 │ C610/X99 series chipset sSATA Controller [AHCI mode
├──────────┼────────┼──────────────┼────────────┼────────┼──────────────────────────────
│ 0x030000 │ 0x0fc6 │ 0000:02:00.0 │ 29 │ 0x10de │ GK107 [GeForce GTX 650]
├──────────┼────────┼──────────────┼────────────┼────────┼──────────────────────────────
│ 0x040300 │ 0x8d20 │ 0000:00:1b.0 │ 0 │ 0x8086 │ C610/X99 series chipset HD Audio Controller
├──────────┼────────┼──────────────┼────────────┼────────┼──────────────────────────────
│ 0x040300 │ 0x0e1b │ 0000:02:00.1 │ 29 │ 0x10de │ GK107 HDMI Audio Controller
├──────────┼────────┼──────────────┼────────────┼────────┼──────────────────────────────
...
";

const NARROW: &str = "│ class    │ device │ id           │ iommug
╞══════════╪════════╪══════════════╪═══════
│ 0x030000 │ 0x0fc6 │ 0000:02:00.0 │ 2
│ 0x030000 │ 0x10
";

const ASCII: &str = "+----------+--------+--------------+------------+--------+-------------+
| class    | device | id           | iommugroup | vendor | device_name |
+==========+========+==============+============+========+=============+
| 0x030000 | 0x0fc6 | 0000:02:00.0 |         -1 | 0x10de | GK107       |
+----------+--------+--------------+------------+--------+-------------+
";

const NO_BORDER: &str =
    "class    device id           iommugroup vendor device_name             mdev
0x030000 0x0fc6 0000:02:00.0         29 0x10de GK107 [GeForce GTX 650]
0x040300 0x0e1b 0000:02:00.1         -1 0x10de GK107 HDMI Audio
";

const JSON: &str = "root@pve:~# pvesh get /nodes/pve/hardware/pci --output-format json
[{\"class\":\"0x030000\",\"device\":\"0x2d04\",\"device_name\":\"GB206\",\"id\":\"0000:01:00.0\",\
\"iommugroup\":14,\"subsystem_device\":\"0x205e\",\"subsystem_vendor\":\"0x10b0\",\
\"vendor\":\"0x10de\",\"vendor_name\":\"NVIDIA Corporation\"},
{\"class\":\"0x040300\",\"device\":\"0x22eb\",\"id\":\"0000:01:00.1\",\"iommugroup\":-1,\
\"vendor\":\"0x10de\",\"mdev\":1}]
";

fn facts(text: &str) -> Vec<String> {
    let fact = |row: &PveshRow| {
        alloc::format!(
            "{} {} {} {:?} {}",
            row.address.value,
            row.class.map_or(String::new(), |class| class.to_string()),
            row.id().map_or(String::new(), |id| id.to_string()),
            row.iommu_group,
            row.device_name.as_deref().unwrap_or_default(),
        )
    };
    parse(text).iter().map(fact).collect()
}

#[test]
fn a_table_that_lost_its_alignment_and_was_cut() {
    assert_eq!(
        facts(CUT),
        [
            "0000:00:11.4 010601 8086:8d62 Found(21) \
             C610/X99 series chipset sSATA Controller [AHCI mode",
            "0000:02:00.0 030000 10de:0fc6 Found(29) GK107 [GeForce GTX 650]",
            "0000:00:1b.0 040300 8086:8d20 Found(0) C610/X99 series chipset HD Audio Controller",
            "0000:02:00.1 040300 10de:0e1b Found(29) GK107 HDMI Audio Controller",
        ]
    );
    let rows = parse(CUT);
    assert_eq!(rows[1].address.line, 10);
    assert!(rows[1].address.evidence("paste").text.contains("0x0fc6"));
    let crlf = CUT.replace('\n', "\r\n");
    assert_eq!(facts(&crlf), facts(CUT));
}

#[test]
fn a_value_that_was_cut_is_not_shown() {
    assert_eq!(facts(NARROW), ["0000:02:00.0 030000  NotShown "]);
    let group = NARROW.replace("iommug", "iommugroup");
    assert_eq!(facts(&group), ["0000:02:00.0 030000  NotShown "]);
}

#[test]
fn tables_of_ascii_and_without_borders() {
    assert_eq!(facts(ASCII), ["0000:02:00.0 030000 10de:0fc6 Absent GK107"]);
    assert_eq!(
        facts(NO_BORDER),
        [
            "0000:02:00.0 030000 10de:0fc6 Found(29) GK107 [GeForce GTX 650]",
            "0000:02:00.1 040300 10de:0e1b Absent GK107 HDMI Audio",
        ]
    );
}

#[cfg(feature = "std")]
#[test]
fn json() {
    assert_eq!(
        facts(JSON),
        [
            "0000:01:00.0 030000 10de:2d04 Found(14) GB206",
            "0000:01:00.1 040300 10de:22eb Absent ",
        ]
    );
    let rows = parse(JSON);
    assert_eq!(rows[0].subsystem.unwrap().to_string(), "10b0:205e");
    assert_eq!(rows[0].vendor_name.as_deref(), Some("NVIDIA Corporation"));
    assert_eq!((rows[0].address.line, rows[1].address.line), (2, 3));
    assert_eq!(rows[1].address.text, "\"0000:01:00.1\"");
}

#[cfg(feature = "std")]
#[test]
fn any_text_is_read() {
    let check = |text: &str| {
        for row in parse(text) {
            assert_eq!(text.get(row.address.span), Some(row.address.text.as_str()));
            assert!(!matches!(row.iommu_group, Lookup::Unreadable(_)));
        }
    };
    let samples = [CUT, NARROW, ASCII, NO_BORDER, JSON];
    for text in samples {
        for end in 0..=text.len() {
            text.get(..end).map(check);
        }
    }
    let mut numbers = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    for round in 0..3000usize {
        let mut bytes = samples[round % samples.len()].as_bytes().to_vec();
        for _ in 0..4 {
            let state = numbers.number();
            let at = usize::try_from(state >> 40).unwrap() % bytes.len();
            if state & 1 == 0 {
                bytes[at] = b"|\" \n0x-:[{,"[at % 11];
            } else {
                bytes.remove(at);
            }
        }
        check(&String::from_utf8_lossy(&bytes));
    }
    let escaped = "{\"id\":\"\\u0030000:01:00.0\"},".repeat(50_000);
    let began = std::time::Instant::now();
    let rows = parse(&alloc::format!("[{escaped}{{}}]"));
    assert_eq!(rows.len(), 50_000);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    for unit in ["│", "[", "│ id │ class │ device │\n", "  a", "{\"id\":"] {
        check(&unit.repeat(1_000_000 / unit.len()));
    }
}
