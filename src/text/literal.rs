//! A text as a literal of a foreign language, in which nothing of it acts.

use std::fmt::Write as _;

/// In double quotes, as JSON, TOML (1.0), YAML (1.1 and 1.2) and Python all read it.
pub fn quoted(text: &str) -> String {
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
pub fn array<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

/// A key of TOML: bare where it may be.
pub fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { text.to_owned() } else { quoted(text) }
}

/// A value of YAML: plain where nothing in it can be read as something else.
pub fn scalar(text: &str) -> String {
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let letters = text.starts_with(|first: char| first.is_ascii_alphabetic()) && is_plain(text);
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let address = text.strip_prefix("https://").is_some_and(is_plain);
    if address || letters && !words.contains(&&*text.to_lowercase()) { text.to_owned() } else { quoted(text) }
}

/// A value of a line of a Containerfile, in which a `$` would name a variable; the text is of one line.
pub fn in_containerfile(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}

/// In a workflow of GitHub's: YAML, in which `${{` begins an expression wherever it stands.
pub fn in_workflow(text: &str) -> String {
    quoted(text).replace("${{", "${{ '${{' }}")
}

/// In double quotes, as Ruby reads it: its `#` would begin an expression.
pub fn ruby(text: &str) -> String {
    quoted(text).replace('#', "\\#")
}

/// A line of a here-document of Ruby's.
pub fn ruby_line(text: &str) -> String {
    let quoted = ruby(text);
    quoted[1..quoted.len() - 1].replace("\\\"", "\"")
}

/// A word of a POSIX shell (IEEE Std 1003.1, "Quoting").
pub fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A command of a POSIX shell.
pub fn command<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| shell(word.as_ref())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words that a shell hands to a command; a NUL follows each.
    #[cfg(unix)]
    fn words(line: &str) -> Vec<String> {
        let script = format!("printf '%s\\0' {line}");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().expect("sh is there");
        let text = String::from_utf8(output.stdout).expect("what went in was UTF-8");
        text.split_terminator('\0').map(str::to_owned).collect()
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
            (key("a-b_1"), "a-b_1"),
            (key("a.b"), "\"a.b\""),
            (key(""), "\"\""),
            (scalar("a-b/c.d"), "a-b/c.d"),
            (scalar("No"), "\"No\""),
            (scalar("1.0"), "\"1.0\""),
            (scalar("https://a.b/c"), "https://a.b/c"),
            (scalar("a: b"), "\"a: b\""),
            (in_containerfile("a\"\\$b"), r#""a\"\\\$b""#),
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
            let read: toml::Table = toml::from_str(&format!("{} = {literal}", key(&text))).expect("it is TOML");
            prop_assert_eq!(read[&text].as_str(), Some(text.as_str()));
            let read: toml::Table = toml::from_str(&format!("a = {}", array(&[&text, "b"]))).expect("it is TOML");
            prop_assert_eq!(&read["a"], &toml::Value::from(vec![text.as_str(), "b"]));
        }

        #[test]
        fn nothing_begins_an_expression(text in r#"[$#{}@'"\\ a\n]{0,20}"#) {
            // a blank takes its place, as what stands around it would come together
            prop_assert!(!in_workflow(&text).replace("${{ '${{' }}", " ").contains("${{"));
            let literal = ruby(&text);
            for (at, _) in literal.match_indices('#') {
                let before = literal[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
                prop_assert_eq!(before % 2, 1);
            }
            prop_assert!(!ruby_line(&text).contains('\n'));
        }
    }

    #[cfg(unix)]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn every_word_reaches_the_command(
            line in prop::collection::vec(r#"([^\x00]|[-'"\\$`!*?~#&|;<>(){}\[\]= \n]){0,12}"#, 1..5),
        ) {
            prop_assert_eq!(words(&command(&line)), line);
        }
    }
}
