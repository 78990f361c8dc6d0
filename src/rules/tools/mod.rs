//! The tools, prompts and resources of the server.

pub(super) mod breaking_change;
pub(super) mod duplicate_tool;
pub(super) mod no_description;
pub(super) mod null_default;
pub(super) mod recording_contradicts_code;
pub(super) mod refused_by_clients;
pub(super) mod reserved_parameter;
pub(super) mod stale_recording;
pub(super) mod tool_name;
pub(super) mod tools_never_registered;
pub(super) mod uncalled_decorator;
pub(super) mod unschemable_type;
pub(super) mod unmet_output_schema;
pub(super) mod unsupported_signature;
pub(super) mod untyped_parameter;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
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
    &stale_recording::RULE,
    &recording_contradicts_code::RULE,
    &refused_by_clients::RULE,
    &null_default::RULE,
    &unmet_output_schema::RULE,
];
