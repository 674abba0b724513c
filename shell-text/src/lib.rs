//! A reader of POSIX shell scripts that does not run them: simple commands, their words, quoting,
//! and the place of each in the text.
//!
//! ```
//! let text = "exec qemu-system-x86_64 -m '4G' \"$@\"\n";
//! let script = shell_text::read(text);
//! let words = &script.commands[0].words;
//! assert_eq!(words[3].literal(text).as_deref(), Some("4G"));
//! // Only a shell knows the value of "$@".
//! assert_eq!(words[4].literal(text), None);
//! ```

mod error;
mod line_numbers;
mod script;
mod word;

pub use error::{Error, ErrorKind};
pub use line_numbers::Lines;
pub use script::{Assignment, Command, Script, assignment, read};
pub use word::{Part, Quote, Segment, Word, characters, is_variable_name};
