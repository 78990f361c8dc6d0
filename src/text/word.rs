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

/// The words that a name is made of, in small letters: `clientSecret_V2` is `client`, `secret`, `v` and `2`.
pub fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let class = CharClass::of(letter);
        let small_follows = letters.peek().is_some_and(char::is_ascii_lowercase);
        let begins = match (before, class) {
            (Some(CharClass::Capital), CharClass::Capital) => small_follows,
            (Some(CharClass::Capital), CharClass::Small) => false,
            (before, class) => before != Some(class),
        };
        before = Some(class);
        match parts.last_mut() {
            _ if class == CharClass::Sign => {}
            Some(part) if !begins => part.push(letter.to_ascii_lowercase()),
            _ => parts.push(letter.to_ascii_lowercase().to_string()),
        }
    }
    parts
}

/// What a character of a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Capital,
    Small,
    Digit,
    Sign,
}

impl CharClass {
    fn of(letter: char) -> Self {
        match letter {
            'A'..='Z' => Self::Capital,
            '0'..='9' => Self::Digit,
            _ if letter.is_alphanumeric() => Self::Small,
            _ => Self::Sign,
        }
    }
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

    #[test]
    fn names_are_made_of_words() {
        for (name, expected) in [
            ("NEXTCLOUD_PASSWORD", "nextcloud password"),
            ("nextPageToken", "next page token"),
            ("X-Api-Key", "x api key"),
            ("HTTPServerKey2", "http server key 2"),
            ("tokenA", "token a"),
            ("__api__key__", "api key"),
            ("3rdKey", "3 rd key"),
            ("schlüsselWort", "schlüssel wort"),
            ("", ""),
        ] {
            assert_eq!(parts(name).join(" "), expected, "{name}");
        }
    }
}
