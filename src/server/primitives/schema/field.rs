//! What is said of a field beside its type: `Field(...)`, `Annotated[..., Ge(1)]`.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::json::varies;
use super::bounds::{constrain, is_bound, is_decimal, number};
use super::{Schema, Schemas, keyed, known};
use crate::evaluation::{Arguments, Value};

/// What is said of a field.
#[derive(Default)]
pub(super) struct Field {
    pub(super) default: Option<Value>,
    /// Whether it has one that is made when it is needed.
    pub(super) has_factory: bool,
    pub(super) alias: Option<Arc<str>>,
    pub(super) excluded: bool,
    pub(super) title: Option<String>,
    /// `description`, `examples` and whatever else goes into the schema as it is.
    pub(super) said: Schema,
    bounds: Vec<(Arc<str>, Value)>,
    /// Added last.
    extra: Schema,
    discriminator: Option<Arc<str>>,
    /// A schema that stands for that of the type.
    replaced: Option<Schema>,
    /// Whether a function stands between the type and the bounds that follow.
    is_opaque: bool,
}

/// A field as it stands among the properties.
pub(super) struct Property {
    pub(super) key: String,
    pub(super) schema: Schema,
    pub(super) required: bool,
}

impl Schemas<'_, '_> {
    /// The property of a field, a parameter or an item.
    pub(super) fn property(&mut self, name: &str, annotation: &Value, default: Option<&Value>) -> Property {
        let (inner, metadata) = peeled(annotation);
        let mut field = self.field(&metadata);
        match default {
            Some(Value::Ellipsis) => field.default = None,
            Some(value) if is_field(value) => self.read(value, &mut field),
            Some(value) => field.default = Some(value.clone()),
            None => {}
        }
        self.property_of(name, &inner, field)
    }

    /// The property of a field of which all is read.
    pub(super) fn property_of(&mut self, name: &str, inner: &Value, mut field: Field) -> Property {
        let mut schema = self.bounded(inner, &mut field);
        let key = field.alias.take().filter(|_| self.by_alias).unwrap_or_else(|| name.into());
        let title = field.title.take().or_else(|| is_titled(&schema).then(|| title_of(&key)));
        schema.extend(title.map(|title| ("title".to_owned(), title.into())));
        schema.extend(field.said);
        schema.extend(field.extra);
        let required = field.default.is_none() && !field.has_factory;
        self.put_default(field.default.as_ref(), &mut schema);
        Property { key: key.to_string(), schema, required }
    }

    /// The schema of `Annotated[inner, *metadata]`.
    pub(super) fn annotated(&mut self, inner: &Value, metadata: &[Value]) -> Schema {
        let (inner, mut all) = peeled(inner);
        all.extend(metadata.iter().cloned());
        let mut field = self.field(&all);
        let mut schema = self.bounded(&inner, &mut field);
        schema.extend(field.title.map(|title| ("title".to_owned(), title.into())));
        schema.extend(field.said);
        schema.extend(field.extra);
        // pydantic warns that it has no effect there, and writes it
        self.put_default(field.default.as_ref(), &mut schema);
        schema
    }

    fn put_default(&mut self, default: Option<&Value>, schema: &mut Schema) {
        let Some(default) = default else { return };
        match self.dumped(default) {
            Some(default) => drop(schema.insert("default".to_owned(), default)),
            None => self.is_partial = true,
        }
    }

    /// The schema of the type within its bounds.
    fn bounded(&mut self, inner: &Value, field: &mut Field) -> Schema {
        let mut schema = field.replaced.take().unwrap_or_else(|| self.schema(inner));
        if let Some(name) = &field.discriminator {
            schema = self.discriminated(&schema, name);
        }
        let bounds = std::mem::take(&mut field.bounds);
        // what is written of a decimal is text
        let bounds = bounds.into_iter().filter(|_| !(self.writes && is_decimal(inner)));
        for (name, bound) in bounds.collect::<Vec<_>>() {
            match number(&bound, is_decimal(inner)) {
                Some(bound) => constrain(&mut schema, &name, bound),
                None => self.is_partial = true,
            }
        }
        schema
    }

    /// What all the metadata say.
    pub(super) fn field(&mut self, metadata: &[Value]) -> Field {
        let mut field = Field::default();
        for one in metadata {
            self.read(one, &mut field);
        }
        field
    }

    /// Adds what one piece of metadata says.
    pub(super) fn read(&mut self, metadata: &Value, field: &mut Field) {
        let Value::Object(object) = metadata else {
            // pydantic passes over what it does not know
            self.is_partial |= matches!(metadata, Value::Unknown | Value::Either(_));
            return;
        };
        let path = object.class.path().unwrap_or_default();
        let arguments = &object.arguments;
        let bounds: &[&str] = match known::name(&path) {
            Some("Field") => return self.read_field(arguments, field),
            Some("field") => return self.read_dataclass_field(arguments, field),
            Some("Ge") => &["ge"],
            Some("Gt") => &["gt"],
            Some("Le") => &["le"],
            Some("Lt") => &["lt"],
            Some("MultipleOf") => &["multiple_of"],
            Some("MinLen") => &["min_length"],
            Some("MaxLen") => &["max_length"],
            Some("Len") => &["min_length", "max_length"],
            Some("Interval") => &["gt", "ge", "lt", "le"],
            Some("StringConstraints") => &[],
            Some("AfterValidator" | "WrapValidator") => return field.is_opaque = true,
            Some("PlainValidator") => {
                if !self.writes {
                    field.replaced = Some(Schema::new());
                }
                return;
            }
            Some("WithJsonSchema") => {
                let given = arguments.get(0, "json_schema").and_then(|given| self.told(given));
                let given = given.and_then(|given| given.as_object().cloned());
                field.replaced = Some(given.unwrap_or_else(|| self.unknown()));
                return;
            }
            Some("BeforeValidator" | "Strict" | "Doc" | "UrlConstraints") => return,
            Some("PlainSerializer" | "WrapSerializer") if !self.writes => return,
            Some(_) => return self.is_partial = true,
            // somebody else's, which pydantic passes over
            None => return self.is_partial |= matches!(object.class, Value::Class(_)),
        };
        for (position, value) in arguments.positional.iter().enumerate() {
            if let Some(name) = bounds.get(position) {
                field.bound(name, value);
            }
        }
        for (name, value) in &arguments.named {
            field.bound(name, value);
        }
    }

    fn read_field(&mut self, arguments: &Arguments, field: &mut Field) {
        self.is_partial |= arguments.open;
        if let Some(default) = arguments.positional.first() {
            field.default = (!matches!(default, Value::Ellipsis)).then(|| default.clone());
        }
        for (name, value) in &arguments.named {
            self.read_argument(name, value, field);
        }
    }

    fn read_argument(&mut self, name: &Arc<str>, value: &Value, field: &mut Field) {
        match &**name {
            "default" => field.default = (!matches!(value, Value::Ellipsis)).then(|| value.clone()),
            "default_factory" => field.has_factory = !matches!(value, Value::None),
            "exclude" => field.excluded = value.truth() == Some(true),
            "repr"
            | "init"
            | "init_var"
            | "kw_only"
            | "frozen"
            | "strict"
            | "validate_default"
            | "union_mode"
            | "coerce_numbers_to_str"
            | "fail_fast"
            | "alias_priority"
            | "allow_inf_nan" => {}
            _ if matches!(value, Value::None) => {}
            "alias" | "validation_alias" | "serialization_alias" => {
                let counts = match &**name {
                    "alias" => field.alias.is_none(),
                    "validation_alias" => !self.writes,
                    _ => self.writes,
                };
                if counts {
                    field.alias = value.as_text();
                    self.is_partial |= field.alias.is_none();
                }
            }
            "title" => match value.as_text() {
                Some(title) => field.title = Some(title.to_string()),
                None => self.is_partial = true,
            },
            "deprecated" => match value {
                Value::Bool(false) => {}
                _ => drop(field.said.insert("deprecated".to_owned(), true.into())),
            },
            "discriminator" => {
                field.discriminator = value.as_text();
                self.is_partial |= field.discriminator.is_none();
            }
            "json_schema_extra" => match self.told(value) {
                Some(Json::Object(extra)) => field.extra.extend(extra),
                _ => self.is_partial = true,
            },
            "description" | "examples" => match self.told(value) {
                Some(said) => drop(field.said.insert(name.to_string(), cleaned(said))),
                None => self.is_partial = true,
            },
            _ if is_bound(name) => {
                self.is_partial |= varies(value);
                field.bound(name, value);
            }
            // pydantic takes what it does not know as a part of the schema
            _ => match self.told(value) {
                Some(said) => drop(field.extra.insert(name.to_string(), said)),
                None => self.is_partial = true,
            },
        }
    }

    /// `dataclasses.field(...)`.
    fn read_dataclass_field(&mut self, arguments: &Arguments, field: &mut Field) {
        for (name, value) in &arguments.named {
            match (&**name, value) {
                ("metadata", Value::Dict(dict)) => {
                    for (key, value, _) in dict.items.borrow().iter() {
                        if let Some(key @ ("description" | "title" | "examples")) = key.as_text().as_deref() {
                            self.read_argument(&key.into(), value, field);
                        }
                    }
                }
                ("default" | "default_factory", _) => self.read_argument(name, value, field),
                _ => {}
            }
        }
    }

    /// `oneOf` in place of `anyOf`, with the values by which the arms are told apart.
    fn discriminated(&mut self, schema: &Schema, name: &str) -> Schema {
        let Some(Json::Array(arms)) = schema.get("anyOf") else { return self.unknown() };
        let mut mapping = Schema::new();
        let (mut kept, mut null) = (Vec::new(), None);
        for arm in arms {
            let Some(reference) = arm.get("$ref").and_then(Json::as_str) else {
                null = Some(arm.clone());
                continue;
            };
            let definition = reference.rsplit('/').next().and_then(|name| self.definitions.get(name));
            let tag = definition.and_then(|model| model.get("properties")?.get(name));
            let values = tag.map(|tag| match (tag.get("const"), tag.get("enum")) {
                (Some(only), _) => vec![only.clone()],
                (None, Some(Json::Array(values))) => values.clone(),
                _ => Vec::new(),
            });
            let values = values.unwrap_or_default();
            self.is_partial |= values.is_empty();
            for value in values {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                mapping.insert(value, reference.into());
            }
            kept.push(arm.clone());
        }
        let mut schema = keyed("discriminator", json!({"mapping": mapping, "propertyName": name}));
        schema.insert("oneOf".to_owned(), kept.into());
        match null {
            Some(null) => keyed("anyOf", vec![schema.into(), null]),
            None => schema,
        }
    }
}

impl Field {
    fn bound(&mut self, name: &str, value: &Value) {
        if is_bound(name) && !matches!(value, Value::None) {
            // behind a function pydantic leaves the bound under its own name
            let name = if self.is_opaque { format!("={name}") } else { name.to_owned() };
            self.bounds.push((name.into(), value.clone()));
        }
    }
}

/// Whether the value is what `Field(...)` gave.
pub(super) fn is_field(value: &Value) -> bool {
    let Value::Object(object) = value else { return false };
    let path = object.class.path().unwrap_or_default();
    known::is(&path, "Field") || path == "dataclasses.field"
}

/// The type within `Annotated` and the qualifiers, and all the metadata, innermost first.
pub(super) fn peeled(annotation: &Value) -> (Value, Vec<Value>) {
    let Value::Generic(generic) = annotation.without_default().0 else {
        return (annotation.clone(), Vec::new());
    };
    let name = generic.0.path().as_deref().and_then(known::name).map(str::to_owned);
    match (name.as_deref(), &*generic.1) {
        (Some("Annotated"), [inner, more @ ..]) => {
            let (inner, mut metadata) = peeled(inner);
            metadata.extend(more.iter().cloned());
            (inner, metadata)
        }
        (Some("Required" | "NotRequired" | "ReadOnly" | "Final" | "InitVar"), [inner]) => peeled(inner),
        _ => (annotation.clone(), Vec::new()),
    }
}

/// Whether pydantic gives a field of that schema a title: a definition has its own.
fn is_titled(schema: &Schema) -> bool {
    let optional = match schema.get("anyOf") {
        Some(Json::Array(arms)) => match &**arms {
            [only, null] if null.get("type").is_some_and(|kind| kind == "null") => only.as_object(),
            _ => None,
        },
        _ => None,
    };
    optional.map_or_else(|| !schema.contains_key("$ref"), is_titled)
}

/// `foo_bar` as `Foo Bar`.
pub(super) fn title_of(name: &str) -> String {
    capitalized(name).replace('_', " ").trim().to_owned()
}

/// The text with every run of letters beginning large and going on small.
pub(super) fn capitalized(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut inside = false;
    for letter in text.chars() {
        if inside {
            made.extend(letter.to_lowercase());
        } else {
            made.extend(letter.to_uppercase());
        }
        inside = letter.is_alphabetic();
    }
    made
}

/// A description without the indentation of the code around it.
fn cleaned(said: Json) -> Json {
    match said {
        Json::String(text) => crate::text::cleaned(&text).into(),
        other => other,
    }
}
