//! Which files of the project ship: the modules under `src/`, what the sdist adds, the licences; and what is
//! wrong with where they lie.
//!
//! What lies in a module's folder ships, data files too, and nothing else: the same with git and without.

mod blocked;
mod files;
mod foreign;
mod licenses;
mod modules;
mod roots;

use crate::foreign::{ForeignProject, Open};
use crate::project::{Channel, Project};
use crate::spec::glob::Glob;
use crate::text::{RelPath, Span, Spanned};
use crate::tree::{SourceFile, SourceTree, TreeFault, junk_at};

pub use crate::foreign::InstalledFile;
pub use files::{dynamic_readme, is_readme};
pub use foreign::of_wheel;
pub use licenses::LicenseFileFault;
pub use modules::{ModuleFile, Modules};
pub use roots::{LayoutFault, TopLevelModule};

/// The folder that holds the modules.
pub const SRC: &str = "src";

/// The dotted name of a module, and those of the packages that hold it: `a.b.c`, `a.b` and `a`.
pub fn with_parents(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.rsplit_once('.').map(|(parent, _)| parent))
}

/// Where the folder of the module called `name` lies: `src/awslabs/s3` for `awslabs.s3`; no path when the name is none.
pub fn folder_of(name: &str) -> String {
    format!("{SRC}/{}", name.replace('.', "/"))
}

/// The module `_build_info` of the project.
///
/// No import of it is followed: what it holds is not known before the build, and an unpacked sdist, which holds it, is to be
/// understood as the tree that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// Its path inside the wheel.
    pub installed: String,
    /// Where it lies in the project, or would lie.
    pub path: RelPath,
}

/// Which files ship.
#[derive(Debug, Default)]
pub struct Layout {
    /// The modules that the project installs, as far as they were found.
    pub roots: Vec<TopLevelModule>,
    /// The files of those modules, in order of their installed paths, each path once.
    pub wheel: Vec<InstalledFile>,
    /// The Python modules among them.
    pub modules: Modules,
    /// Files for the scheme folders: `scripts/run.sh` in `NAME-VERSION.data`.
    pub data: Vec<InstalledFile>,
    /// What the build tells of itself, when the project wants that.
    pub build_info: Option<BuildInfo>,
    /// Bills of materials, by their name in `sboms/`.
    pub sboms: Vec<InstalledFile>,
    /// The licence files, in order.
    pub licenses: Vec<SourceFile>,
    /// All files of the sdist but PKG-INFO, in order.
    pub sdist: Vec<SourceFile>,
    /// Files kept back because they hold credentials.
    pub withheld: Vec<RelPath>,
    /// Files that a wheel of the sdist needs although `sdist-exclude` matches them.
    pub kept: Vec<RelPath>,
    /// What lies where files ship and cannot be packed.
    pub blocked: Vec<TreeFault>,
    /// What is wrong with the modules' places.
    pub faults: Vec<LayoutFault>,
    /// What would be wrong with them if this backend built the project, which another builds.
    pub misfits: Vec<LayoutFault>,
    /// Whether another backend builds it.
    pub foreign: bool,
    /// Why the backend that builds the project may install others than these files.
    pub open: Vec<Open>,
    /// What is wrong with the licence files.
    pub license_faults: Vec<Spanned<LicenseFileFault>>,
}

impl Layout {
    /// Whether every module was found, so that what is missing among the modules is missing for sure.
    pub fn complete(&self) -> bool {
        self.faults.is_empty() && self.open.is_empty() && !self.roots.is_empty()
    }
}

/// The files and folders to look at, beside the root's own.
pub fn areas(project: &Project) -> Vec<RelPath> {
    let mut areas = vec![RelPath::new(SRC), RelPath::new("tests"), RelPath::new("test")];
    let settings = project.settings.globs().map(|(_, glob)| glob).filter_map(|glob| glob.value.as_ref().ok());
    let licenses = project.license_files.iter().flatten().filter_map(|glob| glob.value.as_ref().ok());
    // the top two storeys are looked at anyway, unless they are junk; `LICEN[CS]E*` is no reason to walk through the
    // whole project
    let unseen = |glob: &&Glob| {
        let first = glob.literal_folder().split('/').next().unwrap_or_default();
        junk_at(&RelPath::new(first)).is_some() || glob.storeys().is_none_or(|storeys| storeys > 2)
    };
    let deep = licenses.filter(unseen);
    areas.extend(settings.chain(deep).filter_map(|glob| relative(glob.literal_folder())));
    areas.extend(project.settings.data.iter().map(|data| data.folder.value.clone()));
    areas.extend(files::named(project));
    let icon = project.settings.exports.text(Channel::Mcpb, "icon");
    areas.extend(icon.and_then(|icon| RelPath::parse(&icon.value).ok()));
    if !project.build_system.is_ours() {
        // another backend may install anything
        return vec![RelPath::root()];
    }
    // where the modules lie that do not lie in `src`
    areas.push(RelPath::new(project.module_name()));
    areas.extend(roots::started(project).chain(roots::dotted(project)));
    areas
}

fn relative(text: &str) -> Option<RelPath> {
    if text.is_empty() { Some(RelPath::root()) } else { RelPath::parse(text).ok() }
}

/// Decides which files ship: as the other backend does that builds the project, if one does.
pub fn read(project: &Project, tree: &SourceTree, foreign: Option<&ForeignProject>) -> Layout {
    match foreign {
        Some(foreign) => foreign::read(project, tree, foreign),
        None => own(project, tree),
    }
}

fn own(project: &Project, tree: &SourceTree) -> Layout {
    let (roots, faults) = roots::find(project, tree);
    let mut layout = Layout { roots, faults, ..Layout::default() };
    let (licenses, license_faults) = licenses::find(project, tree);
    layout.licenses = licenses;
    layout.license_faults = license_faults;
    files::choose(&mut layout, project, tree);
    layout.build_info = build_info(project, &layout.roots);
    layout.modules = modules(&layout);
    let excluded = roots::excluded(&layout, project, tree);
    layout.faults.extend(excluded);
    layout.kept = files::kept(&layout, project, tree);
    layout.blocked = blocked::find(&layout, project, tree);
    layout
}

/// The module of the build in the first package.
fn build_info(project: &Project, roots: &[TopLevelModule]) -> Option<BuildInfo> {
    let root = roots.first().filter(|root| root.package && project.settings.build_info.is_some())?;
    let file = "_build_info.py";
    Some(BuildInfo {
        installed: format!("{}/{file}", root.name.replace('.', "/")),
        path: root.path.join(file),
    })
}

/// The modules of the wheel; that of the build is there without a text, as an extension is.
fn modules(layout: &Layout) -> Modules {
    let made = layout.build_info.as_ref();
    let shipped = layout.wheel.iter().map(|shipped| (shipped.installed.as_str(), &shipped.file.path));
    let read = shipped.filter(|(installed, _)| made.is_none_or(|made| made.installed != *installed));
    let stub = made.map(|made| (format!("{}i", made.installed), &made.path));
    Modules::new(read.chain(stub.iter().map(|(installed, path)| (installed.as_str(), *path))))
}

/// The place that says what the modules are called: `module-name`, or else the project's name.
pub fn name_place(project: &Project) -> Span {
    let setting = project.settings.module_names.as_ref().and_then(|names| names.first());
    setting.or(project.name.as_ref()).map_or(project.span, |name| name.span)
}
