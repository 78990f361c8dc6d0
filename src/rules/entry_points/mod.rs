//! What a script starts.

pub(super) mod asyncio_run_of_sync;
pub(super) mod coroutine_not_awaited;
pub(super) mod entry_never_starts_a_server;
pub(super) mod no_script_named_like_the_project;
pub(super) mod own_import_missing;
pub(super) mod python_m_without_dunder_main;
pub(super) mod run_in_loop;
pub(super) mod script_attribute_missing;
pub(super) mod script_by_path_with_relative_import;
pub(super) mod script_grammar;
pub(super) mod script_is_coroutine;
pub(super) mod script_module_missing;
pub(super) mod script_name_conflict;
pub(super) mod script_needs_arguments;
pub(super) mod undefined_name;
pub(super) mod writes_to_working_directory;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
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
    &undefined_name::RULE,
    &writes_to_working_directory::RULE,
    &run_in_loop::RULE,
];
