//! The Python that other tools are told to write or check for.

use super::reader::{Entries, get};
use super::toml::{TomlKind, TomlNode};
use crate::knowledge::stdlib::Minor;
use crate::text::Span;

/// A tool's setting that names the oldest Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolTarget {
    /// The dotted key: `tool.ruff.target-version`.
    pub key: &'static str,
    /// The Python.
    pub minor: Minor,
    /// The value.
    pub span: Span,
}

/// Each table below `tool`, its key, and the whole as users write it.
const KEYS: &[(&str, &str, &str)] = &[
    ("black", "target-version", "tool.black.target-version"),
    ("mypy", "python_version", "tool.mypy.python_version"),
    ("pyright", "pythonVersion", "tool.pyright.pythonVersion"),
    ("ruff", "target-version", "tool.ruff.target-version"),
];

/// Reads the settings that are there; what is not as the tool wants it is the tool's business.
pub(super) fn read(root: &Entries) -> Vec<ToolTarget> {
    let Some(tool) = get(root, "tool").and_then(TomlNode::as_table) else { return Vec::new() };
    let target = |(name, key, path): &(&str, &str, &'static str)| {
        let node = get(get(tool, name)?.as_table()?, key)?;
        Some(ToolTarget { key: path, minor: minor(node)?, span: node.span })
    };
    KEYS.iter().filter_map(target).collect()
}

/// `py311`, `3.11`, or the oldest of a list of such.
fn minor(node: &TomlNode) -> Option<Minor> {
    match &node.kind {
        TomlKind::String(text) => {
            let number = text.strip_prefix("py3").or_else(|| text.strip_prefix("3."))?;
            number.parse().ok().map(Minor)
        }
        TomlKind::Array(items) => items.iter().filter_map(minor).min(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {

    #[test]
    fn reads_each_tool() {
        let text = "[tool.ruff]\ntarget-version = 'py311'\n[tool.black]\ntarget-version = ['py312', 'py310', 'x']\n\
                    [tool.mypy]\npython_version = '3.12'\n[tool.pyright]\npythonVersion = 3.13\n";
        let targets = crate::project::read(text.as_bytes().to_vec()).tool_targets;
        let found: Vec<_> = targets.iter().map(|target| (target.key, target.minor.0)).collect();
        let expected = [
            ("tool.black.target-version", 10),
            ("tool.mypy.python_version", 12),
            ("tool.ruff.target-version", 11),
        ];
        assert_eq!(found, expected);
        assert_eq!(crate::project::read(b"tool = 3".to_vec()).tool_targets, []);
    }
}
