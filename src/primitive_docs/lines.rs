//! Text broken into lines of a terminal.

/// How many columns the text takes; near enough for what no terminal agrees upon.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Marks that stand on other characters take none; what East Asian scripts and pictures are written with takes two.
fn width(character: char) -> usize {
    match character {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The pieces with blanks between, in lines of at most `room` columns. A piece is broken only where it has no room on
/// a line of its own: at its blanks, and without any wherever it must.
pub(super) fn filled<'t>(pieces: impl IntoIterator<Item = &'t str>, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let takes = columns(piece);
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + takes <= room => *line += &format!(" {piece}"),
            _ if takes <= room => lines.push(piece.to_owned()),
            _ if piece.contains(' ') => lines.extend(filled(piece.split_whitespace(), room)),
            _ => lines.extend(cut(piece, room)),
        }
    }
    lines
}

fn cut(word: &str, room: usize) -> Vec<String> {
    let (mut lines, mut line, mut taken) = (Vec::new(), String::new(), 0);
    for character in word.chars() {
        if taken + width(character) > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        taken += width(character);
        line.push(character);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_stay_whole_while_they_can() {
        for (pieces, expected) in [
            (&["a: string,", "b: int"][..], &["a: string,", "b: int"][..]),
            (&["a,", "b,", "c: any"], &["a, b,", "c: any"]),
            (&["a: one | two | three"], &["a: one |", "two |", "three"]),
            (&["abcdefghijklmn", "o"], &["abcdefghij", "klmn o"]),
            (&["雪雪雪雪雪雪"], &["雪雪雪雪雪", "雪"]),
            (&[], &[]),
        ] {
            assert_eq!(filled(pieces.iter().copied(), 10), expected, "{pieces:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_nothing_is_lost(text in "[a-c 雪é ]{0,80}", room in 2_usize..20) {
            let lines = filled(text.split(','), room);
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
            prop_assert!(lines.iter().all(|line| columns(line) <= room), "{:?}", lines);
        }
    }
}
