//! Whether the input is of one machine, at one time.

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use iommu::KernelLog;

use super::system_markers::is_of_guest;
use crate::host::fact::Fact;
use crate::host::guests::guest_prompts;
use crate::host::model::whole_host::{Field, Standing, settle};
use crate::prompt::Prompt;

/// Evidence of the number of machines in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machines {
    /// Pairs of lines that no machine prints without being changed in between: two ids
    /// at one address, two boards in the kernel's log.
    pub contradictions: Vec<[Evidence; 2]>,
    /// The host names in prompts before commands that describe a machine, each with the first such
    /// line.
    pub prompts: Vec<Fact<String>>,
}

/// The file of the model (Linux Documentation/ABI/testing/sysfs-firmware-dmi-entries and
/// drivers/firmware/dmi-id.c).
const PRODUCT: &str = "/sys/class/dmi/id/product_name";

/// The model of the machine, as its firmware names it.
fn product(tree: &dyn HostTree) -> Option<Fact<String>> {
    let text = tree.read_text(PRODUCT).found()?;
    let name = text.lines().next()?.trim();
    (!name.is_empty()).then(|| Fact::new(name.to_owned(), Evidence::at(PRODUCT, &text, 1)))
}

/// The model as `dmidecode` prints it: the name of the product in the system's table.
fn printed_product(texts: &[CommandText]) -> Option<Fact<String>> {
    texts.iter().find_map(|text| {
        let lines = numbered_lines(&text.text);
        let lines = lines.map(|(number, line)| (number, line.trim()));
        let mut table = lines.skip_while(|(_, line)| *line != "System Information");
        let found = table
            .by_ref()
            .skip(1)
            .take_while(|(_, line)| !line.is_empty() && !line.starts_with("Handle 0x"))
            .find_map(|(number, line)| Some((number, line, line.strip_prefix("Product Name: ")?)));
        let (number, line, name) = found?;
        let evidence = Evidence::new(&*text.command, number, line);
        (!is_of_guest(line)).then(|| Fact::new(name.trim().to_owned(), evidence))
    })
}

/// The model or the mainboard, as the most direct source names it.
pub(in crate::host) fn board(
    tree: &dyn HostTree,
    texts: &[CommandText],
    logged: Option<Fact<String>>,
) -> Option<Fact<String>> {
    let seen = [
        (Standing::Kernel, product(tree)),
        (Standing::Program, printed_product(texts)),
        (Standing::Log, logged),
    ];
    let seen = seen
        .into_iter()
        .filter_map(|(standing, fact)| Some((standing, fact?)));
    settle(Field::Board, &seen.collect::<Vec<_>>()).fact
}

/// As many prove it.
const MOST: usize = 4;

/// As many hosts are named.
const MOST_HOSTS: usize = 16;

impl Machines {
    /// Whether no one machine, at one time, printed all of the input.
    #[must_use]
    pub fn are_several(&self) -> bool {
        !self.contradictions.is_empty()
    }

    /// The hosts that prompts name, where they are several: one of them can be chosen
    /// ([`Input::of_host`](crate::input::Input::of_host)).
    #[must_use]
    pub fn hosts(&self) -> Vec<&str> {
        let hosts = self.prompts.iter().map(|host| host.value.as_str());
        let hosts: Vec<&str> = hosts.collect();
        if hosts.len() < 2 { Vec::new() } else { hosts }
    }

    /// Notes the hosts of the prompts in a text, without those of guests.
    pub(in crate::host) fn see_prompts(&mut self, text: &CommandText) {
        let guests = guest_prompts::names(&text.text);
        for (number, line) in numbered_lines(&text.text) {
            let Some(prompt) = Prompt::read(line) else {
                continue;
            };
            let Some(host) = prompt.host.filter(|_| prompt.shows_machine()) else {
                continue;
            };
            if guests.contains(host) {
                continue;
            }
            let is_known = |known: &Fact<String>| known.value.eq_ignore_ascii_case(host);
            if self.prompts.len() < MOST_HOSTS && !self.prompts.iter().any(is_known) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                self.prompts.push(Fact::new(host.to_owned(), evidence));
            }
        }
    }

    /// Notes the board that the kernel names in its log (`dmi_format_ids`,
    /// drivers/firmware/dmi_scan.c), and whether it is another than `board`.
    pub(in crate::host) fn see_log(
        &mut self,
        log: &KernelLog<'_>,
        board: &mut Option<Fact<String>>,
    ) {
        for line in &log.lines {
            let Some(named) = line.message.strip_prefix("DMI: ") else {
                continue;
            };
            // The firmware's version and date after it change with an update.
            let named = named.split(", BIOS ").next().unwrap_or(named).trim();
            // A guest's log, whose board differs from the host's.
            if is_of_guest(line.message) {
                continue;
            }
            let evidence = log.evidence(line);
            match board {
                Some(known) if known.value == named => {}
                Some(known) => self.contradict(&known.evidence, &evidence),
                None => *board = Some(Fact::new(named.to_owned(), evidence)),
            }
        }
    }

    /// Notes pairs of lines that show two devices at one address.
    pub(in crate::host) fn see_devices(&mut self, pairs: &[[Evidence; 2]]) {
        for [first, second] in pairs {
            self.contradict(first, second);
        }
    }

    fn contradict(&mut self, first: &Evidence, second: &Evidence) {
        if self.contradictions.len() < MOST {
            self.contradictions.push([first.clone(), second.clone()]);
        }
    }
}

#[cfg(test)]
mod tests;
