//! The version of the release.

pub(super) mod cache_keys_missing;
pub(super) mod local_segment;
pub(super) mod not_pep440;
pub(super) mod not_semver;
pub(super) mod tag_differs;
pub(super) mod untold_version;
pub(super) mod version_drift;
pub(super) mod zero_or_dev;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &not_pep440::RULE,
    &not_semver::RULE,
    &version_drift::RULE,
    &local_segment::RULE,
    &zero_or_dev::RULE,
    &tag_differs::RULE,
    &untold_version::RULE,
    &cache_keys_missing::RULE,
];
