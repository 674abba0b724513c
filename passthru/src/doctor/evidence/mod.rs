//! The input itself: messages, commands, contradictions.

pub(super) mod asked;
pub(super) mod commands;
pub(super) mod disagreement;
pub(super) mod input;
pub(super) mod messages;
pub(super) mod ready;
pub(super) mod reported;
pub(super) mod similar_names;
