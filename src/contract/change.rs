//! One change of a contract, and what several come to.

use std::fmt;

use serde::Serialize;

/// What a change means for those who rely on the contract, in ascending order of its gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeLevel {
    /// Whether it breaks anybody cannot be told.
    Unknown,
    /// It breaks nobody and offers nothing new.
    Patch,
    /// It offers more.
    Minor,
    /// It breaks those who rely on what was.
    Major,
}

impl ChangeLevel {
    /// The word that users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The part of a version that has to grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// None.
    None,
    /// The third.
    Patch,
    /// The second.
    Minor,
    /// The first.
    Major,
}

/// What changed: the server, or one of what it offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSubject {
    /// `server`, `script`, `variable`, `tool`, `prompt`, `resource` or `template`.
    pub kind: &'static str,
    /// Its name or address; empty for the server.
    pub name: String,
}

impl fmt::Display for ChangeSubject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => formatter.write_str(self.kind),
            name => write!(formatter, "{} `{name}`", self.kind),
        }
    }
}

/// One difference between two contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractChange {
    /// What it is, in kebab case; never renamed: `parameter-removed`.
    pub kind: String,
    /// What changed.
    pub subject: ChangeSubject,
    /// Where in the entry, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What happened: a phrase, or what is said of the subject (`is gone`).
    pub message: String,
    /// What it means.
    pub class: ChangeLevel,
    /// Whether agents may behave otherwise though nothing breaks: they choose by texts and leave defaults to the server.
    pub warning: bool,
}

impl fmt::Display for ContractChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_the_whole = ["is ", "may ", "stands "].iter().any(|verb| self.message.starts_with(verb));
        let joint = if of_the_whole { "" } else { ":" };
        write!(formatter, "{}{joint} {}", self.subject, self.message)
    }
}

/// A change that agents do not notice unless it breaks them.
pub(super) fn change(
    subject: &ChangeSubject,
    kind: &str,
    pointer: &str,
    class: ChangeLevel,
    message: String,
) -> ContractChange {
    ContractChange {
        kind: kind.to_owned(),
        subject: subject.clone(),
        pointer: pointer.to_owned(),
        message,
        class,
        warning: false,
    }
}

/// What the changes require; what is unknown requires nothing.
pub fn bump(changes: &[ContractChange]) -> Bump {
    let of = |change: &ContractChange| match change.class {
        ChangeLevel::Unknown => Bump::None,
        ChangeLevel::Patch => Bump::Patch,
        ChangeLevel::Minor => Bump::Minor,
        ChangeLevel::Major => Bump::Major,
    };
    changes.iter().map(of).max().unwrap_or(Bump::None)
}
