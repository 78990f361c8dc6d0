//! Who runs a body: the calls that lead to it, and who else was given it.

use std::collections::BTreeMap;

use super::call_graph::{BodyKey, Decoration, Edge, Held, How, never_runs};
use super::{Program, Resolution};
use crate::syntax::{Module, ScopeKind};

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

/// Who runs which body.
#[derive(Debug, Default)]
pub(super) struct Callers(BTreeMap<BodyKey, Vec<Caller>>);

impl Program {
    /// Who runs the body of `module` with this number, as far as the text tells.
    pub fn callers(&self, module: &str, body: usize) -> Vec<&Caller> {
        let callers = self.callers.get_or_init(|| gather(self));
        let found = callers.0.get(&(module.to_owned(), body));
        let mut all: Vec<&Caller> = found.into_iter().flatten().collect();
        if self.module(module).is_some_and(|facts| self.is_called_on_some_object(facts, body)) {
            all.push(&Caller::Unknown);
        }
        all
    }

    /// The bodies that the command line asks for by name.
    pub fn commands(&self) -> impl Iterator<Item = &BodyKey> {
        let callers = self.callers.get_or_init(|| gather(self));
        callers.0.iter().filter(|(_, by)| by.contains(&Caller::Command)).map(|(body, _)| body)
    }

    /// Whether it is a method of a name that is called on some object of no known class.
    fn is_called_on_some_object(&self, facts: &Module, body: usize) -> bool {
        let code = &facts.bodies()[body];
        let is_method = code.parent.is_some_and(|parent| facts.bodies()[parent].place == ScopeKind::Class);
        is_method && self.call_graph().methods.contains(&code.name)
    }
}

fn gather(program: &Program) -> Callers {
    let mut callers = Callers::default();
    for entry in program.entry_points() {
        let attributes: Vec<&str> = entry.attributes.iter().map(String::as_str).collect();
        if let Resolution::Bound(found) = program.resolve(&entry.module, &attributes) {
            for one in found {
                let run = one.bodies().into_iter().filter(|(_, runs)| *runs);
                run.for_each(|(body, _)| callers.add((one.module.to_owned(), body), Caller::Script));
            }
        }
    }
    for (module, edge) in
        program.call_graph().iter().filter(|(module, edge)| !never_runs(module, &edge.guards))
    {
        for caller in by(module, edge) {
            callers.add(edge.to.clone(), caller);
        }
    }
    callers
}

impl Callers {
    fn add(&mut self, body: BodyKey, caller: Caller) {
        let known = self.0.entry(body).or_default();
        if !known.contains(&caller) {
            known.push(caller);
        }
    }
}

/// Who runs the body that an edge leads to.
fn by(module: &str, edge: &Edge) -> Vec<Caller> {
    match &edge.how {
        How::Calls(number) | How::Runs(number, _) => vec![Caller::Call(module.to_owned(), *number)],
        How::Serves => vec![Caller::Server],
        How::Hands(held) => vec![Caller::Holder(held.clone())],
        How::Decorates(decoration) => {
            let commanded = match decoration {
                Decoration { group: true, .. } => Some(Caller::Group),
                Decoration { command: true, .. } => Some(Caller::Command),
                _ => None,
            };
            decoration.serves.then_some(Caller::Server).into_iter().chain(commanded).collect()
        }
        How::Imports | How::Names => Vec::new(),
    }
}
