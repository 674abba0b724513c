//! Several sentences, or values, in one sentence.

use super::{Argument, IntoArgument, Text, text};

impl Text {
    /// This sentence and then another, between them a semicolon.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        text!("{sentence}; {next}", sentence = self, next)
    }

    /// A value that is the same in every language.
    pub(crate) fn value(value: impl Into<String>) -> Self {
        let value: String = value.into();
        text!("{value}", value)
    }

    /// This text, and below it an item of a list.
    #[must_use]
    pub(crate) fn item(&self, item: &Self) -> Self {
        text!("{list}\n  - {item}", list = self, item)
    }
}

/// The items between commas.
pub(crate) fn listed<T: IntoArgument>(items: impl IntoIterator<Item = T>) -> Text {
    joined(items, |list, item| text!("{list}, {item}", list, item))
}

/// The items with `and` between them.
pub(crate) fn all_of<T: IntoArgument>(items: impl IntoIterator<Item = T>) -> Text {
    joined(items, |list, item| text!("{list} and {item}", list, item))
}

/// The items with `or` between them.
pub(crate) fn any_of<T: IntoArgument>(items: impl IntoIterator<Item = T>) -> Text {
    joined(items, |list, item| text!("{list} or {item}", list, item))
}

fn joined<T: IntoArgument>(
    items: impl IntoIterator<Item = T>,
    join: impl Fn(&Text, &Text) -> Text,
) -> Text {
    let item = |item: T| match item.argument() {
        Argument::Text(text) => text,
        Argument::Characters(characters) => text!("{characters}", characters),
    };
    let mut items = items.into_iter().map(item);
    let first = items.next().unwrap_or_else(|| Text::of_table(""));
    items.fold(first, |list, item| join(&list, &item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_joined_by_words_of_the_language() {
        assert_eq!(listed(["a", "b", "c"]), "a, b, c");
        assert_eq!(all_of(["a", "b"]), "a and b");
        assert_eq!(any_of([text!("a")]), "a");
        assert_eq!(listed::<&str>([]), "");
    }
}
