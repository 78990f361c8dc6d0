//! What the wheel installs, as folders and files that move as a whole.

use std::collections::BTreeMap;

use super::Move;
use crate::foreign::InstalledFile;
use crate::layout::SRC;
use crate::text::RelPath;
use crate::tree::SourceTree;

/// A folder or file of the project, and its path in the wheel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WheelSource {
    pub(super) from: RelPath,
    pub(super) to: String,
}

/// All that the wheel installs, and how it comes to lie below `src` under the same paths.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// What moves or lies there already: none lies in another, and what goes into a folder comes behind it.
    pub(super) all: Vec<WheelSource>,
    /// What no move of a whole brings to its place.
    pub(super) misplaced: Vec<InstalledFile>,
    /// The paths of what is installed: in the project, and by these in the wheel.
    pub(super) files: BTreeMap<RelPath, String>,
}

/// A source while it is decided, and what the wheel holds of it.
struct Candidate<'s> {
    source: WheelSource,
    shipped: Vec<&'s InstalledFile>,
}

impl Sources {
    /// Finds as few and as large sources as there can be.
    pub(super) fn of(wheel: &[InstalledFile], tree: &SourceTree) -> Self {
        let mut sources = Self::default();
        let mut grouped: BTreeMap<WheelSource, Vec<&InstalledFile>> = BTreeMap::new();
        for shipped in wheel {
            grouped.entry(origin(shipped)).or_default().push(shipped);
        }
        let mut open: Vec<Candidate<'_>> = grouped
            .into_iter()
            .map(|(source, shipped)| Candidate { source, shipped }.narrowed(tree))
            .collect();
        while !open.is_empty() {
            // the widest of the wheel first, and of those for one place the one that makes it a package
            open.sort_by_cached_key(|one| std::cmp::Reverse(one.rank()));
            let next = open.pop().expect("one is there");
            match sources.fit(&next.source, tree) {
                Fit::Whole => sources.take(next),
                Fit::InParts if next.source.from != next.shipped[0].file.path => open.extend(next.parts()),
                Fit::InParts | Fit::Not => sources.misplaced.extend(next.shipped.into_iter().cloned()),
            }
        }
        sources
    }

    fn take(&mut self, one: Candidate<'_>) {
        let files = one.shipped.iter().map(|shipped| (shipped.file.path.clone(), shipped.installed.clone()));
        self.files.extend(files);
        self.all.push(one.source);
    }

    /// Whether a source can be moved beside those that were taken.
    fn fit(&self, source: &WheelSource, tree: &SourceTree) -> Fit {
        let WheelSource { from, to } = source;
        if self.all.iter().any(|other| is_within(from, &other.from)) {
            return Fit::Not;
        }
        let target = RelPath::new(to.clone());
        let holder = self.all.iter().find_map(|other| {
            let rest = if *to == other.to { "" } else { target.below(&RelPath::new(other.to.clone()))? };
            Some(if rest.is_empty() { other.from.clone() } else { other.from.join(rest) })
        });
        let holds = self.all.iter().any(|other| is_within(&other.from, from));
        match holder {
            _ if holds => Fit::InParts,
            Some(place) if !tree.below(&place).is_empty() || tree.file(&place).is_some() => Fit::InParts,
            Some(_) if stays(from, tree) => Fit::Not,
            _ => Fit::Whole,
        }
    }

    /// Whether the wheel holds Python below a path of its own.
    pub(super) fn has_python(&self, to: &str) -> bool {
        self.files.values().any(|installed| is_python(installed) && is_at(installed, to))
    }

    /// Where the file lies that the wheel holds at a path.
    pub(super) fn place_of(&self, installed: &str) -> Option<&RelPath> {
        self.files.iter().find(|(_, other)| *other == installed).map(|(path, _)| path)
    }

    /// Takes a source out, and what the wheel held of it.
    pub(super) fn leave_out(&mut self, source: &WheelSource) {
        self.all.retain(|other| other != source);
        self.files.retain(|path, _| !is_within(path, &source.from));
    }

    /// The moves, in the order in which they can be done.
    pub(super) fn moves(&self) -> impl Iterator<Item = Move> {
        let target = |to: &str| RelPath::new(SRC).join(to);
        let steps =
            self.all.iter().map(move |source| Move { from: source.from.clone(), to: target(&source.to) });
        steps.filter(|step| step.from != step.to)
    }
}

enum Fit {
    Whole,
    InParts,
    Not,
}

impl<'s> Candidate<'s> {
    /// The larger, the later it is taken.
    fn rank(&self) -> (usize, bool, usize, WheelSource) {
        let init = format!("{}/__init__.py", self.source.to);
        let package = self.shipped.iter().any(|one| one.installed == init);
        (self.source.to.split('/').count(), !package, usize::MAX - self.shipped.len(), self.source.clone())
    }

    /// The one folder in it that holds all of it, where other things lie beside that.
    fn narrowed(mut self, tree: &SourceTree) -> Self {
        loop {
            let WheelSource { from, to } = &self.source;
            let first = |path: &RelPath| path.below(from)?.split_once('/').map(|(first, _)| first.to_owned());
            let Some(inner) = self.shipped.first().and_then(|one| first(&one.file.path)) else { return self };
            let is_all = self.shipped.iter().all(|one| first(&one.file.path).as_ref() == Some(&inner));
            let alone = tree.below(from).iter().all(|file| first(&file.path).as_ref() == Some(&inner));
            if !is_all || alone {
                return self;
            }
            self.source = WheelSource { from: from.join(&inner), to: format!("{to}/{inner}") };
        }
    }

    /// What lies right in its folder, each by itself.
    fn parts(self) -> impl Iterator<Item = Self> {
        let Self { source: WheelSource { from, to }, shipped } = self;
        let mut parts: BTreeMap<String, Vec<&'s InstalledFile>> = BTreeMap::new();
        for one in shipped {
            let below = one.file.path.below(&from).unwrap_or_default();
            let first = below.split('/').next().unwrap_or_default();
            parts.entry(first.to_owned()).or_default().push(one);
        }
        parts.into_iter().map(move |(first, shipped)| {
            let source = WheelSource { from: from.join(&first), to: format!("{to}/{first}") };
            Self { source, shipped }
        })
    }
}

/// The widest folder, but not the project's, that holds the file as the wheel does; else the file.
fn origin(shipped: &InstalledFile) -> WheelSource {
    let from: Vec<&str> = shipped.file.path.parts().collect();
    let to: Vec<&str> = shipped.installed.split('/').collect();
    let same = from.iter().rev().zip(to.iter().rev()).take_while(|(left, right)| left == right).count();
    let kept = same.min(from.len() - 1).min(to.len() - 1);
    WheelSource {
        from: RelPath::new(from[..from.len() - kept].join("/")),
        to: to[..to.len() - kept].join("/"),
    }
}

/// Whether a file has its place at the root, whatever else the wheel makes of it.
fn stays(path: &RelPath, tree: &SourceTree) -> bool {
    path.parent() == RelPath::root() && tree.file(path).is_some() && !is_python(path.as_str())
}

pub(super) fn is_python(path: &str) -> bool {
    [".py", ".pyi"].iter().any(|suffix| path.ends_with(suffix))
}

fn is_within(path: &RelPath, folder: &RelPath) -> bool {
    path == folder || path.below(folder).is_some()
}

fn is_at(installed: &str, to: &str) -> bool {
    installed.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{SourceFile, TextOverlay};

    /// The sources and what is misplaced, of paths in the project and in the wheel.
    fn found(wheel: &[(&str, &str)], beside: &[&str]) -> (Vec<String>, Vec<String>) {
        let drafts: TextOverlay = wheel
            .iter()
            .map(|(from, _)| *from)
            .chain(beside.iter().copied())
            .map(|path| (RelPath::new(path), String::new()))
            .collect();
        let tree = SourceTree::default().with_drafts(&drafts);
        let shipped = |(from, to): &(&str, &str)| InstalledFile {
            installed: (*to).to_owned(),
            file: SourceFile { path: RelPath::new(*from), size: 0, executable: false },
        };
        let wheel: Vec<InstalledFile> = wheel.iter().map(shipped).collect();
        let sources = Sources::of(&wheel, &tree);
        (
            sources.all.iter().map(|one| format!("{} -> {}", one.from, one.to)).collect(),
            sources.misplaced.iter().map(|one| one.installed.clone()).collect(),
        )
    }

    #[test]
    fn finds_the_largest_folders() {
        for (wheel, expected, misplaced) in [
            (
                &[("src/a/__init__.py", "a/__init__.py"), ("src/a/b/x.py", "a/b/x.py")][..],
                &["src/a -> a"][..],
                &[][..],
            ),
            (&[("code/rain/x.py", "a/rain/x.py"), ("code/x.py", "a/x.py")], &["code -> a"], &[]),
            // the project itself does not move
            (
                &[("__init__.py", "a/__init__.py"), ("sub/x.py", "a/sub/x.py")],
                &["__init__.py -> a/__init__.py", "sub -> a/sub"],
                &[],
            ),
            // a folder goes into the package that has none of its name
            (
                &[("a/__init__.py", "a/__init__.py"), ("data/x.json", "a/data/x.json")],
                &["a -> a", "data -> a/data"],
                &[],
            ),
            (
                &[
                    ("a/__init__.py", "a/__init__.py"),
                    ("etc/x.json", "a/x.json"),
                    ("readme.md", "a/readme.md"),
                ],
                &["a -> a", "etc/x.json -> a/x.json"],
                &["a/readme.md"],
            ),
            // what lies beside a part of a namespace stays
            (&[("lib/a/b/x.py", "c/a/b/x.py")], &["lib/a -> c/a"], &[]),
            // what is renamed within a folder, and what is there twice
            (
                &[("a/__init__.py", "a/__init__.py"), ("a/x.json", "a/y/x.json"), ("a/z.py", "z.py")],
                &["a -> a"],
                &["z.py", "a/y/x.json"],
            ),
        ] {
            let (all, left) = found(wheel, &["lib/other.py"]);
            assert_eq!(all, expected, "{wheel:?}");
            assert_eq!(left, misplaced, "{wheel:?}");
        }
    }
}
