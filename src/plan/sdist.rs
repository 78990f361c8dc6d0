//! The sdist (source distribution format): one top folder, PKG-INFO, and the files as they lie in the project.

use super::{Entry, Materials, Plan};

/// What the sdist would hold.
pub fn sdist(materials: &Materials<'_>) -> Plan {
    let names = &materials.metadata.names;
    let root = names.sdist_root();
    let mut entries: Vec<Entry> = materials
        .layout
        .sdist
        .iter()
        .map(|file| Entry::file(format!("{root}/{}", file.path), file))
        .collect();
    // an unpacked sdist has a PKG-INFO already; it is made anew
    let pkg_info = format!("{root}/PKG-INFO");
    entries.retain(|entry| entry.path != pkg_info);
    entries.push(Entry::bytes(pkg_info, materials.metadata.text.as_str()));
    entries.sort_by(|left, right| left.path.cmp(&right.path));
    Plan { file_name: names.sdist(), entries }
}
