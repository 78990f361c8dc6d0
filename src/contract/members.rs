//! What objects and lists hold: parameters and fields, items.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::change::ChangeLevel;
use super::compare::{Comparison, Direction, Relation};
use super::node::Node;
use super::schema_path::SchemaPath;

/// The schema that admits everything.
static ANYTHING: Value = Value::Bool(true);

/// The properties of an object in their order, those too that it requires without telling more of them.
struct Members<'s> {
    order: Vec<&'s str>,
    schemas: HashMap<&'s str, &'s Value>,
    required: HashSet<&'s str>,
}

impl<'s> Members<'s> {
    fn of(node: &Node<'s>) -> Self {
        let properties = node.get("properties").and_then(Value::as_object).into_iter().flatten();
        let required = node.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut members = Self {
            order: properties.clone().map(|(name, _)| name.as_str()).collect(),
            schemas: properties.map(|(name, schema)| (name.as_str(), schema)).collect(),
            required: HashSet::new(),
        };
        for name in required.filter_map(Value::as_str).filter(|name| members.required.insert(name)) {
            members.schemas.entry(name).or_insert_with(|| {
                members.order.push(name);
                &ANYTHING
            });
        }
        members
    }

    fn get(&self, name: &str) -> Option<&'s Value> {
        self.schemas.get(name).copied()
    }

    fn requires(&self, name: &str) -> bool {
        self.required.contains(name)
    }

    /// Those that `other` has not.
    fn beside(&self, other: &Self) -> Vec<&'s str> {
        self.order.iter().filter(|name| other.get(name).is_none()).copied().collect()
    }

    /// Whether an SDK wrapped a value that is no object.
    fn is_wrapped(&self) -> bool {
        self.order == ["result"] && self.requires("result")
    }
}

impl<'s> Comparison<'s> {
    /// Compares the members of two objects.
    pub(super) fn object(&mut self, base: &Node<'s>, new: &Node<'s>, place: &SchemaPath) {
        let (old, now) = (Members::of(base), Members::of(new));
        let rewrapped = old.is_wrapped() && now.get("result").is_none()
            || now.is_wrapped() && old.get("result").is_none();
        if self.direction == Direction::Output && place.depth == 0 && rewrapped {
            let message =
                if now.is_wrapped() { "is wrapped in `result` now" } else { "no longer stands in `result`" };
            self.tell("result-rewrapped", ChangeLevel::Major, place, format!("the result {message}"));
            return;
        }
        let come = now.beside(&old);
        for name in &old.order {
            let (below, schema) = (place.property(name), old.schemas[name]);
            match now.get(name) {
                Some(newer) => {
                    self.presence([&old, &now], name, &below);
                    self.schema(schema, newer, &below);
                }
                None => {
                    let hint = renamed(schema, &come, &now);
                    let hint = hint.map(|name| format!("; `{name}` is new and of the same type"));
                    let message = format!("{} is gone{}", self.member(&below), hint.unwrap_or_default());
                    self.tell(&self.kind(&below, "removed"), ChangeLevel::Major, &below, message);
                }
            }
        }
        for name in come {
            self.added(now.requires(name), &place.property(name));
        }
        self.rest(base, new, place);
    }

    fn added(&mut self, required: bool, place: &SchemaPath) {
        let what = self.member(place);
        let noun = self.noun(place);
        match (required, self.direction) {
            (true, Direction::Input) => {
                let kind = format!("required-{noun}-added");
                self.tell(&kind, ChangeLevel::Major, place, format!("{what} is new and required"));
            }
            (true, Direction::Output) => {
                self.tell(
                    &format!("required-{noun}-added"),
                    ChangeLevel::Minor,
                    place,
                    format!("{what} is new"),
                );
            }
            (false, _) => {
                self.tell(&self.kind(place, "added"), ChangeLevel::Minor, place, format!("{what} is new"));
            }
        }
    }

    /// Compares whether a member may be left out, and what it is then.
    fn presence(&mut self, [old, now]: [&Members<'s>; 2], name: &str, place: &SchemaPath) {
        let what = self.member(place);
        match (old.requires(name), now.requires(name)) {
            (false, true) => {
                let message = match self.direction {
                    Direction::Input => format!("{what} is required now"),
                    Direction::Output => format!("{what} is always there now"),
                };
                self.relate(&self.kind(place, "now-required"), Relation::Narrower, place, message);
            }
            (true, false) => {
                let message = format!("{what} may be left out now");
                self.relate(&self.kind(place, "now-optional"), Relation::Wider, place, message);
            }
            (false, false) if self.direction == Direction::Input => {
                let default =
                    |members: &Members<'s>, side| self.node(side, members.get(name)?)?.get("default");
                self.default(default(old, 0), default(now, 1), &what, place);
            }
            _ => {}
        }
    }

    fn default(&mut self, old: Option<&Value>, now: Option<&Value>, what: &str, place: &SchemaPath) {
        let below = place.keyword("default");
        match (old, now) {
            (old, now) if old == now => {}
            (None, Some(now)) => {
                self.tell(
                    "default-added",
                    ChangeLevel::Minor,
                    &below,
                    format!("{what} is `{now}` by default"),
                );
            }
            (Some(old), None) => {
                self.tell(
                    "default-removed",
                    ChangeLevel::Minor,
                    &below,
                    format!("{what} is no longer `{old}` by default"),
                );
            }
            (Some(old), Some(now)) => {
                let message = format!("{what} is `{now}` by default, and was `{old}`");
                self.tell("default-changed", ChangeLevel::Minor, &below, message);
                self.warn(true);
            }
            (None, None) => {}
        }
    }

    /// Compares what members beside those with names are admitted.
    fn rest(&mut self, base: &Node<'s>, new: &Node<'s>, place: &SchemaPath) {
        const KEYWORD: &str = "additionalProperties";
        let rest = |node: &Node<'s>| match node.get(KEYWORD) {
            Some(Value::Object(schema)) if schema.is_empty() => &ANYTHING,
            Some(schema) => schema,
            None => &ANYTHING,
        };
        let (old, now) = (rest(base), rest(new));
        let relation = match (old, now) {
            (old, now) if old == now && self.agreed => return,
            (Value::Object(_), Value::Object(_)) => return self.schema(old, now, &place.values()),
            (Value::Bool(true), _) | (Value::Object(_), Value::Bool(false)) => Relation::Narrower,
            _ => Relation::Wider,
        };
        if old == now || self.reshaped && !old.is_object() && !now.is_object() {
            return;
        }
        let (kind, number) = match relation {
            Relation::Narrower => ("additional-properties-closed", "fewer"),
            _ => ("additional-properties-opened", "more"),
        };
        let message = format!("{} may hold {number} members that have no name there", self.named(place));
        self.relate(kind, relation, &place.keyword(KEYWORD), message);
    }

    /// Compares the items of two lists.
    pub(super) fn array(&mut self, base: &Node<'s>, new: &Node<'s>, place: &SchemaPath) {
        let told = |node: &Node<'s>| node.get("items").or(node.get("prefixItems")).is_some();
        if !told(base) && !told(new) {
            return;
        }
        let rest = |node: &Node<'s>| node.get("items").unwrap_or(&ANYTHING);
        let prefix =
            |node: &Node<'s>| node.get("prefixItems").and_then(Value::as_array).map_or(&[][..], |all| all);
        let most = |node: &Node<'s>| node.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let (old, now) = (prefix(base), prefix(new));
        let reached = most(base).min(most(new));
        for at in (0..old.len().max(now.len())).take_while(|at| (*at as u64) < reached) {
            let (one, other) = (old.get(at).unwrap_or(rest(base)), now.get(at).unwrap_or(rest(new)));
            self.schema(one, other, &place.items(Some(at)));
        }
        if (old.len().min(now.len()) as u64) < reached {
            self.schema(rest(base), rest(new), &place.items(None));
        }
    }

    /// What a member is called: those of the arguments themselves are parameters.
    fn noun(&self, place: &SchemaPath) -> &'static str {
        if self.direction == Direction::Input && place.depth == 1 { "parameter" } else { "field" }
    }

    fn kind(&self, place: &SchemaPath, event: &str) -> String {
        format!("{}-{event}", self.noun(place))
    }

    fn member(&self, place: &SchemaPath) -> String {
        format!("{} {}", self.noun(place), self.named(place))
    }
}

/// The only new member of the type that a gone one had: it was renamed, perhaps.
fn renamed<'s>(gone: &Value, come: &[&'s str], now: &Members<'s>) -> Option<&'s str> {
    let of_type = bare(gone)?;
    // among so many nobody renamed one
    let few = come.iter().filter(|_| come.len() <= 20);
    let mut alike = few.filter(|name| now.get(name).and_then(bare).as_ref() == Some(&of_type));
    let name = alike.next()?;
    alike.next().is_none().then_some(name)
}

/// The schema without what tells people something; none when nothing is left.
fn bare(schema: &Value) -> Option<Map<String, Value>> {
    let mut members = schema.as_object()?.clone();
    members.retain(|keyword, _| !["title", "description", "default", "examples"].contains(&keyword.as_str()));
    (!members.is_empty()).then_some(members)
}
