//! The parameters of a function as `inspect.signature` tells them.

use std::sync::Arc;

use super::super::registry::Registry;
use crate::evaluation::{FunctionValue, Run, Value};
use crate::syntax::ParameterKind;

/// What a function takes and gives.
pub(super) struct Signature {
    pub(super) parameters: Vec<Parameter>,
    pub(super) returns: Option<Value>,
    /// Its own name.
    pub(super) name: Arc<str>,
    /// Whether nothing of unknown effect stands around it.
    pub(super) is_certain: bool,
}

/// One parameter.
pub(super) struct Parameter {
    pub(super) name: Arc<str>,
    pub(super) kind: ParameterKind,
    pub(super) annotation: Option<Value>,
    pub(super) default: Option<Value>,
}

/// The packages whose decorators leave the parameters as they are.
const FAITHFUL: &[&str] = &[
    "abc",
    "aiocache",
    "aiolimiter",
    "anyio",
    "async_lru",
    "asyncio",
    "backoff",
    "beartype",
    "cachetools",
    "contextlib",
    "deprecated",
    "functools",
    "langfuse",
    "langsmith",
    "limits",
    "logfire",
    "numba",
    "opentelemetry",
    "pydantic",
    "ratelimit",
    "retry",
    "retrying",
    "sentry_sdk",
    "tenacity",
    "timeout_decorator",
    "traceloop",
    "typeguard",
    "typer",
    "typing",
    "typing_extensions",
    "warnings",
    "weave",
];

/// The signature of what is called; none where the text does not tell.
pub(super) fn signature(run: &mut Run<'_, Registry>, called: &Value) -> Option<Signature> {
    match called.without_default().0 {
        Value::Function(function) => of_function(run, function),
        Value::Method(method) => {
            let mut signature = of_function(run, &method.1)?;
            let bound = matches!(
                signature.parameters.first()?.kind,
                ParameterKind::Positional | ParameterKind::Normal
            );
            if bound {
                signature.parameters.remove(0);
            }
            Some(signature)
        }
        Value::Partial(partial) => {
            let mut signature = signature(run, &partial.0)?;
            let given = partial.1.positional.len().min(signature.parameters.len());
            signature.parameters.drain(..given);
            signature.is_certain &= !partial.1.open;
            for parameter in &mut signature.parameters {
                if let Some(value) = partial.1.named(&parameter.name) {
                    parameter.default = Some(value.clone());
                }
            }
            Some(signature)
        }
        Value::Object(object) if matches!(object.class, Value::Class(_)) => {
            match run.attribute(called, &"__call__".into()) {
                method @ Value::Method(_) => signature(run, &method),
                _ => None,
            }
        }
        _ => None,
    }
}

fn of_function(run: &mut Run<'_, Registry>, function: &FunctionValue) -> Option<Signature> {
    let mut is_certain = function.altered.iter().all(is_faithful);
    is_certain &=
        !["__signature__", "__annotations__"].iter().any(|name| function.fields.borrow().contains_key(*name));
    let wrapped = function.wraps.borrow().clone();
    if let Some(wrapped) = wrapped {
        let inner = signature(run, &wrapped)?;
        return Some(Signature { is_certain: inner.is_certain && is_certain, ..inner });
    }
    let definition = &function.definition;
    let mut parameters = Vec::new();
    for (formal, default) in definition.parameters.iter().zip(&function.defaults) {
        let annotation = formal.annotation.as_ref();
        let annotation = annotation.map(|term| run.annotation(&function.module, &function.scope, term));
        let default = formal.default.as_ref().map(|_| default.clone().unwrap_or(Value::Unknown));
        parameters.push(Parameter { name: formal.name.clone(), kind: formal.kind, annotation, default });
    }
    let returns = definition.returns.as_ref();
    let returns = returns.map(|term| run.annotation(&function.module, &function.scope, term));
    Some(Signature { parameters, returns, name: definition.name.clone(), is_certain })
}

/// Whether a decorator from outside leaves the parameters as they are.
fn is_faithful(decorator: &Value) -> bool {
    let path = decorator.path().unwrap_or_default();
    path.split('.').next().is_some_and(|package| FAITHFUL.contains(&package.trim_end_matches("()")))
}
