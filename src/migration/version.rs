//! A version that the old backend found somewhere: written into `[project]`, where ours reads it.

use super::version_literal::{VersionLiteral, assigned};
use super::work::{self, Work, quoted};
use super::{FileRewrite, Move, modules};
use crate::layout::SRC;
use crate::spec::gitignore::Patterns;
use crate::spec::version;
use crate::text::RelPath;

impl Work<'_> {
    /// The version at `weather.__version__`.
    pub(super) fn version_at(&mut self, attr: &str) -> bool {
        let Some((module, name)) = attr.trim().rsplit_once('.') else { return false };
        let path = module.replace('.', "/");
        let installed = [format!("{path}/__init__.py"), format!("{path}.py")];
        let shipped =
            installed.iter().filter_map(|file| self.sources.place_of(file)).map(ToString::to_string);
        let shipped: Vec<String> = shipped.collect();
        // the module need not be in the wheel
        shipped.iter().chain(&installed).any(|file| self.version_in(file, &[name]))
    }

    /// Takes the version that stands as a literal in a Python file; the literal stays, and is told.
    pub(super) fn version_in(&mut self, path: &str, names: &[&str]) -> bool {
        let path = &work::plain(path);
        let Some((value, line, name)) = self.read(path).and_then(|text| {
            let found = names.iter().find_map(|name| Some((assigned(&text, &[*name])?, (*name).to_owned())));
            found.map(|((value, line), name)| (value, line, name))
        }) else {
            return self.version_beside(path);
        };
        let valid = version::parse(&value).is_ok();
        if valid {
            let seen_in = self.seen_in(path);
            self.literal = Some(VersionLiteral { path: path.to_owned(), line, name, value, seen_in });
        }
        valid
    }

    /// Takes the version that the `__init__.py` of a module takes from a file beside it.
    fn version_beside(&mut self, path: &str) -> bool {
        let Some(folder) = path.strip_suffix("/__init__.py") else { return false };
        let taken = self.read(path).and_then(|text| {
            let of = |line: &str| {
                let (module, names) = line.strip_prefix("from .")?.split_once(" import ")?;
                names.contains("__version__").then(|| format!("{folder}/{}.py", module.replace('.', "/")))
            };
            text.lines().find_map(of)
        });
        taken
            .filter(|file| !file.ends_with("__init__.py"))
            .is_some_and(|file| self.version_in(&file, &["__version__"]))
    }

    /// The file, and the `__init__.py` beside it that takes `__version__` from there.
    fn seen_in(&self, path: &str) -> Vec<String> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let init = format!("{folder}/__init__.py");
        let import = format!(".{} import ", file.trim_end_matches(".py"));
        let takes =
            |line: &str| line.starts_with("from ") && line.contains(&import) && line.contains("__version__");
        let exports = self.read(&init).is_some_and(|text| text.lines().any(takes));
        [path.to_owned()].into_iter().chain(exports.then_some(init)).collect()
    }

    /// Writes the version into `[project]`; the literal stays, and is told.
    pub(super) fn write_literal(&mut self, literal: &VersionLiteral) {
        let name = quoted(&self.name().unwrap_or_default());
        self.settle("version", quoted(&literal.value));
        self.note(&literal.path, literal.line, format!("the version is written in `pyproject.toml` now: here `importlib.metadata.version({name})` would follow it"));
    }

    /// Takes the version that is all of a file.
    pub(super) fn version_file(&mut self, path: &str) -> bool {
        let Some(text) = self.read(&work::plain(path)) else { return false };
        if !self.takes(text.trim()) {
            return false;
        }
        self.note(
            &work::plain(path),
            1,
            "the version is written in `pyproject.toml` now; nothing reads this file at build time",
        );
        true
    }

    /// Tells of the module that the old backend wrote the version into; writes it once and for all where it is not there.
    pub(super) fn unwritten(&mut self, key: &str) {
        let (Some(file), Some((path, line))) = (self.document.text(key), self.document.place(key)) else {
            return;
        };
        let file = RelPath::new(work::plain(&file));
        let moves: Vec<Move> = self.sources.moves().collect();
        let mut place = modules::moved(&file, &moves);
        if place.parts().next() != Some(SRC) {
            place = RelPath::new(SRC).join(file.as_str());
        }
        let installed = place.below(&RelPath::new(SRC)).unwrap_or_default();
        let top = installed.split('/').next().unwrap_or_default();
        let there = [&file, &place].iter().any(|path| self.tree.file(path).is_some());
        let what = if there || !file.name().ends_with(".py") || !self.sources.has_python(top) {
            format!("nothing writes `{file}` any more: `importlib.metadata.version` says the version")
        } else {
            self.write_version_module(place);
            format!(
                "`{file}` is a module like any other now, which asks `importlib.metadata` for the version"
            )
        };
        self.note(path.as_str(), line, what);
    }

    /// Writes a module that asks for the version of the installed project, under the names that the plugins give it.
    fn write_version_module(&mut self, place: RelPath) {
        let name = quoted(&self.name().unwrap_or_default());
        let mut text = format!(
            "from importlib.metadata import version as _version\n\n__version__ = version = _version({name})\n"
        );
        let tuple =
            |path: &RelPath| self.read(path.as_str()).is_some_and(|text| text.contains("version_tuple"));
        if self.sources.files.keys().any(tuple) {
            text += "__version_tuple__ = version_tuple = tuple(__version__.split(\".\"))\n";
        }
        let ignored = self.read(".gitignore").unwrap_or_default();
        let line = ignored.lines().position(|line| Patterns::new([line]).matches(place.as_str()));
        if let Some(line) = line.and_then(|line| u32::try_from(line + 1).ok()) {
            let what = format!("keeps git from `{place}`, which nothing makes any more: take the line out");
            self.note(".gitignore", line, what);
        }
        self.changes.push(FileRewrite { path: place, before: None, after: Some(text) });
    }

    /// Writes a version, where the text is one.
    fn takes(&mut self, found: &str) -> bool {
        let valid = version::parse(found).is_ok();
        if valid {
            self.settle("version", quoted(found));
        }
        valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_literal() {
        for (text, expected) in [
            ("x = 1\n__version__ = \"1.2\"\n", Some(("1.2", 2))),
            ("__version__: str = '1.2'  # why\n", Some(("1.2", 1))),
            ("    __version__ = '1'\n", None),
            ("__version__ = version('x')\n", None),
            ("__version_info__ = '1'\n", None),
            ("__version__ = 'a\n", None),
        ] {
            let found = assigned(text, &["__version__"]);
            assert_eq!(found, expected.map(|(value, line)| (value.to_owned(), line)), "{text}");
        }
    }
}
