//! Elements that an edit of a domain inserts or changes.

use super::domain::Domain;
use super::splice::{Splice, splice};
use super::tree::{Element, Id};
use crate::error::{Cause, Error};

/// The namespace of what libvirt hands to QEMU as it is.
const NAMESPACE: &str = "http://libvirt.org/schemas/domain/qemu/1.0";

/// `text` with that namespace on its root.
pub(super) fn with_namespace(text: String) -> Result<String, Error> {
    let domain = Domain::parse(&text)?;
    let root = domain.tree.get(0).ok_or(Cause::NoDevices)?;
    match root.attribute("xmlns:qemu") {
        Some(_) => Ok(text),
        None => {
            let namespace = [("xmlns:qemu", NAMESPACE)];
            Ok(splice(&text, with_attributes(&domain, root, &namespace)))
        }
    }
}

/// `text` with an element at `path` below the root that has these attributes: what is there of
/// the path is kept, the rest is inserted.
pub(super) fn set_element(
    text: &str,
    path: &[&str],
    attributes: &[(&str, &str)],
) -> Result<String, Error> {
    let domain = Domain::parse(text)?;
    let (mut at, mut rest) = (0, path);
    while let Some((name, below)) = rest.split_first() {
        let Some((child, _)) = domain.tree.child(at, name) else {
            break;
        };
        (at, rest) = (child, below);
    }
    let Some((last, above)) = rest.split_last() else {
        let element = domain.tree.get(at).ok_or(Cause::NoDevices)?;
        return Ok(splice(text, with_attributes(&domain, element, attributes)));
    };
    let leaf = Block::new(last, attributes);
    let wrap = |inner: Block, name: &&str| Block::new(name, &[]).with(inner);
    let block = above.iter().rev().fold(leaf, wrap);
    Ok(insert(&domain, at, &block))
}

/// An element to be put in; its texts are names and numbers of ours.
#[derive(Clone)]
pub(super) struct Block {
    name: String,
    attributes: String,
    children: Vec<Block>,
    content: Option<String>,
}

impl Block {
    pub(super) fn new(name: &str, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter();
        Self {
            name: name.to_owned(),
            attributes: attributes
                .map(|(name, value)| format!(" {name}='{value}'"))
                .collect(),
            children: Vec::new(),
            content: None,
        }
    }

    pub(super) fn with(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(super) fn content(mut self, text: &str) -> Self {
        self.content = Some(text.to_owned());
        self
    }

    fn write(&self, out: &mut String, before: &str, unit: &str) {
        let Self {
            name, attributes, ..
        } = self;
        out.push_str(before);
        if let Some(content) = &self.content {
            out.push_str(&format!("<{name}{attributes}>{content}</{name}>"));
        } else if self.children.is_empty() {
            out.push_str(&format!("<{name}{attributes}/>"));
        } else {
            out.push_str(&format!("<{name}{attributes}>"));
            let deeper = if before.is_empty() {
                String::new()
            } else {
                format!("{before}{unit}")
            };
            for child in &self.children {
                child.write(out, &deeper, unit);
            }
            out.push_str(&format!("{before}</{name}>"));
        }
    }
}

/// The text with `block` as the last child of `parent`, laid out as its neighbors.
pub(super) fn insert(domain: &Domain<'_>, parent: Id, block: &Block) -> String {
    let tree = &domain.tree;
    let text = tree.text;
    let Some(element) = tree.get(parent) else {
        return text.to_owned();
    };
    let own = domain.span_with_indent(element).start..element.open.start;
    let own = text.get(own).unwrap_or_default();
    let own = if parent == 0 && own.is_empty() {
        "\n"
    } else {
        own
    };
    let first = tree.children(parent).next();
    let before = match first {
        Some((_, child)) => {
            let span = domain.span_with_indent(child).start..child.open.start;
            text.get(span).unwrap_or_default().to_owned()
        }
        None if own.is_empty() => String::new(),
        None => format!("{own}  "),
    };
    let unit = before.strip_prefix(own).filter(|unit| !unit.is_empty());
    let unit = unit.unwrap_or(if before.contains('\t') { "\t" } else { "  " });
    let mut new = String::new();
    block.write(&mut new, &before, unit);
    match element.close {
        Some(close) => {
            let inner = text.get(element.open.end..close).unwrap_or_default();
            let at = element.open.end + inner.trim_end().len();
            // An element on one line gets lines of its own.
            let ended = inner.get(inner.trim_end().len()..).unwrap_or_default();
            if !before.is_empty() && ended.is_empty() {
                new.push_str(own);
            }
            splice(text, vec![(at..at, new)])
        }
        None => {
            // `<name/>` becomes `<name>…</name>`.
            let tag = text.get(element.open.clone()).unwrap_or_default();
            let inside = tag.trim_end_matches(['>', '/']).trim_end().len();
            let start = element.open.start + inside;
            let closing = if before.is_empty() { "" } else { own };
            let new = format!(">{new}{closing}</{}>", element.name);
            splice(text, vec![(start..element.open.end, new)])
        }
    }
}

/// The change that sets these attributes of an element: present values are replaced in
/// place.
pub(super) fn with_attributes(
    domain: &Domain<'_>,
    element: &Element,
    attributes: &[(&str, &str)],
) -> Vec<Splice> {
    let tag = domain
        .tree
        .text
        .get(element.open.clone())
        .unwrap_or_default();
    let mut splices = Vec::new();
    let mut added = String::new();
    for (name, value) in attributes {
        match element.attribute(name) {
            Some(there) if there == *value => {}
            Some(_) => {
                if let Some(span) = value_span(tag, name) {
                    let start = element.open.start;
                    let span = start + span.start..start + span.end;
                    splices.push((span, (*value).to_owned()));
                }
            }
            None => added.push_str(&format!(" {name}='{value}'")),
        }
    }
    if !added.is_empty() {
        let inside = tag.trim_end_matches(['>', '/']).trim_end().len();
        let at = element.open.start + inside;
        splices.push((at..at, added));
    }
    splices
}

/// Where in the start tag the value of `name` is, without its quotes.
fn value_span(tag: &str, name: &str) -> Option<core::ops::Range<usize>> {
    let mut at = tag.find(|c: char| c.is_ascii_whitespace())?;
    loop {
        let rest = tag.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = tag.get(at..)?;
        let equals = rest.find('=')?;
        let key = rest.get(..equals)?.trim();
        let after = rest.get(equals + 1..)?;
        let blanks = after.len() - after.trim_start().len();
        let quote = after.trim_start().chars().next()?;
        let start = at + equals + 1 + blanks + quote.len_utf8();
        let length = tag.get(start..)?.find(quote)?;
        if key == name {
            return Some(start..start + length);
        }
        at = start + length + quote.len_utf8();
    }
}
