//! A program that answers questions, one per line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A program that answers one line for each line, in hex digits.
pub struct Reader {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Reader {
    /// Starts the program.
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    /// Its reading of `text`, or its error message.
    pub fn read(&mut self, text: &str) -> Result<String, String> {
        self.line(text, "")
    }

    /// Its answer to the question `word` about `text`.
    pub fn ask(&mut self, word: &str, text: &str) -> Result<String, String> {
        self.line(text, &format!("{word} "))
    }

    fn line(&mut self, text: &str, before: &str) -> Result<String, String> {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        writeln!(self.input, "{before}{hex}").unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the reader ended on {text:?}");
        let line = line.trim_end();
        if let Some(why) = line.strip_prefix("refused: ") {
            return Err(why.to_owned());
        }
        let bytes = (0..line.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(line.get(at..at + 2).unwrap(), 16).unwrap());
        Ok(String::from_utf8(bytes.collect()).unwrap())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
