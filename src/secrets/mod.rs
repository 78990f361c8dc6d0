//! Secrets in a text of any kind: keys of providers, values of telling names, private keys, URLs that sign in.
//!
//! Pure: bytes in, places out. The time is linear in the length of the text, whatever it holds: each candidate looks
//! only so far. Which files ship, and what is to be said of a secret, is decided elsewhere. A word that stands for a
//! secret (`placeholder`) is none.

mod address;
mod assignment;
mod base64;
mod expression;
mod header;
mod host;
mod key_block;
mod name;
mod placeholder;
mod provider;
mod search;
#[cfg(test)]
mod tests;
mod url;
mod value;
mod web_token;

use std::ops::Range;
use std::sync::OnceLock;

use crate::knowledge::providers::{Grade, KeyFormat};
use crate::text::Span;
use search::Search;

/// A text with more of them is a table of data, and the first say enough.
const MOST: usize = 100;
/// A text with a NUL among its first bytes is none.
const HEAD: usize = 8192;

/// What kind of secret it is.
#[derive(Clone, Debug)]
pub enum SecretKind {
    /// A key in a provider's own form.
    Provider(&'static KeyFormat),
    /// The value of a name that says that it is secret.
    Assigned {
        /// The name as written.
        name: String,
        /// Whether the value is as random as keys are.
        random: bool,
    },
    /// A signed web token.
    WebToken {
        /// The name that gets it, where that says that it is secret.
        name: Option<String>,
        /// Whether it may do all that a service may.
        service: bool,
        /// The second since 1970 from which on it opens nothing.
        expires: Option<u64>,
    },
    /// A private key in PEM.
    PrivateKey,
    /// The password of a URL.
    Url {
        /// Whether the URL is that of a package index or of a dependency's source, by its place.
        index: bool,
        /// Whether its host is one that only its own network reaches.
        private: bool,
    },
}

/// A secret and its place.
#[derive(Clone, Debug)]
pub struct Secret {
    /// What to point at.
    pub span: Span,
    /// What nobody may see.
    pub hidden: Span,
    /// What it is.
    pub kind: SecretKind,
}

/// What may begin at an anchor of the search.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    /// A provider's prefix that has so many bytes before the anchor.
    Provider(&'static KeyFormat, usize),
    /// The end of a telling name that has so many bytes before the anchor.
    Name(&'static str, usize),
    WebToken,
    KeyBlock,
    Url,
    Bearer,
    Basic,
    /// The name of a parameter of a URL whose sign stands so many bytes before the anchor.
    Parameter(usize),
    /// An option of so many bytes.
    Curl(usize),
    Run,
}

/// Finds the secrets of a text, in order, none within another.
pub fn scan(text: &[u8]) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    if text[..text.len().min(HEAD)].contains(&0) {
        return found;
    }
    search().each(text, |anchor, at| {
        let secret = match anchor {
            Anchor::Provider(provider, before) => provider::key(text, at.checked_sub(before)?, provider),
            Anchor::Name(head, before) => assignment::value(text, at.checked_sub(before)?, head),
            Anchor::WebToken => web_token::token(text, at),
            Anchor::KeyBlock => key_block::key(text, at),
            Anchor::Url => url::password(text, at),
            Anchor::Bearer => header::bearer(text, at),
            Anchor::Basic => header::basic(text, at),
            Anchor::Parameter(before) => header::parameter(text, at.checked_sub(before)?),
            Anchor::Curl(length) => header::curl(text, at + length),
            Anchor::Run => header::run(text, at),
        }?;
        found.push(secret);
        (found.len() >= MOST).then_some(())
    });
    found.sort_by_key(|secret| (secret.span.start, secret.rank()));
    apart(found)
}

/// Those of which none covers another: what says more stays.
fn apart(found: Vec<Secret>) -> Vec<Secret> {
    let mut kept: Vec<Secret> = Vec::new();
    for secret in found {
        match kept.last_mut().filter(|last| last.span.end > secret.span.start) {
            None => kept.push(secret),
            // of two names for the same the later is the nearer: `KEY = getenv("API_KEY", ...)`
            Some(last)
                if secret.rank() < last.rank()
                    || secret.rank() == last.rank() && secret.span == last.span =>
            {
                *last = secret;
            }
            Some(_) => {}
        }
    }
    kept
}

impl Secret {
    fn new(span: Range<usize>, kind: SecretKind) -> Self {
        let span = Span::from(span);
        Self { span, hidden: span, kind }
    }

    /// The lower, the more is known.
    fn rank(&self) -> u8 {
        match self.kind {
            SecretKind::Provider(KeyFormat { grade: Grade::Unproven, .. }) => 5,
            SecretKind::Provider(_) | SecretKind::PrivateKey => 0,
            SecretKind::WebToken { name: Some(_), .. } => 1,
            SecretKind::WebToken { name: None, .. } => 2,
            SecretKind::Url { .. } => 3,
            SecretKind::Assigned { random: true, .. } => 4,
            SecretKind::Assigned { random: false, .. } => 6,
        }
    }
}

/// The text with stars for what nobody may see. Every byte keeps its place.
pub fn masked(text: &str, secrets: &[Secret]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for secret in secrets {
        let hidden = bytes.get_mut(secret.hidden.range()).unwrap_or_default();
        hidden.iter_mut().filter(|byte| byte.is_ascii_graphic()).for_each(|byte| *byte = b'*');
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What is searched for, made once.
fn search() -> &'static Search<Anchor> {
    static SEARCH: OnceLock<Search<Anchor>> = OnceLock::new();
    SEARCH.get_or_init(|| {
        let mut anchors = provider::anchors();
        anchors.extend(assignment::anchors());
        anchors.extend(web_token::anchors());
        anchors.extend(header::anchors());
        anchors.extend(key_block::anchors());
        anchors.extend(url::anchors());
        Search::new(anchors)
    })
}
