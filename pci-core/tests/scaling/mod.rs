//! No input is slow: hostile texts of two sizes, through every public parser.
//!
//! The sizes suit each run of the tests; with `PASSTHRU_SCALING=BYTES` they are what one
//! likes, and each line of each sample is repeated, too.

mod measure;
mod parsers;
mod texts;

use std::time::Duration;

use testkit::environment;
use texts::Text;

/// How long the longer text is; the shorter is a quarter of that.
fn size() -> usize {
    wanted().unwrap_or(32 << 10)
}

fn wanted() -> Option<usize> {
    environment::number(environment::SCALING)
}

/// Both times, where the longer input takes longer than what is always allowed, and more
/// than twice as long as four of the shorter ones, each time that it is measured.
fn slow(long: impl Fn(), short: impl Fn()) -> Option<(Duration, Duration)> {
    let four = || (0..4).for_each(|_| short());
    let allowed = measure::allowed(size());
    let mut taken = measure::cpu_time(&long);
    if taken <= allowed {
        return None;
    }
    let mut expected = measure::cpu_time(four);
    for _ in 0..3 {
        taken = taken.min(measure::cpu_time(&long));
        expected = expected.min(measure::cpu_time(four));
        if taken <= allowed || taken < expected * 2 + measure::TICK {
            return None;
        }
    }
    Some((expected, taken))
}

#[test]
fn four_times_the_text_needs_four_times_as_long() {
    let more = texts::lines_of_samples().take_while(|_| wanted().is_some());
    let texts: Vec<Text> = texts::all().chain(more).collect();
    let mut found = Vec::new();
    for make in texts {
        let (long, short) = (make.of(size()), make.of(size() / 4));
        for (name, parse) in parsers::texts() {
            if let Some(times) = slow(|| parse(&long), || parse(&short)) {
                found.push(format!("{name}: {make:?}: {times:?}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn four_times_the_bytes_need_four_times_as_long() {
    let mut found = Vec::new();
    for block in texts::BLOCKS {
        let (long, short) = (block.repeat(size()), block.repeat(size() / 4));
        for (name, parse) in parsers::BYTES {
            if let Some(times) = slow(|| parse(&long), || parse(&short)) {
                found.push(format!("{name}: {block:?}: {times:?}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
