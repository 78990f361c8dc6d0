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
        let rest = names.iter().find_map(|name| line.strip_prefix(name))?.trim_start();
        let rest = match rest.strip_prefix(':') {
            Some(annotated) => annotated.trim_start().strip_prefix("str")?.trim_start(),
            None => rest,
        };
        let rest = rest.strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        Some(rest[1..].split_once(quote)?.0.to_owned())
    };
    text.lines().zip(1..).find_map(|(line, number)| Some((value(line)?, number)))
}
