//! Parts of texts: addresses, messages, prose.

pub(crate) mod addresses_in;
pub(super) mod bound;
pub(super) mod complaint;
pub(super) mod good_news;
pub(super) mod lines_with;
pub(super) mod messages;
pub(super) mod prose;
pub(super) mod rom_parser;
mod sentences;
pub(super) mod source_code;
pub(super) mod symptoms;
pub(super) mod told;

/// The numbers of the lines with sentences that report a symptom or good news.
pub(crate) fn lines_of_reports(text: &str) -> Vec<u32> {
    let text = [host_tree::CommandText {
        command: String::new(),
        text: text.to_owned(),
    }];
    let symptoms = symptoms::read(&text).into_iter();
    let news = good_news::read(&text);
    let symptoms = symptoms.filter_map(|fact| fact.evidence.line);
    symptoms
        .chain(news.iter().filter_map(|news| news.shown().line))
        .collect()
}
