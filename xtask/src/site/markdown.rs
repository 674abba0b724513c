//! Text for pages of Markdown.

/// Text in which no word is taken for a tag of HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut is_code = false;
    let mut escaped = String::new();
    for c in text.chars() {
        is_code ^= c == '`';
        match c {
            '<' if !is_code => escaped.push_str("&lt;"),
            '*' | '_' | '[' | ']' if !is_code => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_emphasis_are_escaped_outside_of_code() {
        assert_eq!(escaped("<a> `<b>` c_d"), "&lt;a> `<b>` c\\_d");
    }
}
