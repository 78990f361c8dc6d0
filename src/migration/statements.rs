//! The lines of a TOML text as statements: what its parser does not tell, where each begins and ends with its comment.

use std::ops::Range;

/// A dotted key, part by part.
pub(super) type Key = Vec<String>;

/// What a line, or several that belong together, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `[a.b]` or `[[a.b]]`.
    Header,
    /// `a.b = value`.
    Pair,
    /// A comment.
    Comment,
    /// Nothing.
    Blank,
}

/// A statement, with the whole of its lines.
#[derive(Debug)]
pub(super) struct TomlStatement {
    pub(super) form: Form,
    /// The whole key, the header's included; empty for what has none.
    pub(super) key: Key,
    pub(super) lines: Range<usize>,
}

/// The statements of a text without faults.
pub(super) fn statements(text: &str) -> Vec<TomlStatement> {
    let mut found: Vec<TomlStatement> = Vec::new();
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut table = Key::new();
    while at < text.len() {
        let line = &text[at..];
        let plain = line.trim_start_matches([' ', '\t']);
        let begin = at + line.len() - plain.len();
        let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |feed| from + feed + 1);
        let (form, key, end) = match plain.as_bytes().first() {
            Some(b'#') => (Form::Comment, Key::new(), line_end(begin)),
            Some(b'[') => {
                table = dotted(plain.trim_start_matches('[')).0;
                (Form::Header, table.clone(), line_end(begin))
            }
            None | Some(b'\n' | b'\r') => (Form::Blank, Key::new(), line_end(begin)),
            Some(_) => {
                let (key, length) = dotted(plain);
                let end = value_end(text, begin + length);
                (Form::Pair, [table.as_slice(), &key].concat(), end)
            }
        };
        found.push(TomlStatement { form, key, lines: at..end });
        at = end;
    }
    found
}

/// The dotted key that a text begins with, and its length.
fn dotted(text: &str) -> (Key, usize) {
    let (mut key, mut at) = (Key::new(), 0);
    loop {
        let rest = text[at..].trim_start_matches([' ', '\t', '.']);
        at = text.len() - rest.len();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (part, length) = match quote {
            Some(quote) => {
                let end = rest[1..].find(quote).map_or(rest.len(), |end| end + 1);
                (&rest[1..end], (end + 1).min(rest.len()))
            }
            None => {
                let bare = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
                let end = rest.find(bare).unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        if length == 0 {
            return (key, at);
        }
        key.push(part.to_owned());
        at += length;
    }
}

/// The end of the line on which the value ends that begins somewhere behind `at`.
fn value_end(text: &str, mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.as_bytes()[0];
        at += match first {
            b'"' | b'\'' => string_length(rest, first),
            b'#' => rest.find('\n').unwrap_or(rest.len()),
            b'\n' if depth == 0 => return at + 1,
            b'[' | b'{' => {
                depth += 1;
                1
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    text.len()
}

/// The length of the string that a text begins with.
fn string_length(text: &str, quote: u8) -> usize {
    let long = text.len() > 2 && text.bytes().take(3).all(|byte| byte == quote);
    let width = if long { 3 } else { 1 };
    let bytes = text.as_bytes();
    let mut at = width;
    while at < bytes.len() {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if bytes[at..].iter().take(width).filter(|byte| **byte == quote).count() == width {
            // up to two quotes may stand before the closing ones
            let more = if long {
                bytes[at + 3..].iter().take(2).take_while(|byte| **byte == quote).count()
            } else {
                0
            };
            return at + width + more;
        } else {
            at += 1;
        }
    }
    text.len()
}
