//! What something depends on that a server need not do.

use serde::{Deserialize, Deserializer, Serialize};

use crate::evaluation::PathCondition;

/// What the listing of an entry depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditional {
    /// Whether a server lists it for whom nothing is set; none where the text does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// What may change that, sorted: options (`--write`), variables (`env:WRITE`), modules that need not be installed
    /// (`import:yaml`); empty where it is something else.
    pub by: Vec<String>,
}

impl Conditional {
    /// What is told of a condition; none where nothing has to hold.
    pub(super) fn of(there: &PathCondition) -> Option<Self> {
        let by = || there.causes().iter().map(ToString::to_string).collect();
        (!there.is_empty()).then(|| Self { default: there.by_default(), by: by() })
    }
}

/// The first format of the contract had `true` alone.
pub(super) fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Conditional>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Bare(bool),
        Whole(Conditional),
    }
    Ok(match Told::deserialize(value)? {
        Told::Bare(is_conditional) => is_conditional.then(Conditional::default),
        Told::Whole(conditional) => Some(conditional),
    })
}
