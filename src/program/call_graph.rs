//! What leads from one body of code to another: imports, calls, functions that are handed on, decorators.
//!
//! The one place that tells what a call or a decorator does with functions. `reach` follows the edges forwards from the
//! scripts, `callers` backwards from a body; both see the same program. The graph is total: no values, an answer for
//! each body. A name that may be several things leads to all of them, none of them for sure ([`Edge::sole`]).

use std::collections::{BTreeMap, BTreeSet};

use super::invocation::{is_command, is_group, registers, runs_its_arguments, runs_to_its_end};
use super::{Program, ResolvedName};
use crate::layout::with_parents;
use crate::syntax::{
    BindingKind, Call, Function, Guard, Guards, Import, Imported, Module, Site, StaticValue, Term, Usage,
};
use crate::text::Span;

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

/// Who leads where in the whole program.
#[derive(Debug, Default)]
pub(super) struct CallGraph {
    /// By module, in order of the bodies that they lead from.
    edges: BTreeMap<String, Vec<Edge>>,
    /// Names of methods that are called on objects of no known class.
    pub(super) methods: BTreeSet<String>,
}

/// One way from a body to another.
#[derive(Debug)]
pub(super) struct Edge {
    /// The body in the module at hand that runs it.
    pub(super) from: usize,
    pub(super) to: BodyKey,
    /// What it stands under.
    pub(super) guards: Guards,
    /// Whether the name surely stands for it.
    pub(super) sole: bool,
    pub(super) how: How,
}

/// How a body leads to another.
#[derive(Clone, Debug)]
pub(super) enum How {
    /// It imports the module.
    Imports,
    /// It calls it: the call with this number.
    Calls(usize),
    /// The call with this number is given it, and runs it; perhaps for sure, and until it ends.
    Runs(usize, bool),
    /// A call gives it to a server.
    Serves,
    /// Something is given it, and may run it at any time from then on.
    Hands(Held),
    /// It is named where nobody is given it: in an annotation, or as a method of a class.
    Names,
    /// Decorators stand over it that make a command, lead to the commands, register it or do something else with it.
    Decorates(Decoration),
}

/// What decorators make of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Decoration {
    /// What a server runs for its clients.
    pub(super) serves: bool,
    /// What the command line asks for.
    pub(super) command: bool,
    /// What the command line comes through to a command.
    pub(super) group: bool,
}

impl CallGraph {
    /// The edges that lead from a body of a module.
    pub(super) fn from(&self, module: &str, body: usize) -> &[Edge] {
        let edges = self.edges.get(module).map(Vec::as_slice).unwrap_or_default();
        let first = edges.partition_point(|edge| edge.from < body);
        let after = edges.partition_point(|edge| edge.from <= body);
        &edges[first..after]
    }

    /// All edges, each with the module that it leads from.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Edge)> {
        self.edges.iter().flat_map(|(module, edges)| edges.iter().map(move |edge| (module.as_str(), edge)))
    }
}

/// Draws the graph of a program.
pub(super) fn draw(program: &Program) -> CallGraph {
    let mut graph = CallGraph::default();
    for (module, facts) in program.iter() {
        let mut here = Drawing { program, module, facts, edges: Vec::new(), methods: &mut graph.methods };
        here.draw();
        let mut edges = here.edges;
        edges.sort_by_key(|edge| edge.from);
        graph.edges.insert(module.to_owned(), edges);
    }
    graph
}

struct Drawing<'a> {
    program: &'a Program,
    module: &'a str,
    facts: &'a Module,
    edges: Vec<Edge>,
    methods: &'a mut BTreeSet<String>,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        for import in self.facts.imports() {
            self.imports(import);
        }
        let mut told: BTreeSet<Span> = BTreeSet::new();
        for (number, call) in self.facts.calls().iter().enumerate() {
            if !never_runs(self.module, &call.guards) {
                told.insert(call.name);
                self.calls(number, call, &mut told);
            }
        }
        let inside =
            |span: Span| told.range(..=span).next_back().is_some_and(|around| around.end >= span.end);
        // what is told by its call leads there already, and no less surely
        for one in self.facts.uses().iter().filter(|one| !told.contains(&one.span)) {
            let found = self.program.callees(self.module, one.body, &one.path);
            if found.is_empty() {
                continue;
            }
            let names = one.stored || one.annotation || inside(one.span);
            let how = if names { How::Names } else { self.hands(one.body, one.span, &one.site) };
            self.lead(one.body, &one.guards, &found, &how);
        }
        for function in self.facts.functions() {
            self.decorated(function);
        }
    }

    fn add(&mut self, body: usize, to: (&str, usize), guards: &Guards, sole: bool, how: How) {
        let to = (to.0.to_owned(), to.1);
        self.edges.push(Edge { from: self.facts.runner(body), to, guards: guards.clone(), sole, how });
    }

    /// An import runs the module and the packages that hold it.
    fn imports(&mut self, import: &Import) {
        let Some(base) = self.program.absolute(self.module, &import.module.value) else { return };
        let mut modules: Vec<String> = with_parents(&base).map(str::to_owned).collect();
        if let Imported::Names(names) = &import.names {
            modules.extend(names.iter().map(|name| format!("{base}.{}", name.name.value)));
        }
        for module in modules.iter().filter(|module| self.program.module(module).is_some()) {
            self.add(import.body, (module, 0), &import.guards, true, How::Imports);
        }
    }

    /// Takes in what a call runs; `told` gains the arguments that are told by that.
    fn calls(&mut self, number: usize, call: &Call, told: &mut BTreeSet<Span>) {
        let found = self.program.callees(self.module, call.body, &call.path);
        if let (true, Some((_, method))) = (found.is_empty(), call.path.rsplit_once('.')) {
            self.methods.insert(method.to_owned());
        }
        self.lead(call.body, &call.guards, &found, &How::Calls(number));
        let given = match () {
            () if registers(&call.path) => How::Serves,
            () if call.usage == Usage::Decorator => self.hands(call.body, call.span, &call.site),
            () if runs_its_arguments(&call.path) => How::Runs(number, self.runs_at_once(call)),
            () => self.hands(call.body, call.span, &call.site),
        };
        for argument in &call.arguments {
            if let StaticValue::Name(name) = &argument.value {
                let found = self.program.callees(self.module, call.body, name);
                if found.iter().any(is_function) {
                    self.lead(call.body, &call.guards, &found, &given);
                    told.insert(argument.span);
                }
            }
        }
    }

    fn hands(&self, body: usize, span: Span, site: &Site) -> How {
        let (module, body) = (self.module.to_owned(), self.facts.runner(body));
        How::Hands(Held { module, body, at: span.start, site: site.clone() })
    }

    /// Leads to what is found: a function, or what makes the objects of a class; its other methods are within reach.
    fn lead(&mut self, body: usize, guards: &Guards, found: &[ResolvedName<'_>], how: &How) {
        for one in found {
            for (to, runs) in one.bodies() {
                let how = if runs { how.clone() } else { How::Names };
                self.add(body, (one.module, to), guards, found.len() == 1, how);
            }
        }
    }

    /// Whether the call surely calls the functions that it is given: `anyio.run(serve)`, `anyio.run(partial(serve, 1))`.
    fn runs_at_once(&self, call: &Call) -> bool {
        let around = || match call.usage {
            Usage::Argument(outer) => self.facts.calls().get(outer),
            _ => None,
        };
        runs_to_its_end(&call.path)
            || call.path == "functools.partial" && around().is_some_and(|outer| runs_to_its_end(&outer.path))
    }

    fn decorated(&mut self, function: &Function) {
        let Some(parent) = self.facts.bodies()[function.body].parent else { return };
        let decorators = function.decorators();
        let serves = |decorator: &Term| decorator.decorator_name().is_some_and(|name| registers(&name));
        if !decorators.is_empty() {
            let decoration = Decoration {
                serves: decorators.iter().any(serves),
                command: decorators.iter().any(is_command),
                group: decorators.iter().any(is_group),
            };
            let to = (self.module, function.body);
            self.add(parent, to, &Guards::default(), true, How::Decorates(decoration));
        }
    }
}

/// Whether code of `module` under `guards` runs in no start of the program.
pub(super) fn never_runs(module: &str, guards: &Guards) -> bool {
    let inner = guards.inner();
    let never = [Guard::Never, Guard::TypeChecking].iter().any(|guard| inner.contains(guard));
    never || !is_run(module) && inner.contains(&Guard::Main)
}

/// Nobody imports `__main__`, so it is run.
pub(super) fn is_run(module: &str) -> bool {
    module.rsplit('.').next() == Some("__main__")
}

/// Whether nobody is prepared for a failure of the import.
pub(super) fn is_sure(import: &Guards) -> bool {
    import.always() && !import.contain(Guard::Handled)
}

fn is_function(found: &ResolvedName<'_>) -> bool {
    matches!(found.binding().map(|binding| &binding.kind), Some(BindingKind::Function(_)))
}
