//! The words of a model behind its maker: `ASRock Z97 Extreme 6`, `Aoostar WTR Max`.

use super::atoms::{Atom, Gap, Line, Script};

/// Words of a model that are written in small letters.
const SERIES: [&str; 42] = [
    "pro",
    "plus",
    "max",
    "extreme",
    "gaming",
    "aorus",
    "prime",
    "tuf",
    "rog",
    "strix",
    "maximus",
    "crosshair",
    "hero",
    "elite",
    "ultra",
    "master",
    "wifi",
    "taichi",
    "tomahawk",
    "mortar",
    "carbon",
    "creator",
    "proart",
    "formula",
    "code",
    "mpg",
    "mag",
    "meg",
    "phantom",
    "steel",
    "legend",
    "wtr",
    "gem",
    "proliant",
    "latitude",
    "inspiron",
    "thinkpad",
    "ideapad",
    "legion",
    "mini",
    "rack",
    "vision",
];

/// Series of boards.
const BOARDS: [&str; 13] = [
    "crosshair",
    "maximus",
    "rampage",
    "sabertooth",
    "taichi",
    "tomahawk",
    "mortar",
    "godlike",
    "romed",
    "rome",
    "proart",
    "prime",
    "ws",
];

/// Words that end the name of a model, whatever their letters.
const STOPS: [&str; 31] = [
    "controller",
    "definition",
    "audio",
    "network",
    "smart",
    "cpu",
    "gpu",
    "ram",
    "bios",
    "uefi",
    "motherboard",
    "mainboard",
    "mobo",
    "board",
    "with",
    "intel",
    "amd",
    "nvidia",
    "geforce",
    "radeon",
    "rtx",
    "gtx",
    "rx",
    "quadro",
    "and",
    "i",
    "on",
    "chipset",
    "server",
    "host",
    "the",
];

/// Words behind the name of a thing beside the machine.
const BESIDE: [&str; 8] = [
    "monitor", "display", "screen", "keyboard", "dock", "printer", "gpu", "switch",
];

/// The most words of a model.
const MOST: usize = 5;

/// The words of a model behind its maker, and the number of the run behind them: names with capitals
/// or digits, of which one has digits, and for a board one is a chipset.
pub(super) fn model(
    of: &str,
    line: &Line<'_>,
    first: usize,
    is_chipset: fn(&Line<'_>, usize) -> bool,
) -> Option<(String, usize)> {
    let mut at = first;
    let mut words: Vec<&str> = Vec::new();
    let mut has_chipset = false;
    let mut has_number = false;
    while let Some(atom) = line.atoms.get(at).filter(|_| words.len() < MOST) {
        let is_apart = matches!(atom.gap, Gap::Blank | Gap::Dash) && atom.script != Script::Wide;
        if !is_apart || STOPS.contains(&atom.text) {
            break;
        }
        let is_whole = |next: &Atom<'_>| matches!(next.gap, Gap::Joined | Gap::Dash);
        let rest = line.atoms.get(at + 1..).unwrap_or_default();
        let more = rest.iter().take_while(|next| {
            is_whole(next) && next.script != Script::Wide && !STOPS.contains(&next.text)
        });
        let more = more.count();
        let end = line.atoms.get(at + more)?.end;
        let word = line.text.get(atom.start..end)?;
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_name = word.starts_with(|c: char| c.is_uppercase()) || digits > 0;
        let is_size = ["gb", "tb", "mhz", "ghz", "w", "x"].iter().any(|unit| {
            let number = word.to_ascii_lowercase();
            let number = number.strip_suffix(unit).map(str::to_owned);
            number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
        });
        if !(is_name || SERIES.contains(&atom.text)) || is_size {
            break;
        }
        has_number |= digits > 0;
        has_chipset |= (at..=at + more).any(|at| is_chipset(line, at));
        has_chipset |= BOARDS.contains(&atom.text);
        words.push(word);
        at += more + 1;
    }
    let is_beside = line
        .atoms
        .get(at)
        .is_some_and(|atom| atom.gap == Gap::Blank && BESIDE.contains(&atom.text));
    let is_model = if of == "chipset" {
        has_chipset
    } else {
        has_number && !is_beside
    };
    let is_model = is_model || of == "any" && words.len() > 1;
    let has_long = words.iter().any(|word| word.len() > 1);
    (is_model && has_long).then(|| (words.join(" "), at))
}
