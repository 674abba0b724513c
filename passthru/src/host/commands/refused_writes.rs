//! Writes to files of sysfs that the kernel refused: the shell names only the error
//! (`bash: echo: write error: Invalid argument`), the command above it names the file.

use super::LONGEST_LINE;
use crate::prompt::Prompt;

/// So many lines above an error its command is looked for: a loop prints several.
const REACH: usize = 6;

/// Text of shells before the error: bash in several languages, and zsh.
const MARKS: [&str; 5] = [
    "write error: ",
    "Schreibfehler: ",
    "写错误: ",
    "写入错误: ",
    "erreur d'écriture",
];

/// Errors of the kernel in the C locale, and as glibc names them in other languages.
const ERRORS: [(&str, &[&str]); 9] = [
    (
        "No such device",
        &[
            "Kein passendes Gerät gefunden",
            "Das Gerät ist nicht vorhanden",
            "没有那个设备",
            "Aucun périphérique de ce type",
        ],
    ),
    (
        NO_ENTRY,
        &[
            "Datei oder Verzeichnis nicht gefunden",
            "没有那个文件或目录",
            "Aucun fichier ou dossier de ce type",
        ],
    ),
    (
        "Device or resource busy",
        &[
            "Das Gerät oder die Ressource ist belegt",
            "设备或资源忙",
            "Périphérique ou ressource occupé",
        ],
    ),
    (
        "Invalid argument",
        &[
            "Das Argument ist ungültig",
            "无效的参数",
            "Argument invalide",
        ],
    ),
    (
        "Numerical result out of range",
        &[
            "Das numerische Ergebnis ist außerhalb des gültigen Bereichs",
            "数值结果超出范围",
        ],
    ),
    (
        "Cannot allocate memory",
        &["Nicht genügend Hauptspeicher verfügbar", "无法分配内存"],
    ),
    (
        "No space left on device",
        &[
            "Auf dem Gerät ist kein Speicherplatz mehr verfügbar",
            "设备上没有空间",
            "Aucun espace disponible sur le périphérique",
        ],
    ),
    (
        IO_ERROR,
        &[
            "Eingabe-/Ausgabefehler",
            "输入/输出错误",
            "Erreur d'entrée/sortie",
        ],
    ),
    (
        "File exists",
        &["Die Datei existiert bereits", "文件已存在"],
    ),
];

const NO_ENTRY: &str = "No such file or directory";
const IO_ERROR: &str = "Input/output error";

/// File names that occur only in sysfs.
const FILES: [&str; 6] = [
    "sriov_numvfs",
    "driver_override",
    "drivers_probe",
    "new_id",
    "remove_id",
    "reset_method",
];

/// The file to which a word of the trace belongs.
const FRAMEBUFFER: &str = "/sys/bus/platform/drivers/efi-framebuffer/unbind";

/// The newest command that writes to sysfs, of a text that is read line by line.
#[derive(Default)]
pub(in crate::host) struct Writes<'a> {
    /// The command up to the file, and how many lines ago it was.
    last: Option<(&'a str, usize)>,
}

impl<'a> Writes<'a> {
    /// Reads the next line. For the error of a write to a known file, returns the command and its
    /// error in the form of `tee`: `…/vfio-pci/bind: Invalid argument`.
    pub(in crate::host) fn read(&mut self, line: &'a str) -> Option<String> {
        if line.len() > LONGEST_LINE {
            self.last = None;
            return None;
        }
        if let Some((_, ago)) = &mut self.last {
            *ago += 1;
        }
        if let Some(command) = command(line) {
            self.last = Some((command, 0));
            return None;
        }
        if let Some(traced) = traced(line) {
            let is_framebuffer = traced.starts_with("echo efi-framebuffer.");
            self.last = is_framebuffer.then_some((FRAMEBUFFER, 0));
            return None;
        }
        let Some(error) = error(line) else {
            if Prompt::read(line).is_some() {
                self.last = None;
            }
            return None;
        };
        let (command, _) = self.last.filter(|(_, ago)| *ago <= REACH)?;
        // `tee` prints the same if the file does not exist, or the disk fails.
        let mark = if [NO_ENTRY, IO_ERROR].contains(&error) {
            "write error: "
        } else {
            ""
        };
        Some(format!("{command}: {mark}{error}"))
    }
}

/// The command that writes to a file of sysfs, up to the end of the file's name.
fn command(line: &str) -> Option<&str> {
    let after_tee = || Some(line.rfind("tee ")? + "tee ".len());
    let at = line.rfind('>').map(|at| at + 1).or_else(after_tee)?;
    let rest = line.get(at..)?;
    let target = rest.trim_start_matches([' ', '"', '\'']);
    let target = target.strip_prefix("-a ").unwrap_or(target);
    let start = line.len().checked_sub(target.len())?;
    let end = target.find(|c: char| c.is_whitespace() || "\"'`;|&)’".contains(c));
    let path = target.get(..end.unwrap_or(target.len()))?;
    let name = path.rsplit('/').next()?;
    let is_file = path.starts_with("/sys/") || FILES.contains(&name);
    is_file.then(|| line.get(..start + path.len()))?
}

/// The command of a line that a shell traces (`set -x`), which has no redirection.
fn traced(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('+')?;
    rest.trim_start_matches('+').strip_prefix(' ')
}

/// The error after a shell's mark in the line.
fn error(line: &str) -> Option<&'static str> {
    let (_, sentence) = MARKS.iter().find_map(|mark| line.split_once(mark))?;
    let sentence = sentence.trim_start_matches([':', ' ', '\u{a0}', '\u{202f}']);
    let starts = |words: &str| {
        let start = sentence.get(..words.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(words))
    };
    let mut errors = ERRORS.iter();
    let found =
        errors.find(|(words, others)| starts(words) || others.iter().any(|words| starts(words)))?;
    Some(found.0)
}

#[cfg(test)]
mod tests;
