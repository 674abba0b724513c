//! The model of the host's processor: `Intel Xeon E5-2680 v4`.

use host_tree::{CommandText, HostTree};

use super::processor::{self, Processor};
use super::stated_processor::{self, ALDER_LAKE_N, SMALL, is_desktop_model};
use crate::host::words::sentences::LONGEST_TEXT;

/// The model that the running kernel shows, or the only one that lines of programs name, or the
/// only one that sentences name.
pub(super) fn read(tree: &dyn HostTree, maker: Processor) -> Option<String> {
    let file = tree.read_text(processor::FILE).found();
    let in_file = file.and_then(|text| text.lines().find_map(|line| of_line(line, maker)));
    let of = |text: &CommandText| -> Vec<String> {
        let lines = processor::lines(&text.text);
        lines.filter_map(|line| of_line(line, maker)).collect()
    };
    let stated = |text: &CommandText| -> Vec<String> {
        if !may_name_model(&text.text) {
            return Vec::new();
        }
        let lines = text.text.lines().flat_map(stated_processor::sentences);
        let own = lines.filter(|line| stated_processor::is_of(line, maker));
        own.filter_map(|line| of_line(line, maker)).collect()
    };
    let texts = || tree.texts().iter();
    in_file
        .or_else(|| only(&texts().flat_map(of).collect::<Vec<_>>()))
        .or_else(|| only(&texts().flat_map(stated).collect::<Vec<_>>()))
}

/// Whether a post may name a model: most have none of the words, which is cheap to see.
fn may_name_model(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "ryzen",
        "threadripper",
        "epyc",
        "opteron",
        "fx-",
        "xeon",
        "celeron",
        "pentium",
        "atom",
        "core ultra",
        "intel ",
        // Not the driver i915.
        "i3-",
        "i3 ",
        "i5-",
        "i5 ",
        "i7-",
        "i7 ",
        "i9-",
        "i9 ",
        "e3-",
        "e5-",
        "e7-",
    ];
    text.len() <= LONGEST_TEXT && {
        let lower = text.to_ascii_lowercase();
        let small = SMALL.iter().map(|(name, _)| name);
        let mut words = WORDS.iter().chain(&ALDER_LAKE_N).chain(small);
        words.any(|word| lower.contains(word))
    }
}

/// The longest of the models, if the others are a part of it: `E5-2680` of `E5-2680 v4`, `Ryzen 5600X`
/// of `Ryzen 5 5600X`.
fn only(models: &[String]) -> Option<String> {
    let longest = models.iter().max_by_key(|model| model.len())?.clone();
    let is_same = |model: &String| {
        let number = model.rsplit(' ').next().unwrap_or_default();
        longest.starts_with(model.as_str()) || longest.ends_with(number)
    };
    models.iter().all(is_same).then_some(longest)
}

/// The model in a line.
fn of_line(line: &str, maker: Processor) -> Option<String> {
    let plain = line
        .replace("(R)", " ")
        .replace("(TM)", " ")
        .replace("(tm)", " ");
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words: Vec<&str> = plain
        .split(|c: char| !is_part(c))
        .filter(|word| !word.is_empty() && *word != "CPU")
        .collect();
    (0..words.len()).find_map(|at| {
        let rest = words.get(at..).unwrap_or_default();
        match maker {
            Processor::Intel => intel(rest),
            Processor::Amd => amd(rest),
        }
    })
}

/// `i7-8700K`, `i5 3470`, `Xeon E5-2680 v4`, `Xeon Gold 6230`, `Core Ultra 7 265K`, `N100`.
fn intel(words: &[&str]) -> Option<String> {
    let lower: Vec<String> = words
        .iter()
        .take(4)
        .map(|word| word.to_lowercase())
        .collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match *lower.as_slice() {
        [first, ..] if model_of_core(first).is_some() => {
            let (tier, number) = model_of_core(first)?;
            Some(format!("Intel Core {tier}-{}", number.to_uppercase()))
        }
        [tier @ ("i3" | "i5" | "i7" | "i9"), number, ..] if is_number(number, 3, 5) => {
            Some(format!("Intel Core {tier}-{}", number.to_uppercase()))
        }
        ["xeon", ref rest @ ..] => xeon(rest),
        [series, ..] if xeon_number(series) => xeon(&lower),
        ["core", "ultra", tier @ ("5" | "7" | "9"), number] if is_number(number, 3, 3) => {
            Some(format!("Intel Core Ultra {tier} {}", number.to_uppercase()))
        }
        [series @ ("celeron" | "pentium" | "atom"), number, ..] => {
            let digits = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let name = if series == "celeron" {
                "Celeron"
            } else if series == "atom" {
                "Atom"
            } else {
                "Pentium"
            };
            is_number(digits, 4, 4).then(|| format!("Intel {name} {}", number.to_uppercase()))
        }
        ["intel", number, ..] if number.strip_prefix('n').is_some_and(|n| is_number(n, 2, 3)) => {
            Some(format!("Intel {}", number.to_uppercase()))
        }
        ["intel", number, ..] if is_desktop_model(number) => {
            Some(format!("Intel Core {}", number.to_uppercase()))
        }
        [number, ..] if SMALL.iter().any(|(name, _)| *name == number) => {
            let (_, series) = SMALL.iter().find(|(name, _)| *name == number)?;
            Some(format!("Intel {series} {}", number.to_uppercase()))
        }
        [number, ..] if ALDER_LAKE_N.contains(&number) => {
            Some(format!("Intel {}", number.to_uppercase()))
        }
        _ => None,
    }
}

/// `i7-8700k`, the tier and the number.
fn model_of_core(word: &str) -> Option<(&str, &str)> {
    let (tier, number) = word.split_once('-')?;
    (matches!(tier, "i3" | "i5" | "i7" | "i9") && is_number(number, 3, 5)).then_some((tier, number))
}

/// `e5-2680` of a Xeon.
fn xeon_number(word: &str) -> bool {
    let pair = word.split_once('-');
    pair.is_some_and(|(series, number)| {
        // `E3-1200 v3` is a series, in the names of its root ports.
        let is_series = number.ends_with("00");
        matches!(series, "e3" | "e5" | "e7") && is_number(number, 4, 4) && !is_series
    })
}

/// The words behind `Xeon`: `e5-2680 v4`, `gold 6230`, `w-2295`, `e-2224`, `silver 4114`, `d-1541`.
fn xeon(words: &[&str]) -> Option<String> {
    let name = match *words {
        [number, version @ ("v2" | "v3" | "v4" | "v5" | "v6"), ..] if xeon_number(number) => {
            format!("{} {version}", number.to_uppercase())
        }
        [number, ..] if xeon_number(number) => number.to_uppercase(),
        // `Xeon E3 1275v2`
        [series @ ("e3" | "e5" | "e7"), number, ..] if is_number(number, 4, 4) => {
            let (digits, version) = number.split_at(4);
            let separated = if version.is_empty() { "" } else { " " };
            format!("{}-{digits}{separated}{version}", series.to_uppercase())
        }
        [
            class @ ("gold" | "silver" | "bronze" | "platinum"),
            number,
            ..,
        ] if is_number(number, 4, 4) => {
            let (first, rest) = class.split_at(1);
            format!("{}{rest} {}", first.to_uppercase(), number.to_uppercase())
        }
        [number, ..] => {
            let (_, digits) = number
                .split_once('-')
                .filter(|(series, _)| {
                    matches!(*series, "e" | "w" | "w3" | "w5" | "w7" | "w9" | "d")
                })
                .or_else(|| Some(("", number.trim_start_matches(['x', 'e', 'l', 'w']))))?;
            let is_model = is_number(digits, 4, 4) && number.len() > 4;
            return is_model.then(|| format!("Intel Xeon {}", number.to_uppercase()));
        }
        [] => return None,
    };
    Some(format!("Intel Xeon {name}"))
}

/// `Ryzen 9 5950X`, `Ryzen Threadripper PRO 3975WX`, `Threadripper 1950X`, `EPYC 7302P`, `FX-8350`.
fn amd(words: &[&str]) -> Option<String> {
    let lower: Vec<String> = words
        .iter()
        .take(5)
        .map(|word| word.to_lowercase())
        .collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match *lower.as_slice() {
        ["ryzen", "threadripper", ref rest @ ..] | ["threadripper", ref rest @ ..] => {
            let (pro, number) = match *rest {
                ["pro", number, ..] => ("PRO ", number),
                [number, ..] => ("", number),
                [] => return None,
            };
            let number = is_number(number, 4, 4).then(|| number.to_uppercase())?;
            Some(format!("AMD Ryzen Threadripper {pro}{number}"))
        }
        ["ryzen", tier @ ("3" | "5" | "7" | "9"), ref rest @ ..] => {
            let (pro, number) = match *rest {
                ["pro", number, ..] => ("PRO ", number),
                [number, ..] => ("", number),
                [] => return None,
            };
            let number = is_number(number, 4, 4).then(|| number.to_uppercase())?;
            Some(format!("AMD Ryzen {tier} {pro}{number}"))
        }
        // Not `Ryzen 7000`, a series.
        ["ryzen", number, ..] if is_number(number, 4, 4) && !number.ends_with("000") => {
            Some(format!("AMD Ryzen {}", number.to_uppercase()))
        }
        ["epyc", number, ..] if is_number(number, 4, 4) => {
            Some(format!("AMD EPYC {}", number.to_uppercase()))
        }
        ["opteron", number, ..] if is_number(number, 4, 4) => {
            Some(format!("AMD Opteron {}", number.to_uppercase()))
        }
        [model, ..] => {
            let number = model
                .strip_prefix("fx-")
                .filter(|number| is_number(number, 4, 4))?;
            Some(format!("AMD FX-{number}"))
        }
        [] => None,
    }
}

/// Whether the word is a number of so many digits, with at most three letters behind them.
fn is_number(word: &str, least: usize, most: usize) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or_default();
    (least..=most).contains(&digits)
        && rest.len() <= 3
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_model() {
        for (line, expected) in [
            (
                "model name\t: Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz",
                "Intel Core i7-8700K",
            ),
            (
                "Model name: 12th Gen Intel(R) Core(TM) i7-12700K",
                "Intel Core i7-12700K",
            ),
            ("CPU: i5 3470, 16 GB", "Intel Core i5-3470"),
            (
                "model name : Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz",
                "Intel Xeon E5-2680 v4",
            ),
            (
                "Intel(R) Xeon(R) Gold 6230R CPU @ 2.10GHz",
                "Intel Xeon Gold 6230R",
            ),
            ("Lenovo P520 (Xeon W-2295)", "Intel Xeon W-2295"),
            ("Intel Xeon E-2224 (Coffee Lake)", "Intel Xeon E-2224"),
            ("Dual Xeon X5670", "Intel Xeon X5670"),
            ("2x e5-2670 v2", "Intel Xeon E5-2670 v2"),
            ("Intel(R) Core(TM) Ultra 7 265K", "Intel Core Ultra 7 265K"),
            (
                "Intel(R) Celeron(R) J4105 CPU @ 1.50GHz",
                "Intel Celeron J4105",
            ),
            ("an Intel N100 mini PC", "Intel N100"),
            ("built on a Xeon E3 1275v2.", "Intel Xeon E3-1275 v2"),
            ("- Intel 7700k (yes)", "Intel Core 7700K"),
            ("CPU: n5105", "Intel Celeron N5105"),
        ] {
            let found = of_line(line, Processor::Intel);
            assert_eq!(found.as_deref(), Some(expected), "{line}");
        }
        for (line, expected) in [
            (
                "CPU: AMD Ryzen 9 5950X (32) @ 3.400GHz",
                "AMD Ryzen 9 5950X",
            ),
            (
                "model name : AMD Ryzen 7 PRO 5750G with Radeon Graphics",
                "AMD Ryzen 7 PRO 5750G",
            ),
            (
                "AMD Ryzen Threadripper PRO 3975WX 32-Cores",
                "AMD Ryzen Threadripper PRO 3975WX",
            ),
            ("a Threadripper 1950X here", "AMD Ryzen Threadripper 1950X"),
            ("2x EPYC 7302P", "AMD EPYC 7302P"),
            ("a Ryzen 4900H.", "AMD Ryzen 4900H"),
            ("FX-8350, 32 GB", "AMD FX-8350"),
        ] {
            let found = of_line(line, Processor::Amd);
            assert_eq!(found.as_deref(), Some(expected), "{line}");
        }
        for line in [
            "CPU: my old one",
            "Dual Xeon Gold",
            "Xeon E3-1200 v3/4th Gen Core Processor",
            "Xeon with 128 GB",
            "Intel NIC i350",
        ] {
            assert_eq!(of_line(line, Processor::Intel), None, "{line}");
        }
    }
}
