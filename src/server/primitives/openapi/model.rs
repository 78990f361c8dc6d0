//! A document as `openapi-pydantic` reads it and writes it again: what it refuses, and what it changes.
//!
//! `fastmcp` reads every document with its models before it looks at it. A field that is null is left out, a bound is a
//! float, and one value of a wrong type anywhere refuses all.

use serde_json::{Map, Value as Json, json};

use super::super::schema::Schema;
use super::hole::{hole, is_hole};

/// A document that `fastmcp` refuses, or may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

type Read<T> = Result<T, Refused>;

/// Reads one part in its place.
type Reader = fn(Models, &mut Json) -> Read<()>;

/// The models of a release of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Models {
    /// 3.0
    First,
    /// 3.1, and whatever names no release
    Second,
}

/// The type of a field of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Any,
    Anys,
    Bool,
    BoolOrSchema,
    Count,
    Discriminator,
    Docs,
    Number,
    Positive,
    Schema,
    Schemas,
    NamedSchemas,
    Text,
    Texts,
    NamedTexts,
    Type,
    Xml,
}

use Field::{
    Any, Anys, Bool, BoolOrSchema, Count, Discriminator, Docs, NamedSchemas, NamedTexts, Number, Positive,
    Schema as One, Schemas, Text, Texts, Type, Xml,
};

/// The fields of a schema that both have.
const FIELDS: [(&str, Field); 32] = [
    ("additionalProperties", BoolOrSchema),
    ("allOf", Schemas),
    ("anyOf", Schemas),
    ("default", Any),
    ("deprecated", Bool),
    ("description", Text),
    ("discriminator", Discriminator),
    ("enum", Anys),
    ("example", Any),
    ("externalDocs", Docs),
    ("format", Text),
    ("items", One),
    ("maxItems", Count),
    ("maxLength", Count),
    ("maxProperties", Count),
    ("maximum", Number),
    ("minItems", Count),
    ("minLength", Count),
    ("minProperties", Count),
    ("minimum", Number),
    ("multipleOf", Positive),
    ("not", One),
    ("oneOf", Schemas),
    ("pattern", Text),
    ("properties", NamedSchemas),
    ("readOnly", Bool),
    ("required", Texts),
    ("title", Text),
    ("type", Type),
    ("uniqueItems", Bool),
    ("writeOnly", Bool),
    ("xml", Xml),
];

/// Those that 3.0 alone has, or has otherwise.
const FIRST: [(&str, Field); 3] =
    [("exclusiveMaximum", Bool), ("exclusiveMinimum", Bool), ("nullable", Bool)];

/// Those that 3.1 alone has, or has otherwise.
const SECOND: [(&str, Field); 20] = [
    ("const", Any),
    ("contains", One),
    ("contentEncoding", Text),
    ("contentMediaType", Text),
    ("contentSchema", One),
    ("dependentRequired", NamedTexts),
    ("dependentSchemas", NamedSchemas),
    ("else", One),
    ("examples", Anys),
    ("exclusiveMaximum", Number),
    ("exclusiveMinimum", Number),
    ("if", One),
    ("maxContains", Count),
    ("minContains", Count),
    ("patternProperties", NamedSchemas),
    ("prefixItems", Schemas),
    ("propertyNames", One),
    ("then", One),
    ("unevaluatedItems", One),
    ("unevaluatedProperties", One),
];

const VERSIONS: [&str; 8] = ["3.0.4", "3.0.3", "3.0.2", "3.0.1", "3.0.0", "3.1.2", "3.1.1", "3.1.0"];

/// The methods of a path, in the order in which they are asked for.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Models {
    /// The models that read a document which names this release.
    pub(super) fn of(version: &str) -> Read<Self> {
        if !version.is_empty() && !VERSIONS.contains(&version) {
            return Err(Refused);
        }
        Ok(if version.starts_with("3.0") { Self::First } else { Self::Second })
    }

    /// The document: what of it makes tools is read, all else need only be there.
    pub(super) fn document(self, mut document: Json) -> Read<Json> {
        let read = object_mut(&mut document)?;
        let info = object(read.get("info").ok_or(Refused)?)?;
        for field in ["title", "version"] {
            text(info.get(field).ok_or(Refused)?)?;
        }
        if self == Self::First && read.get("paths").is_none_or(Json::is_null) {
            return Err(Refused);
        }
        self.named(read, "paths", Self::path)?;
        if let Some(components) = read.get_mut("components").filter(|components| !components.is_null()) {
            self.components(components)?;
        }
        Ok(document)
    }

    fn components(self, components: &mut Json) -> Read<()> {
        if is_hole(components) {
            return Ok(());
        }
        let read = object_mut(components)?;
        let schema: Reader = if self == Self::First { Self::any_schema } else { Self::own_schema };
        self.named(read, "schemas", schema)?;
        self.named(read, "parameters", Self::parameter)?;
        self.named(read, "requestBodies", Self::body)?;
        self.named(read, "responses", Self::response)?;
        Ok(())
    }

    fn path(self, item: &mut Json) -> Read<()> {
        let read = object_mut(item)?;
        for field in ["$ref", "summary", "description"] {
            optional(read, field, text)?;
        }
        self.each(read, "parameters", Self::parameter)?;
        for method in METHODS {
            self.one(read, method, Self::operation)?;
        }
        Ok(())
    }

    fn operation(self, operation: &mut Json) -> Read<()> {
        let read = object_mut(operation)?;
        for field in ["summary", "description", "operationId"] {
            optional(read, field, text)?;
        }
        optional(read, "tags", texts)?;
        self.each(read, "parameters", Self::parameter)?;
        self.one(read, "requestBody", Self::body)?;
        if self == Self::First && read.get("responses").is_none_or(Json::is_null) {
            return Err(Refused);
        }
        self.named(read, "responses", Self::response)?;
        Ok(())
    }

    fn parameter(self, parameter: &mut Json) -> Read<()> {
        let read = object_mut(parameter)?;
        let is_own = read.contains_key("name") && read.contains_key("in");
        if !is_own && read.get("$ref").is_some_and(Json::is_string) {
            return Ok(());
        }
        text(read.get("name").ok_or(Refused)?)?;
        let place = read.get("in").ok_or(Refused)?;
        if !is_hole(place) && !["path", "query", "header", "cookie"].iter().any(|known| place == known) {
            return Err(Refused);
        }
        optional(read, "description", text)?;
        flag(read, "required")?;
        flag(read, "deprecated")?;
        self.one(read, "schema", Self::any_schema)?;
        self.named(read, "content", Self::media)?;
        Ok(())
    }

    fn body(self, body: &mut Json) -> Read<()> {
        let read = object_mut(body)?;
        if !read.contains_key("content") && read.get("$ref").is_some_and(Json::is_string) {
            return Ok(());
        }
        object(read.get("content").ok_or(Refused)?)?;
        optional(read, "description", text)?;
        flag(read, "required")?;
        self.named(read, "content", Self::media)?;
        Ok(())
    }

    fn response(self, response: &mut Json) -> Read<()> {
        let read = object_mut(response)?;
        if !read.contains_key("description") && read.get("$ref").is_some_and(Json::is_string) {
            return Ok(());
        }
        text(read.get("description").ok_or(Refused)?)?;
        self.named(read, "content", Self::media)?;
        Ok(())
    }

    fn media(self, media: &mut Json) -> Read<()> {
        let read = object_mut(media)?;
        self.one(read, "schema", Self::any_schema)?;
        Ok(())
    }

    fn any_schema(self, schema: &mut Json) -> Read<()> {
        *schema = self.schema(schema)?;
        Ok(())
    }

    fn own_schema(self, schema: &mut Json) -> Read<()> {
        *schema = self.plain_schema(schema)?;
        Ok(())
    }

    /// A schema, or a reference to one.
    fn schema(self, schema: &Json) -> Read<Json> {
        if self.is_reference(schema) {
            return Ok(present(object(schema)?).into());
        }
        match self.plain_schema(schema) {
            Err(Refused) if is_reference_at_all(schema) => Ok(present(object(schema)?).into()),
            read => read,
        }
    }

    /// Whether what may be either is taken for a reference: of the two models the one that knows more of the fields.
    pub(super) fn is_reference(self, schema: &Json) -> bool {
        let Some(object) = schema.as_object().filter(|_| is_reference_at_all(schema)) else { return false };
        let of_reference = match self {
            Self::First => 1,
            Self::Second => {
                1 + ["summary", "description"].iter().filter(|key| object.contains_key(**key)).count()
            }
        };
        object.keys().filter(|key| self.field(key).is_some()).count() <= of_reference
    }

    fn field(self, key: &str) -> Option<Field> {
        let own: &[(&str, Field)] = match self {
            Self::First => &FIRST,
            Self::Second => &SECOND,
        };
        FIELDS.iter().chain(own).find(|(known, _)| *known == key).map(|(_, field)| *field)
    }

    fn plain_schema(self, schema: &Json) -> Read<Json> {
        if is_hole(schema) {
            return Ok(hole());
        }
        let mut read = Map::new();
        for (key, value) in object(schema)? {
            if value.is_null() {
                continue;
            }
            let value = match self.field(key) {
                Some(_) if is_hole(value) => value.clone(),
                Some(field) => self.value(field, key, value)?,
                None => value.clone(),
            };
            read.insert(key.clone(), value);
        }
        Ok(read.into())
    }

    fn value(self, field: Field, key: &str, value: &Json) -> Read<Json> {
        Ok(match field {
            Any => value.clone(),
            Anys => {
                let items = value.as_array().ok_or(Refused)?;
                // an empty list of examples is none
                if items.is_empty() && key == "enum" {
                    return Err(Refused);
                }
                value.clone()
            }
            Bool => truth(value)?.into(),
            BoolOrSchema => match truth(value) {
                Ok(truth) => truth.into(),
                Err(Refused) => self.schema(value)?,
            },
            Count => count(value)?,
            Number => number(value)?.into(),
            Positive => Some(number(value)?).filter(|number| *number > 0.0).ok_or(Refused)?.into(),
            One => self.schema(value)?,
            Schemas => {
                let items = value.as_array().ok_or(Refused)?;
                items.iter().map(|item| self.schema(item)).collect::<Read<Vec<Json>>>()?.into()
            }
            NamedSchemas => {
                let items = object(value)?.iter();
                let read: Read<Map<String, Json>> =
                    items.map(|(name, item)| Ok((name.clone(), self.schema(item)?))).collect();
                read?.into()
            }
            Text => {
                text(value)?;
                value.clone()
            }
            Texts => {
                let count = texts(value)?;
                if count == 0 && self == Self::First {
                    return Err(Refused);
                }
                value.clone()
            }
            NamedTexts => {
                object(value)?.values().try_for_each(|one| texts(one).map(drop))?;
                value.clone()
            }
            Type => self.kind(value)?,
            Discriminator => {
                let read = present(object(value)?);
                text(read.get("propertyName").ok_or(Refused)?)?;
                if let Some(mapping) = read.get("mapping") {
                    object(mapping)?.values().try_for_each(text)?;
                }
                read.into()
            }
            Docs => {
                let read = present(object(value)?);
                text(read.get("url").ok_or(Refused)?)?;
                read.into()
            }
            Xml => {
                let mut read = present(object(value)?);
                for key in ["attribute", "wrapped"] {
                    let given = read.get(key).map_or(Ok(false), truth)?;
                    read.insert(key.to_owned(), given.into());
                }
                read.into()
            }
        })
    }

    fn kind(self, value: &Json) -> Read<Json> {
        let is_known = |value: &Json| {
            let known = ["string", "number", "integer", "boolean", "array", "object"];
            known.iter().any(|known| value == known) || self == Self::Second && value == "null"
        };
        let is_right = match value {
            Json::Array(items) => self == Self::Second && items.iter().all(is_known),
            value => is_known(value),
        };
        if is_right { Ok(value.clone()) } else { Err(Refused) }
    }

    /// Reads what stands under a key, if anything does.
    fn one(self, of: &mut Map<String, Json>, key: &str, read: Reader) -> Read<()> {
        match of.get_mut(key) {
            None => Ok(()),
            Some(Json::Null) => {
                of.shift_remove(key);
                Ok(())
            }
            Some(value) => self.item(value, read),
        }
    }

    /// Reads all that is named within what stands under a key.
    fn named(self, of: &mut Map<String, Json>, key: &str, read: Reader) -> Read<()> {
        match of.get_mut(key) {
            None | Some(Json::Null) => Ok(()),
            Some(value) if is_hole(value) => {
                *value = hole();
                Ok(())
            }
            Some(Json::Object(items)) => items.values_mut().try_for_each(|value| self.item(value, read)),
            Some(_) => Err(Refused),
        }
    }

    /// Reads all items of the list under a key.
    fn each(self, of: &mut Map<String, Json>, key: &str, read: Reader) -> Read<()> {
        match of.get_mut(key) {
            None | Some(Json::Null) => Ok(()),
            Some(value) if is_hole(value) => {
                *value = json!([hole()]);
                Ok(())
            }
            Some(Json::Array(items)) => items.iter_mut().try_for_each(|value| self.item(value, read)),
            Some(_) => Err(Refused),
        }
    }

    /// Reads one value in its place.
    fn item(self, value: &mut Json, read: Reader) -> Read<()> {
        if is_hole(value) {
            *value = hole();
            return Ok(());
        }
        read(self, value)
    }
}

fn is_reference_at_all(schema: &Json) -> bool {
    schema.get("$ref").is_some_and(Json::is_string)
}

fn object(value: &Json) -> Read<&Schema> {
    value.as_object().ok_or(Refused)
}

fn object_mut(value: &mut Json) -> Read<&mut Schema> {
    value.as_object_mut().ok_or(Refused)
}

/// The fields that are not null.
fn present(object: &Schema) -> Schema {
    object
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn text(value: &Json) -> Read<()> {
    if value.is_string() { Ok(()) } else { Err(Refused) }
}

/// How many texts there are.
fn texts(value: &Json) -> Read<usize> {
    if is_hole(value) {
        return Ok(1);
    }
    let items = value.as_array().ok_or(Refused)?;
    items.iter().try_for_each(text)?;
    Ok(items.len())
}

fn optional<T>(of: &Schema, key: &str, read: impl Fn(&Json) -> Read<T>) -> Read<()> {
    of.get(key).filter(|value| !value.is_null()).map_or(Ok(()), |value| read(value).map(drop))
}

/// Reads a truth that need not be given.
fn flag(of: &mut Schema, key: &str) -> Read<()> {
    if let Some(value) = of.get_mut(key).filter(|value| !is_hole(value)) {
        *value = truth(value)?.into();
    }
    Ok(())
}

/// A truth, or what pydantic takes for one.
fn truth(value: &Json) -> Read<bool> {
    match value {
        Json::Bool(truth) => Ok(*truth),
        Json::Number(number) if number.as_f64() == Some(0.0) => Ok(false),
        Json::Number(number) if number.as_f64() == Some(1.0) => Ok(true),
        Json::String(word) => match &*word.to_lowercase() {
            "0" | "off" | "f" | "false" | "n" | "no" => Ok(false),
            "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
            _ => Err(Refused),
        },
        _ => Err(Refused),
    }
}

fn number(value: &Json) -> Read<f64> {
    match value {
        Json::Number(number) => number.as_f64().ok_or(Refused),
        Json::Bool(truth) => Ok(f64::from(u8::from(*truth))),
        Json::String(text) => text.trim().parse().map_err(|_| Refused),
        _ => Err(Refused),
    }
}

/// A whole number that is not negative.
fn count(value: &Json) -> Read<Json> {
    match value {
        Json::Number(one) if one.is_u64() => Ok(value.clone()),
        value => {
            let number = number(value)?;
            let is_whole = number >= 0.0 && number.fract() == 0.0 && number < 1e15;
            let text = format!("{number:.0}");
            if is_whole { text.parse::<u64>().map(Json::from).map_err(|_| Refused) } else { Err(Refused) }
        }
    }
}
