//! Secrets in what would ship.

pub(super) mod credentials_in_url;
pub(super) mod generic_secret;
pub(super) mod index_credentials;
pub(super) mod private_key_block;
pub(super) mod provider_key;
pub(super) mod secret_file_shipped;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &provider_key::RULE,
    &generic_secret::RULE,
    &private_key_block::RULE,
    &secret_file_shipped::RULE,
    &credentials_in_url::RULE,
    &index_credentials::RULE,
];
