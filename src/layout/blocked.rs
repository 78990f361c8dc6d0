//! What lies where files ship and cannot be packed: a broken link, a FIFO, a name that is not UTF-8.
//!
//! The same elsewhere in the project is nobody's concern.

use super::files::{is_usual, matches, named};
use super::{Layout, LayoutFault, SRC, folder_of, licenses};
use crate::project::Project;
use crate::text::RelPath;
use crate::tree::{SourceTree, TreeFault, TreeFaultKind};

/// The faults of the tree that keep something from shipping.
pub(super) fn find(layout: &Layout, project: &Project, tree: &SourceTree) -> Vec<TreeFault> {
    let place = |fault: &TreeFault| match &fault.kind {
        TreeFaultKind::NotUtf8 { name } => fault.path.join(name),
        _ => fault.path.clone(),
    };
    let faults = tree.faults().iter();
    faults.filter(|fault| is_in_way(&place(fault), layout, project)).cloned().collect()
}

fn is_in_way(path: &RelPath, layout: &Layout, project: &Project) -> bool {
    let settings = &project.settings;
    let globs = project.license_files.as_deref().unwrap_or_default();
    let usual_license = project.license_files.is_none() && licenses::is_usual(path);
    let in_wheel = layout.roots.iter().any(|root| *path == root.path || path.below(&root.path).is_some());
    let in_sdist =
        is_usual(path) || matches!(path.as_str(), "tests" | "test") || matches(&settings.sdist_include, path);
    let data = settings.data.iter().map(|data| &data.folder.value);
    let mut folders = data.cloned().chain(named(project)).chain(sought(layout));
    in_wheel && !matches(&settings.wheel_exclude, path)
        || in_sdist && !matches(&settings.sdist_exclude, path)
        || path.below(&RelPath::new(SRC)).is_some() && matches(&settings.wheel_include, path)
        || matches(&settings.sbom_files, path)
        || matches(globs, path)
        || usual_license
        || folders
            .any(|wanted| *path == wanted || wanted.below(path).is_some() || path.below(&wanted).is_some())
}

/// The places of the modules to which the way is blocked.
fn sought(layout: &Layout) -> impl Iterator<Item = RelPath> {
    let blocked = layout.faults.iter().filter(|fault| matches!(fault, LayoutFault::Blocked { .. }));
    blocked.flat_map(|fault| {
        let folder = folder_of(&fault.module().value);
        [RelPath::new(format!("{folder}.py")), RelPath::new(folder)]
    })
}
