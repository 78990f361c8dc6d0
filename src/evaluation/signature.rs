//! What a callable takes and gives, as `inspect.signature` tells it, and its objects as values.
//!
//! The SDKs read a tool by its signature, and decorators give their functions another one (`__signature__`). As a value
//! it is an object of `inspect.Signature`; what it was read from stays with it, so that nothing of a type is lost.

use std::rc::Rc;
use std::sync::Arc;

use super::condition::PathCondition;
use super::value::{Arguments, CodeLocation, DictValue, FunctionValue, Instance, Value};
use super::{Host, Run};
use crate::syntax::ParameterKind;

/// So many stand around a function at most.
const WRAPPERS: usize = 40;

/// What a parameter without a default, or a type, has in its place.
const EMPTY: &str = "inspect._empty";

/// Stands among the fields of a parameter for whether its type is that of the function that it was read from.
const OWN: &str = "own type";

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct CallSignature {
    /// Its parameters in order, but those that are given already.
    pub parameters: Vec<CallParameter>,
    /// The type of what it gives.
    pub returns: Option<Value>,
    /// Its own name.
    pub name: Arc<str>,
    /// The decorators from outside the project that stand around it, and may take other parameters.
    pub decorators: Vec<Value>,
    /// Whether nothing else stands around it that the text does not tell.
    pub is_certain: bool,
    /// Whether code has given a parameter another type than the annotations of the function do.
    pub is_retyped: bool,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct CallParameter {
    /// Its name.
    pub name: Arc<str>,
    /// How it is given.
    pub kind: ParameterKind,
    /// Its type.
    pub annotation: Option<Value>,
    /// Its default.
    pub default: Option<Value>,
}

/// The kinds in the order of their numbers in `inspect`.
const KINDS: [(ParameterKind, &str); 5] = [
    (ParameterKind::Positional, "POSITIONAL_ONLY"),
    (ParameterKind::Normal, "POSITIONAL_OR_KEYWORD"),
    (ParameterKind::Rest, "VAR_POSITIONAL"),
    (ParameterKind::Keyword, "KEYWORD_ONLY"),
    (ParameterKind::RestByName, "VAR_KEYWORD"),
];

/// What a name of `inspect` stands for, where that is a plain value.
pub(super) fn constant(path: &str) -> Option<Value> {
    let name = path.strip_prefix("inspect.")?;
    if matches!(name, "Parameter.empty" | "Signature.empty" | "_empty") {
        return Some(Value::foreign(EMPTY));
    }
    let name = name.strip_prefix("Parameter.").or_else(|| name.strip_prefix("_ParameterKind."))?;
    KINDS.iter().zip(0..).find(|((_, kind), _)| *kind == name).map(|(_, number)| Value::Int(number))
}

/// Whether it stands for nothing: no default, no type.
pub(super) fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Foreign(path) if &**path == EMPTY)
}

impl<H: Host> Run<'_, H> {
    /// The signature of what is called; none where the text does not tell.
    pub fn signature(&mut self, called: &Value) -> Option<CallSignature> {
        self.signature_within(called, WRAPPERS)
    }

    fn signature_within(&mut self, called: &Value, depth: usize) -> Option<CallSignature> {
        let depth = depth.checked_sub(1)?;
        match called.without_default().0 {
            Value::Function(function) => self.signature_of(function, depth),
            Value::Method(method) => {
                let mut signature = self.signature_of(&method.1, depth)?;
                let first = signature.parameters.first()?;
                if matches!(first.kind, ParameterKind::Positional | ParameterKind::Normal) {
                    signature.parameters.remove(0);
                }
                Some(signature)
            }
            Value::Partial(partial) => {
                let set = |name: &str| partial.fields.borrow().get(name).cloned();
                // what it wraps comes first
                match (set("__signature__"), set("__wrapped__")) {
                    (Some(made), _) => return read(&made),
                    (None, Some(wrapped)) => return self.signature_within(&wrapped, depth),
                    (None, None) => {}
                }
                let mut signature = self.signature_within(&partial.called, depth)?;
                let given = partial.arguments.positional.len().min(signature.parameters.len());
                signature.parameters.drain(..given);
                signature.is_certain &= !partial.arguments.open;
                for parameter in &mut signature.parameters {
                    if let Some(value) = partial.arguments.named(&parameter.name) {
                        parameter.default = Some(value.clone());
                    }
                }
                Some(signature)
            }
            Value::Object(object) if matches!(object.class, Value::Class(_)) => {
                match self.attribute(called, &"__call__".into()) {
                    method @ Value::Method(_) => self.signature_within(&method, depth),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn signature_of(&mut self, function: &FunctionValue, depth: usize) -> Option<CallSignature> {
        let set = |name: &str| function.fields.borrow().get(name).cloned();
        let is_annotated = set("__annotations__").is_some();
        let wrapped = set("__wrapped__").or_else(|| function.wraps.borrow().clone());
        let mut signature = match (set("__signature__"), wrapped) {
            (Some(made), wrapped) => {
                let named = wrapped
                    .as_ref()
                    .and_then(|wrapped| self.attribute(wrapped, &"__name__".into()).as_text());
                let name = named.unwrap_or_else(|| function.definition.name.clone());
                let made = read(&made)?;
                CallSignature { name, is_retyped: made.is_retyped || is_annotated, ..made }
            }
            (None, Some(wrapped)) => self.signature_within(&wrapped, depth)?,
            (None, None) => self.defined(function),
        };
        signature.decorators.extend(function.altered.iter().cloned());
        signature.is_certain &= !is_annotated || set("__signature__").is_some();
        Some(signature)
    }

    /// The signature that a function is written with.
    fn defined(&mut self, function: &FunctionValue) -> CallSignature {
        let definition = &function.definition;
        let mut parameters = Vec::new();
        for (formal, default) in definition.parameters.iter().zip(&function.defaults) {
            let annotation = formal.annotation.as_ref();
            let annotation = annotation.map(|term| self.annotation(&function.module, &function.scope, term));
            let default = formal.default.as_ref().map(|_| default.clone().unwrap_or(Value::Unknown));
            parameters.push(CallParameter {
                name: formal.name.clone(),
                kind: formal.kind,
                annotation,
                default,
            });
        }
        let returns = definition.returns.as_ref();
        let returns = returns.map(|term| self.annotation(&function.module, &function.scope, term));
        CallSignature {
            parameters,
            returns,
            name: definition.name.clone(),
            decorators: Vec::new(),
            is_certain: true,
            is_retyped: false,
        }
    }

    /// What is known of a call of `inspect` that has to do with signatures.
    pub(super) fn of_signatures(
        &mut self,
        path: &str,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Option<Value> {
        match path {
            "inspect.signature" | "inspect.Signature.from_callable" => {
                let called = arguments.positional.first()?;
                let signature =
                    self.signature(called).filter(|one| one.is_certain && one.decorators.is_empty());
                Some(signature.map_or(Value::Unknown, |signature| self.signature_object(&signature, place)))
            }
            "inspect.Signature" => {
                let parameters = arguments.get(0, "parameters").cloned().unwrap_or_else(|| Value::list([]));
                let returns = arguments.named("return_annotation").cloned();
                Some(self.made_signature(&parameters, returns, place))
            }
            "inspect.Parameter" => {
                let mut fields = vec![("name", arguments.get(0, "name")?.clone())];
                fields.push(("kind", arguments.get(1, "kind")?.clone()));
                for name in ["default", "annotation"] {
                    let given = arguments.named(name).cloned();
                    fields.push((name, given.unwrap_or_else(|| Value::foreign(EMPTY))));
                }
                Some(self.inspected_object("inspect.Parameter", fields, place))
            }
            _ => None,
        }
    }

    /// What a method of a signature, or of one of its parameters, gives.
    pub(super) fn of_signature_method(
        &mut self,
        owner: &Value,
        method: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let Value::Object(object) = owner else { return None };
        let path = object.class.path()?;
        let field = |name: &str| object.fields.borrow().get(name).cloned().unwrap_or(Value::Unknown);
        let given = |name: &str| arguments.named(name).cloned().unwrap_or_else(|| field(name));
        match (&*path, method) {
            ("inspect.Signature", "replace") => {
                let parameters = match arguments.named("parameters") {
                    Some(parameters) => parameters.clone(),
                    None => {
                        let Value::Dict(dict) = field("parameters") else { return Some(Value::Unknown) };
                        Value::list(dict.items.borrow().iter().map(|(_, value, _)| value.clone()))
                    }
                };
                Some(self.made_signature(&parameters, Some(given("return_annotation")), &object.place))
            }
            ("inspect.Parameter", "replace") => {
                let names = ["name", "kind", "default", "annotation"];
                let mut fields = names.map(|name| (name, given(name))).to_vec();
                let is_own = field(OWN).truth() == Some(true) && arguments.named("annotation").is_none();
                fields.push((OWN, Value::Bool(is_own)));
                Some(self.inspected_object("inspect.Parameter", fields, &object.place))
            }
            ("inspect.Signature", _) => Some(Value::Unknown),
            _ => None,
        }
    }

    fn signature_object(&mut self, signature: &CallSignature, place: &CodeLocation) -> Value {
        let parameters: Vec<Value> = signature
            .parameters
            .iter()
            .map(|parameter| {
                let number = KINDS.iter().zip(0..).find(|((kind, _), _)| *kind == parameter.kind);
                let kind = number.map_or(Value::Unknown, |(_, number)| Value::Int(number));
                let or_empty = |value: &Option<Value>| value.clone().unwrap_or_else(|| Value::foreign(EMPTY));
                let fields = vec![
                    ("name", Value::Text(parameter.name.clone())),
                    ("kind", kind),
                    ("default", or_empty(&parameter.default)),
                    ("annotation", or_empty(&parameter.annotation)),
                    (OWN, Value::Bool(true)),
                ];
                self.inspected_object("inspect.Parameter", fields, place)
            })
            .collect();
        self.made_signature(&Value::list(parameters), signature.returns.clone(), place)
    }

    fn made_signature(&mut self, parameters: &Value, returns: Option<Value>, place: &CodeLocation) -> Value {
        let Some(parameters) = self.sure_items(parameters) else { return Value::Unknown };
        let dict = DictValue::default();
        for parameter in parameters {
            let name = self.attribute(&parameter, &"name".into());
            dict.insert(name, parameter, &PathCondition::default());
        }
        let returns = returns.unwrap_or_else(|| Value::foreign(EMPTY));
        let fields = vec![("parameters", Value::Dict(Rc::new(dict))), ("return_annotation", returns)];
        self.inspected_object("inspect.Signature", fields, place)
    }

    fn inspected_object(&mut self, class: &str, fields: Vec<(&str, Value)>, place: &CodeLocation) -> Value {
        let object = self.object(Value::foreign(class), Arguments::default(), place.clone());
        object.fields.borrow_mut().extend(fields.into_iter().map(|(name, value)| (name.into(), value)));
        Value::Object(object)
    }
}

/// The signature that an object of `inspect` tells; none where the text does not tell all of it.
fn read(value: &Value) -> Option<CallSignature> {
    let object = of_class(value, "inspect.Signature")?;
    let fields = object.fields.borrow();
    let Value::Dict(dict) = fields.get("parameters")? else { return None };
    let items = dict.items.borrow();
    let is_known = !dict.open.get() && items.iter().all(|(_, _, condition)| condition.is_empty());
    let parameters = items.iter().filter(|_| is_known).map(|(_, value, _)| parameter(value));
    let parameters: Vec<CallParameter> = parameters.collect::<Option<_>>()?;
    let returns = fields.get("return_annotation").cloned().filter(|returns| !is_empty(returns));
    let name = "".into();
    is_known.then_some(CallSignature {
        parameters,
        returns,
        name,
        decorators: Vec::new(),
        is_certain: true,
        is_retyped: items.iter().any(|(_, value, _)| is_retyped(value)),
    })
}

fn parameter(value: &Value) -> Option<CallParameter> {
    let object = of_class(value, "inspect.Parameter")?;
    let fields = object.fields.borrow();
    let given = |name: &str| fields.get(name).filter(|value| !is_empty(value)).cloned();
    let Value::Int(kind) = fields.get("kind")? else { return None };
    let (kind, _) = KINDS.get(usize::try_from(*kind).ok()?)?;
    let annotation = match given("annotation") {
        // a name that the SDK looks up where the function is defined
        Some(Value::Text(_)) => Some(Value::Unknown),
        other => other,
    };
    let name = fields.get("name")?.as_text()?;
    Some(CallParameter { name, kind: *kind, annotation, default: given("default") })
}

/// Whether a parameter has another type than in the function that it was read from.
fn is_retyped(parameter: &Value) -> bool {
    let object = of_class(parameter, "inspect.Parameter");
    object.is_none_or(|object| object.fields.borrow().get(OWN).and_then(Value::truth) != Some(true))
}

fn of_class<'v>(value: &'v Value, class: &str) -> Option<&'v Rc<Instance>> {
    match value.without_default().0 {
        Value::Object(object) if object.class.path().as_deref() == Some(class) => Some(object),
        _ => None,
    }
}
