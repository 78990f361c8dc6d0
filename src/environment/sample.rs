//! Samples of a `.env` file, which tell the users of a server what they may set.

use std::sync::Arc;

use crate::spec::variable_name;
use crate::text::{RelPath, SourceText, Span, Spanned};
use crate::tree::SourceTree;

const SAMPLES: [&str; 4] = [".env.example", ".env.sample", ".env.template", "env.example"];

/// A sample of a `.env` file.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its text.
    pub source: Arc<SourceText>,
    /// The variables that it sets; those in comments are not among them.
    pub set: Vec<Spanned<String>>,
}

/// The samples at the root of the project, in order of their names; one that cannot be read says nothing.
pub fn samples(tree: &SourceTree) -> Vec<Sample> {
    let read = |name: &&str| {
        let path = RelPath::new(*name);
        let text = tree.text_lossy(&path)?;
        let set = set(&text);
        Some(Sample { source: Arc::new(SourceText::new(path, text)), set })
    };
    SAMPLES.iter().filter_map(read).collect()
}

/// The names in `NAME=value` and `export NAME=value`, a line each.
fn set(text: &str) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.split('=').next().filter(|name| name.len() < line.len());
        let name = name.map(|name| name.strip_prefix("export ").unwrap_or(name));
        if let Some(name) = name.map(str::trim).filter(|name| variable_name::is_valid(name)) {
            let at = start + line.find(name).unwrap_or_default();
            found.push(Spanned::new(name.to_owned(), Span::new(at, at + name.len())));
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_set_variables() {
        let text = "# the key\nA=1\nexport B = 2\n#C=3\n\nnot a line\n  D=\r\nE: 5\nexportF=6";
        let names: Vec<_> = set(text).into_iter().map(|one| (one.value, &text[one.span.range()])).collect();
        let names: Vec<_> = names.iter().map(|(name, place)| (name.as_str(), *place)).collect();
        assert_eq!(names, [("A", "A"), ("B", "B"), ("D", "D"), ("exportF", "exportF")]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,100}(=|\n|export |#)\\PC{0,50}") {
            for one in set(&text) {
                prop_assert_eq!(&text[one.span.range()], one.value);
            }
        }
    }
}
