//! What each operation of a document becomes: a tool, a resource, a template of resources, or nothing.

use super::super::registry::Registry;
use super::pattern;
use super::route::Route;
use crate::evaluation::{PathCondition, Run, Value};

/// What an operation becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tool,
    Resource,
    Template,
    Nothing,
}

const KINDS: [(&str, Kind); 4] = [
    ("EXCLUDE", Kind::Nothing),
    ("RESOURCE", Kind::Resource),
    ("RESOURCE_TEMPLATE", Kind::Template),
    ("TOOL", Kind::Tool),
];

impl Kind {
    /// The member of the SDK's enum that a value is.
    fn of(value: &Value) -> Option<Self> {
        let path = value.path()?;
        let (class, name) = path.strip_suffix(".value").unwrap_or(&path).rsplit_once('.')?;
        let is_enum = class.rsplit('.').next().is_some_and(|class| matches!(class, "MCPType" | "RouteType"));
        KINDS.iter().find(|(known, _)| is_enum && *known == name).map(|(_, kind)| *kind)
    }

    /// The member of the SDK's enum.
    pub(super) fn value(self) -> Value {
        let name = KINDS.iter().find(|(_, kind)| *kind == self).map_or("TOOL", |(name, _)| *name);
        Value::foreign(&format!("fastmcp.server.openapi.MCPType.{name}"))
    }
}

/// What an operation may become, and the tags that this brings.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// One where that is certain.
    pub(super) kinds: Vec<Kind>,
    /// None where they are not known.
    pub(super) tags: Option<Vec<String>>,
    /// What it becomes by default, as the program's own function says, where another configuration may say otherwise.
    pub(super) default: Option<Value>,
}

impl Outcome {
    /// What its becoming this depends on.
    pub(super) fn condition(&self, run: &mut Run<'_, Registry>, kind: Kind) -> PathCondition {
        match &self.default {
            _ if self.kinds.len() == 1 => PathCondition::default(),
            Some(Value::Default(answer, by)) => {
                // the function is asked last, and may leave it at what it was
                let is_default =
                    Kind::of(answer).map_or(self.kinds.first() == Some(&kind), |known| known == kind);
                run.test_of(&Value::Bool(is_default).by_default(by)).into()
            }
            _ => run.new_unknown(),
        }
    }
}

/// A mapping that the program gives.
pub(super) struct RouteMap {
    /// None for all of them.
    methods: Option<Vec<String>>,
    pattern: String,
    tags: Vec<String>,
    kind: Kind,
    added: Vec<String>,
}

/// The mappings that the program gives; none where they are not all known.
pub(super) fn route_maps(run: &mut Run<'_, Registry>, given: Option<&Value>) -> Option<Vec<RouteMap>> {
    match given {
        None | Some(Value::None) => Some(Vec::new()),
        Some(given) => {
            if given.without_default().1.is_some() {
                return None;
            }
            let (items, here) = (run.items(given)?, run.condition());
            let is_sure = |when: &PathCondition| when.beyond(&here).is_some_and(|more| more.is_empty());
            items.iter().map(|(item, when)| route_map(run, item).filter(|_| is_sure(when))).collect()
        }
    }
}

fn route_map(run: &mut Run<'_, Registry>, value: &Value) -> Option<RouteMap> {
    let Value::Object(object) = value else { return None };
    let is_own = object.class.path().is_some_and(|path| path.ends_with(".RouteMap"));
    let arguments = &object.arguments;
    if !is_own || arguments.open || !arguments.positional.is_empty() || !object.fields.borrow().is_empty() {
        return None;
    }
    let mut texts = |name: &str| match arguments.named(name) {
        None => Some(Vec::new()),
        Some(given) => run.sorted_texts(given),
    };
    let methods = match arguments.named("methods") {
        None => None,
        Some(Value::Text(all)) if &**all == "*" => None,
        Some(_) => Some(texts("methods")?),
    };
    let pattern = match arguments.named("pattern") {
        None => ".*".to_owned(),
        Some(given) => written(given)?,
    };
    let kind = Kind::of(arguments.named("mcp_type").or_else(|| arguments.named("route_type"))?)?;
    Some(RouteMap { methods, pattern, tags: texts("tags")?, kind, added: texts("mcp_tags")? })
}

/// The pattern as it is written, also where it was compiled without flags.
fn written(pattern: &Value) -> Option<String> {
    match pattern {
        Value::Object(object) if object.class.path().is_some_and(|path| path == "re.compile") => {
            match &*object.arguments.positional {
                [Value::Text(text)] if object.arguments.named.is_empty() => Some(text.to_string()),
                _ => None,
            }
        }
        other => Some(other.as_text()?.to_string()),
    }
}

/// What the mappings make of an operation.
pub(super) fn mapped(route: &Route, maps: Option<&[RouteMap]>) -> Outcome {
    let Some(maps) = maps else {
        return Outcome { kinds: vec![Kind::Tool, Kind::Nothing], tags: None, default: None };
    };
    let mut kinds: Vec<Kind> = Vec::new();
    let mut tags = Some(Vec::new());
    for map in maps {
        let fits = fits(route, map);
        if fits == Some(false) {
            continue;
        }
        if !kinds.contains(&map.kind) {
            kinds.push(map.kind);
        }
        if fits == Some(true) {
            let is_first = kinds.len() == 1;
            tags = if is_first { Some(map.added.clone()) } else { None };
            return Outcome { kinds, tags, default: None };
        }
        if !map.added.is_empty() {
            tags = None;
        }
    }
    if !kinds.contains(&Kind::Tool) {
        kinds.push(Kind::Tool);
    }
    Outcome { kinds, tags, default: None }
}

fn fits(route: &Route, map: &RouteMap) -> Option<bool> {
    if map.methods.as_ref().is_some_and(|methods| !methods.contains(&route.method)) {
        return Some(false);
    }
    let is_found = pattern::is_found(&map.pattern, &route.path)?;
    let is_tagged = map.tags.iter().all(|tag| route.tags.contains(tag));
    let is_unsure = !is_tagged && route.tags.iter().any(|tag| super::hole::is_unknown(tag));
    match (is_found, is_tagged, is_unsure) {
        (true, _, true) => None,
        (found, tagged, _) => Some(found && tagged),
    }
}

/// What the program's own function makes of what the mappings made.
pub(super) fn chosen(outcome: Outcome, answers: &[Value]) -> Outcome {
    let mut kinds = Vec::new();
    for answer in answers {
        let is_default = choose(answer, &outcome.kinds, &mut kinds);
        if is_default {
            kinds.extend(outcome.kinds.iter().copied());
            kinds.push(Kind::Nothing);
        }
    }
    kinds.dedup();
    let mut once = Vec::new();
    for kind in kinds {
        if !once.contains(&kind) {
            once.push(kind);
        }
    }
    let default = match answers {
        [answer @ Value::Default(..)] if outcome.kinds.len() == 1 => Some(answer.clone()),
        _ => None,
    };
    Outcome { kinds: once, default, ..outcome }
}

/// Adds what an answer may stand for; whether it may be anything else.
fn choose(answer: &Value, before: &[Kind], kinds: &mut Vec<Kind>) -> bool {
    match answer {
        Value::None => {
            kinds.extend(before);
            false
        }
        Value::Either(several) => several.iter().any(|one| choose(one, before, kinds)),
        Value::Default(value, _) => {
            choose(value, before, kinds);
            true
        }
        other => match Kind::of(other) {
            Some(kind) => {
                kinds.push(kind);
                false
            }
            None => true,
        },
    }
}
