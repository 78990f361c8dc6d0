//! Which modules the wheel installs, and how they come to lie below `src`.

use std::collections::BTreeMap;

use super::placed::{InstalledModule, Placed};
use super::sources::{WheelSource, is_python};
use super::work::Work;
use super::{FileRewrite, Move, Refusal};
use crate::layout::{self, SRC};
use crate::project::FILE_NAME;
use crate::spec::glob::Glob;
use crate::spec::identifier::is_identifier;
use crate::text::RelPath;

/// Folders at the root that no server needs installed; found by accident, as nobody said what is to be.
const STRAY: &[&str] =
    &["tests", "test", "docs", "doc", "examples", "example", "scripts", "benchmarks", "benchmark"];

/// Where `path` lies after the moves.
pub(super) fn moved(path: &RelPath, moves: &[Move]) -> RelPath {
    let one = |step: &Move| {
        if *path == step.from { Some(step.to.clone()) } else { Some(step.to.join(path.below(&step.from)?)) }
    };
    moves.iter().find_map(one).unwrap_or_else(|| path.clone())
}

/// Decides the moves and the names, and keeps out of the wheel what it did not hold.
pub(super) fn place(work: &mut Work<'_>) -> Result<Placed, Refusal> {
    builds(work)?;
    left_out(work);
    misplaced(work);
    let mut modules = Vec::new();
    find(work, "", &mut modules);
    if modules.is_empty() {
        return Err(Refusal("the project's wheel installs no module, as it is set up now".to_owned()));
    }
    let moves = moves(work)?;
    exclude_rest(work, &modules, &moves);
    tell_ignored(work);
    let names: Vec<String> = modules.iter().map(|module| module.name.clone()).collect();
    let names = (names != [work.module()]).then_some(names);
    Ok(Placed { moves, names, modules })
}

/// Refuses what the old backend refuses, and tells what else is not known of the files.
fn builds(work: &mut Work<'_>) -> Result<(), Refusal> {
    if let Some(open) = work.open.iter().find(|open| open.stops) {
        return Err(Refusal(format!("{}: the project does not build as it is", open.why)));
    }
    for open in work.open.clone() {
        let line = open.span.filter(|_| open.path.as_str() == FILE_NAME);
        let line = line.map_or(1, |span| work.document.line(span));
        if !work.is_told(open.path.as_str(), line) {
            work.note(open.path.as_str(), line, format!("{}: compare the files of the wheels", open.why));
        }
    }
    Ok(())
}

/// Leaves out what is no module of the server: folders of tests and the like, what no import can name, and files beside.
fn left_out(work: &mut Work<'_>) {
    let mut tops: Vec<String> = work.sources.all.iter().map(|source| top(&source.to).to_owned()).collect();
    tops.dedup();
    for top in tops {
        let of = |source: &&WheelSource| self::top(&source.to) == top;
        let of: Vec<WheelSource> = work.sources.all.iter().filter(of).cloned().collect();
        let stray = STRAY.contains(&top.as_str())
            && of.iter().all(|source| source.from.as_str() == top)
            && top != work.module()
            && !is_imported(work, &top);
        let what = if !work.sources.has_python(&top) {
            "the wheel held it beside the modules: what the server reads belongs into the module's folder"
                .to_owned()
        } else if !is_importable(&top) {
            format!(
                "the wheel held it as `{top}`, which no import can name; it is left out, and where it lies"
            )
        } else if stray {
            format!("the wheel held `{top}` too, as a module of its own; it is left out, and where it lies")
        } else {
            continue;
        };
        for source in of {
            work.sources.leave_out(&source);
            work.note(source.from.as_str(), 1, what.clone());
        }
    }
}

/// Whether an import, or for stubs a type checker, finds what lies at the top of the wheel.
fn is_importable(top: &str) -> bool {
    let name = top.split('.').next().unwrap_or_default();
    is_identifier(name.strip_suffix("-stubs").unwrap_or(name))
}

/// The first part of a path in the wheel.
fn top(installed: &str) -> &str {
    installed.split('/').next().unwrap_or_default()
}

/// Whether a module of the wheel, but for those in it, imports what lies at the top of the wheel.
fn is_imported(work: &Work<'_>, top: &str) -> bool {
    let imports = |line: &str| {
        let rest = ["import ", "from "].iter().find_map(|word| line.trim_start().strip_prefix(word));
        rest.is_some_and(|rest| {
            rest.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next() == Some(top)
        })
    };
    let others = work.sources.files.iter().filter(|(_, to)| is_python(to) && self::top(to) != top);
    others.filter_map(|(path, _)| work.read(path.as_str())).any(|text| text.lines().any(imports))
}

/// Tells what the wheel held under a path that no move of a folder gives it.
fn misplaced(work: &mut Work<'_>) {
    for shipped in std::mem::take(&mut work.sources.misplaced) {
        let path = shipped.file.path;
        let what = format!(
            "the wheel held it as `{}`: what the server reads belongs into the module's folder",
            shipped.installed
        );
        work.note(path.as_str(), 1, what);
    }
}

/// What has to move, where nothing is in the way.
fn moves(work: &Work<'_>) -> Result<Vec<Move>, Refusal> {
    let moves: Vec<Move> = work.sources.moves().collect();
    for Move { from, to } in &moves {
        if work.tree.file(to).is_some() || work.tree.has_folder(to) {
            return Err(Refusal(format!("`{from}` belongs at `{to}`, where something lies already")));
        }
    }
    Ok(moves)
}

/// Finds the modules at a path in the wheel, in order: a folder that several projects share is none, but what lies in it.
fn find(work: &mut Work<'_>, folder: &str, modules: &mut Vec<InstalledModule>) {
    for (name, inner) in entries(work, folder) {
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let dotted = path.trim_end_matches(".py").replace('/', ".");
        match inner {
            None if name.ends_with(".py") && name != "__init__.py" => {
                let main = work.sources.place_of(&path).cloned();
                modules.push(InstalledModule { name: dotted, main });
            }
            Some(Inner::Modules) => {
                let main = work.sources.place_of(&format!("{path}/__init__.py")).cloned();
                if main.is_none() && work.sources.place_of(&format!("{path}/__init__.pyi")).is_none() {
                    let init = RelPath::new(SRC).join(&path).join("__init__.py");
                    work.changes.push(FileRewrite { path: init, before: None, after: Some(String::new()) });
                }
                modules.push(InstalledModule { name: dotted, main });
            }
            Some(Inner::Folders) => find(work, &path, modules),
            None | Some(Inner::Data) => {}
        }
    }
}

/// What a folder of the wheel holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Inner {
    Data,
    /// Nothing but further folders with modules: several projects may share it.
    Folders,
    Modules,
}

/// What lies in a folder of the wheel; of each that is a folder itself, what it holds.
fn entries(work: &Work<'_>, folder: &str) -> BTreeMap<String, Option<Inner>> {
    let mut entries: BTreeMap<String, Option<Inner>> = BTreeMap::new();
    for (place, path) in &work.sources.files {
        let below = if folder.is_empty() {
            Some(path.as_str())
        } else {
            path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
        };
        let Some(below) = below else { continue };
        let mut parts = below.splitn(3, '/');
        let (first, second, further) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let inner = second.map(|second| match further {
            Some(_) if is_python(path) => Inner::Folders,
            None if is_python(path) && !(second == "__init__.py" && is_shared(work, place)) => Inner::Modules,
            _ => Inner::Data,
        });
        let entry = entries.entry(first.to_owned()).or_default();
        *entry = (*entry).max(inner);
    }
    entries
}

/// Whether the file is the `__init__.py` of a package that several distributions share.
fn is_shared(work: &Work<'_>, init: &RelPath) -> bool {
    let text = work.read(init.as_str()).unwrap_or_default();
    text.contains("pkgutil") || text.contains("declare_namespace")
}

/// Keeps out of the wheel what lies in the modules' folders and did not ship: as the old backend was told, and what
/// that does not say by its path.
fn exclude_rest(work: &mut Work<'_>, modules: &[InstalledModule], moves: &[Move]) {
    let places: Vec<RelPath> =
        modules.iter().map(|module| RelPath::new(layout::folder_of(&module.name))).collect();
    let mut kept: Vec<RelPath> = Vec::new();
    let mut rest: BTreeMap<RelPath, RelPath> = BTreeMap::new();
    for file in work.tree.files().iter().filter(|file| !work.tree.holds_secret(file)) {
        let target = moved(&file.path, moves);
        if work.sources.files.contains_key(&file.path) {
            kept.push(file.path.clone());
        } else if places.iter().any(|place| target.below(place).is_some()) {
            rest.insert(target, file.path.clone());
        }
    }
    for glob in std::mem::take(&mut work.excluded) {
        let matches = |path: &RelPath| glob.matches_file_or_folder_of(path.as_str());
        if rest.values().any(matches) && !kept.iter().any(matches) {
            rest.retain(|_, path| !matches(path));
            work.glob("wheel-exclude", glob.as_str().to_owned());
        }
    }
    for glob in work.globs.values_mut().flatten() {
        *glob = RelPath::parse(glob).map_or_else(|_| glob.clone(), |path| moved(&path, moves).to_string());
    }
    let mut kept: Vec<RelPath> = kept.iter().map(|path| moved(path, moves)).collect();
    kept.sort();
    for glob in outermost(rest.keys(), &kept) {
        work.glob("wheel-exclude", glob);
    }
}

/// The largest folders in which nothing is kept, and the files beside those that are, as globs.
fn outermost<'p>(rest: impl Iterator<Item = &'p RelPath>, kept: &[RelPath]) -> Vec<String> {
    let mut globs = Vec::new();
    let mut done: Option<RelPath> = None;
    let holds = |folder: &RelPath| {
        let start = format!("{folder}/");
        let first = kept.partition_point(|path| path.as_str() < start.as_str());
        kept.get(first).is_some_and(|path| path.below(folder).is_some())
    };
    for path in rest {
        if done.as_ref().is_some_and(|done| path.below(done).is_some()) {
            continue;
        }
        let above = path.as_str().match_indices('/').map(|(at, _)| RelPath::new(&path.as_str()[..at]));
        done = above.into_iter().find(|above| !holds(above));
        globs.push(verbatim(done.as_ref().unwrap_or(path)));
    }
    globs
}

/// A glob for a path: `?` for what a glob cannot say.
fn verbatim(path: &RelPath) -> String {
    let text = path.as_str();
    if Glob::parse(text).is_ok_and(|glob| glob.matches(text)) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_alphanumeric() || "/_-. ".contains(c) { c } else { '?' }).collect()
}

/// Tells what ships although git ignores it: backends that ask git leave it out.
fn tell_ignored(work: &mut Work<'_>) {
    let ignored = work.repository.ignored.iter();
    let ignored: Vec<&RelPath> = ignored.filter(|path| work.sources.files.contains_key(*path)).collect();
    let Some((first, others)) = ignored.split_first() else { return };
    let what = match others.len() {
        0 => "git ignores it".to_owned(),
        1 => "git ignores it and another file".to_owned(),
        count => format!("git ignores it and {count} other files"),
    };
    let what = format!("{what}; what lies in a module's folder ships, unless `wheel-exclude` names it");
    let path = first.to_string();
    work.note(&path, 1, what);
}
