//! The tree of buses, bridges and functions: `-t`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use list_order::Inserts as _;

use super::names::{Words, cut};
use super::options::{OutputOptions, OutputVerbosity};
use super::output_function::OutputFunction;
use super::topology::{Bridge, Bus, Topology};
use crate::Address;
use crate::names::Names;

/// Length limit of a line, in bytes; a longer one ends in `...`.
const MAX_LINE: usize = 1023;
/// Length limit of a name, in bytes.
const MAX_NAME: usize = 255;
/// Depth limit: the number of buses in a domain.
const MAX_DEPTH: usize = 256;

/// Writes the tree of the `selected` ones of `functions`, which are sorted, with their upstream
/// bridges.
pub(super) fn write(
    functions: &[&OutputFunction<'_>],
    selected: impl Fn(&&OutputFunction<'_>) -> bool,
    names: Names<'_>,
    options: &OutputOptions,
    out: &mut dyn Write,
) -> fmt::Result {
    let shown = functions
        .iter()
        .copied()
        .filter(|function| selected(function));
    let mut by_address = BTreeMap::new();
    by_address.extend(functions.iter().map(|one| (one.address, *one)));
    let mut drawing = Drawing {
        topology: Topology::new(functions, options.version),
        functions: by_address,
        shown: shown.map(|function| function.address).into_set(),
        is_complete: options.selects_all(),
        drawn: BTreeSet::new(),
        words: Words::new(names, options.numbers),
        options,
        line: String::new(),
        out,
    };
    drawing.show_more();
    let roots: Vec<Bridge> = drawing.topology.roots().cloned().collect();
    for root in &roots {
        drawing.line.push('-');
        drawing.buses(root, " ", 0)?;
        drawing.end_line()?;
    }
    Ok(())
}

/// State of the drawing.
struct Drawing<'a> {
    topology: Topology,
    functions: BTreeMap<Address, &'a OutputFunction<'a>>,
    /// Selected, above a selected one, or, since 3.10, below one.
    shown: BTreeSet<Address>,
    /// Whether everything is selected, so that buses without functions are drawn too.
    is_complete: bool,
    /// The drawn bridges: malformed numbers may make one its own parent.
    drawn: BTreeSet<Address>,
    words: Words<'a>,
    options: &'a OutputOptions,
    line: String,
    out: &'a mut dyn Write,
}

impl Drawing<'_> {
    /// Adds the functions shown because of selected ones.
    fn show_more(&mut self) {
        if self.is_complete {
            return;
        }
        let selected: Vec<Address> = self.shown.iter().copied().collect();
        if self.options.version.tree_is_cut_to_selection() {
            let mut below = selected.clone();
            while let Some(at) = below.pop() {
                let buses = self.topology.bridge(at).map(|bridge| bridge.buses.iter());
                let functions = buses.into_iter().flatten().flat_map(|bus| &bus.functions);
                below.extend(functions.filter(|function| self.shown.insert(**function)));
            }
        }
        let mut shown: BTreeSet<Address> = selected.iter().copied().into_set();
        for mut at in selected {
            // If a function was visited, so were its upstream bridges.
            while let Some(above) = self.topology.above(at).filter(|at| shown.insert(*at)) {
                at = above;
            }
        }
        self.shown.append(&mut shown);
    }

    /// Draws the buses below `bridge`; lines after the first start with `margin`.
    fn buses(&mut self, bridge: &Bridge, margin: &str, depth: usize) -> fmt::Result {
        if depth > MAX_DEPTH
            || bridge
                .address
                .is_some_and(|address| !self.drawn.insert(address))
        {
            return Ok(());
        }
        let mut margin = margin.to_string();
        if bridge.address.is_some() {
            self.line.push('-');
            margin.push(' ');
            if let [bus] = bridge.buses.as_slice() {
                return self.bus(bus, &margin, depth);
            }
        }
        let shown = |drawing: &Self, bus: &Bus| {
            let is_shown = |function: &Address| drawing.shown.contains(function);
            drawing.is_complete || bus.functions.iter().any(is_shown)
        };
        self.branches(&bridge.buses, shown, "", &margin, |drawing, bus, margin| {
            let name = format!("[{:04x}:{:02x}]-", bus.domain, bus.number);
            drawing.line.push_str(&name);
            let margin = format!("{margin}{:1$}", "", name.len());
            drawing.bus(bus, &margin, depth)
        })
    }

    /// Draws the functions on `bus`.
    fn bus(&mut self, bus: &Bus, margin: &str, depth: usize) -> fmt::Result {
        let shown = |drawing: &Self, function: &Address| drawing.shown.contains(function);
        self.branches(
            &bus.functions,
            shown,
            "--",
            margin,
            |drawing, function, margin| drawing.function(*function, margin, depth),
        )
    }

    fn function(&mut self, address: Address, margin: &str, depth: usize) -> fmt::Result {
        let mut text = format!("{:02x}.{}", address.device(), address.function());
        let bridge = self.topology.bridge(address).cloned();
        match &bridge {
            Some(bridge) if bridge.secondary == 0 => text.push('-'),
            Some(bridge) if bridge.secondary == bridge.subordinate => {
                text.push_str(&format!("-[{:02x}]-", bridge.secondary));
            }
            Some(bridge) => {
                let (first, last) = (bridge.secondary, bridge.subordinate);
                text.push_str(&format!("-[{first:02x}-{last:02x}]-"));
            }
            None => {}
        }
        self.line.push_str(&text);
        match &bridge {
            Some(bridge) => {
                let margin = format!("{margin}{:1$}", "", text.len());
                self.buses(bridge, &margin, depth + 1)
            }
            None => {
                self.name(address);
                Ok(())
            }
        }
    }

    /// Writes a function's name, with `-v`.
    fn name(&mut self, address: Address) {
        let function = self.functions.get(&address);
        if let Some(function) = function.filter(|_| self.options.verbosity > OutputVerbosity::Brief)
        {
            let name = cut(self.words.device(function.id()), MAX_NAME);
            self.line.push_str("  ");
            self.line.push_str(&name);
        }
    }

    /// Draws the shown `items`, each on a line except the first, which continues the line. A single
    /// one is preceded by `alone`.
    fn branches<T>(
        &mut self,
        items: &[T],
        shown: impl Fn(&Self, &T) -> bool,
        alone: &str,
        margin: &str,
        draw: impl Fn(&mut Self, &T, &str) -> fmt::Result,
    ) -> fmt::Result {
        let mut items: Vec<(&T, bool)> =
            items.iter().map(|item| (item, shown(self, item))).collect();
        if self.options.version.tree_is_cut_to_selection() {
            items.retain(|(_, shown)| *shown);
        }
        let count = items.len();
        let mut first = true;
        for (at, (item, _)) in items
            .into_iter()
            .enumerate()
            .filter(|(_, (_, shown))| *shown)
        {
            if !first {
                self.end_line()?;
                self.line = margin.to_string();
            }
            first = false;
            let (connector, below) = match at + 1 {
                _ if count == 1 => (alone, if alone.is_empty() { "" } else { "  " }),
                last if last == count => ("\\-", "  "),
                _ => ("+-", "| "),
            };
            self.line.push_str(connector);
            draw(self, item, &format!("{margin}{below}"))?;
        }
        Ok(())
    }

    fn end_line(&mut self) -> fmt::Result {
        let line = cut(core::mem::take(&mut self.line), MAX_LINE);
        writeln!(self.out, "{line}")
    }
}
