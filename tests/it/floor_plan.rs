//! The house stands as `ARCHITECTURE.md` draws it: a room imports only from lower floors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms with their floors, the highest floor first.
fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("the plan is there");
    let (_, block) = text.split_once("```floors\n").expect("the plan has its floors");
    let (block, _) = block.split_once("```").expect("the block ends");
    let rooms = block
        .lines()
        .enumerate()
        .flat_map(|(floor, line)| line.split_whitespace().map(move |room| (room.to_owned(), floor)));
    rooms.collect()
}

/// The files below the folder whose names end so.
fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, suffix));
        } else if path.extension().is_some_and(|found| found == suffix) {
            found.push(path);
        }
    }
    found
}

/// The room of a file: the first part of its path below `src`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix("src").expect("a file of src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that the code, comments left out, names as `crate::room`.
fn named(text: &str) -> impl Iterator<Item = String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let rooms = code.flat_map(|line| {
        line.split("crate::")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>())
    });
    rooms.filter(|room| !room.is_empty()).collect::<Vec<_>>().into_iter()
}

#[test]
fn no_room_imports_from_its_own_floor_or_above() {
    let floors = floors();
    let mut wrong = Vec::new();
    for path in files(Path::new("src"), "rs") {
        let own = room(&path);
        if own == "lib" {
            continue;
        }
        let floor = floors.get(&own).unwrap_or_else(|| panic!("`{own}` is not in the plan"));
        let text = fs::read_to_string(&path).expect("a source file");
        for other in named(&text).filter(|other| *other != own) {
            match floors.get(&other) {
                Some(below) if below > floor => {}
                Some(_) => wrong.push(format!("{} -> {other}", path.display())),
                None => wrong.push(format!("{} -> {other}, which is not in the plan", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_of_the_plan_stands() {
    let text = fs::read_to_string("src/lib.rs").expect("the manual");
    for room in floors().into_keys() {
        assert!(text.contains(&format!("mod {room};")), "`{room}` is only in the plan");
    }
}

#[test]
fn no_two_public_types_share_a_name() {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(Path::new("src"), "rs") {
        let text = fs::read_to_string(&path).expect("a source file");
        for name in text.lines().filter_map(public_type) {
            homes.entry(name.to_owned()).or_default().push(path.display().to_string());
        }
    }
    homes.retain(|_, homes| homes.len() > 1);
    assert!(homes.is_empty(), "{homes:#?}");
}

/// The name of the type that the line declares for all to see.
fn public_type(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let kinds = ["struct ", "enum ", "trait ", "type "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

#[test]
fn only_git_starts_a_child_process() {
    for path in files(Path::new("src"), "rs") {
        let text = fs::read_to_string(&path).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let starts = code.contains("process::Command") || code.contains("process::{Command");
        let is_the_place = path.ends_with("git.rs") && room(&path) == "git" || path.ends_with("tests.rs");
        assert!(!starts || is_the_place, "{} starts a child process beside `git`", path.display());
    }
}

#[test]
fn only_the_trees_of_verify_start_a_child_process_in_python() {
    for path in files(Path::new("python"), "py") {
        let text = fs::read_to_string(&path).expect("a source file");
        let is_the_place = path.ends_with("mcp_backend/_verify/trees.py");
        assert_eq!(text.contains("subprocess"), is_the_place, "{}", path.display());
    }
}

/// A value may be a function, which holds the names around it, which hold values.
const BY_NATURE: &[&str] = &["src/evaluation/scope.rs", "src/evaluation/value.rs"];

#[test]
fn no_files_import_each_other_in_a_circle() {
    let all = files(Path::new("src"), "rs");
    let arrows: BTreeMap<&PathBuf, Vec<&PathBuf>> = all
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a source file");
            let beside = beside(path, &text);
            let known = |path: PathBuf| all.iter().find(|other| **other == path);
            (path, beside.into_iter().filter_map(known).collect())
        })
        .collect();
    let mut found = Vec::new();
    for start in &all {
        let (mut seen, mut pending) = (Vec::new(), vec![start]);
        while let Some(at) = pending.pop() {
            for next in &arrows[at] {
                if !seen.contains(next) {
                    seen.push(*next);
                    pending.push(next);
                }
            }
        }
        if seen.contains(&start) && !BY_NATURE.contains(&start.to_str().expect("a name")) {
            found.push(start.display().to_string());
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The files that the code of this one, tests left out, names as `super::file` or from the top of the crate.
fn beside(path: &Path, text: &str) -> Vec<PathBuf> {
    let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((text, ""));
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let folder = path.parent().expect("a folder");
    if ["mod.rs", "tests.rs"].iter().any(|name| path.ends_with(name)) {
        return Vec::new();
    }
    let named = code.split("super::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(several) => {
            let end = several.find("};").unwrap_or(several.len());
            several[..end].split([',', '{', '}']).map(first_word).collect::<Vec<_>>()
        }
        None => vec![first_word(rest)],
    });
    let below = named.map(|name| folder.join(format!("{name}.rs")));
    below.chain(code.split("crate::").skip(1).flat_map(from_the_top)).collect()
}

/// The files that a path from the top of the crate may lead into.
fn from_the_top(path: &str) -> Vec<PathBuf> {
    let mut at = PathBuf::from("src");
    let parts = path.split("::").take(4).map(first_word);
    parts
        .map(|part| {
            at.push(part);
            at.with_extension("rs")
        })
        .collect()
}

/// The name that a path begins with.
fn first_word(path: &str) -> &str {
    path.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}
