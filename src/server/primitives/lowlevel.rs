//! What the handlers of a low-level server answer, where they hold it as literals.

use super::draft::Draft;
use super::listed_object::field_value;
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

/// The entries that a handler answers which lists those of one kind; none where the text does not tell.
pub(super) fn answers(
    run: &mut Run<'_, Registry>,
    kind: PrimitiveKind,
    handler: &Value,
) -> Option<Vec<Draft>> {
    let function = super::draft::function(handler)?;
    let place = CodeLocation { module: function.module.clone(), span: function.definition.span };
    let answer = run.call(handler, Arguments::default(), &place);
    let Some(items) = run.items(&within_result(&answer)) else {
        run.host.tell_unknown(&place, "what the handler answers");
        return None;
    };
    let mut drafts = Vec::new();
    for (value, condition) in items {
        match &value {
            Value::Object(object) => drafts.extend(entry(run, kind, object, condition)),
            _ => run.host.tell_unknown(&place, "some of what the handler answers"),
        }
    }
    Some(drafts)
}

/// `ListToolsResult(tools=[...])` holds its list.
pub(super) fn within_result(answer: &Value) -> Value {
    let Value::Object(object) = answer else { return answer.clone() };
    let path = object.class.path().unwrap_or_default();
    let Some(fields) = sdk::listing_fields(&path) else { return answer.clone() };
    let set = fields.iter().find_map(|field| object.fields.borrow().get(*field).cloned());
    let given = || fields.iter().find_map(|field| object.arguments.named(field)).cloned();
    set.or_else(given).unwrap_or(Value::Unknown)
}

/// One entry: the arguments of `Tool(...)`, and what was set on it, are its fields.
pub(super) fn entry(
    run: &mut Run<'_, Registry>,
    kind: PrimitiveKind,
    object: &Instance,
    there: PathCondition,
) -> Option<Draft> {
    let mut draft = Draft::new(&object.place, there);
    for field in ["name", "title", "uri", "uriTemplate", "description", "mimeType"] {
        let given = field_value(object, field);
        draft.set(field, given.as_ref().map(unwrapped).as_ref());
    }
    for field in ["inputSchema", "outputSchema"] {
        if let Some(given) = field_value(object, field).filter(|given| !matches!(given, Value::None)) {
            schema::given(run, &given, field, &mut draft);
        }
    }
    for field in ["annotations", "icons", "_meta", "arguments"] {
        if let Some(given) = field_value(object, field) {
            schema::passed(run, &given, field, &mut draft);
        }
    }
    let key = if kind == PrimitiveKind::Resource { ["uri", "uriTemplate"] } else { ["name", "name"] };
    if !key.iter().any(|key| draft.listed.contains_key(*key)) {
        run.host.tell_unknown(&object.place, super::draft::computed(kind));
        return None;
    }
    if !object.arguments.open {
        draft.code = Code::Literal;
    }
    run.host.objects.complete(object, &mut draft);
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
