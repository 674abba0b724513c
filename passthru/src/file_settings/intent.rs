//! What a step has to do to a file.

use host_tree::SettingChange;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::command_line::same_name;
use hostconf::boot::known_options::{Repeats, repeats};

use super::setting::items;

/// What a step that edits a file may take away there: by what was asked for, or found
/// wrong, and not by what came of it. In names `-` and `_` are the same, as they are to
/// the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intent {
    /// The setting goes, or gets another value.
    Changes {
        /// Its name.
        setting: String,
        /// Its value; `None` for any.
        from: Option<String>,
    },
    /// Values of the setting go elsewhere, or are put into another order; none is lost.
    Moves {
        /// Its name.
        setting: String,
    },
}

impl Intent {
    /// The setting of this name goes or changes, whatever it says.
    #[must_use]
    pub fn changes(setting: &str) -> Self {
        Self::Changes {
            setting: setting.to_owned(),
            from: None,
        }
    }

    /// The setting goes or changes where it says just this.
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

    /// What a change of kernel options has to take away, wherever they stand: what it
    /// removes, and other values of what it sets. Of lists that it puts together all items
    /// stay.
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

    /// Whether the change is one that is meant.
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
