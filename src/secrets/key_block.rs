//! Private keys in PEM (RFC 7468), on lines of their own or in a string.

use super::{Anchor, Secret, SecretKind, placeholder};
use crate::text::Span;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
/// The least that a key takes in base64: one of Ed25519.
const LEAST: usize = 60;
/// The longest that is read, in bytes.
const LONGEST: usize = 32 * 1024;

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    vec![(*b"BEGI", Anchor::KeyBlock)]
}

/// The private key whose `BEGIN` stands at `at`: whole, and no words in its place.
pub(super) fn key(text: &[u8], at: usize) -> Option<Secret> {
    let start = at.checked_sub(5)?;
    let rest = &text[start..text.len().min(start + LONGEST)];
    let label = rest.strip_prefix(BEGIN)?;
    let length = label.iter().take(60).position(|byte| *byte == b'-')?;
    let (name, rest) = label.split_at(length);
    let kind = std::str::from_utf8(name).ok()?;
    let material = rest.strip_prefix(b"-----")?;
    // one that is encrypted opens nothing without its password
    let plain =
        (kind.ends_with("PRIVATE KEY") || kind == "PGP PRIVATE KEY BLOCK") && !kind.contains("ENCRYPTED");
    let (encoded, read) = plain.then(|| encoded(material))?;
    let ends = material[read..].starts_with(END);
    let first = start + BEGIN.len() + length + 5;
    (ends && encoded.len() >= LEAST && is_key(kind, &encoded)).then(|| Secret {
        span: Span::new(start, first),
        hidden: Span::new(first, first + read),
        kind: SecretKind::PrivateKey,
    })
}

/// The base64 before the next `-`, and how many bytes it takes. What is between its lines goes: breaks, quotes and
/// what else a string over several lines has.
fn encoded(text: &[u8]) -> (String, usize) {
    let read = text.iter().position(|byte| *byte == b'-' || !byte.is_ascii()).unwrap_or(text.len());
    let mut encoded = String::new();
    let mut bytes = text[..read].iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next_if(|next| matches!(next, b'n' | b'r'));
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => encoded.push(char::from(byte)),
            b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b',' | b'#' | b'>' | b'*' => {}
            // neither base64 nor what stands around it: an ellipsis, a header, a name between braces
            _ => return (String::new(), read),
        }
    }
    (encoded, read)
}

/// Whether the base64 begins as a key of its kind does and is as varied.
fn is_key(kind: &str, encoded: &str) -> bool {
    let begins = match kind {
        "OPENSSH PRIVATE KEY" => encoded.starts_with("b3BlbnNzaC1rZXkt"),
        "PGP PRIVATE KEY BLOCK" => encoded.starts_with(['l', 'x']),
        // a sequence in DER
        _ => encoded.starts_with('M'),
    };
    begins && placeholder::entropy(encoded) > 4.0
}
