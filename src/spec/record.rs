//! The `RECORD` of a wheel: which files it holds, with hash and size.
//!
//! [Recording installed projects](https://packaging.python.org/en/latest/specifications/recording-installed-packages/):
//! "The file format is CSV ... as readable by Python's default `csv` module"; hashes are "urlsafe-base64-nopad".

use std::fmt::Write as _;
use std::ops::Range;

/// One file of the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its path in the wheel.
    pub path: String,
    /// `sha256=` and the digest; none for `RECORD` itself, which cannot hold its own.
    pub hash: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
}

/// What is wrong with a `RECORD`, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct RecordFault {
    /// The row.
    pub range: Range<usize>,
    /// What is wrong with it.
    pub kind: RecordFaultKind,
}

/// What is wrong with a row of a `RECORD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFaultKind {
    /// There are more or fewer columns than path, hash and size.
    #[error("a row has {0} columns, not 3")]
    Columns(usize),
    /// The size is no number.
    #[error("`{0}` is no size in bytes")]
    Size(String),
    /// A quoted column never ends.
    #[error("a quoted column has no end")]
    OpenQuote,
}

impl RecordRow {
    /// A file of `size` bytes with the SHA-256 `digest`.
    pub fn hashed(path: impl Into<String>, digest: &[u8], size: u64) -> Self {
        Self { path: path.into(), hash: Some(format!("sha256={}", base64(digest))), size: Some(size) }
    }

    /// A file without hash and size: `RECORD` itself.
    pub fn bare(path: impl Into<String>) -> Self {
        Self { path: path.into(), hash: None, size: None }
    }
}

/// Writes the rows in the order given.
pub fn render(rows: &[RecordRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let hash = row.hash.as_deref().unwrap_or_default();
        let size = row.size.map(|size| size.to_string()).unwrap_or_default();
        writeln!(text, "{},{},{size}", quoted(&row.path), quoted(hash)).expect("a String takes every write");
    }
    text
}

/// Reads rows as Python's `csv` reads them; empty lines are no rows.
///
/// # Errors
/// Names the first row that is not path, hash and size.
pub fn parse(text: &str) -> Result<Vec<RecordRow>, RecordFault> {
    let mut rows = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let fault = |length, kind| RecordFault { range: start..start + length, kind };
        let (columns, length) =
            csv_row(&text[start..]).ok_or_else(|| fault(text.len() - start, RecordFaultKind::OpenQuote))?;
        if !text[start..].starts_with(['\r', '\n']) {
            rows.push(row_of(columns).map_err(|kind| fault(length, kind))?);
        }
        start += length;
    }
    Ok(rows)
}

fn row_of(columns: Vec<String>) -> Result<RecordRow, RecordFaultKind> {
    let [path, hash, size] =
        <[String; 3]>::try_from(columns).map_err(|all| RecordFaultKind::Columns(all.len()))?;
    let digits = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit());
    let size = match size.parse() {
        Ok(number) if digits => Some(number),
        _ if size.is_empty() => None,
        _ => return Err(RecordFaultKind::Size(size)),
    };
    Ok(RecordRow { path, hash: Some(hash).filter(|hash| !hash.is_empty()), size })
}

/// The first row of `text` and its length with the line end; none when a quote stays open.
fn csv_row(text: &str) -> Option<(Vec<String>, usize)> {
    let (mut columns, mut column) = (Vec::new(), String::new());
    let (mut quoted, mut at_start) = (false, true);
    let mut chars = text.char_indices().peekable();
    while let Some((index, char)) = chars.next() {
        let was_at_start = std::mem::replace(&mut at_start, false);
        match char {
            '"' if quoted && chars.next_if(|(_, next)| *next == '"').is_some() => column.push('"'),
            '"' if quoted => quoted = false,
            _ if quoted => column.push(char),
            // A quote elsewhere than at the start of a column stands for itself.
            '"' if was_at_start => quoted = true,
            ',' => {
                columns.push(std::mem::take(&mut column));
                at_start = true;
            }
            '\r' | '\n' => {
                let pair = char == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some();
                columns.push(column);
                return Some((columns, index + 1 + usize::from(pair)));
            }
            _ => column.push(char),
        }
    }
    columns.push(column);
    (!quoted).then_some((columns, text.len()))
}

fn quoted(column: &str) -> String {
    if column.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", column.replace('"', "\"\""))
    } else {
        column.to_owned()
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn encodes_base64_for_urls_without_padding() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"\xfb\xff\xfe", "-__-"),
        ] {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn quotes_where_csv_demands_it() {
        let rows = [
            RecordRow::hashed("a,b.txt", b"foo", 3),
            RecordRow::hashed("q\"x.txt", b"f", 0),
            RecordRow::hashed("plain é.txt", b"f", 1),
            RecordRow::bare("a-1.dist-info/RECORD"),
        ];
        let text = render(&rows);
        assert_eq!(
            text,
            "\"a,b.txt\",sha256=Zm9v,3\n\"q\"\"x.txt\",sha256=Zg,0\nplain é.txt,sha256=Zg,1\na-1.dist-info/RECORD,,\n"
        );
        assert_eq!(parse(&text).as_deref(), Ok(&rows[..]));
    }

    #[test]
    fn reads_as_python_reads() {
        for (text, paths) in [
            ("a,,\r\nb,,\r\n", &["a", "b"][..]),
            ("a,,\rb,,", &["a", "b"]),
            ("\n\na,,\n\n", &["a"]),
            ("a\"b,,\n", &["a\"b"]),
            ("\"a\"b,,\n", &["ab"]),
            ("\"a\nb\",,\n", &["a\nb"]),
            ("\"\",,\n", &[""]),
        ] {
            let rows = parse(text).expect("csv reads it");
            assert_eq!(rows.iter().map(|row| row.path.as_str()).collect::<Vec<_>>(), paths, "{text}");
        }
    }

    #[test]
    fn names_the_faulty_row() {
        use RecordFaultKind::{Columns, OpenQuote, Size};
        for (text, range, kind) in [
            ("a,,\nb,\n", 4..7, Columns(2)),
            ("a,b.txt,x,1\n", 0..12, Columns(4)),
            ("a,,+1\n", 0..6, Size("+1".to_owned())),
            ("a,,99999999999999999999", 0..23, Size("99999999999999999999".to_owned())),
            ("a,,\n\"b,,\n", 4..9, OpenQuote),
            ("\"\"\n", 0..3, Columns(1)),
        ] {
            assert_eq!(parse(text), Err(RecordFault { range, kind }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn comes_back_whole(rows in prop::collection::vec((".+", any::<Vec<u8>>(), any::<u64>()), 0..5)) {
            let rows: Vec<_> =
                rows.iter().map(|(path, digest, size)| RecordRow::hashed(path, digest, *size)).collect();
            prop_assert_eq!(parse(&render(&rows)), Ok(rows));
        }

        #[test]
        fn survives_any_text(text in "(\\PC|[,\"\r\n])*") {
            let _ = parse(&text);
        }
    }
}
