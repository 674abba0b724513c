//! Merge patches of Kubernetes objects in separate files: the resulting object (RFC 7386: a list
//! replaces the other, `null` removes a value).

use host_tree::lines::spans;
use hvconf::yaml::{Node, Style, Value, load};

use super::documents::node;
use super::setting::{FileSetting, Found};

use list_order::Order as _;

/// An object of a manifest, as a separate text: the first of this kind, in any case, and of this
/// name.
///
/// ```
/// use passthru::file_settings::object;
/// let list = "kind: List\nitems:\n- kind: VirtualMachine\n  metadata:\n    name: a\n\
///     - kind: VirtualMachine\n  metadata:\n    name: b\n";
/// let found = object(list, "virtualmachine", "b").unwrap();
/// assert_eq!(found, "  kind: VirtualMachine\n  metadata:\n    name: b\n");
/// ```
#[must_use]
pub fn object(manifest: &str, kind: &str, name: &str) -> Option<String> {
    let documents = load(manifest).ok()?;
    let mut objects: Vec<&Node> = Vec::new();
    for document in &documents {
        match document.get("items") {
            Some(items) => objects.extend(items.items()),
            None => objects.push(document),
        }
    }
    let is = |node: &Node| {
        let says = node.get("kind").and_then(Node::text).unwrap_or_default();
        let named = node.at(&["metadata", "name"]).and_then(Node::text);
        says.eq_ignore_ascii_case(kind) && named == Some(name)
    };
    let at = objects.iter().position(|node| is(node))?;
    let first = objects.get(at)?.line;
    let next = objects.get(at + 1).map_or(u32::MAX, |node| node.line);
    let mut text = String::new();
    let mut indent = 0;
    for (line, span, content) in spans(manifest) {
        if line < first || line >= next {
            continue;
        }
        let raw = manifest.get(span).unwrap_or_default();
        let own = content.len() - content.trim_start().len();
        // The text after the list is not part of its last item.
        if line > first && own < indent && !content.trim().is_empty() {
            break;
        }
        match raw.trim_start().strip_prefix("- ") {
            // The item's mark has the width of the indentation below it.
            Some(rest) if line == first => {
                indent = raw.len() - rest.len();
                text.push_str(&" ".repeat(indent));
                text.push_str(rest);
            }
            _ if raw.starts_with("---") => break,
            _ => text.push_str(raw),
        }
    }
    Some(text)
}

/// The settings of `object` after merging `patch`, in any order of keys; `None` unless both are
/// YAML of one document.
pub(super) fn patched(object: &str, patch: &str) -> Option<Vec<FileSetting>> {
    let one = |text: &str| {
        let mut documents = load(text).ok()?.into_iter();
        documents.next().filter(|_| documents.next().is_none())
    };
    let mut found = Found::new("");
    node(&sorted(merge(one(object)?, one(patch)?)), "", &mut found);
    Some(found.unsorted())
}

fn sorted(mut node: Node) -> Node {
    match &mut node.value {
        Value::Mapping(entries) => {
            let taken = core::mem::take(entries);
            let mut below: Vec<_> = taken
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            below.order_by(|(one, _), (other, _)| one.text().cmp(&other.text()));
            *entries = below;
        }
        Value::Sequence(items) => {
            let taken = core::mem::take(items);
            *items = taken.into_iter().map(sorted).collect();
        }
        Value::Scalar(_) | Value::Alias => {}
    }
    node
}

/// Both are as deep as YAML is read.
fn merge(object: Node, patch: Node) -> Node {
    let line = object.line;
    match (object.value, patch.value) {
        (Value::Mapping(mut entries), Value::Mapping(changes)) => {
            for (key, change) in changes {
                let name = key.text().unwrap_or_default().to_owned();
                let known = entries
                    .iter()
                    .position(|(known, _)| known.text() == Some(&name));
                let is_null = change.is_null();
                match known {
                    Some(at) if is_null => {
                        entries.remove(at);
                    }
                    Some(at) => {
                        let (key, value) = entries.remove(at);
                        entries.insert(at, (key, merge(value, change)));
                    }
                    None if is_null => {}
                    None => entries.push((key, change)),
                }
            }
            Node {
                value: Value::Mapping(entries),
                style: Style::Plain,
                line,
            }
        }
        (_, value) => Node {
            value,
            style: patch.style,
            line,
        },
    }
}
