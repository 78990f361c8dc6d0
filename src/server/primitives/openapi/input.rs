//! What a tool takes that stands for an operation: its parameters and its body in one object.

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::super::schema::Schema;
use super::compose::{parts, refers_to_object, with_variants};
use super::convert::Converter;
use super::hole::hole;
use super::model::Models;
use super::route::{Body, Parameter, Route};
use crate::sdk::Dialect;

/// The schema of what a tool takes.
pub(super) fn schema(
    route: &Route,
    definitions: &Schema,
    models: Models,
    is_versioned: bool,
    dialect: Dialect,
) -> Json {
    let body = route.body.as_ref().and_then(|body| Some((body, body.content.first()?)));
    let whole = match body {
        Some((body, (_, schema))) => match taken_apart(body, schema, definitions, dialect) {
            Some(taken) => taken,
            None => return hole(),
        },
        None => Taken::default(),
    };
    let mut made = Map::new();
    let mut required: Vec<Json> = Vec::new();
    for parameter in &route.parameters {
        let is_double = collides(parameter, route, &whole, dialect);
        let (name, schema) = property(parameter, is_double);
        if parameter.required {
            required.push(name.clone().into());
        }
        made.insert(name, schema.into());
    }
    if body.is_some_and(|(body, _)| body.required) {
        required.extend(whole.required);
    }
    made.extend(whole.properties);
    let mut object = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), made.into()),
        ("required".to_owned(), required.into()),
    ]);
    if !definitions.is_empty() {
        object.insert("$defs".to_owned(), definitions.clone().into());
    }
    if dialect == Dialect::Fastmcp2 || !is_versioned {
        return object.into();
    }
    Converter { models, requires_tags: true, without_written: None }.convert(&object).into()
}

/// A parameter as a property.
fn property(parameter: &Parameter, is_double: bool) -> (String, Schema) {
    let mut schema = parameter.schema.clone();
    let says = |schema: &Schema| {
        schema.get("description").and_then(Json::as_str).filter(|said| !said.is_empty()).map(str::to_owned)
    };
    if let Some(said) = parameter.description.as_deref().filter(|said| !said.is_empty())
        && says(&schema).is_none()
    {
        schema.insert("description".to_owned(), said.into());
    }
    if !is_double {
        return (parameter.name.clone(), schema);
    }
    let mut place = parameter.place.clone();
    place[..1].make_ascii_uppercase();
    let place = format!("({place} parameter)");
    let said = says(&schema).map_or_else(|| place.clone(), |said| format!("{said} {place}"));
    schema.insert("description".to_owned(), said.into());
    (format!("{}__{}", parameter.name, parameter.place), schema)
}

/// Whether something else is called as a parameter is.
fn collides(parameter: &Parameter, route: &Route, body: &Taken, dialect: Dialect) -> bool {
    let same = route.parameters.iter().filter(|other| other.name == parameter.name).count();
    let in_body = if body.is_whole && dialect != Dialect::Fastmcp4 {
        false
    } else {
        body.properties.contains_key(&parameter.name)
    };
    in_body || same > 1 && dialect != Dialect::Fastmcp2
}

/// The properties that the body brings.
#[derive(Default)]
struct Taken {
    properties: Schema,
    required: Vec<Json>,
    /// Whether it is one property that stands for all of it.
    is_whole: bool,
}

/// The body as properties; none where it is put together of more than is followed.
fn taken_apart(body: &Body, schema: &Schema, definitions: &Schema, dialect: Dialect) -> Option<Taken> {
    let mut schema = schema.clone();
    let is_described = schema.get("description").is_some_and(|said| said != "");
    if let Some(said) = body.description.as_deref().filter(|said| !said.is_empty() && !is_described) {
        schema.insert("description".to_owned(), said.into());
    }
    let mut is_object = true;
    if dialect == Dialect::Fastmcp4 {
        is_object = refers_to_object(&schema, definitions)?;
        schema = merged_further(schema, definitions, is_object)?;
    } else if let Some(Json::Array(all)) = schema.get("allOf") {
        let all: Vec<Schema> = all.iter().filter_map(Json::as_object).cloned().collect();
        merge(&mut schema, all.iter());
        schema.shift_remove("allOf");
    }
    let properties = schema.get("properties").and_then(Json::as_object).filter(|_| is_object);
    if let Some(properties) = properties.filter(|properties| !properties.is_empty()) {
        let required = schema.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
        return Some(Taken { properties: properties.clone(), required, is_whole: false });
    }
    let name = if schema.contains_key("$ref") { "body".to_owned() } else { titled(&schema) };
    let required = vec![name.clone().into()];
    Some(Taken { properties: Map::from_iter([(name, schema.into())]), required, is_whole: true })
}

/// The name of a body that is no object.
fn titled(schema: &Schema) -> String {
    let title = schema.get("title").and_then(Json::as_str).unwrap_or("body").to_lowercase();
    let name: String = title.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
    let begins = |one: char| one.is_numeric();
    if name.is_empty() || name.starts_with(begins) { "body_data".to_owned() } else { name }
}

/// Puts the properties of all parts into one schema.
fn merge<'p>(schema: &mut Schema, parts: impl Iterator<Item = &'p Schema>) {
    let (mut properties, mut required, mut seen) = (Map::new(), Vec::new(), HashSet::new());
    for part in parts {
        let own = part.get("properties").and_then(Json::as_object).into_iter().flatten();
        properties.extend(own.map(|(name, property)| (name.clone(), property.clone())));
        let needed = part.get("required").and_then(Json::as_array).into_iter().flatten();
        required.extend(needed.filter(|name| seen.insert(name.to_string())).cloned());
    }
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
}

/// The body with all that it refers to, as `fastmcp` 4 puts it together.
fn merged_further(mut schema: Schema, definitions: &Schema, is_object: bool) -> Option<Schema> {
    let has_all = schema.get("allOf").is_some_and(Json::is_array);
    let beside =
        schema.contains_key("$ref") && schema.get("properties").is_some_and(Json::is_object) && is_object;
    if has_all || beside {
        let mut all: Vec<Schema> =
            parts(&schema, definitions)?.into_iter().map(std::borrow::Cow::into_owned).collect();
        if !has_all {
            conjoined(&mut all);
            let tag =
                all.iter().rev().find_map(|part| part.get("discriminator").filter(|tag| tag.is_object()));
            schema.extend(tag.map(|tag| ("discriminator".to_owned(), tag.clone())));
        }
        merge(&mut schema, all.iter());
        schema.shift_remove("allOf");
        if is_object {
            schema.shift_remove("$ref");
        }
    }
    if !is_object && let Some(reference) = schema.shift_remove("$ref") {
        if schema.get("properties").and_then(Json::as_object).is_some_and(Map::is_empty) {
            schema.shift_remove("properties");
        }
        let referred = json!({"$ref": reference});
        let whole = if schema.is_empty() { referred } else { json!({"allOf": [referred, schema]}) };
        schema = whole.as_object().cloned().unwrap_or_default();
    }
    if let Some(properties) = with_variants(&schema, definitions) {
        schema.insert("properties".to_owned(), properties.into());
        schema.shift_remove("discriminator");
    }
    Some(schema)
}

/// A property that two parts define has to satisfy both.
fn conjoined(parts: &mut [Schema]) {
    let mut known: Schema = Map::new();
    for part in parts {
        let Some(Json::Object(properties)) = part.get_mut("properties") else { continue };
        for (name, property) in properties.iter_mut() {
            if let Some(before) = known.get(name).filter(|before| *before != property) {
                *property = json!({"allOf": [before, property]});
            }
            known.insert(name.clone(), property.clone());
        }
    }
}
