use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::tree::SourceFile;

declare_rule! {
    /// ## What it does
    /// Looks for files of the wheel that hold the same.
    ///
    /// Small files are left alone, and so are `__init__.py` and licences.
    ///
    /// ## Why is this bad?
    /// A copy is mended in one place and forgotten in the other; and mostly it was not meant to be there.
    ///
    /// Remedy: by hand, since only the author knows which of the files the code has to read.
    ///
    /// ## Example
    /// `src/weather/places.json`:
    /// ```size
    /// 5000
    /// ```
    ///
    /// `src/weather/data/places.json`:
    /// ```size
    /// 5000
    /// ```
    ///
    /// Use instead:
    /// `src/weather/data/places.json`:
    /// ```size
    /// 5000
    /// ```
    FIL014 "duplicate-contents" Warning Author
}

/// Below this nobody would mend it.
const SMALL: u64 = 1024;
/// More bytes than that are not read for a warning.
const MOST: u64 = 256 * 1024 * 1024;
/// More places than that do not help.
const SHOWN: usize = 5;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut by_size: BTreeMap<u64, Vec<&SourceFile>> = BTreeMap::new();
    for shipped in &subject.layout.wheel {
        let file = &shipped.file;
        if file.size >= SMALL && !is_usual(file.path.name()) {
            by_size.entry(file.size).or_default().push(file);
        }
    }
    by_size.retain(|_, files| files.len() > 1);
    let mut read = 0;
    for (size, files) in by_size {
        read += size * files.len() as u64;
        if read > MOST {
            return;
        }
        let mut same: BTreeMap<_, Vec<&SourceFile>> = BTreeMap::new();
        for file in files {
            if let Ok(bytes) = subject.tree.read(&file.path) {
                same.entry(Sha256::digest(&bytes)).or_default().push(file);
            }
        }
        report.extend(same.into_values().filter(|files| files.len() > 1).map(|files| finding(&files)));
    }
}

fn finding(files: &[&SourceFile]) -> Diagnostic {
    let (first, copies) = (files[0], &files[1..]);
    let message = match copies {
        [copy] => format!("`{}` holds the same as `{}`", copy.path, first.path),
        _ => format!("`{}` holds the same as `{}`, one of {} files", copies[0].path, first.path, files.len()),
    };
    let mut finding = RULE.at(&copies[0].path, message);
    for other in copies.iter().skip(1).take(SHOWN) {
        finding = finding.related(&other.path, "this one too");
    }
    finding.help("keep one of them, or leave the others out with `wheel-exclude`")
}

/// Whether copies of a file of this name are usual.
fn is_usual(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let legal = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS"];
    name == "__init__.py" || legal.iter().any(|word| upper.starts_with(word))
}
