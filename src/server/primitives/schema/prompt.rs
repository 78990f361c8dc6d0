//! A prompt as each SDK lists it.

use serde_json::Value as Json;

use super::super::draft::Draft;
use super::super::registry::Registry;
use super::signature::signature;
use super::tool::{inputs, passed_on, texts};
use super::{Schema, Schemas};
use crate::evaluation::{Arguments, CallSignature, Run, Value};
use crate::sdk::Dialect;

/// Fills in a prompt.
pub(in super::super) fn prompt(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    name: &str,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    draft.listed.insert("name".to_owned(), Json::from(name));
    let told = texts(run, dialect, what, arguments, draft);
    match signature(run, what) {
        Some(signature) => {
            let mut schemas = Schemas::new(run);
            let schema = inputs(&mut schemas, dialect, &signature, &told, arguments);
            let mut is_partial = schemas.is_partial;
            let required = schema.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
            let mut listed = Vec::new();
            for (key, property) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
                let mut one = Schema::from_iter([("name".to_owned(), key.as_str().into())]);
                let said = property.get("description").and_then(Json::as_str).map(str::to_owned);
                let note = format_note(run, dialect, &signature, key, &mut is_partial);
                let said = match (said, note) {
                    (Some(said), Some(note)) => Some(format!("{said}\n\n{note}")),
                    (said, note) => said.or(note),
                };
                one.extend(said.map(|said| ("description".to_owned(), said.into())));
                one.insert("required".to_owned(), required.iter().any(|name| name == key).into());
                listed.push(Json::Object(one));
            }
            draft.listed.insert("arguments".to_owned(), listed.into());
            if is_partial {
                draft.partial.insert("arguments".to_owned());
            }
        }
        None => drop(draft.partial.insert("arguments".to_owned())),
    }
    passed_on(run, dialect, arguments, draft);
}

/// What `fastmcp` adds to an argument that is no string: how it is written as one.
fn format_note(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    signature: &CallSignature,
    name: &str,
    is_partial: &mut bool,
) -> Option<String> {
    if !dialect.is_fastmcp() {
        return None;
    }
    let parameter = signature.parameters.iter().find(|parameter| &*parameter.name == name)?;
    let annotation = parameter.annotation.as_ref()?;
    if matches!(annotation, Value::Foreign(path) if &**path == "builtins.str") {
        return None;
    }
    let mut schemas = Schemas::new(run);
    let schema = schemas.schema(annotation);
    let schema = schemas.closed(schema);
    *is_partial |= schemas.is_partial;
    let schema = ascii(&Json::Object(schema).to_string());
    Some(match dialect {
        Dialect::Fastmcp4 => format!(
            "Provide a value matching the following JSON schema: {schema}. Encode non-string values as JSON."
        ),
        _ => format!("Provide as a JSON string matching the following schema: {schema}"),
    })
}

/// JSON with all else than ASCII escaped.
fn ascii(json: &str) -> String {
    let mut made = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            made.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                made.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    made
}
