//! The rules, one a file; this is the list of them in order of codes.

mod asyncio_run_of_sync;
mod author;
mod breaking_change;
mod build_info_without_package;
mod build_system;
mod classifier_contradicts_floor;
mod classifier_unknown;
mod coroutine_not_awaited;
mod credentials_in_url;
mod data_file_not_shipped;
mod data_overwrites;
mod declaration_contradicts_itself;
mod description_content_type;
mod direct_url;
mod duplicate_contents;
mod duplicate_tool;
mod entry_never_starts_a_server;
mod exits_at_import;
mod floor_below_dependency;
mod folder_among_scripts;
mod generic_secret;
mod generic_top_level;
mod identifier_without_script;
mod import_names;
mod import_provided_only_by_an_extra;
mod imports_src;
mod incomplete_channel;
mod index_credentials;
mod invalid_pattern;
mod invalid_project_name;
mod invalid_requirement;
mod junk;
mod keyword_newer;
mod keyword_with_comma;
mod large_file;
mod license_classifier_with_expression;
mod license_expression_invalid;
mod license_file_missing;
mod license_file_unusable;
mod listed_variables_differ;
mod local_segment;
mod logging_to_stdout;
mod mcp_name_marker;
mod module_and_package;
mod module_name_mismatch;
mod name_taken_by_the_sdk;
mod native_code;
mod no_description;
mod no_modules;
mod no_script_named_like_the_project;
mod not_an_identifier;
mod not_pep440;
mod not_python;
mod not_semver;
mod not_src_layout;
mod own_import_missing;
mod package_without_init;
mod path_trouble;
mod pattern_without_match;
mod print_to_stdout;
mod private_key_block;
mod provider_key;
mod python_m_without_dunder_main;
mod readme_command;
mod readme_does_not_render;
mod readme_missing_or_outside;
mod reads_stdin;
mod relative_link_in_readme;
mod required_differs;
mod requires_python_missing;
mod requires_python_odd;
mod reserved_parameter;
mod same_name_twice;
mod script_attribute_missing;
mod script_by_path_with_relative_import;
mod script_grammar;
mod script_is_coroutine;
mod script_module_missing;
mod script_name_conflict;
mod script_needs_arguments;
mod sdk_floor_too_low;
mod sdk_no_upper_bound;
mod sdk_pinned_exactly;
mod sdk_range_breaks_import;
mod sdk_release_does_not_start;
mod secret_file_shipped;
mod secret_not_marked;
mod self_dependency;
mod server_json_drift;
mod server_json_invalid;
mod server_name_differs;
mod several_unrelated_top_levels;
mod shadows_a_real_module;
mod static_and_dynamic;
mod stdlib_as_dependency;
mod stdlib_module_newer;
mod stdlib_name_newer;
mod stdlib_removed;
mod stdout_write;
mod stray_file_at_top_level;
mod subprocess_inherits_stdin;
mod summary;
mod symlink_leaves_tree;
mod syntax_newer_than_floor;
mod tag_differs;
mod tool_in_runtime_deps;
mod tool_name;
mod tool_targets_differ;
mod tools_never_registered;
mod transitive_import;
mod uncalled_decorator;
mod undeclared_import;
mod undeclared_variable;
mod unfulfilled_dynamic;
mod unimportable_path;
mod unknown_contents;
mod unknown_key;
mod unread_settings;
mod unread_variable;
mod unreadable_value;
mod unsatisfiable_specifier;
mod unschemable_type;
mod unsupported_signature;
mod untyped_parameter;
mod unused_dependency;
mod unused_suppression;
mod urls;
mod version_drift;
mod wheel_differs_from_sdist_build;
mod wrong_distribution_name;
mod zero_or_dev;

use crate::rule::Rule;
use crate::text::closest;

/// Every rule, in order of codes.
pub static ALL: &[&Rule] = &[
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
    &script_module_missing::RULE,
    &script_attribute_missing::RULE,
    &script_is_coroutine::RULE,
    &coroutine_not_awaited::RULE,
    &asyncio_run_of_sync::RULE,
    &script_needs_arguments::RULE,
    &script_grammar::RULE,
    &no_script_named_like_the_project::RULE,
    &python_m_without_dunder_main::RULE,
    &script_by_path_with_relative_import::RULE,
    &script_name_conflict::RULE,
    &entry_never_starts_a_server::RULE,
    &own_import_missing::RULE,
    &undeclared_variable::RULE,
    &unread_variable::RULE,
    &required_differs::RULE,
    &secret_not_marked::RULE,
    &declaration_contradicts_itself::RULE,
    &listed_variables_differ::RULE,
    &not_src_layout::RULE,
    &imports_src::RULE,
    &generic_top_level::RULE,
    &several_unrelated_top_levels::RULE,
    &junk::RULE,
    &unimportable_path::RULE,
    &package_without_init::RULE,
    &data_file_not_shipped::RULE,
    &stray_file_at_top_level::RULE,
    &no_modules::RULE,
    &large_file::RULE,
    &symlink_leaves_tree::RULE,
    &path_trouble::RULE,
    &duplicate_contents::RULE,
    &wheel_differs_from_sdist_build::RULE,
    &module_and_package::RULE,
    &pattern_without_match::RULE,
    &not_python::RULE,
    &build_info_without_package::RULE,
    &unknown_contents::RULE,
    &native_code::RULE,
    &folder_among_scripts::RULE,
    &data_overwrites::RULE,
    &license_file_missing::RULE,
    &license_expression_invalid::RULE,
    &license_classifier_with_expression::RULE,
    &readme_missing_or_outside::RULE,
    &readme_does_not_render::RULE,
    &relative_link_in_readme::RULE,
    &readme_command::RULE,
    &mcp_name_marker::RULE,
    &server_json_drift::RULE,
    &server_json_invalid::RULE,
    &summary::RULE,
    &classifier_unknown::RULE,
    &urls::RULE,
    &author::RULE,
    &static_and_dynamic::RULE,
    &unknown_key::RULE,
    &description_content_type::RULE,
    &build_system::RULE,
    &unreadable_value::RULE,
    &import_names::RULE,
    &unfulfilled_dynamic::RULE,
    &invalid_pattern::RULE,
    &keyword_with_comma::RULE,
    &license_file_unusable::RULE,
    &incomplete_channel::RULE,
    &server_name_differs::RULE,
    &identifier_without_script::RULE,
    &unread_settings::RULE,
    &module_name_mismatch::RULE,
    &shadows_a_real_module::RULE,
    &invalid_project_name::RULE,
    &not_an_identifier::RULE,
    &name_taken_by_the_sdk::RULE,
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
    &provider_key::RULE,
    &generic_secret::RULE,
    &private_key_block::RULE,
    &secret_file_shipped::RULE,
    &credentials_in_url::RULE,
    &index_credentials::RULE,
    &print_to_stdout::RULE,
    &stdout_write::RULE,
    &logging_to_stdout::RULE,
    &subprocess_inherits_stdin::RULE,
    &reads_stdin::RULE,
    &exits_at_import::RULE,
    &unused_suppression::RULE,
    &tool_name::RULE,
    &duplicate_tool::RULE,
    &unsupported_signature::RULE,
    &no_description::RULE,
    &untyped_parameter::RULE,
    &unschemable_type::RULE,
    &breaking_change::RULE,
    &reserved_parameter::RULE,
    &uncalled_decorator::RULE,
    &tools_never_registered::RULE,
    &not_pep440::RULE,
    &not_semver::RULE,
    &version_drift::RULE,
    &local_segment::RULE,
    &zero_or_dev::RULE,
    &tag_differs::RULE,
];

/// The rules that speak when `pyproject.toml` is not TOML at all.
pub static UNREADABLE: &[&Rule] = &[&unreadable_value::RULE];

/// The rule that is asked last, when it is known what the project silenced; [`idle`] finds what that was for nothing.
pub static LAST: &Rule = &unused_suppression::RULE;

pub(crate) use unused_suppression::idle;

/// Whether `word` names a rule: by code, name or family.
pub fn named(word: &str) -> bool {
    ALL.iter().any(|rule| rule.card.answers_to(word))
}

/// What to do about a word that names no rule.
fn rule_meant_by(word: &str) -> String {
    let names = ALL.iter().flat_map(|rule| [rule.card.code, rule.card.name]);
    match closest(word, names) {
        Some(meant) => format!("write `{meant}`"),
        None => "`mcp-backend rule` lists them".to_owned(),
    }
}
