//! Devices, groups and names for people.

use std::fmt::Write as _;

use iommu::Membership;
use iommu::vfio::GroupMode;
use list_order::Order as _;
use pci_core::{Address, ClassCode, PciId};

use super::hardware;
use super::style::Style;
use super::wrap::{clean, pad, paragraph, push_padded, width};
use crate::host::{Device, Driver, Host};
use crate::names::{NameDatabase, NameQuery, classes_of};
use crate::text::{Text, place, text};

/// The functions, one a line; of one function alone, all that is known.
#[must_use]
pub fn list(host: &Host, devices: &[Address], style: Style) -> String {
    let devices: Vec<&Device> = devices
        .iter()
        .filter_map(|address| host.devices.get(address))
        .collect();
    let is_all = devices.len() == host.devices.len();
    if is_all && !host.without_address.is_empty() {
        let mut text = String::new();
        if !devices.is_empty() {
            text = table(host, &devices, style);
            text.push('\n');
        }
        text.push_str(&unplaced(host, style));
        return text;
    }
    if devices.is_empty() {
        return no_devices(style);
    }
    let mut text = table(host, &devices, style);
    if let [device] = devices.as_slice() {
        text.push('\n');
        text.push_str(&detail(host, device, style));
    }
    let ids = devices.iter().filter_map(|device| device.id.as_ref());
    let mut ids: Vec<PciId> = ids
        .map(|id| id.value)
        .filter(|id| host.names().device(*id).is_none())
        .collect();
    ids.order();
    ids.dedup();
    if !ids.is_empty() {
        text.push('\n');
        text.push_str(&paragraph(
            "",
            &style.say(&unnamed(host.name_database(), &ids)),
            style.columns,
        ));
    }
    text
}

/// The line of a list without devices.
pub(super) fn no_devices(style: Style) -> String {
    let none = text!("No PCI devices are in the input.");
    format!("{}\n", style.say(&none))
}

/// The database without a name for these IDs, and its date.
fn unnamed(names: &NameDatabase, ids: &[PciId]) -> Text {
    let shown: Vec<String> = ids.iter().map(PciId::to_string).collect();
    text!(
        "{database} has no name for {ids}.",
        database = names.origin(),
        ids = shown
    )
}

/// A head, and the functions, one a line.
pub(super) fn table(host: &Host, devices: &[&Device], style: Style) -> String {
    let rows: Vec<[String; 5]> = devices
        .iter()
        .map(|device| row(host, device, style))
        .collect();
    let mut text = String::new();
    let head = [
        text!("ADDRESS"),
        text!("ID"),
        text!("GROUP"),
        text!("DRIVER"),
        text!("NAME"),
    ];
    let head = head.map(|title| style.say(&title));
    let widths = [0, 1, 2, 3].map(|column| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| width(cell)).max().unwrap_or(0)
    });
    let indent: usize = widths.iter().map(|columns| columns + 2).sum();
    let room = style.table.saturating_sub(indent).max(20);
    for row in [&head].into_iter().chain(&rows) {
        for (cell, columns) in row.iter().zip(widths) {
            push_padded(&mut text, &clean(cell), columns + 2);
        }
        let [.., name] = row;
        text.push_str(&cut(&clean(name), room));
        text.truncate(text.trim_end().len());
        if row == &head {
            text = style.strong(&text);
        }
        text.push('\n');
    }
    text
}

/// The functions without addresses, one per line, with the path to each if known.
fn unplaced(host: &Host, style: Style) -> String {
    let head = text!("The addresses of these devices are not in the input:");
    let mut text = format!("{}\n", style.say(&head));
    for device in &host.without_address {
        let id = device
            .id
            .map_or_else(|| "?".to_owned(), |id| id.to_string());
        let known = device.id.and_then(|id| host.names().device(id));
        let name = known.or(device.name.as_deref()).map(clean);
        let name = name.unwrap_or_else(|| style.say(&not_shown()).into());
        let name = if device.present == Some(false) {
            style.say(&text!("{name} (not present now)", name))
        } else {
            name.into_owned()
        };
        let line = format!("{} {name}", pad(&id, 10));
        let _ = writeln!(text, "{}", cut(&line, style.table));
        if let Some(path) = &device.location_path {
            let _ = writeln!(text, "{}{}", pad("", 11), path.value);
        }
    }
    text
}

fn row(host: &Host, device: &Device, style: Style) -> [String; 5] {
    let class = device
        .class
        .as_ref()
        .map(|class| class_name(host, class.value));
    let name = name(host, device);
    [
        format!("{:#}", device.address),
        device
            .id
            .as_ref()
            .map_or_else(|| "?".to_owned(), |id| id.value.to_string()),
        group_text(host, device),
        match &device.driver {
            Driver::Bound(driver) => driver.value.clone(),
            Driver::Unbound(_) => style.say(&text!("(none)")),
            Driver::NotShown => "?".to_owned(),
        },
        class.map_or_else(|| name.clone(), |class| format!("{name} ({class})")),
    ]
}

/// The device's name without the vendor's: the line has room for the part that distinguishes cards.
pub(super) fn name(host: &Host, device: &Device) -> String {
    let known = device
        .id
        .as_ref()
        .and_then(|id| host.names().device(id.value));
    known.map_or_else(|| host.name_of(device), str::to_owned)
}

/// The group's number, `-` for none, `?` for not known.
fn group_text(host: &Host, device: &Device) -> String {
    match host.groups.group_of(device.address) {
        Membership::In(group) => group.to_string(),
        Membership::InNone(_) => "-".to_owned(),
        Membership::Disputed(_) | Membership::NotShown => "?".to_owned(),
    }
}

fn class_name(host: &Host, class: ClassCode) -> String {
    host.names().class_text(class).to_string()
}

/// All that is known of a function: labels and values.
pub(super) fn detail_rows(host: &Host, device: &Device) -> Vec<(Text, Text)> {
    let mut rows = vec![
        (text!("address"), Text::value(device.address.to_string())),
        (text!("name"), Text::value(host.name_of(device))),
    ];
    if let Some(class) = &device.class {
        let value = format!("{} ({})", class_name(host, class.value), class.value);
        rows.push((text!("class"), Text::value(value)));
    }
    if let (Some(id), Some(subsystem)) = (&device.id, &device.subsystem) {
        let name = host.names().subsystem_text(id.value, subsystem.value);
        rows.push((
            text!("subsystem"),
            Text::value(format!("{name} [{}]", subsystem.value)),
        ));
    }
    if let Driver::Bound(driver) = &device.driver {
        let value = text!(
            "{driver} ({place})",
            driver = driver.value,
            place = place(&driver.evidence)
        );
        rows.push((text!("driver"), value));
    }
    if !device.modules.is_empty() {
        rows.push((text!("modules"), Text::value(device.modules.join(", "))));
    }
    if let Some(group) = host.group_of(device.address) {
        let members: Vec<Address> = host.members(group).map(|(address, _)| address).collect();
        rows.push((
            text!("IOMMU group"),
            text!("{group}: {members}", group, members),
        ));
    }
    rows.extend(hardware::rows(host, device));
    rows
}

fn detail(host: &Host, device: &Device, style: Style) -> String {
    let mut text = String::new();
    let rows = detail_rows(host, device);
    let rows: Vec<(String, String)> = rows
        .iter()
        .map(|(label, value)| (format!("  {}", style.say(label)), style.say(value)))
        .collect();
    let columns = rows.iter().map(|(label, _)| width(label) + 2);
    let columns = columns.max().unwrap_or(0).max(16);
    for (label, value) in &rows {
        text.push_str(&paragraph(&pad(label, columns), value, style.columns));
    }
    text
}

/// The place of a fact that is not in the input.
pub(super) fn not_shown() -> Text {
    text!("(not in the input)")
}

/// `text` in at most `columns`.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for c in text.chars() {
        if used + 4 > columns {
            break;
        }
        used += width(c.encode_utf8(&mut [0; 4]));
        short.push(c);
    }
    format!("{}...", short.trim_end())
}

/// The IOMMU groups, each with its members: those with a function of `asked`, or all.
#[must_use]
pub fn groups(host: &Host, asked: Option<&[Address]>, style: Style) -> String {
    let mut text = String::new();
    for (group, all) in host.groups.iter() {
        let mut members = host.members(group);
        if asked.is_some_and(|asked| !members.any(|(address, _)| asked.contains(&address))) {
            continue;
        }
        let head = match (host.is_complete_group(group), host.mode(group)) {
            (true, GroupMode::Iommu) => text!(""),
            (false, GroupMode::Iommu) => text!("  (list may be incomplete)"),
            (true, GroupMode::NoIommu) => {
                text!("  (VFIO no-IOMMU mode: DMA is not isolated from memory)")
            }
            (false, GroupMode::NoIommu) => text!(
                "  (list may be incomplete)  (VFIO no-IOMMU mode: DMA is not isolated from memory)"
            ),
        };
        let number = style.heading(&text!("group {group}", group));
        let _ = writeln!(text, "{number}{}", style.say(&head));
        for (address, _) in host.members(group) {
            let name = host.devices.get(&address).map_or_else(
                || style.say(&not_shown()),
                |device| {
                    let id = device.id.as_ref().map(|id| format!(" [{}]", id.value));
                    format!("{}{}", host.name_of(device), id.unwrap_or_default())
                },
            );
            let line = format!("  {} {name}", pad(&format!("{address:#}"), 8));
            let _ = writeln!(text, "{}", cut(&clean(&line), style.table));
        }
        for name in all.others.keys() {
            let line = style.say(&text!("  {name} (not a PCI function)", name));
            let _ = writeln!(text, "{}", cut(&clean(&line), style.table));
        }
    }
    if text.is_empty()
        && let Some(without) = host.without_groups()
    {
        return super::assigned_together::without_groups(
            without,
            &host.assigned_together(),
            asked,
            style,
        );
    }
    if text.is_empty() {
        let none = if host.groups.iter().next().is_some() {
            text!("None of these is in an IOMMU group in the input.")
        } else if host.iommu_is_off() || host.groups.ungrouped().next().is_some() {
            no_groups()
        } else {
            text!(
                "IOMMU groups are not in the input. To show them: find /sys/kernel/iommu_groups \
                 -type l, or dmesg."
            )
        };
        text = paragraph("", &style.say(&none), style.columns);
    }
    text
}

/// The sentence for a host without an enabled IOMMU.
pub(super) fn no_groups() -> Text {
    text!("There are no IOMMU groups: the IOMMU is disabled.")
}

/// The names of an ID or a class, or the IDs whose names contain all words.
#[must_use]
pub fn ids(database: &NameDatabase, words: &str, style: Style) -> Option<String> {
    let names = database.names();
    match NameQuery::of(names, words) {
        NameQuery::Function(id, card) => {
            names.vendor(id.vendor)?;
            let mut text = format!("{id}  {}\n", names.device_text(id));
            if let Some(card) = card {
                let name = names.subsystem_text(id, card).to_string();
                let line = text!("subsystem {id}  {name}", id = card.to_string(), name);
                let _ = writeln!(text, "{}", style.say(&line));
            }
            if names.device(id).is_none() {
                text.push_str(&paragraph(
                    "",
                    &style.say(&unnamed(database, &[id])),
                    style.columns,
                ));
            }
            return Some(text);
        }
        NameQuery::Vendor(vendor) => return Some(format!("{vendor}  {}\n", names.vendor(vendor)?)),
        NameQuery::Class(class) => {
            let name = names.class_text(class);
            return Some(match names.prog_if(class) {
                Some(interface) => format!("{class}  {name}, {interface}\n"),
                None => format!("{class}  {name}\n"),
            });
        }
        NameQuery::BaseClass(base) => {
            let mut text = format!("{base:02x}  {}\n", names.base_class(base)?);
            for class in classes_of(names, base) {
                let _ = writeln!(text, "{class}  {}", names.class_text(class));
            }
            return Some(text);
        }
        NameQuery::Words => {}
    }
    let mut text = String::new();
    for found in names.search(words) {
        let line = format!("{}  {} {}", found.id, found.vendor, found.device);
        let _ = writeln!(text, "{}", cut(&line, style.table));
    }
    (!text.is_empty()).then_some(text)
}
