//! Intended effect of a step on a file.

use host_tree::SettingChange;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::command_line::same_name;
use hostconf::boot::known_options::{Repeats, repeats};

use super::setting::items;

/// A change that a step may make to a file: by the request or by a finding, not by the result. In
/// names `-` and `_` are equal, as for the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intent {
    /// The setting is removed or gets another value.
    Changes {
        /// Its name.
        setting: String,
        /// Its value; `None` for any.
        from: Option<String>,
    },
    /// Values of the setting are moved or reordered; none is lost.
    Moves {
        /// Its name.
        setting: String,
    },
}

impl Intent {
    /// The setting of this name is removed or changed, for any value.
    #[must_use]
    pub fn changes(setting: &str) -> Self {
        Self::Changes {
            setting: setting.to_owned(),
            from: None,
        }
    }

    /// The setting is removed or changed if it has exactly this value.
    #[must_use]
    pub fn changes_from(setting: &str, from: &str) -> Self {
        Self::Changes {
            setting: setting.to_owned(),
            from: Some(from.to_owned()),
        }
    }

    /// The setting's values go elsewhere.
    #[must_use]
    pub fn moves(setting: &str) -> Self {
        Self::Moves {
            setting: setting.to_owned(),
        }
    }

    /// The setting's name.
    pub(super) fn setting(&self) -> &str {
        match self {
            Self::Changes { setting, .. } | Self::Moves { setting } => setting,
        }
    }

    /// The intents of a change of kernel options, for any place: its removals, and other values of
    /// the options that it sets. All items of merged lists remain.
    #[must_use]
    pub fn of_options(change: &OptionsChange) -> Vec<Self> {
        let mut intents = Vec::new();
        let mut joined: Vec<(&str, Vec<String>)> = Vec::new();
        for option in &change.put {
            match repeats(option.name()) {
                Some(Repeats::Last) => intents.push(Self::changes(option.name())),
                Some(Repeats::List) => {
                    intents.push(Self::moves(option.name()));
                    joined.push((option.name(), items(option.name(), option.value())));
                }
                Some(Repeats::Words | Repeats::Each) | None => {}
            }
        }
        for option in &change.remove {
            for item in items(option.name(), option.value()) {
                let mut lists = joined.iter();
                let stays = lists
                    .any(|(name, items)| same_name(name, option.name()) && items.contains(&item));
                if !stays {
                    intents.push(Self::changes_from(option.name(), &item));
                }
            }
        }
        for (name, item) in &change.remove_items {
            for item in items(name, Some(item)) {
                intents.push(Self::changes_from(name, &item));
            }
        }
        intents
    }

    /// Whether the change is intended.
    pub(super) fn covers(&self, change: &SettingChange) -> bool {
        match self {
            Self::Changes { setting, from } => {
                let is_from = from.as_ref().is_none_or(|from| *from == change.before);
                is_from && same_name(setting, &change.setting)
            }
            Self::Moves { setting } => {
                let stays = change.moved || change.after.is_none();
                stays && same_name(setting, &change.setting)
            }
        }
    }
}
