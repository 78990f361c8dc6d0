//! What narrows a type: limits, patterns, formats.

use std::cmp::Ordering;

use serde_json::Value;

use super::change::ChangeLevel;
use super::compare::{Comparison, Relation};
use super::node::Node;
use super::schema_path::SchemaPath;

/// Limits of lengths, each with whether it is an upper one.
const LENGTHS: &[(&str, bool)] = &[
    ("minLength", false),
    ("maxLength", true),
    ("minItems", false),
    ("maxItems", true),
    ("minProperties", false),
    ("maxProperties", true),
];

/// The limits of numbers: what may be reached, and what may not.
const NUMBERS: &[(&str, &str, bool)] =
    &[("minimum", "exclusiveMinimum", false), ("maximum", "exclusiveMaximum", true)];

impl Comparison<'_> {
    /// Compares what two schemas of one type bind it by.
    pub(super) fn bounds(&mut self, base: &Node<'_>, new: &Node<'_>, place: &SchemaPath) {
        for (keyword, upper) in LENGTHS {
            // no length is below zero
            let limit = |node: &Node<'_>| {
                node.get(keyword).and_then(Value::as_f64).unwrap_or_else(|| unbounded(*upper)).max(0.0)
            };
            self.bound(keyword, narrows(limit(base), limit(new), *upper), [base, new], place);
        }
        for (keyword, exclusive, upper) in NUMBERS {
            let [old, now] = [base, new].map(|node| limit(node, keyword, exclusive, *upper));
            let keyword = if new.get(keyword).or(base.get(keyword)).is_some() { keyword } else { exclusive };
            self.bound(keyword, narrows(old, now, *upper), [base, new], place);
        }
        let unique = |node: &Node<'_>| node.get("uniqueItems") == Some(&Value::Bool(true));
        self.bound("uniqueItems", (unique(base) != unique(new)).then(|| unique(new)), [base, new], place);
        self.step(base, new, place);
        self.texts(base, new, place);
    }

    /// Adds what became of a limit: whether it narrows now, if it changed.
    fn bound(&mut self, keyword: &str, narrows: Option<bool>, nodes: [&Node<'_>; 2], place: &SchemaPath) {
        let Some(narrows) = narrows else { return };
        let what = self.named(place);
        let message = match nodes.map(|node| node.get(keyword)) {
            [Some(old), Some(now)] => format!("`{keyword}` of {what} is {now} and was {old}"),
            [_, Some(now)] => format!("`{keyword}` of {what} is {now} now"),
            _ => format!("{what} has no `{keyword}` any more"),
        };
        let (kind, relation) = if narrows {
            ("bound-tightened", Relation::Narrower)
        } else {
            ("bound-loosened", Relation::Wider)
        };
        self.relate(kind, relation, &place.keyword(keyword), message);
    }

    /// `multipleOf`.
    fn step(&mut self, base: &Node<'_>, new: &Node<'_>, place: &SchemaPath) {
        let step = |node: &Node<'_>| node.get("multipleOf").and_then(Value::as_f64);
        let divides = |small: f64, large: f64| large % small == 0.0;
        let relation = match (step(base), step(new)) {
            (None, None) => None,
            (Some(_), None) => Some(false),
            (Some(old), Some(now)) if divides(now, old) => (!divides(old, now)).then_some(false),
            _ => Some(true),
        };
        self.bound("multipleOf", relation, [base, new], place);
    }

    /// Patterns and formats.
    fn texts(&mut self, base: &Node<'_>, new: &Node<'_>, place: &SchemaPath) {
        let what = self.named(place);
        for keyword in ["pattern", "format"] {
            let below = place.keyword(keyword);
            match (base.get(keyword), new.get(keyword)) {
                (old, now) if old == now => {}
                (None, Some(now)) => {
                    let message = format!("{what} has to be of the {keyword} `{}`", plain(now));
                    self.relate(&format!("{keyword}-added"), Relation::Narrower, &below, message);
                }
                (Some(old), None) => {
                    let message = format!("{what} need not be of the {keyword} `{}`", plain(old));
                    self.relate(&format!("{keyword}-removed"), Relation::Wider, &below, message);
                }
                (_, Some(now)) if keyword == "format" => {
                    let message = format!("{what} is of the format `{}` now", plain(now));
                    self.relate("format-changed", Relation::Other, &below, message);
                }
                _ => {
                    let message = format!("{what} is of another pattern, and which admits more is not told");
                    self.tell("pattern-changed", ChangeLevel::Unknown, &below, message);
                }
            }
        }
    }
}

/// Where nothing binds.
fn unbounded(upper: bool) -> f64 {
    if upper { f64::INFINITY } else { f64::NEG_INFINITY }
}

/// Whether the newer limit admits less than the older one; none when they are the same.
fn narrows(old: f64, now: f64, upper: bool) -> Option<bool> {
    match now.partial_cmp(&old)? {
        Ordering::Less => Some(upper),
        Ordering::Equal => None,
        Ordering::Greater => Some(!upper),
    }
}

/// The limit of a number. One that may not be reached is the nearest that may: the next whole number, or the next that a
/// computer can tell.
fn limit(node: &Node<'_>, keyword: &str, exclusive: &str, upper: bool) -> f64 {
    let number = |keyword| node.get(keyword).and_then(Value::as_f64);
    let whole = node.kind() == Some("integer");
    let reached = number(keyword).map(|at| match (whole, upper) {
        (false, _) => at,
        (true, true) => at.floor(),
        (true, false) => at.ceil(),
    });
    let beyond = number(exclusive).map(|at| match (whole, upper) {
        (true, true) => at.ceil() - 1.0,
        (true, false) => at.floor() + 1.0,
        (false, true) => at.next_down(),
        (false, false) => at.next_up(),
    });
    let limits = [reached, beyond].into_iter().flatten();
    if upper { limits.fold(unbounded(true), f64::min) } else { limits.fold(unbounded(false), f64::max) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
