//! The elements of an XML text with their byte offsets, so that edits are splices.

use core::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Cause, Error};

/// How deep elements may be nested, as in libxml2 without `XML_PARSE_HUGE`
/// (`xmlParserMaxDepth`), which is what libvirt reads with.
const DEEPEST: usize = 256;

/// How many attributes an element may have. libvirt's schema has none with more
/// than a dozen; the bound keeps the work in proportion to the text.
const MOST_ATTRIBUTES: usize = 64;

/// The elements of a text, in the order of their start tags.
#[derive(Clone, Debug)]
pub(super) struct Tree<'a> {
    pub(super) text: &'a str,
    elements: Vec<Element>,
    // Byte offset after each line end.
    line_starts: Vec<usize>,
}

/// An element's number in its tree.
pub(super) type Id = usize;

#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// The start tag.
    pub(super) open: Range<usize>,
    /// Where the end tag starts; `None` for `<name/>`.
    pub(super) close: Option<usize>,
    /// Where the element ends.
    pub(super) end: usize,
    pub(super) parent: Option<Id>,
    children: Vec<Id>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl<'a> Tree<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        let line_starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let mut tree = Self {
            text,
            elements: Vec::new(),
            line_starts,
        };
        // A byte order mark is not a part of what the reader counts.
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let base = text.len() - body.len();
        let position = |offset: u64| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            offset.saturating_add(base)
        };
        let mut reader = Reader::from_str(body);
        let mut open: Vec<Id> = Vec::new();
        loop {
            let start = position(reader.buffer_position());
            let event = reader.read_event();
            let end = position(reader.buffer_position());
            let event =
                event.map_err(|error| tree.error(position(reader.error_position()), &error))?;
            match event {
                Event::Start(tag) => {
                    if open.len() == DEEPEST {
                        return Err(tree.error(start, &"elements are nested too deep"));
                    }
                    let id = tree.push(&tag, start..end, open.last().copied())?;
                    open.push(id);
                }
                Event::Empty(tag) => {
                    tree.push(&tag, start..end, open.last().copied())?;
                }
                Event::End(_) => {
                    let closed = open.pop().and_then(|id| tree.elements.get_mut(id));
                    if let Some(element) = closed {
                        element.close = Some(start);
                        element.end = end;
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        match open.last().and_then(|id| tree.elements.get(*id)) {
            Some(element) => {
                let what = format!("expected the end of <{}>", element.name);
                Err(tree.error(element.open.start, &what))
            }
            None => Ok(tree),
        }
    }

    fn push(
        &mut self,
        tag: &BytesStart<'_>,
        open: Range<usize>,
        parent: Option<Id>,
    ) -> Result<Id, Error> {
        // Splices need the offsets to be those of the tag.
        if !self
            .text
            .get(open.clone())
            .is_some_and(|tag| tag.starts_with('<'))
        {
            return Err(self.error(open.start, &"expected a start tag"));
        }
        if parent.is_none() && !self.elements.is_empty() {
            return Err(self.error(open.start, &"expected nothing after the root element"));
        }
        let utf8 = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.error(open.start, &error))?;
            if attributes.len() == MOST_ATTRIBUTES {
                return Err(self.error(open.start, &"expected at most 64 attributes"));
            }
            let raw = utf8(&attribute.value);
            let value = unescape(&raw).map_err(|error| self.error(open.start, &error))?;
            attributes.push((utf8(attribute.key.as_ref()), value.into_owned()));
        }
        let id = self.elements.len();
        self.elements.push(Element {
            name: utf8(tag.name().as_ref()),
            attributes,
            end: open.end,
            open,
            close: None,
            parent,
            children: Vec::new(),
        });
        if let Some(parent) = parent.and_then(|parent| self.elements.get_mut(parent)) {
            parent.children.push(id);
        }
        Ok(id)
    }

    pub(super) fn error(&self, offset: usize, what: &dyn core::fmt::Display) -> Error {
        Cause::Xml {
            what: what.to_string(),
            offset,
        }
        .at(self.line(offset))
    }

    /// The line, from 1, of the byte at `offset`.
    pub(super) fn line(&self, offset: usize) -> u32 {
        let before = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(before).map_or(u32::MAX, |line| line.saturating_add(1))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &Element)> {
        self.elements.iter().enumerate()
    }

    pub(super) fn get(&self, id: Id) -> Option<&Element> {
        self.elements.get(id)
    }

    /// The children of `id`, in the order of the text.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = (Id, &Element)> {
        let children = self
            .elements
            .get(id)
            .map(|element| element.children.as_slice());
        let children = children.unwrap_or_default().iter();
        children.filter_map(|id| self.elements.get(*id).map(|element| (*id, element)))
    }

    /// The first child of `id` with this name.
    pub(super) fn child(&self, id: Id, name: &str) -> Option<(Id, &Element)> {
        self.children(id).find(|(_, element)| element.name == name)
    }

    /// The element at `path` of names below `id`, each the first of its name.
    pub(super) fn descend(&self, id: Id, path: &[&str]) -> Option<(Id, &Element)> {
        let mut found = (id, self.get(id)?);
        for name in path {
            found = self.child(found.0, name)?;
        }
        Some(found)
    }

    /// The text of an element that holds nothing else, without blanks around it.
    pub(super) fn content(&self, element: &Element) -> Option<String> {
        let inner = self.text.get(element.open.end..element.close?)?;
        let plain = element.children.is_empty().then_some(inner.trim())?;
        unescape(plain).ok().map(|text| text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_tags() {
        for prefix in [
            "",
            "<?xml version='1.0'?>\r\n",
            "<!-- <a> -->\n",
            "\u{feff}",
            "<!DOCTYPE a>",
        ] {
            let text = format!("{prefix}<a>\n<b x='1&amp;2'/>é<c y = \"z\">t</c></a>");
            let tree = Tree::parse(&text).unwrap();
            let tags: Vec<_> = tree
                .iter()
                .map(|(_, element)| text.get(element.open.clone()).unwrap())
                .collect();
            assert_eq!(tags, ["<a>", "<b x='1&amp;2'/>", "<c y = \"z\">"]);
            let (_, c) = tree.child(0, "c").unwrap();
            assert_eq!(tree.content(c).as_deref(), Some("t"));
            assert_eq!(text.get(c.close.unwrap()..c.end), Some("</c>"));
            assert_eq!(tree.get(1).unwrap().attribute("x"), Some("1&2"));
        }
    }

    #[test]
    fn errors_have_their_place() {
        let error = |text: &str| Tree::parse(text).unwrap_err();
        assert_eq!(error("<a>\n<b>\n</a>").line(), Some(3));
        assert_eq!(error("<a>\n <b>").line(), Some(2));
        assert_eq!(error("<a x='&nope;'/>").line(), Some(1));
        assert_eq!(error("<a/>\n<b/>").line(), Some(2));
        let many: String = (0..65).map(|n| format!(" a{n}=''")).collect();
        assert!(
            error(&format!("<a{many}/>"))
                .to_string()
                .contains("64 attributes")
        );
        assert!(error(&"<a>".repeat(300)).to_string().contains("nested"));
    }
}
