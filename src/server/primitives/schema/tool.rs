//! A tool as each SDK lists it.

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::json::json as literal;
use super::super::registry::Registry;
use super::docstring::{self, Docstring, DocstringSections};
use super::field::{capitalized, peeled, title_of};
use super::object::ObjectSchema;
use super::signature::signature;
use super::{Schema, Schemas, annotation, form, output, passed, simple};
use crate::evaluation::{Arguments, CallParameter, CallSignature, Run, Value};
use crate::sdk::{self, Dialect, MinorRelease, SdkType};
use crate::syntax::ParameterKind;

/// Fills in a tool.
pub(in super::super) fn tool(
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
            if schemas.is_partial {
                draft.partial.insert("inputSchema".to_owned());
            }
            draft.listed.insert("inputSchema".to_owned(), schema.into());
            output::fill(run, dialect, &signature, arguments, draft);
        }
        None => {
            draft.listed.insert("inputSchema".to_owned(), simple("object").into());
            draft.partial.insert("inputSchema".to_owned());
            draft.partial.insert("outputSchema".to_owned());
        }
    }
    passed_on(run, dialect, arguments, draft);
    titled(dialect, name, draft);
}

/// Adds the title of a tool that has none of its own.
pub(in super::super) fn titled(dialect: Dialect, name: &str, draft: &mut Draft) {
    if dialect.is_fastmcp() && !draft.listed.contains_key("title") && !draft.partial.contains("title") {
        let annotated = draft.listed.get("annotations").and_then(|all| all.get("title")).cloned();
        let made = || Json::from(capitalized(&name.replace(['_', '-'], " ")));
        let title = annotated.or_else(|| (dialect == Dialect::Fastmcp4).then(made));
        draft.listed.extend(title.map(|title| ("title".to_owned(), title)));
    }
}

/// Fills in the texts: the title and the description; gives what the docstring tells.
pub(super) fn texts(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) -> Docstring {
    let positions = if dialect.is_fastmcp() { [usize::MAX; 2] } else { [1, 2] };
    draft.set("title", arguments.get(positions[0], "title"));
    let text = match run.attribute(what, &"__doc__".into()) {
        Value::Text(text) => Some(text),
        Value::None => None,
        Value::Unknown | Value::Member(_) if matches!(what, Value::Object(_)) => {
            match run.attribute(what, &"__call__".into()) {
                Value::Method(method) => method.1.definition.docstring.clone(),
                _ => None,
            }
        }
        _ => {
            draft.partial.insert("description".to_owned());
            None
        }
    };
    let text = text.unwrap_or_default();
    let told = match dialect {
        Dialect::Fastmcp3 | Dialect::Fastmcp4 => docstring::read(&text, sections(run.host.sdks.fastmcp)),
        _ => Docstring::default(),
    };
    match arguments.get(positions[1], "description") {
        Some(given) if !matches!(given, Value::None) => {
            draft.partial.remove("description");
            draft.set("description", Some(given));
        }
        _ => {
            let text = if let Some(text) = &told.text { text.clone() } else { crate::text::cleaned(&text) };
            if !dialect.is_fastmcp() || !text.is_empty() {
                draft.listed.insert("description".to_owned(), text.into());
            }
        }
    }
    told
}

/// What ends the text of a docstring to a release of `fastmcp`.
fn sections(fastmcp: MinorRelease) -> DocstringSections {
    match (fastmcp.major, fastmcp.minor) {
        (..=3, _) => DocstringSections::Parameters,
        (4, ..=1) => DocstringSections::Any,
        _ => DocstringSections::Named,
    }
}

/// Fills in what is passed on as it is given: annotations, icons, metadata.
pub(in super::super) fn passed_on(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    for (argument, field) in [("annotations", "annotations"), ("icons", "icons"), ("meta", "_meta")] {
        if let Some(value) = arguments.named(argument).filter(|value| !matches!(value, Value::None)) {
            passed(run, value, field, draft);
        }
    }
    if dialect.is_fastmcp() {
        let key = if dialect == Dialect::Fastmcp2 { "_fastmcp" } else { "fastmcp" };
        let tags = match arguments.named("tags") {
            None | Some(Value::None) => Some(Vec::new()),
            Some(tags) => run.sorted_texts(tags),
        };
        let meta = draft.listed.entry("_meta").or_insert_with(|| json!({}));
        match (meta, tags) {
            (Json::Object(meta), Some(tags)) => drop(meta.insert(key.to_owned(), json!({"tags": tags}))),
            _ => drop(draft.partial.insert("_meta".to_owned())),
        }
    }
}

/// The schema of what a function takes.
pub(super) fn inputs(
    schemas: &mut Schemas<'_, '_>,
    dialect: Dialect,
    signature: &CallSignature,
    told: &Docstring,
    arguments: &Arguments,
) -> Schema {
    // `fastmcp` reads the types from the annotations of the function itself
    schemas.is_partial |= !signature.is_certain || signature.is_retyped && dialect.is_fastmcp();
    let excluded = arguments.named("exclude_args").and_then(literal).unwrap_or_default();
    let is_excluded = |name: &str| excluded.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let mut object = ObjectSchema::default();
    let mut titles = Vec::new();
    let (mut has_context, mut has_default) = (false, false);
    let first = signature.parameters.first();
    let is_unbound = first.is_some_and(|first| &*first.name == "self");
    schemas.is_partial |= is_unbound && matches!(dialect, Dialect::Fastmcp3 | Dialect::Fastmcp4);
    for parameter in &signature.parameters {
        if is_excluded(&parameter.name) || is_injected(dialect, parameter, &mut has_context) {
            continue;
        }
        refuse(schemas, dialect, parameter);
        let property = property(schemas, dialect, parameter);
        // pydantic refuses one that must be given behind one that need not
        let in_order = parameter.kind != ParameterKind::Keyword && dialect.is_fastmcp();
        schemas.is_partial |= in_order && property.required && has_default;
        has_default |= !property.required;
        let title = property.schema.get("title").and_then(Json::as_str).map(str::to_owned);
        titles.extend(
            title
                .filter(|title| *title != title_of(&property.key))
                .map(|title| (property.key.clone(), title)),
        );
        object.add(property.key, property.schema, property.required);
    }
    let mut schema = object.finish();
    if !dialect.is_fastmcp() {
        schema.insert("title".to_owned(), format!("{}Arguments", signature.name).into());
        return schemas.closed(schema);
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    let mut schema = schemas.shaped(dialect, schema);
    if let Some(Json::Object(properties)) = schema.get_mut("properties") {
        describe(properties, told);
        for (key, title) in titles.iter().filter(|_| dialect == Dialect::Fastmcp4) {
            if let Some(Json::Object(property)) = properties.get_mut(key) {
                property.insert("title".to_owned(), title.as_str().into());
            }
        }
    }
    match form::laid_out(&schema, dialect == Dialect::Fastmcp2) {
        Some(schema) => schema,
        None => {
            schemas.is_partial |= dialect == Dialect::Fastmcp2;
            schema
        }
    }
}

/// Adds what the docstring says of the parameters, where nothing else does.
fn describe(properties: &mut Schema, told: &Docstring) {
    for (name, said) in &told.parameters {
        if let Some(Json::Object(property)) = properties.get_mut(name) {
            property.entry("description").or_insert_with(|| said.as_str().into());
        }
    }
}

/// The property of a parameter.
fn property(
    schemas: &mut Schemas<'_, '_>,
    dialect: Dialect,
    parameter: &CallParameter,
) -> super::field::Property {
    let default = parameter.default.as_ref();
    let Some(annotation) = &parameter.annotation else {
        let mut property = schemas.property(&parameter.name, &Value::foreign("typing.Any"), default);
        if !dialect.is_fastmcp() {
            property.schema.insert("title".to_owned(), (&*parameter.name).into());
            property.schema.extend(simple("string"));
        }
        return property;
    };
    // `fastmcp` takes a text beside the type as the description
    if let (true, (_, metadata)) = (dialect.is_fastmcp(), peeled(annotation))
        && let [Value::Text(text)] = &*metadata
    {
        let mut property = schemas.property(&parameter.name, annotation, default);
        property.schema.entry("description").or_insert_with(|| crate::text::cleaned(text).into());
        return property;
    }
    schemas.property(&parameter.name, annotation, default)
}

/// Marks what the SDK does not take.
fn refuse(schemas: &mut Schemas<'_, '_>, dialect: Dialect, parameter: &CallParameter) {
    schemas.is_partial |= match parameter.kind {
        ParameterKind::Rest | ParameterKind::RestByName | ParameterKind::Positional => dialect.is_fastmcp(),
        _ => !dialect.is_fastmcp() && parameter.name.starts_with('_'),
    };
}

/// Whether the SDK fills in the parameter itself.
fn is_injected(dialect: Dialect, parameter: &CallParameter, has_context: &mut bool) -> bool {
    let depends = parameter.default.as_ref().is_some_and(is_dependency);
    if dialect.is_fastmcp() && depends {
        return true;
    }
    let Some(annotation) = &parameter.annotation else { return false };
    let is_context = match dialect {
        Dialect::Mcp1 | Dialect::Mcp2 => holds_context(annotation),
        _ => is_context(annotation),
    };
    if is_context {
        // all but the newest take the first alone
        let first = !std::mem::replace(has_context, true);
        return first || matches!(dialect, Dialect::Fastmcp3 | Dialect::Fastmcp4);
    }
    if dialect != Dialect::Mcp2 {
        return false;
    }
    let (_, metadata) = peeled(annotation);
    let resolves = |one: &Value| {
        let Value::Object(object) = one else { return false };
        object.class.path().and_then(|path| sdk::sdk_type(&path)) == Some(SdkType::Resolver)
    };
    metadata.iter().any(resolves)
}

/// `Depends(...)`, `CurrentContext()` and their like.
pub(in super::super) fn is_dependency(default: &Value) -> bool {
    let Value::Object(object) = default else { return false };
    object.class.path().is_some_and(|path| sdk::is_injected(&path))
}

/// Whether the type, or one of a union's, is the SDK's context.
fn is_context(annotation: &Value) -> bool {
    let (inner, _) = peeled(annotation);
    annotation::flat(&[inner]).iter().any(is_context_class)
}

/// Whether the type is the context, or holds it right within.
pub(in super::super) fn holds_context(annotation: &Value) -> bool {
    let (inner, _) = peeled(annotation);
    let parts = match &inner {
        Value::Generic(generic) if !is_context_class(&inner) => generic.1.clone(),
        Value::Union(arms) => arms.to_vec(),
        _ => vec![inner],
    };
    parts.iter().any(is_context_class)
}

fn is_context_class(value: &Value) -> bool {
    let is_context = |path: &str| sdk::sdk_type(path) == Some(SdkType::Context);
    match value {
        Value::Class(_) => value.foreign_bases().iter().filter_map(Value::path).any(|path| is_context(&path)),
        Value::Generic(generic) => is_context_class(&generic.0),
        Value::Foreign(path) => is_context(path),
        _ => false,
    }
}
