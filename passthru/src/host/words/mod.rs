//! Parts of texts: addresses, messages, prose.

pub(crate) mod addresses_in;
pub(super) mod attempts;
pub(super) mod bound;
mod branded;
pub(super) mod causes;
pub(super) mod class_words;
pub(super) mod complaint;
pub(super) mod device_kind;
pub(super) mod done;
pub(crate) mod driver_first;
pub(super) mod driver_tables;
pub(super) mod expected;
pub(super) mod good_news;
pub(crate) mod guest_failure;
pub(super) mod guide;
pub(super) mod images;
pub(super) mod known_facts;
pub(super) mod lines_with;
pub(super) mod lsusb;
pub(super) mod messages;
pub(super) mod messages_of_others;
pub(super) mod named_cards;
pub(crate) mod named_phrases;
mod no_guests;
pub(super) mod outputs;
pub(super) mod phrases;
pub(super) mod prose;
pub(super) mod quoted_messages;
pub(crate) mod rebuilt;
pub(super) mod rom_parser;
pub(super) mod sentences;
pub(crate) mod situation;
pub(crate) mod solved;
pub(super) mod source_code;
pub(super) mod stated_isolation;
pub(super) mod statements;
pub(crate) mod subject;
pub(super) mod surveyed;
pub(super) mod symptoms;
mod trigrams;
pub(super) mod typed_devices;
mod word_index;

/// The numbers of the lines with sentences that report a symptom or good news, and of the
/// first one about an assignment.
pub(crate) fn lines_of_reports(text: &str) -> Vec<u32> {
    let text = [host_tree::CommandText::new(String::new(), text)];
    let posts = sentences::Posts::read(&text);
    let symptoms = symptoms::read(&posts).into_iter();
    let news = good_news::read(&posts);
    let symptoms = symptoms.filter_map(|fact| fact.evidence.line);
    let subject = subject::read(&posts).shown;
    let failure = guest_failure::read(&posts, &[]).map(|found| found.evidence);
    let known = known_facts::read(&posts, &[]).named;
    let known = known.iter().filter_map(|fact| fact.evidence.line);
    let known: Vec<u32> = known.collect();
    symptoms
        .chain(
            [subject, failure]
                .into_iter()
                .flatten()
                .filter_map(|shown| shown.line),
        )
        .chain(news.iter().filter_map(|news| news.shown().line))
        .chain(known)
        .collect()
}
