//! Words in a text.

/// Whether `word` stands in `text` with neither a letter, a digit nor `_` beside it.
pub fn has_word(text: &str, word: &str) -> bool {
    words(text, word).next().is_some()
}

/// The places where `word` stands so.
pub fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = move |at: &usize| !text[..*at].ends_with(part) && !text[at + word.len()..].starts_with(part);
    text.match_indices(word).map(|(at, _)| at).filter(alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        for (text, word, found) in [
            ("import yaml", "yaml", true),
            ("'postgresql+asyncpg://'", "asyncpg", true),
            ("yaml.load", "yaml", true),
            ("pyyaml yaml2 _yaml yamlé", "yaml", false),
            ("", "yaml", false),
        ] {
            assert_eq!(has_word(text, word), found, "{text}");
        }
    }
}
