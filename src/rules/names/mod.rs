//! What the project, its module and the names of others have in common.

pub(super) mod invalid_project_name;
pub(super) mod module_name_mismatch;
pub(super) mod name_taken_by_the_sdk;
pub(super) mod not_an_identifier;
pub(super) mod shadows_a_real_module;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &module_name_mismatch::RULE,
    &shadows_a_real_module::RULE,
    &invalid_project_name::RULE,
    &not_an_identifier::RULE,
    &name_taken_by_the_sdk::RULE,
];
