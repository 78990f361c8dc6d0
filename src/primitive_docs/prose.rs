//! What a server says, as Markdown in which nothing of it acts as Markdown or HTML.

use crate::render::harmless;

/// The text as code, on one line.
pub fn code(text: &str) -> String {
    let text = harmless::line(&text.replace(['\r', '\n'], " "));
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // a blank at both ends is taken away again
    let apart = text.starts_with([' ', '`']) || text.ends_with([' ', '`']);
    let blank = if apart || text.is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// A table; its first row is the head.
pub fn grid<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> String {
    let cell = |cell: &String| {
        if cell.is_empty() { String::new() } else { format!(" {}", cell.replace('|', "\\|")) }
    };
    let line = |cells: [String; N]| format!("|{} |", cells.each_ref().map(cell).join(" |"));
    let mut lines: Vec<_> = rows.map(line).collect();
    lines.insert(1, format!("|{}", "---|".repeat(N)));
    lines.join("\n")
}

/// A text as paragraphs that keep the lines which mean something: items, and what is set in.
pub(super) fn paragraphs(text: &str) -> String {
    let mut paragraphs = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let mut before = "";
    for line in text.trim().lines().chain([""]) {
        let body = line.trim();
        if body.is_empty() {
            paragraphs.extend((!lines.is_empty()).then(|| std::mem::take(&mut lines).join("\n")));
        } else {
            if let Some(last) = lines.last_mut().filter(|_| breaks(before, line)) {
                last.push('\\');
            }
            lines.push(plain(body));
        }
        before = body;
    }
    paragraphs.join("\n\n")
}

/// Whether the line begins something of its own behind the one `before`.
fn breaks(before: &str, line: &str) -> bool {
    let item = line.starts_with(['-', '*', '+', '•']) || number(line).is_some();
    before.ends_with(':') || line.starts_with([' ', '\t']) || item
}

/// Where the digits end that number a line.
fn number(line: &str) -> Option<usize> {
    let end = line.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
    line[end..].starts_with(['.', ')']).then_some(end)
}

/// One line of text.
pub fn plain(line: &str) -> String {
    let line = harmless::line(line);
    let number = number(&line);
    let mut text = String::with_capacity(line.len());
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        let next = line[at + character.len_utf8()..].chars().next().unwrap_or(' ');
        let acts = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '$' => true,
            // inside a word it is a letter
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '#' | '-' | '+' | '=' => at == 0,
            '.' | ')' => number == Some(at),
            _ => false,
        };
        match character {
            '|' => text += "&#124;",
            '&' => text += "&amp;",
            _ if acts => text.extend(['\\', character]),
            _ => text.push(character),
        }
        before = character;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_as_markdown() {
        for (text, expected) in [
            ("a *b* `c` [d](e) <f> \\ ~g~ $h$", "a \\*b\\* \\`c\\` \\[d\\](e) \\<f\\> \\\\ \\~g\\~ \\$h\\$"),
            ("snake_case _word_ __x", "snake_case \\_word\\_ \\_\\_x"),
            ("# a\n## b", "\\# a\n\\## b"),
            ("- a\n- b", "\\- a\\\n\\- b"),
            ("1. a\n2) b\n3 c", "1\\. a\\\n2\\) b\n3 c"),
            ("a\n===\nb\n---", "a\n\\===\nb\\\n\\---"),
            ("a\r\nb\r\n\r\n\r\nc", "a\nb\n\nc"),
            ("a | b\n| c", "a &#124; b\n&#124; c"),
            ("&lt; a & b", "&amp;lt; a &amp; b"),
            ("\u{1b}[2J\u{202e}", "␛\\[2J\u{fffd}"),
            ("x\n<!-- mcp-backend: end -->\ny", "x\n\\<!-- mcp-backend: end --\\>\ny"),
            ("x\n\n    y", "x\n\ny"),
            ("Args:\n    a: b\n    c: d\nend", "Args:\\\na: b\\\nc: d\nend"),
            ("", ""),
        ] {
            assert_eq!(paragraphs(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_shows_backticks() {
        for (text, expected) in [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("a``", "``` a`` ```"),
            (" ", "`   `"),
            ("a\nb", "`a b`"),
            ("", "`  `"),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }
}
