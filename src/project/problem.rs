//! What is wrong with the form of `pyproject.toml`; the rules put it into words.
//!
//! Faults of a value's own grammar are not here: they lie where the value lies, as an `Err`.

use super::faults::Fault;
use crate::spec::wheel_tag::WheelTagFault;
use crate::text::Span;

/// A fault of form and where it stands in `pyproject.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ProblemKind,
}

/// A fault of form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file is not TOML.
    Syntax(Fault),
    /// The bytes are not UTF-8, as TOML must be.
    NotUtf8,
    /// A key that must be there is not; the span is its table's.
    Missing {
        /// The key, dotted: `project.name`.
        key: &'static str,
    },
    /// The project is described in `[tool.poetry]` alone; the span is that table's.
    PoetryTable,
    /// A value of the wrong kind.
    WrongType {
        /// The key, dotted.
        key: String,
        /// `a string`, `an array of strings`, ...
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A character that may not stand in a value of one line.
    ControlCharacter {
        /// The key, dotted.
        key: String,
        /// The character.
        character: char,
    },
    /// A key that means nothing in its table.
    UnknownKey {
        /// The table, dotted: `project`.
        table: String,
        /// The key.
        key: String,
        /// The keys that the table knows.
        known: Vec<&'static str>,
        /// Those of them that are not there yet.
        free: Vec<&'static str>,
    },
    /// A table in a group of entry points: the dots of the group's name were read as tables.
    UnquotedGroup {
        /// The group's name with its dots.
        group: String,
    },
    /// A string that is none of the words allowed.
    UnknownWord {
        /// The key, dotted.
        key: String,
        /// The word.
        word: String,
        /// The words allowed.
        known: &'static [&'static str],
    },
    /// What is to be a variable's name, and is none that a shell can set.
    VariableName {
        /// The name.
        name: String,
    },
    /// A path of a setting that does not stay inside the project.
    Path {
        /// The key, dotted.
        key: String,
        /// The path.
        path: String,
    },
    /// A wheel's tag that is none.
    Tag {
        /// The tag.
        tag: String,
        /// Why.
        fault: WheelTagFault,
    },
    /// A table of which exactly one of two keys must be there: `readme` and `license`.
    OneOf {
        /// The table, dotted.
        table: &'static str,
        /// The two keys.
        keys: [&'static str; 2],
        /// Whether both are there, or else none.
        both: bool,
    },
}
