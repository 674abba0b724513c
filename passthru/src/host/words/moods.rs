//! Words that make a clause something other than a statement about the present, by class, in lower
//! case and in the languages in which people write. Each reader of sentences names the classes
//! that end a statement for it; words of one subject alone stay with their reader.

/// Negations. Verbs with `n't` are added by [`Clause::is_negated`](super::sentences::Clause).
pub(super) const NEGATION: &[&str] = &[
    "not",
    "no",
    "never",
    "nothing",
    "neither",
    "nor",
    "none",
    "nobody",
    "cannot",
    "n't",
    "barely",
    "hardly",
    "nicht",
    "kein",
    "keine",
    "nie",
    "nichts",
    "ne",
    "pas",
    "jamais",
    "rien",
    "non",
    "niente",
    "nunca",
    "nada",
    "não",
    "не",
    "нет",
    "不",
    "没",
    "未",
    "无",
    "ない",
    "ません",
];

/// The absence of a thing, before its name.
pub(super) const ABSENCE: &[&str] = &["without", "ohne", "sans", "sin", "senza", "без"];

/// Conditions.
pub(super) const CONDITION: &[&str] =
    &["if", "unless", "wenn", "si", "если", "なら", "れば", "たら"];

/// Cases that are not the present one.
pub(super) const CASE: &[&str] = &[
    "in case",
    "otherwise",
    "falls",
    "如果",
    "若",
    "假如",
    "否则",
    "以免",
];

/// Questions inside a statement.
pub(super) const QUESTION: &[&str] = &[
    "whether",
    "wonder",
    "wondering",
    "how to",
    "是否",
    "是不是",
    "能否",
    "吗",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "か?",
    "か？",
];

/// Another time, or an order of events.
pub(super) const TIME: &[&str] = &[
    "when", "once", "until", "after", "then", "bevor", "nachdem", "sobald", "bis", "当", "才",
];

/// The past, in a verb.
pub(super) const PAST: &[&str] = &["was", "were", "had", "war"];

/// The past, in another word.
pub(super) const FORMER: &[&str] = &[
    "before",
    "previously",
    "earlier",
    "formerly",
    "last",
    "vorher",
    "früher",
    "avant",
    "antes",
    "prima",
    "раньше",
    "之前",
    "以前",
    "原来",
    "原先",
    "曾",
];

/// An expected state.
pub(super) const EXPECTED: &[&str] = &[
    "should", "would", "supposed", "ideally", "soll", "sollte", "devrait", "应该", "はず",
];

/// A requirement, or advice.
pub(super) const REQUIRED: &[&str] = &[
    "must",
    "need",
    "needs",
    "needed",
    "has to be",
    "have to be",
    "make sure",
    "ensure",
    "check",
    "verify",
    "muss",
    "müssen",
    "doit",
    "doivent",
    "debe",
    "deben",
    "deve",
    "devono",
    "musi",
    "должен",
    "должна",
    "должно",
    "需",
    "必须",
    "必要",
    "确保",
    "确认",
    "建议",
    "最好",
    "才能",
    "方可",
    "即可",
    "便可",
    "就可以",
    "就能",
    "就会",
];

/// A possibility.
pub(super) const POSSIBLE: &[&str] = &[
    "may",
    "might",
    "could",
    "possible",
    "possibly",
    "potentially",
    "könnte",
    "возможно",
    "может быть",
    "可能",
    "かもしれ",
    "ことがあ",
    "場合があ",
];

/// An ability, or the future.
pub(super) const MODAL: &[&str] = &["can", "will", "wird", "werden", "быть"];

/// A guess.
pub(super) const GUESS: &[&str] = &[
    "maybe",
    "perhaps",
    "probably",
    "likely",
    "guess",
    "i think",
    "i believe",
    "suspect",
    "assume",
    "assuming",
    "not sure",
    "unsure",
    "seem",
    "seems",
    "apparently",
    "looks like",
    "vielleicht",
    "vermutlich",
    "wahrscheinlich",
    "peut-être",
    "sans doute",
    "quizás",
    "tal vez",
    "talvez",
    "наверное",
    "也许",
    "大概",
    "不知",
    "怀疑",
    "猜测",
    "看起来",
    "看似",
    "と思",
];

/// A hope.
pub(super) const HOPE: &[&str] = &[
    "hope",
    "hopefully",
    "hoping",
    "wish",
    "möchte",
    "hoffe",
    "voudrais",
    "希望",
    "想要",
];

/// An intention, or an attempt.
pub(super) const ATTEMPT: &[&str] = &["want", "wanted", "wants", "try", "trying", "tried"];

/// A purpose.
pub(super) const PURPOSE: &[&str] = &[
    "so that",
    "in order",
    "damit",
    "um zu",
    "pour que",
    "afin que",
    "para que",
    "affinché",
    "чтобы",
    "чтоб",
    "为了",
];

/// A concession.
pub(super) const CONCESSION: &[&str] = &[
    "although",
    "even though",
    "even if",
    "obwohl",
    "bien que",
    "aunque",
    "embora",
    "sebbene",
    "хотя",
    "即使",
    "虽然",
    "尽管",
];

/// The reader of a post.
pub(super) const READER: &[&str] = &["you", "your", "please", "请"];

/// Other people and their words.
pub(super) const OTHERS: &[&str] = &[
    "people",
    "others",
    "someone",
    "somebody",
    "anyone",
    "anybody",
    "everyone",
    "some users",
    "reportedly",
    "reported",
    "reports",
    "claim",
    "claims",
    "says",
    "said",
    "别人",
    "网上",
];

/// Several things, or the usual one: no statement about one device.
pub(super) const SEVERAL: &[&str] = &[
    "each",
    "every",
    "some",
    "most",
    "many",
    "usually",
    "often",
    "manche",
    "einige",
    "certaines",
    "algunas",
    "部分",
    "有些",
    "某些",
    "一般",
    "通常",
];
