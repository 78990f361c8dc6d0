//! What surely runs when an entry point starts: the modules that it imports at once, and the functions that it calls.
//!
//! Followed are calls by a plain name that stand under no condition, and functions handed to a loop to run. What is
//! called through objects is not.

use std::collections::BTreeSet;

use crate::program::{Definition, Program, Resolution};
use crate::project::Project;
use crate::syntax::{BindingKind, Guard, Guards, Import, Imported, Module, Value};

/// The bodies of code that surely run.
#[derive(Debug, Default)]
pub(super) struct Start<'a> {
    bodies: BTreeSet<(&'a str, usize)>,
}

/// What runs a function that it is given.
const LOOPS: [&str; 4] = ["asyncio.run", "anyio.run", "trio.run", "uvloop.run"];

impl<'a> Start<'a> {
    /// What runs when the scripts of `project` do; every module where there is none.
    pub(super) fn find(program: &'a Program, project: &Project) -> Self {
        let mut start = Self::default();
        let mut work = Vec::new();
        let references = project.scripts().filter_map(|(_, entry)| entry.reference.as_ref().ok());
        for reference in references {
            module(program, &reference.module, &mut work);
            let attributes: Vec<&str> = reference.attributes.iter().map(String::as_str).collect();
            called(program, &program.resolve(&reference.module, &attributes), &mut work);
        }
        if work.is_empty() {
            work.extend(program.iter().map(|(name, _)| (name, 0)));
        }
        while let Some(next) = work.pop() {
            if start.bodies.insert(next) {
                follow(program, next, &mut work);
            }
        }
        start
    }

    /// Whether the body of `module` with this number surely runs.
    pub(super) fn runs(&self, module: &str, body: usize) -> bool {
        self.bodies.contains(&(module, body))
    }
}

/// What a body that runs makes run.
fn follow<'a>(program: &'a Program, (module, body): (&'a str, usize), work: &mut Vec<(&'a str, usize)>) {
    let Some(facts) = program.module(module) else { return };
    for import in facts.imports().iter().filter(|_| body == 0) {
        if import.guards.all().is_empty() {
            imported(program, module, import, work);
        }
    }
    for call in facts.calls().iter().filter(|call| call.body == body && is_certain(&call.guards)) {
        let name = facts.source().slice(call.name);
        called(program, &resolve(program, module, facts, body, name), work);
        if LOOPS.contains(&call.path.as_str())
            && let Some(Value::Name(_)) = call.arguments.first().map(|argument| &argument.value)
        {
            let name = facts.source().slice(call.arguments[0].span);
            called(program, &resolve(program, module, facts, body, name), work);
        }
    }
}

/// The module and the packages that hold it.
fn module<'a>(program: &'a Program, name: &str, work: &mut Vec<(&'a str, usize)>) {
    for part in std::iter::successors(Some(name), |name| name.rsplit_once('.').map(|(parent, _)| parent)) {
        work.extend(program.name_of(part).map(|known| (known, 0)));
    }
}

/// The modules of the project that an import in `importer` runs.
fn imported<'a>(program: &'a Program, importer: &str, import: &Import, work: &mut Vec<(&'a str, usize)>) {
    let Some(base) = program.absolute(importer, &import.module.value) else { return };
    module(program, &base, work);
    if let Imported::Names(names) = &import.names {
        for name in names {
            module(program, &format!("{base}.{}", name.name.value), work);
        }
    }
}

/// The function that is called, and the module that holds it.
fn called<'a>(program: &'a Program, resolution: &Resolution<'a>, work: &mut Vec<(&'a str, usize)>) {
    let Resolution::Bound(found) = resolution else { return };
    let [only] = found.as_slice() else { return };
    let Definition::Binding(binding) = only.definition else { return };
    module(program, only.module, work);
    match &binding.kind {
        BindingKind::Function(function) => work.push((only.module, function.body)),
        BindingKind::Class(class) => {
            if let Some(BindingKind::Function(init)) = class.body.only("__init__").map(|init| &init.kind) {
                work.push((only.module, init.body));
            }
        }
        _ => {}
    }
}

/// Whether nothing but a function stands around the code.
pub(super) fn is_certain(guards: &Guards) -> bool {
    guards.all().iter().all(|guard| matches!(guard, Guard::Function | Guard::Redirected))
}

/// What the name, perhaps of a module's function, stands for in a body.
fn resolve<'a>(
    program: &'a Program,
    module: &'a str,
    facts: &'a Module,
    body: usize,
    name: &str,
) -> Resolution<'a> {
    let (head, rest) = name.split_once('.').unwrap_or((name, ""));
    let rest: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
    let Some((at, [binding])) = facts.lookup(body, head) else { return Resolution::Unknown };
    match &binding.kind {
        _ if at == 0 => {
            let path: Vec<&str> = std::iter::once(head).chain(rest).collect();
            program.resolve(module, &path)
        }
        BindingKind::From { module: from, name } => match program.absolute(module, from) {
            Some(from) => {
                let path: Vec<&str> = std::iter::once(name.as_str()).chain(rest).collect();
                program.resolve(&from, &path)
            }
            None => Resolution::Unknown,
        },
        BindingKind::Function(_) if rest.is_empty() => Resolution::Bound(vec![crate::program::Found {
            module,
            definition: Definition::Binding(binding),
        }]),
        _ => Resolution::Unknown,
    }
}
