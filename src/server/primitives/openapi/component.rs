//! The operation and what is made of it, as the program's own functions see and change them.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use super::super::json;
use super::super::registry::Registry;
use super::mapping::Kind;
use super::route::{Parameter, Route};
use crate::evaluation::{Arguments, CodeLocation, Instance, Run, Value};

/// The operation as the SDK hands it to functions of the program.
pub(super) fn operation(
    run: &mut Run<'_, Registry>,
    route: &Route,
    version: &str,
    place: &CodeLocation,
) -> Value {
    let class = Value::foreign("fastmcp.utilities.openapi.HTTPRoute");
    let object = run.object(class, Arguments::default(), place.clone());
    let parameters: Vec<Value> =
        route.parameters.iter().map(|parameter| self::parameter(run, parameter, place)).collect();
    let tags = route.tags.iter().map(|tag| text(tag));
    object.fields.borrow_mut().extend(
        [
            ("path", text(&route.path)),
            ("method", text(&route.method)),
            ("operation_id", optional(route.operation_id.as_deref())),
            ("summary", optional(route.summary.as_deref())),
            ("description", optional(route.description.as_deref())),
            ("tags", Value::list(tags)),
            ("parameters", Value::list(parameters)),
            ("extensions", json::value(&Json::Object(route.extensions.clone()))),
            ("openapi_version", text(version)),
            ("request_body", if route.body.is_some() { Value::Unknown } else { Value::None }),
            ("responses", Value::Unknown),
            ("request_schemas", Value::Unknown),
            ("response_schemas", Value::Unknown),
            ("flat_param_schema", Value::Unknown),
            ("parameter_map", Value::Unknown),
        ]
        .map(|(name, value)| (name.into(), value)),
    );
    Value::Object(object)
}

fn parameter(run: &mut Run<'_, Registry>, parameter: &Parameter, place: &CodeLocation) -> Value {
    let class = Value::foreign("fastmcp.utilities.openapi.ParameterInfo");
    let object = run.object(class, Arguments::default(), place.clone());
    object.fields.borrow_mut().extend(
        [
            ("name", text(&parameter.name)),
            ("location", text(&parameter.place)),
            ("required", Value::Bool(parameter.required)),
            ("description", optional(parameter.description.as_deref())),
            ("schema_", Value::Unknown),
        ]
        .map(|(name, value)| (name.into(), value)),
    );
    Value::Object(object)
}

fn text(text: &str) -> Value {
    if super::hole::is_unknown(text) { Value::Unknown } else { Value::Text(text.into()) }
}

fn optional(given: Option<&str>) -> Value {
    given.map_or(Value::None, text)
}

/// How the classes begin of what is made of an operation.
const CLASSES: &str = "fastmcp.server.openapi.OpenAPI";

/// The class of what is made of an operation.
pub(super) fn class(kind: Kind) -> Value {
    Value::foreign(match kind {
        Kind::Resource => "fastmcp.server.openapi.OpenAPIResource",
        Kind::Template => "fastmcp.server.openapi.OpenAPIResourceTemplate",
        _ => "fastmcp.server.openapi.OpenAPITool",
    })
}

/// What is made of an operation, with the fields that a function may change.
pub(super) fn component(
    run: &mut Run<'_, Registry>,
    kind: Kind,
    fields: Vec<(&str, Value)>,
    place: &CodeLocation,
) -> Rc<Instance> {
    let object = run.object(class(kind), Arguments::default(), place.clone());
    let unset = ["annotations", "icons", "meta", "title"].map(|name| (name, Value::None));
    let all = unset.into_iter().chain(fields);
    object.fields.borrow_mut().extend(all.map(|(name, value)| (name.into(), value)));
    object
}

/// Notes that a method of a component was called by which the SDK no longer lists it, or lists it again.
pub(in super::super) fn switched(run: &Run<'_, Registry>, owner: &Value, method: &str) {
    let Value::Object(component) = owner else { return };
    let is_own = component.class.path().is_some_and(|path| path.starts_with(CLASSES));
    if is_own && matches!(method, "disable" | "enable") {
        let is_sure = run.condition().is_empty();
        let enabled = if is_sure { Value::Bool(method == "enable") } else { Value::Unknown };
        component.fields.borrow_mut().insert("enabled".into(), enabled);
    }
}

/// Whether code of the project is what is called, so that it is known what it does.
pub(super) fn is_followed(called: &Value) -> bool {
    match called {
        Value::Function(function) => function.altered.is_empty(),
        Value::Method(method) => method.1.altered.is_empty(),
        Value::Partial(partial) => is_followed(&partial.called),
        Value::Object(object) => matches!(object.class, Value::Class(_)),
        Value::Class(_) => true,
        _ => false,
    }
}

/// What is registered with a component: its fields.
pub(super) fn arguments(component: &Instance) -> Arguments {
    let fields = component.fields.borrow();
    let listed =
        ["annotations", "description", "enabled", "icons", "meta", "mime_type", "name", "tags", "title"];
    let named = listed.iter().filter_map(|name| Some(((*name).into(), fields.get(*name)?.clone())));
    let mut named: Vec<(Arc<str>, Value)> =
        named.filter(|(_, value)| !matches!(value, Value::None)).collect();
    let uri = fields.get("uri").or_else(|| fields.get("uri_template"));
    named.extend(uri.map(|uri| ("uri".into(), uri.clone())));
    Arguments { named, ..Arguments::default() }
}

/// Whether another configuration may give another value.
pub(super) fn may_differ(value: &Value) -> bool {
    match value {
        Value::Unknown | Value::Default(..) | Value::Either(_) => true,
        Value::Tuple(values) => values.iter().any(may_differ),
        Value::List(list) | Value::Set(list) => {
            list.open.get()
                || list.items.borrow().iter().any(|(value, when)| !when.is_empty() || may_differ(value))
        }
        Value::Dict(dict) => {
            let items = dict.items.borrow();
            dict.open.get() || items.iter().any(|(_, value, when)| !when.is_empty() || may_differ(value))
        }
        _ => false,
    }
}
