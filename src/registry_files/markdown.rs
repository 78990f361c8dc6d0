//! The code blocks, code spans and links of a Markdown text ([`CommonMark`](https://spec.commonmark.org/0.31.2/)).
//!
//! No tree is made: lines tell blocks and comments apart, and what is left is searched for links. Where the two
//! disagree with `CommonMark`, less is found. The time is linear in the text.

use std::collections::HashMap;
use std::ops::Range;

/// What stands in a Markdown text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Markdown {
    /// The blocks of code: fenced, with the first word behind the fence and what is between the fences, or indented.
    pub(super) blocks: Vec<Block>,
    /// The inside of each code span.
    pub(super) spans: Vec<Range<usize>>,
    /// The links and images.
    pub(super) links: Vec<Link>,
}

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The language that is said to be in it, in lower case: `json`.
    pub language: String,
    /// Its lines.
    pub range: Range<usize>,
}

/// The target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it is written.
    pub range: Range<usize>,
    /// Whether it is shown in place: an image.
    pub image: bool,
}

/// A target is no longer than this.
const LONGEST: usize = 2048;

/// Reads a text.
pub(super) fn read(text: &str) -> Markdown {
    let mut markdown = Markdown::default();
    let mut state = State::Prose;
    let mut paragraph: Option<Range<usize>> = None;
    // whether the last line was blank, or code by its indentation
    let mut apart = true;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let body = line.trim();
        match &mut state {
            State::Fence { mark, length, block } => {
                if closes(body, *mark, *length) {
                    markdown.blocks.push(block.clone());
                    state = State::Prose;
                } else {
                    block.range.end = range.end;
                }
                continue;
            }
            State::Comment => {
                if line.contains("-->") {
                    state = State::Prose;
                }
                continue;
            }
            State::Prose => {}
        }
        let next = opens(body, range.end).or_else(|| comments(line).then_some(State::Comment));
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let code = apart && indented && !body.is_empty();
        apart = body.is_empty() || code;
        if code && next.is_none() {
            match markdown.blocks.last_mut().filter(|block| block.range.end == range.start) {
                Some(block) => block.range.end = range.end,
                _ => markdown.blocks.push(Block { language: String::new(), range: range.clone() }),
            }
        }
        if next.is_none() && !apart {
            paragraph.get_or_insert(range.clone()).end = range.end;
            continue;
        }
        // the line where a comment begins is left out whole
        if let Some(done) = paragraph.take() {
            prose(text, done, &mut markdown);
        }
        state = next.unwrap_or(State::Prose);
    }
    if let State::Fence { block, .. } = state {
        markdown.blocks.push(block);
    }
    if let Some(done) = paragraph {
        prose(text, done, &mut markdown);
    }
    markdown
}

enum State {
    Prose,
    Fence { mark: u8, length: usize, block: Block },
    Comment,
}

/// The state after a line that opens a fenced block, whose lines begin at `start`.
fn opens(body: &str, start: usize) -> Option<State> {
    let mark = *body.as_bytes().first().filter(|byte| b"`~".contains(byte))?;
    let length = body.bytes().take_while(|byte| *byte == mark).count();
    let info = &body[length..];
    if length < 3 || mark == b'`' && info.contains('`') {
        return None;
    }
    let language = info.trim_start_matches([' ', '{', '.']).split(|c: char| !c.is_alphanumeric()).next();
    let language = language.unwrap_or_default().to_lowercase();
    Some(State::Fence { mark, length, block: Block { language, range: start..start } })
}

fn closes(body: &str, mark: u8, length: usize) -> bool {
    body.len() >= length && body.bytes().all(|byte| byte == mark)
}

/// Whether a comment begins in the line and does not end there.
fn comments(line: &str) -> bool {
    let Some(at) = line.rfind("<!--") else { return false };
    let in_code = line[..at].matches('`').count() % 2 == 1;
    !in_code && !line[at..].contains("-->")
}

/// Finds the code spans and links of a paragraph.
fn prose(text: &str, range: Range<usize>, markdown: &mut Markdown) {
    let bytes = &text.as_bytes()[..range.end];
    let closers = closers(bytes, &range);
    let mut open: Vec<bool> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => {
                let length = run(bytes, at);
                if let Some(end) = closers.get(&at) {
                    markdown.spans.push(at + length..*end);
                    at = *end;
                }
                at += length - 1;
            }
            b'<' => at = tag(text, at, range.end, markdown),
            b'[' => open.push(at > range.start && bytes[at - 1] == b'!'),
            b']' => {
                if let Some(link) = open.pop().and_then(|image| target(text, at, range.end, image)) {
                    at = link.range.end - 1;
                    markdown.links.push(link);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == b'`').count()
}

/// For each run of backticks the next one of the same length.
fn closers(bytes: &[u8], range: &Range<usize>) -> HashMap<usize, usize> {
    let (mut next, mut closers) = (HashMap::new(), HashMap::new());
    let mut at = range.end;
    while at > range.start {
        at -= 1;
        if bytes[at] != b'`' {
            continue;
        }
        let end = at + 1;
        while at > range.start && bytes[at - 1] == b'`' {
            at -= 1;
        }
        if let Some(closer) = next.insert(end - at, at) {
            closers.insert(at, closer);
        }
    }
    closers
}

/// The target behind the `]` at `at`: `](target "title")`, or `]: target` where a line begins with its label.
fn target(text: &str, at: usize, end: usize, image: bool) -> Option<Link> {
    let rest = text.get(at + 1..text.floor_char_boundary(end.min(at + LONGEST)))?;
    let (inner, parens) = match (rest.strip_prefix('('), rest.strip_prefix(": ")) {
        (Some(inner), _) => (inner, true),
        (_, Some(inner)) if is_definition(text, at) => (inner, false),
        _ => return None,
    };
    let skipped = inner.len() - inner.trim_start_matches([' ', '\t']).len();
    let begin = at + 1 + (rest.len() - inner.len()) + skipped;
    let inner = &inner[skipped..];
    let (begin, length) = match inner.strip_prefix('<') {
        Some(inner) => (begin + 1, inner.find(['>', '\n'])?),
        None => (begin, plain(inner, parens)?),
    };
    (length > 0).then(|| Link { range: begin..begin + length, image })
}

/// The length of a target that ends at a blank, or at the `)` of none of its own `(`.
fn plain(text: &str, parens: bool) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if parens && depth == 0 => return Some(at),
            b')' => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\r' | b'\n' => return Some(at),
            _ => {}
        }
    }
    (!parens).then_some(text.len())
}

/// Whether the `]` at `at` closes a label that begins its line.
fn is_definition(text: &str, at: usize) -> bool {
    let floor = text.ceil_char_boundary(at.saturating_sub(LONGEST));
    let label = text[floor..at].rsplit('\n').next().unwrap_or_default();
    label.trim_start().strip_prefix('[').is_some_and(|label| !label.contains(['[', '^']))
}

/// Finds the address in the HTML tag at `at`; answers the last byte that needs no second look.
fn tag(text: &str, at: usize, end: usize, markdown: &mut Markdown) -> usize {
    if text[at..end].starts_with("<!--") {
        // what is not closed goes on to the end
        return text[at..end].find("-->").map_or(end, |length| at + length);
    }
    let stop = text.floor_char_boundary(end.min(at + LONGEST));
    let Some(length) = text[at..stop].find('>') else { return at };
    let inside = &text[at..at + length];
    let name = inside[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let (key, image) = match name.to_ascii_lowercase().as_str() {
        "img" => ("src", true),
        "a" => ("href", false),
        _ => return at,
    };
    for (found, _) in inside.match_indices(key) {
        let before = inside[..found].ends_with(char::is_whitespace);
        let rest = inside[found + key.len()..].trim_start();
        let Some(rest) = rest.strip_prefix('=').filter(|_| before) else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|quote| "\"'".contains(*quote)) else { continue };
        let begin = at + (inside.len() - rest.len()) + 1;
        if let Some(length) = rest[1..].find(quote).filter(|length| *length > 0) {
            markdown.links.push(Link { range: begin..begin + length, image });
            break;
        }
    }
    at + length
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn links(text: &str) -> Vec<(&str, bool)> {
        read(text).links.iter().map(|link| (&text[link.range.clone()], link.image)).collect()
    }

    #[test]
    fn finds_the_targets_of_links() {
        for (text, expected) in [
            ("[a](b.md)", &[("b.md", false)][..]),
            ("see [a](b.md \"title\") and ![c]( d.png )", &[("b.md", false), ("d.png", true)]),
            ("[![a](b.svg)](c.md)", &[("b.svg", true), ("c.md", false)]),
            ("[a](<b c.md>)", &[("b c.md", false)]),
            ("[a](b(c).md)", &[("b(c).md", false)]),
            ("[a]: b.md\n[c]: <d.md> 'x'\n", &[("b.md", false), ("d.md", false)]),
            ("x [a]: b.md\n[^1]: note\n", &[]),
            (
                "<img width=1 src=\"a.png\"> <a class='x'\n href='b.md'>b</a>",
                &[("a.png", true), ("b.md", false)],
            ),
            ("<img data-src=\"a.png\"> <b href='c'>", &[]),
            ("`[a](b)` ``x ` [a](c)`` [d](e)", &[("e", false)]),
            ("` [a](b)", &[("b", false)]),
            ("\\[a](b) \\` [c](d) \\`", &[("d", false)]),
            ("<!-- [a](b) -->x [c](d)\n", &[("d", false)]),
            ("<!--\n[a](b)\n-->\n[c](d)", &[("d", false)]),
            ("`<!--` [a](b)\n[c](d)", &[("b", false), ("d", false)]),
            ("```\n[a](b)\n```\n[c](d)", &[("d", false)]),
            ("~~~~ md\n[a](b)\n~~~\n[c](d)\n~~~~~\n[e](f)", &[("f", false)]),
            ("x\n\n    [a](b)\n\n    [a](b)\n\n[c](d)", &[("d", false)]),
            ("- x\n    [a](b)", &[("b", false)]),
            ("[a] (b) [a][b] [a]() ](x) [", &[]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn finds_blocks_and_code() {
        let text =
            "a `b` c\n- x\n  ```{.JSON}\n  {}\n  ```\n~~~sh\nuvx a\n~~~\n\n    uvx b\n    c\n\nd\n    e\n";
        let markdown = read(text);
        let blocks: Vec<_> = markdown
            .blocks
            .iter()
            .map(|block| (block.language.as_str(), &text[block.range.clone()]))
            .collect();
        assert_eq!(blocks, [("json", "  {}\n"), ("sh", "uvx a\n"), ("", "    uvx b\n    c\n")]);
        let spans: Vec<_> = markdown.spans.iter().map(|span| &text[span.clone()]).collect();
        assert_eq!(spans, ["b"]);
    }

    #[test]
    fn the_time_is_linear() {
        // in quadratic time this never ends
        for splinter in
            ["`", "``a`", "[", "](", "![", "<img ", "<!--", "[a](", "\\", "```\n", "[a]: ", "(", "<a src=\""]
        {
            let text = splinter.repeat(1_000_000 / splinter.len());
            let _ = read(&text);
        }
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_text(text in "(`|``|```|\\[|\\]|\\(|\\)|!|<|>|<!--|-->|<img src=\"|\\\\| |    |\n|é|a|: ){0,40}") {
            let markdown = read(&text);
            let ranges = markdown.links.iter().map(|link| &link.range);
            let ranges = ranges.chain(&markdown.spans).chain(markdown.blocks.iter().map(|block| &block.range));
            for range in ranges {
                prop_assert!(text.get(range.clone()).is_some(), "{:?}", range);
            }
        }
    }
}
