//! Which class of an SDK the object behind a name is of.

use crate::knowledge::sdk;
use crate::program::Program;
use crate::syntax::{Binding, BindingKind, Flow, Module, Place};

/// More steps than a name takes through imports.
const STEPS: usize = 8;

/// The class of the object that `name` stands for in a body of `module`, by the path that the tables know it by.
///
/// None where the name may stand for anything else.
pub(super) fn class_of(
    program: &Program,
    module: &str,
    facts: &Module,
    body: usize,
    name: &str,
) -> Option<&'static str> {
    match name.split_once('.') {
        None => {
            let (at, bindings) = facts.lookup(body, name)?;
            bound(program, module, facts, at, bindings, STEPS)
        }
        Some(("self", attribute)) if !attribute.contains('.') => {
            let class = std::iter::successors(Some(body), |at| facts.bodies()[*at].parent)
                .find(|at| facts.bodies()[*at].place == Place::Class)?;
            let around = facts.bodies()[class].parent?;
            let bindings = facts.bodies()[around].scope.bindings(&facts.bodies()[class].name);
            let [Binding { kind: BindingKind::Class(class), .. }] = bindings else { return None };
            match class.attributes.bindings(attribute) {
                [Binding { kind: BindingKind::Call(path), .. }] => sdk::known_class(path),
                _ => None,
            }
        }
        Some(_) => None,
    }
}

/// The class of what is bound in the body `at`: there has to be one binding.
fn bound(
    program: &Program,
    module: &str,
    facts: &Module,
    at: usize,
    bindings: &[Binding],
    steps: usize,
) -> Option<&'static str> {
    let [binding] = bindings else { return None };
    if facts.is_dynamic() || binding.flow == Flow::Elsewhere || steps == 0 {
        return None;
    }
    match &binding.kind {
        BindingKind::Call(path) => sdk::known_class(path),
        BindingKind::Parameter { annotation: Some(written) } => {
            annotated(program, module, facts, at, written)
        }
        BindingKind::From { module: from, name } => {
            let from = program.absolute(module, from)?;
            let other = program.module(&from)?;
            bound(program, &from, other, 0, other.scope().bindings(name), steps - 1)
        }
        BindingKind::Alias(name) if !name.contains('.') => {
            let (at, bindings) = facts.lookup(at, name)?;
            bound(program, module, facts, at, bindings, steps - 1)
        }
        _ => None,
    }
}

/// The class that an annotation names, which code in the body sees.
fn annotated(
    program: &Program,
    module: &str,
    facts: &Module,
    body: usize,
    written: &str,
) -> Option<&'static str> {
    let (head, rest) = written.split_once('.').unwrap_or((written, ""));
    let (_, [binding]) = facts.lookup(body, head)? else { return None };
    let path = match &binding.kind {
        BindingKind::From { module: from, name } => format!("{}.{name}", program.absolute(module, from)?),
        BindingKind::Module(path) => path.clone(),
        _ => return None,
    };
    sdk::known_class(&if rest.is_empty() { path } else { format!("{path}.{rest}") })
}
