//! Characters that may not stand in a single-line value of METADATA or `entry_points.txt`.
//!
//! Core metadata is read by Python's `email` parser, which splits a text as `str.splitlines` does: not at `\n`
//! alone, but also at `\r`, `\x0b`, `\x0c`, `\x1c`, `\x1d`, `\x1e`, U+0085, U+2028 and U+2029. A value that holds one
//! of them would continue as a header of its own, or end the headers early. The other control characters split
//! nothing, but no reader agrees on them either, and no honest value holds one.

/// Finds the first byte of the first character that may not stand in a single-line value.
///
/// The tab is the one control character that headers may hold.
pub fn find_control(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, character)| is_forbidden(*character)).map(|(at, _)| at)
}

fn is_forbidden(character: char) -> bool {
    character != '\t' && (character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whatever_splits_a_line_in_python() {
        for split in "\n\r\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}".chars() {
            assert_eq!(find_control(&format!("aé{split}b{split}")), Some(3), "{split:?}");
        }
    }

    #[test]
    fn finds_the_other_control_characters() {
        for control in "\0\u{1}\u{1b}\u{1f}\u{7f}\u{80}\u{9f}".chars() {
            assert_eq!(find_control(&format!("{control}")), Some(0), "{control:?}");
        }
    }

    #[test]
    fn lets_honest_text_pass() {
        for text in ["", "plain", "a\tb", "naïve – “quoted” 天気 🌦", "\u{a0}\u{200d}\u{feff}"] {
            assert_eq!(find_control(text), None, "{text:?}");
        }
    }
}
