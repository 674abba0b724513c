//! XML as a tree, and written by many hands.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;
use testkit::Random;

/// An element; blanks between its children are not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    Element(Element),
    Text(String),
    Comment(String),
}

impl Element {
    /// The root of a text.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            let event = reader
                .read_event()
                .unwrap_or_else(|error| panic!("{error}: {text}"));
            let child = match event {
                Event::Start(tag) => {
                    open.push(Self::tag(&tag));
                    continue;
                }
                Event::Empty(tag) => Child::Element(Self::tag(&tag)),
                Event::End(_) => Child::Element(open.pop().unwrap().trimmed()),
                Event::Comment(text) => Child::Comment(String::from_utf8(text.to_vec()).unwrap()),
                Event::Text(text) => {
                    let text = String::from_utf8(text.to_vec()).unwrap();
                    Child::Text(unescape(&text).unwrap().into_owned())
                }
                Event::GeneralRef(name) => {
                    let name = String::from_utf8(name.to_vec()).unwrap();
                    Child::Text(unescape(&format!("&{name};")).unwrap().into_owned())
                }
                Event::Eof => break,
                _ => continue,
            };
            let siblings = &mut open.last_mut().unwrap().children;
            match (child, siblings.last_mut()) {
                (Child::Text(text), Some(Child::Text(before))) => before.push_str(&text),
                (child, _) => siblings.push(child),
            }
        }
        assert_eq!(open.len(), 1, "{text}");
        let root = open.remove(0).children.into_iter();
        let mut roots = root.filter_map(|child| match child {
            Child::Element(element) => Some(element),
            _ => None,
        });
        roots.next().unwrap()
    }

    fn trimmed(mut self) -> Self {
        for child in &mut self.children {
            if let Child::Text(text) = child {
                *text = text.trim().to_owned();
            }
        }
        self.children
            .retain(|child| !matches!(child, Child::Text(text) if text.is_empty()));
        self
    }

    /// A line for each part, to compare.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("<{} {:?}>", self.name, self.attributes)];
        for child in &self.children {
            match child {
                Child::Element(element) => lines.extend(element.lines()),
                other => lines.push(format!("{other:?}")),
            }
        }
        lines.push(format!("</{}>", self.name));
        lines
    }

    fn tag(tag: &quick_xml::events::BytesStart<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let attributes = tag.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = unescape(&text(&attribute.value)).unwrap().into_owned();
            (text(attribute.key.as_ref()), value)
        });
        Self {
            name: text(tag.name().as_ref()),
            attributes: attributes.collect(),
            children: Vec::new(),
        }
    }

    /// `name key=value …`, without children.
    pub(crate) fn new(text: &str) -> Self {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let mut element = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for pair in rest.split_whitespace() {
            let (key, value) = pair.split_once('=').unwrap();
            element.attributes.insert(key.to_owned(), value.to_owned());
        }
        element
    }

    pub(crate) fn with(mut self, child: Self) -> Self {
        self.children.push(Child::Element(child));
        self
    }

    pub(crate) fn holding(mut self, text: &str) -> Self {
        self.children.push(Child::Text(text.to_owned()));
        self
    }

    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The element at the end of a way of names, each the first.
    pub(crate) fn at(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |element, name| {
            element.elements().find(|one| one.name == *name)
        })
    }

    /// The same, made where it is not there.
    pub(crate) fn make(&mut self, way: &[&str]) -> &mut Self {
        let mut at = self;
        for name in way {
            let is = |child: &Child| matches!(child, Child::Element(one) if one.name == *name);
            let place = at.children.iter().position(is).unwrap_or_else(|| {
                at.children.push(Child::Element(Self::new(name)));
                at.children.len() - 1
            });
            let Child::Element(element) = &mut at.children[place] else {
                unreachable!()
            };
            at = element;
        }
        at
    }

    pub(crate) fn set(&mut self, attribute: &str, value: &str) {
        self.attributes
            .insert(attribute.to_owned(), value.to_owned());
    }

    pub(crate) fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|child| match child {
            Child::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Lines {
        unit: &'static str,
        end: &'static str,
    },
    OneLine,
    Ragged,
}

/// `root` as a text.
pub(crate) fn written(root: &Element, random: &mut Random) -> String {
    let layout = match random.below(7) {
        0 | 1 => Layout::Lines {
            unit: "  ",
            end: "\n",
        },
        2 => Layout::Lines {
            unit: "\t",
            end: "\n",
        },
        3 => Layout::Lines {
            unit: "    ",
            end: "\r\n",
        },
        4 => Layout::Lines {
            unit: " ",
            end: "\n",
        },
        5 => Layout::OneLine,
        _ => Layout::Ragged,
    };
    let mut text = random
        .pick(&[
            "",
            "<?xml version='1.0' encoding='UTF-8'?>\n",
            "<!-- <devices> -->\n",
        ])
        .to_owned();
    element(root, 0, layout, random, &mut text);
    text.push_str(random.pick(&["", "\n", "\n<!-- </domain> -->\n"]));
    text
}

fn gap(depth: usize, layout: Layout, random: &mut Random, out: &mut String) {
    match layout {
        Layout::Lines { unit, end } => {
            if !out.is_empty() && !out.ends_with("?>\n") && !out.ends_with("-->\n") {
                out.push_str(end);
            }
            out.push_str(&unit.repeat(depth));
        }
        Layout::OneLine => {}
        Layout::Ragged => {
            out.push_str(random.pick(&["", "", " ", "\n", "\n\n   ", "\t", "\r\n  ", "  \n"]));
        }
    }
}

fn element(from: &Element, depth: usize, layout: Layout, random: &mut Random, out: &mut String) {
    gap(depth, layout, random, out);
    let odd = layout == Layout::Ragged;
    let _ = write!(out, "<{}", from.name);
    let mut attributes: Vec<_> = from.attributes.iter().collect();
    if attributes.len() > 1 && random.below(2) == 0 {
        attributes.reverse();
    }
    for (key, value) in attributes {
        let (before, around) = if odd {
            (
                random.pick(&[" ", "  ", "\n   "]),
                random.pick(&["", "", " "]),
            )
        } else {
            (" ", "")
        };
        let quote = random.pick(&["'", "'", "\""]);
        let value = escape(value.as_str());
        let _ = write!(out, "{before}{key}{around}={around}{quote}{value}{quote}");
    }
    let blank = if odd {
        random.pick(&["", " ", "\n"])
    } else {
        ""
    };
    if from.children.is_empty() && random.below(6) > 0 {
        let _ = write!(out, "{blank}/>");
        return;
    }
    let _ = write!(out, "{blank}>");
    let mut lines = from.children.is_empty() && random.below(2) == 0;
    for child in &from.children {
        match child {
            Child::Element(child) => {
                lines = true;
                element(child, depth + 1, layout, random, out);
            }
            Child::Comment(text) => {
                lines = true;
                gap(depth + 1, layout, random, out);
                let _ = write!(out, "<!--{text}-->");
            }
            Child::Text(text) => out.push_str(&escape(text.as_str())),
        }
    }
    if lines {
        gap(depth, layout, random, out);
    }
    let _ = write!(out, "</{}{blank}>", from.name);
}
