//! Answers without what is of one machine or of one user: paths, values of variables, secrets.
//!
//! A field that lost something is marked: users are answered otherwise. So is a text that tells the version of the project,
//! as a recording lasts over releases.

use serde_json::{Map, Value};

use super::RecordedEntry;
use crate::environment::names_a_secret;
use crate::secrets;

/// A shorter value may be a word of any text.
const TELLING: usize = 8;

/// What stands for a secret.
const STARS: &str = "***";

/// What nobody else is to see, or to get.
#[derive(Debug)]
pub(super) struct Mask {
    /// Texts and what stands for them, the longest first.
    stands: Vec<(String, String)>,
    /// The version of the project, where it is no common number.
    version: Option<String>,
}

impl Mask {
    /// Of texts with what stands for them, and of the version.
    pub(super) fn new(mut stands: Vec<(String, String)>, version: Option<&str>) -> Self {
        stands.retain(|(text, _)| !text.is_empty());
        stands.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.cmp(other)));
        let version = version.filter(|version| version.matches('.').count() > 1).map(str::to_owned);
        Self { stands, version }
    }

    /// An entry of a list, or what a server says of itself.
    pub(super) fn entry(&self, said: Map<String, Value>) -> RecordedEntry {
        let mut made = RecordedEntry::default();
        for (field, mut value) in said.into_iter().filter(|(field, _)| !is_ours(field)) {
            let changed = self.value(&field, &mut value);
            let is_prose = ["description", "instructions", "title"].contains(&&*field);
            if changed || is_prose && value.as_str().is_some_and(|text| self.tells_version(text)) {
                made.partial.push(field.clone());
            }
            made.listed.insert(field, value);
        }
        made.partial.sort_unstable();
        made
    }

    /// The words of a command, of which each may name the next.
    pub(super) fn words(&self, words: &[String]) -> Vec<String> {
        let before = std::iter::once("").chain(words.iter().map(String::as_str));
        let word = |(before, word): (&str, &String)| {
            match word.split_once('=') {
                Some((option, _)) if asks_for_a_secret(option) => return format!("{option}={STARS}"),
                None if asks_for_a_secret(before) => return STARS.to_owned(),
                _ => {}
            }
            let mut word = word.clone();
            self.text("", &mut word);
            word
        };
        before.zip(words).map(word).collect()
    }

    /// Masks a value that stands under a name; tells whether it changed.
    fn value(&self, name: &str, value: &mut Value) -> bool {
        match value {
            Value::String(text) => self.text(name, text),
            Value::Array(items) => {
                items.iter_mut().fold(false, |changed, item| self.value(name, item) | changed)
            }
            Value::Object(members) => members.iter_mut().fold(false, |changed, (key, member)| {
                // `{"api_key": {"default": "..."}}`
                let name =
                    if ["const", "default", "enum", "examples"].contains(&key.as_str()) { name } else { key };
                self.value(name, member) | changed
            }),
            _ => false,
        }
    }

    fn text(&self, name: &str, text: &mut String) -> bool {
        let mut made = text.clone();
        for (found, stands) in self.stands.iter().filter(|(found, _)| text.contains(found)) {
            made = replaced(&made, found, stands);
        }
        made = without_secrets("", &made);
        if !name.is_empty() {
            made = without_secrets(&format!("{name}="), &made);
        }
        let changed = made != *text;
        *text = made;
        changed
    }

    fn tells_version(&self, text: &str) -> bool {
        let Some(version) = &self.version else { return false };
        replaced(text, version, "") != text
    }
}

/// Whether the value of an option is a secret: `--api-key`.
fn asks_for_a_secret(option: &str) -> bool {
    let name = option.trim_start_matches('-');
    name.len() < option.len() && names_a_secret(&name.replace('-', "_"))
}

/// Whether a field is one of our own marks, which no server may set.
fn is_ours(field: &str) -> bool {
    ["conditional", "partial", "recorded", "source"].contains(&field)
}

/// The text with stars for the secrets that are found in it behind `before`.
fn without_secrets(before: &str, text: &str) -> String {
    let whole = format!("{before}{text}");
    let masked = secrets::masked(&whole, &secrets::scan(whole.as_bytes()));
    masked.get(before.len()..).unwrap_or_default().to_owned()
}

/// The text with `stands` wherever `found` is no part of a longer word.
fn replaced(text: &str, found: &str, stands: &str) -> String {
    let is_telling = found.len() >= TELLING && !found.contains(['/', '\\', '.']);
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let mut made = String::with_capacity(text.len());
    let mut last = 0;
    for (at, _) in text.match_indices(found) {
        let behind = at + found.len();
        let before = text[..at].chars().next_back().filter(|_| found.starts_with(is_word));
        let after = text[behind..].chars().next().filter(|_| found.ends_with(is_word));
        if is_telling || !before.is_some_and(is_word) && !after.is_some_and(is_word) {
            made.push_str(&text[last..at]);
            made.push_str(stands);
            last = behind;
        }
    }
    made + &text[last..]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(said: Value) -> RecordedEntry {
        let stands = [
            ("/home/me", "<home>"),
            ("/home/me/work/project", "<project>"),
            ("metric", "<UNITS>"),
            ("correct-horse-battery", "<WEATHER_KEY>"),
        ];
        let stands = stands.map(|(text, stands)| (text.to_owned(), stands.to_owned())).to_vec();
        let Value::Object(said) = said else { unreachable!("an object") };
        Mask::new(stands, Some("1.2.3")).entry(said)
    }

    #[test]
    fn what_is_of_one_machine_is_masked_and_marked() {
        for (said, expected) in [
            ("reads /home/me/work/project/a.txt", "reads <project>/a.txt"),
            ("reads /home/me", "reads <home>"),
            ("reads file:///home/me/a", "reads file://<home>/a"),
            ("in metric units", "in <UNITS> units"),
            ("key xcorrect-horse-batteryx", "key x<WEATHER_KEY>x"),
        ] {
            let made = masked(json!({ "name": "t", "description": said }));
            assert_eq!(made.listed["description"], expected);
            assert_eq!(made.partial, ["description"]);
        }
        for said in ["reads /home/melon", "in metrical units", "of 1.2.34", "of 11.2.3"] {
            let made = masked(json!({ "name": "t", "description": said }));
            assert_eq!((&made.listed["description"], &*made.partial), (&json!(said), &[] as &[String]));
        }
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let key = ["ghp_", "x7Kq2Lw9Tz4Rb8Vn1Mc5Hs3Dj6Fg0Pa7Ye2U"].concat();
        let made =
            masked(json!({ "name": "t", "inputSchema": { "properties": { "auth": { "default": key } } } }));
        assert!(!serde_json::to_string(&made).expect("JSON").contains("x7Kq2Lw9Tz4"));
        let made = masked(json!({
            "name": "t", "inputSchema": { "properties": { "api_key": { "default": "q8Zt7LwPx2Rk9VbN4mYc6HsD" } } }
        }));
        assert!(!serde_json::to_string(&made).expect("JSON").contains("q8Zt7LwPx2Rk9VbN4mYc6HsD"));
        assert_eq!(made.partial, ["inputSchema"]);
    }

    #[test]
    fn secrets_among_arguments_are_masked() {
        for (words, expected) in [
            (["--api-key", "abc"], ["--api-key", "***"]),
            (["--key", "abc"], ["--key", "***"]),
            (["--token=", "--token"], ["--token=***", "--token"]),
            (["--token=abc", "--mode=abc"], ["--token=***", "--mode=abc"]),
            (["--mode", "abc"], ["--mode", "abc"]),
            (["password", "/home/me/a"], ["password", "<home>/a"]),
        ] {
            let stands = vec![("/home/me".to_owned(), "<home>".to_owned())];
            let words = Mask::new(stands, None).words(&words.map(str::to_owned));
            assert_eq!(words, expected);
        }
    }

    #[test]
    fn a_text_that_tells_the_version_is_marked() {
        assert_eq!(masked(json!({ "instructions": "weather 1.2.3" })).partial, ["instructions"]);
        assert_eq!(masked(json!({ "instructions": "weather v1.2" })).partial, [] as [&str; 0]);
    }
}
