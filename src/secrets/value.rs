//! What a value says of itself: that it was drawn at random, that it has the form of a hash, that somebody chose it.

use super::base64;
use super::placeholder::{entropy, stands_in};

/// The least that a key has when it is drawn at random.
const RANDOM: usize = 20;
/// From here on a text with any signs is none that somebody wrote.
const LONG: usize = 40;
/// The least and the most that somebody types.
pub(super) const LEAST: usize = 8;
const MOST: usize = 40;

/// What images, web tokens, hashes that say so, and the names of secrets in a store begin with.
const OTHERS: &[&str] = &[
    "iVBOR", "/9j/", "R0lGOD", "data:", "PHN2Zy", "eyJ", "sha1:", "sha1-", "sha256:", "sha256-", "sha384-",
    "sha512:", "sha512-", "md5:", "pbkdf2", "scrypt:", "arn:", "urn:", "projects/",
];

/// What a value that may be secret looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As random as keys are.
    Drawn,
    /// A hash or a UUID: many keys look so.
    Hash,
    /// As passwords are that somebody chose.
    Chosen,
}

/// What `value` looks like; none for what stands in the place of a secret.
pub(super) fn look(value: &str) -> Option<Look> {
    if stands_in(value) || is_encoded(value) || OTHERS.iter().any(|start| value.starts_with(start)) {
        return None;
    }
    if is_hash(value) {
        return (value.len() >= 32 && entropy(value) > 2.8).then_some(Look::Hash);
    }
    let drawn = is_made_of_a_key(value) && !is_dotted(value) && is_random(value);
    if drawn { Some(Look::Drawn) } else { is_chosen(value).then_some(Look::Chosen) }
}

/// Whether the value has the length and the signs of a key; those of a shell or a pattern are of long ones alone, as
/// those of Django are.
fn is_made_of_a_key(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=.~:|!%".contains(&byte);
    let is_sign = |byte: u8| is_plain(byte) || b"@#$^&*()".contains(&byte);
    let names_another = value.contains("$(") || value.contains("%(");
    value.len() >= RANDOM && value.bytes().all(is_plain)
        || value.len() >= LONG && value.bytes().all(is_sign) && !names_another
}

/// Whether a word in the place of a secret stands in base64, as the secrets of Kubernetes do.
fn is_encoded(value: &str) -> bool {
    base64::decoded(value)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .is_some_and(|text| stands_in(&text))
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
    let changing = match digits {
        0 => false,
        1 => changes * 2 >= classes.len(),
        _ => changes * 5 >= classes.len(),
    };
    changing && digits < classes.len() && entropy(value) > 3.5
}

/// Whether `value` has the form of a hash, a UUID or a revision.
fn is_hash(value: &str) -> bool {
    let bare: Vec<u8> = value.bytes().filter(|byte| *byte != b'-').collect();
    let hexadecimal = bare.iter().all(u8::is_ascii_hexdigit);
    hexadecimal && matches!(bare.len(), 7 | 8 | 16 | 24 | 32 | 40 | 48 | 56 | 64 | 96 | 128)
}

/// Whether the value is an address, a path or a name of several parts.
fn is_dotted(value: &str) -> bool {
    let parts = value.split(['.', '/', '-', '_', ':']);
    parts.clone().count() > 3 && parts.map(str::len).max().is_some_and(|longest| longest < 12)
        || value.contains("://")
}

/// Whether the value may be a name of the language's own: `module32.SomeClass`.
pub(super) fn is_path(value: &str) -> bool {
    let mut parts = value.split('.');
    let begins_a_name =
        |part: &str| part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    parts.next().is_some_and(|first| first.len() > 3 && first.len() < value.len() && begins_a_name(first))
        && parts.all(begins_a_name)
}

/// Whether the value may be a password that somebody chose.
fn is_chosen(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let open = value.contains([
        '{', '}', '<', '>', '$', '%', '(', ')', '[', ']', '\\', ':', '/', '*', '|', ';', ',', ' ',
    ]);
    let mail = value.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    (LEAST..=MOST).contains(&value.len())
        && digits >= 2
        && letters >= 3
        && !open
        && !mail
        && !is_dotted(value)
        && entropy(value) > 2.8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tell_what_they_are() {
        for (value, expected) in [
            ("p8Zr3vKq0TnXw5LyB7sJd2Hf", Some(Look::Drawn)),
            ("8b1e5f0c7d294a36b0e1f7c2d95a4e83", Some(Look::Hash)),
            ("9b2d7c41-5e0f-4a86-b3d9-61c7f20e8a54", Some(Look::Hash)),
            ("8b1e5f0c7d294a36b0e1f7c2d95a4e83d7f20b6c", Some(Look::Hash)),
            ("d41d8cd98f00b204e9800998ecf8427e", None),
            ("550e8400-e29b-41d4-a716-446655440000", None),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", None),
            ("d41d8cd98f00b204e9800998ec", Some(Look::Chosen)),
            ("8b1e5f0", None),
            ("8b1e5f0c7d294a36b0e1f7c2", None),
            ("Sommer-Haus24", Some(Look::Chosen)),
            ("someone24@weather-cloud.net", None),
            ("your-api-key-0a1b2c3d4e", None),
            ("arn:aws:kms:us-east-1:123456789012:key/9b2d7c41-5e0f-4a86-b3d9-61c7f20e8a54", None),
            ("sha256:8b1e5f0c7d294a36b0e1f7c2d95a4e838b1e5f0c7d294a36b0e1f7c2d95a4e83", None),
            ("k2#v8$w0z^q4m&7x@r5t*1n(9c!b6y)3j-h_e+g=d0p8s2f4a", Some(Look::Drawn)),
            ("%(asctime)s-%(levelname)s-%(process)d-%(message)s-1a2", None),
            ("eW91cl9wcml2YXRlX2tleV9oZXJl", None),
            ("projects/12345/databases/db1/versions/2", None),
            ("GetUserByName2FromDatabase", None),
        ] {
            assert_eq!(look(value), expected, "{value}");
        }
    }
}
