//! Names that say that their value is secret: `API_KEY`, `clientSecret`, `db-password`.
//!
//! A name is read by its words: `NEXTCLOUD_PASSWORD` holds no `next`.

use std::collections::BTreeSet;

use super::search::words;
use crate::text::parts;

/// The ends of telling names, and where the four bytes stand that are rarest; a `_` may be a `-` or missing.
const HEADS: &[(&str, usize)] = &[
    ("token", 1),
    ("secret", 1),
    ("password", 2),
    ("passwd", 2),
    ("passphrase", 4),
    ("pwd", 0),
    ("_pass", 0),
    ("api_key", 2),
    ("access_key", 5),
    ("auth_key", 3),
    ("private_key", 6),
    ("encryption_key", 9),
    ("signing_key", 6),
    ("subscription_key", 11),
    ("account_key", 6),
    ("service_key", 6),
    ("authorization", 5),
    ("credential", 3),
    ("_key", 0),
];

/// What may follow them.
const TAILS: &[&str] = &[
    "_access_key", "access_key", "_key", "-key", "key", "_default", "_value", "_prod", "_production",
    "_live", "_dev", "_staging", "_base", "_string", "_str", "s",
];

/// Words of names whose value is no secret, for all that they end like one.
const HARMLESS: &[&str] = &[
    "amz", "anon", "anonymous", "bad", "cache", "checksum", "confirm", "digest", "dummy", "example",
    "expired", "fake", "field", "fingerprint", "foreign", "hash", "hashed", "header", "idempotency",
    "invalid", "label", "md5", "message", "mock", "non", "not", "notso", "param", "pattern", "placeholder",
    "prefix", "pub", "public", "publishable", "regex", "sample", "sha", "sha1", "sha256", "subject", "test",
    "testing", "tests", "title", "verify", "wrong",
];

/// Words that go before `token` where it is no key: those of pages, of forms, of models and of trade.
const OTHER_TOKENS: &[&str] = &[
    "after", "bos", "cancel", "cancellation", "change", "client", "cls", "completion", "continuation",
    "continue", "count", "csrf", "cursor", "delta", "dkim", "end", "eos", "etag", "file", "image", "input",
    "limit", "lock", "mask", "max", "min", "next", "nonce", "num", "output", "pad", "padding", "page",
    "paging", "pagination", "prev", "previous", "progress", "prompt", "request", "resume", "resumption",
    "scroll", "sealed", "sep", "share", "skip", "special", "start", "stop", "sync", "tik", "total", "unk",
    "verification", "xsrf",
];

/// Words that go before `key` where it is a name of something, not what opens it.
const OTHER_KEYS: &[&str] = &[
    "artifact", "attribute", "blob", "bucket", "column", "config", "context", "data", "dict", "document",
    "env", "event", "file", "folder", "group", "host", "id", "index", "issue", "item", "job", "json",
    "lookup", "map", "metadata", "object", "partition", "path", "primary", "project", "queue", "range",
    "redis", "registry", "result", "row", "s3", "schema", "session", "setting", "settings", "sheet", "site",
    "sort", "state", "storage", "table", "tag", "task", "template", "translation", "unique", "user",
];

/// The word that a telling name ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A credential of whatever kind: `SECRET`, `API_KEY`, `password`.
    Credential,
    /// `token`, which many harmless things are called too.
    Token,
    /// A key that nobody chooses: `PRIVATE_KEY`.
    Drawn,
    /// `_KEY` of a constant: many things have a key.
    Key,
    /// The header `Authorization`.
    Header,
}

/// The spellings of the heads, each with the place of its rarest bytes.
pub(super) fn heads() -> impl Iterator<Item = (&'static str, usize, [u8; 4])> {
    HEADS.iter().flat_map(|(head, at)| {
        let joined = head.find('_').is_some_and(|place| place > 0);
        let signs: &[&str] = if joined { &["_", "-", ""] } else { &["_"] };
        let spellings = signs.iter().flat_map(|sign| words(&head.replace('_', sign)[*at..], may_follow));
        let spellings: BTreeSet<[u8; 4]> = spellings.collect();
        spellings.into_iter().map(|bytes| (*head, *at, bytes))
    })
}

/// Whether the byte may follow a head.
fn may_follow(byte: u8) -> bool {
    byte.is_ascii_digit() || b"_-\"'`:=]>\\;".contains(&byte)
}

impl Head {
    /// What the head that begins `text` is, and its length with what follows it in the name.
    pub(super) fn read(text: &[u8], head: &str) -> Option<(Self, usize)> {
        let mut length = spelled(text, head)?;
        for _ in 0..2 {
            if ends_name(text, length) {
                break;
            }
            let tail = TAILS.iter().find(|tail| starts(&text[length..], tail)).map_or(0, |tail| tail.len());
            length += tail + numbered(&text[length + tail..]);
        }
        let kind = match head {
            "token" => Self::Token,
            "_key" => Self::Key,
            "authorization" => Self::Header,
            "api_key" | "access_key" | "auth_key" => Self::Credential,
            "credential" => Self::Drawn,
            _ if head.ends_with("_key") => Self::Drawn,
            _ => Self::Credential,
        };
        ends_name(text, length).then_some((kind, length))
    }

    /// Whether a name that has `before` before this head says that its value is secret.
    pub(super) fn is_telling(self, before: &str) -> bool {
        let others: &[&str] = match self {
            Self::Token => OTHER_TOKENS,
            Self::Key => OTHER_KEYS,
            Self::Credential | Self::Drawn | Self::Header => &[],
        };
        let is_harmless = |part: &String| is_made_of(part, others);
        !parts(before).iter().any(is_harmless)
    }
}

/// Whether the name is written as constants and variables of the environment are.
pub(super) fn is_constant(name: &[u8]) -> bool {
    name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase)
}

/// Whether `part` is a harmless word, or several run together: `nextpage`.
fn is_made_of(part: &str, others: &[&str]) -> bool {
    let mut words = HARMLESS.iter().chain(others);
    words.any(|word| {
        part.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.len() > 1 && rest != part && is_made_of(rest, others))
    })
}

/// The length of `head` at the start of `text`, however it is spelled.
fn spelled(text: &[u8], head: &str) -> Option<usize> {
    if starts(text, head) {
        return Some(head.len());
    }
    let (first, last) = head.split_once('_').filter(|(first, _)| !first.is_empty())?;
    starts(text, first).then_some(())?;
    let rest = &text[first.len()..];
    let sign = usize::from(rest.first() == Some(&b'-'));
    starts(&rest[sign..], last).then_some(first.len() + sign + last.len())
}

fn starts(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// The length of a number that a name ends with: `_2`, `1`, `_V2`.
fn numbered(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'_' | b'-')));
    let version = usize::from(sign == 1 && matches!(text.get(1), Some(b'v' | b'V')));
    let digits = text.iter().skip(sign + version).take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if (1..=2).contains(&digits) { sign + version + digits } else { 0 }
}

fn ends_name(text: &[u8], at: usize) -> bool {
    !text.get(at).is_some_and(|byte| is_part(*byte))
}

/// Whether a name may hold the byte.
pub(super) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether the value is but the name again.
pub(super) fn stands_for_itself(name: &str, value: &str) -> bool {
    let (name, value) = (parts(name).concat(), parts(value).concat());
    name.contains(&value) || value.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        for (before, head, expected) in [
            ("NEXTCLOUD_", "password", true),
            ("PAGERDUTY_", "api_key", true),
            ("EXCHANGERATE_", "api_key", true),
            ("CURSOR_", "api_key", true),
            ("LATEST_", "token", true),
            ("Nextcloud", "token", true),
            ("COOKIE_", "secret", true),
            ("next_page_", "token", false),
            ("nextPage", "token", false),
            ("nextpage", "token", false),
            ("CURSOR_", "token", false),
            ("TEST_", "api_key", false),
            ("my-public-", "api_key", false),
            ("sha256", "secret", false),
            ("OPENWEATHER", "_key", true),
            ("CACHE", "_key", false),
        ] {
            let (kind, _) = Head::read(head.as_bytes(), head).expect("a head");
            assert_eq!(kind.is_telling(before), expected, "{before}{head}");
        }
    }

    #[test]
    fn heads_have_tails() {
        for (text, head, expected) in [
            ("token = ", "token", Some(5)),
            ("tokens = ", "token", Some(6)),
            ("tokenizer", "token", None),
            ("token_url", "token", None),
            ("token_2", "token", Some(7)),
            ("TOKEN_V2:", "token", Some(8)),
            ("secret_access_key", "secret", Some(17)),
            ("SECRET_KEY_BASE", "secret", Some(15)),
            ("secret_id", "secret", None),
            ("api-key:", "api_key", Some(7)),
            ("apiKey:", "api_key", Some(6)),
            ("API_KEY_PROD =", "api_key", Some(12)),
            ("_KEYS", "_key", Some(5)),
        ] {
            assert_eq!(Head::read(text.as_bytes(), head).map(|(_, length)| length), expected, "{text}");
        }
    }
}
