//! The model of the host's processor: `Intel Xeon E5-2680 v4`.

use host_tree::{CommandText, HostTree};

use super::processor::{self, Processor};
use super::stated_processor;
use crate::host::named;
use crate::host::words::outputs;
use crate::host::words::sentences::LONGEST_TEXT;

/// The model that the running kernel shows, or the only one that lines of programs name, or the
/// only one that sentences name.
pub(super) fn read(tree: &dyn HostTree, maker: Processor) -> Option<String> {
    let file = tree.read_text(processor::FILE).found();
    let in_file = file.and_then(|text| text.lines().find_map(|line| of_line(line, maker)));
    let of = |text: &CommandText| -> Vec<String> {
        let lines = processor::lines(&text.text);
        lines.filter_map(|line| of_line(line, maker)).collect()
    };
    let stated = |text: &CommandText| -> Vec<String> {
        let lines = text
            .text
            .lines()
            .filter(|_| text.text.len() <= LONGEST_TEXT);
        let sentences = lines.flat_map(stated_processor::sentences);
        let found = sentences.flat_map(stated_processor::in_sentence);
        let own = found.filter(|(of, _)| *of == maker);
        own.filter_map(|(_, model)| model).collect()
    };
    let texts = tree.texts();
    let pasted = || outputs::pasted(texts).iter();
    in_file
        .or_else(|| only(&texts.iter().flat_map(of).collect::<Vec<_>>()))
        .or_else(|| only(&pasted().flat_map(stated).collect::<Vec<_>>()))
}

/// The longest of the models, if the others are a part of it: `E5-2680` of `E5-2680 v4`, `Ryzen 5600X`
/// of `Ryzen 5 5600X`.
fn only(models: &[String]) -> Option<String> {
    let longest = models.iter().max_by_key(|model| model.len())?.clone();
    let is_same = |model: &String| {
        let number = model.rsplit(' ').next().unwrap_or_default();
        longest.starts_with(model.as_str()) || longest.ends_with(number)
    };
    models.iter().all(is_same).then_some(longest)
}

/// The model in a line of a program.
fn of_line(line: &str, maker: Processor) -> Option<String> {
    let marks = ["(R)", "(TM)", "(tm)", " CPU "];
    let plain = marks
        .iter()
        .fold(line.to_owned(), |line, mark| line.replace(mark, " "));
    let found = named::processors(&plain).into_iter();
    let mut own = found.filter(|(of, _)| *of == maker);
    own.find_map(|(_, model)| model)
}

#[cfg(test)]
mod tests;
