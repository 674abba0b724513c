//! `/etc/default/grub` together with its drop-ins: which file's line wins.
//!
//! Debian's and Ubuntu's `grub-mkconfig` (2.06, lines 157 to 165) sources `/etc/default/grub` and
//! then `/etc/default/grub.d/*.cfg` in the order of their names, so a drop-in (cloud images,
//! kdump-tools and OEM packages have some) can override the main file.

use core::fmt;

use host_tree::{Edit, HostTree, Lookup};

use super::command_line::CommandLine;
use super::grub::{GrubDefaults, NotLiteral, State, Value, Variable};
use crate::error::{Cause, Error};

/// The main file.
pub const MAIN: &str = "/etc/default/grub";

/// The directory of the drop-ins.
pub const DROP_INS: &str = "/etc/default/grub.d";

/// A file's path and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path on the host.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files in the order in which they are sourced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrubFiles {
    /// Main file first, then the drop-ins.
    pub files: Vec<SourceFile>,
    /// The paths that may contain more, with the reason why they were not read.
    pub unseen: Vec<(String, NotRead)>,
}

/// The reason why a file or directory was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRead {
    /// The tree does not show it.
    NotShown,
    /// Not all of its names are shown.
    ShownInPart,
    /// It cannot be read.
    Unreadable(String),
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotShown => f.write_str("not shown"),
            Self::ShownInPart => f.write_str("not all of the directory is shown"),
            Self::Unreadable(value) => write!(f, "{value}"),
        }
    }
}

/// The value of a variable after all files, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effective {
    /// The value.
    pub value: Value,
    /// The path and the line of the last assignment; `None` when there is none.
    pub place: Option<(String, u32)>,
}

impl GrubFiles {
    /// Reads the files of a Debian-like host.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let mut found = Self::default();
        found.read_one(tree, MAIN);
        match tree.list(DROP_INS) {
            Lookup::Found(listing) => {
                if !listing.complete {
                    let why = NotRead::ShownInPart;
                    found.unseen.push((DROP_INS.to_owned(), why));
                }
                // The shell's `*` leaves out names that begin with a dot.
                let named = |name: &&String| name.ends_with(".cfg") && !name.starts_with('.');
                for name in listing.names.iter().filter(named) {
                    found.read_one(tree, &format!("{DROP_INS}/{name}"));
                }
            }
            Lookup::Absent => {}
            Lookup::NotShown => found.unseen.push((DROP_INS.to_owned(), NotRead::NotShown)),
            Lookup::Unreadable(reason) => {
                let why = NotRead::Unreadable(reason.into());
                found.unseen.push((DROP_INS.to_owned(), why));
            }
        }
        found
    }

    fn read_one(&mut self, tree: &dyn HostTree, path: &str) {
        let why = match tree.read(path) {
            Lookup::Found(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    let path = path.to_owned();
                    self.files.push(SourceFile { path, text });
                    return;
                }
                Err(error) => NotRead::Unreadable(format!(
                    "is not UTF-8 at byte {}",
                    error.utf8_error().valid_up_to()
                )),
            },
            Lookup::Absent => return,
            Lookup::NotShown => NotRead::NotShown,
            Lookup::Unreadable(reason) => NotRead::Unreadable(reason.into()),
        };
        self.unseen.push((path.to_owned(), why));
    }

    /// The value of `variable` after all files that were read.
    #[must_use]
    pub fn effective(&self, variable: Variable) -> Effective {
        let mut state = State::default();
        let mut answer = Effective {
            value: Value::Unset,
            place: None,
        };
        for source in &self.files {
            let file = GrubDefaults::parse_after(&source.text, state);
            if let Some(last) = file.assignments(variable.name()).last() {
                answer.place = Some((source.path.clone(), last.line));
            }
            answer.value = file.value(variable.name());
            state = file.into_state();
        }
        answer
    }

    /// The kernel options in `variable` after all files.
    ///
    /// # Errors
    ///
    /// When the value is not literal.
    pub fn command_line(&self, variable: Variable) -> Result<CommandLine, NotLiteral> {
        match self.effective(variable).value {
            Value::Unset => Ok(CommandLine::parse("")),
            Value::Known(value) => Ok(CommandLine::parse(&value)),
            Value::Unknown(why) => Err(why),
        }
    }

    /// The variables whose options the kernel of a usual entry gets, in their order on its command
    /// line. Those of normal boots follow those for every entry (GRUB 2.06, `10_linux`), so that a
    /// lone `--` there passes them to init.
    #[must_use]
    pub fn of_kernel(&self) -> Vec<Variable> {
        self.before_init(Variable::Every, Variable::Normal)
    }

    pub(super) fn before_init(&self, every: Variable, normal: Variable) -> Vec<Variable> {
        let ends = |line: CommandLine| line.ends_kernel_options();
        if self.command_line(every).is_ok_and(ends) {
            vec![every]
        } else {
            vec![every, normal]
        }
    }

    /// Changes the options in the main file without an override by drop-ins.
    ///
    /// # Errors
    ///
    /// If the main file is missing or cannot be edited, if a drop-in assigns the variable again, or
    /// if a possible drop-in is not in the tree. A missing directory of drop-ins counts as empty,
    /// because most hosts have none; see [`unseen`](Self::unseen).
    pub fn edit(
        &self,
        variable: Variable,
        change: impl Fn(&mut CommandLine) -> Result<(), Error>,
    ) -> Result<Edit, Error> {
        let main = self.files.iter().find(|file| file.path == MAIN);
        let main = main.ok_or_else(|| Cause::Missing.in_file(MAIN))?;
        let mut file = GrubDefaults::parse(&main.text);
        let refused = |error: Error| error.in_file(MAIN);
        file.edit(variable, &change).map_err(refused)?;
        // Most hosts have no drop-ins, so only an unreadable directory counts.
        let may_count = |(path, why): &&(String, NotRead)| {
            path != DROP_INS || matches!(why, NotRead::Unreadable(_))
        };
        if let Some((path, why)) = self.unseen.iter().find(may_count) {
            return Err(Cause::Unseen {
                variable: variable.name(),
                reason: why.to_string(),
            }
            .in_file(path.clone()));
        }
        let mut after = self.clone();
        for source in after.files.iter_mut().filter(|source| source.path == MAIN) {
            source.text = file.to_string();
        }
        let effective = after.effective(variable);
        // In effect if the change has no further effect on the result.
        let mut left = None;
        if let Value::Known(value) = &effective.value {
            let before = CommandLine::parse(value);
            let mut options = before.clone();
            let is_changed = change(&mut options).is_ok();
            if is_changed && options.to_string() == *value {
                return Ok(Edit::change(MAIN, main.text.clone(), file.to_string()));
            }
            left = is_changed.then(|| {
                let kept: Vec<&str> = options.words().collect();
                let lost = before.words().filter(|word| !kept.contains(word));
                lost.collect::<Vec<_>>().join(" ")
            });
        }
        let (path, line) = effective.place.unwrap_or((MAIN.to_owned(), 1));
        let variable = variable.name();
        let cause = match left.filter(|options| !options.is_empty()) {
            Some(options) => Cause::SetElsewhere {
                options,
                main: MAIN,
            },
            None => Cause::Overridden {
                variable,
                main: MAIN,
            },
        };
        Err(cause.at(line).in_file(path))
    }
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;
    use crate::ErrorKind;

    const NORMAL: Variable = Variable::Normal;

    fn set(files: &GrubFiles) -> Result<Edit, Error> {
        files.edit(NORMAL, |line| line.set(&"iommu=pt".parse().unwrap()))
    }

    #[test]
    fn the_last_file_wins_and_is_named() {
        let mut tree = MemoryTree::complete();
        tree.insert_file(MAIN, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
        let drop_in = "# cloud image\nGRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0\"\n";
        tree.insert_file("/etc/default/grub.d/50-cloudimg.cfg", drop_in);
        tree.insert_file("/etc/default/grub.d/60-x.cfg.dpkg-old", "exit\n");
        let files = GrubFiles::read(&tree);
        assert_eq!((files.files.len(), files.unseen.len()), (2, 0));
        let effective = files.effective(NORMAL);
        let place = ("/etc/default/grub.d/50-cloudimg.cfg".to_owned(), 2);
        assert_eq!(effective.place, Some(place));
        assert_eq!(
            files.command_line(NORMAL).unwrap().to_string(),
            "console=ttyS0"
        );
        let error = set(&files).unwrap_err();
        assert_eq!(
            (error.kind(), error.line()),
            (ErrorKind::Overridden, Some(2))
        );
    }

    #[test]
    fn missing_files_are_reported_and_a_hidden_drop_in_prevents_an_edit() {
        let mut tree = MemoryTree::partial();
        assert_eq!(
            set(&GrubFiles::read(&tree)),
            Err(Cause::Missing.in_file(MAIN))
        );
        tree.insert_file(MAIN, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
        let files = GrubFiles::read(&tree);
        assert_eq!(files.unseen[0].0, DROP_INS);
        assert_eq!(
            set(&files).unwrap().after,
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n"
        );
        for path in [DROP_INS, "/etc/default/grub.d/a.cfg"] {
            let mut tree = tree.clone();
            let listing = host_tree::Listing {
                names: vec!["a.cfg".to_owned()],
                complete: true,
            };
            tree.insert_listing(DROP_INS, &listing);
            tree.insert_unreadable(path, "permission denied");
            let error = set(&GrubFiles::read(&tree)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unreadable);
            assert_eq!(error.path(), Some(path));
        }
    }
}
