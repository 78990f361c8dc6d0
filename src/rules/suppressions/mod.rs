//! Comments that silence rules.

pub(super) mod unused_suppression;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[&unused_suppression::RULE];
