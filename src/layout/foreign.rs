//! The layout of a project that another backend builds: what its wheel installs, or, where that stays unknown, the
//! modules in `src`, at the root, or wherever the module lies that a script names.
//!
//! More may be found then than its wheel holds. That does no harm where a program is followed from its scripts.

use std::collections::BTreeMap;

use super::{Layout, LayoutFault, Modules, SRC, TopLevelModule, files, licenses, roots};
use crate::foreign::{ForeignProject, InstalledFile};
use crate::project::Project;
use crate::text::RelPath;
use crate::tree::SourceTree;

/// A folder and the path under which its files are installed.
struct Placement {
    from: RelPath,
    to: RelPath,
}

/// The layout that `foreign` tells.
pub(super) fn read(project: &Project, tree: &SourceTree, foreign: &ForeignProject) -> Layout {
    let mut misfits = roots::find(project, tree).1;
    misfits.retain(|fault| !matches!(fault, LayoutFault::Blocked { .. }));
    let (licenses, license_faults) = licenses::find(project, tree);
    let withheld = foreign.wheel.iter().filter(|shipped| tree.holds_secret(&shipped.file));
    let mut layout = Layout {
        roots: tops(&foreign.wheel, &project.module_name(), tree),
        wheel: foreign.wheel.clone(),
        data: foreign.data.clone(),
        withheld: withheld.map(|shipped| shipped.file.path.clone()).collect(),
        licenses,
        license_faults,
        misfits,
        foreign: true,
        open: foreign.open.clone(),
        ..Layout::default()
    };
    layout.modules = modules(project, tree, foreign);
    let sdist: BTreeMap<_, _> =
        files::needed(&layout, project, tree).map(|file| (file.path.clone(), file.clone())).collect();
    layout.sdist = sdist.into_values().collect();
    layout
}

/// The modules of an unpacked wheel.
pub fn of_wheel(tree: &SourceTree) -> Layout {
    let files = tree.files().iter().map(|file| (file.path.as_str(), &file.path));
    Layout { modules: Modules::new(files), ..Layout::default() }
}

/// The modules that are installed; those that the build makes are there without a text.
fn modules(project: &Project, tree: &SourceTree, foreign: &ForeignProject) -> Modules {
    let shipped = foreign.wheel.iter().map(|shipped| (shipped.installed.clone(), &shipped.file.path));
    let mut placed: BTreeMap<String, &RelPath> = shipped.collect();
    let root = RelPath::root();
    for made in foreign.made.iter().filter(|made| made.ends_with(".py")) {
        if !placed.contains_key(made) {
            placed.insert(format!("{made}i"), &root);
        }
    }
    let modules = modules_of(&placed);
    if foreign.open.is_empty() || is_enough(project, &modules) {
        return modules;
    }
    for (installed, path) in sought(project, tree, &foreign.hints) {
        placed.entry(installed).or_insert(path);
    }
    modules_of(&placed)
}

/// The modules at the top of the wheel, that of the project's name first; in a folder without an `__init__.py` and
/// without modules, those in it.
fn tops(wheel: &[InstalledFile], own: &str, tree: &SourceTree) -> Vec<TopLevelModule> {
    let mut tops = Vec::new();
    below(wheel, "", tree, &mut tops);
    tops.sort_by_key(|root| root.name != own);
    tops
}

fn below(wheel: &[InstalledFile], prefix: &str, tree: &SourceTree, tops: &mut Vec<TopLevelModule>) {
    let is_module = |path: &str| [".py", ".pyi"].iter().any(|suffix| path.ends_with(suffix));
    let mut seen: Option<&str> = None;
    for (rest, file) in wheel.iter().filter_map(|one| Some((one.installed.strip_prefix(prefix)?, &one.file)))
    {
        let Some((folder, _)) = rest.split_once('/') else {
            if let Some(stem) = rest.strip_suffix(".py") {
                let name = format!("{prefix}{stem}").replace('/', ".");
                tops.push(TopLevelModule { name, path: file.path.clone(), package: false });
            }
            continue;
        };
        if seen.replace(folder) == Some(folder) {
            continue;
        }
        let inner = format!("{prefix}{folder}/");
        let held =
            || wheel.iter().filter(|one| one.installed.starts_with(&inner) && is_module(&one.installed));
        let own = held().find(|one| !one.installed[inner.len()..].contains('/'));
        let own = own.filter(|one| !is_shared(one, tree));
        match own {
            Some(one) => {
                let name = inner.trim_end_matches('/').replace('/', ".");
                tops.push(TopLevelModule { name, path: one.file.path.parent(), package: true });
            }
            None if held().next().is_some() => below(wheel, &inner, tree, tops),
            None => {}
        }
    }
}

/// Whether the file is the `__init__.py` of a package that several distributions share.
fn is_shared(init: &InstalledFile, tree: &SourceTree) -> bool {
    let words = ["extend_path", "declare_namespace"];
    let says = |text: String| words.iter().any(|word| text.contains(word));
    init.installed.ends_with("/__init__.py") && tree.text_lossy(&init.file.path).is_some_and(says)
}

/// Where the modules may lie of a project of which too little is known, by their places in the wheel.
fn sought<'t>(
    project: &Project,
    tree: &'t SourceTree,
    hints: &[(String, String)],
) -> BTreeMap<String, &'t RelPath> {
    let src = RelPath::new(SRC);
    // `src` is a package itself where a script says so
    let to = if roots::started(project).any(|top| top == src) { src.clone() } else { RelPath::root() };
    let hint = |(from, to): &(String, String)| {
        let path = |text: &str| RelPath::parse(text).unwrap_or_default();
        Placement { from: path(from), to: path(to) }
    };
    let mut placements: Vec<Placement> = hints.iter().map(hint).collect();
    placements.push(Placement { from: src, to });
    let mut found = place(project, &placements, tree);
    if !is_enough(project, &modules_of(&found)) {
        placements.push(Placement { from: RelPath::root(), to: RelPath::root() });
        found = place(project, &placements, tree);
    }
    let modules = modules_of(&found);
    if !is_enough(project, &modules) {
        let holders = scripts(project).filter(|name| !modules.importable(name));
        let mut further: Vec<Placement> = holders.filter_map(|name| holder(name, tree)).collect();
        further.append(&mut placements);
        found = place(project, &further, tree);
    }
    found
}

fn modules_of(placed: &BTreeMap<String, &RelPath>) -> Modules {
    Modules::new(placed.iter().map(|(installed, path)| (installed.as_str(), *path)))
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
fn place<'t>(
    project: &Project,
    placements: &[Placement],
    tree: &'t SourceTree,
) -> BTreeMap<String, &'t RelPath> {
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
    placed.sort_unstable_by(|left, right| right.cmp(left));
    placed.into_iter().map(|(_, to, path)| (to, path)).collect()
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
