//! URLs that sign in: `https://user:password@host` (RFC 3986, section 3.2.1).

use super::host::Host;
use super::search::words;
use super::{Anchor, Secret, SecretKind, placeholder};

/// No name and password are longer, in bytes.
const LONGEST: usize = 256;
/// A password that keeps others out is no shorter.
const SHORTEST: usize = 8;
/// No table of settings is longer, in bytes.
const TABLE: usize = 16 * 1024;

/// Passwords that are words for one, or that everybody has.
const COMMON: &[&str] = &[
    "pass", "pwd", "pw", "user", "root", "admin", "guest", "postgres", "mysql", "mongo", "redis", "neo4j",
    "minio", "rabbit", "clickhouse", "hunter2", "letmein", "welcome", "foo", "bar", "abc123", "p@ss", "p4ss",
    "s3cret", "credential", "auth", "hostname", "dbname",
];

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    let next = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'%');
    words("://", next).into_iter().map(|word| (word, Anchor::Url)).collect()
}

/// The password of the URL whose `://` stands at `at`.
pub(super) fn password(text: &[u8], at: usize) -> Option<Secret> {
    let start = at + 3;
    let rest = &text[start..text.len().min(start + LONGEST)];
    let user = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&*+=:".contains(byte);
    let length = rest.iter().position(|byte| !user(byte))?;
    let (info, rest) = rest.split_at(length);
    let colon = info.iter().position(|byte| *byte == b':')?;
    let address = rest.strip_prefix(b"@")?;
    let end = address.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-._".contains(byte)));
    let host = Host::of(std::str::from_utf8(&address[..end.unwrap_or(address.len())]).ok()?);
    let name = std::str::from_utf8(&info[..colon]).ok()?;
    let password = std::str::from_utf8(&info[colon + 1..]).ok()?;
    let scheme = text[..at].last().is_some_and(u8::is_ascii_alphanumeric);
    let start = start + colon + 1;
    let real = scheme && host != Host::Own && is_real(name, password);
    let kind = || SecretKind::Url { index: is_index(text, at), private: host == Host::Private };
    real.then(|| Secret::new(start..start + password.len(), kind()))
}

/// Whether `password` is one that somebody chose to keep others out.
pub(super) fn is_real(name: &str, password: &str) -> bool {
    if password.len() < SHORTEST {
        return false;
    }
    let lower = password.to_ascii_lowercase();
    let open = password.contains(['$', '*']) || password.contains("%s") || password.contains("%(");
    let digits = password.bytes().filter(u8::is_ascii_digit).count();
    let letters = password.bytes().filter(u8::is_ascii_alphabetic).count();
    let drawn = digits >= 1 && letters >= 2 && placeholder::entropy(password) >= 2.5;
    let common = COMMON.iter().any(|word| lower.contains(word)) || lower == name.to_ascii_lowercase();
    drawn && !open && !common && !placeholder::stands_in(password)
}

/// Whether the URL at `at` is that of an index or of a source: by an option on its line, or by the table that it is in.
fn is_index(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(TABLE)..at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let says = |line: &[u8], word: &str| {
        line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    let options = ["index-url", "index_url", "find-links", "default-index", "--index", "extra-index"];
    let tables = ["tool.uv", "tool.poetry", "tool.pdm", "tool.pixi", "[index"];
    let mut lines = before.rsplit(|byte| *byte == b'\n').skip(1).chain(std::iter::once(line));
    let table = lines.find(|line| line.starts_with(b"["));
    options.iter().any(|word| says(line, word))
        || table.is_some_and(|table| tables.iter().any(|word| says(&table[..table.len().min(80)], word)))
}
