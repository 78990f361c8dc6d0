//! A version that stands in the code.

/// A version that stands in the code.
pub(super) struct VersionLiteral {
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) value: String,
    /// The files whose modules have it under that name.
    pub(super) seen_in: Vec<String>,
}

/// The text that a Python file gives one of the names at its top, as `__version__ = "1.0"`, with its line.
pub(super) fn assigned(text: &str, names: &[&str]) -> Option<(String, u32)> {
    let value = |line: &str| {
        let after_name = names.iter().find_map(|name| line.strip_prefix(name))?.trim_start();
        let assignment = match after_name.strip_prefix(':') {
            Some(annotation) => annotation.trim_start().strip_prefix("str")?.trim_start(),
            None => after_name,
        };
        let right = assignment.strip_prefix('=')?.trim_start();
        let quote = right.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        Some(right[1..].split_once(quote)?.0.to_owned())
    };
    text.lines().zip(1..).find_map(|(line, number)| Some((value(line)?, number)))
}
