//! What a script says of itself in comments: its dependencies and its Python.
//!
//! Standard: packaging.python.org, "Inline script metadata" (PEP 723): "the first line being `# /// TYPE`", every line in
//! between "MUST start with `#`", and if a character follows it "MUST be a space"; "when there are multiple comment blocks
//! of the same TYPE defined, tools MUST produce an error".

use std::ops::Range;

/// The block of type `script`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineMetadata {
    /// The lines of the block, and the line behind it where that is empty.
    pub lines: Range<usize>,
    /// What it holds, as TOML.
    pub toml: String,
}

/// Why the metadata of a script cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InlineMetadataFault {
    /// Two blocks of one type.
    #[error("it has two blocks `# /// script`, and no tool may read either (PEP 723)")]
    Several,
}

const OPENING: &str = "# /// script";
const CLOSING: &str = "# ///";

/// Reads the block of a script; one that never ends is none.
///
/// # Errors
/// When there are two.
pub fn read(text: &str) -> Result<Option<InlineMetadata>, InlineMetadataFault> {
    let mut found = None;
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at);
        if line.trim_end() != OPENING {
            at += line.len();
            continue;
        }
        let Some(block) = block(text, at) else {
            at += line.len();
            continue;
        };
        at = block.lines.end;
        if found.replace(block).is_some() {
            return Err(InlineMetadataFault::Several);
        }
    }
    Ok(found)
}

fn line_at(text: &str, at: usize) -> &str {
    text[at..].split_inclusive('\n').next().unwrap_or_default()
}

/// The block that opens at `start`: its last line that closes it counts, as others may be part of it.
fn block(text: &str, start: usize) -> Option<InlineMetadata> {
    let mut at = start + line_at(text, start).len();
    let (mut toml, mut closed) = (String::new(), None);
    while at < text.len() {
        let line = line_at(text, at);
        let Some(rest) = line.trim_end_matches(['\r', '\n']).strip_prefix('#') else { break };
        if !rest.is_empty() && !rest.starts_with(' ') {
            break;
        }
        if line.trim_end() == CLOSING {
            closed = Some((at + line.len(), toml.len()));
        }
        toml += rest.strip_prefix(' ').unwrap_or(rest);
        toml.push('\n');
        at += line.len();
    }
    let (end, length) = closed?;
    toml.truncate(length);
    let blank = line_at(text, end);
    let end = if blank.trim().is_empty() { end + blank.len() } else { end };
    Some(InlineMetadata { lines: start..end, toml })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_block_as_the_standard_does() {
        for (text, toml) in [
            (
                "#!/usr/bin/env python\n# /// script\n# a = 1\n#\n# b = 2\n# ///\nx = 1\n",
                Some("a = 1\n\nb = 2\n"),
            ),
            ("# /// script\r\n# a = 1\r\n# ///\r\n", Some("a = 1\n")),
            ("# /// script\n# a = 1\n# ///\n# more\n# ///\n", Some("a = 1\n///\nmore\n")),
            ("# /// script\n#a = 1\n# ///\n", None),
            ("# /// script\n# a = 1\n\n# ///\n", None),
            ("# /// other\n# a = 1\n# ///\n", None),
            ("x = 1", None),
        ] {
            assert_eq!(read(text).expect("one at most").map(|block| block.toml).as_deref(), toml, "{text}");
        }
        let twice = "# /// script\n# ///\n\n# /// script\n# ///\n";
        assert_eq!(read(twice), Err(InlineMetadataFault::Several));
        assert_eq!(read("# /// script\n# ///\n\nx").expect("one").map(|block| block.lines), Some(0..20));
    }
}
