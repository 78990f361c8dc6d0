//! Signed web tokens (RFC 7519): who may do what, and until when, stands in the token itself.

use serde_json::{Map, Value};

use super::{Anchor, Secret, SecretKind, base64, name};

/// No token is longer, in bytes.
const LONGEST: usize = 8192;
/// What the tokens that the documents of libraries show are given to.
const SHOWN: &[&str] = &["John Doe", "1234567890", "supabase-demo"];
/// The claims that tokens have in common (RFC 7519, section 4.1); one that has none of them, and but one of its own, is
/// shown to learn from.
const CLAIMS: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
/// Values of `role` whose tokens are made for everybody.
const OPEN: &[&str] = &["anon", "anonymous", "public"];

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    // `{"alg`, `{"typ`, `{"kid`, `{"cty` and `{"x5t`
    [*b"eyJh", *b"eyJ0", *b"eyJr", *b"eyJj", *b"eyJ4"].map(|start| (start, Anchor::WebToken)).into()
}

/// The token that begins at `at`, if it opens something.
pub(super) fn token(text: &[u8], at: usize) -> Option<Secret> {
    let starts = !text[..at].last().is_some_and(|last| name::is_part(*last) || *last == b'.');
    let is_of_one = |byte: &u8| name::is_part(*byte) || *byte == b'.';
    let part = &text[at..text.len().min(at + LONGEST)];
    let length = starts.then(|| part.iter().position(|byte| !is_of_one(byte)).unwrap_or(part.len()))?;
    let value = std::str::from_utf8(&part[..length]).ok()?.trim_end_matches('.');
    kind(value, None).map(|kind| Secret::new(at..at + value.len(), kind))
}

/// What the token `value` is, which `name` gets.
pub(super) fn kind(value: &str, name: Option<&str>) -> Option<SecretKind> {
    let (head, rest) = value.split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    let (head, payload) = (object(head)?, object(payload)?);
    let signed =
        head.get("alg").and_then(Value::as_str).is_some_and(|method| !method.eq_ignore_ascii_case("none"));
    let sound = signature.len() >= 16 && base64::decoded(signature).is_some();
    let text = |key: &str| payload.get(key).and_then(Value::as_str);
    let role = text("role");
    let open = role.is_some_and(|role| OPEN.contains(&role));
    let shown = payload.values().filter_map(Value::as_str).any(|value| SHOWN.contains(&value));
    let claims = payload.len() > 1 || payload.keys().any(|key| CLAIMS.contains(&key.as_str()));
    (signed && sound && claims && !open && !shown).then(|| SecretKind::WebToken {
        name: name.map(str::to_owned),
        service: role == Some("service_role"),
        expires: payload.get("exp").and_then(seconds),
    })
}

fn object(part: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&base64::decoded(part)?).ok()? {
        Value::Object(entries) => Some(entries),
        _ => None,
    }
}

/// Seconds since 1970; some write milliseconds.
fn seconds(value: &Value) -> Option<u64> {
    let value = value.as_u64().or_else(|| value.to_string().split('.').next()?.parse().ok())?;
    Some(if value > 100_000_000_000 { value / 1000 } else { value })
}
