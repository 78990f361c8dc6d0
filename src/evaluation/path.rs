//! Paths of the project's own files: what is made of `__file__`, and what lies there.
//!
//! Where a package is installed is not known, but how its files lie to each other is. So a path is an object of
//! `pathlib.Path`, or a string all the same, that knows its place below the package at the top.

use std::sync::Arc;

use super::condition::Causes;
use super::value::{Arguments, ListValue, Value};
use super::{Host, Run};
use crate::text::RelPath;

/// The class of what stands for a path.
const CLASS: &str = "pathlib.Path";
/// Stands among the fields of a path for where it lies in the project.
const AT: &str = "project path";
/// Stands there for the folder of the package at the top.
const TOP: &str = "top folder";
/// Stands there for the name of that package.
const NAME: &str = "top package";

/// A path below a package at the top.
#[derive(Clone, Debug)]
pub(super) struct Place {
    at: RelPath,
    top: RelPath,
    name: Arc<str>,
}

impl Place {
    /// The place that a value stands for.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let Value::Object(object) = value.without_default().0 else { return None };
        let fields = object.fields.borrow();
        let text = |name: &str| fields.get(name)?.as_text();
        Some(Self { at: RelPath::new(text(AT)?), top: RelPath::new(text(TOP)?), name: text(NAME)? })
    }

    /// Where it lies in the project.
    pub(super) fn at(&self) -> &RelPath {
        &self.at
    }

    fn moved(&self, at: RelPath) -> Option<Self> {
        // what lies beside the package is another's
        let is_inside = at == self.top || at.below(&self.top).is_some();
        is_inside.then(|| Self { at, ..self.clone() })
    }

    fn parent(&self) -> Option<Self> {
        self.moved(self.at.parent())
    }

    pub(super) fn join(&self, more: &str) -> Option<Self> {
        let mut at = self.at.clone();
        for part in more.split(['/', '\\']) {
            at = match part {
                "" | "." => at,
                ".." => at.parent(),
                part => at.join(part),
            };
        }
        if more.starts_with('/') { None } else { self.moved(at) }
    }

    /// The module, or the package, that lies there.
    fn module(&self) -> String {
        let below = self.at.below(&self.top).unwrap_or_default();
        let below = below.strip_suffix(".py").unwrap_or(below);
        let below = below.strip_suffix("/__init__").unwrap_or(below);
        let parts = below.split('/').filter(|part| !part.is_empty() && *part != "__init__");
        [&*self.name].into_iter().chain(parts).collect::<Vec<_>>().join(".")
    }

    fn suffix(&self) -> &str {
        let name = self.at.name();
        name.rfind('.').filter(|at| *at > 0).map_or("", |at| &name[at..])
    }

    fn stem(&self) -> &str {
        let name = self.at.name();
        &name[..name.len() - self.suffix().len()]
    }
}

/// Whether a name fits a pattern of `*` and `?`; none for any other pattern.
fn fits(name: &str, pattern: &str) -> Option<bool> {
    if pattern.contains(['[', '{', '/']) {
        return None;
    }
    Some(fits_from(name.as_bytes(), pattern.as_bytes()))
}

fn fits_from(name: &[u8], pattern: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, _) => name.is_empty(),
        (Some((b'*', rest)), _) => {
            fits_from(name, rest) || name.split_first().is_some_and(|(_, name)| fits_from(name, pattern))
        }
        (Some((b'?', rest)), Some((_, name))) => fits_from(name, rest),
        (Some((letter, rest)), Some((first, name))) => letter == first && fits_from(name, rest),
        (Some(_), None) => false,
    }
}

impl<H: Host> Run<'_, H> {
    /// What `__file__` is in a module.
    pub(super) fn file_of(&mut self, module: &str) -> Value {
        match self.place_of(module) {
            Some(place) => self.path(&place),
            // a file all the same
            None => {
                let place = self.place(crate::text::Span::default());
                Value::Object(self.object(Value::foreign(CLASS), Arguments::default(), place))
            }
        }
    }

    /// Where a module lies below its package at the top.
    fn place_of(&self, module: &str) -> Option<Place> {
        let path = self.program.path(module)?.clone();
        let is_package = path.name() == "__init__.py";
        let above = module.split('.').count().checked_sub(if is_package { 1 } else { 2 })?;
        let mut top = path.parent();
        for _ in 0..above {
            top = top.parent();
        }
        let name: Arc<str> = module.split('.').next()?.into();
        let place = Place { at: path, top, name };
        // files may lie elsewhere than their modules
        (place.module() == module).then_some(place)
    }

    /// The folders of a package: its `__path__`.
    pub(super) fn folders_of(&mut self, module: &str) -> Option<Value> {
        let file = self.place_of(module)?;
        let folder = Some(file).filter(|place| place.at.name() == "__init__.py")?.parent()?;
        Some(Value::list([self.path(&folder)]))
    }

    pub(super) fn path(&mut self, place: &Place) -> Value {
        let made = self.object(
            Value::foreign(CLASS),
            Arguments::default(),
            self.place(crate::text::Span::default()),
        );
        let fields = [(AT, place.at.as_str()), (TOP, place.top.as_str()), (NAME, &*place.name)];
        made.fields.borrow_mut().extend(fields.map(|(name, text)| (name.into(), Value::Text(text.into()))));
        Value::Object(made)
    }

    fn path_or_unknown(&mut self, place: Option<Place>) -> Value {
        place.map_or(Value::Unknown, |place| self.path(&place))
    }

    /// What is known of a call of `os.path`, `pathlib` or `glob` with paths of the project; of one that is but a default,
    /// what that gives by default.
    pub(super) fn of_paths(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        let value = self.of_certain_paths(path, arguments)?;
        Some(value.unless(arguments.without_default().as_ref().map(|(_, by)| by)))
    }

    fn of_certain_paths(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        let first = arguments.positional.first()?;
        if path == "importlib.resources.files" {
            let name = package_named(first)?;
            return Some(
                self.folders_of(&name)
                    .map_or(Value::Unknown, |folders| self.subscript(&folders, Value::Int(0))),
            );
        }
        let place = Place::of(first)?;
        Some(match path {
            "pathlib.Path" | "pathlib.PurePath" | "os.path.join" => {
                let mut more = arguments.positional[1..].iter().map(Value::as_text);
                let joined = more.try_fold(place, |place, part| place.join(&part?));
                self.path_or_unknown(joined)
            }
            "builtins.str" | "os.fspath" | "os.path.abspath" | "os.path.realpath" | "os.path.normpath" => {
                first.clone()
            }
            "os.path.dirname" => self.path_or_unknown(place.parent()),
            "os.path.basename" => Value::text(place.at.name()),
            "os.path.splitext" => Value::tuple([Value::Unknown, Value::text(place.suffix())]),
            "os.path.exists" | "os.path.isfile" | "os.path.isdir" => self.exists(&place, path),
            "os.listdir" => self.listed(&place, None, false).map_or(Value::Unknown, |found| {
                let names = found.iter().map(|place| Value::text(place.at.name()));
                shuffled(ListValue::of(names))
            }),
            "glob.glob" | "glob.iglob" => {
                let pattern = place.at.name().to_owned();
                let found = place.parent().and_then(|folder| self.listed(&folder, Some(&pattern), false));
                self.paths(found)
            }
            _ => return None,
        })
    }

    /// What an attribute of a path is; none for a value that is no path, or a method of it.
    pub(super) fn of_path_attribute(&mut self, value: &Value, name: &str) -> Option<Value> {
        let place = Place::of(value)?;
        Some(match name {
            "name" => Value::text(place.at.name()),
            "stem" => Value::text(place.stem()),
            "suffix" => Value::text(place.suffix()),
            "parent" => self.path_or_unknown(place.parent()),
            "parents" => {
                let above = std::iter::successors(place.parent(), Place::parent);
                let above: Vec<Value> = above.map(|place| self.path(&place)).collect();
                Value::tuple(above)
            }
            _ => return None,
        })
    }

    /// What a method of a path gives; none for a value that is no path.
    pub(super) fn of_path_method(
        &mut self,
        value: &Value,
        name: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let place = Place::of(value)?;
        let texts: Option<Vec<Arc<str>>> = arguments.positional.iter().map(Value::as_text).collect();
        let texts = texts.unwrap_or_default();
        let given = arguments.without_default();
        let by = Causes::of_both(value.without_default().1, given.as_ref().map(|(_, by)| by));
        let found = match (name, texts.as_slice()) {
            ("resolve" | "absolute" | "expanduser" | "as_posix", _) => value.clone(),
            ("joinpath", parts) if parts.len() == arguments.positional.len() => {
                let joined = parts.iter().try_fold(place, |place, part| place.join(part));
                self.path_or_unknown(joined)
            }
            ("with_name", [name]) => {
                let moved = place.parent().and_then(|parent| parent.join(name));
                self.path_or_unknown(moved)
            }
            ("exists" | "is_file" | "is_dir", []) => self.exists(&place, name),
            ("read_text" | "read_bytes", _) => self.text_in(&place, name == "read_text"),
            // it stands as the call, for those who read from it
            ("open", _) => return None,
            ("iterdir", []) => {
                let found = self.listed(&place, None, false);
                self.paths(found)
            }
            ("glob", [pattern]) => {
                let (pattern, deep) =
                    pattern.strip_prefix("**/").map_or((&**pattern, false), |rest| (rest, true));
                let found = self.listed(&place, Some(pattern), deep);
                self.paths(found)
            }
            ("rglob", [pattern]) => {
                let found = self.listed(&place, Some(pattern), true);
                self.paths(found)
            }
            ("endswith", [end]) if !end.contains('/') => Value::Bool(place.at.name().ends_with(&**end)),
            _ => Value::Unknown,
        };
        Some(found.unless(by.as_ref()))
    }

    /// `path / "name"`, or with a string behind it; none for a value that is no path.
    pub(super) fn joined_path(&mut self, path: &Value, more: &Value) -> Option<Value> {
        let place = Place::of(path)?;
        let joined = more.as_text().and_then(|more| place.join(more.trim_start_matches('/')));
        let joined = self.path_or_unknown(joined);
        let by = Causes::of_both(path.without_default().1, more.without_default().1);
        Some(joined.unless(by.as_ref()))
    }

    fn exists(&self, place: &Place, test: &str) -> Value {
        let is_folder = self.tree.has_folder(&place.at);
        let is_file = self.tree.file(&place.at).is_some();
        Value::Bool(match test {
            "os.path.isfile" | "is_file" => is_file,
            "os.path.isdir" | "is_dir" => is_folder,
            _ => is_file || is_folder,
        })
    }

    /// What lies in a folder, and fits the pattern; none where nothing is known of it.
    fn listed(&self, folder: &Place, pattern: Option<&str>, deep: bool) -> Option<Vec<Place>> {
        if !self.tree.has_folder(&folder.at) {
            return None;
        }
        let files = self.tree.below(&folder.at).iter().map(|file| &file.path);
        let folders = self.tree.folders().filter(|one| one.below(&folder.at).is_some());
        let mut found = Vec::new();
        for path in files.chain(folders) {
            let below = path.below(&folder.at)?;
            let is_here = deep || !below.contains('/');
            if is_here && pattern.map_or(Some(true), |pattern| fits(path.name(), pattern))? {
                found.extend(folder.moved(path.clone()));
            }
        }
        found.sort_by(|left, right| left.at.cmp(&right.at));
        found.dedup_by(|left, right| left.at == right.at);
        Some(found)
    }

    fn paths(&mut self, found: Option<Vec<Place>>) -> Value {
        let Some(found) = found else { return Value::Unknown };
        let paths: Vec<Value> = found.iter().map(|place| self.path(place)).collect();
        shuffled(ListValue::of(paths))
    }
}

/// Whether a value is a path of the project.
pub(super) fn is_path(value: &Value) -> bool {
    Place::of(value).is_some()
}

/// The package whose folder a path is; none where it is no such path.
pub(super) fn package_at(value: &Value) -> Option<String> {
    Place::of(value).map(|place| place.module())
}

/// The package that the argument of `importlib.resources.files` names.
fn package_named(value: &Value) -> Option<Arc<str>> {
    match value.without_default().0 {
        Value::Module(module) => Some(module.clone()),
        other => other.as_text(),
    }
}

/// A list in the order in which a system has its files: nobody's.
fn shuffled(list: ListValue) -> Value {
    list.is_shuffled.set(true);
    Value::lazy(list)
}
