//! FIL013.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::plan::{Content, Plan};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;
use crate::tree::{TreeFault, TreeFaultKind};

declare_rule! {
    /// ## What it does
    /// Checks that what ships can be unpacked everywhere: regular files only, with names that Linux, macOS and
    /// Windows all can hold, no two of which are one and the same on a system that ignores case or Unicode forms.
    /// In the tests of the sdist alone it is a warning.
    ///
    /// ## Why is this bad?
    /// `Rain.py` and `rain.py` are one file on macOS and Windows, so that one of them is lost; `aux.py`, `a:b.txt`
    /// and a dot at the end of a name cannot be unpacked on Windows at all; a FIFO keeps a build waiting for ever.
    ///
    /// ## Example
    /// `src/weather/aux.py`:
    /// ```python
    /// GAUGES = 3
    /// ```
    ///
    /// Use instead:
    /// `src/weather/auxiliary.py`:
    /// ```python
    /// GAUGES = 3
    /// ```
    FIL013 "path-trouble" Error Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in &subject.layout.blocked {
        report.extend(unpackable(fault));
    }
    let mut spoken = BTreeSet::new();
    for (plan, level) in [(subject.wheel, Level::Error), (subject.sdist, Level::Warning)] {
        for (path, message) in clashes(plan).into_iter().chain(odd_names(plan)) {
            if spoken.insert((path.clone(), message.clone())) {
                let level = if is_test(path) { level } else { Level::Error };
                let finding = RULE.card.at(Location::whole(path), message).level(level);
                report.push(finding.help("rename it"));
            }
        }
    }
}

fn is_test(path: &RelPath) -> bool {
    path.parts().next().is_some_and(|first| first == "tests" || first == "test")
}

/// What cannot be packed at all.
fn unpackable(fault: &TreeFault) -> Option<Diagnostic> {
    let (message, help) = match &fault.kind {
        TreeFaultKind::Special { kind } => (format!("a {kind} cannot be packed"), "remove it"),
        TreeFaultKind::NotUtf8 { name } => (format!("the name `{name}` is not UTF-8"), "rename it"),
        TreeFaultKind::Unreadable { reason } => {
            (format!("the folder cannot be listed: {reason}"), "give yourself the right to read it")
        }
        _ => return None,
    };
    Some(RULE.card.at(Location::whole(&fault.path), message).help(help))
}

/// The files of a plan with their paths in the archive.
fn files(plan: &Plan) -> impl Iterator<Item = (&str, Option<&RelPath>)> {
    plan.entries.iter().map(|entry| match &entry.content {
        Content::File { path, .. } => (entry.path.as_str(), Some(path)),
        Content::Bytes(_) | Content::Record => (entry.path.as_str(), None),
    })
}

/// The files that would lie where another lies, or whose folder would.
fn clashes(plan: &Plan) -> Vec<(&RelPath, String)> {
    let mut found = Vec::new();
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut paths = BTreeSet::new();
    let mut order: Vec<_> = files(plan).collect();
    // what the build makes takes its place first
    order.sort_by_key(|(_, path)| path.is_some());
    for (entry, path) in order {
        if let (false, Some(path)) = (paths.insert(entry), path) {
            found.push((path, format!("another file would be `{entry}` in the archive too")));
            continue;
        }
        let ends = entry.match_indices('/').map(|(at, _)| at).chain([entry.len()]);
        for whole in ends.map(|end| &entry[..end]) {
            let first = *taken.entry(folded(whole)).or_insert(whole);
            if let (true, Some(path)) = (first != whole, path) {
                let (one, other) = (name(whole), name(first));
                found.push((
                    path,
                    format!("`{one}` and `{other}` are one name where case or Unicode forms are ignored"),
                ));
                break;
            }
        }
    }
    found
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A name as file systems compare it that ignore case, or store names in a Unicode form of their own.
fn folded(path: &str) -> String {
    path.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// The files with a part in their paths that Windows cannot hold.
fn odd_names(plan: &Plan) -> Vec<(&RelPath, String)> {
    let own = files(plan).filter_map(|(_, path)| path);
    own.filter_map(|path| path.parts().find_map(|part| Some((path, trouble(part)?)))).collect()
}

fn trouble(part: &str) -> Option<String> {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|digit| {
            let mut digits = digit.chars();
            digits.next().is_some_and(|digit| "123456789¹²³".contains(digit)) && digits.next().is_none()
        })
    });
    if numbered || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str()) {
        return Some(format!("`{part}` is a device on Windows"));
    }
    if let Some(odd) = part.chars().find(|c| c.is_control() || r#":?*<>|"\"#.contains(*c)) {
        return Some(format!("`{}` holds {}, which Windows refuses", part.escape_debug(), shown(odd)));
    }
    part.ends_with(['.', ' ']).then(|| format!("`{part}` ends with a dot or a blank, which Windows drops"))
}

fn shown(character: char) -> String {
    if character.is_control() { format!("U+{:04X}", u32::from(character)) } else { format!("`{character}`") }
}
