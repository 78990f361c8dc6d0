//! A text as a literal of a foreign language, in which nothing of it acts.

use std::fmt::Write as _;

/// In double quotes, as JSON, TOML (1.0) and YAML (1.1 and 1.2) all read it.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal += "\\n",
            // what one of the formats forbids, or takes for the end of a line
            '\0'..' '
            | '\u{7f}'..'\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(literal, "\\u{:04x}", u32::from(character));
            }
            _ => literal.push(character),
        }
    }
    literal + "\""
}

/// An array of such.
pub(super) fn array<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

/// In a workflow of GitHub's: YAML, in which `${{` begins an expression wherever it stands.
pub(super) fn in_workflow(text: &str) -> String {
    quoted(text).replace("${{", "${{ '${{' }}")
}

/// In double quotes, as Ruby reads it: its `#` would begin an expression.
pub(super) fn ruby(text: &str) -> String {
    quoted(text).replace('#', "\\#")
}

/// A line of a here-document of Ruby's.
pub(super) fn ruby_line(text: &str) -> String {
    let quoted = ruby(text);
    quoted[1..quoted.len() - 1].replace("\\\"", "\"")
}

/// A word of a POSIX shell (IEEE Std 1003.1, "Quoting").
pub(super) fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A command of a POSIX shell.
pub(super) fn command<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| shell(word.as_ref())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a shell makes of a line of words; none where it would do more than split it.
    fn words(line: &str) -> Option<Vec<String>> {
        let (mut words, mut word, mut is_word) = (Vec::new(), String::new(), false);
        let mut characters = line.chars();
        while let Some(character) = characters.next() {
            match character {
                ' ' if is_word => {
                    words.push(std::mem::take(&mut word));
                    is_word = false;
                    continue;
                }
                '\'' => loop {
                    match characters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                },
                '\\' => word.push(characters.next().filter(|c| *c != '\n')?),
                c if c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c) => word.push(c),
                _ => return None,
            }
            is_word = true;
        }
        words.extend(is_word.then_some(word));
        Some(words)
    }

    #[test]
    fn what_acts_in_a_language_is_taken_its_force() {
        let text = "a\"b\\c\n`d` $e #{f} '${{ g }}'";
        for (literal, expected) in [
            (quoted(text), r#""a\"b\\c\n`d` $e #{f} '${{ g }}'""#),
            (in_workflow(text), r#""a\"b\\c\n`d` $e #{f} '${{ '${{' }} g }}'""#),
            (ruby(text), r#""a\"b\\c\n`d` $e \#{f} '${{ g }}'""#),
            (ruby_line(text), r#"a"b\\c\n`d` $e \#{f} '${{ g }}'"#),
            (shell("it's $x"), r"'it'\''s $x'"),
            (shell(""), "''"),
            (command(&["uvx", "weather@1.0"]), "uvx weather@1.0"),
            (
                quoted("\u{1}\u{7f}\u{85}\u{2028}\u{feff}\u{e9}"),
                "\"\\u0001\\u007f\\u0085\\u2028\\ufeff\u{e9}\"",
            ),
        ] {
            assert_eq!(literal, expected);
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in any::<String>()) {
            let literal = quoted(&text);
            prop_assert!(!literal.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<String>(&literal).ok(), Some(text.clone()));
            let read: toml::Table = toml::from_str(&format!("a = {literal}")).expect("it is TOML");
            prop_assert_eq!(read["a"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn every_word_reaches_the_command(line in prop::collection::vec("[^\0]*", 1..4)) {
            prop_assert_eq!(words(&command(&line)), Some(line));
        }

        #[test]
        fn nothing_begins_an_expression(text in r#"[$#{}@'"\\ a\n]{0,20}"#) {
            prop_assert!(!in_workflow(&text).replace("${{ '${{' }}", "").contains("${{"));
            let literal = ruby(&text);
            for (at, _) in literal.match_indices('#') {
                let before = literal[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
                prop_assert_eq!(before % 2, 1);
            }
            prop_assert!(!ruby_line(&text).contains('\n'));
        }
    }
}
