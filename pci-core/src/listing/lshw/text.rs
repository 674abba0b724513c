//! The tree that lshw draws for people.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::names;
use super::node::LshwNode;
use crate::listing::ListedFunction;
use crate::listing::function::hex_byte;
use crate::listing::lines::{Line, lines};
use crate::lspci::class_named;
use crate::{ClassCode, PciId};

pub(super) fn parse(text: &str) -> Vec<LshwNode> {
    let mut found = Vec::new();
    let mut node: Option<Draft<'_>> = None;
    for line in lines(text) {
        if let Some(heading) = line.text.strip_prefix("*-") {
            found.extend(node.replace(Draft::new(heading)).and_then(Draft::finish));
        } else if let (Some(node), Some((key, value))) = (&mut node, line.pair()) {
            node.read(line, key, value);
        }
    }
    found.extend(node.and_then(Draft::finish));
    found
}

/// A node so far.
struct Draft<'a> {
    class: &'a str,
    code: Option<Located<ClassCode>>,
    is_unclaimed: bool,
    function: Option<ListedFunction>,
    id: Option<Located<PciId>>,
    product: &'a str,
    vendor: &'a str,
    revision: Option<u8>,
    driver: Option<Located<String>>,
    logical_names: Vec<String>,
}

impl<'a> Draft<'a> {
    /// `display:0 UNCLAIMED`.
    fn new(heading: &'a str) -> Self {
        let mut words = heading.split_whitespace();
        let name = words.next().unwrap_or_default();
        Self {
            class: name.split(':').next().unwrap_or(name),
            code: None,
            is_unclaimed: words.any(|word| word == "UNCLAIMED"),
            function: None,
            id: None,
            product: "",
            vendor: "",
            revision: None,
            driver: None,
            logical_names: Vec::new(),
        }
    }

    fn read(&mut self, line: Line<'a>, key: &str, value: &'a str) {
        match key {
            "description" => {
                self.code = class_named(value).map(|class| line.located(class));
            }
            "product" => {
                let (name, id) = names::product(value);
                self.product = name;
                self.id = id.map(|id| line.located(id));
            }
            "vendor" => self.vendor = names::vendor(value),
            "bus info" => {
                let address = value.strip_prefix("pci@");
                let address = address.and_then(|address| address.parse().ok());
                self.function = address.map(|address| ListedFunction::new(line.located(address)));
            }
            "version" => self.revision = hex_byte(value),
            "logical name" if self.logical_names.len() < 64 => {
                self.logical_names.push(value.to_owned());
            }
            "configuration" => {
                let mut settings = value.split_whitespace();
                let driver = settings.find_map(|setting| setting.strip_prefix("driver="));
                self.driver = driver.map(|driver| line.located(driver.to_owned()));
            }
            _ => {}
        }
    }

    fn finish(self) -> Option<LshwNode> {
        let mut function = self.function?;
        if let Some(id) = self.id {
            function.set_id(id);
        }
        let name = format!("{} {}", self.vendor, self.product);
        function.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        function.class = self.code;
        function.revision = self.revision;
        function.driver = match self.driver {
            Some(driver) => Lookup::Found(driver),
            None if self.is_unclaimed => Lookup::Absent,
            None => Lookup::NotShown,
        };
        Some(LshwNode {
            function,
            class: Some(self.class.to_owned()),
            logical_names: self.logical_names,
        })
    }
}
