//! Names that are almost others, as people type them.

use hostconf::boot::command_line::same_name;

use list_order::Order as _;

/// A name without characters that are often exchanged: hyphens, underscores and dots.
pub(in crate::doctor) fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | '.'));
    letters.collect::<String>().to_ascii_lowercase()
}

/// The words of a name, sorted.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .split(['-', '_', '.'])
        .map(str::to_ascii_lowercase)
        .collect();
    words.order();
    words
}

/// The bytes of a name without hyphens, underscores and dots, in lower case.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    let bytes = name.bytes().filter(|byte| !b"-_.".contains(byte));
    bytes.map(|byte| byte.to_ascii_lowercase())
}

/// A bit for each letter of a name; some letters share one.
fn letter_set(name: &str) -> u64 {
    letters(name).fold(0, |set, letter| set | 1 << (letter % 64))
}

/// Names shorter than this, without their hyphens, are near too many others.
const SHORTEST: usize = 8;

/// Whether `name` is not `known`, but a likely misspelling of it.
pub(in crate::doctor) fn is_near(name: &str, known: &str) -> bool {
    let length = |name: &str| letters(name).count();
    // One replaced letter makes two differences.
    if length(name).abs_diff(length(known)) > 1
        || (letter_set(name) ^ letter_set(known)).count_ones() > 2
        || same_name(name, known)
    {
        return false;
    }
    let (typed, meant) = (squeezed(name), squeezed(known));
    if meant.len() < SHORTEST || typed.len() > 64 {
        return false;
    }
    typed == meant
        || words(name) == words(known)
        || is_one_off(&typed, &meant)
        || has_same_letters(&typed, &meant)
}

/// Whether both have the same letters in another order: "immou".
pub(in crate::doctor) fn has_same_letters(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.order();
        letters
    };
    one.len() == other.len() && sorted(one) == sorted(other)
}

/// Whether the texts differ by one inserted, removed, replaced or swapped letter.
pub(in crate::doctor) fn is_one_off(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = |text: &[u8], from: usize| text.get(from..).unwrap_or_default().to_vec();
    match long.len() - short.len() {
        0 => {
            let swapped = short.get(same) == long.get(same + 1)
                && short.get(same + 1) == long.get(same)
                && rest(short, same + 2) == rest(long, same + 2);
            swapped || rest(short, same + 1) == rest(long, same + 1)
        }
        1 => rest(short, same) == rest(long, same + 1),
        _ => false,
    }
}
