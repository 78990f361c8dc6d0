//! `authors` and `maintainers`.

use super::reader::{Reader, get};
use super::toml::{TomlKind, TomlNode};
use crate::spec::person::Person;
use crate::text::Span;

/// A person or group as written, not yet checked.
#[derive(Debug)]
pub struct Author {
    /// Name and mail address.
    pub person: Person,
    /// The inline table.
    pub span: Span,
}

/// The people listed under `key`.
pub(super) fn read(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Author> {
    const EXPECTED: &str = "an array of tables with `name` and `email`";
    let mut authors = Vec::new();
    for item in reader.array(key, EXPECTED, node) {
        let TomlKind::Table(entries) = &item.kind else {
            reader.wrong_type(key, "a table with `name` and `email`", item);
            continue;
        };
        reader.only(key, entries, &["name", "email"]);
        let mut field =
            |field: &str| get(entries, field).map(|node| reader.line(&format!("{key}.{field}"), node));
        let (name, email) = (field("name"), field("email"));
        // a field that is there but unreadable has its own problem already
        if !matches!(name, Some(None)) && !matches!(email, Some(None)) {
            let value =
                |field: Option<Option<crate::text::Spanned<String>>>| field.flatten().map(|text| text.value);
            authors
                .push(Author { person: Person { name: value(name), email: value(email) }, span: item.span });
        }
    }
    authors
}
