//! The fields of the project's classes, those of their bases first.

use std::rc::Rc;
use std::sync::Arc;

use super::field::{Field, is_field, peeled};
use super::{Schemas, known};
use crate::evaluation::{ClassValue, Value};

/// One annotated name.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: Arc<str>,
    pub(super) annotation: Value,
    pub(super) default: Option<Value>,
    /// The class that annotates it.
    pub(super) owner: Rc<ClassValue>,
}

/// Type variables, and what they stand for.
type Bindings = Vec<(Value, Value)>;

impl Schemas<'_, '_> {
    /// The fields of a class with these type arguments, in the order of pydantic.
    pub(super) fn members(&mut self, class: &Value, arguments: &[Value]) -> Vec<Member> {
        let mut members = Vec::new();
        self.collect(class, arguments, &mut members, &mut Vec::new());
        members
    }

    fn collect(
        &mut self,
        class: &Value,
        arguments: &[Value],
        members: &mut Vec<Member>,
        seen: &mut Vec<Value>,
    ) {
        let Value::Class(class) = class else { return };
        if seen.iter().any(|known| known.is(&Value::Class(class.clone()))) {
            return;
        }
        seen.push(Value::Class(class.clone()));
        let bindings: Bindings = variables(class).into_iter().zip(arguments.iter().cloned()).collect();
        for base in class.bases.iter().rev() {
            match base {
                Value::Generic(generic) => {
                    let inner: Vec<Value> =
                        generic.1.iter().map(|part| substituted(part, &bindings)).collect();
                    self.collect(&generic.0, &inner, members, seen);
                }
                _ => self.collect(base, &[], members, seen),
            }
        }
        for field in &class.fields {
            let Some(term) = field.annotation() else { continue };
            let annotation = self.run.annotation(&class.module, &class.scope, term);
            if is_of_class(&annotation) || &*field.name == "model_config" {
                continue;
            }
            let member = Member {
                name: field.name.clone(),
                annotation: substituted(&annotation, &bindings),
                default: field.default.clone(),
                owner: class.clone(),
            };
            match members.iter_mut().find(|known| known.name == member.name) {
                Some(known) => *known = member,
                None => members.push(member),
            }
        }
    }

    /// What is said of a member.
    pub(super) fn said(&mut self, member: &Member) -> (Value, Field) {
        let (inner, metadata) = peeled(&member.annotation);
        let mut field = self.field(&metadata);
        match &member.default {
            Some(Value::Ellipsis) => field.default = None,
            Some(value) if is_field(value) => self.read(value, &mut field),
            Some(value) => field.default = Some(value.clone()),
            None => {}
        }
        (inner, field)
    }
}

/// The type variables of a generic class, in order.
fn variables(class: &ClassValue) -> Vec<Value> {
    let declared = &class.definition.type_parameters;
    if !declared.is_empty() {
        return declared.iter().filter_map(|one| class.scope.lookup(&one.name)).collect();
    }
    let generic = class.bases.iter().filter_map(|base| match base {
        Value::Generic(generic) => Some(generic),
        _ => None,
    });
    let mut found: Vec<Value> = Vec::new();
    for base in generic {
        let declares = base.0.path().is_some_and(|path| known::is(&path, "Generic"));
        if declares {
            return base.1.clone();
        }
        for part in &base.1 {
            if is_variable(part) && !found.iter().any(|known| known.is(part)) {
                found.push(part.clone());
            }
        }
    }
    found
}

fn is_variable(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.class.path().is_some_and(|path| known::is(&path, "TypeVar")))
}

/// The type with what its variables stand for.
fn substituted(value: &Value, bindings: &Bindings) -> Value {
    if bindings.is_empty() {
        return value.clone();
    }
    match value {
        Value::Object(_) => {
            let bound = bindings.iter().find(|(variable, _)| variable.is(value));
            bound.map_or_else(|| value.clone(), |(_, bound)| bound.clone())
        }
        Value::Generic(generic) => {
            let parts = generic.1.iter().map(|part| substituted(part, bindings)).collect();
            Value::Generic(Rc::new((generic.0.clone(), parts)))
        }
        Value::Union(arms) => Value::Union(arms.iter().map(|arm| substituted(arm, bindings)).collect()),
        _ => value.clone(),
    }
}

/// `ClassVar[...]`, and the mark behind which the fields of a dataclass are given by name.
fn is_of_class(annotation: &Value) -> bool {
    annotation.path().is_some_and(|path| known::is(&path, "ClassVar") || known::is(&path, "KW_ONLY"))
}
