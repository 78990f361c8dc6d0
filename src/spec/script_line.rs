//! The first line of a script, by which a system finds the program that runs it.
//!
//! Standard: packaging.python.org, "Binary distribution format": "If the first line of a file in scripts/ starts with
//! exactly `b'#!python'`, rewrite to point to the correct interpreter."

/// How many bytes of a script hold its first line: systems read no more.
pub const LONGEST_LINE: usize = 256;

/// What stands behind the interpreter where the first line names a Python other than by `#!python`, and where the line
/// ends: `#!/usr/bin/env python3 -u` is one.
pub fn of_any_python(script: &[u8]) -> Option<(&str, usize)> {
    let end = script.iter().position(|byte| *byte == b'\n').unwrap_or(script.len());
    let line = std::str::from_utf8(&script[..end]).ok()?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let command = line.strip_prefix("#!")?;
    if command.starts_with("python") {
        return None;
    }
    let mut rest = command.trim_start();
    let mut word = next_word(&mut rest);
    if file_name(word) == "env" {
        word = next_word(&mut rest);
        while word == "-S" || word.contains('=') {
            word = next_word(&mut rest);
        }
    }
    let version = file_name(word).strip_prefix("python")?;
    let is_python = version.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    is_python.then_some((rest, line.len()))
}

/// The script with `#!python` in place of the Python that its first line names; none where it names none.
pub fn generic(script: &[u8]) -> Option<Vec<u8>> {
    let (arguments, end) = of_any_python(script)?;
    let space = if arguments.is_empty() { "" } else { " " };
    let first = format!("#!python{space}{arguments}");
    Some([first.as_bytes(), &script[end..]].concat())
}

fn next_word<'t>(text: &mut &'t str) -> &'t str {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    *text = rest.trim_start();
    word
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_python_of_the_install_runs_it() {
        for (script, made) in [
            ("#!/usr/bin/env python3\nx = 1\n", Some("#!python\nx = 1\n")),
            ("#!/usr/bin/python\r\nx\r\n", Some("#!python\r\nx\r\n")),
            ("#! /usr/local/bin/python3.12 -u\n", Some("#!python -u\n")),
            ("#!/usr/bin/env -S A=1 python3 -u -O\n", Some("#!python -u -O\n")),
            ("#!/usr/bin/env python", Some("#!python")),
            ("#!python\n", None),
            ("#!python3\n", None),
            ("#!/bin/sh\nexec python3 x\n", None),
            ("#!/usr/bin/env bash\n", None),
            ("#!/usr/bin/env python-config\n", None),
            ("#!/usr/bin/env -S uv run --script\n", None),
            ("#!\n", None),
            ("#!/usr/bin/env\n", None),
            ("x = 1\n", None),
            ("", None),
        ] {
            let written = generic(script.as_bytes()).map(|text| String::from_utf8(text).expect("it is text"));
            assert_eq!(written.as_deref(), made, "{script}");
        }
    }

    #[test]
    fn what_is_no_text_stays() {
        assert_eq!(generic(b"#!/usr/bin/\xff/python\n"), None);
        assert_eq!(generic(b"\x7fELF"), None);
    }
}
