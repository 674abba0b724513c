//! Parser for the rows of the table.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup, numbered_lines};

use crate::Address;

/// A parsed table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// Version of the NVIDIA kernel driver.
    pub driver_version: Option<Located<String>>,
    /// The cards, in the table's order.
    pub gpus: Vec<Located<Gpu>>,
    /// The processes; `NotShown` if the text has no list of them.
    pub processes: Lookup<Vec<Located<GpuProcess>>>,
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gpu {
    /// Index in the table's other rows.
    pub index: u32,
    /// Name, which the table may truncate with `...`.
    pub name: String,
    /// Address.
    pub address: Address,
    /// Whether a display is active (`Disp.A`).
    pub display_active: Option<bool>,
}

/// A process that uses a card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GpuProcess {
    /// [`Gpu::index`] of its card.
    pub gpu: u32,
    /// Process ID.
    pub pid: u32,
    /// Type: `C` compute, `G` graphics, `C+G` both (nvidia-smi(1)).
    pub kind: String,
    /// Name, which the table may truncate with `...`.
    pub name: String,
}

/// Parses the table in `text`, in linear time.
#[must_use]
pub fn parse(text: &str) -> Table {
    let mut table = Table {
        driver_version: None,
        gpus: Vec::new(),
        processes: Lookup::NotShown,
    };
    for (number, line) in numbered_lines(text) {
        // Also in a quotation.
        let shown = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        let Some(row) = shown
            .strip_prefix('|')
            .map(|row| row.strip_suffix('|').unwrap_or(row))
        else {
            continue;
        };
        let start = shown.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        let place = Located {
            value: (),
            line: number,
            span: start..start + shown.len(),
            text: shown.into(),
        };
        if let Some(version) = driver_version(row) {
            table.driver_version.get_or_insert(place.map(|()| version));
        } else if row.trim_start().starts_with("Processes:") {
            table.processes = Lookup::Found(table.processes.found().unwrap_or_default());
        } else if let Lookup::Found(processes) = &mut table.processes {
            processes.extend(process(row).map(|process| place.map(|()| process)));
        } else if let Some(gpu) = gpu(row) {
            table.gpus.push(place.map(|()| gpu));
        }
    }
    table
}

fn driver_version(row: &str) -> Option<String> {
    let (_, rest) = row.split_once("Driver Version:")?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// `0  GeForce GTX 108...  Off  | 00000000:02:00.0 Off |`
fn gpu(row: &str) -> Option<Gpu> {
    let mut cells = row.split('|');
    let mut words = cells.next()?.split_whitespace();
    let index = words.next()?.parse().ok()?;
    let mut name: Vec<&str> = words.collect();
    // The last word is the persistence mode.
    name.pop()?;
    let mut second = cells.next()?.split_whitespace();
    let address = second.next()?.parse().ok()?;
    let display_active = match second.next() {
        Some("On") => Some(true),
        Some("Off") => Some(false),
        _ => None,
    };
    Some(Gpu {
        index,
        name: name.join(" "),
        address,
        display_active,
    })
}

/// `1   N/A  N/A     12188      C   python      605MiB`, or without the two MIG IDs, as in drivers
/// before 450.
fn process(row: &str) -> Option<GpuProcess> {
    let words: Vec<&str> = row.split_whitespace().take(64).collect();
    let gpu = words.first()?.parse().ok()?;
    let at = words
        .iter()
        .take(5)
        .position(|word| matches!(*word, "C" | "G" | "C+G" | "M+C"))?;
    let pid = words.get(at.checked_sub(1)?)?.parse().ok()?;
    if at < 2 {
        return None;
    }
    let mut name = words.get(at + 1..)?;
    if let Some((last, rest)) = name.split_last() {
        if *last == "N/A" || last.ends_with("MiB") {
            name = rest;
        }
    }
    Some(GpuProcess {
        gpu,
        pid,
        kind: (*words.get(at)?).to_owned(),
        name: name.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    const TABLE: &str = "root@ubuntu955:~# nvidia-smi
Tue Nov 23 03:21:02 2021       \n+-----------------------------------------------------------------------------+
| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|                               |                      |               MIG M. |
|===============================+======================+======================|
|   0  GeForce GTX 108...  Off  | 00000000:02:00.0 Off |                  N/A |
| 28%   48C    P0    61W / 250W |      0MiB / 11178MiB |      0%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
|   1  GeForce GTX 108...  Off  | 00000000:81:00.0 Off |                  N/A |
| 26%   44C    P8     9W / 250W |    607MiB / 11178MiB |      0%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Processes:                                                                  |
|  GPU   GI   CI        PID   Type   Process name                  GPU Memory |
|        ID   ID                                                   Usage      |
|=============================================================================|
|    1   N/A  N/A     12188      C   python                            605MiB |
+-----------------------------------------------------------------------------+
";

    #[test]
    fn two_cards_and_a_program_on_one() {
        let table = parse(TABLE);
        assert_eq!(table.driver_version.as_ref().unwrap().value, "460.91.03");
        let cards: Vec<_> = table
            .gpus
            .iter()
            .map(|g| (g.line, g.value.address.to_string()))
            .collect();
        assert_eq!(
            cards,
            [
                (10, "0000:02:00.0".to_string()),
                (14, "0000:81:00.0".to_string())
            ]
        );
        assert_eq!(table.gpus[0].value.name, "GeForce GTX 108...");
        assert_eq!(table.gpus[0].value.display_active, Some(false));
        let Lookup::Found(processes) = &table.processes else {
            panic!("{table:?}");
        };
        let processes: Vec<_> = processes.iter().map(|found| &found.value).collect();
        let python = GpuProcess {
            gpu: 1,
            pid: 12188,
            kind: "C".to_string(),
            name: "python".to_string(),
        };
        assert_eq!(processes, [&python]);
    }

    #[test]
    fn rows_of_older_and_newer_drivers() {
        let old = process("    0      1234      G   /usr/lib/xorg/Xorg     35MiB ").unwrap();
        assert_eq!((old.pid, old.name.as_str()), (1234, "/usr/lib/xorg/Xorg"));
        let both = process("  0   N/A  N/A   7   C+G   ...AC\\My App.exe   N/A ").unwrap();
        assert_eq!((both.pid, both.name.as_str()), (7, "...AC\\My App.exe"));
        let card = gpu("   0  NVIDIA GeForce RTX 4090    On  |   00000000:01:00.0  On |   Off ");
        let card = card.unwrap();
        assert_eq!(
            (card.name.as_str(), card.display_active),
            ("NVIDIA GeForce RTX 4090", Some(true))
        );
        let none = parse("| Processes: |\n|  No running processes found  |\n");
        assert_eq!(none.processes, Lookup::Found(Vec::new()));
        assert_eq!(parse("no table").processes, Lookup::NotShown);
    }

    #[test]
    fn any_text_is_read() {
        let check = |text: &str| {
            let table = parse(text);
            for gpu in &table.gpus {
                assert_eq!(text.get(gpu.span.clone()), Some(gpu.text.as_str()));
            }
        };
        for end in 0..=TABLE.len() {
            TABLE.get(..end).map(check);
        }
        let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
        for _ in 0..3000 {
            let mut bytes = TABLE.as_bytes().to_vec();
            for _ in 0..4 {
                let state = numbers.number();
                let at = usize::try_from(state >> 40).unwrap() % bytes.len();
                bytes[at] = b"| \n0:C.\xff"[at % 8];
            }
            check(&String::from_utf8_lossy(&bytes));
        }
        check(&"| 1 | ".repeat(300_000));
    }
}
