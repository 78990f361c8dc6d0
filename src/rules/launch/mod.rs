//! The commands by which others start the server: settings of clients, images, bundles, the readme.

pub(super) mod bundle_contradicts_project;
pub(super) mod image_lacks_file;
pub(super) mod image_listens_to_itself;
pub(super) mod image_python_not_admitted;
pub(super) mod launch_target_missing;
pub(super) mod misplaced_word;
pub(super) mod needed_file_missing;
pub(super) mod settings_lack_variable;
pub(super) mod settings_not_json;
pub(super) mod unusable_settings;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
    &settings_not_json::RULE,
    &unusable_settings::RULE,
    &misplaced_word::RULE,
    &launch_target_missing::RULE,
    &image_lacks_file::RULE,
    &image_python_not_admitted::RULE,
    &image_listens_to_itself::RULE,
    &bundle_contradicts_project::RULE,
    &settings_lack_variable::RULE,
    &needed_file_missing::RULE,
];
