//! Text from files and file names, made harmless for a terminal.
//!
//! An escape sequence in a file name could repaint what stands above it, a direction override could show code that
//! is not there (CVE-2021-42574). Each such character is replaced by one visible character, so that columns stay.

/// The text on one line.
pub fn line(text: &str) -> String {
    text.chars().map(character).collect()
}

/// The text with its line breaks.
pub fn block(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The character itself, or a picture of it.
pub fn character(character: char) -> char {
    match character {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // The second set of controls holds a one-character CSI; then line breaks that only some programs obey; then
        // all that turns the direction of writing.
        '\u{80}'..='\u{9f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disarms_what_steers_a_terminal() {
        for (text, shown) in [
            ("\u{1b}[31mred", "␛[31mred"),
            ("a\rb\nc\td", "a␍b␊c␉d"),
            ("\u{7f}\u{9b}2J", "␡\u{fffd}2J"),
            ("\u{202e}x\u{2066}y\u{200f}\u{61c}", "\u{fffd}x\u{fffd}y\u{fffd}\u{fffd}"),
            ("naïve 雪 👩‍💻", "naïve 雪 👩‍💻"),
        ] {
            assert_eq!(line(text), shown, "{text:?}");
        }
        assert_eq!(block("one\r\n\u{1b}two\n"), "one\n␛two");
    }
}
