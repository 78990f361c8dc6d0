//! Where the project's version comes from: `[project]`, `__version__` of its first module, or git's tags.
//!
//! The tags are asked in this order, as setuptools-scm does, whose variables people's workflows set and whose
//! `.git_archival.txt` their archives hold; but an unpacked sdist keeps its version whatever a variable says that means
//! no project by its name.
//!
//! 1. `SETUPTOOLS_SCM_PRETEND_VERSION_FOR_<NAME>`
//! 2. `PKG-INFO`, where the project's folder is no root of a repository: that of an unpacked sdist
//! 3. `SETUPTOOLS_SCM_PRETEND_VERSION`
//! 4. `.git_archival.txt`, there too, as `git archive` wrote it
//! 5. git

mod archival;
mod repository;
mod tags;
mod untold;
mod variable;

use crate::diagnostic::Location;
use crate::layout::Layout;
use crate::program::Program;
use crate::project::Project;
use crate::spec::name;
use crate::spec::version::{self, Version};
use crate::text::RelPath;
use crate::tree::SourceTree;

pub use tags::TagForms;
pub use untold::UntoldVersion;

/// The project's version, read once for all that tells of it.
#[derive(Debug)]
pub struct ProjectVersion {
    /// The version; none when it is missing, invalid, or not told.
    pub version: Option<Version>,
    /// Where it is said: in `pyproject.toml`, or as `__version__` of the first module.
    place: Option<Location>,
    /// What the tags tell, where they are asked.
    pub tagged: Option<Result<TaggedVersion, UntoldVersion>>,
    /// Whether something is built, which cannot be without a version.
    pub is_needed: bool,
}

/// The version that a tag makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedVersion {
    /// The version.
    pub version: Version,
    /// The nearest tag, where git or an archive of it told.
    pub tag: Option<String>,
    /// The files that are not as they were committed.
    pub changed: Vec<String>,
}

impl ProjectVersion {
    /// The version of the project; `tagged` is what [`from_tags`] told.
    pub fn new(
        project: &Project,
        layout: &Layout,
        program: &Program,
        tagged: Option<Result<TaggedVersion, UntoldVersion>>,
    ) -> Self {
        let (version, place) = if let Some(span) = project.version_from_git() {
            let told = tagged.as_ref().and_then(|tagged| tagged.as_ref().ok());
            (told.map(|told| told.version.clone()), Some(project.at(span)))
        } else if let Some(version) = &project.version {
            (version.value.as_ref().ok().cloned(), Some(project.at(version.span)))
        } else {
            literal(project, layout, program).unzip()
        };
        Self { version, place, tagged, is_needed: false }
    }

    /// The version and where it is said.
    pub fn with_place(&self) -> Option<(Version, Location)> {
        self.version.clone().zip(self.place.clone())
    }
}

/// The literal `__version__` of the first module, where `dynamic` names the version.
fn literal(project: &Project, layout: &Layout, program: &Program) -> Option<(Version, Location)> {
    let root = layout.roots.first().filter(|_| project.is_dynamic("version"))?;
    let (module, text) = program.literal_version(&root.name, "__version__")?;
    let place = Location::span(program.path(module)?, text.span);
    Some((version::parse(&text.value).ok()?, place))
}

/// What the tags tell of the version; none where the project does not ask them.
pub fn from_tags(project: &Project, tree: &SourceTree) -> Option<Result<TaggedVersion, UntoldVersion>> {
    project.version_from_git()?;
    let name = project.name.as_ref().map(|name| name::normalize(&name.value)).unwrap_or_default();
    let prefix = project.settings.tag_prefix.as_ref().map(|prefix| prefix.value.as_str());
    let forms = TagForms::new(&name, prefix);
    let is_root = tree.is_root_of_repository();
    let unpacked = || stated_in_sdist(project, tree).filter(|_| !is_root).map(|version| Ok(version.into()));
    let archived = || archival::told(tree, &forms).filter(|_| !is_root);
    let told = variable::named(&name)
        .or_else(unpacked)
        .or_else(variable::general)
        .or_else(archived)
        .unwrap_or_else(|| repository::told(tree, &forms));
    Some(told)
}

impl From<Version> for TaggedVersion {
    fn from(version: Version) -> Self {
        Self { version, tag: None, changed: Vec::new() }
    }
}

/// The version of the `PKG-INFO` at the root, where it is of a project of the same name.
pub fn stated_in_sdist(project: &Project, tree: &SourceTree) -> Option<Version> {
    let text = tree.text_lossy(&RelPath::new("PKG-INFO"))?;
    let header =
        |key: &str| text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(key));
    let name = name::normalize(&project.name.as_ref()?.value);
    header("Name: ").filter(|stated| name::normalize(stated) == name)?;
    version::parse(header("Version: ")?).ok()
}
