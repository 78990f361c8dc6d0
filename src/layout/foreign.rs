//! The modules of a project that another backend builds, or of one whose modules lie where ours takes none: as its
//! settings say, in `src`, at the root, or wherever the module lies that a script names.
//!
//! More may be found than its wheel holds. That does no harm where a program is followed from its scripts.

use super::{Layout, Modules, SRC, roots};
use crate::project::{Placement, Project};
use crate::text::RelPath;
use crate::tree::SourceTree;

/// Finds the modules; `told` is where the project says that they lie.
pub fn seek(project: &Project, told: &[Placement], tree: &SourceTree) -> Layout {
    let mut placements = told.to_vec();
    let src = RelPath::new(SRC);
    // `src` is a package itself where a script says so
    let to = if roots::started(project).any(|top| top == src) { src.clone() } else { RelPath::root() };
    placements.push(Placement { from: src, to });
    let mut modules = place(project, &placements, tree);
    if !is_enough(project, &modules) {
        placements.push(Placement { from: RelPath::root(), to: RelPath::root() });
        modules = place(project, &placements, tree);
    }
    if !is_enough(project, &modules) {
        let holders = scripts(project).filter(|name| !modules.importable(name));
        let mut further: Vec<Placement> = holders.filter_map(|name| holder(name, tree)).collect();
        further.append(&mut placements);
        modules = place(project, &further, tree);
    }
    Layout { modules, ..Layout::default() }
}

/// Whether there are modules, and all among them that the scripts name.
fn is_enough(project: &Project, modules: &Modules) -> bool {
    modules.iter().next().is_some() && scripts(project).all(|name| modules.importable(name))
}

/// The modules that the scripts name.
fn scripts(project: &Project) -> impl Iterator<Item = &str> {
    project.scripts().filter_map(|(_, script)| Some(script.reference.as_ref().ok()?.module.as_str()))
}

/// Each file under the first placement that holds it; of two files of one name the one that was placed first.
fn place(project: &Project, placements: &[Placement], tree: &SourceTree) -> Modules {
    let named: Vec<RelPath> = roots::started(project).collect();
    let tool = |path: &RelPath| {
        let top = RelPath::new(path.parts().next().unwrap_or_default());
        roots::is_tool(&top) && !named.contains(&top)
    };
    let place = |path: &RelPath| {
        let found = placements.iter().enumerate().find_map(|(index, placement)| {
            let Placement { from, to } = placement;
            let below = if path == from { "" } else { path.below(from)? };
            let unwanted = *from == RelPath::root() && tool(path);
            (!unwanted).then(|| (index, [to.as_str(), below].join("/")))
        })?;
        Some((found.0, found.1.trim_matches('/').to_owned()))
    };
    let files = tree
        .files()
        .iter()
        .filter(|file| file.path.name().contains(".py") || file.path.name().ends_with(".so"));
    let mut placed: Vec<(usize, String, &RelPath)> =
        files.filter_map(|file| place(&file.path).map(|(index, to)| (index, to, &file.path))).collect();
    placed.sort_unstable();
    Modules::new(placed.iter().map(|(_, installed, path)| (installed.as_str(), *path)))
}

/// The folder, as near to the root as any, from which an import of the module called `name` finds a file.
fn holder(name: &str, tree: &SourceTree) -> Option<Placement> {
    let path = name.replace('.', "/");
    let ends = [format!("/{path}.py"), format!("/{path}/__init__.py")];
    let folders = tree
        .files()
        .iter()
        .filter_map(|file| ends.iter().find_map(|end| file.path.as_str().strip_suffix(end.as_str())));
    let nearest = folders.min_by_key(|folder| folder.split('/').count())?;
    Some(Placement { from: RelPath::new(nearest), to: RelPath::root() })
}
