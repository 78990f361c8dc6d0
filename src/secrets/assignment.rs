//! Values of names that say that they are secret: `API_KEY = "..."`, `"token": "..."`, `os.getenv("X_TOKEN", "...")`.

use super::address::is_address;
use super::name::{self, Head};
use super::value::{self, Look};
use super::{Anchor, Secret, SecretKind, expression, provider, web_token};

const LONGEST_NAME: usize = 64;
/// So far before a name are words that belong to it, in bytes.
const PROSE: usize = 16;

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    name::heads().map(|(head, before, bytes)| (bytes, Anchor::Name(head, before))).collect()
}

/// The literal that the name gets whose `head` stands at `at`.
pub(super) fn value(text: &[u8], at: usize, head: &str) -> Option<Secret> {
    let (head, length) = Head::read(text.get(at..)?, head)?;
    let before = text[..at].iter().rev().take(LONGEST_NAME).take_while(|byte| name::is_part(**byte)).count();
    let (start, end) = (at - before, at + length);
    // by far the most names that end so are no constants
    (head != Head::Key || name::is_constant(&text[start..at])).then_some(())?;
    let literal =
        expression::literal(text, start, end).filter(|literal| literal.place.len() >= value::LEAST)?;
    let name = std::str::from_utf8(&text[start..end]).ok()?.trim_start_matches('-');
    let value = std::str::from_utf8(&text[literal.place.clone()]).ok()?;
    // of prose the words before say what it is: `next page token: ...`
    let said = start - if literal.bare { start.min(PROSE) } else { 0 };
    let ends = |byte: &u8| b"\n\"'`".contains(byte) || !byte.is_ascii();
    let said = text[said..at].rsplit(ends).next()?;
    let telling = head.is_telling(std::str::from_utf8(said).ok()?);
    if !telling || name::stands_for_itself(name, value) || is_address(name, value) {
        return None;
    }
    // the address of a file has one, too, where it is shared
    let shared = matches!(name, "token" | "pwd") && matches!(text[..start].last(), Some(b'?' | b'&'));
    let known = web_token::kind(value, Some(name)).or_else(|| provider::bot(value));
    let random = known.is_none().then(|| is_random(head, value, literal.bare, shared)).flatten();
    let kind = known.or(random.map(|random| SecretKind::Assigned { name: name.to_owned(), random }))?;
    Some(Secret::new(literal.place, kind))
}

/// Whether the value is as random as keys are; none for what is no secret by its look.
fn is_random(head: Head, value: &str, bare: bool, shared: bool) -> Option<bool> {
    match value::look(value)? {
        Look::Drawn if bare && value::is_path(value) => None,
        Look::Drawn => Some(head != Head::Key && !shared),
        Look::Hash => (!shared).then_some(false),
        Look::Chosen => (!bare && matches!(head, Head::Credential | Head::Token)).then_some(false),
    }
}
