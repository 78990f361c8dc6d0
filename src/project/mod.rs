//! `pyproject.toml` as a model: `[build-system]`, `[project]`, `[dependency-groups]` and `[tool.mcp-backend]`.
//!
//! Reading never fails. What is wrong with the form is recorded as a [`Problem`], what is wrong with a value's
//! grammar is an `Err` in its place, and the rules put both into words. Nothing here looks at other files.

pub mod cache_keys;
mod channels;
mod entry_points;
mod faults;
mod indexes;
mod metadata;
mod people;
mod problem;
mod python;
mod reader;
mod remotes;
mod required;
mod setting;
mod settings;
mod suppression;
mod targets;
pub mod toml;
mod variables;

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Location, Suppression};
use crate::spec::dependency_groups::Item;
use crate::spec::entry_points::{Reference, ReferenceFault};
use crate::spec::glob::{Glob, GlobFault};
use crate::spec::license::{LicenseExpression, LicenseExpressionFault};
use crate::spec::name;
use crate::spec::requirement::{Requirement, RequirementFault};
use crate::spec::version::{Version, VersionFault, VersionSpecifiers};
use crate::spec::wheel_tag::WheelTag;
use crate::text::{RelPath, SourceText, Span, Spanned};

pub use channels::{Channel, Exports};
pub use faults::Fault;
pub use indexes::PackageIndex;
pub use metadata::PROJECT_KEYS;
pub use people::Author;
pub use problem::{Problem, ProblemKind};
pub use python::{PythonRange, SDK_FLOOR, raised};
pub use remotes::{REMOTE_INPUT_KEYS, REMOTE_KEYS, Remote, RemoteInput};
pub use required::Required;
pub use setting::{Setting, SettingType};
pub use settings::{DataFolder, FileIgnore, RuleLevel, SCHEMES, SETTINGS, Settings};
pub use targets::ToolTarget;
pub use variables::{EnvVariable, VARIABLE_KEYS};

/// The name of the file that all this stands in.
pub const FILE_NAME: &str = "pyproject.toml";

/// What a project writes into `requires` to be built by this backend: up to the next minor version, as only such a one
/// brings rules that refuse more.
pub fn own_requirement() -> String {
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    let next = minor.parse::<u64>().expect("Cargo takes numbers alone") + 1;
    format!("mcp-backend>={major}.{minor},<{major}.{next}")
}

/// A value read by the grammar of its standard, or why it could not be.
pub type Parsed<T, F> = Spanned<Result<T, F>>;

/// The project as its author describes it.
#[derive(Debug)]
pub struct Project {
    /// The text of `pyproject.toml`.
    pub source: Arc<SourceText>,
    /// `[build-system]`.
    pub build_system: BuildSystem,
    /// Where the `[project]` table begins; the file's start when it is missing.
    pub span: Span,
    /// `name`, as written.
    pub name: Option<Spanned<String>>,
    /// `version`.
    pub version: Option<Parsed<Version, VersionFault>>,
    /// `description`: the summary.
    pub description: Option<Spanned<String>>,
    /// `readme`.
    pub readme: Option<ReadmeField>,
    /// `requires-python`.
    pub requires_python: Option<RequiresPython>,
    /// `license`.
    pub license: Option<License>,
    /// `license-files`; none means that the usual names are looked for.
    pub license_files: Option<Vec<Parsed<Glob, GlobFault>>>,
    /// `authors`.
    pub authors: Vec<Author>,
    /// `maintainers`.
    pub maintainers: Vec<Author>,
    /// `keywords`.
    pub keywords: Vec<Spanned<String>>,
    /// `classifiers`.
    pub classifiers: Vec<Spanned<String>>,
    /// `urls`: label and address.
    pub urls: Vec<(Spanned<String>, Spanned<String>)>,
    /// `scripts`, `gui-scripts` and `entry-points`, in this order.
    pub entry_points: Vec<EntryPointGroup>,
    /// `dependencies`.
    pub dependencies: Vec<Parsed<Requirement, RequirementFault>>,
    /// `optional-dependencies`.
    pub optional_dependencies: Vec<Extra>,
    /// `import-names` (PEP 794).
    pub import_names: Option<Spanned<Vec<Spanned<String>>>>,
    /// `import-namespaces` (PEP 794).
    pub import_namespaces: Option<Spanned<Vec<Spanned<String>>>>,
    /// `dynamic`.
    pub dynamic: Vec<Spanned<String>>,
    /// The keys of `[project]` that are there, with the key's place.
    pub keys: Vec<Spanned<String>>,
    /// `[dependency-groups]` (PEP 735), with the place of each group's name and of each item.
    pub dependency_groups: DependencyGroups,
    /// `[tool.mcp-backend]`.
    pub settings: Settings,
    /// What other tools are told of the oldest Python.
    pub tool_targets: Vec<ToolTarget>,
    /// The package indexes that uv is told of.
    pub indexes: Vec<PackageIndex>,
    /// What has uv build the project anew, where that is said.
    pub cache_keys: Option<cache_keys::CacheKeys>,
    /// The comments that silence rules.
    pub suppressions: Vec<Suppression>,
    /// What is wrong with the form.
    pub problems: Vec<Problem>,
    /// Whether some of this was said elsewhere than in `[project]`, so that nothing can be mended at its place.
    pub elsewhere: bool,
}

/// An extra and its requirements.
#[derive(Debug)]
pub struct Extra {
    /// Its name, as written.
    pub name: Spanned<String>,
    /// Its requirements.
    pub requirements: Vec<Parsed<Requirement, RequirementFault>>,
}

/// `[build-system]`.
#[derive(Debug, Default)]
pub struct BuildSystem {
    /// Where the table begins, when it is there.
    pub span: Option<Span>,
    /// `requires`.
    pub requires: Vec<Spanned<String>>,
    /// `build-backend`.
    pub backend: Option<Spanned<String>>,
}

/// `readme`: where its text is, and of which type.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadmeField {
    /// A file, or the text itself.
    pub source: ReadmeSource,
    /// The content type written, when one is.
    pub content_type: Option<Spanned<String>>,
    /// The whole value.
    pub span: Span,
}

/// Where the readme's text is.
#[derive(Debug, PartialEq, Eq)]
pub enum ReadmeSource {
    /// A file, as written.
    File(Spanned<String>),
    /// In the value itself.
    Text(Spanned<String>),
}

/// `requires-python`: the text as written, and its meaning.
#[derive(Debug)]
pub struct RequiresPython {
    /// As written.
    pub text: Spanned<String>,
    /// Its meaning.
    pub specifiers: Result<VersionSpecifiers, VersionFault>,
}

/// `license` in its three forms.
#[derive(Debug)]
pub enum License {
    /// An SPDX expression (PEP 639).
    Expression(Parsed<LicenseExpression, LicenseExpressionFault>),
    /// The old `{ text = "..." }`.
    Text(Spanned<String>),
    /// The old `{ file = "..." }`.
    File(Spanned<String>),
}

/// A table of entry points.
#[derive(Debug)]
pub struct EntryPointGroup {
    /// `console_scripts`, `gui_scripts` or the name as written.
    pub name: Spanned<String>,
    /// The table as users write it: `project.scripts`.
    pub table: String,
    /// Its entries in the order written.
    pub entries: Vec<EntryPoint>,
}

/// One entry point.
#[derive(Debug)]
pub struct EntryPoint {
    /// Its name: a script's command.
    pub name: Spanned<String>,
    /// What it names, as written.
    pub value: Spanned<String>,
    /// What it names.
    pub reference: Result<Reference, ReferenceFault>,
}

/// `[dependency-groups]`.
#[derive(Debug, Default)]
pub struct DependencyGroups {
    /// The groups in the order written.
    pub groups: Vec<(String, Vec<Item>)>,
    /// The place of each group's name and of its items, in the same order.
    pub places: Vec<(Span, Vec<Span>)>,
}

impl BuildSystem {
    /// Whether this backend builds the project: a check looks at projects of other backends too. Where none is named
    /// setuptools does (PEP 517).
    ///
    /// A backend of the project's own may hand over to ours, which it requires then.
    pub fn is_ours(&self) -> bool {
        let required = || {
            let ours = |text: &Spanned<String>| {
                Requirement::parse(&text.value)
                    .is_ok_and(|wanted| name::normalize(&wanted.name) == "mcp-backend")
            };
            self.requires.iter().any(ours)
        };
        self.backend.as_ref().is_some_and(|backend| backend.value == "mcp_backend") || required()
    }
}

impl EntryPointGroup {
    /// Whether its entries become commands.
    pub fn is_scripts(&self) -> bool {
        matches!(self.name.value.as_str(), "console_scripts" | "gui_scripts")
    }
}

impl Project {
    /// Whether the file is TOML, so that what it lacks is lacking for sure.
    pub fn is_readable(&self) -> bool {
        let broken =
            |problem: &Problem| matches!(problem.kind, ProblemKind::Syntax(_) | ProblemKind::NotUtf8);
        !self.problems.iter().any(broken)
    }

    /// Whether scripts may come from where nothing was read: a value of the wrong type, another backend's own tables.
    pub fn has_scripts_elsewhere(&self) -> bool {
        let misread = self.problems.iter().any(|problem| match &problem.kind {
            ProblemKind::WrongType { key, .. } => {
                key.starts_with("project.scripts") || key.starts_with("project.gui-scripts")
            }
            _ => false,
        });
        let dynamic = ["scripts", "gui-scripts", "entry-points"].iter().any(|field| self.is_dynamic(field));
        let backend = self.build_system.backend.as_ref().map_or("", |backend| backend.value.as_str());
        misread || dynamic || backend.starts_with("poetry.")
    }

    /// The path of `pyproject.toml`.
    pub fn path(&self) -> &RelPath {
        self.source.path()
    }

    /// A stretch of `pyproject.toml`.
    pub fn at(&self, span: Span) -> Location {
        Location::span(self.path(), span)
    }

    /// The tag of its wheel.
    pub fn wheel_tag(&self) -> WheelTag {
        self.settings.tag.as_ref().map_or_else(WheelTag::pure, |tag| tag.value.clone())
    }

    /// Whether a `Private ::` classifier keeps it from every public index.
    pub fn is_private(&self) -> bool {
        self.classifiers.iter().any(|classifier| classifier.value.starts_with("Private ::"))
    }

    /// Whether `dynamic` names `key`.
    pub fn is_dynamic(&self, key: &str) -> bool {
        self.dynamic.iter().any(|name| name.value == key)
    }

    /// The name as it stands in paths and imports: `my_server`; `unnamed` while the name is missing, and of one that
    /// is not valid what is nearest to it.
    pub fn module_name(&self) -> String {
        let name = self.name.as_ref().map_or("unnamed", |name| &name.value);
        if name::is_valid(name) {
            return name::escaped(name);
        }
        name::escaped(&name::mended(name).unwrap_or_else(|| "unnamed".to_owned()))
    }

    /// The names of `dependencies` that can be read, normalised, whatever their markers say.
    pub fn dependency_names(&self) -> impl Iterator<Item = String> {
        self.dependencies.iter().filter_map(|each| Some(name::normalize(&each.value.as_ref().ok()?.name)))
    }

    /// The static version, when it is there and valid.
    pub fn static_version(&self) -> Option<&Version> {
        self.version.as_ref().and_then(|version| version.value.as_ref().ok())
    }

    /// Whether the version is that of git's tags: where the value says so, when `dynamic` lists it.
    pub fn version_from_git(&self) -> Option<Span> {
        self.settings.version.filter(|_| self.is_dynamic("version") && self.version.is_none())
    }

    /// The scripts that become commands: `console_scripts` and `gui_scripts`.
    pub fn scripts(&self) -> impl Iterator<Item = (&EntryPointGroup, &EntryPoint)> {
        self.entry_points
            .iter()
            .filter(|group| group.is_scripts())
            .flat_map(|group| group.entries.iter().map(move |entry| (group, entry)))
    }

    /// Whether `[project]` is there, so that what it lacks is lacking for sure.
    pub fn has_table(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether `key` stands in `[project]` or is named in `dynamic`.
    pub fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|name| name.value == key) || self.is_dynamic(key)
    }

    /// Whether something stands at the dotted `key` that could not be read.
    pub fn misread(&self, key: &str) -> bool {
        self.problems.iter().any(|problem| match &problem.kind {
            ProblemKind::WrongType { key: wrong, .. } | ProblemKind::ControlCharacter { key: wrong, .. } => {
                wrong == key
            }
            _ => false,
        })
    }

    /// The string value at `span` as it stands between its quotes.
    pub fn written(&self, span: Span) -> &str {
        let raw = self.source.slice(span);
        let inner = ["\"", "'"].iter().find_map(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
        inner.unwrap_or(raw)
    }

    /// The item at `span` of an array with the comma behind it, and its line where nothing else stands there: what is
    /// to be removed so that the item is gone.
    pub fn item(&self, span: Span) -> Span {
        let text = self.source.text();
        let blanks = |at: usize| at + text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
        let Range { mut start, mut end } = span.range();
        if let Some(comma) = comma(text, end) {
            end = blanks(comma + 1);
        }
        let line = text[..start].rfind('\n').map_or(0, |feed| feed + 1);
        let feed = text[end..].find('\n').map_or(text.len(), |feed| end + feed + 1);
        if text[line..start].trim().is_empty() && text[end..feed].trim().is_empty() {
            (start, end) = (line, feed);
        }
        Span::new(start, end)
    }

    /// The part `range` of the string value at `span`; the whole of it where escapes or several lines hide the part.
    pub fn within(&self, span: Span, range: &Range<usize>) -> Span {
        let raw = self.source.slice(span);
        let quoted =
            ["'", "\""].iter().any(|quote| raw.len() > 1 && raw.starts_with(quote) && raw.ends_with(quote));
        let plain = quoted && !raw.contains('\\') && !raw.starts_with("''") && !raw.starts_with("\"\"");
        let start = span.start as usize + 1;
        if plain && range.start < range.end && start + range.end < span.end as usize {
            Span::new(start + range.start, start + range.end)
        } else {
            span
        }
    }
}

/// Where the comma behind an item that ends at `at` stands; it may come lines and comments later.
fn comma(text: &str, mut at: usize) -> Option<usize> {
    loop {
        at = text.len() - text[at..].trim_start().len();
        match text.as_bytes().get(at)? {
            b',' => return Some(at),
            b'#' => at += text[at..].find('\n')?,
            _ => return None,
        }
    }
}

/// Reads the bytes of a `pyproject.toml`.
pub fn read(bytes: Vec<u8>) -> Project {
    let mut reader = reader::Reader::default();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        reader.record(Span::new(at, at), ProblemKind::NotUtf8);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
    let source = Arc::new(SourceText::new(RelPath::new(FILE_NAME), text));
    let (root, faults) = toml::parse(source.text());
    for fault in faults {
        reader.record(fault.span, ProblemKind::Syntax(fault.value));
    }
    let entries = reader.table("", &root);
    let settings = settings::read(&mut reader, entries);
    let build_system = metadata::build_system(&mut reader, entries);
    let dependency_groups = metadata::dependency_groups(&mut reader, entries);
    let mut project = metadata::project(&mut reader, entries, source);
    project.settings = settings;
    project.tool_targets = targets::read(entries);
    project.indexes = indexes::read(&root);
    project.cache_keys = cache_keys::CacheKeys::read(&root);
    project.build_system = build_system;
    project.dependency_groups = dependency_groups;
    project.suppressions = suppression::read(project.source.text(), &root);
    project.problems = reader.problems;
    project
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_with_its_comma_and_its_line() {
        for (text, left) in [
            ("[project]\nkeywords = ['a', 'x', 'b']\n", "[project]\nkeywords = ['a', 'b']\n"),
            ("[project]\nkeywords = ['a', 'x']\n", "[project]\nkeywords = ['a', ]\n"),
            ("[project]\nkeywords = ['x'\n # why\n , 'b']\n", "[project]\nkeywords = ['b']\n"),
            ("[project]\nkeywords = ['x']\n", "[project]\nkeywords = []\n"),
            ("[project]\nkeywords = [\n  'a',\n  'x' ,\n]\n", "[project]\nkeywords = [\n  'a',\n]\n"),
            (
                "[project]\nkeywords = [\n  'x', # why\n  'b'\n]\n",
                "[project]\nkeywords = [\n  # why\n  'b'\n]\n",
            ),
        ] {
            let project = read(text.as_bytes().to_vec());
            let item = project.keywords.iter().find(|keyword| keyword.value == "x").expect("it is there");
            let mut cut = text.to_owned();
            cut.replace_range(project.item(item.span).range(), "");
            assert_eq!(cut, left);
            assert!(
                read(cut.into_bytes())
                    .problems
                    .iter()
                    .all(|problem| !matches!(problem.kind, ProblemKind::Syntax(_)))
            );
        }
    }
}
