//! What changed of one field of an entry: a schema, a text, hints, the arguments of a prompt.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{ChangeLevel, ChangeSubject, ContractChange, change};
use super::compare::{Direction, schemas};
use super::schema_path::SchemaPath;

/// The hints of `annotations`: what each says where it is not given, and what breaks those who trust it.
///
/// A client that lets a tool run unasked because it only reads must not find that it writes.
const HINTS: &[(&str, bool, bool)] = &[
    ("readOnlyHint", false, false),
    ("destructiveHint", true, true),
    ("idempotentHint", false, false),
    ("openWorldHint", true, true),
];

/// What changed of a field of an entry; `reshaped` says whether another SDK shapes the newer one.
pub(super) fn field(
    subject: &ChangeSubject,
    field: &str,
    values: [Option<&Value>; 2],
    reshaped: bool,
) -> Vec<ContractChange> {
    if values[0] == values[1] {
        return Vec::new();
    }
    let place = SchemaPath::field(field);
    let one =
        |kind: &str, class, message: &str| change(subject, kind, &place.pointer, class, message.to_owned());
    match (field, values) {
        ("inputSchema", [Some(old), Some(now)]) => {
            schemas(subject, &place, [old, now], Direction::Input, reshaped)
        }
        ("outputSchema", [Some(old), Some(now)]) => {
            schemas(subject, &place, [old, now], Direction::Output, reshaped)
        }
        ("annotations", values) => annotations(subject, values),
        ("arguments", values) => arguments(subject, values),
        // an SDK derives these in its own way
        ("outputSchema" | "description" | "title" | "_meta" | "icons", _) if reshaped => Vec::new(),
        ("outputSchema", [None, _]) => {
            vec![one("output-schema-added", ChangeLevel::Minor, "its result has a schema now")]
        }
        ("outputSchema", _) => {
            vec![one("output-schema-removed", ChangeLevel::Major, "its result no longer has a schema")]
        }
        ("description", _) => {
            let changed = one("description-changed", ChangeLevel::Patch, "is described otherwise");
            vec![ContractChange { warning: true, ..changed }]
        }
        ("title" | "icons" | "_meta" | "name" | "size", _) => {
            vec![one(
                &format!("{}-changed", field.trim_start_matches('_')),
                ChangeLevel::Patch,
                &format!("its `{field}` changed"),
            )]
        }
        ("mimeType", _) => {
            let changed = one("mime-type-changed", ChangeLevel::Minor, "is of another media type");
            vec![ContractChange { warning: true, ..changed }]
        }
        _ => vec![one("field-changed", ChangeLevel::Unknown, &format!("its `{field}` changed"))],
    }
}

/// What the hints of a tool promise now.
fn annotations(subject: &ChangeSubject, [old, now]: [Option<&Value>; 2]) -> Vec<ContractChange> {
    let mut changes = Vec::new();
    let given = |annotations: Option<&Value>, name: &str, default: bool| {
        annotations.and_then(|all| all.get(name)?.as_bool()).unwrap_or(default)
    };
    // "meaningful only when `readOnlyHint == false`" are two of the others
    let reads = [old, now].map(|annotations| given(annotations, "readOnlyHint", false));
    for (name, default, breaks) in HINTS {
        let idle = reads.contains(&true) && ["destructiveHint", "idempotentHint"].contains(name);
        let [was, is] = [old, now].map(|annotations| given(annotations, name, *default));
        if was != is && !idle {
            let (kind, class) = if is == *breaks {
                ("hint-weakened", ChangeLevel::Major)
            } else {
                ("hint-strengthened", ChangeLevel::Minor)
            };
            let message = format!("`{name}` is {is} and was {was}");
            changes.push(change(subject, kind, &format!("/annotations/{name}"), class, message));
        }
    }
    let title = |annotations: Option<&Value>| annotations.and_then(|all| all.get("title")).cloned();
    if title(old) != title(now) {
        let message = "its title changed".to_owned();
        changes.push(change(subject, "title-changed", "/annotations/title", ChangeLevel::Patch, message));
    }
    changes
}

/// What the arguments of a prompt are now.
fn arguments(subject: &ChangeSubject, [old, now]: [Option<&Value>; 2]) -> Vec<ContractChange> {
    let mut changes = Vec::new();
    let named = |arguments: Option<&Value>| {
        let named = |one: &Value| Some((one.get("name")?.as_str()?.to_owned(), one.clone()));
        let arguments = arguments.and_then(Value::as_array);
        arguments.into_iter().flatten().filter_map(named).collect::<BTreeMap<_, _>>()
    };
    let required = |argument: &Value| argument.get("required") == Some(&Value::Bool(true));
    let (old, now) = (named(old), named(now));
    let mut add = |name: &str, kind: &str, class, message: &str| {
        let message = format!("argument `{name}` {message}");
        changes.push(change(subject, kind, "/arguments", class, message));
    };
    for (name, argument) in &old {
        let Some(newer) = now.get(name) else {
            add(name, "argument-removed", ChangeLevel::Major, "is gone");
            continue;
        };
        match (required(argument), required(newer)) {
            (false, true) => add(name, "argument-now-required", ChangeLevel::Major, "is required now"),
            (true, false) => add(name, "argument-now-optional", ChangeLevel::Minor, "may be left out now"),
            _ => {}
        }
        if argument.get("description") != newer.get("description") {
            add(name, "description-changed", ChangeLevel::Patch, "is described otherwise");
        }
    }
    for (name, argument) in now.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if required(argument) {
            add(name, "required-argument-added", ChangeLevel::Major, "is new and required");
        } else {
            add(name, "argument-added", ChangeLevel::Minor, "is new");
        }
    }
    changes
}
