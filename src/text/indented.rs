//! Text without the indentation of the code that it stands in, as Python's `inspect.cleandoc` and `textwrap.dedent`
//! make it.

/// The text with tabs as blanks, its first line stripped on the left, the common indentation of the others gone, and no
/// empty lines around it.
pub fn cleaned(text: &str) -> String {
    let text = expanded(text);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let rest = lines.get(1..).unwrap_or_default();
    let margin = rest.iter().filter(|line| !line.trim().is_empty()).map(|line| indentation(line)).min();
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start_matches(' ');
    }
    for line in lines.iter_mut().skip(1) {
        *line = line.get(margin.unwrap_or(0).min(indentation(line))..).unwrap_or_default();
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let empty = lines.iter().take_while(|line| line.is_empty()).count();
    lines[empty..].join("\n")
}

/// The text without the indentation that all its lines share; lines of blanks alone become empty.
pub fn dedented(text: &str) -> String {
    let blank = |line: &str| line.trim().is_empty();
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !blank(line)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(margin.map_or(indent, |margin| {
            let shared = margin.bytes().zip(indent.bytes()).take_while(|(left, right)| left == right).count();
            &margin[..shared]
        }));
    }
    let margin = margin.unwrap_or_default().len();
    let lines = text.split('\n').map(|line| if blank(line) { "" } else { &line[margin..] });
    lines.collect::<Vec<_>>().join("\n")
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Tabs as blanks up to the next column that 8 divides.
fn expanded(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut column = 0;
    for one in text.chars() {
        match one {
            '\t' => {
                let blanks = 8 - column % 8;
                made.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            '\n' | '\r' => {
                made.push(one);
                column = 0;
            }
            _ => {
                made.push(one);
                column += 1;
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_as_python_does() {
        for (text, clean) in [
            ("One.", "One."),
            ("  One.\n\n    Two\n      more\n    ", "One.\n\nTwo\n  more"),
            ("\n    One.\n    Two.\n", "One.\nTwo."),
            ("One.\n  \n\tTwo", "One.\n\nTwo"),
            ("\n\n", ""),
            ("", ""),
        ] {
            assert_eq!(cleaned(text), clean, "{text:?}");
        }
    }

    #[test]
    fn dedented_as_python_does() {
        for (text, clean) in [
            ("  a\n    b\n", "a\n  b\n"),
            ("\n  a\n   \n  b", "\na\n\nb"),
            ("a\n  b", "a\n  b"),
            ("\ta\n  b", "\ta\n  b"),
        ] {
            assert_eq!(dedented(text), clean, "{text:?}");
        }
    }
}
