//! Splitting of the program's own tables. A start of the command reads thousands of short values, for
//! which the search of `str::split` costs more than the values.

/// The parts of a text between marks, as `str::split` returns them. The mark is an ASCII character.
pub(crate) fn split(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(mark, text.as_bytes()).chain([text.len()]);
    ends.scan(0, |start, end| {
        let part = text.get(*start..end);
        *start = end + 1;
        part
    })
}

#[cfg(test)]
mod tests;
