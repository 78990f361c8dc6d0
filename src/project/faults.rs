//! What makes a text no TOML, in the words of somebody who wrote it.
//!
//! A parser tells where it stumbles, which for a bracket that is never closed is somewhere below, and then at every line
//! that follows. So brackets are matched here first, and what the parser says behind one that stays open is left out. The
//! same line is told once, and the mistakes that people make most (a value without quotes, quotes of a word processor, a
//! colon, a path with backslashes) get a remedy.

use std::str::CharIndices;

use crate::text::{Span, Spanned};

/// Why a text is no TOML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// A phrase.
    pub message: String,
    /// What to write instead, where that is clear.
    pub remedy: Option<String>,
}

const TYPOGRAPHIC: &[char] = &['“', '”', '„', '‘', '’', '‚', '«', '»', '`', '´'];

/// The faults that `said` by the parser come to, in order of their places.
pub(super) fn worded(text: &str, said: Vec<Spanned<String>>) -> Vec<Spanned<Fault>> {
    if said.is_empty() {
        return Vec::new();
    }
    let open = unclosed(text);
    let end = open.as_ref().map_or(text.len(), |open| line(text, open.span.start as usize).0);
    let mut faults: Vec<Spanned<Fault>> = Vec::new();
    let mut told = None;
    for one in said {
        let at = (one.span.start as usize).min(text.len());
        let (start, _) = line(text, at);
        if at < end && told != Some(start) {
            told = Some(start);
            faults.push(reworded(text, one));
        }
    }
    faults.extend(open);
    faults
}

/// The first bracket that is not closed before another statement, bracket or the end comes that shows it.
fn unclosed(text: &str) -> Option<Spanned<Fault>> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut rest = text.char_indices();
    let mut begins = true;
    while let Some((at, letter)) = rest.next() {
        match letter {
            '#' => skip(&mut rest, '\n'),
            '"' | '\'' => pass_string(text, at, &mut rest)?,
            '[' | '{' if begins && !open.is_empty() && is_header(&text[at..]) => break,
            '[' | '{' => open.push((at, letter)),
            ']' | '}' => {
                let (_, opening) = *open.last()?;
                if (opening == '[') != (letter == ']') {
                    break;
                }
                open.pop();
            }
            _ if begins
                && !letter.is_whitespace()
                && open.last().is_some_and(|(_, opening)| *opening == '[')
                && is_statement(&text[at..]) =>
            {
                break;
            }
            _ => {}
        }
        begins = letter == '#' || letter == '\n' || begins && letter.is_whitespace();
    }
    let (at, opening) = open.pop()?;
    let (what, closing) = if opening == '[' { ("array", ']') } else { ("inline table", '}') };
    let (start, _) = line(text, at);
    let statement = text[start..at].trim_end();
    let (message, remedy) = match statement.strip_suffix('=') {
        Some(key) => (
            format!("the {what} of `{}` is not closed", last(key)),
            format!("write `{closing}` where it ends"),
        ),
        None if statement.is_empty() && is_first(text, at) => {
            ("the name of the table is not closed".to_owned(), format!("write `{closing}` behind it"))
        }
        None => (format!("an {what} is not closed"), format!("write `{closing}` where it ends")),
    };
    Some(Spanned::new(Fault { message, remedy: Some(remedy) }, Span::new(at, at + 1)))
}

/// The last key of a line that ends with one.
fn last(keys: &str) -> &str {
    keys.rsplit(['{', ',', '[']).next().unwrap_or(keys).trim()
}

/// Whether the bracket at `at` begins the text of a header: nothing but complete lines stands before it.
fn is_first(text: &str, at: usize) -> bool {
    text[at + 1..].chars().next().is_some_and(|letter| letter.is_alphanumeric() || letter == '[')
}

fn skip(rest: &mut CharIndices<'_>, end: char) {
    rest.by_ref().find(|(_, letter)| *letter == end);
}

/// Goes behind the string that begins at `at`; none where it does not end, which the parser tells best.
fn pass_string(text: &str, at: usize, rest: &mut CharIndices<'_>) -> Option<()> {
    let quote = if text[at..].starts_with('"') { "\"" } else { "'" };
    let long = quote.repeat(3);
    let (mark, lines) = if text[at..].starts_with(&long) { (long.as_str(), true) } else { (quote, false) };
    let mut end = at + mark.len();
    loop {
        let letter = text[end..].chars().next()?;
        if text[end..].starts_with(mark) {
            break;
        }
        if letter == '\n' && !lines {
            return None;
        }
        end += letter.len_utf8();
        if letter == '\\' && quote == "\"" {
            end += text[end..].chars().next()?.len_utf8();
        }
    }
    end += mark.len();
    while rest.offset() < end {
        rest.next()?;
    }
    Some(())
}

/// Whether a key and `=` stand at the beginning.
fn is_statement(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-. \t".contains(letter);
    let rest = text.trim_start_matches(plain);
    rest.len() < text.len() && rest.starts_with('=')
}

/// Whether the header of a table stands at the beginning, alone in its line.
fn is_header(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let inner = first.split('#').next().unwrap_or_default().trim_end();
    let Some(name) = inner.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.\"".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && name.chars().all(plain)
}

/// The beginning and the end of the line that holds `at`.
fn line(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |feed| feed + 1);
    (start, text[at..].find('\n').map_or(text.len(), |feed| at + feed))
}

fn reworded(text: &str, said: Spanned<String>) -> Spanned<Fault> {
    let at = (said.span.start as usize).min(text.len());
    let (start, end) = line(text, at);
    let whole = &text[start..end];
    if let Some((message, remedy, range)) = mistake(whole, at - start) {
        let span = Span::new(start + range.start, start + range.end);
        return Spanned::new(Fault { message, remedy: Some(remedy) }, span);
    }
    Spanned::new(Fault { message: said.value, remedy: None }, said.span)
}

/// What people often write in place of TOML, in the line `whole` where the parser stumbled at `at`.
fn mistake(whole: &str, at: usize) -> Option<(String, String, std::ops::Range<usize>)> {
    let value = whole.find('=').map(|equals| equals + 1).filter(|value| *value <= at);
    let from = value.unwrap_or_default();
    if let Some((place, quote)) =
        whole[from..].char_indices().find(|(_, letter)| TYPOGRAPHIC.contains(letter))
    {
        let place = from + place;
        if place <= at || !whole[from..place].contains(['"', '\'']) {
            return Some((
                format!("`{quote}` is no quote of TOML"),
                "write `\"` around the string".to_owned(),
                place..place + quote.len_utf8(),
            ));
        }
    }
    let Some(value) = value else {
        let (key, rest) = whole.split_once(':')?;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        let key = key.trim();
        return (!key.is_empty() && key.chars().all(plain) && !rest.contains('=')).then(|| {
            let colon = whole.len() - rest.len() - 1;
            ("a value follows `=`, not `:`".to_owned(), format!("write `{key} =`"), colon..colon + 1)
        });
    };
    let rest = &whole[value..];
    let bare = rest.split('#').next().unwrap_or_default().trim();
    if !bare.is_empty() && !bare.contains(['"', '\'', '[', ']', '{', '}', '\\']) {
        let begin = value + rest.find(bare)?;
        return Some((
            format!("`{bare}` is not in quotes"),
            format!("write `\"{bare}\"`"),
            begin..begin + bare.len(),
        ));
    }
    let escape = whole[..at].rfind('\\').filter(|back| at - back <= 2);
    escape.map(|back| {
        (
            "a backslash in `\"` begins an escape".to_owned(),
            "write the string in `'`, or each backslash twice".to_owned(),
            back..back + 1,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::toml;
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let faults = toml::parse(text).1.into_iter();
        let line = |span: Span| text[..span.start as usize].matches('\n').count() + 1;
        faults
            .map(|fault| {
                let remedy = fault.value.remedy.unwrap_or_else(|| "-".to_owned());
                format!("{}: {}; {remedy}", line(fault.span), fault.value.message)
            })
            .collect()
    }

    #[test]
    fn tells_the_mistake() {
        for (text, expected) in [
            ("[p]\nversion = 0.1.0\n", "2: `0.1.0` is not in quotes; write `\"0.1.0\"`"),
            ("[p]\nversion = v1 # first\n", "2: `v1` is not in quotes; write `\"v1\"`"),
            ("requires-python = >=3.10\n", "1: `>=3.10` is not in quotes; write `\">=3.10\"`"),
            ("name = “weather”\n", "1: `“` is no quote of TOML; write `\"` around the string"),
            ("a = [‘x’]\n", "1: `‘` is no quote of TOML; write `\"` around the string"),
            ("name: \"weather\"\n", "1: a value follows `=`, not `:`; write `name =`"),
            (
                "a = \"C:\\dir\"\n",
                "1: a backslash in `\"` begins an escape; write the string in `'`, or each backslash twice",
            ),
            (
                "[p]\na = [\"x\"\n\n[q]\nb = 1\n[r]\nc = [1]\n",
                "2: the array of `a` is not closed; write `]` where it ends",
            ),
            ("a = [\n  \"x\", # ]\nb = 'y'\n", "1: the array of `a` is not closed; write `]` where it ends"),
            ("a = [[1, 2]\nb = [3]\n", "1: the array of `a` is not closed; write `]` where it ends"),
            ("a = [\n", "1: the array of `a` is not closed; write `]` where it ends"),
            ("a = { b = [1, 2 }\n", "1: the array of `b` is not closed; write `]` where it ends"),
            ("a = [{b = 1, c = 2]\n", "1: an inline table is not closed; write `}` where it ends"),
            ("[project\nname = \"x\"\n", "1: the name of the table is not closed; write `]` behind it"),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
    }

    #[test]
    fn faults_of_several_lines_are_several() {
        let text = "a = \nb = 'x'\nc = [1, 2.0]\nc = 3\nd = x\n";
        assert_eq!(told(text).len(), 3, "{:?}", told(text));
    }

    #[test]
    fn says_nothing_of_toml() {
        let text = "a = [\n  \"[b]\", 'c]', # [\n  \"\"\"\n]\"\"\",\n  [1],\n]\n[t.\"u.v\"]\nb = { c = \"}\" }\n[[d]]\n";
        assert!(unclosed(text).is_none() && told(text).is_empty());
    }
}
