//! The XML of a new domain, line by line, each with its purpose.

use crate::emitted::{EmittedFile, Line, Versions};

/// A file of XML; depths are in steps of two blanks.
pub(super) struct Xml {
    pub(super) file: EmittedFile,
}

impl Xml {
    pub(super) fn new(path: String) -> Self {
        Self {
            file: EmittedFile::new(path),
        }
    }

    pub(super) fn why(&mut self, depth: usize, text: impl AsRef<str>, why: &str) {
        self.line(depth, text.as_ref(), why, None);
    }

    pub(super) fn since(
        &mut self,
        depth: usize,
        text: impl AsRef<str>,
        why: &str,
        from: &'static str,
    ) {
        let versions = Some(Versions::from("libvirt", from));
        self.line(depth, text.as_ref(), why, versions);
    }

    pub(super) fn close(&mut self, depth: usize, text: &str) {
        self.line(depth, text, "", None);
    }

    fn line(&mut self, depth: usize, text: &str, why: &str, versions: Option<Versions>) {
        let line = Line::new(format!("{:1$}{text}", "", depth * 2), why);
        self.file.push(Line { versions, ..line });
    }
}
