//! The rules, one a file; this is the list of them in order of codes.

mod generic_top_level;
mod imports_src;
mod junk;
mod module_and_package;
mod module_name_mismatch;
mod name_taken_by_the_sdk;
mod no_modules;
mod no_script_named_like_the_project;
mod not_an_identifier;
mod not_src_layout;
mod package_without_init;
mod path_trouble;
mod script_attribute_missing;
mod script_is_coroutine;
mod script_module_missing;
mod script_needs_arguments;
mod secret_file_shipped;
mod shadows_a_real_module;
mod stray_file_at_top_level;
mod symlink_leaves_tree;
mod unimportable_path;
mod unknown_key;
mod unreadable_value;
mod wheel_differs_from_sdist_build;

use crate::rule::Rule;

/// Every rule, in order of codes.
pub static ALL: &[&Rule] = &[
    &script_module_missing::RULE,
    &script_attribute_missing::RULE,
    &script_is_coroutine::RULE,
    &script_needs_arguments::RULE,
    &no_script_named_like_the_project::RULE,
    &not_src_layout::RULE,
    &imports_src::RULE,
    &generic_top_level::RULE,
    &junk::RULE,
    &unimportable_path::RULE,
    &package_without_init::RULE,
    &stray_file_at_top_level::RULE,
    &no_modules::RULE,
    &symlink_leaves_tree::RULE,
    &path_trouble::RULE,
    &wheel_differs_from_sdist_build::RULE,
    &module_and_package::RULE,
    &unknown_key::RULE,
    &unreadable_value::RULE,
    &module_name_mismatch::RULE,
    &shadows_a_real_module::RULE,
    &not_an_identifier::RULE,
    &name_taken_by_the_sdk::RULE,
    &secret_file_shipped::RULE,
];

/// The rules that speak when `pyproject.toml` is not TOML at all.
pub static UNREADABLE: &[&Rule] = &[&unreadable_value::RULE];
