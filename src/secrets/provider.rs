//! Keys in the form of the provider that hands them out.

use std::ops::Range;

use super::search::words;
use super::{Anchor, Secret, SecretKind, base64, placeholder};
use crate::knowledge::providers::{DISCORD_BOT, KeyFormat, PROVIDERS, SHOWN};
use crate::text::Span;

pub(super) fn anchors() -> Vec<([u8; 4], Anchor)> {
    let anchors = PROVIDERS.iter().flat_map(|provider| {
        let before = provider.prefix.find('|').unwrap_or(0);
        let start = provider.prefix[before..].trim_start_matches('|');
        let first = provider.body.split(' ').next().and_then(Part::read);
        let next = move |byte| first.as_ref().is_some_and(|part| part.begins_with(byte));
        words(start, next).into_iter().map(move |word| (word, Anchor::Provider(provider, before)))
    });
    anchors.collect()
}

/// The key of `provider` whose prefix would begin at `at`.
pub(super) fn key(text: &[u8], at: usize, provider: &'static KeyFormat) -> Option<Secret> {
    let mut body = at;
    for part in provider.prefix.split('|') {
        body += text.get(body..)?.starts_with(part.as_bytes()).then_some(part.len())?;
    }
    let start = match provider.before {
        None => at,
        Some(before) => at - Part::read(before)?.back(&text[..at])?,
    };
    let numbered = provider.before.is_some_and(|before| before.starts_with('d'));
    // a signed address names the key that signed it, which opens nothing more
    if text[..start].ends_with(b"Credential=") {
        return None;
    }
    // a bot's number follows a word in the addresses of Telegram
    if !numbered && is_within_word(text, start) {
        return None;
    }
    let end = provider.body.split(' ').try_fold(body, |at, part| {
        let rest = text.get(at..)?;
        Some(at + Part::read(part)?.forth(rest)?)
    })?;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if text.get(end).is_some_and(goes_on) || text[end..].starts_with(b"...") {
        return None;
    }
    let value = std::str::from_utf8(&text[start..end]).ok()?;
    let sound = !provider.body.starts_with('c') || has_checksum(&value[body - start..]);
    // of what stands before the anchor the prefix alone says nothing
    let hidden = if provider.before.is_some() && !numbered { start } else { body };
    let random = &value[hidden - start..];
    let real = sound && is_drawn(random) && !SHOWN.iter().any(|shown| value.contains(shown));
    real.then(|| Secret {
        span: Span::new(start, end),
        hidden: Span::new(hidden, end),
        kind: SecretKind::Provider(provider),
    })
}

/// Whether `random` is no word in the place of what somebody drew.
fn is_drawn(random: &str) -> bool {
    let capitals = random.bytes().all(|byte| byte.is_ascii_uppercase());
    !capitals && !placeholder::stands_in(random)
}

/// The token of a bot of Discord: the bot's number in base64, the time and a signature.
pub(super) fn bot(value: &str) -> Option<SecretKind> {
    let mut parts = value.split('.');
    let (number, time, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let is_of_one = |byte: u8| is_of(b'w', byte);
    let number = base64::decoded(number).filter(|_| parts.next().is_none())?;
    let fits = (17..=20).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && (6..=7).contains(&time.len())
        && (27..=38).contains(&signature.len())
        && time.bytes().chain(signature.bytes()).all(is_of_one);
    (fits && is_drawn(signature)).then_some(SecretKind::Provider(&DISCORD_BOT))
}

/// Whether what begins at `at` continues a word; an escape such as `\n` before it is no word.
fn is_within_word(text: &[u8], at: usize) -> bool {
    let escape = matches!(text[..at], [.., b'\\', b'n' | b'r' | b't']);
    let last = text[..at].last();
    !escape && last.is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-'))
}

/// Whether the last six of `token` are the CRC-32 of the others in base 62, as GitHub's and npm's tokens have it.
fn has_checksum(token: &str) -> bool {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some((random, sum)) = token.split_at_checked(token.len().saturating_sub(6)) else { return false };
    let value = sum.bytes().try_fold(0_u64, |value, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some(value * 62 + digit as u64)
    });
    !random.is_empty() && value == Some(u64::from(crc32fast::hash(random.as_bytes())))
}

/// A part of the form: so many of an alphabet, or a literal.
#[derive(Clone, Debug)]
enum Part<'a> {
    Literal(&'a [u8]),
    Run { alphabet: u8, count: Range<usize>, holds: &'a [u8] },
}

impl<'a> Part<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some(literal) = text.strip_prefix('\'') {
            return Some(Self::Literal(literal.as_bytes()));
        }
        let (run, holds) = text.split_once('~').unwrap_or((text, ""));
        let (alphabet, count) = run.split_at_checked(1)?;
        let (least, most) = count.split_once('-').unwrap_or((count, count));
        let count = least.parse().ok()?..most.parse::<usize>().ok()? + 1;
        Some(Self::Run { alphabet: alphabet.as_bytes()[0], count, holds: holds.as_bytes() })
    }

    fn begins_with(&self, byte: u8) -> bool {
        match self {
            Self::Literal(literal) => literal.first() == Some(&byte),
            Self::Run { alphabet, .. } => is_of(*alphabet, byte),
        }
    }

    /// How many bytes at the start of `text` it takes.
    fn forth(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Literal(literal) => text.starts_with(literal).then_some(literal.len()),
            Self::Run { alphabet, count, holds } => {
                let run = text.iter().take(count.end - 1).take_while(|byte| is_of(*alphabet, **byte)).count();
                let held = holds.is_empty() || text[..run].windows(holds.len()).any(|part| part == *holds);
                (held && count.contains(&run)).then_some(run)
            }
        }
    }

    /// How many bytes at the end of `text` it takes, and no more of them stand there.
    fn back(&self, text: &[u8]) -> Option<usize> {
        let Self::Run { alphabet, count, .. } = self else { return None };
        let run = text.iter().rev().take(count.end).take_while(|byte| is_of(*alphabet, **byte)).count();
        count.contains(&run).then_some(run)
    }
}

/// Whether `byte` is of the alphabet that `KeyFormat::body` calls by this letter.
fn is_of(alphabet: u8, byte: u8) -> bool {
    match alphabet {
        b'd' => byte.is_ascii_digit(),
        b'h' => byte.is_ascii_hexdigit(),
        b'l' => byte.is_ascii_alphabetic(),
        b'n' => byte.is_ascii_lowercase() || byte.is_ascii_digit(),
        b'u' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        b'a' | b'c' => byte.is_ascii_alphanumeric(),
        b'w' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        b't' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'='),
        b's' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~'),
        b'b' => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_can_be_read_and_is_searched_for() {
        for provider in PROVIDERS {
            let parts = provider.body.split(' ').chain(provider.before);
            for part in parts {
                let part = Part::read(part).unwrap_or_else(|| panic!("{}: {part}", provider.prefix));
                if let Part::Run { alphabet, count, .. } = part {
                    assert!((0..=127).any(|byte| is_of(alphabet, byte)) && !count.is_empty());
                }
            }
            let own = |anchor: &Anchor| matches!(anchor, Anchor::Provider(other, _) if std::ptr::eq(*other, provider));
            assert!(anchors().iter().any(|(_, anchor)| own(anchor)), "{}", provider.prefix);
        }
        assert!(PROVIDERS.iter().map(|provider| provider.name.to_lowercase()).is_sorted());
    }

    #[test]
    fn knows_a_checksum() {
        // from the description of the format
        assert!(has_checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"));
        assert!(!has_checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
        assert!(!has_checksum("16C7e42F292c6912E7710c838347Ae178B4a"));
        assert!(!has_checksum(""));
    }
}
