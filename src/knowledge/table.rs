//! A table of facts: a text of sorted lines, taken apart when one is first asked for.

use std::sync::OnceLock;

#[cfg(test)]
pub(crate) use tests::assert_sorted;

/// Sorted lines: a key, or a key, a tab and a value.
#[derive(Debug)]
pub(crate) struct Table {
    text: &'static str,
    lines: OnceLock<Vec<Entry>>,
}

/// A key, and the value behind it: empty when the line is the key alone.
type Entry = (&'static str, &'static str);

impl Table {
    /// The table that a file of `data/` holds below a header of lines that begin with `#`.
    pub(crate) const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() && bytes[start] == b'#' {
            while bytes[start] != b'\n' {
                start += 1;
            }
            start += 1;
        }
        Self { text: text.split_at(start).1, lines: OnceLock::new() }
    }

    /// The value behind `key`: empty when the line is the key alone.
    pub(crate) fn get(&self, key: &str) -> Option<&'static str> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key as the table holds it, and the value behind it.
    pub(crate) fn entry(&self, key: &str) -> Option<Entry> {
        let lines = self.lines();
        lines.binary_search_by_key(&key, |(key, _)| key).ok().map(|at| lines[at])
    }

    /// All keys and values, sorted by key.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.lines().iter().copied()
    }

    fn lines(&self) -> &[Entry] {
        let entry = |line: &'static str| line.split_once('\t').unwrap_or((line, ""));
        self.lines.get_or_init(|| self.text.lines().map(entry).collect())
    }
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
    pub(crate) fn assert_sorted(table: &Table) {
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "`{}` must stand before `{}`", pair[1], pair[0]);
        }
        for key in keys {
            assert!(table.get(key).is_some(), "`{key}` is not found");
        }
    }
}
