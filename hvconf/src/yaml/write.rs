//! Nodes that were read, written again with the same meaning.

use super::load::{Node, Style, Value};
use super::quoted::quoted;

/// The lines of `node` in block style, each with its depth from 0.
///
/// A scalar without quotes is written as it was read, so that it means the same to the
/// same reader; all others are texts, and quoted.
///
/// # Errors
/// The line of an alias, of a scalar with a tag, or of a key that is not a scalar.
pub(crate) fn lines(node: &Node) -> Result<Vec<(usize, String)>, u32> {
    let mut lines = Vec::new();
    if let Some(one) = on_one_line(node)? {
        lines.push((0, one));
    } else {
        block(node, 0, &mut lines)?;
    }
    Ok(lines)
}

/// A node that needs no lines of its own.
fn on_one_line(node: &Node) -> Result<Option<String>, u32> {
    match (&node.value, node.style) {
        (Value::Alias, _) | (Value::Scalar(_), Style::Tagged) => Err(node.line),
        (Value::Scalar(text), Style::Plain) if text.is_empty() => Ok(Some("null".to_owned())),
        (Value::Scalar(text), Style::Plain) if !text.contains(['\n', '\r']) => {
            Ok(Some(text.clone()))
        }
        (Value::Scalar(text), _) => Ok(Some(quoted(text))),
        (Value::Sequence(items), _) if items.is_empty() => Ok(Some("[]".to_owned())),
        (Value::Mapping(entries), _) if entries.is_empty() => Ok(Some("{}".to_owned())),
        (Value::Sequence(_) | Value::Mapping(_), _) => Ok(None),
    }
}

fn block(node: &Node, depth: usize, out: &mut Vec<(usize, String)>) -> Result<(), u32> {
    for item in node.items() {
        match on_one_line(item)? {
            Some(one) => out.push((depth, format!("- {one}"))),
            None => {
                // The first line of the item is after the dash, the others below it.
                let first = out.len();
                block(item, depth + 1, out)?;
                if let Some(line) = out.get_mut(first) {
                    *line = (depth, format!("- {}", line.1));
                }
            }
        }
    }
    for (key, value) in node.entries() {
        let (Value::Scalar(_), Some(key)) = (&key.value, on_one_line(key)?) else {
            return Err(key.line);
        };
        match on_one_line(value)? {
            Some(one) => out.push((depth, format!("{key}: {one}"))),
            None => {
                out.push((depth, format!("{key}:")));
                block(value, depth + 1, out)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::yaml::load;

    fn written(text: &str) -> Result<String, u32> {
        let lines = lines(&load(text).unwrap()[0])?;
        let line = |(depth, text): &(usize, String)| format!("{:1$}{text}\n", "", depth * 2);
        Ok(lines.iter().map(line).collect())
    }

    #[test]
    fn read_values_are_written_with_their_meaning() {
        for (text, wanted) in [
            ("[{a: yes, b: \"yes\"}, 1]", "- a: yes\n  b: \"yes\"\n- 1\n"),
            (
                "- - a\n  - [b, {}]\n- x:\n   y: []\n   z:",
                "- - a\n  - - b\n    - {}\n- x:\n    y: []\n    z: null\n",
            ),
            (
                "a: |\n  b\n  c\n'01:00.0': 01:00.0",
                "a: \"b\\u000ac\\u000a\"\n\"01:00.0\": 01:00.0\n",
            ),
            ("{a: 'é'}", "a: \"\\u00e9\"\n"),
        ] {
            let once = written(text).unwrap();
            assert_eq!(once, wanted);
            assert_eq!(written(&once).unwrap(), once);
            assert!(load(text).unwrap()[0].same(&load(&once).unwrap()[0]) || once.contains("null"));
        }
    }

    #[test]
    fn links_that_are_not_followed_are_refused() {
        for (text, line) in [("- a: &x 1\n- *x", 2), ("a: !!str 1", 1), ("? [a]\n: b", 1)] {
            assert_eq!(written(text), Err(line), "{text}");
        }
    }
}
