//! ACPI tables in hexadecimal text: `acpidump`, `iasl -d`, `hexdump -C`, `xxd` and `od -t x1`.

use host_tree::numbered_lines;

/// Signatures of the tables of IOMMUs.
pub const SIGNATURES: [&str; 4] = ["DMAR", "IVRS", "IORT", "VIOT"];

/// Length limit of a table: real ones have at most a few thousand bytes.
const MAX_LEN: usize = 1 << 20;

/// Bytes of a row, at most.
const ROW: usize = 16;

/// A table of an IOMMU in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DumpedTable {
    /// Signature: `DMAR`, `IVRS`, `IORT` or `VIOT`.
    pub signature: &'static str,
    /// Its bytes. Their number and checksum are right.
    pub bytes: Vec<u8>,
    /// The numbers of its rows.
    pub lines: Vec<u32>,
}

/// Finds the IOMMU tables in `text`: rows of an offset and bytes, whatever is between the tables.
/// A table that is cut, or whose checksum is wrong, is omitted.
///
/// ```
/// let text = "DMAR @ 0x0000000000000000\n\
///     \x20   0000: 44 4D 41 52 30 00 00 00 01 84 00 00 00 00 00 00  DMAR0....[......\n\
///     \x20   0010: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................\n\
///     \x20   0020: 00 00 00 00 26 01 00 00 00 00 00 00 00 00 00 00  ....&...........\n";
/// let tables = iommu::acpi::dumped_tables(text);
/// assert_eq!(tables[0].signature, "DMAR");
/// assert_eq!(iommu::acpi::Dmar::parse(&tables[0].bytes)?.host_address_width, 39);
/// # Ok::<(), iommu::Error>(())
/// ```
#[must_use]
pub fn dumped_tables(text: &str) -> Vec<DumpedTable> {
    let mut found = Vec::new();
    let mut open: Option<DumpedTable> = None;
    let mut is_repeated = false;
    for (number, line) in numbered_lines(text) {
        let line = line.trim_start_matches(['>', '|', ' ', '\t']);
        if line.trim_end() == "*" {
            is_repeated = true;
            continue;
        }
        let Some((offset, bytes)) = row(line) else {
            continue;
        };
        let repeated = std::mem::take(&mut is_repeated);
        if let Some(signature) = signature(offset, &bytes) {
            open = Some(DumpedTable {
                signature,
                bytes,
                lines: vec![number],
            });
        } else if let Some(table) = &mut open {
            let at = [16, 8].map(|radix| usize::from_str_radix(offset, radix).ok());
            if repeated && let Some(to) = at.into_iter().flatten().find(|at| is_next(table, *at)) {
                let last = table.bytes.len().saturating_sub(ROW);
                let row = table.bytes.get(last..).unwrap_or_default().to_vec();
                let missing = to.saturating_sub(table.bytes.len());
                table.bytes.extend(row.iter().cycle().take(missing));
            }
            if !at.contains(&Some(table.bytes.len())) {
                open = None;
                continue;
            }
            table.bytes.extend(bytes);
            table.lines.push(number);
        }
        if let Some(length) = open.as_ref().and_then(complete)
            && let Some(mut table) = open.take()
        {
            table.bytes.truncate(length);
            let sum = table
                .bytes
                .iter()
                .fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
            if sum == 0 {
                found.push(table);
            }
        }
    }
    found
}

/// The signature of a table that starts with this row.
fn signature(offset: &str, bytes: &[u8]) -> Option<&'static str> {
    let is_start = offset.bytes().all(|digit| digit == b'0');
    let mut known = SIGNATURES.iter();
    known
        .find(|known| is_start && bytes.starts_with(known.as_bytes()))
        .copied()
}

/// Whether a row at `at` may follow equal rows, abbreviated as `*`.
fn is_next(table: &DumpedTable, at: usize) -> bool {
    at > table.bytes.len() && at < MAX_LEN && at % ROW == 0 && table.bytes.len().is_multiple_of(ROW)
}

/// The table's length, if all of it has been read.
fn complete(table: &DumpedTable) -> Option<usize> {
    let length = table.bytes.get(4..8)?.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (table.bytes.len() >= length.max(8)).then_some(length)
}

/// The offset and the bytes of a row: `0010: 44 4D …`, `00000010  44 4d … |DM…|` or `00000010: 444d
/// 4152 …`.
fn row(line: &str) -> Option<(&str, Vec<u8>)> {
    let (offset, mut rest) = line.split_once(' ')?;
    let digits = offset.strip_suffix(':').unwrap_or(offset);
    let is_offset = (4..=8).contains(&digits.len()) && is_hex(digits);
    if !is_offset {
        return None;
    }
    let mut bytes = Vec::with_capacity(ROW);
    while bytes.len() < ROW {
        let word = rest.trim_start_matches(' ');
        let gap = rest.len() - word.len();
        // Two blanks separate the halves of a row, more the text column.
        let is_column = gap > 1 && bytes.len() != ROW / 2 || gap > 2;
        if is_column && !bytes.is_empty() {
            break;
        }
        let end = word.find(' ').unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        let word = word.trim_end_matches('\r');
        if !matches!(word.len(), 2 | 4) || !is_hex(word) {
            break;
        }
        let (first, second) = word.split_at(2);
        bytes.push(u8::from_str_radix(first, 16).ok()?);
        if !second.is_empty() {
            bytes.push(u8::from_str_radix(second, 16).ok()?);
        }
        rest = after;
    }
    (!bytes.is_empty()).then_some((digits, bytes))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A DMAR with one unit for everything, whose bytes sum to 0.
    fn dmar() -> Vec<u8> {
        let mut bytes = b"DMAR".to_vec();
        bytes.extend(104_u32.to_le_bytes());
        bytes.resize(48, 0);
        bytes[36] = 38;
        bytes.extend([0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0xd9, 0xfe, 0, 0, 0, 0]);
        bytes.extend([1, 0, 40, 0]);
        bytes.resize(96, 0);
        bytes.extend([2, 8, 0, 0, 0, 0, 0x1c, 0]);
        let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        bytes[9] = 0_u8.wrapping_sub(sum);
        bytes
    }

    fn rows(bytes: &[u8], row: impl Fn(usize, &[u8]) -> String) -> String {
        let rows = bytes.chunks(16).enumerate();
        rows.map(|(at, bytes)| format!("{}\n", row(at * 16, bytes)))
            .collect()
    }

    fn hex(bytes: &[u8]) -> String {
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        bytes.join(" ")
    }

    #[test]
    fn each_program_s_form() {
        let bytes = dmar();
        let acpidump = rows(&bytes, |at, row| {
            format!("    {at:04X}: {:47}  ........", hex(row).to_uppercase())
        });
        let hexdump = rows(&bytes, |at, row| {
            let (one, other) = row.split_at(row.len().min(8));
            format!("{at:08x}  {:23}  {:23}  |........|", hex(one), hex(other))
        });
        let xxd = rows(&bytes, |at, row| {
            let words: Vec<String> = row
                .chunks(2)
                .map(|pair| hex(pair).replace(' ', ""))
                .collect();
            format!("{at:08x}: {:39}  ab cd..", words.join(" "))
        });
        let od = rows(&bytes, |at, row| format!("{at:07o} {}", hex(row)));
        let iasl = rows(&bytes, |at, row| {
            format!("    {at:04X}: {:47}  // DMAR....", hex(row).to_uppercase())
        });
        for text in [&acpidump, &hexdump, &xxd, &od, &iasl] {
            let around =
                format!("# command\nDMAR @ 0x0000\n{text}\nFACP @ 0x0000\n    0000: 46 41 43 50\n");
            let found = dumped_tables(&around);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].bytes, bytes, "{text}");
            assert_eq!(found[0].lines.len(), 7);
            let quoted: String = text.lines().map(|line| format!("> {line}\r\n")).collect();
            assert_eq!(dumped_tables(&quoted)[0].bytes, bytes, "{quoted}");
        }
    }

    #[test]
    fn equal_rows_are_left_out() {
        let mut bytes = dmar();
        bytes.resize(160, 0);
        bytes[4] = 160;
        bytes[9] = bytes[9].wrapping_sub(160 - 104);
        let text = rows(&bytes, |at, row| format!("{at:08x}  {}", hex(row)));
        let mut lines: Vec<&str> = text.lines().collect();
        lines.splice(8..9, ["*"]);
        let found = dumped_tables(&lines.join("\n"));
        assert_eq!(found[0].bytes, bytes);
    }

    #[test]
    fn a_damaged_table_is_not_read() {
        let bytes = dmar();
        let text = rows(&bytes, |at, row| format!("    {at:04x}: {}", hex(row)));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(dumped_tables(&text).len(), 1);
        // A row is missing, at the end or between; a digit is another; no row is at offset 0.
        assert!(dumped_tables(&lines[..6].join("\n")).is_empty());
        assert!(dumped_tables(&[&lines[..2], &lines[3..]].concat().join("\n")).is_empty());
        assert!(dumped_tables(&text.replace("d9 fe", "d8 fe")).is_empty());
        assert!(dumped_tables(&lines[1..].join("\n")).is_empty());
        assert!(dumped_tables("00:1c.0 PCI bridge\n0000: DMAR\n").is_empty());
    }
}
