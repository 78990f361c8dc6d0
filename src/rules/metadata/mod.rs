//! What the project says of itself, here and in registries.

pub(super) mod author;
pub(super) mod build_system;
pub(super) mod classifier_unknown;
pub(super) mod description_content_type;
pub(super) mod identifier_without_script;
pub(super) mod import_names;
pub(super) mod incomplete_channel;
pub(super) mod install_section_stale;
pub(super) mod invalid_pattern;
pub(super) mod keyword_with_comma;
pub(super) mod license_classifier_with_expression;
pub(super) mod license_expression_invalid;
pub(super) mod license_file_missing;
pub(super) mod license_file_unusable;
pub(super) mod mcp_name_marker;
pub(super) mod namespace_case;
pub(super) mod readme_command;
pub(super) mod readme_does_not_render;
pub(super) mod readme_missing_or_outside;
pub(super) mod relative_link_in_readme;
pub(super) mod server_json_drift;
pub(super) mod server_json_invalid;
pub(super) mod server_name_differs;
pub(super) mod static_and_dynamic;
pub(super) mod summary;
pub(super) mod unfulfilled_dynamic;
pub(super) mod unknown_key;
pub(super) mod unread_settings;
pub(super) mod unreadable_value;
pub(super) mod urls;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
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
    &namespace_case::RULE,
    &install_section_stale::RULE,
];
