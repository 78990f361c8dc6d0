use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;

use crate::diagnostic::{Diagnostic, Level};
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
    FIL013 "path-trouble" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in &subject.layout.blocked {
        report.extend(unpackable(fault));
    }
    let plans = [subject.wheel, subject.sdist];
    let clashes = plans.into_iter().flat_map(clashes);
    let mut spoken = BTreeSet::new();
    for (path, message, level) in clashes.chain(odd_names(plans)) {
        if spoken.insert((path.clone(), message.clone())) {
            let help = rename(subject, &path);
            report.push(RULE.at(&path, message).level(level).help(help));
        }
    }
}

/// What is wrong with a path, and how much it matters.
type Trouble = (RelPath, String, Level);

/// How much a name matters that some systems cannot hold: less among the tests, which are not installed.
/// The remedy: another name for what lies at `path`, where one follows from the fault.
fn rename(subject: &Subject<'_>, path: &RelPath) -> String {
    let name = path.name();
    let refused = |c: char| c.is_control() || ":?*<>|\"\\".contains(c);
    let plain: String = name.chars().map(|c| if refused(c) { '_' } else { c }).collect();
    let plain = plain.trim_end_matches(['.', ' ']);
    let free = match (plain == name, plain.split_once('.')) {
        (false, _) => plain.to_owned(),
        (true, Some((stem, suffix))) => format!("{stem}_.{suffix}"),
        (true, None) => format!("{name}_"),
    };
    let new = path.parent().join(&free);
    let taken = subject.tree.file(&new).is_some() || subject.tree.has_folder(&new);
    if taken || trouble(name).is_none() || trouble(&free).is_some() || name.contains(char::is_control) {
        return "rename it".to_owned();
    }
    let modules = subject.layout.modules.iter();
    let old = modules.into_iter().find(|module| module.path == *path).map(|module| module.name.clone());
    let then = old.map_or_else(String::new, |old| {
        let package = old.rsplit_once('.').map_or(String::new(), |(package, _)| format!("{package}."));
        subject.then_called(&old, &format!("{package}{}", free.trim_end_matches(".py")))
    });
    format!("rename it: `{} {} {}`{then}", subject.mv(), path.in_shell(), new.in_shell())
}

fn level(path: &RelPath) -> Level {
    let is_test = path.parts().next().is_some_and(|first| first == "tests" || first == "test");
    if is_test { Level::Warning } else { Level::Error }
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
    Some(RULE.at(&fault.path, message).help(help))
}

/// The files of a plan with their paths in the archive.
fn files(plan: &Plan) -> impl Iterator<Item = (&str, Option<&RelPath>)> {
    plan.entries.iter().map(|entry| match &entry.content {
        Content::File { path, .. } => (entry.path.as_str(), Some(path)),
        Content::Bytes(_) | Content::Record => (entry.path.as_str(), None),
    })
}

/// The files and folders that would lie where another lies.
fn clashes(plan: &Plan) -> Vec<Trouble> {
    let mut found = Vec::new();
    let count = plan.entries.len();
    let mut taken: HashMap<String, &str> = HashMap::with_capacity(count);
    let (mut paths, mut seen) = (HashSet::with_capacity(count), HashSet::with_capacity(count));
    let mut order: Vec<_> = files(plan).collect();
    // what the build makes takes its place first
    order.sort_by_key(|(_, path)| path.is_some());
    let mut before = "";
    for (entry, path) in order {
        if let (false, Some(path)) = (paths.insert(entry), path) {
            // no system can hold that
            found.push((path.clone(), format!("the archive would hold `{entry}` twice"), Level::Error));
        }
        let ends = entry.match_indices('/').map(|(at, _)| at).chain([entry.len()]);
        let last = std::mem::replace(&mut before, entry).as_bytes();
        for end in ends {
            let whole = &entry[..end];
            // the file before lies in most of its folders
            if entry.as_bytes().get(..=end).is_some_and(|folder| last.starts_with(folder))
                || !seen.insert(whole)
            {
                continue;
            }
            let same = match taken.entry(folded(whole)) {
                Entry::Vacant(place) => {
                    place.insert(whole);
                    continue;
                }
                Entry::Occupied(same) => same.into_mut(),
            };
            let first = std::mem::replace(same, whole.min(same));
            if let Some(path) = path {
                // the path in the project ends as the one in the archive does
                let below = entry[end..].matches('/').count();
                let place = (0..below).fold(path.clone(), |path, _| path.parent());
                let level = level(&place);
                found.push((place, same_name(name(whole), name(first)), level));
                before = "";
                break;
            }
        }
    }
    found
}

fn same_name(one: &str, other: &str) -> String {
    if one.nfc().eq(other.nfc()) {
        return format!("`{one}` is there twice, in two Unicode forms");
    }
    format!("`{one}` and `{other}` are one name on macOS and Windows")
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A path as file systems compare it that ignore case, or store names in a Unicode form of their own.
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// The files and folders whose names Windows cannot hold.
fn odd_names(plans: [&Plan; 2]) -> Vec<Trouble> {
    let mut found = Vec::new();
    // most parts are folders that were seen before
    let mut sound = HashSet::new();
    for path in plans.into_iter().flat_map(files).filter_map(|(_, path)| path) {
        for (at, part) in path.parts().enumerate() {
            if sound.contains(part) {
                continue;
            }
            let Some(message) = trouble(part) else {
                sound.insert(part);
                continue;
            };
            let place = path.parts().take(at + 1).fold(RelPath::root(), |place, part| place.join(part));
            let level = level(&place);
            found.push((place, message, level));
            break;
        }
    }
    found
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
    let refused = |c: &char| c.is_control() || matches!(c, ':' | '?' | '*' | '<' | '>' | '|' | '"' | '\\');
    if let Some(odd) = part.chars().find(refused) {
        return Some(format!("`{}` holds {}, which Windows refuses", printable(part), shown(odd)));
    }
    part.ends_with(['.', ' ']).then(|| format!("`{part}` ends with a dot or a blank, which Windows drops"))
}

fn shown(character: char) -> String {
    if character.is_control() { format!("U+{:04X}", u32::from(character)) } else { format!("`{character}`") }
}

fn printable(part: &str) -> String {
    part.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}
