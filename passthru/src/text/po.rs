//! PO files, as GNU gettext writes them, and the lines of `passthru-translations/catalogs/` that
//! are made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::catalog_lines::{digits, key_lines};
use super::packed_catalog::{in_context, key};

/// An entry.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The line of its `msgid`, from 1.
    pub(super) line: usize,
    pub(super) is_fuzzy: bool,
    pub(super) id: String,
    pub(super) plural: Option<String>,
    pub(super) translations: Vec<String>,
}

/// The lines of `passthru-translations/catalogs/` of one PO file, see `catalog_lines`.
pub(super) struct CatalogLines {
    /// Those of `LANGUAGE.tsv`.
    pub(super) translations: String,
    /// Those of `LANGUAGE.keys`.
    pub(super) keys: String,
    /// Its part of `patterns.tsv`.
    pub(super) patterns: BTreeSet<String>,
}

/// A text is not a catalog.
pub(super) struct PoCause {
    line: usize,
    expected: String,
    found: String,
}

impl fmt::Debug for PoCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            expected,
            found,
        } = self;
        write!(f, "line {line}: expected {expected}, found {found}")
    }
}

impl PoCause {
    pub(super) fn new(line: usize, expected: &str, found: &str) -> Self {
        Self {
            line,
            expected: expected.to_owned(),
            found: found.chars().take(80).collect(),
        }
    }
}

/// The entries of a PO file. Domains are refused: no sentence here has one.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, PoCause> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut is_fuzzy = false;
    let mut context: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            is_fuzzy |= comment.starts_with(',') && comment.contains("fuzzy");
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let at = line
            .find('"')
            .ok_or_else(|| PoCause::new(number, "a string between double quotes", line))?;
        let (keyword, string) = line.split_at(at);
        let keyword = keyword.trim_end();
        let string = unquoted(string).ok_or_else(|| {
            PoCause::new(
                number,
                "a string with \\n, \\t, \\\" or \\\\ as escapes",
                string,
            )
        })?;
        let unexpected = || {
            let expected = "msgctxt, msgid, msgid_plural, msgstr or msgstr[N]";
            PoCause::new(number, expected, line)
        };
        if keyword == "msgctxt" {
            if context.replace((number, string)).is_some() {
                return Err(unexpected());
            }
            continue;
        }
        if keyword == "msgid" {
            let context = context.take().map(|(_, context)| context);
            entries.push(Entry {
                line: number,
                is_fuzzy: std::mem::take(&mut is_fuzzy),
                id: context.map_or(string.clone(), |context| in_context(&context, &string)),
                ..Entry::default()
            });
            continue;
        }
        if context.is_some() {
            return Err(unexpected());
        }
        let entry = entries.last_mut().ok_or_else(unexpected)?;
        let form = entry.translations.len();
        match keyword {
            "" => entry
                .translations
                .last_mut()
                .or(entry.plural.as_mut())
                .unwrap_or(&mut entry.id)
                .push_str(&string),
            "msgid_plural" if entry.plural.is_none() && form == 0 => entry.plural = Some(string),
            "msgstr" if entry.plural.is_none() && form == 0 => entry.translations.push(string),
            _ if entry.plural.is_some() && keyword == format!("msgstr[{form}]") => {
                entry.translations.push(string);
            }
            _ => return Err(unexpected()),
        }
    }
    if let Some((line, context)) = context {
        return Err(PoCause::new(line, "a msgid after the msgctxt", &context));
    }
    Ok(entries)
}

/// The lines of a PO file's catalog. Entries without a translation and those marked `fuzzy` are
/// passed over.
///
/// # Errors
///
/// With the line, if the text is not a PO file, or if a sentence occurs twice.
pub(super) fn lines(text: &str) -> Result<CatalogLines, PoCause> {
    let (mut lines, mut patterns) = (Vec::new(), BTreeSet::new());
    let mut known = BTreeMap::new();
    for entry in read(text)? {
        // The header has no sentence.
        let is_meant = !entry.is_fuzzy && !entry.id.is_empty();
        if !is_meant || entry.translations.iter().all(String::is_empty) {
            continue;
        }
        let key = key(&entry.id);
        if let Some(other) = known.insert(key, entry.id.clone()) {
            let expected = "a sentence that has no entry yet, with a key of its own";
            return Err(PoCause::new(entry.line, expected, &other));
        }
        let plural = entry.plural.unwrap_or_default();
        patterns.extend(pattern(&entry.id, &plural));
        let forms = entry.translations.iter().map(|form| escaped(form));
        let forms: Vec<String> = forms.collect();
        lines.push((forms.join("\t"), digits(key)));
    }
    // Similar texts beside each other pack better, and each has its place whatever else the file
    // has.
    lines.sort_unstable();
    let (mut translations, mut keys) = (String::new(), Vec::new());
    for (forms, key) in lines {
        translations.push_str(&(forms + "\n"));
        keys.push(key);
    }
    Ok(CatalogLines {
        translations,
        keys: key_lines(&keys),
        patterns,
    })
}

/// The line of `patterns.tsv` of a sentence and its plural; `None` without values.
fn pattern(sentence: &str, plural: &str) -> Option<String> {
    let has_values = sentence.contains('{') || plural.contains('{');
    has_values.then(|| match plural {
        "" => escaped(sentence),
        _ => escaped(sentence) + "\t" + &escaped(plural),
    })
}

/// The text of a column, in one line and without tabs.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    text.replace('\t', "\\t")
}

/// The characters of a string between double quotes.
fn unquoted(string: &str) -> Option<String> {
    let inner = string.strip_prefix('"')?.strip_suffix('"')?;
    // Most strings.
    if !inner.contains(['"', '\\']) {
        return Some(inner.to_owned());
    }
    let mut characters = inner.chars();
    let mut text = String::with_capacity(inner.len());
    while let Some(c) = characters.next() {
        text.push(match c {
            '"' => return None,
            '\\' => match characters.next()? {
                'n' => '\n',
                't' => '\t',
                same @ ('"' | '\\') => same,
                _ => return None,
            },
            _ => c,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_continue_on_the_next_lines() {
        let po = "# note\n#, fuzzy\nmsgid \"\"\n\"a \\\"b\\\" \"\n\"c\\\\\"\nmsgstr \"d\"\n\n\
                  msgid \"one\"\nmsgid_plural \"many\"\nmsgstr[0] \"x\"\n\"y\"\n";
        let entries = read(po).unwrap();
        assert_eq!(entries[0].id, "a \"b\" c\\");
        assert!(entries[0].is_fuzzy && !entries[1].is_fuzzy);
        assert_eq!(entries[0].translations, ["d"]);
        assert_eq!(entries[1].plural.as_deref(), Some("many"));
        assert_eq!(entries[1].translations, ["xy"]);
        assert_eq!(entries[1].line, 8);
    }

    #[test]
    fn a_context_is_part_of_the_key() {
        let po =
            "msgctxt \"verdict\"\nmsgid \"fix\"\nmsgstr \"a\"\n\nmsgid \"fix\"\nmsgstr \"b\"\n";
        let keys: Vec<String> = read(po)
            .unwrap()
            .into_iter()
            .map(|entry| entry.id)
            .collect();
        assert_eq!(keys, ["verdict\u{4}fix", "fix"]);
    }

    #[test]
    fn a_text_that_is_not_a_po_file_is_refused_with_its_line() {
        for (po, line) in [
            ("\nmsgstr \"a\"", 2),
            ("msgid a", 1),
            ("msgid \"a", 1),
            ("msgid \"\\x\"", 1),
            ("msgid \"\\\"", 1),
            ("msgctxt \"a\"", 1),
            ("msgctxt \"a\"\nmsgctxt \"b\"\nmsgid \"c\"", 2),
            ("msgctxt \"a\"\nmsgstr \"b\"", 2),
            ("\"a\"", 1),
            ("msgid \"a\"\nmsgstr[0] \"b\"", 2),
            ("msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"b\"", 3),
            ("msgid \"a\"\nmsgstr \"b\"\nmsgstr \"b\"", 3),
        ] {
            assert_eq!(read(po).unwrap_err().line, line, "{po}");
        }
    }
}
