//! What the components of a document are called.

use std::collections::HashMap;

use crate::sdk::Dialect;

/// Longer names are cut.
const LONGEST: usize = 56;

/// The text with nothing but letters, digits and single underscores between them, and no more of it than a name has.
pub(super) fn slug(text: &str) -> String {
    let mut made = String::new();
    for one in text.chars() {
        let letter = match one {
            '-' | '.' | '_' => '_',
            one if is_space(one) => '_',
            one if one.is_ascii_alphanumeric() => one,
            _ => continue,
        };
        if letter != '_' || !made.ends_with('_') {
            made.push(letter);
        }
    }
    made.trim_matches('_').chars().take(LONGEST).collect()
}

/// Whether `\s` of a pattern takes it.
fn is_space(one: char) -> bool {
    one.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&one)
}

/// The names of one kind that were given.
#[derive(Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// A name of its own for what would be called `name`, and whether that is another.
    pub(super) fn unique(&mut self, name: String, dialect: Dialect) -> (String, bool) {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 {
            return (name, false);
        }
        let mut made = format!("{name}_{count}");
        if dialect == Dialect::Fastmcp4 {
            let mut next = *count;
            while self.0.contains_key(&made) {
                next += 1;
                made = format!("{name}_{next}");
            }
            self.0.insert(name, next);
            self.0.insert(made.clone(), 1);
        }
        (made, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_as_fastmcp_does() {
        for (text, expected) in [
            ("listPets", "listPets"),
            ("get-v2.pets list", "get_v2_pets_list"),
            ("GET_/pets/{id}", "GET_petsid"),
            ("_a__b-_c_", "a_b_c"),
            ("größe", "gre"),
            ("", ""),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
        assert_eq!(slug(&"ab".repeat(40)).len(), 56);
    }

    #[test]
    fn numbers_what_is_called_alike() {
        let names = |dialect| {
            let mut names = Names::default();
            ["a", "a_2", "a", "a"].map(|name| names.unique(name.to_owned(), dialect).0)
        };
        assert_eq!(names(Dialect::Fastmcp3), ["a", "a_2", "a_2", "a_3"]);
        assert_eq!(names(Dialect::Fastmcp4), ["a", "a_2", "a_3", "a_4"]);
    }
}
