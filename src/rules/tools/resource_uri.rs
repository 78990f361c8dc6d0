use std::collections::BTreeSet;

use super::tool_on_method;
use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::sdk::Dialect;
use crate::server::{Primitive, Signature, SignatureParameter, Source};
use crate::spec::uri_template::{self, Variables};
use crate::syntax::{ParameterKind, StaticValue};

declare_rule! {
    /// ## What it does
    /// Finds resources whose URI does not fit the function: its parameters are not the function's, one in the query of the
    /// URI has no default, or the URI is none.
    ///
    /// The SDKs differ. `mcp` wants the same parameters on both sides, its context aside, which version 2 takes in a template
    /// alone. `fastmcp` lets a parameter with a default stand in the function alone. Version 2 of `mcp` takes any text for a
    /// URI; to all others it needs a scheme.
    ///
    /// ## Why is this bad?
    /// The SDK raises `ValueError`, or an error of pydantic, when the resource is registered, and the server does not start.
    ///
    /// Remedy: by hand, since only the author knows which of the two is meant.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.resource("weather://{city}/now")
    /// def now(place: str) -> str:
    ///     """The weather of now."""
    ///     return f"Rain in {place}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.resource("weather://{place}/now")
    /// def now(place: str) -> str:
    ///     """The weather of now."""
    ///     return f"Rain in {place}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO015 "resource-uri" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(offered) = subject.offered() else { return };
    let resources = offered.resources.iter().map(|resource| (resource, "uri"));
    for (resource, field) in
        resources.chain(offered.resource_templates.iter().map(|one| (one, "uriTemplate")))
    {
        if let (Some(uri), Some(signature), true) =
            (resource.text(field), resource.signature(), resource.is_certain(field))
        {
            report.extend(finding(subject, resource, uri, signature));
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    resource: &Primitive,
    uri: &str,
    signature: &Signature,
) -> Option<Diagnostic> {
    let (fault, help) = fault(uri, signature).filter(|_| !subject.is_caught(&signature.registered))?;
    let place =
        written(subject, &signature.registered).unwrap_or_else(|| offered::place(&signature.registered));
    Some(offered::of(&RULE.card, resource, place, fault).help(help))
}

/// Where the URI of a registration is written as a literal by position.
fn written(subject: &Subject<'_>, registered: &Source) -> Option<Location> {
    let call = subject.call_at(registered)?;
    let first = call.positional().next().filter(|first| matches!(first.value, StaticValue::Text(_)))?;
    Some(offered::within(&registered.path, first.span))
}

/// What is wrong with the URI of a function, and what to do about it.
fn fault(uri: &str, signature: &Signature) -> Option<(String, String)> {
    let taken = Taken::read(signature);
    let is_fastmcp = signature.dialect.is_fastmcp();
    let variables = uri_template::variables(uri)?;
    let is_template = match signature.dialect {
        Dialect::Mcp1 => uri.contains('{') && uri.contains('}') || !signature.parameters.is_empty(),
        Dialect::Mcp2 => !variables.all().is_empty(),
        _ => uri.contains('{') && uri.contains('}') || !taken.as_ref()?.all.is_empty(),
    };
    if signature.dialect != Dialect::Mcp2 && !is_template {
        return (!has_scheme(uri)).then(|| (format!("`{uri}` is no URI"), with_scheme(uri)));
    }
    let taken = taken?;
    if is_fastmcp {
        fastmcp(uri, signature, &taken, &variables)
    } else {
        mcp(uri, signature, &taken, &variables)
    }
}

/// What a function takes from its URI.
struct Taken<'s> {
    all: BTreeSet<&'s str>,
    optional: BTreeSet<&'s str>,
    has_context: bool,
}

impl<'s> Taken<'s> {
    /// None where the text does not tell which parameters the SDK fills in.
    fn read(signature: &'s Signature) -> Option<Self> {
        let mut taken = Taken { all: BTreeSet::new(), optional: BTreeSet::new(), has_context: false };
        if tool_on_method::is_on_method(signature) {
            return None;
        }
        for parameter in &signature.parameters {
            let takes_all = matches!(signature.dialect, Dialect::Fastmcp3 | Dialect::Fastmcp4);
            // all others fill in the first alone
            if parameter.is_filled_in? && (takes_all || !taken.has_context) {
                taken.has_context = true;
                continue;
            }
            taken.add(parameter);
        }
        Some(taken)
    }

    fn add(&mut self, parameter: &'s SignatureParameter) {
        self.all.insert(&parameter.name);
        if parameter.has_default {
            self.optional.insert(&parameter.name);
        }
    }
}

fn mcp(
    uri: &str,
    signature: &Signature,
    taken: &Taken<'_>,
    variables: &Variables<'_>,
) -> Option<(String, String)> {
    let is_word = |name: &&str| !name.contains(['-', '.']);
    let all = variables.all();
    let named = match signature.dialect {
        Dialect::Mcp1 => variables.plain.iter().copied().filter(is_word).collect(),
        _ if all.iter().all(is_word) => all,
        _ => return None,
    };
    if named != taken.all {
        return Some(differ(uri, &named, &taken.all));
    }
    if signature.dialect == Dialect::Mcp1 {
        return None;
    }
    if named.is_empty() && taken.has_context {
        let fault = format!("`{uri}` has no parameters, so that mcp gives the function no context");
        return Some((fault, "remove the context, or add a parameter to the URI".to_owned()));
    }
    needless(uri, taken, variables)
}

fn fastmcp(
    uri: &str,
    signature: &Signature,
    taken: &Taken<'_>,
    variables: &Variables<'_>,
) -> Option<(String, String)> {
    let is_odd = |parameter: &SignatureParameter| {
        matches!(parameter.kind, ParameterKind::Rest | ParameterKind::Positional)
    };
    let is_early = signature.dialect == Dialect::Fastmcp2;
    if variables.is_odd || is_early && !variables.query.is_empty() || signature.parameters.iter().any(is_odd)
    {
        return None;
    }
    let required: BTreeSet<&str> = taken.all.difference(&taken.optional).copied().collect();
    let takes_any = signature.parameters.iter().find(|one| one.kind == ParameterKind::RestByName);
    let required = required.into_iter().filter(|name| takes_any.is_none_or(|any| any.name != **name));
    let (named, required) = (variables.all(), required.collect::<BTreeSet<_>>());
    let has_others = takes_any.is_none() && !named.is_subset(&taken.all);
    if named.is_empty() || !required.is_subset(&variables.path()) && !required.is_subset(&named) || has_others
    {
        return Some(differ(uri, &named, &taken.all));
    }
    needless(uri, taken, variables)
}

/// A parameter of the query that the function needs.
fn needless(uri: &str, taken: &Taken<'_>, variables: &Variables<'_>) -> Option<(String, String)> {
    let needed =
        variables.query.iter().find(|name| taken.all.contains(*name) && !taken.optional.contains(*name))?;
    let fault =
        format!("`{needed}` in the query of `{uri}` need not be given, and has no default in the function");
    Some((fault, format!("give `{needed}` a default")))
}

fn differ(uri: &str, named: &BTreeSet<&str>, taken: &BTreeSet<&str>) -> (String, String) {
    let names =
        |names: BTreeSet<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (astray, wanted) = (named - taken, taken - named);
    let fault = match (astray.is_empty(), wanted.is_empty()) {
        (false, false) => {
            format!("`{uri}` names {}, and its function takes {}", names(astray), names(wanted))
        }
        (false, true) => format!("`{uri}` names {}, which its function does not take", names(astray)),
        _ => format!("`{uri}` does not name {}, which its function takes", names(wanted)),
    };
    (fault, "write the same parameters in the URI and in the function".to_owned())
}

/// Whether a text begins as a URI does: RFC 3986, section 3.1.
fn has_scheme(uri: &str) -> bool {
    let scheme = uri.trim().split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|one| one.is_ascii_alphanumeric() || "+-.".contains(one))
    })
}

/// How a text becomes a URI.
fn with_scheme(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.starts_with(|first: char| first.is_ascii_alphabetic()) => {
            let scheme = scheme.replace(|one: char| !one.is_ascii_alphanumeric(), "-");
            format!("call it `{scheme}://{rest}`")
        }
        Some((_, rest)) => format!("call it `resource://{rest}`"),
        None => format!("call it `resource://{}`", text.trim_start_matches('/')),
    }
}
