//! A project as the backend builds it that its `pyproject.toml` names, where that is not ours: what the wheel installs
//! and from where, what the project says of itself outside of `[project]`, and what of that stays unknown.
//!
//! One backend a file, pure: the files of the project go in. Whatever runs code, or is of a backend that is not known
//! here, is [`Open`] with its place; nothing is guessed in silence.

mod constraint;
mod flit;
mod hatch;
mod pdm;
mod poetry;
mod requirements;
mod setup;
mod setuptools;
mod setuptools_data;
mod stated;
mod uv;
mod wheel;

use crate::project::toml::{self, TomlKind, TomlNode};
use crate::project::{FILE_NAME, Project};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::{RelPath, Span};
use crate::tree::{SourceFile, SourceTree};

pub use constraint::specifiers;
pub(crate) use flit::BACKEND as FLIT;
pub(crate) use hatch::{BACKEND as HATCH, FILE as HATCH_FILE};
pub(crate) use pdm::BACKEND as PDM;
pub(crate) use poetry::BACKEND as POETRY;
pub(crate) use requirements::of_files as requirements_of_files;
pub(crate) use setup::{Said, Setup};
pub(crate) use setuptools::BACKEND as SETUPTOOLS;
pub use stated::Stated;
pub(crate) use uv::BACKEND as UV;
use wheel::Wheel;

/// A file of the wheel and where it is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledFile {
    /// Its path inside the wheel.
    pub installed: String,
    /// The file.
    pub file: SourceFile,
}

/// Something that the files of the project do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The file that stands for it.
    pub path: RelPath,
    /// Its place there, where one is known.
    pub span: Option<Span>,
    /// Why it is unknown; a phrase.
    pub why: String,
    /// Whether the backend itself refuses to build for it.
    pub stops: bool,
}

/// A project of another backend.
#[derive(Debug)]
pub struct ForeignProject {
    /// What the wheel installs beside its metadata, in order, each path once.
    pub wheel: Vec<InstalledFile>,
    /// What the wheel holds for the scheme folders: `data/share/x`.
    pub data: Vec<InstalledFile>,
    /// Modules that the build writes, by their paths in the wheel.
    pub made: Vec<String>,
    /// Why it may install more, less or other files than these.
    pub open: Vec<Open>,
    /// Where modules may lie while that is so: folders, and the places of what they hold.
    pub hints: Vec<(String, String)>,
    /// What the project says of itself.
    pub stated: Stated,
}

/// A backend that is known here.
#[derive(Debug)]
pub struct Backend {
    /// What it is called.
    pub name: &'static str,
    /// How a `build-backend` begins that names it.
    begins: &'static [&'static str],
    /// Decides what its wheel installs.
    select: fn(&Known<'_>, &mut Wheel<'_>),
}

static BACKENDS: &[&Backend] =
    &[&hatch::BACKEND, &setuptools::BACKEND, &uv::BACKEND, &poetry::BACKEND, &pdm::BACKEND, &flit::BACKEND];

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Backend {
    /// The one that a `build-backend` names.
    fn called(named: &str) -> Option<&'static Self> {
        let is_named = |backend: &&&Self| backend.begins.iter().any(|begin| named.starts_with(begin));
        BACKENDS.iter().find(is_named).copied()
    }
}

/// What all backends are asked with.
struct Known<'a> {
    tree: &'a SourceTree,
    root: TomlNode,
    /// The name as written.
    name: String,
    setup: Setup,
}

/// Reads a project of another backend; none where ours builds it.
///
/// The tree must hold all of the folder.
pub fn read(project: &Project, tree: &SourceTree) -> Option<ForeignProject> {
    if project.build_system.is_ours() {
        return None;
    }
    let (root, _) = toml::parse(project.source.text());
    Some(of(root, tree))
}

/// The project behind the root table of a `pyproject.toml`, which may be empty.
pub(crate) fn of(root: TomlNode, tree: &SourceTree) -> ForeignProject {
    let backend = tool(&root);
    of_backend(root, tree, backend)
}

/// The same as this backend builds it, whatever the table names.
pub(crate) fn of_backend(
    root: TomlNode,
    tree: &SourceTree,
    backend: Option<&'static Backend>,
) -> ForeignProject {
    let mut wheel = Wheel::new(tree);
    let setup = if backend == Some(&setuptools::BACKEND) { Setup::read(tree) } else { Setup::default() };
    let stated = Stated::read(&root, tree, &setup);
    let name = stated.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    let known = Known { tree, root, name, setup };
    match backend {
        _ if known.at("build-system.backend-path").is_some() => {
            wheel.unknown(&known, "build-system.backend-path", "a backend of the project's own builds it");
        }
        Some(backend) => (backend.select)(&known, &mut wheel),
        None => {
            let named = known.text("build-system.build-backend").unwrap_or_default();
            let why = format!("`{named}` is no backend that is known here");
            wheel.unknown(&known, "build-system.build-backend", why);
        }
    }
    if wheel.is_empty() {
        wheel.unknown(&known, "project.name", "no module is found that it would install");
    }
    wheel.finish(stated)
}

/// Whether the backend that builds the project is known here.
pub fn is_known(project: &Project) -> bool {
    let named = project.build_system.backend.as_ref();
    named.is_none_or(|named| Backend::called(&named.value).is_some())
}

/// The backend that `pyproject.toml` names; setuptools where it names none (PEP 517).
pub(crate) fn tool(root: &TomlNode) -> Option<&'static Backend> {
    let Some(named) = toml::at(root, "build-system.build-backend").and_then(toml::text) else {
        return Some(&setuptools::BACKEND);
    };
    Backend::called(&named)
}

impl ForeignProject {
    /// The same with what somebody else says of the project, where it says nothing itself.
    #[must_use]
    pub fn or_stated(self, stated: Stated) -> Self {
        Self { stated: self.stated.or(stated), ..self }
    }

    /// The project with what it says of itself elsewhere than in `[project]`.
    pub fn project(&self, written: Project, tree: &SourceTree) -> Project {
        self.stated.fill(written, tree)
    }
}

impl Known<'_> {
    fn at(&self, key: &str) -> Option<&TomlNode> {
        toml::at(&self.root, key)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.at(key).and_then(toml::text)
    }

    fn strings(&self, key: &str) -> Option<Vec<String>> {
        self.at(key).map(toml::strings)
    }

    /// The name as a module bears it: `a_b` for `A-b` and `a.b`.
    fn module(&self) -> String {
        name::normalize(&self.name).replace('-', "_")
    }

    /// Whether the build requires the distribution.
    fn requires(&self, distribution: &str) -> bool {
        let listed = self.strings("build-system.requires").unwrap_or_default();
        let named = |text: &String| {
            Requirement::parse(text).is_ok_and(|wanted| name::normalize(&wanted.name) == distribution)
        };
        listed.iter().any(named)
    }

    /// Whether a file or folder lies at a path.
    fn lies(&self, path: &str) -> bool {
        RelPath::parse(path).is_ok_and(|path| self.tree.file(&path).is_some() || self.tree.has_folder(&path))
    }

    /// The patterns of the `.gitignore` beside `pyproject.toml`.
    fn ignored(&self) -> String {
        text(self.tree, ".gitignore").unwrap_or_default()
    }
}

fn is_true(node: &TomlNode) -> bool {
    matches!(node.kind, TomlKind::Bool(true))
}

/// The entries of a table, of which there are none elsewhere.
fn entries(node: Option<&TomlNode>) -> impl Iterator<Item = (&str, &TomlNode)> {
    node.map(toml::entries).unwrap_or_default().iter().map(|(key, node)| (key.value.as_str(), node))
}

/// A path as written, from the project's root: `src/a` for `./src/a/`; empty for the root.
pub(crate) fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.trim().split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

/// The text of a file of the project, where it is there and can be read.
pub(crate) fn text(tree: &SourceTree, path: &str) -> Option<String> {
    tree.text(&RelPath::parse(path).ok()?)
}
