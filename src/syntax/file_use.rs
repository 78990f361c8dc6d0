//! What the code does with files beside it: reads them, makes them, looks whether they are there.
//!
//! The places that name such a file are rare. From each the way leads up through the expression around it, to what is
//! done with the path; what is not known to leave the file alone may do anything to it.

use super::access::{self, Access};
use super::anchored::{Anchored, Base, Through, Value};
use super::anchoring::package_named;
use super::code::{argument, by_position};
use super::expression::{Pending, called};
use super::walk::Walk;
use super::{Body, Given, Guards, Term, TermKind, Unpacked};
use crate::text::Span;

/// One use of a path that begins at the place of a module.
#[derive(Clone, Debug)]
pub struct FileUse {
    /// The expression.
    pub span: Span,
    /// The path.
    pub path: Anchored,
    /// What is done with it.
    pub access: Access,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
    /// The names that the path goes through.
    pub(super) through: Vec<Through>,
}

impl FileUse {
    /// Whether the names that the path goes through surely stand for what they seem to.
    pub(super) fn is_sure(&self, bodies: &[Body], shadowed: &dyn Fn(&str) -> bool) -> bool {
        self.through.iter().all(|(binder, name)| {
            let around = std::iter::successors(Some(self.body), |at| bodies[*at].parent);
            let mut binding = around.filter(|at| !bodies[*at].scope.bindings(name).is_empty());
            !shadowed(name)
                && match (binder, binding.next()) {
                    (Some(binder), Some(at)) => *binder == at && bodies[at].scope.sole(name).is_some(),
                    // the scopes of imports are the caller's to know
                    (None, _) => !super::statement::is_local(bodies, self.body, name),
                    _ => false,
                }
        })
    }
}

/// More places than any file has that people write; what is above is not looked at closely.
const MENTIONS: usize = 300;

impl<'a> Walk<'a> {
    /// A name that may begin a path; `path` is what it stands for, when it is imported.
    pub(super) fn mention(&mut self, next: &Pending<'a>, path: Option<&str>) {
        let packaged = path.is_some_and(|path| {
            let loader = matches!(path, "jinja2.PackageLoader" | "pkgutil.get_data");
            loader || path.starts_with("importlib.resources.") || path.starts_with("importlib_resources.")
        });
        let begins = first_name(next.term).is_some_and(|name| self.is_anchor(name))
            || path.is_some_and(|path| path.ends_with(".__file__"));
        if !begins && !packaged {
            return;
        }
        self.mentions += 1;
        let Some(root) = self.root_term.filter(|_| self.mentions <= MENTIONS) else {
            let path = Anchored { up: 1, ..Anchored::of(Base::File) };
            let value = Value { path, through: Vec::new() };
            return self.record_file(next.term.span, value, Access::Pass, next.lambda);
        };
        let way = way_to(root, next.term);
        let mut calls = way.iter().rev().filter_map(|around| Some((*around, around.as_call()?)));
        let call = calls.find(|(_, (callee, _))| !begins && std::ptr::eq(*callee, next.term));
        let name = path.and_then(|path| path.rsplit('.').next()).unwrap_or_default();
        let read = call.and_then(|(call, (callee, given))| Some((call, self.packaged(callee, given, name)?)));
        match read {
            Some((call, (value, access))) => self.record_file(call.span, value, access, next.lambda),
            None => self.climb(&way, next.lambda),
        }
    }

    /// Records what is done with the path around the last expression of `way`.
    fn climb(&mut self, way: &[&'a Term], lambda: bool) {
        let mut at = None;
        let mut missed = 0;
        for (up, term) in way.iter().rev().enumerate() {
            match self.anchored(term, 0) {
                Some(value) => {
                    at = Some((up, value));
                    missed = 0;
                }
                // `x.resolve` and `x.parents` are no paths, but what is made of them may be
                None if missed < 2 => missed += 1,
                None => break,
            }
        }
        let Some((up, value)) = at else { return };
        let whole = way[way.len() - 1 - up];
        let (around, beyond) = (parent(way, up), parent(way, up + 1));
        let method = around.and_then(|around| around.as_attribute().map(|(_, name)| (around, name)));
        let call = beyond.and_then(|beyond| beyond.as_call().map(|(callee, given)| (beyond, callee, given)));
        let (span, access) = match (method, call) {
            (Some((part, name)), Some((call, callee, given))) if std::ptr::eq(callee, part) => {
                (call.span, access::of_method(name, given))
            }
            (Some((part, name)), _) => {
                let harmless = ["name", "stem", "suffix", "suffixes", "parts", "parents"];
                (part.span, (!harmless.contains(&name)).then_some(Access::Pass))
            }
            _ => match around.map(|around| (around, &around.kind)) {
                Some((call, TermKind::Call(callee, given))) => {
                    (call.span, self.argument_access(callee, given, whole))
                }
                Some((_, TermKind::Compare(..))) => return,
                _ => (whole.span, Some(Access::Pass)),
            },
        };
        if let Some(access) = access {
            self.record_file(span, value, access, lambda);
        }
    }

    /// Records a call that opens a file by an imported name, which no mention tells.
    pub(super) fn opens_imported(&mut self, next: &Pending<'a>, callee: &'a Term, given: &'a [Given]) {
        let path = match (callee.as_name(), callee.as_attribute()) {
            (Some("open"), _) => by_position(given).next(),
            (_, Some((path, "read_text" | "read_bytes" | "open"))) => Some(path),
            _ => None,
        };
        let Some(path) = path else { return };
        let Some(value) = self.anchored(path, 0).filter(|value| matches!(value.path.base, Base::Name(_)))
        else {
            return;
        };
        // of a name for such a path the mention tells
        if value.through.iter().any(|(binder, _)| binder.is_some()) {
            return;
        }
        let access = match callee.as_attribute() {
            Some((_, method)) => access::of_method(method, given),
            None => self.argument_access(callee, given, path),
        };
        if let Some(access) = access {
            self.record_file(next.term.span, value, access, next.lambda);
        }
    }

    /// Forgets that the path of this expression was handed on: a name holds it, and that is followed.
    pub(super) fn forget_file(&mut self, whole: Span) {
        if self.facts.files.last().is_some_and(|last| last.span == whole && last.access == Access::Pass) {
            self.facts.files.pop();
        }
    }

    fn record_file(&mut self, span: Span, value: Value, access: Access, lambda: bool) {
        let Value { mut path, through } = value;
        // a lambda runs when somebody calls it
        let may_not_run = lambda || self.frame().left;
        let access = if may_not_run { access.unsure() } else { access };
        if path.base == Base::File && path.up == 0 && path.parts.is_empty() {
            // whoever gets the file of the module may look for its folder
            path.up = 1;
        }
        let (body, guards) = (self.frame().body, self.guards());
        self.facts.files.push(FileUse { span, path, access, body, guards, through });
    }

    fn argument_access(&self, callee: &Term, given: &[Given], path: &Term) -> Option<Access> {
        match called(callee) {
            Some(function) => access::of_argument(&self.path(function), given, path),
            None => Some(Access::Pass),
        }
    }

    /// `pkgutil.get_data("weather", "data.json")` and its kin; `name` is the function's own.
    fn packaged(&self, callee: &Term, given: &[Given], name: &str) -> Option<(Value, Access)> {
        let read = Access::Read { fails: true };
        let (file, access) = match name {
            "get_data" | "read_text" | "read_binary" | "open_text" | "open_binary" => ("resource", read),
            "path" => ("resource", read.unsure()),
            "is_resource" => ("name", Access::Test),
            "contents" => ("", Access::ReadFolder { fails: true }),
            "PackageLoader" => ("package_path", Access::ReadFolder { fails: true }),
            _ => return None,
        };
        if given.iter().any(|one| one.unpacked == Some(Unpacked::Positions)) {
            return None;
        }
        let package =
            ["package", "package_name", "anchor"].iter().find_map(|keyword| argument(given, keyword, 0))?;
        let path = Anchored::of(Base::Package(package_named(package)?));
        let path = match (file, argument(given, file, 1)) {
            ("", _) => path,
            ("package_path", None) => path.join("templates")?,
            (_, file) => path.join_term(file?)?,
        };
        let root = self.root(&called(callee)?)?.written.to_owned();
        Some((Value { path, through: vec![(None, root)] }, access))
    }
}

/// The expression this many steps, and one, above the last of `way`.
fn parent<'w>(way: &[&'w Term], up: usize) -> Option<&'w Term> {
    way.len().checked_sub(up + 2).map(|at| way[at])
}

fn first_name(mut term: &Term) -> Option<&str> {
    while let Some((object, _)) = term.as_attribute() {
        term = object;
    }
    term.as_name()
}

/// The expressions from `root` down to `place`, each inside the one before, and on to the first name of that.
fn way_to<'a>(root: &'a Term, place: &Term) -> Vec<&'a Term> {
    // the first name of a dotted one begins where the whole does
    let holds = |term: &Term| term.span.start <= place.span.start && place.span.start < term.span.end;
    let mut way = vec![root];
    let mut next = Some(root);
    while let Some(term) = next {
        let mut inside = None;
        term.visit_parts(|part| inside = inside.or(holds(part).then_some(part)));
        way.extend(inside);
        next = inside;
    }
    way
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Depth, Module, parse};
    use super::{Access, Base, FileUse};
    use crate::text::{RelPath, SourceText};

    fn module(text: &str) -> Module {
        parse(SourceText::new(RelPath::new("m.py"), text.to_owned()), 10, Depth::Whole)
    }

    fn shown(file: &FileUse) -> String {
        let base = match &file.path.base {
            Base::File => "file",
            Base::Package(name) | Base::Name(name) => name,
        };
        let access = match file.access {
            Access::Read { fails: true } => "read",
            Access::Read { fails: false } => "read?",
            Access::ReadFolder { fails: true } => "list",
            Access::ReadFolder { fails: false } => "list?",
            Access::Test => "test",
            Access::Make => "make",
            Access::Pass => "pass",
        };
        let open = if file.path.open { "..." } else { "" };
        format!("{access} {base}^{} {}{open}", file.path.up, file.path.parts.join("/"))
    }

    const IMPORTS: &str = "import os, sys, pkgutil, importlib.resources, logging, pandas\n\
        from pathlib import Path\nfrom importlib.resources import files\nfrom .places import DATA\n\
        BASE = Path(__file__).parent\n";

    #[test]
    fn tells_what_is_done_with_a_path() {
        let cases: &[(&str, &[&str])] = &[
            ("BASE / 'a'", &["pass file^1 a"]),
            ("(BASE / 'a' / 'b').read_text()", &["read file^1 a/b"]),
            ("BASE.joinpath('a', 'b').open().read()", &["read file^1 a/b"]),
            ("BASE.parents[1].joinpath('a').open('rb')", &["read file^3 a"]),
            ("open(BASE / '..' / 'a', mode='w')", &["make file^2 a"]),
            ("open(BASE / 'a', mode)", &["make file^1 a"]),
            ("open(str(BASE) + '/a')", &["read file^1 a"]),
            ("open(str(BASE) + x)", &["read file^1 ..."]),
            ("open(f'{BASE}/a')", &["read file^1 ..."]),
            ("open(os.path.join(BASE, 'a', x, 'b'))", &["read file^1 a..."]),
            ("(BASE / 'a').with_suffix('.b').exists()", &["test file^1 ..."]),
            ("if (BASE / 'a').exists(): pass", &["test file^1 a"]),
            ("os.makedirs(BASE / 'a')", &["make file^1 a"]),
            ("os.listdir(BASE / 'a')", &["list file^1 a"]),
            ("pandas.read_csv(BASE / 'a.csv')", &["read file^1 a.csv"]),
            ("x = [n for n in (BASE / 'a').glob('*')]", &["list? file^1 a"]),
            ("lambda: (BASE / 'a').read_text()", &["read? file^1 a"]),
            ("f(__file__)", &["pass file^1 "]),
            ("x.y = BASE", &["pass file^1 "]),
            ("p = BASE / 'a'\np.read_bytes()", &["read file^1 a"]),
            ("p = BASE / 'a'\np = 1\np.read_bytes()", &[]),
            ("p = q = BASE / 'a'\nq.read_bytes()", &["read file^1 a"]),
            ("print(BASE, __file__)", &[]),
            ("logging.info('%s', BASE)", &[]),
            ("raise ValueError(f'{BASE} is bad')", &[]),
            ("sys.path.insert(0, str(BASE))", &[]),
            ("os.path.basename(__file__) == BASE", &[]),
            ("BASE.name", &[]),
            ("(files('p') / 'a').read_text()", &["read p^0 a"]),
            ("files().joinpath(x).read_text()", &["read ^0 ..."]),
            // that the first is no path but a module, `program` finds
            ("importlib.resources.read_text('p', 'a')", &["read importlib.resources^0 ", "read p^0 a"]),
            ("pkgutil.get_data(__name__, 'a/b')", &["read ^0 a/b"]),
            ("DATA.read_text()", &["read DATA^0 "]),
            ("open(DATA / 'a', 'w')", &["make DATA^0 a"]),
            ("def f(BASE):\n    BASE.read_text()", &[]),
            ("def f():\n    if x:\n        return\n    (BASE / 'a').read_text()", &["read? file^1 a"]),
        ];
        for (text, expected) in cases {
            let module = module(&format!("{IMPORTS}{text}\n"));
            let found: Vec<String> = module.files().iter().map(shown).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn looks_at_no_more_places_than_people_write() {
        let text = format!("{IMPORTS}x = [{}]\n", "BASE / 'a', ".repeat(20_000));
        let module = module(&text);
        assert_eq!(module.files().len(), 20_000);
        assert!(module.files().iter().all(|file| file.access == Access::Pass));
    }

    proptest! {
        #[test]
        fn never_panics(words in prop::collection::vec(prop::sample::select(vec![
            "__file__", "BASE", "DATA", "Path(", "open(", "files(", "os.path.join(", "f'{", "}'", ".parent", ".parents[", "0",
            "]", ")", "/", "'..'", "'a'", ".read_text()", ".open(", "=", "\n", ",", "lambda: ", "+", "(", "x", "if", " ",
        ]), 0..25)) {
            module(&format!("{IMPORTS}{}", words.concat()));
        }
    }
}
