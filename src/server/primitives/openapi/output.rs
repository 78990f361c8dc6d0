//! What a tool gives that stands for an operation.

use serde_json::{Map, Value as Json, json};

use super::super::schema::Schema;
use super::convert::Converter;
use super::hole::hole;
use super::model::Models;
use super::route::Route;
use crate::sdk::Dialect;

/// The types of media that are preferred, in order.
const JSON: [&str; 5] = [
    "application/json",
    "application/vnd.api+json",
    "application/hal+json",
    "application/ld+json",
    "text/json",
];

/// Tells that the answer of a tool stands under `result`.
const WRAPS: &str = "x-fastmcp-wrap-result";

/// The answer that is looked at: `default` is none.
fn answer(route: &Route) -> &[(String, Schema)] {
    if route.code.as_deref().is_some_and(|code| code.starts_with('2')) { &route.answer } else { &[] }
}

/// The schema of what a tool gives; none where it has none.
pub(super) fn schema(
    route: &Route,
    definitions: &Schema,
    models: Models,
    is_versioned: bool,
    dialect: Dialect,
) -> Option<Json> {
    let answer = answer(route);
    let preferred = JSON.iter().find_map(|kind| answer.iter().find(|(known, _)| known == kind));
    let (_, schema) = preferred.or_else(|| answer.first())?;
    if schema.is_empty() {
        return None;
    }
    if super::hole::is_hole(&Json::Object(schema.clone())) {
        return Some(hole());
    }
    let named = schema.get("$ref").and_then(Json::as_str).and_then(|one| one.strip_prefix("#/$defs/"));
    let named = named.and_then(|name| definitions.get(name)?.as_object());
    let written = (dialect == Dialect::Fastmcp4).then_some(definitions);
    let requires_tags = dialect != Dialect::Fastmcp2;
    let converter = Converter { models, requires_tags, without_written: written };
    let converted = |schema: &Schema| if is_versioned { converter.convert(schema) } else { schema.clone() };
    let mut made = converted(named.unwrap_or(schema));
    if made.get("type") != Some(&json!("object")) {
        made = Map::from_iter([
            ("type".to_owned(), json!("object")),
            ("properties".to_owned(), json!({"result": made})),
            ("required".to_owned(), json!(["result"])),
            (WRAPS.to_owned(), json!(true)),
        ]);
    }
    if !definitions.is_empty() {
        let definitions: Schema = definitions
            .iter()
            .map(|(name, one)| {
                (name.clone(), one.as_object().map_or_else(|| one.clone(), |one| converted(one).into()))
            })
            .collect();
        made.insert("$defs".to_owned(), definitions.into());
    }
    Some(made.into())
}

/// A schema that lets anything through, for who asks that no answer is checked.
pub(super) fn permissive(schema: &Json) -> Json {
    let mut made = json!({"type": "object", "additionalProperties": true});
    if schema.get(WRAPS) == Some(&json!(true)) {
        made[WRAPS] = json!(true);
    }
    made
}

/// The type of the media of what a resource gives.
pub(super) fn media(route: &Route) -> &str {
    let answer = answer(route);
    let preferred = JSON.iter().find(|kind| answer.iter().any(|(known, _)| known == *kind));
    match (answer, preferred) {
        ([(only, _)], _) => only,
        (_, Some(preferred)) => preferred,
        ([(first, _), ..], None) => first,
        ([], None) => JSON[0],
    }
}
