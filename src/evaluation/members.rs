//! What modules, classes and objects hold, as `vars`, `dir` and `inspect.getmembers` tell it.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::condition::PathCondition;
use super::value::{Arguments, DictValue, Value};
use super::{Host, Namespace, Run};

impl<H: Host> Run<'_, H> {
    /// What is known of a call of `vars`, `dir`, `globals`, `locals` and their like.
    pub(super) fn of_members(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        let given = &*arguments.positional;
        match (path, given) {
            ("builtins.globals", []) => {
                let module = self.place(crate::text::Span::default()).module;
                Some(names_of(&self.import(&module)?))
            }
            ("builtins.locals" | "builtins.vars", []) => Some(names_of(&self.scope())),
            ("builtins.vars", [value]) => Some(self.variables(value).unwrap_or(Value::Unknown)),
            ("builtins.dir", [value]) => {
                let names = self.member_names(value);
                Some(names.map_or(Value::Unknown, |names| Value::list(names.into_iter().map(Value::Text))))
            }
            ("inspect.getmembers" | "inspect.getmembers_static", [value, rest @ ..]) => {
                let predicate = arguments.named("predicate").or(rest.first()).cloned();
                Some(self.members(value, predicate.as_ref()).unwrap_or(Value::Unknown))
            }
            _ => None,
        }
    }

    /// The names and values of a module, of the body of a class, or of an object: its `__dict__`.
    pub(super) fn variables(&mut self, value: &Value) -> Option<Value> {
        match value.without_default().0 {
            Value::Module(module) => Some(names_of(&self.import(module)?)),
            Value::Class(class) => Some(names_of(&class.scope)),
            Value::Function(function) => Some(fields_of(&*function.fields.borrow())),
            Value::Object(object) if matches!(object.class, Value::Class(_)) => {
                Some(fields_of(&*object.fields.borrow()))
            }
            _ => None,
        }
    }

    /// The names that `dir` tells, sorted; none where something else may bring more.
    fn member_names(&mut self, value: &Value) -> Option<BTreeSet<Arc<str>>> {
        let class = match value.without_default().0 {
            Value::Module(module) => return Some(self.import(module)?.names().into_iter().collect()),
            class @ Value::Class(_) => class.clone(),
            Value::Object(object) => object.class.clone(),
            _ => return None,
        };
        let lineage = class.lineage();
        if lineage.is_empty() || !super::kind::is_plain_class(&class) {
            return None;
        }
        let mut names: BTreeSet<Arc<str>> = lineage.iter().flat_map(|class| class.scope.names()).collect();
        if let Value::Object(object) = value.without_default().0 {
            names.extend(object.fields.borrow().keys().cloned());
        }
        Some(names)
    }

    fn members(&mut self, value: &Value, predicate: Option<&Value>) -> Option<Value> {
        let place = self.place(crate::text::Span::default());
        let mut found = Vec::new();
        for name in self.member_names(value)? {
            let member = self.attribute(value, &name);
            let test = match predicate {
                None | Some(Value::None) => Value::Bool(true),
                Some(predicate) => self.call(predicate, Arguments::positional([member.clone()]), &place),
            };
            let condition = match test.truth() {
                Some(true) => PathCondition::default(),
                Some(false) => continue,
                None => self.test_of(&test).into(),
            };
            found.push((Value::tuple([Value::Text(name), member]), condition));
        }
        Some(Value::List(Rc::new(found.into())))
    }
}

/// What was set on a function or an object, in the order in which that was done, which is not kept.
fn fields_of<'f>(fields: impl IntoIterator<Item = (&'f Arc<str>, &'f Value)>) -> Value {
    let dict = DictValue::default();
    for (name, value) in fields {
        dict.insert(Value::Text(name.clone()), value.clone(), &PathCondition::default());
    }
    dict.is_shuffled.set(true);
    Value::Dict(Rc::new(dict))
}

/// The names of a scope with what they stand for, in the order in which they were bound; to set one is to bind it.
fn names_of(scope: &Rc<Namespace>) -> Value {
    let dict = DictValue::default();
    for name in scope.names_as_bound() {
        let value = scope.own(&name).unwrap_or(Value::Unknown);
        dict.insert(Value::Text(name), value, &PathCondition::default());
    }
    *dict.scope.borrow_mut() = Some(scope.clone());
    Value::Dict(Rc::new(dict))
}
