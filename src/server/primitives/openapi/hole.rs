//! What the text does not tell of a document, and keeps its place there until it is listed.

use serde_json::{Map, Value as Json};

/// Stands for what is not known; no parser leaves it in a name or a text that is.
const HOLE: &str = "\u{fffd}";

/// A schema of which nothing is known.
pub(super) fn hole() -> Json {
    Json::Object(Map::from_iter([(HOLE.to_owned(), Json::from(HOLE))]))
}

/// Whether nothing is known of a value.
pub(super) fn is_hole(value: &Json) -> bool {
    match value {
        Json::String(text) => text == HOLE,
        Json::Object(object) => object.len() == 1 && object.contains_key(HOLE),
        _ => false,
    }
}

/// A text that is not known.
pub(super) fn unknown_text() -> String {
    HOLE.to_owned()
}

/// Whether a text is not known, or not all of it.
pub(super) fn is_unknown(text: &str) -> bool {
    text.contains(HOLE)
}

/// What is known of a value, and whether that is all.
pub(super) fn known(value: &Json) -> (Json, bool) {
    let mut is_whole = true;
    let known = without(value, &mut is_whole).unwrap_or_default();
    (known, is_whole)
}

fn without(value: &Json, is_whole: &mut bool) -> Option<Json> {
    Some(match value {
        Json::String(text) if is_unknown(text) => {
            *is_whole = false;
            return None;
        }
        Json::Object(object) => {
            let mut known = Map::new();
            for (key, value) in object {
                if is_unknown(key) {
                    *is_whole = false;
                } else if let Some(value) = without(value, is_whole) {
                    known.insert(key.clone(), value);
                }
            }
            known.into()
        }
        Json::Array(items) => items.iter().filter_map(|item| without(item, is_whole)).collect(),
        other => other.clone(),
    })
}
