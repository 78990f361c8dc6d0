//! The entries of the lists as each SDK derives them from a function: names, texts and JSON schemas.

use serde_json::{Map, Value as Json};

use super::dialect::Dialect;
use super::json::json;
use super::listed::{Draft, function};
use super::registry::Registry;
use crate::evaluation::{Arguments, Run, Value};
use crate::syntax::ParameterKind;

/// Fills in a tool.
pub(super) fn tool(
    run: &mut Run<'_, Registry>,
    _: Dialect,
    name: &str,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    draft.listed.insert("name".to_owned(), Json::from(name));
    draft.set("title", arguments.named("title"));
    describe(what, arguments, draft);
    let Some(function) = function(what) else {
        draft.partial.insert("inputSchema".to_owned());
        return;
    };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let receiver = usize::from(matches!(what, Value::Method(_)));
    for formal in function.definition.parameters.iter().skip(receiver) {
        if matches!(formal.kind, ParameterKind::Rest | ParameterKind::RestByName) {
            continue;
        }
        let annotation = formal.annotation.as_ref();
        let annotation = annotation.map(|term| run.annotation(&function.module, &function.scope, term));
        if annotation.and_then(|value| value.path()).is_some_and(|path| path.ends_with(".Context")) {
            continue;
        }
        properties.insert(formal.name.to_string(), Json::Object(Map::new()));
        if formal.default.is_none() {
            required.push(Json::from(&*formal.name));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), Json::from("object"));
    schema.insert("properties".to_owned(), Json::Object(properties));
    schema.insert("required".to_owned(), Json::Array(required));
    draft.listed.insert("inputSchema".to_owned(), Json::Object(schema));
}

fn describe(what: &Value, arguments: &Arguments, draft: &mut Draft) {
    match arguments.named("description") {
        Some(given) if !matches!(given, Value::None) => draft.set("description", Some(given)),
        _ => {
            let docstring = function(what).and_then(|function| function.definition.docstring.clone());
            let text = docstring.map(|text| crate::text::cleaned(&text)).unwrap_or_default();
            draft.listed.insert("description".to_owned(), Json::from(text));
        }
    }
}

/// Fills in a prompt.
pub(super) fn prompt(
    _: &mut Run<'_, Registry>,
    _: Dialect,
    name: &str,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    draft.listed.insert("name".to_owned(), Json::from(name));
    describe(what, arguments, draft);
}

/// Fills in a resource, or a template of resources.
pub(super) fn resource(
    _: &mut Run<'_, Registry>,
    _: Dialect,
    uri: &str,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    let field = if uri.contains('{') { "uriTemplate" } else { "uri" };
    draft.listed.insert(field.to_owned(), Json::from(uri));
    draft.set("name", arguments.named("name"));
    describe(what, arguments, draft);
}

/// Fills in a schema that is given as it is.
pub(super) fn given(_: &mut Run<'_, Registry>, value: &Value, field: &str, draft: &mut Draft) {
    match json(value) {
        Some(schema) => drop(draft.listed.insert(field.to_owned(), schema)),
        None => drop(draft.partial.insert(field.to_owned())),
    }
}

/// Fills in what the SDK passes on: annotations, icons.
pub(super) fn passed(_: &mut Run<'_, Registry>, value: &Value, field: &str, draft: &mut Draft) {
    draft.set(field, Some(value));
}
