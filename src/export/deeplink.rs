//! Links that add a server to a client, as the clients' own documentation describes them.
//!
//! A page that shows a readme follows `https` links alone, so each client has a page that opens its own link.

use serde_json::Value;

/// The parts of a link after its address: names, and values that are still to be written as URLs have them.
type Query<'a> = [(&'a str, String)];

/// `address?name=value&...` (RFC 3986, section 2).
pub(super) fn with_query(address: &str, query: &Query<'_>) -> String {
    let parts: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    format!("{address}?{}", parts.join("&"))
}

/// What Cursor and LM Studio take: the server's name, and its entry as JSON in Base64.
pub(super) fn encoded(address: &str, id: &str, entry: &Value) -> String {
    with_query(address, &[("name", id.to_owned()), ("config", base64(entry.to_string().as_bytes()))])
}

/// Percent-encoding: what is not unreserved is written as its bytes (RFC 3986, section 2.1).
pub(super) fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Base64 with the standard alphabet (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_the_standards_show() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("\u{fb}\u{ff}?>", "w7vDvz8+"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded, "{text}");
        }
        assert_eq!(escaped("a-b_c.~ /?&=\u{e9}"), "a-b_c.~%20%2F%3F%26%3D%C3%A9");
    }
}
