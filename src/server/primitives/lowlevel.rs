//! What the handlers of a low-level server answer, where they hold it as literals.

use super::draft::Draft;
use super::primitive::Code;
use super::registry::{Registry, Served};
use super::schema;
use crate::evaluation::{Arguments, CodeLocation, Instance, PathCondition, Run, Value};
use crate::sdk::{self, PrimitiveKind, Role};

/// The handlers of a server: those that decorators set, and those that its constructor was given (`mcp` 2).
pub(super) fn handlers(served: &Served) -> Vec<(PrimitiveKind, Value)> {
    let given = served.arguments.named.iter().filter_map(|(keyword, handler)| {
        let Some(Role::Lists(kind)) = sdk::keyword_role(keyword) else { return None };
        Some((kind, handler.clone()))
    });
    served.handlers.iter().cloned().chain(given).collect()
}

/// The entries that a handler answers which lists those of one kind.
pub(super) fn answers(
    run: &mut Run<'_, Registry>,
    kind: PrimitiveKind,
    handler: &Value,
    given: &PathCondition,
) -> Vec<Draft> {
    let Some(function) = super::draft::function(handler) else { return Vec::new() };
    let place = CodeLocation { module: function.module.clone(), span: function.definition.span };
    let answer = run.call(handler, Arguments::default(), &place);
    let Some(items) = run.items(&within_result(&answer)) else {
        run.host.tell_unknown(&place, "what the handler answers");
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for (value, condition) in items {
        let Some(there) = condition.beyond(given) else { continue };
        match &value {
            Value::Object(object) => drafts.extend(entry(run, kind, object, there)),
            _ => run.host.tell_unknown(&place, "some of what the handler answers"),
        }
    }
    drafts
}

/// `ListToolsResult(tools=[...])` holds its list.
fn within_result(answer: &Value) -> Value {
    let Value::Object(object) = answer else { return answer.clone() };
    let path = object.class.path().unwrap_or_default();
    let Some(fields) = sdk::listing_fields(&path) else { return answer.clone() };
    fields.iter().find_map(|field| object.arguments.named(field)).cloned().unwrap_or(Value::Unknown)
}

/// One entry: the arguments of `Tool(...)` are its fields.
fn entry(
    run: &mut Run<'_, Registry>,
    kind: PrimitiveKind,
    object: &Instance,
    there: PathCondition,
) -> Option<Draft> {
    let mut draft = Draft::new(&object.place, there);
    let arguments = &object.arguments;
    for (names, field) in [
        (["name", "name"], "name"),
        (["title", "title"], "title"),
        (["uri", "uri"], "uri"),
        (["uriTemplate", "uri_template"], "uriTemplate"),
        (["description", "description"], "description"),
        (["mimeType", "mime_type"], "mimeType"),
    ] {
        let given = names.iter().find_map(|name| arguments.named(name));
        let given = given.map(unwrapped);
        draft.set(field, given.as_ref());
    }
    for (names, field) in [
        (["inputSchema", "input_schema"], "inputSchema"),
        (["outputSchema", "output_schema"], "outputSchema"),
    ] {
        if let Some(given) = names.iter().find_map(|name| arguments.named(name)).cloned() {
            schema::given(run, &given, field, &mut draft);
        }
    }
    for field in ["annotations", "icons", "_meta", "arguments"] {
        let given =
            arguments.named(field).or_else(|| arguments.named(field.trim_start_matches('_'))).cloned();
        if let Some(given) = given {
            schema::passed(run, &given, field, &mut draft);
        }
    }
    let key = if kind == PrimitiveKind::Resource { ["uri", "uriTemplate"] } else { ["name", "name"] };
    if !key.iter().any(|key| draft.listed.contains_key(*key)) {
        run.host.tell_unknown(&object.place, super::draft::computed(kind));
        return None;
    }
    if !arguments.open {
        draft.code = Code::Literal;
    }
    Some(draft)
}

/// `AnyUrl("...")` is its text.
fn unwrapped(value: &Value) -> Value {
    match value {
        Value::Object(object) if object.class.path().is_some_and(|path| path.ends_with("Url")) => {
            object.arguments.positional.first().cloned().unwrap_or(Value::Unknown)
        }
        other => other.clone(),
    }
}
