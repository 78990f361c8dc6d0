//! JSON and TOML as plain data, without the places of their values.
//!
//! [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), [TOML 1.1](https://toml.io/en/v1.1.0). Nothing that is nested deeper
//! than the parsers follow is read.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value as Python's readers give it.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `null`.
    Null,
    /// A truth.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other real number.
    Float(f64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Keys and values in the order written; of two under one key the last one, in the place of the first.
    Map(Vec<(Self, Self)>),
    /// What is none of these: a date, a larger integer.
    Other,
}

impl Datum {
    /// How many values it holds, itself counted.
    pub fn size(&self) -> usize {
        1 + match self {
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Map(items) => items.iter().map(|(key, value)| key.size() + value.size()).sum(),
            _ => 0,
        }
    }

    /// What stands under a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| matches!(name, Self::Text(name) if name == key)).map(|(_, value)| value)
    }

    /// The string that it is.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items of the list that it is; of anything else none.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }
}

/// What stands in a text of JSON; none where it is none.
pub fn json(text: &str) -> Option<Datum> {
    serde_json::from_str(text).ok()
}

/// What stands in a text of TOML; none where it is none.
pub fn toml(text: &str) -> Option<Datum> {
    toml::from_str(text).ok()
}

/// The pairs as a map.
pub(super) fn map(pairs: impl IntoIterator<Item = (String, Datum)>) -> Datum {
    let mut items: Vec<(Datum, Datum)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (key, value) in pairs {
        match places.get(&key) {
            Some(place) => items[*place].1 = value,
            None => {
                places.insert(key.clone(), items.len());
                items.push((Datum::Text(key), value));
            }
        }
    }
    Datum::Map(items)
}

/// Stands in a map of TOML that is a date.
const DATE: &str = "$__toml_private_datetime";

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Datum;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("data")
    }

    fn visit_unit<E>(self) -> Result<Datum, E> {
        Ok(Datum::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Datum, E> {
        Ok(Datum::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Datum, E> {
        Ok(Datum::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Datum, E> {
        Ok(i64::try_from(number).map_or(Datum::Other, Datum::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Datum, E> {
        // beyond that it may have been written as an integer
        Ok(if number.abs() < 9e18 { Datum::Float(number) } else { Datum::Other })
    }

    fn visit_str<E>(self, text: &str) -> Result<Datum, E> {
        Ok(Datum::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Datum, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Datum::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Datum, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = access.next_entry::<String, Datum>()? {
            pairs.push(pair);
        }
        let is_date = matches!(&*pairs, [(key, _)] if key == DATE);
        Ok(if is_date { Datum::Other } else { map(pairs) })
    }
}
