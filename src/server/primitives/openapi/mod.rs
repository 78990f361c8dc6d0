//! The tools and resources that `fastmcp` makes of an OpenAPI document.
//!
//! ```text
//! a dict of the program ─► document ─► routes ─► mapping ─► component ─► what is registered
//!                          (model)               (pattern)   (input, output, name)
//! ```
//!
//! Each step is one of the SDK's, of which the releases differ. What the text does not tell of a document keeps its
//! place as a hole ([`hole`]), and marks the fields that it reaches.

mod component;
mod compose;
mod convert;
mod document;
mod hole;
mod input;
mod layout;
mod mapping;
mod model;
mod name;
mod output;
mod pattern;
mod route;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

pub(super) use self::component::switched;
use self::document::Document;
use self::mapping::{Kind, Outcome, RouteMap};
use self::name::Names;
use self::route::{Route, Routes};
use super::draft::Draft;
use super::json;
use super::registry::{Registry, register};
use super::schema;
use crate::evaluation::{Arguments, CodeLocation, ListValue, PathCondition, Run, Value};
use crate::sdk::{Dialect, PrimitiveKind};

/// Told of a document of which nothing is known, or not all.
const UNKNOWN: &str = "the tools of an OpenAPI document";

/// So many values may the schemas of one document hold, laid out.
const LARGEST: usize = 3_000_000;

/// The schemas of a tool that was made of an operation.
#[derive(Debug)]
pub(super) struct Made {
    input: Json,
    output: Option<Json>,
    /// The fields that the text does not wholly tell.
    partial: BTreeSet<&'static str>,
}

impl Made {
    /// Fills in a tool that was registered with `arguments`.
    pub(super) fn fill(
        &self,
        run: &mut Run<'_, Registry>,
        dialect: Dialect,
        name: &str,
        arguments: &Arguments,
        draft: &mut Draft,
    ) {
        draft.listed.insert("name".to_owned(), Json::from(name));
        draft.set("title", arguments.named("title"));
        draft.set("description", arguments.named("description"));
        draft.listed.insert("inputSchema".to_owned(), self.input.clone());
        draft.listed.extend(self.output.iter().map(|schema| ("outputSchema".to_owned(), schema.clone())));
        schema::passed_on(run, dialect, arguments, draft);
        schema::titled(dialect, name, draft);
        draft.partial.extend(self.partial.iter().map(|field| (*field).to_owned()));
    }
}

/// Registers what is made of the document that `arguments` give a server, its constructor or a provider.
pub(super) fn offer(run: &mut Run<'_, Registry>, server: usize, arguments: &Arguments, place: &CodeLocation) {
    let document = arguments.get(0, "openapi_spec").cloned();
    // another configuration may name another document
    if let Some(given @ Value::Default(document, _)) = &document {
        run.host.tell_unknown(place, UNKNOWN);
        let when = run.test_of(given).into();
        let arguments = with_document(arguments, document);
        run.under(&when, |run| offer(run, server, &arguments, place));
        return;
    }
    let here = run.condition();
    let read = document.filter(|_| !arguments.open).and_then(|value| Document::read(&value, &here));
    let Some(document) = read else { return run.host.tell_unknown(place, UNKNOWN) };
    let dialect = run.host.servers[server].dialect;
    let Ok(routes) = Routes::read(&document, dialect) else { return run.host.tell_unknown(place, UNKNOWN) };
    if document.is_open {
        run.host.tell_unknown(place, UNKNOWN);
    }
    let mut maker = Maker::new(run, server, &document, arguments, place);
    for route in routes.list() {
        maker.make(run, &routes, route);
    }
}

/// The arguments with a document in the place of theirs.
fn with_document(arguments: &Arguments, document: &Value) -> Arguments {
    let mut all = arguments.clone();
    match all.named.iter_mut().find(|(name, _)| &**name == "openapi_spec") {
        Some((_, given)) => *given = document.clone(),
        None => all.positional.iter_mut().take(1).for_each(|given| *given = document.clone()),
    }
    all
}

/// Makes components of operations.
struct Maker<'d> {
    server: usize,
    dialect: Dialect,
    document: &'d Document,
    place: CodeLocation,
    maps: Option<Vec<RouteMap>>,
    /// The function that has the last word on what an operation becomes.
    chooses: Option<Value>,
    /// The function that changes what was made.
    changes: Option<Value>,
    names: Value,
    /// What the code depends on that makes them.
    here: PathCondition,
    /// The tags that all have; none where they are not known.
    tags: Option<Vec<String>>,
    checks_answers: Option<bool>,
    used: [Names; 3],
    /// Whether an operation that came before may not be there.
    is_unsure: bool,
    room: usize,
}

impl<'d> Maker<'d> {
    fn new(
        run: &mut Run<'_, Registry>,
        server: usize,
        document: &'d Document,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Self {
        let given = |name: &str| arguments.named(name).filter(|value| !matches!(value, Value::None)).cloned();
        let positions =
            Positions { arguments, is_late: run.host.servers[server].dialect != Dialect::Fastmcp2 };
        let maps = positions.get(2, "route_maps");
        Self {
            server,
            dialect: run.host.servers[server].dialect,
            document,
            place: place.clone(),
            maps: mapping::route_maps(run, maps.as_ref()),
            chooses: positions.get(3, "route_map_fn"),
            changes: positions.get(4, "mcp_component_fn"),
            names: positions.get(5, "mcp_names").unwrap_or(Value::None),
            here: run.condition(),
            tags: match positions.get(6, "tags") {
                None => Some(Vec::new()),
                Some(tags) => run.sorted_texts(&tags),
            },
            checks_answers: given("validate_output").map_or(Some(true), |checks| checks.truth()),
            used: Default::default(),
            is_unsure: false,
            room: LARGEST,
        }
    }

    fn is_sure(&self, condition: &PathCondition) -> bool {
        condition.beyond(&self.here).is_some_and(|more| more.is_empty())
    }

    /// Makes what an operation becomes.
    fn make(&mut self, run: &mut Run<'_, Registry>, routes: &Routes<'_>, route: &Route) {
        let hooks = self.chooses.is_some() || self.changes.is_some();
        let place = self.place.clone();
        let operation = hooks.then(|| component::operation(run, route, &self.document.version, &place));
        let outcome = self.outcome(run, route, operation.as_ref());
        let is_sure = outcome.kinds.len() == 1;
        for kind in outcome.kinds.iter().copied().filter(|kind| *kind != Kind::Nothing) {
            let when = route.condition.and(&outcome.condition(run, kind));
            run.under(&when, |run| {
                self.component(run, routes, route, kind, &outcome, operation.as_ref());
            });
        }
        self.is_unsure |= !is_sure || !self.is_sure(&route.condition);
    }

    fn outcome(&self, run: &mut Run<'_, Registry>, route: &Route, operation: Option<&Value>) -> Outcome {
        let outcome = mapping::mapped(route, self.maps.as_deref());
        let (Some(chooses), Some(operation)) = (&self.chooses, operation) else { return outcome };
        let answers: Vec<Value> = if component::is_followed(chooses) {
            let kinds = outcome.kinds.clone();
            let given = kinds.into_iter().map(Kind::value);
            given
                .map(|kind| run.call(chooses, Arguments::positional([operation.clone(), kind]), &self.place))
                .collect()
        } else {
            vec![Value::Unknown]
        };
        mapping::chosen(outcome, &answers)
    }

    /// Makes one component, lets the program change it, and registers it.
    fn component(
        &mut self,
        run: &mut Run<'_, Registry>,
        routes: &Routes<'_>,
        route: &Route,
        kind: Kind,
        outcome: &Outcome,
        operation: Option<&Value>,
    ) {
        let Some(name) = self.name(route) else {
            self.is_unsure = true;
            return run.host.tell_unknown(&self.place, UNKNOWN);
        };
        let (name, is_numbered) = self.used[kind as usize].unique(name, self.dialect);
        let mut fields = vec![("name", Value::text(&name)), ("description", self.description(route, kind))];
        fields.push(("tags", self.tags(route, outcome)));
        let mut made = None;
        match kind {
            Kind::Tool => made = Some(self.tool(routes, route)),
            Kind::Resource => fields.push(("uri", Value::text(&format!("resource://{name}")))),
            _ => fields.push(("uri_template", Value::text(&template(route, &name)))),
        }
        if kind != Kind::Tool {
            let media = match (self.dialect, kind) {
                (Dialect::Fastmcp2, Kind::Template) => "text/plain",
                (Dialect::Fastmcp2, _) => "application/json",
                _ => output::media(route),
            };
            fields.push(("mime_type", Value::text(media)));
        }
        let sure = !(is_numbered && self.is_unsure);
        run.surely(sure, |run| self.register(run, kind, fields, made, operation));
    }

    fn register(
        &self,
        run: &mut Run<'_, Registry>,
        kind: Kind,
        mut fields: Vec<(&str, Value)>,
        mut made: Option<Made>,
        operation: Option<&Value>,
    ) {
        let changes = self.changes.as_ref().zip(operation);
        if let (Some(_), Some(made)) = (changes, &made) {
            fields.push(("parameters", json::value(&made.input)));
            fields.push(("output_schema", made.output.as_ref().map_or(Value::None, json::value)));
        }
        let component = component::component(run, kind, fields, &self.place);
        let value = Value::Object(component.clone());
        if let Some((changes, operation)) = changes {
            if component::is_followed(changes) {
                self.call(run, changes, [operation.clone(), value.clone()]);
            }
            let is_known = component::is_followed(changes) && !run.is_exhausted();
            if let Some(made) = &mut made {
                changed(&component.fields.borrow(), is_known, made);
            }
        }
        let arguments = component::arguments(&component);
        let what = if kind == Kind::Tool { PrimitiveKind::Tool } else { PrimitiveKind::Resource };
        register(run, self.server, what, &value, arguments, &self.place, made.map(Rc::new));
    }

    /// Calls a function of the program for an operation.
    fn call(&self, run: &mut Run<'_, Registry>, called: &Value, given: [Value; 2]) -> Value {
        run.apart(|run| run.call(called, Arguments::positional(given), &self.place))
    }

    /// What an operation is called before that is made unique; none where it is not known.
    fn name(&self, route: &Route) -> Option<String> {
        let id = route.operation_id.as_deref().filter(|id| !id.is_empty());
        let summary = route.summary.as_deref().filter(|summary| !summary.is_empty());
        let given = match (id.map(|id| (id, self.given_name(id))), summary) {
            (Some((_, Given::Unknown)), _) => return None,
            (Some((_, Given::Name(name))), _) => name.to_string(),
            (Some((id, Given::Nothing)), _) => id.split("__").next().unwrap_or_default().to_owned(),
            (None, Some(summary)) => summary.to_owned(),
            (None, None) => format!("{}_{}", route.method, route.path),
        };
        if hole::is_unknown(&given) { None } else { Some(name::slug(&given)) }
    }

    /// The name that the program gives an operation.
    fn given_name(&self, id: &str) -> Given {
        match &self.names {
            Value::None => Given::Nothing,
            Value::Dict(dict) => {
                let items = dict.items.borrow();
                let found = items.iter().rev().find(|(key, ..)| key.as_text().is_some_and(|key| &*key == id));
                match found {
                    Some((_, name, when)) if self.is_sure(when) && name.without_default().1.is_none() => {
                        name.as_text().map_or(Given::Unknown, Given::Name)
                    }
                    None if !dict.open.get() => Given::Nothing,
                    _ => Given::Unknown,
                }
            }
            _ => Given::Unknown,
        }
    }

    fn description(&self, route: &Route, kind: Kind) -> Value {
        let told = [&route.description, &route.summary];
        let told = told.into_iter().flatten().find(|text| !text.is_empty()).cloned();
        let mut text = told.unwrap_or_else(|| match kind {
            Kind::Resource => format!("Represents {}", route.path),
            Kind::Template => format!("Template for {}", route.path),
            _ => format!("Executes {} {}", route.method, route.path),
        });
        let path: Vec<(&str, &str)> = route
            .parameters
            .iter()
            .filter(|one| one.place == "path")
            .filter_map(|one| Some((&*one.name, one.description.as_deref().filter(|said| !said.is_empty())?)))
            .collect();
        if self.dialect == Dialect::Fastmcp2 && !path.is_empty() {
            text.push_str("\n\n\n**Path Parameters:**");
            for (name, said) in path {
                text.push_str(&format!("\n\n- **{name}**: {said}"));
            }
        }
        if hole::is_unknown(&text) { Value::Unknown } else { Value::Text(text.into()) }
    }

    fn tags(&self, route: &Route, outcome: &Outcome) -> Value {
        let (Some(all), Some(added)) = (&self.tags, &outcome.tags) else { return Value::Unknown };
        if route.tags.iter().any(|tag| hole::is_unknown(tag)) {
            return Value::Unknown;
        }
        let tags: BTreeSet<&String> = route.tags.iter().chain(all).chain(added).collect();
        Value::Set(Rc::new(ListValue::of(tags.into_iter().map(|tag| Value::text(tag)))))
    }

    /// The schemas of a tool.
    fn tool(&mut self, routes: &Routes<'_>, route: &Route) -> Made {
        let models = self.document.models;
        let is_versioned = self.document.version.starts_with('3');
        let taken = routes.taken(route, &mut self.room);
        let given = routes.given(route, &mut self.room);
        let mut partial = BTreeSet::new();
        let input = input::schema(route, &taken, models, is_versioned, self.dialect);
        let input = self.listed(&input, "inputSchema", &mut partial);
        // there the conversion of an answer changes the definitions that others share with it
        if self.dialect == Dialect::Fastmcp2 && convert::shares_nullable_union(&taken) {
            partial.insert("inputSchema");
        }
        let mut output = output::schema(route, &given, models, is_versioned, self.dialect);
        if self.dialect != Dialect::Fastmcp2 {
            match self.checks_answers {
                Some(true) => {}
                Some(false) => output = output.as_ref().map(output::permissive),
                None => drop(partial.insert("outputSchema")),
            }
        }
        let output = output.map(|output| self.listed(&output, "outputSchema", &mut partial));
        Made { input, output, partial }
    }

    /// A schema as it is listed, without its holes.
    fn listed(&mut self, schema: &Json, field: &'static str, partial: &mut BTreeSet<&'static str>) -> Json {
        let (known, is_whole) = hole::known(schema);
        if !is_whole {
            partial.insert(field);
        }
        if self.dialect == Dialect::Fastmcp2 {
            return known;
        }
        layout::laid_out(&known, &mut self.room).unwrap_or_else(|| {
            partial.insert(field);
            known
        })
    }
}

/// The name that a program gives an operation.
enum Given {
    Name(Arc<str>),
    Nothing,
    Unknown,
}

/// The arguments of a constructor, which come by position behind the name in some releases.
struct Positions<'a> {
    arguments: &'a Arguments,
    is_late: bool,
}

impl Positions<'_> {
    fn get(&self, position: usize, name: &str) -> Option<Value> {
        let position = position + usize::from(self.is_late);
        self.arguments.get(position, name).filter(|value| !matches!(value, Value::None)).cloned()
    }
}

/// The URI of a template, with the parameters of the path.
fn template(route: &Route, name: &str) -> String {
    let mut names: Vec<&str> =
        route.parameters.iter().filter(|one| one.place == "path").map(|one| &*one.name).collect();
    names.sort_unstable();
    let parts: String = names.iter().map(|name| format!("/{{{name}}}")).collect();
    format!("resource://{name}{parts}")
}

/// Takes over what a function of the program made of the schemas.
fn changed(fields: &BTreeMap<Arc<str>, Value>, is_known: bool, made: &mut Made) {
    let mut read = |field: &str, listed: &'static str| {
        let value = fields.get(field).cloned().unwrap_or(Value::Unknown);
        let schema = json::json(&value).filter(|_| is_known && !component::may_differ(&value));
        if schema.is_none() {
            made.partial.insert(listed);
        }
        schema
    };
    if let Some(input) = read("parameters", "inputSchema").filter(Json::is_object) {
        made.input = input;
    }
    match read("output_schema", "outputSchema") {
        Some(Json::Null) => made.output = None,
        Some(output) => made.output = Some(output),
        None => {}
    }
    for (field, listed) in
        [("description", "description"), ("annotations", "annotations"), ("title", "title")]
    {
        if !is_known || fields.get(field).is_some_and(component::may_differ) {
            made.partial.insert(listed);
        }
    }
    if !is_known || ["tags", "meta"].iter().any(|field| fields.get(*field).is_some_and(component::may_differ))
    {
        made.partial.insert("_meta");
    }
}
