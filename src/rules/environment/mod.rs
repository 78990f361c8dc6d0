//! The variables that the server reads.

pub(super) mod declaration_contradicts_itself;
pub(super) mod listed_variables_differ;
pub(super) mod required_differs;
pub(super) mod secret_not_marked;
pub(super) mod undeclared_variable;
pub(super) mod unread_variable;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &undeclared_variable::RULE,
    &unread_variable::RULE,
    &required_differs::RULE,
    &secret_not_marked::RULE,
    &declaration_contradicts_itself::RULE,
    &listed_variables_differ::RULE,
];
