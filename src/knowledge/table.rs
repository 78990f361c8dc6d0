//! A table of facts: a text of sorted lines, searched where it lies.

#[cfg(test)]
pub(super) use tests::assert_sorted;

/// Sorted lines: a key, or a key, a tab and a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table(&'static str);

impl Table {
    /// The table that a file of `data/` holds below a header of lines that begin with `#`.
    pub(super) const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() && bytes[start] == b'#' {
            while bytes[start] != b'\n' {
                start += 1;
            }
            start += 1;
        }
        Self(text.split_at(start).1)
    }

    /// The value behind `key`: empty when the line is the key alone.
    pub(super) fn get(self, key: &str) -> Option<&'static str> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key as the table holds it, and the value behind it.
    pub(super) fn entry(self, key: &str) -> Option<(&'static str, &'static str)> {
        lookup(self.0, b'\n', b'\t', key)
    }

    /// All keys and values, sorted by key.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.lines().map(entry)
    }
}

fn entry(line: &str) -> (&str, &str) {
    line.split_once('\t').unwrap_or((line, ""))
}

/// `key` and its value in a text of sorted entries with `between` between them, each a key and its value behind `before`.
pub(super) fn lookup<'t>(entries: &'t str, between: u8, before: u8, key: &str) -> Option<(&'t str, &'t str)> {
    let mut rest = entries;
    while !rest.is_empty() {
        // the entries are short, and a search for one letter takes longer to begin
        let bytes = rest.as_bytes();
        let is_end = |byte: &u8| *byte == between;
        let start = bytes[..rest.len() / 2].iter().rposition(is_end).map_or(0, |end| end + 1);
        let end = bytes[start..].iter().position(is_end).map_or(rest.len(), |length| start + length);
        let entry = &rest[start..end];
        let key_end = entry.bytes().position(|byte| byte == before);
        let (found, value) = key_end.map_or((entry, ""), |at| (&entry[..at], &entry[at + 1..]));
        rest = match key.cmp(found) {
            std::cmp::Ordering::Equal => return Some((found, value)),
            std::cmp::Ordering::Less => &rest[..start],
            std::cmp::Ordering::Greater => rest.get(end + 1..).unwrap_or_default(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_line() {
        let table = Table::new("# what\n# whence\na\nab\tx y\nb\té é\nc\n");
        let values = ["a", "ab", "b", "c", "", "aa", "d", "# what", "ab\tx y"].map(|key| table.get(key));
        assert_eq!(values, [Some(""), Some("x y"), Some("é é"), Some(""), None, None, None, None, None]);
        assert_eq!(table.entries().count(), 4);
        assert_eq!(Table::new("# empty\n").get("a"), None);
    }

    /// Fails when the table is not what [`Table::get`] needs.
    pub(in crate::knowledge) fn assert_sorted(table: Table) {
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "`{}` must stand before `{}`", pair[1], pair[0]);
        }
        for key in keys {
            assert!(table.get(key).is_some(), "`{key}` is not found");
        }
    }
}
