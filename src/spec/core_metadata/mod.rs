//! Core metadata: what `METADATA` and `PKG-INFO` say.
//!
//! [Core metadata](https://packaging.python.org/en/latest/specifications/core-metadata/) 2.6, the fields that a `[project]`
//! table can fill; `read` holds the strict reader. The values are checked where they are read from the project,
//! not here.

use std::fmt::Write as _;

use super::control::find_control;

mod read;

pub use read::{check, label_as_read};

/// The metadata of one release; what is `None`, empty or blank becomes no header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreMetadata {
    /// `Name`, as the author writes it.
    pub name: String,
    /// `Version`, normalised.
    pub version: String,
    /// `Dynamic`: fields that a build may change.
    pub dynamic: Vec<String>,
    /// Whether a field is both given and in `dynamic` (PEP 808).
    pub partially_dynamic: bool,
    /// `Summary`.
    pub summary: Option<String>,
    /// The readme's text, which becomes the body.
    pub description: Option<String>,
    /// `Description-Content-Type`.
    pub description_content_type: Option<String>,
    /// `Keywords`, none of which holds a comma.
    pub keywords: Vec<String>,
    /// `Author`.
    pub author: Option<String>,
    /// `Author-email`.
    pub author_email: Option<String>,
    /// `Maintainer`.
    pub maintainer: Option<String>,
    /// `Maintainer-email`.
    pub maintainer_email: Option<String>,
    /// `License`: the text of the legacy table; the one header that may have several lines.
    pub license: Option<String>,
    /// `License-Expression`, canonical.
    pub license_expression: Option<String>,
    /// `License-File`: paths below the project's root, with `/`.
    pub license_files: Vec<String>,
    /// `Classifier`.
    pub classifiers: Vec<String>,
    /// `Requires-Dist`.
    pub requires_dist: Vec<String>,
    /// `Requires-Python`.
    pub requires_python: Option<String>,
    /// `Project-URL`: label and URL.
    pub project_urls: Vec<(String, String)>,
    /// `Provides-Extra`, normalised.
    pub provides_extra: Vec<String>,
    /// `Import-Name` (PEP 794); an empty list says that nothing can be imported.
    pub import_names: Option<Vec<String>>,
    /// `Import-Namespace` (PEP 794).
    pub import_namespaces: Vec<String>,
}

impl CoreMetadata {
    /// The lowest version that has all that is used: tools that lag behind refuse what they do not know.
    pub fn metadata_version(&self) -> &'static str {
        if self.partially_dynamic {
            "2.6"
        } else if self.import_names.is_some() || !self.import_namespaces.is_empty() {
            "2.5"
        } else if self.license_expression.is_some() || !self.license_files.is_empty() {
            "2.4"
        } else if !self.provides_extra.is_empty() {
            // The names of extras have one spelling since 2.3 (PEP 685).
            "2.3"
        } else {
            // Without `Dynamic`, a field of an sdist is reliable only since 2.2 (PEP 643).
            "2.2"
        }
    }

    /// Writes the headers in the order of the standard, and the description as the body.
    pub fn render(&self) -> String {
        let mut headers = Headers::default();
        headers.one("Metadata-Version", self.metadata_version());
        headers.one("Name", &self.name);
        headers.one("Version", &self.version);
        headers.all("Dynamic", &self.dynamic);
        headers.all("Summary", &self.summary);
        headers.all("Description-Content-Type", &self.description_content_type);
        let keywords = self.keywords.iter().filter(|keyword| !keyword.trim().is_empty());
        headers.all("Keywords", &Some(keywords.cloned().collect::<Vec<_>>().join(",")));
        headers.all("Author", &self.author);
        headers.all("Author-email", &self.author_email);
        headers.all("Maintainer", &self.maintainer);
        headers.all("Maintainer-email", &self.maintainer_email);
        headers.all("License", &self.license.as_deref().map(folded));
        headers.all("License-Expression", &self.license_expression);
        headers.all("License-File", &self.license_files);
        headers.all("Classifier", &self.classifiers);
        headers.all("Requires-Dist", &self.requires_dist);
        headers.all("Requires-Python", &self.requires_python);
        for (label, url) in &self.project_urls {
            headers.one("Project-URL", &format!("{label}, {url}"));
        }
        headers.all("Provides-Extra", &self.provides_extra);
        match self.import_names.as_deref() {
            Some([]) => headers.one("Import-Name", ""),
            names => headers.all("Import-Name", names.unwrap_or_default()),
        }
        headers.all("Import-Namespace", &self.import_namespaces);
        let Headers(mut text) = headers;
        if let Some(body) = self.description.as_deref().map(body).filter(|body| !body.is_empty()) {
            text.push('\n');
            text.push_str(&body);
        }
        text
    }
}

#[derive(Default)]
struct Headers(String);

impl Headers {
    fn one(&mut self, name: &str, value: &str) {
        debug_assert!(
            name == "License" || find_control(value).is_none(),
            "the reader of the project refuses control characters, yet `{name}` holds one: {value:?}"
        );
        writeln!(self.0, "{name}: {value}").expect("a String takes every write");
    }

    fn all<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a String>) {
        for value in values.into_iter().filter(|value| !value.trim().is_empty()) {
            self.one(name, value);
        }
    }
}

/// The text as one header: each further line, empty ones too, is indented so that it continues the header.
fn folded(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let breaks_line = |character: char| find_control(character.encode_utf8(&mut [0; 4])).is_some();
    let text = text.trim_matches(|character: char| character.is_whitespace() || breaks_line(character));
    text.split(breaks_line).collect::<Vec<_>>().join("\n        ")
}

/// The description as readers give it back.
///
/// Python's `email` turns `\r\n` and `\r` into `\n` when it reads bytes but not when it reads text, so only `\n`
/// reads the same in both ways. A byte order mark belongs to the file, not to its text.
fn body(description: &str) -> String {
    let text = description.strip_prefix('\u{feff}').unwrap_or(description);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests;
