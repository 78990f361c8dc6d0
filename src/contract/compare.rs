//! Two JSON schemas of one place, and how what they admit differs.
//!
//! JSON Schema 2020-12, as far as the SDKs write it. What a caller sends is judged against its direction: a server may
//! come to take more and must not take less; of what it answers it may come to give less and must not give more. What is
//! not understood (`oneOf`, `allOf`, `not`, conditions) is told as unknown where it differs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{ChangeLevel, ChangeSubject, ContractChange, change};
use super::node::{NOTES, Node};
use super::schema::definitions;
use super::schema_path::SchemaPath;

/// Who makes the values that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The caller: arguments.
    Input,
    /// The server: results.
    Output,
}

/// How what the newer schema admits lies to what the older one did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Wider,
    Narrower,
    Other,
}

/// More schemas than two tools of any server have; only hostile files have more.
const MOST: usize = 100_000;
/// Deeper than any contract that can be read nests, but for references.
const DEEPEST: usize = 150;

/// One comparison of two schemas.
pub(super) struct Comparison<'s> {
    pub(super) direction: Direction,
    /// Whether another SDK shapes the newer one.
    pub(super) reshaped: bool,
    pub(super) subject: &'s ChangeSubject,
    pub(super) found: Vec<ContractChange>,
    definitions: [BTreeMap<&'s str, &'s Value>; 2],
    /// Whether equal references mean the same.
    pub(super) agreed: bool,
    /// The pairs of references that are being compared.
    within: Vec<[&'s Value; 2]>,
    depth: usize,
    left: usize,
}

/// What changed between two schemas of a field.
pub(super) fn schemas(
    subject: &ChangeSubject,
    place: &SchemaPath,
    [base, new]: [&Value; 2],
    direction: Direction,
    reshaped: bool,
) -> Vec<ContractChange> {
    let definitions = [definitions(base), definitions(new)];
    let agreed = definitions[0] == definitions[1];
    let mut comparison = Comparison {
        direction,
        reshaped,
        subject,
        found: Vec::new(),
        definitions,
        agreed,
        within: Vec::new(),
        depth: 0,
        left: MOST,
    };
    comparison.schema(base, new, place);
    comparison.found
}

impl<'s> Comparison<'s> {
    /// Compares two schemas of one place.
    pub(super) fn schema(&mut self, base: &'s Value, new: &'s Value, place: &SchemaPath) {
        if base == new && (self.agreed || !base.is_object()) {
            return;
        }
        let references = [base, new].map(|schema| schema.get("$ref"));
        let pair = if let [Some(base), Some(new)] = references { Some([base, new]) } else { None };
        if pair.is_some_and(|pair| self.within.contains(&pair)) {
            return;
        }
        self.left = self.left.saturating_sub(1);
        let [of_base, of_new] = &self.definitions;
        let nodes = (Node::of(base, of_base), Node::of(new, of_new));
        let (Some(base), Some(new)) = nodes else { return self.unknown(place) };
        if self.left == 0 || self.depth > DEEPEST {
            return self.unknown(place);
        }
        self.within.extend(pair);
        self.depth += 1;
        self.arms(&base, &new, place);
        self.depth -= 1;
        self.within.truncate(self.within.len() - usize::from(pair.is_some()));
    }

    /// The node of a schema of the older side, or of the newer one.
    pub(super) fn node(&self, side: usize, schema: &'s Value) -> Option<Node<'s>> {
        Node::of(schema, &self.definitions[side])
    }

    /// Compares two schemas that are no unions.
    pub(super) fn single(&mut self, base: &Node<'s>, new: &Node<'s>, place: &SchemaPath) {
        let opaque: BTreeSet<&str> = base.opaque().chain(new.opaque()).collect();
        if opaque.iter().any(|keyword| !self.agreed || base.get(keyword) != new.get(keyword)) {
            return self.unknown(place);
        }
        self.notes(base, new, place);
        if self.types(base, new, place) {
            self.bounds(base, new, place);
            self.object(base, new, place);
            self.array(base, new, place);
        }
    }

    /// Compares what the schemas tell people, and clients beside the schema.
    pub(super) fn notes(&mut self, base: &Node<'_>, new: &Node<'_>, place: &SchemaPath) {
        let what = self.named(place);
        let differs = |keyword: &&&str| base.get(keyword) != new.get(keyword);
        if differs(&&"x-mcp-header") {
            let message = format!("the header that carries {what} changed");
            self.tell("header-changed", ChangeLevel::Minor, &place.keyword("x-mcp-header"), message);
        }
        if differs(&&"description") && !self.reshaped {
            let message = format!("{what} is described otherwise");
            self.tell("description-changed", ChangeLevel::Patch, &place.keyword("description"), message);
            self.warn(self.direction == Direction::Input);
        }
        for note in NOTES.iter().filter(differs) {
            let message = format!("`{note}` of {what} changed");
            self.tell("note-changed", ChangeLevel::Patch, &place.keyword(note), message);
        }
    }

    /// Compares values and types; says whether what else there is can be compared.
    fn types(&mut self, base: &Node<'_>, new: &Node<'_>, place: &SchemaPath) -> bool {
        let what = self.named(place);
        let does = self.does();
        let (was, is) = (kind_in_words(base.kind()), kind_in_words(new.kind()));
        let fit = |values: &[&Value], kind| values.iter().all(|value| fits(value, kind));
        match (base.values(), new.values()) {
            (Some(old), Some(new)) => {
                self.values(&old, &new, place);
                return false;
            }
            (Some(values), None) if fit(&values, new.kind()) => {
                let message = format!("{what} {does} {is}, not only the values listed before");
                self.relate("values-opened", Relation::Wider, place, message);
                return false;
            }
            (None, Some(values)) if fit(&values, base.kind()) => {
                let message = format!("{what} {does} only {} instead of {was}", several(&values));
                self.relate("values-closed", Relation::Narrower, place, message);
                return false;
            }
            (None, None) if base.kind() == new.kind() => return true,
            _ => {}
        }
        let untyped = |kind: Option<&str>| matches!(kind, None | Some("string"));
        if self.reshaped && untyped(base.kind()) && untyped(new.kind()) && base.is_plain() && new.is_plain() {
            return false;
        }
        let (kind, relation) = match (base.kind(), new.kind()) {
            (Some(_), None) | (Some("integer"), Some("number")) => ("type-widened", Relation::Wider),
            (None, Some(_)) | (Some("number"), Some("integer")) => ("type-narrowed", Relation::Narrower),
            _ => ("type-changed", Relation::Other),
        };
        self.relate(kind, relation, place, format!("{what} {does} {is} instead of {was}"));
        relation == Relation::Wider && new.kind().is_some()
    }

    fn values(&mut self, base: &[&Value], new: &[&Value], place: &SchemaPath) {
        let (what, does) = (self.named(place), self.does());
        let set = |values: &[&Value]| values.iter().map(|value| canonical(value)).collect::<BTreeSet<_>>();
        let (old, now) = (set(base), set(new));
        for value in base.iter().filter(|value| !now.contains(&canonical(value))) {
            let message = format!("{what} no longer {does} `{}`", short(value));
            self.relate("value-removed", Relation::Narrower, place, message);
        }
        for value in new.iter().filter(|value| !old.contains(&canonical(value))) {
            let message = format!("{what} also {does} `{}`", short(value));
            self.relate("value-added", Relation::Wider, place, message);
        }
    }

    /// What `look` finds, without keeping it.
    pub(super) fn tried(&mut self, look: impl FnOnce(&mut Self)) -> Vec<ContractChange> {
        let kept = std::mem::take(&mut self.found);
        look(self);
        std::mem::replace(&mut self.found, kept)
    }

    /// Adds a change by what it does to the values admitted.
    pub(super) fn relate(&mut self, kind: &str, relation: Relation, place: &SchemaPath, message: String) {
        let class = match (self.direction, relation) {
            (Direction::Input, Relation::Wider) | (Direction::Output, Relation::Narrower) => {
                ChangeLevel::Minor
            }
            _ => ChangeLevel::Major,
        };
        self.tell(kind, class, place, message);
    }

    /// Adds a change.
    pub(super) fn tell(&mut self, kind: &str, class: ChangeLevel, place: &SchemaPath, message: String) {
        self.found.push(change(self.subject, kind, &place.pointer, class, message));
    }

    /// Marks the change just added, perhaps, as one that agents may notice.
    pub(super) fn warn(&mut self, warning: bool) {
        if let Some(last) = self.found.last_mut() {
            last.warning = warning;
        }
    }

    /// What the schema admits changed, and how is not understood.
    pub(super) fn unknown(&mut self, place: &SchemaPath) {
        let message = format!("the schema of {} changed in a way that is not understood", self.named(place));
        self.tell("schema-unknown", ChangeLevel::Unknown, place, message);
    }

    /// The schema's place in words.
    pub(super) fn named(&self, place: &SchemaPath) -> String {
        match (place.depth, self.direction) {
            (0, Direction::Input) => "the arguments".to_owned(),
            (0, Direction::Output) => "the result".to_owned(),
            _ => format!("`{}`", place.words),
        }
    }

    /// What happens to a value.
    pub(super) fn does(&self) -> &'static str {
        match self.direction {
            Direction::Input => "takes",
            Direction::Output => "gives",
        }
    }
}

/// `a string`, `anything`.
pub(super) fn kind_in_words(kind: Option<&str>) -> String {
    match kind {
        None => "anything".to_owned(),
        Some("null") => "null".to_owned(),
        Some(kind) if kind.starts_with(['a', 'i', 'o']) => format!("an {kind}"),
        Some(kind) => format!("a {kind}"),
    }
}

/// Whether a value is of a type.
fn fits(value: &Value, kind: Option<&str>) -> bool {
    match kind {
        None => true,
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        Some(_) => value.is_object(),
    }
}

/// The same text for the same value; numbers are the same whatever their form.
fn canonical(value: &Value) -> String {
    value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string())
}

/// The value as JSON, cut where a line would be too long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn several(values: &[&Value]) -> String {
    let shown = values.iter().take(5).map(|value| format!("`{}`", short(value)));
    let more = if values.len() > 5 { ", …" } else { "" };
    shown.collect::<Vec<_>>().join(", ") + more
}
