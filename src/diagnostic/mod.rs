//! What the packager can mend in their files, as values.
//!
//! A diagnostic is born only from the [`Card`] of a rule, so that each has a code, a page and an example.

mod report;
mod suppression;

use crate::text::{RelPath, Span};

pub use report::{ProjectVerdict, Report};
pub use suppression::{Suppression, SuppressionFault};

/// Where the pages of `docs` are read.
pub const SITE: &str = env!("CARGO_PKG_HOMEPAGE");

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something to know of.
    Warning,
    /// A user would be harmed, as [`Harm`] lists it: refuses the author's build.
    Error,
}

impl Level {
    /// The word that users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What makes an error of a finding: without one of these it is a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// An install or a build fails.
    Install,
    /// A start fails.
    Start,
    /// A client cannot speak with the server, or not use what it offers.
    Protocol,
    /// An index or a registry refuses the upload.
    Upload,
    /// A secret leaks.
    Leak,
    /// What is written would break a MUST of a standard.
    Standard,
    /// The layout is not the one that is enforced.
    Layout,
}

impl Harm {
    /// What happens, as a clause.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Install => "an install fails",
            Self::Start => "a start fails",
            Self::Protocol => "the protocol fails",
            Self::Upload => "an upload fails",
            Self::Leak => "a secret leaks",
            Self::Standard => "a standard's MUST is broken in what is written",
            Self::Layout => "the layout is not the enforced one",
        }
    }
}

/// Which builds a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// The author's alone.
    Author,
    /// Every build, the consumer's and the editable too: without it the wheel would be wrong or unsafe.
    Structural,
}

/// What a rule is called and what it says of itself.
#[derive(Debug)]
pub struct Card {
    /// Three letters and three digits, never used twice: `ENT001`.
    pub code: &'static str,
    /// The fault in kebab case: `script-module-missing`.
    pub name: &'static str,
    /// The level when nothing is configured.
    pub level: Level,
    /// What happens to users where it is an error; none where it only warns.
    pub harm: Option<Harm>,
    /// Which builds it stops.
    pub reach: Enforcement,
    /// Whether `strict` makes errors of its warnings.
    pub strict: bool,
    /// Whether it is off until a setting or `--select` names it.
    pub on_request: bool,
    /// The doc comment that is the rule's page, a blank before each line.
    pub doc: &'static str,
}

/// A place in a file of the project.
///
/// Without a span it is the file or folder as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file or folder.
    pub path: RelPath,
    /// The stretch of its text.
    pub span: Option<Span>,
}

impl Location {
    /// A stretch of the text at `path`.
    pub fn span(path: &RelPath, span: Span) -> Self {
        Self { path: path.clone(), span: Some(span) }
    }

    /// The file or folder at `path` as a whole.
    pub fn whole(path: &RelPath) -> Self {
        Self { path: path.clone(), span: None }
    }
}

impl From<(&RelPath, Span)> for Location {
    fn from((path, span): (&RelPath, Span)) -> Self {
        Self::span(path, span)
    }
}

impl From<&RelPath> for Location {
    fn from(path: &RelPath) -> Self {
        Self::whole(path)
    }
}

/// A second place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub message: String,
}

/// A replacement of a stretch of text that mends the finding safely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: RelPath,
    /// What is replaced in it.
    pub span: Span,
    /// What stands there afterwards.
    pub content: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub card: &'static Card,
    /// The level in force.
    pub level: Level,
    /// Which builds it stops at level error.
    pub reach: Enforcement,
    /// Whether it is kept back until its rule is asked for, or `strict` does that.
    pub on_request: bool,
    /// A phrase, lower case, names in backticks; it stands alone.
    pub message: String,
    /// The place.
    pub primary: Location,
    /// Other places.
    pub related: Vec<Related>,
    /// The remedy.
    pub help: Option<String>,
    /// The safe remedy as edits.
    pub edits: Vec<Edit>,
    /// Whether it only says what a change to this backend takes; such come last.
    pub of_switching: bool,
}

impl Card {
    /// A finding of this rule at `primary`.
    pub fn at(&'static self, primary: impl Into<Location>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            card: self,
            level: self.level,
            reach: self.reach,
            on_request: false,
            message: message.into(),
            primary: primary.into(),
            related: Vec::new(),
            help: None,
            edits: Vec::new(),
            of_switching: false,
        }
    }

    /// Whether `word` is the code or the name of the rule.
    pub fn is_called(&self, word: &str) -> bool {
        word == self.code || word == self.name
    }

    /// Whether `word` names the rule: by its code, its name, or as a family by the beginning of its code (`ENT`).
    pub fn answers_to(&self, word: &str) -> bool {
        let family = word.len() >= 3 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        self.name == word || (family && self.code.starts_with(word))
    }

    /// The page as Markdown, without the blank that a doc comment has before each line.
    pub fn page(&self) -> String {
        let lines = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The address of the page on the site, which says nothing of the project.
    pub fn url(&self) -> String {
        format!("{SITE}/rules/{}.html", self.code)
    }

    /// What it does, on one line: the first paragraph of the page.
    pub fn purpose(&self) -> String {
        let page = self.page();
        let lines = page.lines().map(str::trim).skip_while(|line| line.is_empty() || line.starts_with('#'));
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What it does, in one sentence.
    pub fn summary(&self) -> String {
        let purpose = self.purpose();
        purpose.split_inclusive(". ").next().unwrap_or_default().trim_end().to_owned()
    }
}

/// The page of a rule with an address for each link to another page of `docs`.
pub fn with_addresses(page: &str) -> String {
    let mut parts = page.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (target, rest) = part.split_once(')').unwrap_or((part, ""));
        let address = address(target).unwrap_or_else(|| target.to_owned());
        let end = if part.len() > target.len() { ")" } else { "" };
        text + "](" + &address + end + rest
    })
}

/// Where a link from the page of a rule leads: to another rule, or to a page a folder up.
fn address(target: &str) -> Option<String> {
    let is_rule = |stem: &str| stem.len() == 6 && stem[3..].bytes().all(|byte| byte.is_ascii_digit());
    let page = match target.strip_prefix("../") {
        Some(page) => page.to_owned(),
        None => format!("rules/{}.md", target.strip_suffix(".md").filter(|stem| is_rule(stem))?),
    };
    Some(format!("{SITE}/{}", page.replacen(".md", ".html", 1)))
}

impl Diagnostic {
    /// With the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a second place.
    #[must_use]
    pub fn related(mut self, location: impl Into<Location>, message: impl Into<String>) -> Self {
        self.related.push(Related { location: location.into(), message: message.into() });
        self
    }

    /// With a second place where there is one.
    #[must_use]
    pub fn related_where(self, location: Option<impl Into<Location>>, message: &str) -> Self {
        match location {
            Some(location) => self.related(location, message),
            None => self,
        }
    }

    /// With a safe edit.
    #[must_use]
    pub fn edit(mut self, path: &RelPath, span: Span, content: impl Into<String>) -> Self {
        self.edits.push(Edit { path: path.clone(), span, content: content.into() });
        self
    }

    /// With any number of safe edits of a file, which belong together.
    #[must_use]
    pub fn edits(self, path: &RelPath, edits: impl IntoIterator<Item = (Span, String)>) -> Self {
        edits.into_iter().fold(self, |finding, (span, content)| finding.edit(path, span, content))
    }

    /// Stops the author's build alone, though the rule is structural.
    #[must_use]
    pub fn for_the_author(mut self) -> Self {
        self.reach = Enforcement::Author;
        self
    }

    /// A warning that is kept back until `strict`, or the code or name of the rule, asks for it.
    #[must_use]
    pub fn on_request(mut self) -> Self {
        self.level = Level::Warning;
        self.on_request = true;
        self
    }

    /// A warning where it is not certain, or harms nobody.
    #[must_use]
    pub fn warning_unless(self, certain: bool) -> Self {
        if certain { self } else { self.level(Level::Warning) }
    }

    /// At another level than the rule's own.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_addresses() {
        for (page, told) in [
            (
                "[`strict`](../configuration.md#strict).",
                format!("[`strict`]({SITE}/configuration.html#strict)."),
            ),
            (
                "[A](TOO005.md)'s, [B](TOO006.md)",
                format!("[A]({SITE}/rules/TOO005.html)'s, [B]({SITE}/rules/TOO006.html)"),
            ),
            (
                "See [it](docs/a.md), [me](README.md), README.md",
                "See [it](docs/a.md), [me](README.md), README.md".to_owned(),
            ),
            ("no link](", "no link](".to_owned()),
            ("", String::new()),
        ] {
            assert_eq!(with_addresses(page), told);
        }
    }
}
