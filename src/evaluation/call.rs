//! Calls, and what decorators make of what they decorate.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::branch::{Flow, outcome};
use super::condition::PathCondition;
use super::value::{Arguments, ClassValue, CodeLocation, DictValue, FunctionValue, MethodKind, Value};
use super::{ExternalCall, Frame, Host, Namespace, Run};
use crate::syntax::{FunctionDefinition, ParameterKind, Term};

/// So many steps are followed in calls that have nothing to do with the host.
const IDLE: usize = 100_000;

impl<H: Host> Run<'_, H> {
    /// What a call of `callee` gives.
    pub fn call(&mut self, callee: &Value, arguments: Arguments, place: &CodeLocation) -> Value {
        self.call_as(callee, arguments, place, false)
    }

    fn call_as(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        place: &CodeLocation,
        decorates: bool,
    ) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        match callee {
            Value::Function(function) => self.invoke(function, None, arguments),
            Value::Method(method) => self.invoke(&method.1, Some(method.0.clone()), arguments),
            Value::Class(class) => self.instantiate(class, arguments, place),
            Value::Partial(partial) => {
                let all = partial.arguments.clone().and(arguments);
                self.call_as(&partial.called, all, place, decorates)
            }
            Value::Either(values) => {
                let callable: Vec<Value> =
                    values.iter().filter(|value| !matches!(value, Value::None)).cloned().collect();
                let sure = callable.len() == 1;
                let each = callable.iter().map(|one| {
                    self.surely(sure, |run| run.call_as(one, arguments.clone(), place, decorates))
                });
                let each: Vec<Value> = each.collect();
                Value::either(each)
            }
            Value::Generic(generic) => self.call_as(&generic.0, arguments, place, decorates),
            Value::Default(callee, by) if callee.others().is_empty() => {
                let value = self.call_as(callee, arguments, place, decorates);
                // a method of a text gives another one where the text is another
                let is_of_value =
                    matches!(&***callee, Value::Member(member) if super::methods::is_plain(&member.0));
                if is_of_value { value.by_default(by) } else { value }
            }
            Value::Default(callee, by) => self
                .each_way(callee, by, |run, callee| run.call_as(callee, arguments.clone(), place, decorates)),
            Value::Object(object) if matches!(object.class, Value::Class(_)) => {
                match self.attribute(callee, &"__call__".into()) {
                    Value::Method(method) => self.invoke(&method.1, Some(method.0.clone()), arguments),
                    _ => self.outside_call(callee, &arguments, place, decorates),
                }
            }
            Value::Foreign(_) | Value::Object(_) | Value::Member(_) => {
                self.outside_call(callee, &arguments, place, decorates)
            }
            _ => {
                // nobody knows what is done with what it is given
                if decorates { altered(callee, &arguments).unwrap_or(Value::Unknown) } else { Value::Unknown }
            }
        }
    }

    fn outside_call(
        &mut self,
        callee: &Value,
        arguments: &Arguments,
        place: &CodeLocation,
        decorates: bool,
    ) -> Value {
        if let Some(value) = self
            .built_in(callee, arguments, place)
            .or_else(|| self.of_wraps(callee, arguments))
            .or_else(|| self.of_operators(callee, arguments, place))
        {
            return value;
        }
        let outside = ExternalCall { callee, arguments, place, decorates };
        if let Some(value) = H::call(self, &outside) {
            return value;
        }
        if decorates && let Some(value) = altered(callee, arguments) {
            return value;
        }
        Value::Object(self.object(callee.clone(), arguments.clone(), place.clone())).unless_large()
    }

    /// What a decorator makes of `value`.
    pub(super) fn decorate(&mut self, decorator: &Value, value: Value, term: &Term) -> Value {
        let place = self.place(term.span);
        self.call_as(decorator, Arguments::positional([value]), &place, true)
    }

    /// A function as its definition makes it.
    pub(super) fn function(&mut self, definition: &Arc<FunctionDefinition>) -> Rc<FunctionValue> {
        let defaults: Vec<Option<Value>> = definition
            .parameters
            .iter()
            .map(|formal| formal.default.as_ref().map(|default| self.term(default)))
            .collect();
        Rc::new(FunctionValue {
            definition: definition.clone(),
            module: self.place(definition.span).module,
            scope: self.type_scope(&definition.type_parameters),
            defaults,
            binding: MethodKind::default(),
            fields: RefCell::default(),
            wraps: RefCell::default(),
            altered: Vec::new(),
        })
    }

    /// Follows a call of a function of the project, on `receiver` where it is one of a class.
    pub fn invoke(
        &mut self,
        function: &Rc<FunctionValue>,
        receiver: Option<Value>,
        arguments: Arguments,
    ) -> Value {
        let same = |frame: &&Frame| {
            frame.function.as_ref().is_some_and(|other| Arc::ptr_eq(&other.definition, &function.definition))
        };
        if !self.step() || self.frames.iter().filter(same).count() > 1 {
            return Value::Unknown;
        }
        // one that registered nothing so far is spared first
        if self.idle > IDLE && self.spent.contains(&Arc::as_ptr(&function.definition)) {
            self.is_spared = self.is_spared || self.may_ask(function, receiver.as_ref(), &arguments);
            return Value::Unknown;
        }
        let scope = Namespace::function(&function.scope, self.birth());
        bind_parameters(function, &scope, receiver.clone(), arguments);
        let mut frame = Frame::new(function.module.clone(), scope);
        frame.function = Some(function.clone());
        frame.receiver = receiver;
        let definition = function.definition.clone();
        let (steps, effects, idle) = (self.steps, self.effects, self.idle);
        let (flow, frame) = self.enter(frame, |run| run.body(&definition.body));
        if self.effects == effects {
            self.spent.insert(Arc::as_ptr(&definition));
            self.idle = idle + (self.steps - steps);
        }
        if !frame.yielded.is_empty() || super::generator::is_generator(&definition.body) {
            return Value::lazy(frame.yielded.into());
        }
        let falls = matches!(flow, Flow::Next).then(|| (Value::None, frame.left.into_iter().collect()));
        outcome(frame.returned.into_iter().chain(falls).collect())
    }

    /// Whether a call of a function has something at hand that is the host's own.
    fn may_ask(&self, function: &FunctionValue, receiver: Option<&Value>, arguments: &Arguments) -> bool {
        let is_own = |value: &Value| self.host.is_own(value);
        let within = receiver.is_some_and(|receiver| match receiver {
            Value::Object(object) => object.fields.borrow().values().any(is_own),
            _ => false,
        });
        within || receiver.is_some_and(is_own) || arguments.iter().any(is_own) || function.scope.any(is_own)
    }

    fn instantiate(&mut self, class: &Rc<ClassValue>, arguments: Arguments, place: &CodeLocation) -> Value {
        let own = Value::Class(class.clone());
        if own.is_enum() {
            let wanted = arguments.positional.first();
            let members = class.members.borrow();
            let found = members.iter().find(|member| {
                let value = member.fields.borrow().get("value").cloned();
                matches!((&value, wanted), (Some(value), Some(wanted)) if super::comparison::equal(value, wanted) == Some(true))
            });
            return found.map_or(Value::Unknown, |member| Value::Object(member.clone()));
        }
        let object = self.object(own.clone(), arguments.clone(), place.clone());
        let value = Value::Object(object.clone());
        match own.inherited("__init__") {
            Some(Value::Function(init)) => drop(self.invoke(&init, Some(value.clone()), arguments)),
            _ => {
                self.set_fields(&own, &object, arguments);
                self.initialised(&value);
            }
        }
        value
    }

    /// Sets what the constructor of a dataclass, a named tuple or a model sets.
    fn set_fields(&mut self, class: &Value, object: &super::Instance, arguments: Arguments) {
        let names = super::record::fields_of(class).unwrap_or_default();
        let is_settings = class
            .foreign_bases()
            .iter()
            .filter_map(Value::path)
            .any(|path| matches!(&*path, "pydantic_settings.BaseSettings" | "pydantic.BaseSettings"));
        let mut positional = arguments.positional.into_iter();
        for field in &names {
            let named = arguments.named.iter().find(|(name, _)| *name == field.name);
            let given = named.map(|(_, value)| value.clone()).or_else(|| positional.next());
            let value = match given {
                Some(given) => given,
                None => {
                    let default = self.default_of(field.default.as_ref(), &object.place);
                    let by = is_settings.then(|| super::configured::variable_of(class, field));
                    default.unless(by.as_ref())
                }
            };
            object.fields.borrow_mut().insert(field.name.clone(), value);
        }
    }
}

impl Arguments {
    fn and(mut self, more: Self) -> Self {
        self.positional.extend(more.positional);
        self.named.retain(|(name, _)| more.named.iter().all(|(other, _)| other != name));
        self.named.extend(more.named);
        self.open |= more.open;
        self
    }
}

/// Gives the parameters of a function their values.
fn bind_parameters(
    function: &Rc<FunctionValue>,
    scope: &Rc<Namespace>,
    receiver: Option<Value>,
    arguments: Arguments,
) {
    let Arguments { positional, mut named, open } = arguments;
    let mut positional = receiver.into_iter().chain(positional);
    for (formal, default) in function.definition.parameters.iter().zip(&function.defaults) {
        let by_name = |named: &mut Vec<(Arc<str>, Value)>| {
            let at = named.iter().position(|(name, _)| *name == formal.name)?;
            Some(named.remove(at).1)
        };
        let otherwise = || if open { Value::Unknown } else { default.clone().unwrap_or(Value::Unknown) };
        let value = match formal.kind {
            ParameterKind::Positional => positional.next().unwrap_or_else(otherwise),
            ParameterKind::Normal => {
                positional.next().or_else(|| by_name(&mut named)).unwrap_or_else(otherwise)
            }
            ParameterKind::Keyword => by_name(&mut named).unwrap_or_else(otherwise),
            ParameterKind::Rest if open => Value::Unknown,
            ParameterKind::Rest => Value::tuple(positional.by_ref().collect::<Vec<_>>()),
            ParameterKind::RestByName => {
                let dict = DictValue::default();
                dict.open.set(open);
                for (name, value) in named.drain(..) {
                    dict.insert(Value::Text(name), value, &PathCondition::default());
                }
                Value::Dict(Rc::new(dict))
            }
        };
        scope.bind(&formal.name, value);
    }
}

/// What a decorator from outside, of which nothing is known, makes of what it decorates: something like it.
fn altered(decorator: &Value, arguments: &Arguments) -> Option<Value> {
    match arguments.positional.first()? {
        Value::Function(function) => {
            let mut altered = function.altered.clone();
            altered.push(decorator.clone());
            Some(Value::Function(Rc::new(FunctionValue { altered, ..function.copied() })))
        }
        Value::Class(class) => {
            class.decorators.borrow_mut().push(decorator.clone());
            Some(Value::Class(class.clone()))
        }
        _ => None,
    }
}

impl FunctionValue {
    /// The function as another value.
    pub(super) fn copied(&self) -> Self {
        Self {
            definition: self.definition.clone(),
            module: self.module.clone(),
            scope: self.scope.clone(),
            defaults: self.defaults.clone(),
            binding: self.binding,
            fields: RefCell::new(self.fields.borrow().clone()),
            wraps: RefCell::new(self.wraps.borrow().clone()),
            altered: self.altered.clone(),
        }
    }
}
