//! Who runs a body: the calls that lead to it, and who else was given it.

use std::collections::{BTreeMap, BTreeSet};

use super::invocation::{is_command, is_group, registers, runs_its_arguments};
use super::reach::never_runs;
use super::{Program, Resolution, ResolvedName};
use crate::syntax::{BindingKind, Function, Module, ScopeKind, Site, StaticValue, Term};
use crate::text::Span;

/// One way in which a body comes to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A script names it.
    Script,
    /// A call of a module, by its number.
    Call(String, usize),
    /// The command line asks for it, and the program ends with it.
    Command,
    /// The command line comes through it to the command that it asks for.
    Group,
    /// A server runs it for its clients.
    Server,
    /// Something was given it there, and may run it at any time from then on.
    Holder(Held),
    /// A method of its name is called on an object of no known class.
    Unknown,
}

/// Where a function is named, but not called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The module.
    pub module: String,
    /// The body in it.
    pub body: usize,
    /// Where the name begins.
    pub at: u32,
    /// Where that is in the flow of control.
    pub site: Site,
}

/// A body by its module and number.
pub type BodyKey = (String, usize);

/// Who runs which body.
#[derive(Debug, Default)]
pub(super) struct Callers {
    of: BTreeMap<BodyKey, Vec<Caller>>,
    /// Names of methods that are called on objects of no known class.
    methods: BTreeSet<String>,
}

impl Program {
    /// Who runs the body of `module` with this number, as far as the text tells.
    pub fn callers(&self, module: &str, body: usize) -> Vec<&Caller> {
        let callers = self.callers.get_or_init(|| gather(self));
        let found = callers.of.get(&(module.to_owned(), body));
        let mut all: Vec<&Caller> = found.into_iter().flatten().collect();
        if self.module(module).is_some_and(|facts| callers.may_be_called(facts, body)) {
            all.push(&Caller::Unknown);
        }
        all
    }

    /// The bodies that the command line asks for by name.
    pub fn commands(&self) -> impl Iterator<Item = &BodyKey> {
        let callers = self.callers.get_or_init(|| gather(self));
        callers.of.iter().filter(|(_, by)| by.contains(&Caller::Command)).map(|(body, _)| body)
    }
}

impl Callers {
    fn add(&mut self, (module, body): (&str, usize), caller: Caller) {
        let known = self.of.entry((module.to_owned(), body)).or_default();
        if !known.contains(&caller) {
            known.push(caller);
        }
    }

    /// Whether it is a method of a name that is called on some object.
    fn may_be_called(&self, facts: &Module, body: usize) -> bool {
        let code = &facts.bodies()[body];
        let is_method = code.parent.is_some_and(|parent| facts.bodies()[parent].place == ScopeKind::Class);
        is_method && self.methods.contains(&code.name)
    }
}

fn gather(program: &Program) -> Callers {
    let mut callers = Callers::default();
    for entry in program.entry_points() {
        let attributes: Vec<&str> = entry.attributes.iter().map(String::as_str).collect();
        if let Resolution::Bound(found) = program.resolve(&entry.module, &attributes) {
            run(&mut callers, &found, &Caller::Script);
        }
    }
    for (name, facts) in program.iter() {
        let mut told: BTreeSet<Span> = BTreeSet::new();
        for (number, call) in
            facts.calls().iter().enumerate().filter(|(_, call)| !never_runs(name, &call.guards))
        {
            told.insert(call.name);
            told.extend(called(program, &mut callers, (name, facts), number));
        }
        for function in facts.functions() {
            decorated(&mut callers, name, function);
        }
        let inside =
            |span: Span| told.range(..=span).next_back().is_some_and(|around| around.end >= span.end);
        for one in facts.uses().iter().filter(|one| !one.stored && !one.annotation && !inside(one.span)) {
            if !never_runs(name, &one.guards) {
                let held = held(name, facts, one.body, one.span, &one.site);
                run(&mut callers, &program.callees(name, one.body, &one.path), &held);
            }
        }
    }
    callers
}

/// Takes in what a call runs; the arguments that are told by that.
fn called(
    program: &Program,
    callers: &mut Callers,
    (module, facts): (&str, &Module),
    number: usize,
) -> Vec<Span> {
    let call = &facts.calls()[number];
    let here = Caller::Call(module.to_owned(), number);
    let found = program.callees(module, call.body, &call.path);
    if let (true, Some((_, method))) = (found.is_empty(), call.path.rsplit_once('.')) {
        callers.methods.insert(method.to_owned());
    }
    run(callers, &found, &here);
    let given = match () {
        () if registers(&call.path) => Caller::Server,
        () if runs_its_arguments(&call.path) => here,
        () => held(module, facts, call.body, call.span, &call.site),
    };
    let mut told = Vec::new();
    for argument in &call.arguments {
        if let StaticValue::Name(name) = &argument.value {
            let found = program.callees(module, call.body, name);
            if found.iter().any(|one| function(one).is_some()) {
                run(callers, &found, &given);
                told.push(argument.span);
            }
        }
    }
    told
}

fn held(module: &str, facts: &Module, body: usize, span: Span, site: &Site) -> Caller {
    let (module, body) = (module.to_owned(), facts.runner(body));
    Caller::Holder(Held { module, body, at: span.start, site: site.clone() })
}

fn function<'a>(found: &ResolvedName<'a>) -> Option<&'a Function> {
    match &found.binding()?.kind {
        BindingKind::Function(function) => Some(function),
        _ => None,
    }
}

/// What is found is run: a function, or what makes the objects of a class.
fn run(callers: &mut Callers, found: &[ResolvedName<'_>], caller: &Caller) {
    for one in found {
        match one.binding().map(|binding| &binding.kind) {
            Some(BindingKind::Function(function)) => {
                callers.add((one.module, function.body), caller.clone());
            }
            Some(BindingKind::Class(class)) => {
                let made = ["__init__", "__new__", "__post_init__"];
                for binding in made.into_iter().flat_map(|name| class.body.bindings(name)) {
                    if let BindingKind::Function(function) = &binding.kind {
                        callers.add((one.module, function.body), caller.clone());
                    }
                }
            }
            _ => {}
        }
    }
}

fn decorated(callers: &mut Callers, module: &str, function: &Function) {
    let any = |is: fn(&str) -> bool| {
        function.decorators().iter().filter_map(Term::decorator_name).any(|name| is(&name))
    };
    let body = (module, function.body);
    if any(registers) {
        callers.add(body, Caller::Server);
    }
    if function.decorators().iter().any(is_group) {
        callers.add(body, Caller::Group);
    } else if function.decorators().iter().any(is_command) {
        callers.add(body, Caller::Command);
    }
}
