//! What stands where a secret would, and what is no secret although it looks like one.

/// Words of which a key at random holds none, in small letters.
const WORDS: &[&str] = &[
    "example",
    "sample",
    "test",
    "fake",
    "dummy",
    "mock",
    "placeholder",
    "your",
    "xxx",
    "change",
    "redacted",
    "secret",
    "passw",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "insert",
    "replace",
    "todo",
    "12345",
    "qwerty",
    "default",
    "demo",
    "invalid",
    "undefined",
    "hidden",
    "masked",
    "removed",
    "deadbeef",
    "lorem",
    "abcde",
    "asdf",
    "foobar",
    "...",
    "***",
    "____",
    "----",
    "string",
    "value",
    "00000",
    "11111",
    "key-here",
    "key_here",
    "my-",
    "my_",
    "not-",
    "not_",
    "notreal",
];

/// Whether `value`, where a secret would stand, is a word in its place: one that says so, or one that nobody drew at
/// random.
pub(super) fn stands_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word)) || entropy(value) < 2.5 || counts(value.as_bytes())
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

/// Whether letters and digits change as often as they do in what is drawn at random, and not as in words.
pub(super) fn is_random(value: &str) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let classes: Vec<u8> = value.bytes().map(class).filter(|class| *class < 3).collect();
    let changes = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2 && digits < classes.len() && changes * 5 >= classes.len() && entropy(value) > 3.5
}

/// Whether `value` has the form of a hash, a UUID or a revision.
pub(super) fn is_hash(value: &str) -> bool {
    let bare: Vec<u8> = value.bytes().filter(|byte| *byte != b'-').collect();
    let hexadecimal = bare.iter().all(u8::is_ascii_hexdigit);
    hexadecimal && matches!(bare.len(), 7 | 8 | 16 | 24 | 32 | 40 | 48 | 56 | 64 | 96 | 128)
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

    #[test]
    fn tells_hashes() {
        for (value, expected) in [
            ("d41d8cd98f00b204e9800998ecf8427e", true),
            ("550e8400-e29b-41d4-a716-446655440000", true),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", true),
            ("9fK2mQ7xWv4RtB8nLz3Yd6Hs", false),
            ("d41d8cd98f00b204e9800998ec", false),
        ] {
            assert_eq!(is_hash(value), expected, "{value}");
        }
    }
}
