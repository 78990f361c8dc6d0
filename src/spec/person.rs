//! Authors and maintainers, and the two headers that each list becomes.
//!
//! [`authors`/`maintainers` in pyproject.toml](https://packaging.python.org/en/latest/specifications/pyproject-toml/#authors-maintainers);
//! addresses as in RFC 5322, section 3.4, with the letters of RFC 6531.

use std::ops::Range;

use thiserror::Error;

/// An author or a maintainer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

/// What is wrong with a name, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameFault {
    /// It is empty or blank.
    #[error("the name is empty")]
    Empty,
    /// It holds a character that ends a name in a list of addresses.
    #[error("a name cannot hold `{character}`")]
    Character {
        /// The character.
        character: char,
        /// Where it stands.
        range: Range<usize>,
    },
    /// It holds a control character or a line break.
    #[error("a name cannot hold a control character")]
    Control {
        /// Where it stands.
        range: Range<usize>,
    },
}

/// What is wrong with an email address, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EmailFault {
    /// It is not one name, one `@` and one domain.
    #[error("`{0}` is not of the form `name@domain`")]
    Form(String),
    /// It holds a character that an address cannot hold.
    #[error("an email address cannot hold `{}`", character.escape_debug())]
    Character {
        /// The character.
        character: char,
        /// Where it stands.
        range: Range<usize>,
    },
}

/// Checks a name: "whatever can be put as a name, before an email, in RFC 822" and "not contain commas".
///
/// # Errors
/// Names the first character that does not belong.
pub fn check_name(name: &str) -> Result<(), NameFault> {
    if name.trim().is_empty() {
        return Err(NameFault::Empty);
    }
    for (start, character) in name.char_indices() {
        let range = start..start + character.len_utf8();
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            return Err(NameFault::Control { range });
        }
        // In angle brackets stands an address, which has a key of its own.
        if matches!(character, ',' | '<' | '>') {
            return Err(NameFault::Character { character, range });
        }
    }
    Ok(())
}

/// Checks an email address: two dot-atoms around an `@`.
///
/// # Errors
/// Names the first character that does not belong, else says that the form is wrong.
pub fn check_email(email: &str) -> Result<(), EmailFault> {
    for (start, character) in email.char_indices() {
        if !(is_atom_text(character) || matches!(character, '.' | '@')) {
            return Err(EmailFault::Character { character, range: start..start + character.len_utf8() });
        }
    }
    let is_dot_atom = |text: &str| !text.contains('@') && text.split('.').all(|atom| !atom.is_empty());
    match email.split_once('@') {
        Some((local, domain)) if is_dot_atom(local) && is_dot_atom(domain) => Ok(()),
        _ => Err(EmailFault::Form(email.to_owned())),
    }
}

/// The values of `Author` and `Author-email` (or `Maintainer` and `Maintainer-email`).
///
/// A name that does not keep to the rules, `Example, Inc.`, is quoted before an address; an empty one is none. "If only name is provided, the value goes in Author ...; if both email and name are provided, the value goes in
/// Author-email". Every person is kept.
pub fn headers(people: &[Person]) -> (Option<String>, Option<String>) {
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    let filled = |text: &'_ Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    for person in people {
        match (filled(&person.name), filled(&person.email)) {
            (Some(name), None) => names.push(name),
            (None, Some(email)) => addresses.push(email),
            (Some(name), Some(email)) => addresses.push(format!("{} <{email}>", display_name(&name))),
            (None, None) => {}
        }
    }
    let joined = |values: Vec<String>| (!values.is_empty()).then(|| values.join(", "));
    (joined(names), joined(addresses))
}

/// The name as it may stand before an address: quoted when it holds one of the "specials" of RFC 5322.
fn display_name(name: &str) -> String {
    if !name.contains([',', '<', '>', '(', ')', '[', ']', ':', ';', '@', '\\', '.', '"']) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_atom_text(character: char) -> bool {
    character.is_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
        || !(character.is_ascii() || character.is_control() || character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(name: &str, email: &str) -> Person {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Person { name: some(name), email: some(email) }
    }

    #[test]
    fn headers_keep_everybody() {
        for (people, author, author_email) in [
            (&[][..], None, None),
            (&[person("", "")], None, None),
            (&[person("Ada Lovelace", "")], Some("Ada Lovelace"), None),
            (&[person("", "e@f")], None, Some("e@f")),
            (&[person("Ada", "a@b.org")], None, Some("Ada <a@b.org>")),
            (
                &[person("Ada", ""), person("Bo", "b@c.org"), person("Cy", ""), person("", "d@e.org")],
                Some("Ada, Cy"),
                Some("Bo <b@c.org>, d@e.org"),
            ),
            (&[person("J. R. Doe", "j@d.org")], None, Some("\"J. R. Doe\" <j@d.org>")),
            (&[person("Ann \"Ace\" \\o/", "a@b.org")], None, Some("\"Ann \\\"Ace\\\" \\\\o/\" <a@b.org>")),
            (&[person("Example, Inc.", "")], Some("Example, Inc."), None),
            (&[person("Example, Ada", "a@b.org")], None, Some("\"Example, Ada\" <a@b.org>")),
            (&[person("Ada <a@b>", "a@b.org")], None, Some("\"Ada <a@b>\" <a@b.org>")),
            (&[person(" ", "a@b.org"), person("Ada", " ")], Some("Ada"), Some("a@b.org")),
            (&[person("Team (core)", "a@b.org")], None, Some("\"Team (core)\" <a@b.org>")),
            (&[person(" Zoë O'Neil ", "z@o.org")], None, Some("Zoë O'Neil <z@o.org>")),
        ] {
            assert_eq!(headers(people), (author.map(Into::into), author_email.map(Into::into)));
        }
    }

    #[test]
    fn names_are_display_names() {
        for name in ["Ada", "J. R. Doe", "Team (core)", "Zoë O'Neil", "李雷", "a@b"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for (name, fault) in [
            ("", NameFault::Empty),
            ("  ", NameFault::Empty),
            ("Doe, Jane", NameFault::Character { character: ',', range: 3..4 }),
            ("É <e@f.org>", NameFault::Character { character: '<', range: 3..4 }),
            ("a\nX: y", NameFault::Control { range: 1..2 }),
            ("a\u{85}b", NameFault::Control { range: 1..3 }),
            ("a\u{2028}b", NameFault::Control { range: 1..4 }),
        ] {
            assert_eq!(check_name(name), Err(fault), "{name:?}");
        }
    }

    #[test]
    fn addresses_are_two_dot_atoms() {
        for email in ["a@b.org", "e@f", "first.last+tag@sub.example.org", "o'neil@x.org", "用户@例子.广告"]
        {
            assert_eq!(check_email(email), Ok(()), "{email}");
        }
        let form = |email: &str| EmailFault::Form(email.to_owned());
        for (email, fault) in [
            ("", form("")),
            ("a", form("a")),
            ("@b", form("@b")),
            ("a@", form("a@")),
            ("a@b@c", form("a@b@c")),
            ("a..b@c", form("a..b@c")),
            (".a@c", form(".a@c")),
            ("a@b.", form("a@b.")),
            ("a at b.org", EmailFault::Character { character: ' ', range: 1..2 }),
            ("<a@b.org>", EmailFault::Character { character: '<', range: 0..1 }),
            ("a@b.org, c@d.org", EmailFault::Character { character: ',', range: 7..8 }),
            ("a@b.org\n", EmailFault::Character { character: '\n', range: 7..8 }),
            ("a@b\u{2028}", EmailFault::Character { character: '\u{2028}', range: 3..6 }),
        ] {
            assert_eq!(check_email(email), Err(fault), "{email:?}");
        }
    }

    proptest! {
        #[test]
        fn survives_any_text(text in ".*") {
            let _ = (check_name(&text), check_email(&text));
        }
    }
}
