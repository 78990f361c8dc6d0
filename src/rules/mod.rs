//! The rules, one a file; this is the list of them in order of codes.

mod unknown_key;
mod unreadable_value;

use crate::rule::Rule;

/// Every rule, in order of codes.
pub static ALL: &[&Rule] = &[
    &unknown_key::RULE,
    &unreadable_value::RULE,
];

/// The rules that speak when `pyproject.toml` is not TOML at all.
pub static UNREADABLE: &[&Rule] = &[&unreadable_value::RULE];
