//! `lshw -json`: a tree of objects, or an array of them.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use host_tree::Lookup;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::names;
use super::node::LshwNode;
use crate::listing::ListedFunction;
use crate::listing::function::hex_byte;
use crate::listing::json::{closed, objects, string, strings};
use crate::listing::lines::Places;
use crate::lspci::class_named;

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow, default)]
    businfo: Option<&'a RawValue>,
    #[serde(borrow, default)]
    class: Option<&'a RawValue>,
    #[serde(default)]
    claimed: Option<bool>,
    #[serde(borrow, default)]
    description: Option<&'a RawValue>,
    #[serde(borrow, default)]
    product: Option<&'a RawValue>,
    #[serde(borrow, default)]
    vendor: Option<&'a RawValue>,
    #[serde(borrow, default)]
    version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    logicalname: Option<&'a RawValue>,
    #[serde(borrow, default)]
    configuration: Option<Configuration<'a>>,
    #[serde(borrow, default)]
    children: Vec<Node<'a>>,
}

#[derive(Deserialize)]
struct Configuration<'a> {
    #[serde(borrow, default)]
    driver: Option<&'a RawValue>,
}

pub(super) fn parse(text: &str) -> Vec<LshwNode> {
    if !text.contains("\"businfo\"") {
        return Vec::new();
    }
    let text = &*closed(text);
    let places = Places::new(text);
    let mut found = Vec::new();
    let mut open: Vec<Node<'_>> = objects(text);
    open.reverse();
    while let Some(node) = open.pop() {
        found.extend(function(&places, &node));
        open.extend(node.children.into_iter().rev());
    }
    found
}

fn function(places: &Places<'_>, node: &Node<'_>) -> Option<LshwNode> {
    let bus_info = node.businfo?;
    let address = string(Some(bus_info))?.strip_prefix("pci@")?.parse().ok()?;
    let mut function = ListedFunction::new(places.located(bus_info.get(), address));
    function.class = node.description.and_then(|raw| {
        let class = class_named(&string(Some(raw))?)?;
        Some(places.located(raw.get(), class))
    });
    let product = string(node.product).unwrap_or_default();
    let (product, id) = names::product(&product);
    if let (Some(id), Some(raw)) = (id, node.product) {
        function.set_id(places.located(raw.get(), id));
    }
    let vendor = string(node.vendor).unwrap_or_default();
    let name = format!("{} {product}", names::vendor(&vendor));
    function.name = Some(name.trim().to_string()).filter(|name| !name.is_empty());
    function.revision = string(node.version).and_then(|version| hex_byte(&version));
    let driver = node.configuration.as_ref().and_then(|found| found.driver);
    function.driver = match driver.and_then(|raw| Some(places.located(raw.get(), string(driver)?)))
    {
        Some(driver) => Lookup::Found(driver),
        None if node.claimed != Some(true) => Lookup::Absent,
        None => Lookup::NotShown,
    };
    Some(LshwNode {
        function,
        class: string(node.class),
        logical_names: strings(node.logicalname),
    })
}
