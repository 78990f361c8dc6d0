//! `_build_info.py`: what a release was built from.
//!
//! A wheel of the sdist cannot know the commit, so that the sdist carries the module, and one that is there ships as it
//! is: tree -> wheel stays what tree -> sdist -> wheel is. The clock is never asked.

use super::{Entry, Materials, Plan};

/// Adds the module to both plans, where the project wants one and has none; `moment` is what `SOURCE_DATE_EPOCH` says.
pub fn add_build_info(wheel: &mut Plan, sdist: &mut Plan, materials: &Materials<'_>, moment: Option<&str>) {
    let Materials { layout, tree, metadata, .. } = materials;
    let Some(made) = layout.build_info.as_ref().filter(|made| tree.file(&made.path).is_none()) else {
        return;
    };
    let quoted = |text: Option<&str>| text.map_or_else(|| "None".to_owned(), |text| format!("\"{text}\""));
    let version = metadata.version.as_ref().map(ToString::to_string);
    let text = format!(
        "\"\"\"What this release was built from.\"\"\"\n\nversion = {}\ncommit = {}\ndate = {}\n",
        quoted(version.as_deref()),
        quoted(tree.commit().as_deref()),
        quoted(moment),
    );
    let in_sdist = format!("{}/{}", metadata.names.sdist_root(), made.path);
    insert(&mut sdist.entries, Entry::bytes(in_sdist, text.as_str()), usize::MAX);
    insert(&mut wheel.entries, Entry::bytes(made.installed.clone(), text), layout.wheel.len());
}

/// Puts the entry in its place among the first `count` entries, which are in order of their paths.
fn insert(entries: &mut Vec<Entry>, entry: Entry, count: usize) {
    let count = count.min(entries.len());
    let place = entries[..count].partition_point(|other| other.path < entry.path);
    entries.insert(place, entry);
}
