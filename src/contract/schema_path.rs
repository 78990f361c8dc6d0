//! Where in an entry something changed: as a pointer for programs, in words for people.

/// A place in an entry.
#[derive(Clone, Debug, Default)]
pub(super) struct SchemaPath {
    /// RFC 6901: `/inputSchema/properties/city`.
    pub(super) pointer: String,
    /// `city`, `places[].city`; empty at the root of a schema.
    pub(super) words: String,
    /// How many properties, items and values lie above.
    pub(super) depth: usize,
}

impl SchemaPath {
    /// A field of the entry.
    pub(super) fn field(name: &str) -> Self {
        Self { pointer: format!("/{}", escaped(name)), ..Self::default() }
    }

    /// A keyword of the schema, which no people need to be told.
    pub(super) fn keyword(&self, name: &str) -> Self {
        Self { pointer: format!("{}/{}", self.pointer, escaped(name)), ..self.clone() }
    }

    /// A property of the object.
    pub(super) fn property(&self, name: &str) -> Self {
        let words = if self.words.is_empty() { name.to_owned() } else { format!(".{name}") };
        self.below(&format!("properties/{}", escaped(name)), &words)
    }

    /// The items of the list, all of them or the one at `index`.
    pub(super) fn items(&self, index: Option<usize>) -> Self {
        match index {
            None => self.below("items", "[]"),
            Some(index) => self.below(&format!("prefixItems/{index}"), &format!("[{index}]")),
        }
    }

    /// The values of the object that have no names of their own.
    pub(super) fn values(&self) -> Self {
        self.below("additionalProperties", "[*]")
    }

    fn below(&self, pointer: &str, words: &str) -> Self {
        Self {
            pointer: format!("{}/{pointer}", self.pointer),
            words: format!("{}{words}", self.words),
            depth: self.depth + 1,
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
