//! One line for a shell that gathers the facts of a host that an input does not show.
//!
//! The line only reads, runs only installed programs, and masks serial numbers, MAC addresses,
//! UUIDs and keys before printing. Its output has a heading above each command's part, so that
//! [`Input`](crate::input::Input) recognizes each part as complete; the line itself, if pasted too,
//! is ignored.
//!
//! ```
//! use passthru::ask::Ask;
//! use passthru::doctor::{self, Question};
//! use passthru::Host;
//! use host_tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_text("lspci -nnk", "03:00.0 Ethernet controller [0200]: Intel Corporation \
//!     82574L Gigabit Network Connection [8086:10d3]\n\tKernel driver in use: e1000e\n");
//! let host = Host::read(&tree);
//! let report = doctor::examine(&host, &Question::default());
//! let ask = Ask::of(&host, &report.findings, None);
//! assert!(ask.topics().contains(&"IOMMU groups") && !ask.topics().contains(&"PCI devices"));
//! assert!(ask.line().contains("find /sys/kernel/iommu_groups -type l"));
//! ```

mod command;
mod line;
mod missing;
mod shell;

use command::{COMMANDS, Command};
pub(crate) use line::{END, HEADING, START};
use list_order::Order as _;
use serde::Serialize;
pub use shell::Shell;

use crate::finding::Finding;
use crate::host::Host;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::verdict::Verdict;

/// The JSON form of [`Ask`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AskDocument<'a> {
    /// Version of this form: `passthru-ask/1`.
    pub schema: &'static str,
    /// The shell that the line is for.
    pub shell: Shell,
    /// The facts that are missing, each in a word or two.
    pub not_shown: Vec<&'a str>,
    /// The line; empty if no fact is missing.
    pub command: String,
}

/// The facts that an input does not show, and the line that gathers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    shell: Shell,
    commands: Vec<Command>,
}

impl Ask {
    /// The facts that are missing for a verdict and a plan: those that the host lacks, and those of
    /// the `unknown` findings among `findings`. `target` is the requested hypervisor; without it,
    /// the host's.
    #[must_use]
    pub fn of(host: &Host, findings: &[Finding], target: Option<Target>) -> Self {
        let shell = Shell::of(host, target);
        let topics = missing::topics(host, shell, target);
        let mut commands: Vec<Command> = COMMANDS
            .iter()
            .filter(|known| known.shell == shell && topics.contains(&&*known.topic))
            .cloned()
            .collect();
        let unknown = findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Unknown);
        for finding in unknown {
            let Some(Remedy::Inspect { argv }) = &finding.remedy else {
                continue;
            };
            for command in command::of_look(shell, argv) {
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
        }
        // The order of the table: short answers first, the log last.
        commands.order_by_key(|command| {
            let place = COMMANDS.iter().position(|known| known == command);
            place.unwrap_or(COMMANDS.len())
        });
        Self { shell, commands }
    }

    /// All facts on which a verdict may depend, if there is no input.
    ///
    /// ```
    /// use passthru::Target;
    /// use passthru::ask::Ask;
    /// assert!(Ask::all(None).topics().contains(&"kernel log"));
    /// assert!(Ask::all(Some(Target::HyperV)).line().contains("Get-PnpDevice"));
    /// ```
    #[must_use]
    pub fn all(target: Option<Target>) -> Self {
        let shell = target.map_or(Shell::Posix, Shell::of_target);
        let commands = COMMANDS.iter().filter(|known| known.shell == shell);
        Self {
            shell,
            commands: commands.cloned().collect(),
        }
    }

    /// Whether no command would show a missing fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The facts that are missing, each in a word or two: `IOMMU groups`.
    #[must_use]
    pub fn topics(&self) -> Vec<&str> {
        let mut topics: Vec<&str> = Vec::new();
        for command in &self.commands {
            if !topics.contains(&&*command.topic) {
                topics.push(&command.topic);
            }
        }
        topics
    }

    /// The shell that the line is for.
    #[must_use]
    pub const fn shell(&self) -> Shell {
        self.shell
    }

    /// The JSON form: `schema`, `shell`, `topics`, `line`.
    #[must_use]
    pub fn document(&self) -> AskDocument<'_> {
        AskDocument {
            schema: "passthru-ask/1",
            shell: self.shell,
            not_shown: self.topics(),
            command: self.line(),
        }
    }

    /// The line, without a line break; empty if no fact is missing.
    #[must_use]
    pub fn line(&self) -> String {
        line::line(self.shell, &self.commands)
    }
}
