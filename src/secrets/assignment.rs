//! Values of names that say that they are secret: `API_KEY = "..."`, `"token": "..."`, `os.getenv("X_TOKEN", "...")`.
//!
//! Whatever the language of the file: a name, a sign between, a literal.

use super::address::is_address;
use super::{Anchor, Kind, Secret, placeholder};

/// The words that a telling name ends with, and the place of their rarest four bytes.
const WORDS: &[(&str, usize)] = &[
    ("token", 1),
    ("secret", 1),
    ("password", 2),
    ("passwd", 2),
    ("passphrase", 4),
    ("api_key", 2),
    ("api-key", 2),
    ("apikey", 2),
    ("access_key", 5),
    ("auth_key", 3),
];

/// What may follow such a word in a name.
const TAILS: &[&[u8]] = &[b"_access_key", b"_key", b"-key", b"key"];

/// Names that hold one of these hold no secret, for all that they end like one.
const OTHERS: &[&str] = &[
    "page",
    "next",
    "csrf",
    "xsrf",
    "public",
    "publish",
    "eos",
    "bos",
    "pad",
    "cls",
    "sep",
    "mask",
    "unk",
    "special",
    "stop",
    "placeholder",
    "example",
    "test",
    "mock",
    "dummy",
    "fake",
    "sample",
    "hash",
    "field",
    "header",
    "param",
    "cookie",
    "sync",
    "cursor",
    "continu",
    "anon",
    "site",
    "invalid",
    "wrong",
    "bad",
    "expired",
    "primary",
    "foreign",
    "label",
    "title",
    "message",
    "verif",
    "change",
    "subject",
];

const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 256;
/// The least that a key has when it is drawn at random.
const RANDOM: usize = 20;
/// The least and the most that somebody types.
const LEAST: usize = 8;
const MOST: usize = 40;

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    let anchors = WORDS.iter().filter_map(|(word, at)| {
        let bytes = word.as_bytes().get(*at..at + 4)?.try_into().ok()?;
        Some((bytes, Anchor::Word(word, *at)))
    });
    anchors.collect()
}

/// The literal that the name gets in which `word` stands at `at`.
pub(super) fn value(text: &[u8], at: usize, word: &str) -> Option<Secret> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let after = at + word.len();
    if !text.get(at..after)?.eq_ignore_ascii_case(word.as_bytes()) {
        return None;
    }
    let rest = &text[after..];
    let tail =
        TAILS.iter().find(|tail| rest.get(..tail.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(tail)));
    let end = after + tail.map_or(0, |tail| tail.len());
    if text.get(end).is_none_or(is_name) {
        return None;
    }
    let before = text[..at].iter().rev().take(LONGEST_NAME).take_while(|byte| is_name(byte)).count();
    let start = at - before;
    let (from, to) = literal(text, start, end)?;
    let name = std::str::from_utf8(&text[start..end]).ok()?;
    let value = std::str::from_utf8(&text[from..to]).ok()?;
    let random = is_random(value);
    ((random || is_chosen(value))
        && is_telling(name)
        && !stands_for_itself(name, value)
        && !is_address(name, value))
    .then(|| Secret::new(from..to, Kind::Assigned { name: name.to_owned(), random }))
}

fn is_telling(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !OTHERS.iter().any(|word| lower.contains(word))
}

/// Where the literal stands that the name at `start..end` gets.
fn literal(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let mut at = end;
    let quoted = matches!(text[at], b'"' | b'\'' | b'`');
    at += usize::from(quoted);
    at += usize::from(text.get(at) == Some(&b']'));
    at += blanks(&text[at..]);
    match text.get(at)? {
        b',' if quoted && is_asked_for(&text[..start]) => at += 1,
        b':' if text.get(at + 1) == Some(&b'=') => at += 2,
        b':' => at += 1 + annotation(&text[at + 1..]),
        b'=' => at += 1 + usize::from(matches!(text.get(at + 1), Some(b'=' | b'>'))),
        _ => return None,
    }
    at += blanks(&text[at..]);
    let quote = *text.get(at)?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return bare(text, start, at);
    }
    let from = at + 1;
    let value = &text[from..text.len().min(from + LONGEST_VALUE)];
    let length = value.iter().position(|byte| *byte == quote || !byte.is_ascii_graphic())?;
    (value[length] == quote).then_some((from, from + length))
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take(16).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether a name is asked for here with a default: `os.getenv("X_TOKEN", `, `env.get('X_TOKEN', `.
fn is_asked_for(text: &[u8]) -> bool {
    let [rest @ .., b'"' | b'\''] = text else { return false };
    [&b"getenv("[..], b".get(", b".setdefault(", b"env(", b"config("].iter().any(|call| rest.ends_with(call))
}

/// The length of an annotation and its `=` after a colon: ` str = `.
fn annotation(text: &[u8]) -> usize {
    let part = &text[..text.len().min(48)];
    let is_type = |byte: &u8| byte.is_ascii_alphanumeric() || b" _.[]|".contains(byte);
    let length = part.iter().position(|byte| !is_type(byte)).unwrap_or(part.len());
    let written = part[..length].iter().any(|byte| *byte != b' ');
    if written && part.get(length) == Some(&b'=') { length + 1 } else { 0 }
}

/// The value without quotes of a name that begins its line, up to the end of the line: of `.env`, YAML and INI.
fn bare(text: &[u8], start: usize, at: usize) -> Option<(usize, usize)> {
    let line = text[..start].iter().rev().take(80).position(|byte| *byte == b'\n').unwrap_or(start.min(80));
    let before = std::str::from_utf8(&text[start - line..start]).ok()?;
    if !["", "export", "ENV", "ARG", "-", "set"].contains(&before.trim()) {
        return None;
    }
    let value = &text[at..text.len().min(at + LONGEST_VALUE)];
    let is_value = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/=.~".contains(byte);
    let length = value.iter().position(|byte| !is_value(byte)).unwrap_or(value.len());
    let ends = matches!(value.get(length), None | Some(b'\n' | b'\r'));
    let drawn = std::str::from_utf8(&value[..length]).is_ok_and(is_random);
    (ends && drawn).then_some((at, at + length))
}

/// Whether the value is but the name again.
fn stands_for_itself(name: &str, value: &str) -> bool {
    let bare = |text: &str| text.to_ascii_lowercase().replace(['_', '-', '.', ' '], "");
    bare(name).contains(&bare(value)) || bare(value).contains(&bare(name))
}

/// Whether the value is as random as keys are, and no hash or image.
fn is_random(value: &str) -> bool {
    let of_a_key = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=.~".contains(&byte);
    let image = ["iVBOR", "/9j/", "R0lGOD", "data:"].iter().any(|start| value.starts_with(start));
    // what it grants, for how long and to whom stands in a web token itself
    let web_token = value.starts_with("eyJ");
    value.len() >= RANDOM
        && value.bytes().all(of_a_key)
        && !image
        && !web_token
        && !is_dotted(value)
        && !placeholder::is_hash(value)
        && !placeholder::stands_in(value)
        && placeholder::is_random(value)
}

/// Whether the value is an address, a path or a name of several parts.
fn is_dotted(value: &str) -> bool {
    let parts = value.split(['.', '/', '-', '_']);
    parts.clone().count() > 3 && parts.map(str::len).max().is_some_and(|longest| longest < 12)
}

/// Whether the value may be a password that somebody chose.
fn is_chosen(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let open = value
        .contains(['{', '}', '<', '>', '$', '%', '(', ')', '[', ']', '\\', ':', '/', '*', '|', ';', ',']);
    (LEAST..=MOST).contains(&value.len())
        && digits >= 2
        && letters >= 3
        && !open
        && !is_dotted(value)
        && !placeholder::is_hash(value)
        && !placeholder::stands_in(value)
        && placeholder::entropy(value) > 2.8
}
