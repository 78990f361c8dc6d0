//! The schema of a type as an annotation names it.

use serde_json::Value as Json;

use super::{DEPTH, Schema, Schemas, keyed, known, simple};
use crate::evaluation::{Instance, Value};

impl Schemas<'_, '_> {
    /// The schema of a type.
    pub(super) fn schema(&mut self, annotation: &Value) -> Schema {
        if self.depth > DEPTH {
            return self.unknown();
        }
        self.depth += 1;
        let schema = match annotation {
            Value::None => simple("null"),
            Value::Default(value, _) => {
                self.is_partial = true;
                self.schema(value)
            }
            Value::Foreign(path) => self.outside(path, &[]),
            Value::Generic(generic) => match &generic.0 {
                // `tuple[()]`
                Value::Foreign(path) if generic.1.is_empty() && known::is(path, "tuple") => {
                    fixed(Vec::new(), 0)
                }
                Value::Foreign(path) => self.outside(path, &generic.1),
                class @ Value::Class(_) => self.class(class, &generic.1),
                _ => self.unknown(),
            },
            Value::Union(arms) => self.union(arms),
            Value::Class(_) => self.class(annotation, &[]),
            Value::Object(object) => self.made(object),
            _ => self.unknown(),
        };
        self.depth -= 1;
        schema
    }

    /// The schema of a type from outside the project, with what it holds.
    fn outside(&mut self, path: &str, parts: &[Value]) -> Schema {
        let Some(name) = known::name(path) else { return self.unknown() };
        let first = parts.first();
        match name {
            "Optional" => {
                let arms: Vec<Value> = parts.iter().cloned().chain([Value::None]).collect();
                self.union(&arms)
            }
            "Union" => self.union(parts),
            "Literal" => self.literal(parts),
            "Annotated" => match parts {
                [inner, metadata @ ..] => self.annotated(inner, metadata),
                [] => self.unknown(),
            },
            "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "InitVar" | "InstanceOf"
            | "SkipValidation" | "SkipJsonSchema" => match first {
                Some(inner) => self.schema(inner),
                None => Schema::new(),
            },
            "list" | "List" | "Sequence" | "MutableSequence" | "deque" | "Deque" | "Iterable"
            | "Generator" => self.array(first, false),
            "set" | "Set" | "frozenset" | "FrozenSet" | "AbstractSet" | "MutableSet" => {
                self.array(first, true)
            }
            "tuple" | "Tuple" => self.tuple(parts),
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict"
            | "DefaultDict" => self.object(parts),
            "Counter" => {
                self.object(&[first.cloned().unwrap_or(Value::None), Value::foreign("builtins.int")])
            }
            "type" | "Type" if first.is_some() => Schema::new(),
            "Json" => self.json_text(first),
            "Decimal" if self.writes => simple("string"),
            _ => known::plain(name).unwrap_or_else(|| {
                self.is_refused |= known::is_refused(name);
                self.unknown()
            }),
        }
    }

    fn array(&mut self, item: Option<&Value>, unique: bool) -> Schema {
        let items = item.map_or_else(Schema::new, |item| self.schema(item));
        let mut schema = keyed("items", items);
        schema.extend(simple("array"));
        if unique {
            schema.insert("uniqueItems".to_owned(), true.into());
        }
        schema
    }

    fn tuple(&mut self, parts: &[Value]) -> Schema {
        match parts {
            [] => self.array(None, false),
            [item, Value::Ellipsis] => self.array(Some(item), false),
            _ => {
                let items: Vec<Schema> = parts.iter().map(|part| self.schema(part)).collect();
                let length = items.len();
                fixed(items, length)
            }
        }
    }

    fn object(&mut self, parts: &[Value]) -> Schema {
        let values = parts.get(1).map_or_else(Schema::new, |value| self.schema(value));
        let values = if values.is_empty() { Json::Bool(true) } else { Json::Object(values) };
        let mut schema = keyed("additionalProperties", values);
        let mut names = match parts.first() {
            Some(key) if !matches!(key, Value::None) => self.schema(key),
            _ => Schema::new(),
        };
        let is_text = names.get("type").is_some_and(|kind| kind == "string");
        if is_text {
            names.remove("type");
        }
        if (is_text || names.contains_key("$ref")) && !names.is_empty() {
            schema.insert("propertyNames".to_owned(), names.into());
        }
        schema.extend(simple("object"));
        schema
    }

    fn json_text(&mut self, inner: Option<&Value>) -> Schema {
        let inner = inner.map_or_else(Schema::new, |inner| self.schema(inner));
        if self.writes {
            return inner;
        }
        let mut schema = keyed("contentMediaType", "application/json");
        schema.insert("contentSchema".to_owned(), inner.into());
        schema.extend(simple("string"));
        schema
    }

    /// `anyOf` of the arms, each once, with null behind the others.
    pub(super) fn union(&mut self, arms: &[Value]) -> Schema {
        let (mut schemas, mut null) = (Vec::new(), false);
        for arm in flat(arms) {
            if is_none(&arm) {
                null = true;
            } else if !is_hidden(&arm) {
                push_arms(&mut schemas, self.schema(&arm));
            }
        }
        if null {
            push_arms(&mut schemas, simple("null"));
        }
        match (schemas.len(), schemas.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                schemas.extend(last);
                keyed("anyOf", schemas)
            }
        }
    }

    fn literal(&mut self, parts: &[Value]) -> Schema {
        let mut values: Vec<Json> = Vec::new();
        let mut open: Vec<&Value> = parts.iter().rev().collect();
        while let Some(part) = open.pop() {
            match part {
                Value::Generic(inner) => open.extend(inner.1.iter().rev()),
                // a tuple in the brackets is what they hold
                Value::Tuple(items) => open.extend(items.iter().rev()),
                _ => match self.told(part) {
                    Some(value) if !values.contains(&value) => values.push(value),
                    Some(_) => {}
                    None => return self.unknown(),
                },
            }
        }
        let kind = common_type(&values);
        let mut schema = match &*values {
            [only] => keyed("const", only.clone()),
            _ => keyed("enum", values),
        };
        schema.extend(kind.map(simple).unwrap_or_default());
        schema
    }

    /// The schema of a type that a call made: `TypeVar("T", bound=...)`, `constr(...)`.
    fn made(&mut self, object: &Instance) -> Schema {
        let path = object.class.path().unwrap_or_default();
        let arguments = &object.arguments;
        let base = match known::name(&path) {
            Some("TypeVar") => {
                return match (arguments.named("bound"), arguments.positional.get(1..)) {
                    (Some(bound), _) => self.schema(bound),
                    (None, Some(arms @ [_, ..])) => self.union(arms),
                    _ => Schema::new(),
                };
            }
            Some("TypeAliasType") => {
                return match arguments.get(1, "value") {
                    Some(value) => self.schema(value),
                    None => self.unknown(),
                };
            }
            Some("type") if matches!(&*arguments.positional, [Value::None]) => return simple("null"),
            Some("conint") => "int",
            Some("confloat") => "float",
            Some("constr") => "str",
            Some("conbytes") => "bytes",
            Some("condecimal") => "Decimal",
            Some("condate") => "date",
            Some("conlist") => "list",
            Some("conset") => "set",
            Some("confrozenset") => "frozenset",
            _ => return self.unknown(),
        };
        let base = Value::foreign(&format!("pydantic.{base}"));
        let inner = match arguments.get(0, "item_type") {
            Some(item) => Value::Generic(std::rc::Rc::new((base, vec![item.clone()]))),
            None => base,
        };
        let metadata = Value::Object(self.run.object(
            Value::foreign("pydantic.StringConstraints"),
            arguments.clone(),
            object.place.clone(),
        ));
        self.annotated(&inner, &[metadata])
    }
}

/// `prefixItems`, of which so many must be there.
pub(super) fn fixed(items: Vec<Schema>, required: usize) -> Schema {
    let mut schema = keyed("maxItems", items.len());
    schema.insert("minItems".to_owned(), required.into());
    if !items.is_empty() {
        schema.insert("prefixItems".to_owned(), items.into());
    }
    schema.extend(simple("array"));
    schema
}

/// The arms of a union with those of unions within it.
pub(super) fn flat(arms: &[Value]) -> Vec<Value> {
    let inner = |arm: &Value| match arm {
        Value::Union(arms) => flat(arms),
        Value::Generic(generic) => match generic.0.path().as_deref().and_then(known::name) {
            Some("Union") => flat(&generic.1),
            Some("Optional") => {
                let mut all = flat(&generic.1);
                all.push(Value::None);
                all
            }
            _ => vec![arm.clone()],
        },
        _ => vec![arm.clone()],
    };
    arms.iter().flat_map(inner).collect()
}

/// Whether the type is that of `None`.
pub(super) fn is_none(arm: &Value) -> bool {
    match arm {
        Value::None => true,
        Value::Foreign(path) => known::is(path, "NoneType"),
        _ => false,
    }
}

/// `SkipJsonSchema[None]`.
fn is_hidden(arm: &Value) -> bool {
    matches!(arm, Value::Generic(generic) if generic.0.path().is_some_and(|path| known::is(&path, "SkipJsonSchema")))
}

/// Adds a schema to those of a union, or its arms where it is nothing but a union.
fn push_arms(schemas: &mut Vec<Schema>, schema: Schema) {
    let arms = match schema.get("anyOf") {
        Some(Json::Array(arms)) if schema.len() == 1 => {
            arms.iter().filter_map(|arm| arm.as_object().cloned()).collect()
        }
        _ => vec![schema],
    };
    for arm in arms {
        if !schemas.contains(&arm) {
            schemas.push(arm);
        }
    }
}

/// The type that all the values have.
pub(super) fn common_type(values: &[Json]) -> Option<&'static str> {
    let kind = |value: &Json| match value {
        Json::Null => Some("null"),
        Json::Bool(_) => Some("boolean"),
        Json::Number(number) if number.is_f64() => Some("number"),
        Json::Number(_) => Some("integer"),
        Json::String(_) => Some("string"),
        _ => None,
    };
    let first = kind(values.first()?)?;
    values.iter().all(|value| kind(value) == Some(first)).then_some(first)
}
