//! `MANIFEST.in`: what setuptools' sdist holds. <https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html>

use super::FileRewrite;
use super::globs;
use super::work::Work;
use crate::spec::glob::Glob;
use crate::text::RelPath;

/// Carries the file over and takes it away; a line that cannot be carried is told.
pub(super) fn carry(work: &mut Work<'_>) {
    let Some(text) = work.read("MANIFEST.in") else { return };
    for (line, number) in text.lines().zip(1..) {
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        let Some((verb, patterns)) = words.split_first() else { continue };
        let Some((adds, found)) = globs_of(verb, patterns) else {
            work.note("MANIFEST.in", number, format!("`{line}` has no counterpart; the file is gone"));
            continue;
        };
        if adds {
            work.sdist_include(&found);
        } else {
            work.sdist_exclude(&found);
        }
    }
    work.changes.push(FileRewrite { path: RelPath::new("MANIFEST.in"), before: Some(text), after: None });
}

/// Whether the line adds, and what.
fn globs_of(verb: &str, patterns: &[&str]) -> Option<(bool, Vec<Glob>)> {
    let all = |prefix: &str, patterns: &[&str]| -> Option<Vec<Glob>> {
        patterns.iter().map(|pattern| globs::rooted(&format!("{prefix}{pattern}"))).collect()
    };
    let below = || {
        let (folder, patterns) = patterns.split_first()?;
        all(&format!("{}/**/", folder.trim_end_matches('/')), patterns)
    };
    Some(match verb {
        "include" | "graft" => (true, all("", patterns)?),
        "exclude" | "prune" => (false, all("", patterns)?),
        "global-include" => (true, all("**/", patterns)?),
        "global-exclude" => (false, all("**/", patterns)?),
        "recursive-include" => (true, below()?),
        "recursive-exclude" => (false, below()?),
        _ => return None,
    })
}
