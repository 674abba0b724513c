//! The rows of a drawing, in the language of the reader.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use iommu::predict::Origin;
use list_order::Inserts as _;
use pci_core::topology::{Branch, Parent, Topology, TopologyBuilder};
use pci_core::{Address, Bus, ClassCode, PciId};

use super::facts;
use super::icon::Icon;
use crate::alike::{folded, more_below};
use crate::host::{Device, Host};
use crate::predicted::Predicted;
use crate::render::markup::hue;
use crate::text::{Language, Text, text};

/// Levels that are nested; deeper ones are below each other.
const DEEPEST: usize = 14;

/// Maximum number of chosen functions that are drawn each, even if they are alike.
const FEW: usize = 16;

/// A drawing of PCI functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// One sentence about it.
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    /// The meaning of icons, colors and borders that it has.
    pub(super) legend: Legend,
}

/// One line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) depth: usize,
    /// The tree lines before it in a text.
    pub(super) indent: String,
    /// The row of its upstream bridge or bus.
    pub(super) parent: Option<usize>,
    pub(super) cell: Cell,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A root bus.
    Bus(String),
    /// Similar functions that are not drawn.
    More(String),
    Function(Box<FunctionCell>),
    /// The sentence for a host without functions.
    None(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FunctionCell {
    pub(super) address: Address,
    pub(super) icon: Icon,
    pub(super) class: String,
    pub(super) model: String,
    pub(super) vendor: Option<String>,
    pub(super) group: Option<GroupCell>,
    pub(super) is_bridge: bool,
    pub(super) is_chosen: bool,
    /// Vendor, driver and the like.
    pub(super) facts: Vec<String>,
}

impl FunctionCell {
    /// The class attribute of its box, after `first`, and the style attribute with its blank: the
    /// hue of a group with several endpoints.
    pub(super) fn attributes(&self, first: &str) -> (String, String) {
        let group = self.group.as_ref().filter(|group| group.is_shared);
        let mut class = first.to_owned();
        for (word, applies) in [
            (" shared", group.is_some()),
            (" bridge", self.is_bridge),
            (" chosen", self.is_chosen),
        ] {
            if applies {
                class.push_str(word);
            }
        }
        let style = group.map_or_else(String::new, |group| {
            format!(" style=\"--hue:{}\"", hue(group.number))
        });
        (class, style)
    }
}

/// The group of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupCell {
    pub(super) number: u32,
    pub(super) name: String,
    /// Whether it has several endpoints.
    pub(super) is_shared: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Legend {
    /// The icons and their names.
    pub(super) icons: Vec<(Icon, String)>,
    pub(super) shared: Option<String>,
    pub(super) bridge: Option<String>,
    pub(super) chosen: Option<String>,
    pub(super) bars: Option<String>,
}

/// The groups of functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Groups(BTreeMap<Address, u32>);

impl Groups {
    fn of(host: &Host) -> Self {
        let devices = host.topology.functions();
        let groups = devices.filter_map(|address| Some((address, host.group_of(address)?)));
        Self(groups.into_map())
    }

    fn of_prediction(predicted: &Predicted) -> Self {
        let groups = predicted.prediction.groups.iter();
        let members = groups.flat_map(|group| {
            let members = group.members.iter();
            members.map(|address| (*address, group.number))
        });
        Self(members.into_map())
    }
}

/// The functions to draw.
struct Subject<'a> {
    host: &'a Host,
    topology: Cow<'a, Topology>,
    groups: Groups,
    /// Where functions of a changed host are in the input; nothing for those that are there.
    origins: BTreeMap<Address, Origin>,
    /// Class and ID of new functions.
    described: BTreeMap<Address, (Option<ClassCode>, Option<PciId>)>,
}

impl<'a> Subject<'a> {
    /// The function's facts in the input.
    fn device(&self, address: Address) -> Option<&'a Device> {
        let was = match self.origins.get(&address) {
            None => address,
            Some(Origin::At(was)) => *was,
            Some(_) => return None,
        };
        self.host.devices.get(&was)
    }

    fn class(&self, address: Address) -> Option<ClassCode> {
        match self.device(address) {
            Some(device) => device.class.as_ref().map(|class| class.value),
            None => self.described.get(&address)?.0,
        }
    }

    fn id(&self, address: Address) -> Option<PciId> {
        match self.device(address) {
            Some(device) => device.id.as_ref().map(|id| id.value),
            None => self.described.get(&address)?.1,
        }
    }

    fn is_bridge(&self, address: Address) -> bool {
        self.class(address).is_some_and(ClassCode::is_bridge)
    }

    /// Whether two functions are drawn as one.
    fn are_alike(&self, one: Address, other: Address) -> bool {
        let is_leaf = |address| self.topology.children(Parent::Bridge(address)).is_empty();
        self.id(one).is_some()
            && self.id(one) == self.id(other)
            && self.topology.physical_function(one) == self.topology.physical_function(other)
            && self.topology.parent(one) == self.topology.parent(other)
            && is_leaf(one)
            && is_leaf(other)
    }

    /// The groups with several endpoints.
    fn shared(&self) -> BTreeSet<u32> {
        let mut endpoints: BTreeMap<u32, usize> = BTreeMap::new();
        for (address, group) in &self.groups.0 {
            if !self.is_bridge(*address) {
                *endpoints.entry(*group).or_default() += 1;
            }
        }
        let shared = endpoints.into_iter().filter(|(_, count)| *count > 1);
        shared.map(|(group, _)| group).into_set()
    }
}

impl Drawing {
    /// The functions `shown` of the host, all if there are none, with bold borders around `chosen`.
    pub(crate) fn of(
        host: &Host,
        shown: &[Address],
        chosen: &[Address],
        language: Language,
    ) -> Self {
        let topology = if shown.is_empty() || shown.len() == host.devices.len() {
            Cow::Borrowed(&host.topology)
        } else {
            Cow::Owned(host.topology.of(shown))
        };
        let subject = Subject {
            host,
            topology,
            groups: Groups::of(host),
            origins: BTreeMap::new(),
            described: BTreeMap::new(),
        };
        draw(&subject, chosen, language)
    }

    /// The host as it would be: the groups of a prediction, and moved and new functions where they
    /// would be. With `wanted`, only these, the other members of their groups, and their bridges.
    pub(crate) fn predicted(
        host: &Host,
        predicted: &Predicted,
        (wanted, chosen): (&BTreeSet<Address>, &BTreeSet<Address>),
        language: Language,
    ) -> Self {
        let machine = &predicted.machine;
        let mut builder = TopologyBuilder::new();
        for (domain, bus) in &machine.conditions.root_buses {
            builder.root(Bus::new(*domain, *bus));
        }
        for function in &machine.functions {
            builder.function(function.address);
            if let Some(buses) = function.bridge {
                builder.buses(function.address, buses.secondary, buses.subordinate);
            }
            if let Some(physical) = function.physical_function {
                builder.virtual_function(function.address, physical);
            }
        }
        let groups = Groups::of_prediction(predicted);
        let all = builder.build();
        let wanted_groups: BTreeSet<u32> = wanted
            .iter()
            .filter_map(|address| groups.0.get(address).copied())
            .into_set();
        let shown: Vec<Address> = all
            .functions()
            .filter(|address| {
                let group = groups.0.get(address);
                wanted.contains(address) || group.is_some_and(|group| wanted_groups.contains(group))
            })
            .collect();
        let functions = machine.functions.iter();
        let subject = Subject {
            host,
            topology: Cow::Owned(if wanted.is_empty() {
                all
            } else {
                all.of(&shown)
            }),
            groups,
            origins: machine.conditions.origins.clone(),
            described: functions
                .map(|one| (one.address, (one.class, one.id.known())))
                .into_map(),
        };
        let chosen: Vec<Address> = chosen.iter().copied().collect();
        draw(&subject, &chosen, language)
    }
}

fn draw(subject: &Subject<'_>, chosen: &[Address], language: Language) -> Drawing {
    let chosen: BTreeSet<Address> = chosen.iter().copied().into_set();
    // A few chosen functions are drawn each; many are folded as others are.
    let apart = chosen.len() <= FEW;
    let shared = subject.shared();
    let branches = subject.topology.branches();
    let alike = |one: &Branch, other: &Branch| match (one.function, other.function) {
        (Some(one), Some(other)) => {
            !(apart && chosen.contains(&other)) && subject.are_alike(one, other)
        }
        _ => false,
    };
    let mut rows: Vec<Row> = Vec::new();
    // The row of the last function of each level.
    let mut above: Vec<usize> = Vec::new();
    for (branch, rest) in folded(&branches, alike) {
        // Three characters of lines before it for each level.
        let depth = (branch.indent.chars().count() / 3).min(DEEPEST);
        above.truncate(depth);
        let parent = above.last().copied();
        let cell = match branch.function {
            Some(address) => {
                let is_chosen = chosen.contains(&address);
                let cell = function(subject, address, is_chosen, &shared, language);
                Cell::Function(Box::new(cell))
            }
            None => Cell::Bus(head(branch, language)),
        };
        above.resize(depth, rows.len());
        above.push(rows.len());
        rows.push(Row {
            depth,
            indent: branch.indent.clone(),
            parent,
            cell,
        });
        if let Some(last) = rest.last() {
            let functions: Vec<Address> = rest.iter().filter_map(|one| one.function).collect();
            let id = functions.first().and_then(|first| subject.id(*first));
            let more = more_below(&subject.topology, id, &functions);
            rows.push(Row {
                depth,
                indent: last.indent.clone(),
                parent,
                cell: Cell::More(language.say(&more)),
            });
        }
    }
    if rows.is_empty() {
        let none = text!("No PCI devices are in the input.");
        rows.push(Row {
            depth: 0,
            indent: String::new(),
            parent: None,
            cell: Cell::None(language.say(&none)),
        });
    }
    Drawing {
        title: language.say(&text!("Topology of the PCI functions")),
        legend: legend(&rows, language),
        rows,
    }
}

fn head(branch: &Branch, language: Language) -> String {
    language.say(&match branch.root {
        Some(root) => match root.below {
            Some(below) => text!(
                "bus {bus} of {bridge}",
                bus = root.bus.to_string(),
                bridge = below
            ),
            None => text!("bus {bus}", bus = root.bus.to_string()),
        },
        None => text!("upstream bridge not in the input"),
    })
}

fn function(
    subject: &Subject<'_>,
    address: Address,
    is_chosen: bool,
    shared: &BTreeSet<u32>,
    language: Language,
) -> FunctionCell {
    let say = |text: &Text| language.say(text);
    let device = subject.device(address);
    let class = subject.class(address);
    let names = subject.host.names();
    let id = subject.id(address);
    let known = id.and_then(|id| names.device(id));
    let (model, vendor) = match (known, device) {
        (Some(model), _) => {
            let vendor = id.and_then(|id| names.vendor(id.vendor));
            (model.to_owned(), vendor.map(str::to_owned))
        }
        (None, Some(device)) => (subject.host.name_of(device), None),
        (None, None) => match id {
            Some(id) => (names.device_text(id).to_string(), None),
            None => (say(&text!("(not listed)")), None),
        },
    };
    let mut facts: Vec<String> = match subject.origins.get(&address) {
        Some(Origin::At(was)) if *was != address => {
            vec![say(&text!("now {address}", address = was))]
        }
        Some(origin) if origin.is_new() => vec![say(&text!("new"))],
        _ => Vec::new(),
    };
    facts.extend(vendor.clone());
    if let Some(device) = device {
        facts.extend(facts::of(subject.host, device).iter().map(say));
    }
    let group = subject.groups.0.get(&address);
    FunctionCell {
        address,
        icon: Icon::of(class),
        class: class.map_or_else(String::new, |class| names.class_text(class).to_string()),
        model,
        vendor,
        group: group.map(|number| GroupCell {
            number: *number,
            name: say(&text!("group {group}", group = *number)),
            is_shared: shared.contains(number),
        }),
        is_bridge: subject.is_bridge(address),
        is_chosen,
        facts,
    }
}

fn legend(rows: &[Row], language: Language) -> Legend {
    let say = |text: Text| language.say(&text);
    let functions = rows.iter().filter_map(|row| match &row.cell {
        Cell::Function(cell) => Some(&**cell),
        _ => None,
    });
    let any = |is: &dyn Fn(&FunctionCell) -> bool| functions.clone().any(is);
    let icons: BTreeSet<Icon> = functions.clone().map(|cell| cell.icon).into_set();
    Legend {
        icons: icons
            .into_iter()
            .map(|icon| (icon, say(icon.name())))
            .collect(),
        shared: any(&|cell| cell.group.as_ref().is_some_and(|group| group.is_shared))
            .then(|| say(text!("colored: IOMMU group with several endpoints"))),
        bridge: any(&|cell| cell.is_bridge).then(|| say(text!("dashed: bridge"))),
        chosen: any(&|cell| cell.is_chosen).then(|| say(text!("bold: selected"))),
        bars: any(&|cell| cell.facts.iter().any(|fact| fact.contains(" (")))
            .then(|| say(text!("BARs 256M (16G): 256M now, up to 16G"))),
    }
}
