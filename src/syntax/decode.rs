//! Bytes of a `.py` file to its text: UTF-8, or what the coding cookie of PEP 263 names.

/// Why the bytes of a file are no text that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// The bytes are not of the file's encoding.
    Malformed {
        /// The first bad byte.
        at: usize,
    },
    /// The cookie names an encoding that is not read here, or one that its byte order mark contradicts.
    Encoding {
        /// The encoding, as written.
        name: String,
    },
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes a file as Python does (PEP 263); a byte order mark stays, so that offsets are those of the file.
///
/// # Errors
/// When the bytes are malformed, or of an encoding other than UTF-8, ASCII and Latin-1.
pub fn decode(bytes: Vec<u8>) -> Result<String, Undecodable> {
    let cookie = cookie(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes));
    let marked = bytes.starts_with(BYTE_ORDER_MARK);
    match cookie.as_deref().map_or(Some(Encoding::Utf8), Encoding::named) {
        Some(Encoding::Utf8) => utf8(bytes),
        Some(Encoding::Ascii) if !marked => match bytes.iter().position(|byte| !byte.is_ascii()) {
            Some(at) => Err(Undecodable::Malformed { at }),
            None => utf8(bytes),
        },
        Some(Encoding::Latin1) if !marked => Ok(bytes.into_iter().map(char::from).collect()),
        _ => Err(Undecodable::Encoding { name: cookie.unwrap_or_default() }),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Undecodable> {
    String::from_utf8(bytes).map_err(|fault| Undecodable::Malformed { at: fault.utf8_error().valid_up_to() })
}

enum Encoding {
    Utf8,
    Ascii,
    Latin1,
}

impl Encoding {
    /// The names and aliases that Python's tokenizer and codecs know.
    fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        let is = |known: &str| name == known || name.starts_with(&format!("{known}-"));
        match name.as_str() {
            "utf8" | "u8" => Some(Self::Utf8),
            _ if is("utf-8") => (name != "utf-8-sig").then_some(Self::Utf8),
            "ascii" | "us-ascii" | "646" => Some(Self::Ascii),
            "latin1" | "l1" | "iso8859-1" | "8859" => Some(Self::Latin1),
            _ if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") => Some(Self::Latin1),
            _ => None,
        }
    }
}

/// The encoding named in a comment on the first or second line (PEP 263: the second only below a bare comment).
fn cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let text = line.trim_ascii_start();
        if text.is_empty() {
            continue;
        }
        if text[0] != b'#' {
            return None;
        }
        if let Some(name) = named_in(text) {
            return Some(name);
        }
    }
    None
}

fn named_in(comment: &[u8]) -> Option<String> {
    let comment = String::from_utf8_lossy(comment);
    comment.match_indices("coding").find_map(|(at, word)| {
        let rest = comment[at + word.len()..].strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
        let part = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let name = &rest[..rest.find(|letter| !part(letter)).unwrap_or(rest.len())];
        (!name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_the_cookie_names() {
        for (bytes, text) in [
            (&b"x = '\xc3\xa9'"[..], Some("x = 'é'")),
            (b"\xef\xbb\xbfx", Some("\u{feff}x")),
            (b"# -*- coding: latin-1 -*-\n'\xe9'", Some("# -*- coding: latin-1 -*-\n'é'")),
            (
                b"#!/usr/bin/python\n# vim: fileencoding=iso-8859-1\n'\xe9'",
                Some("#!/usr/bin/python\n# vim: fileencoding=iso-8859-1\n'é'"),
            ),
            (b"# coding: US_ASCII\nx", Some("# coding: US_ASCII\nx")),
            (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", Some("x = 1\n# coding: latin-1\n'é'")),
            (b"# coding: ascii\n'\xc3\xa9'", None),
            (b"# coding: shift_jis\n", None),
            (b"\xef\xbb\xbf# coding: latin-1\n", None),
            (b"'\xe9'", None),
        ] {
            assert_eq!(decode(bytes.to_vec()).ok().as_deref(), text, "{}", bytes.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(bytes);
        }

        #[test]
        fn never_panics_on_a_cookie(name in "\\PC{0,12}", rest in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = decode([format!("# coding: {name}\n").as_bytes(), &rest].concat());
        }
    }
}
