//! The Pythons that `requires-python` admits, and those that the code runs on, there and on which systems.

pub(super) mod classifier_contradicts_floor;
pub(super) mod floor_below_dependency;
pub(super) mod keyword_newer;
pub(super) mod platform_only;
pub(super) mod requires_python_missing;
pub(super) mod requires_python_odd;
pub(super) mod stdlib_module_newer;
pub(super) mod stdlib_name_newer;
pub(super) mod stdlib_removed;
pub(super) mod syntax_newer_than_floor;
pub(super) mod tool_targets_differ;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &syntax_newer_than_floor::RULE,
    &stdlib_module_newer::RULE,
    &stdlib_name_newer::RULE,
    &stdlib_removed::RULE,
    &floor_below_dependency::RULE,
    &requires_python_missing::RULE,
    &requires_python_odd::RULE,
    &classifier_contradicts_floor::RULE,
    &keyword_newer::RULE,
    &tool_targets_differ::RULE,
    &platform_only::RULE,
];
