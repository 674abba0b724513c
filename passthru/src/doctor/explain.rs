//! The explanation of a code, a setting, a message, a verdict, or of words that describe
//! one.

use list_order::Order as _;

use super::option_lines::spelling;
use super::table::{codes, rules};
use crate::text::{Text, text};
use crate::typos::similar;
use crate::verdict::Verdict;
use crate::{known_facts, messages, settings};

/// The explanation of a code, a setting or a message, and its source: for a finding's code,
/// a setting as it is typed (`amd_iommu=on`) or its name (`vfio_virqfd`), an error text as it
/// was copied (`group 1 is not viable`), a verdict (`blocker`), and words that a finding's
/// title has (`reset bug`).
///
/// ```
/// use passthru::doctor::explain;
/// let (meaning, source) = explain("vfio 0000:01:00.0: group 1 is not viable").unwrap();
/// assert!(!meaning.is_empty() && !source.is_empty());
/// assert!(explain("no such code").is_none());
/// ```
#[must_use]
pub fn explain(what: &str) -> Option<(Text, Text)> {
    let what = what.trim();
    let lower = what.to_ascii_lowercase();
    // To look at all codes is most of the work of a call.
    let is_of_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let may_be_code = lower.bytes().all(is_of_code);
    let mut all = may_be_code.then(codes).into_iter().flatten();
    let code = all.find(|code| *code == lower);
    exact(code.unwrap_or(what))
        .or_else(|| in_line(what))
        .or_else(|| line(what).and_then(|setting| exact(&setting)))
        .or_else(|| by_words(what))
}

/// The settings with values in a line of a configuration or a command, such as `hostpci0:
/// 01:00,pcie=1` or `managed='yes'`.
fn in_line(what: &str) -> Option<(Text, Text)> {
    let plain = what.replace(['"', '\''], "");
    let mut words = plain
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>'))
        .map(|word| word.trim_end_matches(['/', ';']))
        .filter(|word| !word.is_empty())
        .peekable();
    let module = words
        .next_if_eq(&"options")
        .and_then(|_| words.next())
        .unwrap_or_default();
    let is_typed = |typed: &String| settings::all().any(|setting| setting.is_typed(typed));
    let of_part = |part: &str| {
        let part = part
            .strip_suffix(':')
            .or_else(|| part.contains('=').then_some(part))?;
        let typed = [format!("{module}.{part}"), part.to_owned()];
        exact(&typed.into_iter().find(is_typed)?)
    };
    let mut found = Vec::new();
    for word in words {
        let value = word.split_once('=').and_then(|(_, value)| of_part(value));
        match of_part(word).or(value) {
            Some(one) => found.push(one),
            None => found.extend(word.split(',').filter_map(of_part)),
        }
    }
    found.into_iter().reduce(|(all, sources), (next, source)| {
        let all = text!("{explanation} {next}", explanation = all, next);
        (all, sources.then(&source))
    })
}

/// The setting in a line of a file, or of a shell: `nvidia.NVreg_X=1` of `options nvidia
/// NVreg_X=1`, `hypervisor.cpuid.v0=FALSE` of `hypervisor.cpuid.v0 = "FALSE"`, `pci-stub/bind` of a
/// command that writes to that file.
fn line(what: &str) -> Option<String> {
    if let Some((_, file)) = what.rsplit_once('>').or_else(|| what.rsplit_once(" tee ")) {
        let path = file.trim().trim_matches(['"', '\'', '&', ' ']);
        let path = path.strip_prefix("/sys/")?;
        let mut parts = path.rsplit('/');
        let name = parts.next()?;
        let driver = parts
            .next()
            .filter(|_| path.starts_with("bus/pci/drivers/"));
        if let Some("pcieport") = driver {
            return Some("endpoint-to-pcieport".to_owned());
        }
        let of_driver = driver.map(|driver| format!("{driver}/{name}"));
        let is_known = |name: &String| settings::all().any(|setting| setting.name == *name);
        return Some(
            of_driver
                .filter(is_known)
                .unwrap_or_else(|| name.to_owned()),
        );
    }
    let mut words = what.split_ascii_whitespace();
    match (words.next()?, words.next()?) {
        ("options", module) => {
            let option = words.next()?;
            let own = format!("{module}.{option}");
            let is_typed = settings::all().any(|setting| setting.is_typed(&own));
            Some(if is_typed { own } else { option.to_owned() })
        }
        ("blacklist", module) => {
            let is_module = |setting: &settings::Setting| {
                setting.place == settings::Place::Blacklist && setting.is_typed(module)
            };
            let judged = settings::all().any(is_module);
            Some(if judged { module } else { "blacklist" }.to_owned())
        }
        ("softdep", _) => Some("softdep".to_owned()),
        ("install", module) if module.replace('_', "-") == "vfio-pci" => {
            Some("vfio-pci-install-line".to_owned())
        }
        ("install", _) => Some("install".to_owned()),
        ("modprobe", "-r") | ("rmmod", _) => Some("driver-removal-service".to_owned()),
        (name, "=") => Some(format!("{name}={}", words.next()?.trim_matches('"'))),
        _ => None,
    }
}

fn exact(what: &str) -> Option<(Text, Text)> {
    let source_of = |source: &'static str| Text::of_table(source);
    if let Some(rule) = rules().find(|rule| rule.code == what) {
        return Some((Text::of_table(rule.meaning), source_of(rule.source)));
    }
    if let Some((meaning, source)) = vbios::verify::explain(what) {
        return Some((Text::of_table(meaning), source_of(source)));
    }
    let is_coded = |setting: &settings::Setting| {
        let judgment = setting.judgment.as_ref();
        judgment.is_some_and(|judgment| judgment.code == what)
    };
    // A row for the value is more specific than one for all values.
    let mut typed: Vec<&settings::Setting> = settings::all()
        .filter(|setting| is_coded(setting) || setting.is_typed(what))
        .collect();
    typed.order_by_key(|setting| setting.values.is_empty());
    if let Some(setting) = typed.first() {
        return Some((setting.explanation(), source_of(setting.source)));
    }
    if let Some(message) = messages::all().find(|message| message.code == what) {
        return Some((message.explanation(), source_of(message.source())));
    }
    if let Some(row) = known_facts::of_code(what) {
        return Some((row.explanation(), source_of(row.source)));
    }
    if let Some(verdict) = Verdict::from_word(&what.to_ascii_lowercase()) {
        let reported = text!(
            "{verdict}: {meaning}.",
            verdict,
            meaning = Text::of_table(verdict.meaning())
        );
        return Some((reported, text!("passthru, the verdicts of findings")));
    }
    if let Some((meaning, source)) = messages::explain(what) {
        return Some((meaning, source_of(source)));
    }
    // An option with a typing error.
    let meant = spelling::meant(what)?;
    let with_value = what
        .split_once('=')
        .map(|(_, value)| format!("{meant}={value}"));
    let (meaning, source) = with_value
        .and_then(|typed| exact(&typed))
        .or_else(|| exact(&meant))?;
    let typed = what.split('=').next().unwrap_or(what);
    let reported = text!(
        "{typed} is not a kernel option; the nearest known option is {meant}. {meaning}",
        typed,
        meant,
        meaning
    );
    Some((reported, source))
}

/// Maximum number of entries for a search by words.
const MOST: usize = 6;

/// The entries that have all the words, those with the words in their titles first.
fn by_words(what: &str) -> Option<(Text, Text)> {
    let words: Vec<String> = words(what);
    let letters: usize = words.iter().map(String::len).sum();
    if words.is_empty() || words.len() > 6 || letters < 4 {
        return None;
    }
    let mut found: Vec<(usize, &str, String)> = Vec::new();
    let mut consider = |code: &'static str, title: &str, meaning: &str| {
        let (title_words, all_words) = (
            self::words(&format!("{code} {title}")),
            self::words(meaning),
        );
        // A number is complete: 43 is not the beginning of 430.
        let is_in = |list: &[String], word: &String| {
            let is_complete = word.rsplit(' ').next().is_some_and(is_number);
            list.iter().any(|one| match is_complete {
                true => one == word,
                false => one.starts_with(word.as_str()),
            })
        };
        let in_title = words
            .iter()
            .filter(|word| is_in(&title_words, word))
            .count();
        let has_all = words
            .iter()
            .all(|word| is_in(&title_words, word) || is_in(&all_words, word));
        if has_all {
            let first = if title.is_empty() {
                meaning.split_inclusive(". ").next().unwrap_or_default()
            } else {
                title
            };
            found.push((
                in_title,
                code,
                first.trim_end_matches([' ', '.']).to_owned(),
            ));
        }
    };
    for rule in rules() {
        consider(rule.code, "", rule.meaning);
    }
    for (setting, judgment) in settings::judged() {
        consider(judgment.code, setting.name, setting.meaning);
    }
    for message in messages::all() {
        consider(message.code, message.title, message.meaning);
    }
    for row in known_facts::all() {
        consider(row.code, row.title, row.meaning);
    }
    // A word that is only in the meaning has little weight.
    let best = found.iter().map(|(count, ..)| *count).max()?;
    if best == 0 && words.len() < 2 {
        return None;
    }
    if best == words.len() {
        found.retain(|(count, ..)| *count == best);
    }
    found.order_by_key(|(count, code, _)| (std::cmp::Reverse(*count), code.len()));
    if let [(_, code, _)] = found.as_slice() {
        return exact(code);
    }
    let count = found.len();
    let list: Vec<String> = found
        .iter()
        .take(MOST)
        .map(|(_, code, title)| format!("{code} ({title})"))
        .chain(
            found
                .iter()
                .skip(MOST)
                .map(|(_, code, _)| (*code).to_owned()),
        )
        .collect();
    let reported = text!(
        "{count} entries mention \"{words}\": {list}.",
        count,
        words = what,
        list = list.join("; ")
    );
    Some((reported, text!("passthru explain CODE shows each")))
}

/// Words that many titles have.
const COMMON: [&str; 20] = [
    "the", "a", "of", "is", "to", "for", "no", "such", "it", "does", "do", "not", "and", "in",
    "with", "my", "i", "work", "works", "code",
];

/// Whether a word is a number.
fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a text that distinguish entries; "code 43" is one word.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut words = words.iter().peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        let number = words.next_if(|next| *word == "code" && is_number(next));
        match number {
            Some(number) => kept.push(format!("{word} {number}")),
            None if COMMON.contains(word) => {}
            None => kept.push((*word).to_owned()),
        }
    }
    kept
}

/// The codes most similar to the requested one, at most three.
#[must_use]
pub(crate) fn near_codes(what: &str) -> Vec<&'static str> {
    similar(what, codes())
}

#[cfg(test)]
mod tests;
