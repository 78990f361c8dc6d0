//! What the project requires, and what it imports.

pub(super) mod direct_url;
pub(super) mod import_provided_only_by_an_extra;
pub(super) mod invalid_requirement;
pub(super) mod lock_contradicts_requirement;
pub(super) mod lock_incomplete;
pub(super) mod lock_unusable;
pub(super) mod pkg_resources_gone;
pub(super) mod same_name_twice;
pub(super) mod sdk_floor_too_low;
pub(super) mod sdk_no_upper_bound;
pub(super) mod sdk_pinned_exactly;
pub(super) mod sdk_range_breaks_import;
pub(super) mod sdk_release_does_not_start;
pub(super) mod self_dependency;
pub(super) mod stdlib_as_dependency;
pub(super) mod tool_in_runtime_deps;
pub(super) mod transitive_import;
pub(super) mod undeclared_import;
pub(super) mod unknown_to_the_sdk;
pub(super) mod unsatisfiable_specifier;
pub(super) mod unused_dependency;
pub(super) mod wrong_distribution_name;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &undeclared_import::RULE,
    &transitive_import::RULE,
    &import_provided_only_by_an_extra::RULE,
    &sdk_range_breaks_import::RULE,
    &sdk_floor_too_low::RULE,
    &wrong_distribution_name::RULE,
    &stdlib_as_dependency::RULE,
    &direct_url::RULE,
    &sdk_pinned_exactly::RULE,
    &unsatisfiable_specifier::RULE,
    &invalid_requirement::RULE,
    &same_name_twice::RULE,
    &unused_dependency::RULE,
    &tool_in_runtime_deps::RULE,
    &self_dependency::RULE,
    &sdk_no_upper_bound::RULE,
    &sdk_release_does_not_start::RULE,
    &unknown_to_the_sdk::RULE,
    &pkg_resources_gone::RULE,
    &lock_unusable::RULE,
    &lock_contradicts_requirement::RULE,
    &lock_incomplete::RULE,
];
