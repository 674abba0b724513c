//! Edits of the literal value in `/etc/default/grub`; all other bytes are unchanged.

use core::ops::Range;

use host_tree::lines::{splice, with_line};
use shell_text::{Quote, characters};

use super::command_line::CommandLine;
use super::grub::{GrubAssignment, GrubDefaults, NotLiteral, Value, Variable};
use crate::error::{Cause, Error};

impl GrubDefaults {
    /// The kernel options in `variable`; empty if it is not assigned.
    ///
    /// # Errors
    ///
    /// When the value is not literal.
    pub fn command_line(&self, variable: Variable) -> Result<CommandLine, NotLiteral> {
        match self.value(variable.name()) {
            Value::Unset => Ok(CommandLine::parse("")),
            Value::Known(value) => Ok(CommandLine::parse(&value)),
            Value::Unknown(why) => Err(why),
        }
    }

    /// Changes the kernel options in `variable`, within the quotes of the assignment that takes
    /// effect. Without any assignment one is added as the last line, in double quotes.
    ///
    /// # Errors
    ///
    /// When the value is not literal or is composed of pieces, when `change` fails, or when the
    /// shell would not see the change. The document is then as it was.
    pub fn edit(
        &mut self,
        variable: Variable,
        change: impl FnOnce(&mut CommandLine) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(fault) = self.fault() {
            return Err(fault.clone().into());
        }
        let mut options = self.command_line(variable)?;
        let before = options.to_string();
        change(&mut options)?;
        let after = options.to_string();
        if before == after {
            return Ok(());
        }
        let text = self.to_string();
        let winner = self.assignments(variable.name()).last();
        let winner = winner.filter(|_| self.value(variable.name()) != Value::Unset);
        let line = winner.map_or(1, |assignment| assignment.line);
        let new = match winner {
            Some(assignment) => replaced(&text, assignment, variable, &after)?,
            None => {
                let value = written(Quote::Double, &after, line)?;
                with_line(&text, &format!("{}=\"{value}\"", variable.name()))
            }
        };
        let changed = Self::parse(&new);
        if changed.value(variable.name()) != Value::Known(after) || changed.fault().is_some() {
            return Err(Cause::NoEffect {
                reader: "the shell",
            }
            .at(line));
        }
        *self = changed;
        Ok(())
    }
}

/// `text` with the value of `assignment` made `after`.
fn replaced(
    text: &str,
    assignment: &GrubAssignment,
    variable: Variable,
    after: &str,
) -> Result<String, Error> {
    let Some((quote, span)) = assignment.literal.clone() else {
        let variable = variable.name();
        let found = text.get(assignment.span.clone()).unwrap_or_default();
        let found = found.to_owned();
        let cause = if found.contains(['$', '`']) {
            Cause::NotText { variable, found }
        } else if found.ends_with('\r') {
            Cause::CarriageReturn { variable }
        } else {
            Cause::Pieces { variable, found }
        };
        return Err(cause.at(assignment.line));
    };
    let old: Vec<(char, Range<usize>)> = characters(text, quote, span.clone()).collect();
    let new: Vec<char> = after.chars().collect();
    let alike = old
        .iter()
        .zip(&new)
        .take_while(|((a, _), b)| a == *b)
        .count();
    let (old_tail, new_tail) = (old.get(alike..), new.get(alike..));
    let (old_tail, new_tail) = (old_tail.unwrap_or_default(), new_tail.unwrap_or_default());
    let end = (old_tail.iter().rev())
        .zip(new_tail.iter().rev())
        .take_while(|((a, _), b)| a == *b)
        .count();
    let start = match alike.checked_sub(1).and_then(|last| old.get(last)) {
        Some((_, place)) => place.end,
        None => span.start,
    };
    let gone = old_tail.get(..old_tail.len() - end).unwrap_or_default();
    let stop = gone.last().map_or(start, |(_, place)| place.end);
    let middle: String = new_tail.iter().take(new_tail.len() - end).collect();
    let middle = written(quote, &middle, assignment.line)?;
    Ok(splice(text, start..stop, &middle))
}

/// `value` as it is written within `quote`.
fn written(quote: Quote, value: &str, line: u32) -> Result<String, Error> {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        let (escape, refused) = match quote {
            Quote::Bare => (!is_bare(character), "\n\r\0"),
            Quote::Single => (false, "'\n\0"),
            Quote::Double => ("$`\"\\".contains(character), "\n\0"),
        };
        if refused.contains(character) {
            return Err(Cause::Unwritable { character }.at(line));
        }
        if escape {
            out.push('\\');
        }
        out.push(character);
    }
    Ok(out)
}

/// Whether the character is literal outside quotes in every shell; of those that an option may
/// have, the brackets of a list and `*` are not.
fn is_bare(character: char) -> bool {
    super::parameter::is_plain(character) && !"()*".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::boot::Parameter;

    const NAME: &str = "GRUB_CMDLINE_LINUX_DEFAULT";

    fn set(text: &str) -> Result<String, Error> {
        let option: Parameter = "iommu=pt".parse().unwrap();
        let mut file = GrubDefaults::parse(text);
        let result = file.edit(Variable::Normal, |line| line.set(&option));
        assert!(result.is_ok() || file.to_string() == text);
        result.map(|()| file.to_string())
    }

    #[test]
    fn the_quotes_are_kept_and_unset_restores_the_bytes() {
        for (value, with) in [
            ("\"quiet splash\"", "\"quiet splash iommu=pt\""),
            ("'quiet'", "'quiet iommu=pt'"),
            ("quiet", "quiet\\ iommu=pt"),
            ("", "iommu=pt"),
            ("\"\"", "\"iommu=pt\""),
            ("\"a \\$b \\d\"", "\"a \\$b \\d iommu=pt\""),
            ("\"a \\\n b\" # c", "\"a \\\n b iommu=pt\" # c"),
        ] {
            let text = format!("# x\r\n{NAME}=old\n{NAME}={value}\nGRUB_TIMEOUT=5");
            let edited = set(&text).unwrap();
            assert_eq!(
                edited,
                format!("# x\r\n{NAME}=old\n{NAME}={with}\nGRUB_TIMEOUT=5")
            );
            assert_eq!(set(&edited).unwrap(), edited);
            let mut file = GrubDefaults::parse(&edited);
            file.edit(Variable::Normal, |line| {
                line.unset("iommu");
                Ok(())
            })
            .unwrap();
            assert_eq!(file.to_string(), text);
        }
    }

    #[test]
    fn a_missing_assignment_becomes_the_last_line() {
        assert_eq!(set("").unwrap(), format!("{NAME}=\"iommu=pt\"\n"));
        assert_eq!(set("A=1").unwrap(), format!("A=1\n{NAME}=\"iommu=pt\""));
        assert_eq!(set("A=1\n").unwrap(), format!("A=1\n{NAME}=\"iommu=pt\"\n"));
    }

    #[test]
    fn where_an_edit_would_lie_it_is_refused_with_the_line() {
        let refused = |text: &str| set(&format!("A=1\n{text}\n")).unwrap_err();
        let why = |text: &str| {
            let error = refused(text);
            assert_eq!(
                (error.kind(), error.line()),
                (ErrorKind::NotLiteral, Some(2))
            );
            error.to_string()
        };
        let has = |text: &str, part: &str| assert!(why(text).contains(part), "{}", why(text));
        has(&format!("{NAME}=\"$OTHER x\""), "has $OTHER,");
        has(&format!("{NAME}=\"`id`\""), "has `id`,");
        has(&format!("{NAME}=\"$(id \"x\")\""), "has $(id \"x\"),");
        has(&format!("if true; then {NAME}=x; fi"), "conditional");
        has(&format!("[ -e /x ] && {NAME}=x"), "conditional");
        has(&format!("{NAME}+=x"), "\"+=\"");
        has(". /etc/other", "\".\" may assign");
        has(&format!("{NAME}=~/x"), "'~'");
        has(&format!("{NAME}=\"open"), "expected ");
        has("cat <<X\nX", "expected ");
        let pieces = refused(&format!("{NAME}=\"maybe-ubiquity\"sh"));
        assert_eq!((pieces.kind(), pieces.line()), (ErrorKind::Pieces, Some(2)));
        let known = refused(&format!("{NAME}=\"$A x\""));
        assert_eq!((known.kind(), known.line()), (ErrorKind::Pieces, Some(2)));
        // The quotes are right.
        assert!(known.to_string().contains("without variables"), "{known}");
        let exit = refused("exit");
        assert_eq!(exit.kind(), ErrorKind::NoEffect);
    }

    #[test]
    fn values_that_lost_their_quotes_are_stray_commands() {
        let file = GrubDefaults::parse(&format!("{NAME}=quiet splash\n"));
        assert_eq!(file.stray_commands()[0].name, "splash");
        assert_eq!(file.stray_commands()[0].line, 1);
        assert_eq!(file.value(NAME), Value::Unset);
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "# x\nif a; then b; fi\ncase $x in a|b) c=1;; *) d;; esac\n\
                      f() { echo 'x'; }\nGRUB_CMDLINE_LINUX_DEFAULT=\"a ${B:-c} $(d `e`)\" \\\n  # y\n\
                      for i in 1 2; do export Z=\"$i\"; done >/dev/null 2>&1 || exit\n";
        for end in 0..=sample.len() {
            let cut = sample.get(..end).unwrap();
            assert_eq!(GrubDefaults::parse(cut).to_string(), cut);
            let _ = set(cut);
        }
        assert!(GrubDefaults::parse(sample).fault().is_none());
        let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
        for _ in 0..5000 {
            let mut bytes = sample.as_bytes().to_vec();
            for _ in 0..4 {
                let random = numbers.number();
                let at = usize::try_from(random >> 40).unwrap() % bytes.len();
                bytes[at] = b"\"'`$(){}\\;&|#\n =<"[usize::try_from(random & 15).unwrap()];
            }
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(GrubDefaults::parse(&text).to_string(), text);
            if let Ok(edited) = set(&text) {
                assert_eq!(set(&edited), Ok(edited), "{text:?}");
            }
        }
    }
}
