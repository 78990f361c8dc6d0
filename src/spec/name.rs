//! Names of projects, extras and dependency groups.
//!
//! Standard: packaging.python.org, "Names and normalization" (PEP 503, PEP 508, PEP 685, PEP 735).

/// Whether `name` is a valid name: ASCII letters and digits, and between them also `.`, `_` and `-`.
pub fn is_valid(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || is_separator(byte);
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    bytes.iter().copied().all(is_inner) && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
}

/// Spells `name` in the one way in which two spellings of the same name are equal: `My._Project` as `my-project`.
pub fn normalize(name: &str) -> String {
    join(name, '-')
}

/// Spells `name` as it stands in the names of wheels, sdists and `.dist-info` folders: `My.-Project` as `my_project`.
///
/// These file names put `-` between their parts, so the name itself may hold none.
pub fn escaped(name: &str) -> String {
    join(name, '_')
}

/// The valid name nearest to `text`, each run of other characters read as `-`; none where nothing is left.
pub fn mended(text: &str) -> Option<String> {
    let is_inner =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let is_end = |character: char| !character.is_ascii_alphanumeric();
    let words = text.split(|character| !is_inner(character)).map(|word| word.trim_matches(is_end));
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    is_valid(&name).then_some(name)
}

/// `re.sub(r"[-_.]+", separator, name).lower()`
fn join(name: &str, separator: char) -> String {
    let mut joined = String::with_capacity(name.len());
    let mut in_run = false;
    for character in name.chars() {
        let separates = u8::try_from(character).is_ok_and(is_separator);
        if !separates {
            joined.extend(character.to_lowercase());
        } else if !in_run {
            joined.push(separator);
        }
        in_run = separates;
    }
    joined
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_names_from_other_words() {
        for name in ["a", "7", "A.b_c-d", "x--y", "a.-_b"] {
            assert!(is_valid(name), "{name}");
        }
        for word in ["", "-", "-a", "a-", "_a", "a.", "a b", "a/b", "é", "aéb", "\u{212a}", "a\n", "a+b"] {
            assert!(!is_valid(word), "{word:?}");
        }
    }

    #[test]
    fn normalizes_runs_and_case() {
        for (name, normalized, file_name) in [
            ("demo", "demo", "demo"),
            ("My.Pkg--X", "my-pkg-x", "my_pkg_x"),
            ("a.-_b", "a-b", "a_b"),
            ("Weather_MCP", "weather-mcp", "weather_mcp"),
        ] {
            assert_eq!((normalize(name).as_str(), escaped(name).as_str()), (normalized, file_name));
        }
    }

    #[test]
    fn mends_what_is_no_name() {
        for (text, name) in [
            ("my server", Some("my-server")),
            ("../evil", Some("evil")),
            ("_a (b)_", Some("a-b")),
            ("caf\u{e9}", Some("caf")),
            ("fine", Some("fine")),
            ("", None),
            ("\u{e9}_", None),
        ] {
            assert_eq!(mended(text).as_deref(), name, "{text}");
        }
    }
}
