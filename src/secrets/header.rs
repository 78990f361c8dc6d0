//! What a request shows to be let in, wherever it stands: `Bearer ...`, `Basic ...`, `?key=...`, `curl -u ...`,
//! `client.run("...")`.

use super::value::{self, Look};
use super::{Anchor, Secret, SecretKind, base64, provider, url};

/// No credential is longer, in bytes.
const LONGEST: usize = 4096;
/// Parameters of URLs that only say so in their place.
const PARAMETERS: &[&str] = &["key", "appid", "sig"];
/// So far before its signature stands that an address starts something for whoever asks.
const ADDRESS: usize = 400;
/// So far before its option a command is called.
const COMMAND: usize = 300;

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    let anchors = [
        (*b"Bear", Anchor::Bearer),
        (*b"Basi", Anchor::Basic),
        (*b" -u ", Anchor::Curl(4)),
        (*b"--us", Anchor::Curl(7)),
        (*b"run(", Anchor::Run),
        (*b"?key", Anchor::Parameter(0)),
        (*b"&key", Anchor::Parameter(0)),
        (*b"ppid", Anchor::Parameter(2)),
        (*b"?sig", Anchor::Parameter(0)),
        (*b"&sig", Anchor::Parameter(0)),
    ];
    anchors.into()
}

/// The token after the `Bearer` at `at`.
pub(super) fn bearer(text: &[u8], at: usize) -> Option<Secret> {
    let from = after(text, at, b"bearer ")?;
    let value = credential(text, from)?;
    let random = match value::look(value)? {
        Look::Drawn => true,
        Look::Hash => false,
        Look::Chosen => return None,
    };
    let kind = SecretKind::Assigned { name: "Bearer".to_owned(), random };
    Some(Secret::new(from..from + value.len(), kind))
}

/// The name and the password after the `Basic` at `at` (RFC 7617).
pub(super) fn basic(text: &[u8], at: usize) -> Option<Secret> {
    let from = after(text, at, b"basic ")?;
    let value = credential(text, from)?;
    let both = String::from_utf8(base64::decoded(value)?).ok()?;
    let (name, password) = both.split_once(':')?;
    let random = value::look(password) == Some(Look::Drawn);
    let printable = both.bytes().all(|byte| byte.is_ascii_graphic());
    (printable && url::is_real(name, password)).then(|| {
        Secret::new(from..from + value.len(), SecretKind::Assigned { name: "Basic".to_owned(), random })
    })
}

/// The value of the parameter of a URL whose sign stands at `at`.
pub(super) fn parameter(text: &[u8], at: usize) -> Option<Secret> {
    matches!(text[at], b'?' | b'&').then_some(())?;
    let rest = text.get(at + 1..)?;
    let length = rest.iter().take(8).position(|byte| *byte == b'=')?;
    let name = std::str::from_utf8(&rest[..length]).ok()?.to_ascii_lowercase();
    let signature = name == "sig";
    let starts = || String::from_utf8_lossy(&text[at.saturating_sub(ADDRESS)..at]).contains("/workflows/");
    (PARAMETERS.contains(&name.as_str()) && (!signature || starts())).then_some(())?;
    let from = at + 1 + length + 1;
    let value = credential(text, from)?;
    let fits = match value::look(value)? {
        Look::Drawn => true,
        Look::Hash => !signature,
        Look::Chosen => false,
    };
    let kind = SecretKind::Assigned { name, random: signature };
    fits.then(|| Secret::new(from..from + value.len(), kind))
}

/// The token that `run(` at `at` gets, as Discord's clients are started.
pub(super) fn run(text: &[u8], at: usize) -> Option<Secret> {
    let quote = text.get(at + 4).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let from = at + 5;
    let value = credential(text, from)?;
    let closed = text.get(from + value.len()) == Some(quote);
    let kind = provider::bot(value).filter(|_| closed)?;
    Some(Secret::new(from..from + value.len(), kind))
}

/// The password that `curl` signs in with behind the option that ends at `from`: `curl -u name:password`.
pub(super) fn curl(text: &[u8], from: usize) -> Option<Secret> {
    let start = from + usize::from(matches!(text.get(from), Some(b'"' | b'\'')));
    let rest = &text[start.min(text.len())..text.len().min(start + ADDRESS)];
    let length =
        rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'\\') || byte.is_ascii_whitespace());
    let both = std::str::from_utf8(&rest[..length.unwrap_or(rest.len())]).ok()?;
    let (name, password) = both.split_once(':')?;
    let at = start + name.len() + 1;
    // `-u name:'password'`
    let (at, password) =
        if password.is_empty() && start == from { quoted(text, at)? } else { (at, password) };
    let before = String::from_utf8_lossy(&text[from.saturating_sub(COMMAND)..from]);
    (before.contains("curl") && url::is_real(name, password)).then_some(())?;
    let random = value::look(password) == Some(Look::Drawn);
    let kind = SecretKind::Assigned { name: "curl --user".to_owned(), random };
    Some(Secret::new(at..at + password.len(), kind))
}

/// What stands between the quotation marks at `at`, and where it begins.
fn quoted(text: &[u8], at: usize) -> Option<(usize, &str)> {
    let quote = text.get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let rest = &text[at + 1..text.len().min(at + ADDRESS)];
    let length = rest.iter().position(|byte| byte == quote)?;
    Some((at + 1, std::str::from_utf8(&rest[..length]).ok()?))
}

/// Where what follows the `scheme` at `at` begins.
fn after(text: &[u8], at: usize, scheme: &[u8]) -> Option<usize> {
    let end = at + scheme.len();
    let alone = !text[..at].last().is_some_and(u8::is_ascii_alphanumeric);
    (alone && text.get(at..end)?.eq_ignore_ascii_case(scheme)).then_some(end)
}

/// The credential at `from`, of which nothing but its own end is to be seen.
fn credential(text: &[u8], from: usize) -> Option<&str> {
    let rest = &text[from.min(text.len())..text.len().min(from + LONGEST)];
    let is_of_one = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=%".contains(byte);
    let length = rest.iter().position(|byte| !is_of_one(byte)).unwrap_or(rest.len());
    let ends = rest.get(length).is_none_or(|byte| b"\"'`\\ \t\r\n&#,;<)]}".contains(byte));
    std::str::from_utf8(&rest[..length]).ok().filter(|_| ends)
}
