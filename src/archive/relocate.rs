//! Several files of a project moved and given other texts, all of it or nothing: what `migrate` writes.

use std::fs;
use std::path::{Path, PathBuf};

use super::output::Output;
use super::replace::{prepare, replace};
use crate::error::Error;
use crate::git::Git;
use crate::text::RelPath;

/// A file, its text before and after; none where it is not there.
type Text<'t> = (&'t RelPath, Option<&'t str>, Option<&'t str>);

/// Does the moves in order, with `git mv` where git knows the files, then writes the texts, then removes what goes. All
/// texts are on the disk before the first step, so that a full one changes nothing; when a step fails, those before it are
/// undone.
///
/// # Errors
/// When the disk refuses, something lies in the way, a link leads elsewhere, or a file is not what it was.
pub fn relocate(root: &Path, moves: &[(&RelPath, &RelPath)], texts: &[Text<'_>]) -> Result<(), Error> {
    for (path, before, _) in texts {
        unchanged(root, path, *before)?;
    }
    for (from, to) in moves {
        let place = to.on_disk(root);
        if fs::symlink_metadata(&place).is_ok() {
            return Err(refused(&place, "something lies where a module has to"));
        }
        stays_inside(root, from, to)?;
    }
    let written: Vec<(Text<'_>, Output)> = texts
        .iter()
        .filter_map(|text| Some(prepared(root, text, text.2?).map(|output| (*text, output))))
        .collect::<Result<_, _>>()?;
    let removed = texts.iter().filter(|(_, _, after)| after.is_none());
    let mut done = Done { root, git: Git::at(root), steps: Vec::new() };
    let result = done.all(moves, written, removed);
    if result.is_err() {
        done.undo();
    }
    result
}

fn refused(place: &Path, fault: &str) -> Error {
    Error::Usage { path: place.to_owned(), fault: fault.to_owned() }
}

/// A text on the disk, without its name; that of a new file may be for a folder that only the moves bring.
fn prepared(root: &Path, (path, before, _): &Text<'_>, after: &str) -> Result<Output, Error> {
    let place = path.on_disk(root);
    if before.is_some() || place.parent().is_some_and(Path::exists) {
        return prepare(root, path, before.map(str::as_bytes), after.as_bytes());
    }
    let output = Output::create(root, path.name())?.aimed_at(place);
    output.write(after.as_bytes())?;
    Ok(output)
}

/// Refuses to move a link, which would lead elsewhere from its new place, and to move through one out of the project.
fn stays_inside(root: &Path, from: &RelPath, to: &RelPath) -> Result<(), Error> {
    let place = from.on_disk(root);
    if fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(refused(&place, "a link is not moved: put what it leads to in its place"));
    }
    let target = to.on_disk(root);
    let folder = target.ancestors().skip(1).find(|folder| fs::symlink_metadata(folder).is_ok());
    let folder = folder.unwrap_or(root);
    let real = fs::canonicalize(folder).map_err(Error::read(folder))?;
    let inside = real.starts_with(fs::canonicalize(root).map_err(Error::read(root))?);
    if inside {
        Ok(())
    } else {
        Err(refused(folder, "it leads out of the project, where no module is moved"))
    }
}

fn unchanged(root: &Path, path: &RelPath, before: Option<&str>) -> Result<(), Error> {
    let place = path.on_disk(root);
    let found = if fs::symlink_metadata(&place).is_ok() {
        Some(fs::read(&place).map_err(Error::read(&place))?)
    } else {
        None
    };
    if found.as_deref() == before.map(str::as_bytes) { Ok(()) } else { Err(Error::Changed { path: place }) }
}

/// What was done so far, in order.
struct Done<'a> {
    root: &'a Path,
    git: Option<Git<'a>>,
    steps: Vec<Step<'a>>,
}

/// What one step did.
enum Step<'a> {
    Made(PathBuf),
    Moved(PathBuf, PathBuf),
    Written(Text<'a>),
}

impl<'a> Done<'a> {
    fn all<'t>(
        &mut self,
        moves: &[(&RelPath, &RelPath)],
        written: Vec<(Text<'a>, Output)>,
        removed: impl Iterator<Item = &'t Text<'a>>,
    ) -> Result<(), Error>
    where
        'a: 't,
    {
        for (from, to) in moves {
            let (old, new) = (from.on_disk(self.root), to.on_disk(self.root));
            // a folder moves into itself by way of another name
            let aside = to.below(from).map(|_| old.with_file_name(format!("{}.moving", from.name())));
            let first = aside.as_ref().unwrap_or(&old);
            if let Some(aside) = &aside {
                self.rename(&old, aside)?;
            }
            self.folder(new.parent().unwrap_or(self.root))?;
            self.rename(first, &new)?;
        }
        for (text, output) in written {
            self.folder(output.target().parent().unwrap_or(self.root))?;
            output.publish()?;
            self.steps.push(Step::Written(text));
        }
        for text in removed {
            let place = text.0.on_disk(self.root);
            fs::remove_file(&place).map_err(Error::write(&place))?;
            self.steps.push(Step::Written(*text));
        }
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), Error> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(refused(to, "something lies where a module has to"));
        }
        rename(self.git.as_ref(), from, to).map_err(Error::write(to))?;
        self.steps.push(Step::Moved(from.to_owned(), to.to_owned()));
        Ok(())
    }

    /// Makes a folder, and those above it.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
        for path in missing.into_iter().rev() {
            fs::create_dir(path).map_err(Error::write(path))?;
            self.steps.push(Step::Made(path.to_owned()));
        }
        Ok(())
    }

    /// Puts all back, as far as the disk lets it: the first fault is the one that is told.
    fn undo(self) {
        for step in self.steps.into_iter().rev() {
            match step {
                Step::Made(folder) => drop(fs::remove_dir(folder)),
                Step::Moved(from, to) => drop(rename(self.git.as_ref(), &to, &from)),
                Step::Written((path, before, after)) => drop(write(self.root, path, after, before)),
            }
        }
    }
}

fn write(root: &Path, path: &RelPath, before: Option<&str>, after: Option<&str>) -> Result<(), Error> {
    match after {
        Some(after) => replace(root, path, before.map(str::as_bytes), after.as_bytes()),
        None => {
            let place = path.on_disk(root);
            fs::remove_file(&place).map_err(Error::write(&place))
        }
    }
}

/// With git, so that its index knows; without, where git knows nothing of the files.
fn rename(git: Option<&Git<'_>>, from: &Path, to: &Path) -> std::io::Result<()> {
    if git.is_some_and(|git| git.moves(from, to)) { Ok(()) } else { fs::rename(from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut pending = vec![folder.to_owned()];
        while let Some(next) = pending.pop() {
            for entry in fs::read_dir(next).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    pending.push(path);
                } else {
                    all.push(
                        path.strip_prefix(folder)
                            .expect("inside")
                            .to_str()
                            .expect("UTF-8")
                            .replace('\\', "/"),
                    );
                }
            }
        }
        all.sort();
        all
    }

    fn lay() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["a/x.py", "src/__init__.py", "p.toml", "gone"] {
            let place = folder.path().join(path);
            fs::create_dir_all(place.parent().expect("a folder")).expect("made");
            fs::write(place, "old").expect("written");
        }
        folder
    }

    #[test]
    fn moves_and_writes_or_does_nothing() {
        let [a, src, p, gone] = ["a", "src", "p.toml", "gone"].map(RelPath::new);
        let [to_a, to_src, lost, inside] = ["src/a", "src/src", "lost", "src/deep/x"].map(RelPath::new);
        let moves = [(&src, &to_src), (&a, &to_a)];
        let texts = [(&gone, Some("old"), None), (&p, Some("old"), Some("new"))];
        let folder = lay();
        relocate(folder.path(), &moves, &texts).expect("done");
        assert_eq!(names(folder.path()), ["p.toml", "src/a/x.py", "src/src/__init__.py"]);
        assert_eq!(fs::read_to_string(folder.path().join("p.toml")).expect("read"), "new");
        for (moves, texts) in [
            (&[(&a, &p)][..], &texts[..]),
            (&moves, &[(&p, Some("older"), None)]),
            (&[(&a, &to_a), (&lost, &inside)], &texts),
            (&[(&src, &to_src), (&lost, &inside)], &texts),
            (
                &moves,
                &[(&gone, Some("old"), None), (&p, Some("old"), Some("new")), (&to_src, None, Some(""))],
            ),
        ] {
            let folder = lay();
            let before = names(folder.path());
            assert!(relocate(folder.path(), moves, texts).is_err());
            assert_eq!(names(folder.path()), before);
            assert_eq!(fs::read_to_string(folder.path().join("p.toml")).expect("read"), "old");
        }
    }

    #[test]
    #[cfg(unix)]
    fn neither_moves_a_link_nor_leaves_the_project_through_one() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().expect("a folder");
        let folder = lay();
        symlink(outside.path(), folder.path().join("out")).expect("linked");
        symlink("a", folder.path().join("b")).expect("linked");
        let [a, b, out, inside] = ["a", "b", "out/a", "src/b"].map(RelPath::new);
        let gone = RelPath::new("gone");
        for (from, to) in [(&a, &out), (&b, &inside)] {
            let texts = [(&gone, Some("old"), None)];
            assert!(relocate(folder.path(), &[(from, to)], &texts).is_err());
            assert!(folder.path().join("gone").exists() && folder.path().join("a/x.py").exists());
            assert_eq!(fs::read_dir(outside.path()).expect("listed").count(), 0);
        }
    }
}
