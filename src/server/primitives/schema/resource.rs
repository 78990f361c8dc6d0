//! A resource, or a template of resources, as each SDK lists it.

use serde_json::Value as Json;

use super::super::draft::Draft;
use super::super::registry::Registry;
use super::signature::signature;
use super::tool::{passed_on, texts};
use crate::evaluation::{Arguments, Run, Value};
use crate::sdk::Dialect;

/// Fills in a resource, or a template of resources.
pub(in super::super) fn resource(
    run: &mut Run<'_, Registry>,
    dialect: Dialect,
    uri: &str,
    what: &Value,
    arguments: &Arguments,
    draft: &mut Draft,
) {
    // of `mcp` a function with parameters is a template as well
    let takes =
        !dialect.is_fastmcp() && signature(run, what).is_some_and(|taken| !taken.parameters.is_empty());
    let field = if uri.contains('{') || takes || is_template(what) { "uriTemplate" } else { "uri" };
    draft.listed.insert(field.to_owned(), Json::from(uri));
    match arguments.named("name").filter(|name| !matches!(name, Value::None)) {
        Some(name) => draft.set("name", Some(name)),
        None => {
            let name = run.attribute(what, &"__name__".into());
            match name.as_text() {
                Some(name) => drop(draft.listed.insert("name".to_owned(), Json::from(&*name))),
                None => drop(draft.partial.insert("name".to_owned())),
            }
        }
    }
    // no SDK takes the docstring of a resource apart
    let plain = if dialect.is_fastmcp() { Dialect::Fastmcp2 } else { dialect };
    texts(run, plain, what, &named(arguments), draft);
    match arguments.named("mime_type").filter(|given| !matches!(given, Value::None)) {
        Some(given) => draft.set("mimeType", Some(given)),
        None => drop(draft.listed.insert("mimeType".to_owned(), "text/plain".into())),
    }
    passed_on(run, dialect, arguments, draft);
}

/// Whether it is an object of the SDK that is a template, whatever its URI holds.
fn is_template(what: &Value) -> bool {
    let Value::Object(object) = what else { return false };
    object.class.path().is_some_and(|path| path.ends_with("ResourceTemplate"))
}

/// The arguments by name: a resource takes nothing but its URI by position.
fn named(arguments: &Arguments) -> Arguments {
    Arguments { positional: Vec::new(), ..arguments.clone() }
}
