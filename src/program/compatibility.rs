//! What of Python the program needs that not every Python has: syntax, modules, names and keywords.
//!
//! Each need is held against the Pythons that the project admits, and against the guards that it stands under. Only
//! lexical guards count; what an unknown condition may mean makes a need uncertain, no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::{ClassOf, Program, Reachability};
use crate::knowledge::stdlib::{self, LAZY_ANNOTATIONS, Lifetime, Minor, NEWEST};
use crate::layout::with_parents;
use crate::project::PythonRange;
use crate::syntax::{BindingKind, Guard, Guards, Import, Imported, Module, WantedNames};
use crate::text::{RelPath, Span};

/// Something that the program needs and an admitted Python does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFeature {
    /// What it is.
    pub feature: Feature,
    /// Its name as users know it: `tomllib`, `asyncio.TaskGroup`, `zip(strict=)`; of syntax what the parser says: `cannot use x`.
    pub name: String,
    /// The Python that added or removed it.
    pub change: Availability,
    /// The oldest admitted Python without it.
    pub missing_in: Minor,
    /// The file.
    pub path: RelPath,
    /// Its first place there.
    pub span: Span,
    /// How many more places there need it.
    pub more: usize,
    /// Whether the code surely runs on that Python.
    pub certain: bool,
}

/// What a need is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Syntax.
    Syntax,
    /// A module of the standard library.
    Module,
    /// A name in such a module, or a built-in one.
    Name,
    /// A keyword of such a function.
    Keyword,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// This Python has it, and the one before has not.
    Added(Minor),
    /// This Python no longer has it.
    Removed(Minor),
}

/// The Pythons that a program is held against.
#[derive(Clone, Copy, Debug)]
pub struct Pythons {
    /// Those that are admitted; none when that cannot be known.
    pub range: Option<PythonRange>,
    /// The oldest on which the dependencies can be installed.
    pub floor: Minor,
}

impl Pythons {
    /// The oldest that counts, for the parser and the skim; the newest of all where none is known.
    pub fn oldest(self) -> Minor {
        let oldest = self.range.map(|range| range.oldest().max(self.floor));
        oldest.filter(|oldest| oldest.0 > 0).unwrap_or(NEWEST)
    }

    /// The oldest admitted one that lacks it and runs code under `guards` in a module that it `imports`.
    fn lacking(
        self,
        change: Availability,
        guards: &Guards,
        imports: &dyn Fn(Minor) -> bool,
    ) -> Option<Minor> {
        let range = self.range?;
        let fails = |minor: &Minor| match change {
            // where nothing bounds them below, that is another finding
            Availability::Added(added) => *minor < added && *minor >= self.oldest(),
            Availability::Removed(removed) => *minor >= removed,
        };
        let runs = |minor: &Minor| range.admits(*minor) && guards.admit(minor.0);
        (0..=NEWEST.0).map(Minor).find(|minor| runs(minor) && fails(minor) && imports(*minor))
    }

    /// The names whose uses may be needs; an empty name is the module's own.
    pub fn telling(self) -> WantedNames {
        let oldest = self.oldest();
        let changes = stdlib::changes()
            .filter(|(_, _, life)| life.removed.is_some() || life.added.is_some_and(|added| added > oldest));
        changes.map(|(module, name, _)| (module, name)).collect()
    }
}

/// All needs of the program, by file and place; `roots` are the modules that begin it.
pub fn needs(program: &Program, roots: &[&str], pythons: Pythons) -> Vec<MissingFeature> {
    let reach = Reached { program, roots, certain: OnceLock::new(), by_minor: BTreeMap::new().into() };
    let parsed = program.iter().map(|(name, module)| (Some(name), module));
    let modules = parsed.chain(program.rest().map(|(_, module)| (None, module)));
    // what the parser makes of a broken text is a guess
    let sound: Vec<_> = modules.filter(|(_, module)| module.faults().is_empty()).collect();
    let found = sound.into_par_iter().flat_map_iter(|(name, module)| {
        let mut search = Search { reach: &reach, name, module, pythons, found: BTreeMap::new() };
        search.syntax();
        search.imports();
        search.uses();
        search.calls();
        search.methods();
        search.found.into_values()
    });
    let mut found: Vec<MissingFeature> = found.collect();
    found.sort_by(|left, right| {
        (&left.path, left.span, left.feature).cmp(&(&right.path, right.span, right.feature))
    });
    found
}

/// Which modules are imported, looked up only where a need is found.
struct Reached<'p> {
    program: &'p Program,
    roots: &'p [&'p str],
    certain: OnceLock<BTreeSet<&'p str>>,
    by_minor: Mutex<BTreeMap<Minor, BTreeSet<&'p str>>>,
}

impl<'p> Reached<'p> {
    /// Whether a script comes to import the module or, where there are no scripts, whether it is imported whatever the
    /// conditions are, at the latest when functions are called.
    fn certain(&self, name: &str) -> bool {
        if !self.program.entries().is_empty() {
            return self.program.reach(name) >= Reachability::Called;
        }
        self.certain.get_or_init(|| self.follow(&is_certain)).contains(name)
    }

    /// Whether Python 3.`minor` may import the module.
    fn admits(&self, name: &str, minor: Minor) -> bool {
        let mut known = self.by_minor.lock().expect("nobody panics while it is held");
        let reached = known.entry(minor).or_insert_with(|| self.follow(&|guards| guards.admit(minor.0)));
        reached.contains(name)
    }

    /// The modules that the roots reach by imports under guards that `admit` them.
    fn follow(&self, admit: &dyn Fn(&Guards) -> bool) -> BTreeSet<&'p str> {
        let program = self.program;
        if self.roots.is_empty() {
            return program.iter().map(|(name, _)| name).collect();
        }
        let mut reached = BTreeSet::new();
        let mut next: Vec<String> = self.roots.iter().map(|root| (*root).to_owned()).collect();
        while let Some(name) = next.pop() {
            for part in with_parents(&name) {
                let Some((part, module)) = program.parsed.get_key_value(part) else { continue };
                if reached.insert(part.as_str()) {
                    let imports = module.imports().iter().filter(|import| admit(&import.guards));
                    next.extend(imports.flat_map(|import| targets(program, part, import)));
                }
            }
        }
        reached
    }
}

fn targets(program: &Program, importer: &str, import: &Import) -> Vec<String> {
    let Some(base) = program.absolute(importer, &import.module.value) else { return Vec::new() };
    let mut targets = match &import.names {
        Imported::Names(names) => names.iter().map(|name| format!("{base}.{}", name.name.value)).collect(),
        _ => Vec::new(),
    };
    targets.push(base);
    targets
}

/// Whether the code runs whatever the conditions are.
fn is_certain(guards: &Guards) -> bool {
    guards.all().iter().all(|guard| is_plain(*guard))
}

fn is_plain(guard: Guard) -> bool {
    matches!(
        guard,
        Guard::Function | Guard::FileHandled | Guard::Redirected | Guard::Reported | Guard::VariableHandled
    )
}

/// Whether the code is there for the case that something is missing.
fn is_handled(guards: &Guards) -> bool {
    guards.all().iter().any(|guard| {
        matches!(guard, Guard::Handled | Guard::Fallback | Guard::AttributeHandled | Guard::Present)
    })
}

/// The search through one module.
struct Search<'p> {
    reach: &'p Reached<'p>,
    /// Its name; none where nothing reaches it.
    name: Option<&'p str>,
    module: &'p Module,
    pythons: Pythons,
    found: BTreeMap<(Feature, String), MissingFeature>,
}

impl Search<'_> {
    fn add(&mut self, feature: Feature, name: String, change: Availability, span: Span, guards: &Guards) {
        if is_handled(guards) {
            return;
        }
        let imports = |minor| self.name.is_none_or(|name| self.reach.admits(name, minor));
        let Some(missing_in) = self.pythons.lacking(change, guards, &imports) else { return };
        // those that the version shuts out were asked already
        let version = |guard: &Guard| matches!(guard, Guard::Since(_) | Guard::Before(_));
        let runs = guards.all().iter().all(|guard| version(guard) || is_plain(*guard));
        let certain = runs && self.name.is_some_and(|name| self.reach.certain(name));
        let path = self.module.source().path().clone();
        let need =
            MissingFeature { feature, name: name.clone(), change, missing_in, path, span, more: 0, certain };
        match self.found.entry((feature, name)) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(need);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let known = place.get_mut();
                let more = known.more + usize::from(known.span != span);
                // the place to show is the first that is sure
                let better = (!need.certain, need.span) < (!known.certain, known.span);
                *known = if better { need } else { known.clone() };
                known.more = more;
            }
        }
    }

    fn syntax(&mut self) {
        for new in self.module.new_syntax() {
            let Some(since) = new.since else { continue };
            let what = new.message.split(" on Python 3.").next().unwrap_or_default();
            let mut letters = what.chars();
            let first = letters.next().unwrap_or_default();
            let what = format!("{}{}", first.to_ascii_lowercase(), letters.as_str());
            self.add(Feature::Syntax, what, Availability::Added(Minor(since)), new.span, &Guards::default());
        }
    }

    fn life(&mut self, feature: Feature, name: &str, life: Lifetime, span: Span, guards: &Guards) {
        if let Some(added) = life.added {
            self.add(feature, name.to_owned(), Availability::Added(added), span, guards);
        }
        if let Some(removed) = life.removed {
            self.add(feature, name.to_owned(), Availability::Removed(removed), span, guards);
        }
    }

    fn imports(&mut self) {
        let module = self.module;
        for import in module.imports() {
            let path = &import.module.value;
            let Some(life) = stdlib::module(&path.name).filter(|_| path.level == 0) else { continue };
            if self.reach.program.modules.owns(&path.name) {
                continue;
            }
            self.life(Feature::Module, &path.name, life, import.module.span, &import.guards);
            let Imported::Names(names) = &import.names else { continue };
            for name in names {
                let full = format!("{}.{}", path.name, name.name.value);
                let (span, guards) = (name.name.span, &import.guards);
                match stdlib::module(&full).filter(|known| *known != life) {
                    Some(known) => self.life(Feature::Module, &full, known, span, guards),
                    None => {
                        self.life(Feature::Name, &full, changes(&path.name, &name.name.value), span, guards);
                    }
                }
            }
        }
    }

    fn uses(&mut self) {
        let module = self.module;
        let lazy = self.has_lazy_annotations();
        // a file uses few modules, and each of them often
        let mut known: HashMap<&str, stdlib::Names> = HashMap::new();
        let mut changes =
            |path, name: &str| known.entry(path).or_insert_with(|| stdlib::names(path)).life(name);
        for one in module.uses().iter().filter(|one| !(one.stored || one.annotation && lazy)) {
            let written = module.source().slice(one.span);
            if !one.imported {
                let first = one.path.split('.').next().unwrap_or_default();
                let life = changes("builtins", first);
                if life != Lifetime::default() && self.is_builtin(one.body, first) {
                    self.life(Feature::Name, first, life, one.span, &one.guards);
                }
                continue;
            }
            let Some(target) = self.imported(&one.path, written, one.body) else { continue };
            // what stands in the import itself is the import's fault
            for (at, _) in one.path.match_indices('.') {
                let (prefix, rest) = (&one.path[..at], &one.path[at + 1..]);
                let ends = rest.match_indices('.').map(|(end, _)| end).take(1).chain([rest.len()]);
                for end in ends.filter(|end| at + 1 + end > target) {
                    let life = changes(prefix, &rest[..end]);
                    if life != Lifetime::default() && !self.reach.program.modules.owns(prefix) {
                        let name = format!("{prefix}.{}", &rest[..end]);
                        self.life(Feature::Name, &name, life, one.span, &one.guards);
                    }
                }
            }
        }
    }

    fn calls(&mut self) {
        let module = self.module;
        for call in module.calls() {
            for argument in &call.arguments {
                let Some(keyword) = &argument.keyword else { continue };
                let (path, function) = call.path.rsplit_once('.').unwrap_or(("builtins", &call.path));
                let Some(added) = stdlib::keyword_added(path, function, keyword) else { continue };
                let written = module.source().slice(call.name);
                let same = if call.path.contains('.') {
                    self.imported(&call.path, written, call.body).is_some()
                        && !self.reach.program.modules.owns(path)
                } else {
                    self.is_builtin(call.body, function)
                };
                if same {
                    let path = call.path.strip_prefix("builtins.").unwrap_or(&call.path);
                    let name = format!("{path}({keyword}=)");
                    self.add(Feature::Keyword, name, Availability::Added(added), argument.span, &call.guards);
                }
            }
        }
    }

    /// The methods of objects whose class the text tells: `Path("a").walk()`.
    fn methods(&mut self) {
        let Some(name) = self.name else { return };
        let module = self.module;
        for call in module.calls() {
            let Some((object, method)) = call.path.rsplit_once('.') else { continue };
            if !stdlib::is_changing_method(method) {
                continue;
            }
            let class = self.reach.program.class_of(name, call.body, object);
            let Some(ClassOf::Foreign(class)) = class else { continue };
            let Some((home, class)) = class.rsplit_once('.') else { continue };
            for class in stdlib::with_bases(home, class) {
                let life = changes(home, &format!("{class}.{method}"));
                self.life(Feature::Name, &format!("{home}.{class}.{method}"), life, call.name, &call.guards);
            }
        }
    }

    /// Whether annotations are not evaluated when the program runs (PEP 563, PEP 649).
    fn has_lazy_annotations(&self) -> bool {
        self.pythons.oldest() >= LAZY_ANNOTATIONS || self.module.postpones_annotations()
    }

    /// Whether `name` can only be the built-in one.
    fn is_builtin(&self, body: usize, name: &str) -> bool {
        !self.module.is_dynamic()
            && self.module.stars().is_empty()
            && self.module.lookup(body, name).is_none()
    }

    /// Where in `path` the name ends that imports bind, when nothing else binds it to anything else.
    fn imported(&self, path: &str, written: &str, body: usize) -> Option<usize> {
        let first = written.split(['.', '(', '[', ' ', '\n']).next()?;
        let target = path.strip_suffix(&written[first.len()..])?;
        let (_, bindings) = self.module.lookup(body, first)?;
        let same = |kind: &BindingKind| match kind {
            BindingKind::Module(module) => module == target,
            BindingKind::From { module, name } => {
                module.level == 0
                    && target.strip_prefix(&*module.name).and_then(|rest| rest.strip_prefix('.'))
                        == Some(name)
            }
            _ => false,
        };
        (!self.module.is_dynamic() && bindings.iter().all(|binding| same(&binding.kind)))
            .then_some(target.len())
    }
}

fn changes(module: &str, name: &str) -> Lifetime {
    stdlib::names(module).life(name)
}
