//! Files as Python's `configparser` reads them: `entry_points.txt` and `setup.cfg`.
//!
//! [Entry points](https://packaging.python.org/en/latest/specifications/entry-points/), and setuptools' declarative
//! configuration. Nothing is interpolated. What is no line of such a file is passed over, as files of others are read
//! with this and no fault of theirs is told.

/// The value of each key in order, with the name of its section: `("options", "package_dir", "\n= src")`.
///
/// A value that goes on in indented lines keeps their breaks.
pub fn read(text: &str) -> Vec<(String, String, String)> {
    let mut section = "";
    let mut values: Vec<(String, String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let plain = line.trim();
        if plain.starts_with(['#', ';']) || plain.is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t'])
            && let Some((_, _, value)) = values.last_mut().filter(|_| open)
        {
            value.push('\n');
            value.push_str(plain);
        } else if let Some(name) = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, open) = (name.trim(), false);
        } else if let Some((key, value)) = plain.split_once(['=', ':']) {
            values.push((section.to_owned(), key.trim().to_owned(), value.trim().to_owned()));
            open = true;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_of_one_line_and_of_several() {
        let text = "lost = 1\n[metadata]\nname = weather\n# a comment\n[options]\npackage_dir=\n    = src\n\n  \
                    x = y\npython_requires: >=3.10\n[ a : b ]\n  c = d=e\nno line\n";
        let found = read(text);
        let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        let expected = [
            ("", "lost", "1"),
            ("metadata", "name", "weather"),
            ("options", "package_dir", "\n= src\nx = y"),
            ("options", "python_requires", ">=3.10"),
            ("a : b", "c", "d=e"),
        ];
        assert_eq!(found, expected);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"([\[\]=:#; \n\ta-c]|é|\PC){0,40}") {
            read(&text);
        }
    }
}
