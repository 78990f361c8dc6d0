//! Which tags are the project's, which version each names, and which the commits after it have.

use crate::spec::name;
use crate::spec::version::{self, Version};

/// The tags that are a project's: `v1.4.0`, `1.4.0` and `weather-v1.4.0`, or those alone that begin as it says.
#[derive(Clone, Debug)]
pub struct TagForms<'p> {
    /// The project's normalised name.
    name: &'p str,
    /// What its tags begin with.
    prefix: Option<&'p str>,
    /// Whether only those count that begin with its name.
    is_named: bool,
}

impl<'p> TagForms<'p> {
    /// The tags of the project of this normalised name.
    pub fn new(name: &'p str, prefix: Option<&'p str>) -> Self {
        Self { name, prefix, is_named: false }
    }

    /// The same, but those alone that begin with the project's name; none where it says itself how they begin.
    pub fn named(&self) -> Option<Self> {
        let has_name = self.prefix.is_none() && !self.name.is_empty();
        has_name.then(|| Self { is_named: true, ..self.clone() })
    }

    /// The version that a tag names, if it is one of the project.
    pub fn version_of(&self, tag: &str) -> Option<Version> {
        let rest = match self.prefix {
            Some(prefix) => tag.strip_prefix(prefix)?,
            None => self.behind_name(tag).or_else(|| (!self.is_named).then_some(tag))?,
        };
        let rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_digit()).then(|| version::parse(rest).ok())?
    }

    /// What stands behind the project's name and a separator.
    fn behind_name<'t>(&self, tag: &'t str) -> Option<&'t str> {
        let words = name::normalize(tag);
        let rest = words.strip_prefix(self.name).filter(|_| !self.name.is_empty())?;
        let length = rest.starts_with(['-', '/', '@']).then(|| rest.len() - 1)?;
        tag.get(tag.len().checked_sub(length)?..)
    }

    /// Globs of git's for all the tags that may be the project's.
    pub fn globs(&self) -> Vec<String> {
        if let Some(prefix) = self.prefix {
            let prefix = escaped(prefix);
            return vec![format!("{prefix}[0-9]*"), format!("{prefix}[vV][0-9]*")];
        }
        let mut globs = Vec::new();
        if !self.name.is_empty() {
            let name: String = self.name.chars().map(in_any_spelling).collect();
            globs.extend([format!("{name}[-_./@][0-9]*"), format!("{name}[-_./@][vV][0-9]*")]);
        }
        if !self.is_named {
            globs.extend(["[0-9]*".to_owned(), "[vV][0-9]*".to_owned()]);
        }
        globs
    }
}

/// A letter of a normalised name as a glob of all letters that are normalised to it.
fn in_any_spelling(letter: char) -> String {
    match letter {
        '-' => "[-_.]".to_owned(),
        letter if letter.is_ascii_alphabetic() => format!("[{letter}{}]", letter.to_ascii_uppercase()),
        letter => letter.to_string(),
    }
}

/// A glob of git's that matches the text alone.
pub fn escaped(text: &str) -> String {
    let escape = |letter: char| if "*?[]\\".contains(letter) { vec!['\\', letter] } else { vec![letter] };
    text.chars().flat_map(escape).collect()
}

/// The version of what is so many commits after the tag of another, or is changed on it: the next patch's development
/// release, by the rule that setuptools-scm calls `guess-next-dev`, without its local part. None after a development
/// release of another number than 0.
pub fn next_development(tagged: &Version, distance: u64) -> Option<Version> {
    match tagged.dev() {
        Some(0) => return Some(tagged.clone().with_dev(Some(distance))),
        Some(_) => return None,
        None => {}
    }
    // the last number of a version is that of its last segment, whichever it is
    let text = tagged.to_string();
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let last: u64 = text[stem.len()..].parse().ok()?;
    version::parse(&format!("{stem}{}.dev{distance}", last.checked_add(1)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_the_project_or_of_another() {
        let forms = TagForms::new("my-demo", None);
        for (tag, version) in [
            ("v1.2.3", Some("1.2.3")),
            ("V1.2.3", Some("1.2.3")),
            ("1.2.3", Some("1.2.3")),
            ("v1.2.3-rc.1", Some("1.2.3rc1")),
            ("my-demo-v1.2.3", Some("1.2.3")),
            ("My_Demo-1.2.3", Some("1.2.3")),
            ("my.demo_v1.2.3", Some("1.2.3")),
            ("my-demo/v1.2.3", Some("1.2.3")),
            ("my-demo@1.2.3", Some("1.2.3")),
            ("v1.2.3+build", Some("1.2.3+build")),
            ("other-v9.0.0", None),
            ("my-demo-two-v1.2.3", None),
            ("other-my-demo-v1.2.3", None),
            ("release-1.2.3", None),
            ("latest", None),
            ("v1.2.3-final-2", None),
            ("my-demo", None),
            ("my-demo-", None),
            ("v", None),
            ("", None),
        ] {
            assert_eq!(forms.version_of(tag).map(|found| found.to_string()).as_deref(), version, "{tag}");
        }
        let named = forms.named().expect("it has a name");
        assert!(named.version_of("v1.2.3").is_none() && named.version_of("my-demo-v1.2.3").is_some());
        let told = TagForms::new("my-demo", Some("release/"));
        assert!(told.version_of("v1.2.3").is_none() && told.version_of("release/v1.2.3").is_some());
        assert!(told.version_of("release/1.2.3").is_some() && told.named().is_none());
    }

    #[test]
    fn the_next_version_is_what_setuptools_scm_guesses() {
        for (tagged, next) in [
            ("1.2.3", Some("1.2.4.dev2")),
            ("1.2", Some("1.3.dev2")),
            ("1", Some("2.dev2")),
            ("1.2.3rc1", Some("1.2.3rc2.dev2")),
            ("1.2.3a0", Some("1.2.3a1.dev2")),
            ("1.2.3.post1", Some("1.2.3.post2.dev2")),
            ("1.2.3rc1.post2", Some("1.2.3rc1.post3.dev2")),
            ("1.2.3.dev0", Some("1.2.3.dev2")),
            ("1.2.3.dev5", None),
            ("1!1.2.9", Some("1!1.2.10.dev2")),
            ("2026.11", Some("2026.12.dev2")),
            ("18446744073709551614.18446744073709551615", None),
        ] {
            let Ok(tagged) = version::parse(tagged) else { continue };
            let found = next_development(&tagged, 2).map(|found| found.to_string());
            assert_eq!(found.as_deref(), next, "{tagged}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(tag in r"[-vV_./@0-9a-zé]{0,20}", name in "[a-zé-]{0,6}") {
            let name = name::normalize(&name);
            let _ = TagForms::new(&name, None).version_of(&tag);
        }
    }
}
