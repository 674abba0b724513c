//! The input itself: messages, commands, contradictions.

pub(super) mod circumstances;
pub(super) mod commands;
pub(super) mod disagreement;
pub(super) mod empty_outputs;
pub(super) mod explanations;
pub(super) mod good_news;
pub(super) mod images;
pub(super) mod input;
pub(super) mod known_reports;
mod locked_memory;
pub(super) mod message_remedies;
pub(super) mod messages;
mod missing_reset;
mod pulled_card;
pub(super) mod ready;
pub(super) mod requested_devices;
pub(super) mod similar_names;
pub(super) mod situation;
mod subjects;
mod virtual_function_driver;
