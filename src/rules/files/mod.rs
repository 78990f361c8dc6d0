//! What ships, and where it lies.

pub(super) mod build_info_without_package;
pub(super) mod data_file_not_shipped;
pub(super) mod data_overwrites;
pub(super) mod duplicate_contents;
pub(super) mod folder_among_scripts;
pub(super) mod generic_top_level;
pub(super) mod imports_src;
pub(super) mod junk;
pub(super) mod large_file;
pub(super) mod module_and_package;
pub(super) mod native_code;
pub(super) mod no_modules;
pub(super) mod not_python;
pub(super) mod not_src_layout;
pub(super) mod package_without_init;
pub(super) mod path_trouble;
pub(super) mod pattern_without_match;
pub(super) mod several_unrelated_top_levels;
pub(super) mod stray_file_at_top_level;
pub(super) mod symlink_leaves_tree;
pub(super) mod unimportable_path;
pub(super) mod unknown_contents;
pub(super) mod wheel_differs_from_sdist_build;

use crate::rule::Rule;

/// In order of codes.
pub(super) static RULES: &[&Rule] = &[
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
];
