//! Where the files lie that the modules name from their own place, and what the whole program does with them.

use std::collections::BTreeSet;

use super::{Program, ResolvedName};
use crate::layout::folder_of;
use crate::syntax::{Access, Anchored, AnchoredName, Base, FileUse};

/// Where a path leads, in the project and once it is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlace {
    /// From the project's folder; none where it leads above.
    pub project: Option<String>,
    /// From the folder of installed modules; none where it leads above.
    pub installed: Option<String>,
    /// Whether something computed follows.
    pub open: bool,
}

/// One use of a file.
#[derive(Clone, Debug)]
pub struct ResolvedFileUse<'a> {
    /// The module whose code it is.
    pub module: &'a str,
    /// What is done with it.
    pub access: Access,
    /// Where it lies.
    pub place: FilePlace,
    /// The use as the module has it; none for that of an imported name for it.
    pub file: Option<&'a FileUse>,
}

/// More steps than any chain of imported names takes.
const STEPS: usize = 10;

impl FilePlace {
    fn up(self, times: usize) -> Self {
        let climb = |path: String| {
            (0..times).try_fold(path, |path, _| match path.rsplit_once('/') {
                Some((folder, _)) => Some(folder.to_owned()),
                None => (!path.is_empty()).then(String::new),
            })
        };
        Self { project: self.project.and_then(climb), installed: self.installed.and_then(climb), ..self }
    }

    fn down(self, parts: &[String]) -> Self {
        let descend = |path: String| {
            let all = std::iter::once(path.as_str()).chain(parts.iter().map(String::as_str));
            all.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
        };
        Self { project: self.project.map(descend), installed: self.installed.map(descend), ..self }
    }
}

impl Program {
    /// What the modules do with files that they name from their own place.
    pub fn touches(&self) -> Vec<ResolvedFileUse<'_>> {
        let own = self.iter().flat_map(|(module, facts)| {
            facts.files().iter().filter_map(move |file| {
                let place = self.place(module, file.body, &file.path, 0)?;
                Some(ResolvedFileUse { module, access: file.access, place, file: Some(file) })
            })
        });
        own.chain(self.touched_elsewhere()).collect()
    }

    /// What is done with imported names for files, beside reading them.
    fn touched_elsewhere(&self) -> impl Iterator<Item = ResolvedFileUse<'_>> {
        let named = |name: &AnchoredName, text: &str| text.get(name.name.range()).map(str::to_owned);
        let names: BTreeSet<String> = self
            .iter()
            .flat_map(|(_, facts)| facts.anchors().iter().filter_map(|one| named(one, facts.source().text())))
            .collect();
        self.iter().flat_map(move |(module, facts)| {
            let followed = facts.anchors().iter().map(|one| one.value);
            let followed: Vec<_> = followed.chain(facts.files().iter().map(|file| file.span)).collect();
            let uses = facts.uses().iter().filter(|one| one.imported);
            let touches = uses.filter_map(|one| {
                let (path, method) = path_of(&one.path, &names)?;
                let inside =
                    followed.iter().any(|span| span.start <= one.span.start && one.span.end <= span.end);
                let path =
                    Anchored { base: Base::Name(path.to_owned()), up: 0, parts: Vec::new(), open: false };
                let place = self.place(module, one.body, &path, 0).filter(|_| !inside)?;
                let access = Access::of_method(method);
                Some(ResolvedFileUse { module, access, place, file: None })
            });
            touches.collect::<Vec<_>>()
        })
    }

    /// Where `path` leads, written in the body of `module` with this number.
    fn place(&self, module: &str, body: usize, path: &Anchored, steps: usize) -> Option<FilePlace> {
        let base = match &path.base {
            Base::File => {
                let file = self.modules.get(module)?;
                let folder = file.name.replace('.', "/");
                let installed =
                    if file.package { format!("{folder}/__init__.py") } else { format!("{folder}.py") };
                FilePlace {
                    project: Some(file.path.as_str().to_owned()),
                    installed: Some(installed),
                    open: false,
                }
            }
            Base::Package(name) if name.is_empty() => {
                let path = Anchored { up: 1, ..Anchored::of(Base::File) };
                self.place(module, body, &path, steps)?
            }
            Base::Package(name) => self.package(name)?,
            Base::Name(name) => {
                let (home, path) = self.anchor(module, body, name).filter(|_| steps < STEPS)?;
                self.place(home, 0, path, steps + 1)?
            }
        };
        let base = base.up(path.up).down(&path.parts);
        Some(FilePlace { open: base.open || path.open, ..base })
    }

    fn package(&self, name: &str) -> Option<FilePlace> {
        if let Some(module) = self.modules.get(name) {
            let path = Anchored { up: 1, ..Anchored::of(Base::File) };
            return self.place(&module.name, 0, &path, 0);
        }
        let (above, last) = name.rsplit_once('.').unwrap_or(("", name));
        if above.is_empty() {
            let place =
                FilePlace { project: Some(folder_of(name)), installed: Some(name.to_owned()), open: false };
            return self.modules.importable(name).then_some(place);
        }
        Some(self.package(above)?.down(&[last.to_owned()]))
    }

    /// The path that an imported name stands for, and the module that binds it.
    fn anchor(&self, module: &str, body: usize, name: &str) -> Option<(&str, &Anchored)> {
        let definitions = self.callees(module, body, name);
        let [ResolvedName { module, .. }] = *definitions else { return None };
        let span = definitions[0].binding()?.span;
        let anchors = self.module(module)?.anchors().iter();
        anchors.filter(|one| one.name == span).map(|one| (module, &one.path)).next()
    }
}

/// The part of a dotted name up to one of `names`, and the name behind that.
fn path_of<'p>(path: &'p str, names: &BTreeSet<String>) -> Option<(&'p str, &'p str)> {
    let mut end = 0;
    for part in path.split('.') {
        end += part.len();
        if names.contains(part) {
            let rest = path[end..].trim_start_matches('.');
            return Some((&path[..end], rest.split('.').next().unwrap_or_default()));
        }
        end += 1;
    }
    None
}
