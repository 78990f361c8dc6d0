//! The schema of what a tool gives, where its SDK derives one from the annotation of what the function returns.

use serde_json::Value as Json;

use super::super::draft::Draft;
use super::super::registry::Registry;
use super::annotation::flat;
use super::class::{Shape, is_required, shape};
use super::field::{Field, peeled};
use super::fields::Member;
use super::object::ObjectSchema;
use super::{Schema, Schemas, form, known};
use crate::evaluation::{Arguments, CallSignature, Run, Value};
use crate::sdk::{self, Dialect, SdkType};

/// Fills in the schema of what a tool gives.
pub(super) fn fill(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    signature: &CallSignature,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    let mut schemas = Schemas::new(run);
    // what may not be the function that is called may not return what it does
    schemas.is_partial = !signature.is_certain;
    let schema = if dialect.is_fastmcp() {
        match arguments.named("output_schema") {
            Some(Value::None | Value::Bool(false)) => return,
            Some(given) => {
                super::given(run, given, "outputSchema", draft);
                return lay_out(dialect, draft);
            }
            None => of_fastmcp(&mut schemas, dialect, signature.returns.as_ref()),
        }
    } else {
        match arguments.named("structured_output") {
            Some(Value::Bool(false)) => return,
            None | Some(Value::None | Value::Bool(true)) => {}
            Some(_) => schemas.is_partial = true,
        }
        of_mcp(&mut schemas, dialect, signature)
    };
    if schemas.is_partial {
        draft.partial.insert("outputSchema".to_owned());
    }
    let schema = schema.map(Json::from);
    let schema =
        if dialect.is_fastmcp() { schema.map(|schema| first_alike(run, schema, draft)) } else { schema };
    draft.listed.extend(schema.map(|schema| ("outputSchema".to_owned(), schema)));
}

/// The schema that `fastmcp` keeps of the first of equal types: to Python `str | dict` is equal to `dict | str`.
fn first_alike(run: &mut Run<'_, Registry>, schema: Json, draft: &Draft) -> Json {
    let key = unordered(&schema).to_string();
    match run.host.adapted.get(&key) {
        Some(first) => first.clone(),
        None if draft.there.by_default() == Some(true) => {
            run.host.adapted.insert(key, schema.clone());
            schema
        }
        None => schema,
    }
}

/// The schema with all alternatives in one order.
fn unordered(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            let member = |(name, value): (&String, &Json)| {
                let mut value = unordered(value);
                if let ("anyOf", Json::Array(arms)) = (&**name, &mut value) {
                    arms.sort_by_key(Json::to_string);
                }
                (name.clone(), value)
            };
            members.iter().map(member).collect::<Schema>().into()
        }
        Json::Array(items) => items.iter().map(unordered).collect(),
        plain => plain.clone(),
    }
}

/// Lays out the definitions of a schema that was given: from `fastmcp` 3 on a middleware does so when tools are listed.
fn lay_out(dialect: Dialect, draft: &mut Draft) {
    let Some(Json::Object(schema)) = draft.listed.get_mut("outputSchema") else { return };
    if matches!(dialect, Dialect::Fastmcp3 | Dialect::Fastmcp4)
        && let Some(laid) = form::laid_out(schema, false)
    {
        *schema = laid;
    }
}

/// As `mcp` derives it.
fn of_mcp(schemas: &mut Schemas<'_, '_>, dialect: Dialect, signature: &CallSignature) -> Option<Schema> {
    let mut annotation = signature.returns.clone()?;
    let (mut inner, metadata) = peeled(&annotation);
    if sdk_type(&inner) == Some(SdkType::CallToolResult) {
        annotation = metadata.first()?.clone();
        inner = peeled(&annotation).0;
    }
    if dialect == Dialect::Mcp2 && is_content(&inner)
        || matches!(sdk_type(&inner), Some(SdkType::InputRequired | SdkType::Image | SdkType::Audio))
    {
        return None;
    }
    let wrapped = |schemas: &mut Schemas<'_, '_>| {
        let mut schema = wrapping(schemas, &annotation);
        schema.insert("title".to_owned(), format!("{}Output", signature.name).into());
        Some(schemas.closed(schema))
    };
    match &inner {
        Value::Foreign(path) => match &**path {
            "builtins.str" | "builtins.int" | "builtins.float" | "builtins.bool" | "builtins.bytes"
            | "types.NoneType" => wrapped(schemas),
            "typing.Any" | "typing_extensions.Any" => None,
            _ if path.starts_with("typing.") || is_bounded_basic(path) => wrapped(schemas),
            _ => {
                schemas.is_partial |= !is_bare(path);
                None
            }
        },
        Value::Generic(generic) => match (generic.0.path().as_deref(), &*generic.1) {
            (Some("builtins.dict"), [Value::Foreign(key), _]) if &**key == "builtins.str" => {
                let mut schema = schemas.schema(&inner);
                schema.insert("title".to_owned(), format!("{}DictOutput", signature.name).into());
                Some(schemas.closed(schema))
            }
            (None, _) => of_class(schemas, dialect, &inner),
            _ => wrapped(schemas),
        },
        Value::Class(_) => of_class(schemas, dialect, &inner),
        Value::Object(made) if made.class.path().is_some_and(|path| known::is(&path, "condecimal")) => None,
        _ => wrapped(schemas),
    }
}

/// An object with the type as its only property, `result`.
fn wrapping(schemas: &mut Schemas<'_, '_>, annotation: &Value) -> Schema {
    let result = schemas.property("result", annotation, None);
    let mut object = ObjectSchema::default();
    object.add("result".to_owned(), result.schema, result.required);
    object.finish()
}

/// Whether it is one of pydantic's names for a basic type within bounds.
fn is_bounded_basic(path: &str) -> bool {
    let prefixes = ["Positive", "Negative", "NonNegative", "NonPositive", "Strict", "Finite", "Base64"];
    path.starts_with("pydantic.")
        && known::name(path).is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
}

/// Whether it is a class that annotates nothing, of which `mcp` makes no model.
fn is_bare(path: &str) -> bool {
    let packages = ["builtins", "datetime", "decimal", "uuid", "pathlib", "collections", "re", "ipaddress"];
    let prefixes =
        ["UUID", "Aware", "Naive", "Past", "Future", "FilePath", "DirectoryPath", "NewPath", "IPv"];
    let head = path.split('.').next().unwrap_or_default();
    packages.contains(&head)
        || head == "pydantic"
            && known::name(path).is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
}

/// As `mcp` derives it from a class: a model stands for itself, of others it makes one.
fn of_class(schemas: &mut Schemas<'_, '_>, dialect: Dialect, class: &Value) -> Option<Schema> {
    let base = if let Value::Generic(generic) = class { &generic.0 } else { class };
    let shape = shape(base);
    match shape {
        Shape::Model | Shape::Root => {}
        Shape::TypedDict if dialect == Dialect::Mcp2 => {}
        Shape::TypedDict | Shape::Dataclass | Shape::Plain => {
            let members = schemas.members(base, &[]);
            let Value::Class(code) = base else { return None };
            let mut schema = of_members(schemas, &members, shape)?;
            schema.insert("title".to_owned(), (&*code.definition.name).into());
            return Some(schemas.closed(schema));
        }
        Shape::NamedTuple | Shape::Enum => return None,
        Shape::Unknown => {
            schemas.is_partial = true;
            return None;
        }
    }
    let schema = schemas.schema(class);
    Some(schemas.closed(schema))
}

/// The model that `mcp` makes of annotated names.
fn of_members(schemas: &mut Schemas<'_, '_>, members: &[Member], shape: Shape) -> Option<Schema> {
    let mut object = ObjectSchema::default();
    for member in members.iter().filter(|member| !member.name.starts_with('_')) {
        let (inner, _) = peeled(&member.annotation);
        let default = match &member.default {
            None if shape == Shape::TypedDict && !is_required(member) => Some(Value::None),
            Some(value) if value.path().as_deref() == Some("dataclasses.field()") => {
                let mut field = Field::default();
                schemas.read(value, &mut field);
                // what makes its default when it is needed leaves none on the class
                field.default
            }
            other => other.clone(),
        };
        let property = schemas.property(&member.name, &inner, default.as_ref());
        object.add(property.key, property.schema, property.required);
    }
    (!members.is_empty()).then(|| object.finish())
}

/// As `fastmcp` derives it.
fn of_fastmcp(schemas: &mut Schemas<'_, '_>, dialect: Dialect, returns: Option<&Value>) -> Option<Schema> {
    let annotation = returns?;
    let (inner, metadata) = peeled(annotation);
    if super::annotation::is_none(annotation) || annotation.path().is_some_and(|path| known::is(&path, "Any"))
    {
        return None;
    }
    let newest = dialect == Dialect::Fastmcp4;
    if is_content(&inner)
        || dialect != Dialect::Fastmcp2 && holds_bytes(&inner)
        || newest && is_open_sequence(&inner)
    {
        return None;
    }
    let annotation = match sdk_type(&inner) {
        Some(SdkType::ToolResult) => return None,
        Some(SdkType::InputRequired) if newest => return None,
        Some(SdkType::CallToolResult) => metadata.first()?,
        _ => annotation,
    };
    schemas.writes = true;
    schemas.by_alias = !newest;
    let bare = schemas.schema(annotation);
    if schemas.is_refused {
        schemas.is_partial = false;
        return None;
    }
    let is_object = |schema: &Schema| {
        schema.get("type").is_some_and(|kind| kind == "object") || schema.contains_key("properties")
    };
    let definitions = schemas.definitions.clone();
    let closed = form::closed(bare.clone(), definitions);
    let whole = if is_object(&closed) {
        bare
    } else {
        let mut schema = wrapping(schemas, annotation);
        schema.insert("x-fastmcp-wrap-result".to_owned(), true.into());
        if dialect == Dialect::Fastmcp2 {
            schema.insert("description".to_owned(), "Generic wrapper for non-object return types.".into());
        }
        schema
    };
    let schema = schemas.shaped(dialect, whole);
    let schema = form::laid_out(&schema, dialect == Dialect::Fastmcp2).unwrap_or(schema);
    (!schema.is_empty()).then_some(schema)
}

/// What the type stands for, if it is one of an SDK's.
fn sdk_type(value: &Value) -> Option<SdkType> {
    let Value::Foreign(path) = value else { return None };
    sdk::sdk_type(path)
}

/// Whether the type is, or holds, what the protocol shows as it is.
fn is_content(value: &Value) -> bool {
    match value {
        Value::Foreign(_) => matches!(
            sdk_type(value),
            Some(SdkType::Content | SdkType::Image | SdkType::Audio | SdkType::File)
        ),
        Value::Generic(generic) => generic.1.iter().any(is_content),
        Value::Union(arms) => arms.iter().any(is_content),
        _ => false,
    }
}

fn holds_bytes(value: &Value) -> bool {
    let (inner, _) = peeled(value);
    let is_bytes = |arm: &Value| {
        let path = arm.path().unwrap_or_default();
        let name = known::name(&path).map(|name| name.trim_end_matches("()"));
        matches!(name, Some("bytes" | "StrictBytes" | "Base64Bytes" | "conbytes"))
            && !matches!(arm, Value::Generic(_))
    };
    flat(&[inner]).iter().any(is_bytes)
}

/// Whether the type is a sequence of whatever there is.
fn is_open_sequence(value: &Value) -> bool {
    let path = value.path();
    let is_sequence = path
        .as_deref()
        .and_then(known::name)
        .is_some_and(|name| matches!(name, "list" | "List" | "tuple" | "Tuple" | "Sequence"));
    let is_any = |part: &Value| part.path().is_some_and(|path| known::is(&path, "Any"));
    is_sequence
        && match value {
            Value::Foreign(_) => true,
            Value::Generic(generic) => match &*generic.1 {
                [part] => is_any(part) && !path.is_some_and(|path| path.to_lowercase().ends_with("tuple")),
                [part, Value::Ellipsis] => is_any(part),
                _ => false,
            },
            _ => false,
        }
}
