//! The operations of a document, as `fastmcp` takes them apart.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

use super::super::schema::Schema;
use super::compose::variant;
use super::document::{Document, Target};
use super::hole::{hole, is_hole, is_unknown};
use super::model::{METHODS, Models, Refused};
use crate::evaluation::PathCondition;
use crate::sdk::Dialect;

/// One operation.
pub(super) struct Route {
    pub(super) path: String,
    /// In upper case.
    pub(super) method: String,
    pub(super) operation_id: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    /// The schemas of the answer that counts, by the type of their media.
    pub(super) answer: Vec<(String, Schema)>,
    /// Whether there is such an answer at all.
    pub(super) code: Option<String>,
    /// The fields of the operation itself that begin with `x-`.
    pub(super) extensions: Schema,
    /// What its being there depends on.
    pub(super) condition: PathCondition,
}

/// The code of an answer, if there is one that counts, and its schemas by the type of their media.
type Answer = (Option<String>, Vec<(String, Schema)>);

/// A parameter.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) required: bool,
    pub(super) schema: Schema,
    pub(super) description: Option<String>,
}

/// What a request holds.
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) description: Option<String>,
    pub(super) content: Vec<(String, Schema)>,
}

/// All operations of a document.
pub(super) struct Routes<'d> {
    reader: Reader<'d>,
    /// The schemas that are named, each as JSON Schema refers to them.
    definitions: Schema,
    list: Vec<Route>,
}

impl<'d> Routes<'d> {
    /// Takes a document apart.
    pub(super) fn read(document: &'d Document, dialect: Dialect) -> Result<Self, Refused> {
        let reader = Reader { document, dialect };
        let mut list = Vec::new();
        for (path, item) in document.paths() {
            for method in METHODS {
                if let Some(Json::Object(operation)) = item.get(method) {
                    list.push(reader.route(path, item, method, operation)?);
                }
            }
        }
        Ok(Self { definitions: reader.definitions(), reader, list })
    }

    /// The operations in the order in which `fastmcp` takes them.
    pub(super) fn list(&self) -> &[Route] {
        &self.list
    }

    /// The definitions that parameters and body need.
    pub(super) fn taken(&self, route: &Route, room: &mut usize) -> Schema {
        let mut names = BTreeSet::new();
        for parameter in &route.parameters {
            needed(&parameter.schema, &self.definitions, false, &mut names);
        }
        let by_tags = self.reader.dialect == Dialect::Fastmcp4;
        for (_, schema) in route.body.iter().flat_map(|body| &body.content) {
            needed(schema, &self.definitions, by_tags, &mut names);
        }
        self.picked(&names, room)
    }

    /// The definitions that the answer needs.
    pub(super) fn given(&self, route: &Route, room: &mut usize) -> Schema {
        let mut names = BTreeSet::new();
        for (_, schema) in &route.answer {
            needed(schema, &self.definitions, false, &mut names);
            let top =
                schema.get(TOP).and_then(Json::as_str).and_then(|top| self.definitions.get_key_value(top));
            if let Some((top, Json::Object(schema))) = top {
                names.insert(top.clone());
                needed(schema, &self.definitions, false, &mut names);
            }
        }
        self.picked(&names, room)
    }

    /// The definitions of these names; nothing is known of them where they take more room than there is.
    fn picked(&self, names: &BTreeSet<String>, room: &mut usize) -> Schema {
        let mut picked = Map::new();
        for (name, schema) in self.definitions.iter().filter(|(name, _)| names.contains(*name)) {
            let Some(left) = room.checked_sub(size(schema)) else { return unknown_schema() };
            *room = left;
            picked.insert(name.clone(), schema.clone());
        }
        picked
    }
}

/// How many values one holds.
fn size(value: &Json) -> usize {
    match value {
        Json::Object(object) => 1 + object.values().map(size).sum::<usize>(),
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

struct Reader<'d> {
    document: &'d Document,
    dialect: Dialect,
}

/// A text that is there; an empty one counts as well.
fn text(of: &Schema, key: &str) -> Option<String> {
    of.get(key)?.as_str().map(str::to_owned)
}

fn is_true(of: &Schema, key: &str) -> bool {
    of.get(key) == Some(&Json::Bool(true))
}

impl Reader<'_> {
    fn route(&self, path: &str, item: &Schema, method: &str, operation: &Schema) -> Result<Route, Refused> {
        let parameters = self.parameters(operation, item);
        let body = self.body(operation)?;
        let (code, answer) = self.answer(operation)?;
        let tags = operation.get("tags").and_then(Json::as_array).into_iter().flatten();
        Ok(Route {
            path: path.to_owned(),
            method: method.to_uppercase(),
            operation_id: text(operation, "operationId"),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            tags: tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
            parameters,
            body,
            answer,
            code,
            extensions: extensions(operation),
            condition: self.document.condition(path, method),
        })
    }

    /// The schemas that are named, each as a dict.
    fn definitions(&self) -> Schema {
        let mut all = Map::new();
        for (name, schema) in self.document.schemas() {
            // one that leads to nothing is left out
            if self.document.models == Models::First && matches!(self.resolved(schema), Ok(None)) {
                continue;
            }
            let read = match (self.document.models, schema) {
                (Models::Second, Json::Object(schema)) => self.with_definitions(schema),
                _ => self.schema(schema),
            };
            // one that refers out of the document is left out
            if let Ok(read) = read {
                all.insert(name.clone(), read.into());
            }
        }
        all
    }

    /// A schema, or what it refers to, with references to definitions as JSON Schema has them.
    fn schema(&self, schema: &Json) -> Result<Schema, Refused> {
        let found = self.resolved(schema)?;
        match found {
            Some(Json::Object(schema)) => self.with_definitions(schema),
            // what cannot be resolved is nothing
            _ => Ok(Map::new()),
        }
    }

    /// What may be a reference, resolved; none where that leads to nothing.
    fn resolved<'v>(&'v self, value: &'v Json) -> Result<Option<&'v Json>, Refused> {
        let Some(reference) = value.get("$ref").and_then(Json::as_str) else { return Ok(Some(value)) };
        if !self.document.models.is_reference(value) {
            return Ok(Some(value));
        }
        match self.document.resolve(reference) {
            Target::Found(target) => Ok(Some(target)),
            Target::Missing => Ok(None),
            Target::Outside => Err(Refused),
            Target::Unknown => Ok(Some(nothing_known())),
        }
    }

    fn with_definitions(&self, schema: &Schema) -> Result<Schema, Refused> {
        let mut made = schema.clone();
        let all = self.dialect == Dialect::Fastmcp4;
        let mut is_done = false;
        if let Some(Json::String(reference)) = made.get_mut("$ref").filter(|one| one.as_str() != Some("")) {
            if reference.starts_with("#/components/schemas/") {
                let name = reference.rsplit('/').next().unwrap_or_default();
                *reference = format!("#/$defs/{name}");
            } else if !reference.starts_with("#/") && !is_unknown(reference) {
                return Err(Refused);
            }
            is_done = true;
        }
        if all || !is_done {
            is_done = self.named(&mut made, "properties")?;
        }
        if (all || !is_done)
            && let Some(Json::Object(items)) = made.get_mut("items").filter(|items| !is_empty(items))
        {
            *items = self.with_definitions(items)?;
        }
        let lists: &[&str] =
            if all { &["prefixItems", "anyOf", "allOf", "oneOf"] } else { &["anyOf", "allOf", "oneOf"] };
        for key in lists {
            for one in made.get_mut(*key).and_then(Json::as_array_mut).into_iter().flatten() {
                if let Json::Object(one) = one {
                    *one = self.with_definitions(one)?;
                }
            }
        }
        let second = self.dialect == Dialect::Fastmcp2;
        let below: &[&str] =
            if second { &["additionalProperties"] } else { &["additionalProperties", "propertyNames"] };
        for key in below {
            if let Some(Json::Object(one)) = made.get_mut(*key).filter(|one| !is_empty(one)) {
                *one = self.with_definitions(one)?;
            }
        }
        if !second {
            self.named(&mut made, "patternProperties")?;
        }
        Ok(made)
    }

    /// Follows the schemas that are named below a keyword; whether there are any.
    fn named(&self, schema: &mut Schema, key: &str) -> Result<bool, Refused> {
        let Some(Json::Object(named)) = schema.get_mut(key).filter(|named| !is_empty(named)) else {
            return Ok(false);
        };
        for one in named.values_mut() {
            if let Json::Object(one) = one {
                *one = self.with_definitions(one)?;
            }
        }
        Ok(true)
    }

    /// The parameters of an operation, then those of its path; of two that are called alike in one place the first.
    fn parameters(&self, operation: &Schema, item: &Schema) -> Vec<Parameter> {
        let (mut found, mut seen) = (Vec::new(), Vec::new());
        for given in [operation, item] {
            for given in given.get("parameters").and_then(Json::as_array).into_iter().flatten() {
                // one that leads to nothing is passed over
                let Ok(Some(Json::Object(given))) = self.resolved(given) else { continue };
                if is_hole(&Json::Object(given.clone())) {
                    found.push(unknown_parameter());
                    continue;
                }
                let (Some(name), Some(place)) = (text(given, "name"), text(given, "in")) else { continue };
                let key = (name, place);
                if !seen.contains(&key) {
                    seen.push(key.clone());
                    found.extend(self.parameter(given, key));
                }
            }
        }
        found
    }

    /// A parameter; none where its schema cannot be read.
    fn parameter(&self, given: &Schema, (name, place): (String, String)) -> Option<Parameter> {
        let content = || given.get("content")?.as_object()?.values().next()?.get("schema");
        let schema = given.get("schema").or_else(content);
        if schema.is_some_and(|schema| matches!(self.resolved(schema), Ok(None))) {
            return None;
        }
        let mut schema = schema.map_or_else(|| Ok(Map::new()), |schema| self.schema(schema)).ok()?;
        let example = given.get("example").filter(|example| !example.is_null());
        if let Some(example) = example.filter(|_| self.dialect == Dialect::Fastmcp4) {
            schema.shift_remove("examples");
            schema.insert("example".to_owned(), example.clone());
        }
        let (required, description) = (is_true(given, "required"), text(given, "description"));
        Some(Parameter { name, place, required, schema, description })
    }

    fn body(&self, operation: &Schema) -> Result<Option<Body>, Refused> {
        let Some(given) = operation.get("requestBody").filter(|body| !body.is_null()) else {
            return Ok(None);
        };
        let Some(Json::Object(body)) = self.resolved(given)? else { return Ok(None) };
        if is_hole(&Json::Object(body.clone())) {
            let Json::Object(schema) = hole() else { return Ok(None) };
            let content = vec![(String::new(), Map::from_iter([("properties".to_owned(), schema.into())]))];
            return Ok(Some(Body { required: false, description: None, content }));
        }
        let mut content = Vec::new();
        for (kind, media) in body.get("content").and_then(Json::as_object).into_iter().flatten() {
            if let Some(schema) = media.get("schema") {
                content.push((kind.clone(), self.schema(schema)?));
            }
        }
        let required = is_true(body, "required");
        Ok(Some(Body { required, description: text(body, "description"), content }))
    }

    /// The code of the answer that counts, and its schemas.
    fn answer(&self, operation: &Schema) -> Result<Answer, Refused> {
        let none = || Ok((None, Vec::new()));
        let Some(Json::Object(answers)) = operation.get("responses") else { return none() };
        let first = ["200", "201", "202", "204", "207"].into_iter().find(|code| answers.contains_key(*code));
        let code = first.or_else(|| answers.keys().map(String::as_str).find(|code| is_success(code)));
        let Some(code) = code else {
            let is_open = answers.keys().any(|key| is_unknown(key));
            return if is_open { Ok((Some("200".to_owned()), vec![unknown_answer()])) } else { none() };
        };
        let Some(Json::Object(answer)) = self.resolved(&answers[code])? else { return none() };
        if is_hole(&Json::Object(answer.clone())) {
            return Ok((Some(code.to_owned()), vec![unknown_answer()]));
        }
        let mut content = Vec::new();
        for (kind, media) in answer.get("content").and_then(Json::as_object).into_iter().flatten() {
            match media.get("schema") {
                Some(schema) => {
                    let mut read = self.schema(schema)?;
                    let reference = schema.get("$ref").and_then(Json::as_str);
                    let reference = reference.filter(|_| self.document.models.is_reference(schema));
                    if let Some(name) = reference.and_then(|one| one.strip_prefix("#/components/schemas/")) {
                        let name = name.rsplit('/').next().unwrap_or_default();
                        read.insert(TOP.to_owned(), name.into());
                    }
                    content.push((kind.clone(), read));
                }
                None if self.dialect == Dialect::Fastmcp2 => {}
                None => content.push((kind.clone(), Map::new())),
            }
        }
        Ok((Some(code.to_owned()), content))
    }
}

/// Where `fastmcp` notes which definition an answer is.
const TOP: &str = "x-fastmcp-top-level-schema";

fn extensions(operation: &Schema) -> Schema {
    let own = operation.iter().filter(|(key, _)| key.starts_with("x-"));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn is_empty(value: &Json) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Whether it is the code of an answer that all is well.
fn is_success(code: &str) -> bool {
    match code.trim().parse::<i64>() {
        Ok(number) => (200..300).contains(&number),
        Err(_) => ["default", "2xx"].contains(&&*code.to_lowercase()),
    }
}

/// A hole that lasts.
fn nothing_known() -> &'static Json {
    static HOLE: OnceLock<Json> = OnceLock::new();
    HOLE.get_or_init(hole)
}

fn unknown_schema() -> Schema {
    match hole() {
        Json::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn unknown_answer() -> (String, Schema) {
    ("application/json".to_owned(), unknown_schema())
}

fn unknown_parameter() -> Parameter {
    let name = super::hole::unknown_text();
    Parameter {
        name,
        place: "query".to_owned(),
        required: false,
        schema: unknown_schema(),
        description: None,
    }
}

/// Adds the names of all definitions that a schema refers to, and that these do; with the variants that tags name.
fn needed(schema: &Schema, definitions: &Schema, by_tags: bool, all: &mut BTreeSet<String>) {
    let mut names = BTreeSet::new();
    let mut open: Vec<&Schema> = vec![schema];
    while let Some(schema) = open.pop() {
        let reference = schema.get("$ref").and_then(Json::as_str);
        let is_definition =
            |one: &&str| ["#/$defs/", "#/components/schemas/"].iter().any(|start| one.starts_with(start));
        if let Some(one) = reference
            && !is_definition(&one)
        {
            continue;
        }
        let mut found: Vec<&str> = reference.and_then(|one| one.rsplit('/').next()).into_iter().collect();
        if by_tags {
            let mapping =
                schema.get("discriminator").and_then(|tag| tag.get("mapping")).and_then(Json::as_object);
            found.extend(
                mapping.into_iter().flat_map(Map::values).filter_map(|target| variant(target.as_str()?)),
            );
        }
        for name in found {
            if let Some(Json::Object(definition)) = definitions.get(name)
                && names.insert(name.to_owned())
            {
                open.push(definition);
            }
        }
        within(schema, &mut open);
    }
    all.append(&mut names);
}

/// All objects that lie right within one.
fn within<'s>(schema: &'s Schema, found: &mut Vec<&'s Schema>) {
    let mut values: Vec<&Json> = schema.values().collect();
    while let Some(value) = values.pop() {
        match value {
            Json::Object(object) => found.push(object),
            Json::Array(items) => values.extend(items),
            _ => {}
        }
    }
}
