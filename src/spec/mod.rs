//! The packaging standards, one a file, pure: text in, value or located fault out.

pub mod changelog;
pub mod control;
pub mod core_metadata;
pub mod data;
pub mod dependency_groups;
pub mod dockerfile;
pub mod dockerignore;
pub mod entry_points;
pub mod fnmatch;
pub mod gitignore;
pub mod glob;
pub mod identifier;
pub mod import_name;
pub mod ini;
pub mod inline_metadata;
pub mod installers;
pub mod json;
pub mod license;
pub mod lock;
pub mod machine_code;
pub mod marker;
pub mod marker_space;
pub mod mcpb_manifest;
pub mod name;
pub mod npm_range;
pub mod person;
pub mod range;
pub mod readme;
pub mod record;
pub mod requirement;
pub mod rst;
pub mod script_line;
pub mod semver;
pub mod server_json;
pub mod shape;
pub mod tool_schema;
pub mod uri_template;
pub mod variable_name;
pub mod version;
pub mod wheel_name;
pub mod wheel_tag;
pub mod yaml;

use std::ops::Range;

/// The part `range` of `text` without the blanks around it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}
