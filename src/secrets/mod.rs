//! Secrets in a text of any kind: keys of providers, values of telling names, private keys, URLs that sign in.
//!
//! Pure: bytes in, places out. The time is linear in the length of the text, whatever it holds: each candidate looks
//! only so far. Which files ship, and what is to be said of a secret, is decided elsewhere. A word that stands for a
//! secret (`placeholder`) is none.

mod address;
mod assignment;
mod key_block;
mod placeholder;
mod provider;
mod search;
#[cfg(test)]
mod tests;
mod url;

use std::ops::Range;
use std::sync::OnceLock;

use crate::knowledge::providers::Provider;
use crate::text::Span;
use search::Search;

/// A text with more of them is a table of data, and the first say enough.
const MOST: usize = 100;
/// A text with a NUL among its first bytes is none.
const HEAD: usize = 8192;

/// What kind of secret it is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A key in a provider's own form.
    Provider(&'static Provider),
    /// The value of a name that says that it is secret.
    Assigned {
        /// The name as written.
        name: String,
        /// Whether the value is as random as keys are.
        random: bool,
    },
    /// A private key in PEM.
    PrivateKey,
    /// The password of a URL.
    Url {
        /// Whether the URL is that of a package index or of a dependency's source, by its place.
        index: bool,
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
    pub kind: Kind,
}

/// What may begin at an anchor of the search.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    /// A provider's prefix that has so many bytes before the anchor.
    Provider(&'static Provider, usize),
    /// A telling word that has so many bytes before the anchor.
    Word(&'static str, usize),
    KeyBlock,
    Url,
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
            Anchor::Word(word, before) => assignment::value(text, at.checked_sub(before)?, word),
            Anchor::KeyBlock => key_block::key(text, at),
            Anchor::Url => url::password(text, at),
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
            Some(last) if secret.rank() < last.rank() => *last = secret,
            Some(_) => {}
        }
    }
    kept
}

impl Secret {
    fn new(span: Range<usize>, kind: Kind) -> Self {
        let span = Span::from(span);
        Self { span, hidden: span, kind }
    }

    /// The lower, the more is known.
    fn rank(&self) -> u8 {
        match self.kind {
            Kind::Provider(_) | Kind::PrivateKey => 0,
            Kind::Url { .. } => 1,
            Kind::Assigned { .. } => 2,
        }
    }
}

/// The text of a file whatever its encoding: a question mark for each byte that is not UTF-8, so that all others keep
/// their places.
pub fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
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
        anchors.extend(key_block::anchors());
        anchors.extend(url::anchors());
        Search::new(anchors)
    })
}
