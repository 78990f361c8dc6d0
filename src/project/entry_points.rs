//! `scripts`, `gui-scripts` and `entry-points`.

use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::toml::{TomlKind, TomlNode};
use super::{EntryPoint, EntryPointGroup};
use crate::spec::entry_points::Reference;
use crate::text::Spanned;

/// All entry points of `[project]`, the scripts first.
pub(super) fn read(reader: &mut Reader, project: &Entries) -> Vec<EntryPointGroup> {
    let mut groups = Vec::new();
    for (key, name) in [("scripts", "console_scripts"), ("gui-scripts", "gui_scripts")] {
        if let Some((place, node)) = project.iter().find(|(place, _)| place.value == key) {
            groups.push(group(
                reader,
                Spanned::new(name.to_owned(), place.span),
                format!("project.{key}"),
                node,
            ));
        }
    }
    let Some(node) = get(project, "entry-points") else { return groups };
    for (name, node) in reader.table("project.entry-points", node) {
        let table = format!("project.entry-points.{}", name.value);
        if reader.clean(&table, name) {
            groups.push(group(reader, name.clone(), table, node));
        }
    }
    groups
}

fn group(reader: &mut Reader, name: Spanned<String>, table: String, node: &TomlNode) -> EntryPointGroup {
    let entry = |(name, value): (Spanned<String>, Spanned<String>)| {
        let parse = if table.starts_with("project.entry-points") {
            Reference::parse
        } else {
            Reference::parse_script
        };
        let reference = parse(&value.value);
        EntryPoint { name, value, reference }
    };
    if let Some((inner, node)) = first_table(node).filter(|_| table.starts_with("project.entry-points")) {
        let group = format!("{}.{}", name.value, inner.value);
        reader.record(node.span, ProblemKind::UnquotedGroup { group });
        return EntryPointGroup { name, table, entries: Vec::new() };
    }
    let entries = reader.pairs(&table, node).into_iter().map(entry).collect();
    EntryPointGroup { name, table, entries }
}

fn first_table(node: &TomlNode) -> Option<&(Spanned<String>, TomlNode)> {
    let TomlKind::Table(entries) = &node.kind else { return None };
    entries.iter().find(|(_, node)| matches!(node.kind, TomlKind::Table(_)))
}
