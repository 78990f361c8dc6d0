//! Where a string stands in a JSON object.
//!
//! Standard: RFC 8259. The text has been read as JSON by others before; this one finds the place, for an edit.

use std::ops::Range;

/// The place of the string that the outermost object has under `key`, without its quotes; none when it is no string, or
/// the key stands twice.
pub fn string_at(text: &str, key: &str) -> Option<Range<usize>> {
    let mut depth = 0_u32;
    let mut found = None;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let word = string(bytes, at)?;
                at = word.end;
                let blank = |byte: &u8| byte.is_ascii_whitespace();
                let colon = at + 1 + bytes.get(at + 1..)?.iter().take_while(|byte| blank(byte)).count();
                if depth == 1 && text.get(word) == Some(key) && bytes.get(colon) == Some(&b':') {
                    let value =
                        colon + 1 + bytes.get(colon + 1..)?.iter().take_while(|byte| blank(byte)).count();
                    if found.is_some() || bytes.get(value) != Some(&b'"') {
                        return None;
                    }
                    let place = string(bytes, value)?;
                    at = place.end;
                    found = Some(place);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// What stands between the quote at `open` and the one that ends it.
fn string(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let mut at = open + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(open + 1..at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_string_of_the_outermost_object() {
        for (text, found) in [
            (r#"{"version": "1.0"}"#, Some("1.0")),
            (r#"{"a": {"version": "2"}, "b": ["version"], "version" : "1.0", "c": "x"}"#, Some("1.0")),
            (r#"{"a": "\"version\": \"3\"", "version":"1.0"}"#, Some("1.0")),
            (r#"{"version": 1}"#, None),
            (r#"{"a": "version"}"#, None),
            (r#"{"version": "1", "version": "2"}"#, None),
            ("{\"version\": \"1", None),
            ("", None),
        ] {
            assert_eq!(string_at(text, "version").map(|range| &text[range]), found, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"[{}":, aé\\]{0,30}"#) {
            if let Some(range) = string_at(&text, "a") {
                proptest::prop_assert!(text.get(range).is_some());
            }
        }
    }
}
