//! What breaks JSON-RPC over stdin and stdout.

pub(super) mod exits_at_import;
pub(super) mod logging_to_stdout;
pub(super) mod print_to_stdout;
pub(super) mod reads_stdin;
pub(super) mod stdout_write;
pub(super) mod subprocess_inherits_stdin;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &print_to_stdout::RULE,
    &stdout_write::RULE,
    &logging_to_stdout::RULE,
    &subprocess_inherits_stdin::RULE,
    &reads_stdin::RULE,
    &exits_at_import::RULE,
];
