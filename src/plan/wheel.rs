//! The wheel (binary distribution format): modules, scheme folders, and `.dist-info` last.

use super::{Content, Entry, Materials, Plan};
use crate::contract::Contract;
use crate::layout::InstalledFile;
use crate::spec::entry_points;
use crate::spec::script_line::{self, LONGEST_LINE};
use crate::spec::wheel_name::wheel_file;
use crate::spec::wheel_tag::WheelTag;
use crate::tree::SourceTree;

/// What the wheel would hold.
pub fn wheel(materials: &Materials<'_>) -> Plan {
    let names = &materials.metadata.names;
    let mut entries: Vec<Entry> =
        materials.layout.wheel.iter().map(|shipped| Entry::shipped("", shipped)).collect();
    entries.extend(data(materials));
    let tag = materials.project.wheel_tag();
    entries.extend(dist_info(materials, &tag));
    Plan { file_name: names.wheel(&tag), entries }
}

/// The files of the scheme folders.
pub(super) fn data(materials: &Materials<'_>) -> Vec<Entry> {
    let folder = format!("{}/", materials.metadata.names.data());
    let entry = |shipped: &InstalledFile| {
        let entry = Entry::shipped(&folder, shipped);
        if shipped.installed.starts_with("scripts/") { script(materials.tree, shipped, entry) } else { entry }
    };
    materials.layout.data.iter().map(entry).collect()
}

/// A script as the standard has it, whatever it was on the disk: executable, since some systems have no such mark, and
/// begun with `#!python` where it is Python's, which an installer replaces by the Python that it installs for.
fn script(tree: &SourceTree, shipped: &InstalledFile, entry: Entry) -> Entry {
    let content = match tree.read_head(&shipped.file.path, LONGEST_LINE) {
        Ok(head) if script_line::of_any_python(&head).is_some() => tree
            .read(&shipped.file.path)
            .ok()
            .and_then(|text| script_line::generic(&text))
            .map(Content::Bytes),
        _ => None,
    };
    Entry { executable: true, content: content.unwrap_or(entry.content), path: entry.path }
}

/// The `.dist-info` of a wheel with `tag`, in order, RECORD last.
pub(super) fn dist_info(materials: &Materials<'_>, tag: &WheelTag) -> Vec<Entry> {
    let Materials { project, layout, metadata, .. } = materials;
    let folder = metadata.names.dist_info();
    let mut entries = vec![
        Entry::bytes(format!("{folder}/METADATA"), metadata.text.as_str()),
        Entry::bytes(format!("{folder}/WHEEL"), wheel_file(env!("CARGO_PKG_VERSION"), tag)),
    ];
    let entry_points = entry_points(project);
    if !entry_points.is_empty() {
        entries.push(Entry::bytes(format!("{folder}/entry_points.txt"), entry_points));
    }
    let licenses = layout.licenses.iter();
    entries.extend(licenses.map(|file| Entry::file(format!("{folder}/licenses/{}", file.path), file)));
    entries.extend(layout.sboms.iter().map(|shipped| Entry::shipped(&format!("{folder}/sboms/"), shipped)));
    for entry in &mut entries {
        entry.executable = false;
    }
    entries.push(Entry { path: format!("{folder}/RECORD"), content: Content::Record, executable: false });
    entries
}

/// Adds what the server promises to a `.dist-info` that ends with RECORD; nothing for a project that makes no server.
///
/// "Other files" of a `.dist-info` are a tool's own: readers of wheels leave them alone.
pub fn add_contract(entries: &mut Vec<Entry>, contract: &Contract) {
    let Some(folder) = entries.last().and_then(|entry| entry.path.strip_suffix("/RECORD")) else { return };
    if !contract.is_empty() {
        let contract = Entry::bytes(format!("{folder}/mcp/contract.json"), contract.to_json());
        entries.insert(entries.len() - 1, contract);
    }
}

/// Adds a bill of materials (PEP 770) to a `.dist-info` that ends with RECORD, unless the project has one of this name.
pub fn add_bill(entries: &mut Vec<Entry>, name: &str, text: &str) {
    let Some(folder) = entries.last().and_then(|entry| entry.path.strip_suffix("/RECORD")) else { return };
    let path = format!("{folder}/sboms/{name}");
    if entries.iter().all(|entry| entry.path != path) {
        entries.insert(entries.len() - 1, Entry::bytes(path, text));
    }
}

fn entry_points(project: &crate::project::Project) -> String {
    let groups: Vec<(String, Vec<(String, String)>)> = project
        .entry_points
        .iter()
        .map(|group| {
            let entries = group.entries.iter().filter_map(|entry| {
                Some((entry.name.value.clone(), entry.reference.as_ref().ok()?.to_string()))
            });
            (group.name.value.clone(), entries.collect())
        })
        .collect();
    entry_points::render(&groups)
}
