//! Names of environment variables.
//!
//! Standard: IEEE Std 1003.1, Base Definitions, "Name": "a word consisting solely of underscores, digits, and alphabetics from the
//! portable character set. The first character of a name is not a digit."

/// Whether `text` is a name that every shell can set.
pub fn is_valid(text: &str) -> bool {
    let part = |c: char| c == '_' || c.is_ascii_alphanumeric();
    text.starts_with(|c: char| part(c) && !c.is_ascii_digit()) && text.chars().all(part)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn tells_names_from_other_words() {
        for (text, valid) in [
            ("PATH", true),
            ("_", true),
            ("a1", true),
            ("", false),
            ("1A", false),
            ("A-B", false),
            ("A.B", false),
            ("Ä", false),
            ("A ", false),
            ("A=1", false),
        ] {
            assert_eq!(is_valid(text), valid, "{text:?}");
        }
    }
}
