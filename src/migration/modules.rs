//! Which modules the wheel installs, and how they come to lie below `src`.

use super::version::Literal;
use super::work::{self, Work};
use super::{Move, Note, Refusal};
use crate::foreign;
use crate::layout::SRC;
use crate::spec::glob::Glob;
use crate::text::RelPath;
use crate::tree::SourceTree;

/// A folder or file of the project, and its path in the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) from: RelPath,
    pub(super) to: String,
}

/// Where the modules come to lie.
pub(super) struct Placed {
    pub(super) moves: Vec<Move>,
    /// `module-name`, where it has to be said.
    pub(super) names: Option<Vec<String>>,
    /// The name of each module, with the file that is run first.
    mains: Vec<(String, String)>,
}

impl Placed {
    /// Whether our backend finds the version in the file, in which the first module is to say it.
    pub(super) fn is_main(&mut self, literal: &Literal) -> bool {
        let Some((name, _)) = self
            .mains
            .iter()
            .find(|(_, file)| literal.name == "__version__" && literal.seen_in.contains(file))
        else {
            return false;
        };
        if let Some(names) = &mut self.names {
            let at = names.iter().position(|other| other == name).unwrap_or_default();
            names[..=at].rotate_right(1);
        }
        true
    }

    /// The path or glob as it is after the moves.
    pub(super) fn moved(&self, glob: &str) -> String {
        RelPath::parse(glob).map_or_else(|_| glob.to_owned(), |path| moved(&path, &self.moves).to_string())
    }
}

/// Where `path` lies after the moves.
pub(super) fn moved(path: &RelPath, moves: &[Move]) -> RelPath {
    let one = |step: &Move| {
        if *path == step.from { Some(step.to.clone()) } else { Some(step.to.join(path.below(&step.from)?)) }
    };
    moves.iter().find_map(one).unwrap_or_else(|| path.clone())
}

impl Work<'_> {
    /// Has the wheel install what lies at `from`, under its own name.
    pub(super) fn installs(&mut self, from: &str) -> bool {
        let name = from.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        self.installs_as(from, &name)
    }

    /// Has the wheel install what lies at `from` as `to`; false where nothing lies there.
    pub(super) fn installs_as(&mut self, from: &str, to: &str) -> bool {
        let Ok(from) = RelPath::parse(from.trim_end_matches('/')) else { return false };
        let there = self.tree.file(&from).is_some() || self.tree.has_folder(&from);
        let source = Source { from, to: to.to_owned() };
        if there && !self.sources.contains(&source) {
            self.sources.push(source);
        }
        there
    }

    /// Whether a module lies at the path, without its suffix: a folder with an `__init__.py`, or a file.
    pub(super) fn finds(&self, path: &str) -> Option<String> {
        let path = work::plain(path);
        let names = [format!("{path}/__init__.py"), format!("{path}/__init__.pyi"), format!("{path}.py")];
        let there = |name: &&String| RelPath::parse(name).is_ok_and(|name| self.tree.file(&name).is_some());
        let found = names.iter().position(|name| there(&name))?;
        Some(if found == 2 { names[2].clone() } else { path.to_owned() })
    }

    /// Keeps out of the wheel what lies in the modules' folders and did not ship before.
    pub(super) fn exclude_rest(&mut self, shipped: impl Fn(&RelPath) -> bool) {
        let mut globs = Vec::new();
        for source in &self.sources {
            outside(self.tree, &source.from, &shipped, &mut globs);
        }
        for glob in globs {
            self.glob("wheel-exclude", glob);
        }
    }
}

impl Work<'_> {
    /// Tells what lies in the folders of modules although git ignores it: backends that ask git leave it out.
    fn tell_ignored(&mut self, sources: &[Source]) {
        let in_module = |path: &&RelPath| sources.iter().any(|source| path.below(&source.from).is_some());
        let excluded = self.globs.get("wheel-exclude").into_iter().flatten();
        let excluded: Vec<Glob> = excluded.filter_map(|glob| Glob::parse(glob).ok()).collect();
        let ships = |path: &&RelPath| {
            let file = self.tree.file(path).filter(|file| !self.tree.holds_secret(file));
            file.is_some() && !excluded.iter().any(|glob| glob.matches_file_or_folder_of(path.as_str()))
        };
        let ignored: Vec<&RelPath> = self.repository.ignored.iter().filter(in_module).filter(ships).collect();
        let Some((first, others)) = ignored.split_first() else { return };
        let what = match others.len() {
            0 => "git ignores it".to_owned(),
            1 => "git ignores it and another file".to_owned(),
            count => format!("git ignores it and {count} other files"),
        };
        let what = format!("{what}; what lies in a module's folder ships, unless `wheel-exclude` names it");
        self.notes.push(Note { path: (*first).clone(), line: 1, what });
    }
}

/// The largest folders below `folder` in which nothing ships, and the files beside those that do.
fn outside(
    tree: &SourceTree,
    folder: &RelPath,
    shipped: &impl Fn(&RelPath) -> bool,
    globs: &mut Vec<String>,
) {
    let files = tree.below(folder);
    let mut done: Option<RelPath> = None;
    for file in files.iter().filter(|file| !shipped(&file.path)) {
        if done.as_ref().is_some_and(|done| file.path.below(done).is_some()) {
            continue;
        }
        let below = file.path.below(folder).unwrap_or_default();
        let above = below.match_indices('/').map(|(at, _)| folder.join(&below[..at]));
        let whole =
            above.into_iter().find(|above| !tree.below(above).iter().any(|other| shipped(&other.path)));
        globs.push(whole.as_ref().unwrap_or(&file.path).to_string());
        done = whole;
    }
}

/// Decides the moves and the names.
pub(super) fn place(work: &mut Work<'_>) -> Result<Placed, Refusal> {
    let mut sources = std::mem::take(&mut work.sources);
    let all = sources.clone();
    let inner = |one: &Source| {
        all.iter().any(|other| {
            let rest = one.from.below(&other.from);
            rest.is_some_and(|rest| one.to == format!("{}/{rest}", other.to))
        })
    };
    sources.retain(|source| !inner(source));
    for source in sources.extract_if(.., |source| !is_module(work.tree, source)) {
        let what =
            "the wheel held it beside the modules: what the server reads belongs into the module's folder";
        work.notes.push(Note { path: source.from, line: 1, what: what.to_owned() });
    }
    if sources.is_empty() {
        let name = work.module();
        return Err(Refusal(format!(
            "no module is found that the project installs; `{name}` is looked for, beside `pyproject.toml` and in `{SRC}`"
        )));
    }
    work.tell_ignored(&sources);
    let mut moves: Vec<Move> = Vec::new();
    for Source { from, to } in &sources {
        let target = RelPath::parse(&format!("{SRC}/{to}"))
            .map_err(|_| Refusal(format!("`{from}` is installed as `{to}`, which is no path")))?;
        if *from == target {
            continue;
        }
        let taken = work.tree.file(&target).is_some() || work.tree.has_folder(&target);
        if taken || moves.iter().any(|step| step.to == target) {
            return Err(Refusal(format!("`{from}` belongs at `{target}`, where something lies already")));
        }
        moves.push(Move { from: from.clone(), to: target });
    }
    let mut names: Vec<String> =
        sources.iter().flat_map(|source| names(work, &source.from, &source.to)).collect();
    names.sort();
    names.dedup();
    let own = work.module();
    let main = |name: &String| {
        let path = name.replace('.', "/");
        sources.iter().find_map(|Source { from, to }| {
            let rest = path.strip_prefix(to.trim_end_matches(".py"))?;
            if !(rest.is_empty() || rest.starts_with('/')) {
                return None;
            }
            let file =
                if to.ends_with(".py") { from.to_string() } else { format!("{from}{rest}/__init__.py") };
            Some((name.clone(), file))
        })
    };
    let mains = names.iter().filter_map(main).collect();
    let names = (names != [own]).then_some(names);
    Ok(Placed { moves, names, mains })
}

/// Whether anything of a source can be imported.
fn is_module(tree: &SourceTree, source: &Source) -> bool {
    let python = |path: &RelPath| [".py", ".pyi"].iter().any(|suffix| path.name().ends_with(suffix));
    python(&source.from) || tree.below(&source.from).iter().any(|file| python(&file.path))
}

/// What the modules of a source are called: itself, or what lies in it where several projects share it.
fn names(work: &mut Work<'_>, from: &RelPath, to: &str) -> Vec<String> {
    let name = to.trim_end_matches(".py").replace('/', ".");
    if work.tree.file(from).is_some() {
        return vec![name];
    }
    let init = from.join("__init__.py");
    match foreign::text(work.tree, init.as_str()) {
        Some(text) if text.contains("pkgutil") || text.contains("declare_namespace") => {}
        None if work.tree.file(&from.join("__init__.pyi")).is_none() => {}
        _ => return vec![name],
    }
    let (mut inner, mut loose) = (Vec::new(), Vec::new());
    for file in work.tree.below(from) {
        match file.path.below(from).unwrap_or_default().split_once('/') {
            Some((folder, rest)) if rest.ends_with(".py") => inner.push(folder.to_owned()),
            None if file.path.name().ends_with(".py") && file.path != init => {
                loose.push(file.path.name().to_owned());
            }
            _ => {}
        }
    }
    inner.dedup();
    // what is kept out whole is no module of the wheel
    inner.retain(|folder| !work.drops("wheel-exclude", from.join(folder).as_str()));
    if loose.is_empty() && !inner.is_empty() {
        return inner
            .iter()
            .flat_map(|folder| names(work, &from.join(folder), &format!("{to}/{folder}")))
            .collect();
    }
    work.note(init.as_str(), 1, "the folder holds modules and no `__init__.py`: add an empty one");
    vec![name]
}
