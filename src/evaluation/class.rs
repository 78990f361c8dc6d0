//! What happens when a class is made: its base's `__init_subclass__`, its metaclass, its bases' `__subclasses__`.

use std::rc::Rc;
use std::sync::Arc;

use super::value::{Arguments, ClassValue, Value};
use super::{Host, Run};

/// So many subclasses are told of one class.
const SUBCLASSES: usize = 1000;

impl<H: Host> Run<'_, H> {
    /// Follows what the bases and the metaclass of a class do once its body has run.
    pub(super) fn made(&mut self, class: &Rc<ClassValue>) {
        self.classes.push(class.clone());
        let own = Value::Class(class.clone());
        for name in class.scope.names() {
            if let Some(value) = class.scope.own(&name) {
                self.named(&value, &own, &name);
            }
        }
        if let Some(metaclass) = metaclass(class) {
            self.made_by(&metaclass, class, &own);
        }
        if let Some(Value::Function(hook)) = own.inherited_behind(class, "__init_subclass__") {
            let named = class.keywords.iter().filter(|(name, _)| &**name != "metaclass").cloned().collect();
            self.invoke(&hook, Some(own), Arguments { named, ..Arguments::default() });
        }
    }

    /// Follows `__set_name__` of what the body of a class binds.
    fn named(&mut self, value: &Value, class: &Value, name: &Arc<str>) {
        let Value::Object(object) = value else { return };
        if let Some(Value::Function(hook)) = object.class.inherited("__set_name__") {
            let given = Arguments::positional([class.clone(), Value::Text(name.clone())]);
            self.invoke(&hook, Some(value.clone()), given);
        }
    }

    fn made_by(&mut self, metaclass: &Value, class: &Rc<ClassValue>, own: &Value) {
        let given = || {
            let names = names(class);
            let bases = Value::tuple(class.bases.clone());
            let mut given = Arguments::positional([Value::Text(class.definition.name.clone()), bases, names]);
            given.named = class.keywords.iter().filter(|(name, _)| &**name != "metaclass").cloned().collect();
            given
        };
        if let Some(Value::Function(new)) = metaclass.inherited("__new__") {
            self.making.push(class.clone());
            self.invoke(&new, Some(metaclass.clone()), given());
            self.making.pop();
        }
        if let Some(Value::Function(init)) = metaclass.inherited("__init__") {
            self.invoke(&init, Some(own.clone()), given());
        }
    }

    /// What `type.__new__` gives where a metaclass makes a class, and `cls.__subclasses__()`; none for any other method.
    pub(super) fn of_class_method(&mut self, owner: &Value, name: &str) -> Option<Value> {
        match (owner, name) {
            (_, "__new__") => {
                let class = self.making.last()?.clone();
                let is_metaclass = owner.has_base("builtins.type") || owner.path()? == "builtins.type";
                is_metaclass.then_some(Value::Class(class))
            }
            (Value::Class(_), "__subclasses__") => {
                let derives = |class: &&Rc<ClassValue>| class.bases.iter().any(|base| base.is(owner));
                let found: Vec<Value> = self
                    .classes
                    .iter()
                    .filter(derives)
                    .take(SUBCLASSES)
                    .map(|class| Value::Class(class.clone()))
                    .collect();
                Some(Value::list(found))
            }
            (Value::Class(class), "mro") => {
                let behind = class.behind.iter().cloned().chain([Value::foreign("builtins.object")]);
                Some(Value::list([owner.clone()].into_iter().chain(behind)))
            }
            _ => None,
        }
    }
}

fn names(class: &ClassValue) -> Value {
    let dict = super::value::DictValue::default();
    for name in class.scope.names_as_bound() {
        let value = class.scope.own(&name).unwrap_or(Value::Unknown);
        dict.insert(Value::Text(name), value, &super::PathCondition::default());
    }
    Value::Dict(Rc::new(dict))
}

/// The class of the project that makes a class.
fn metaclass(class: &Rc<ClassValue>) -> Option<Value> {
    let lineage = Value::Class(class.clone()).lineage();
    let named = |class: &Rc<ClassValue>| {
        let keyword = class.keywords.iter().find(|(name, _)| &**name == "metaclass");
        keyword.map(|(_, value)| value.clone())
    };
    lineage.iter().find_map(named).filter(|value| matches!(value, Value::Class(_)))
}
