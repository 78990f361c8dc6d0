//! What stands where a secret would, and what is no secret although it looks like one.

use crate::knowledge::providers::SHOWN;

/// Words of which a key at random holds none, in small letters.
const WORDS: &[&str] = &[
    "example", "sample", "test", "fake", "dummy", "mock", "placeholder", "your", "xxx", "change", "redacted",
    "secret", "passw", "token", "apikey", "api_key", "api-key", "insert", "replace", "todo", "12345",
    "qwerty", "default", "demo", "invalid", "undefined", "hidden", "masked", "removed", "deadbeef", "lorem",
    "abcde", "asdf", "foobar", "...", "***", "____", "----", "string", "value", "00000", "11111", "key-here",
    "key_here", "my-", "my_", "not-", "not_", "notreal", "p@ss", "p4ss", "pa55", "w0rd", "hunter2",
    "letmein", "enter-", "enter_",
];

/// Whether `value`, where a secret would stand, is a word in its place: one that says so, or one that nobody drew at
/// random.
pub(super) fn stands_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
        || SHOWN.iter().any(|shown| value.contains(shown))
        || entropy(value) < 2.5
        || counts(value.as_bytes())
}

/// Whether the characters count up, stand still or count down: `abcdef`, `aaaa`, `a1b2c3`.
fn counts(value: &[u8]) -> bool {
    let steps = |apart: usize, step: &dyn Fn(i16) -> bool| {
        let pairs = value.iter().zip(value.iter().skip(apart));
        pairs.filter(|(left, right)| step(i16::from(**right) - i16::from(**left))).count()
    };
    let third = value.len() / 3;
    steps(1, &|step| step.abs() <= 1) > third || steps(2, &|step| step == 1) > third
}

/// Shannon's, in bits a character.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let share = |count: &u32| f64::from(*count) / length;
    counts.iter().filter(|count| **count > 0).map(share).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_from_what_is_drawn() {
        for (value, expected) in [
            ("your-api-key-goes-here-0a1b2c", true),
            ("xxxxxxxxxxxxxxxxxxxxxxxx", true),
            ("0123456789abcdef0123456789abcdef", true),
            ("a1b2c3d4e5f6g7h8i9j0k1l2", true),
            ("AbCdEfGhIjKlMnOpQrStUvWx", true),
            ("ffffffffffffffffffffffff", true),
            ("IOSFODNN7EXAMPLE", true),
            ("aaaaaaaabbbbbbbbcccccccc", true),
            ("9fK2mQ7xWv4RtB8nLz3Yd6Hs", false),
            ("8f14e45fceea167a5a36dedd4bea2543", false),
            ("Q4ZT7MK2XW5RPN3H", false),
        ] {
            assert_eq!(stands_in(value), expected, "{value}");
        }
    }
}
