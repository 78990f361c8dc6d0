//! The rules, one a file; this is the list of them in order of codes.

mod imports_src;
mod no_script_named_like_the_project;
mod script_attribute_missing;
mod script_is_coroutine;
mod script_module_missing;
mod script_needs_arguments;
mod unknown_key;
mod unreadable_value;

use crate::rule::Rule;

/// Every rule, in order of codes.
pub static ALL: &[&Rule] = &[
    &script_module_missing::RULE,
    &script_attribute_missing::RULE,
    &script_is_coroutine::RULE,
    &script_needs_arguments::RULE,
    &no_script_named_like_the_project::RULE,
    &imports_src::RULE,
    &unknown_key::RULE,
    &unreadable_value::RULE,
];

/// The rules that speak when `pyproject.toml` is not TOML at all.
pub static UNREADABLE: &[&Rule] = &[&unreadable_value::RULE];
