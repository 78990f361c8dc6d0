//! `uv_build`: <https://docs.astral.sh/uv/reference/settings/#build-backend>.

use super::{Known, Wheel, entries, plain};
use crate::project::toml::{self, Kind};
use crate::spec::gitignore::Patterns;
use crate::text::RelPath;

const TABLE: &str = "tool.uv.build-backend";

pub(super) fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    let of = |key: &str| format!("{TABLE}.{key}");
    let root = plain(&known.text(&of("module-root")).unwrap_or_else(|| "src".to_owned()));
    let excluded = excluded(known);
    for name in names(known, &root) {
        let to = name.replace('.', "/");
        let from = plain(&format!("{root}/{to}"));
        let wanted = |path: &RelPath| !excluded.matches(path.as_str());
        if !wheel.add_all(&from, &to, wanted) {
            let why = format!(
                "uv_build finds no module `{name}` in `{}`",
                if root.is_empty() { "." } else { &root }
            );
            wheel.unknown(known, "project.name", why);
        }
    }
    for (scheme, folder) in entries(known.at(&of("data"))) {
        if let Some(folder) = toml::text(folder) {
            wheel.add_data(scheme, &plain(&folder));
        }
    }
}

/// The modules that are told, or the one that is named like the project.
pub(super) fn names(known: &Known<'_>, root: &str) -> Vec<String> {
    if let Some(names) = known.strings(&format!("{TABLE}.module-name")) {
        return names;
    }
    let own = known.module();
    // a distribution of stubs is called like its folder (PEP 561)
    let stubs = own.strip_suffix("_stubs").map(|stem| format!("{stem}-stubs"));
    let there = |name: &String| {
        let path = plain(&format!("{root}/{name}"));
        RelPath::parse(&path).is_ok_and(|path| known.tree.has_folder(&path))
    };
    vec![stubs.filter(there).unwrap_or(own)]
}

/// What is left out: anywhere, unless it begins with `/`.
fn excluded(known: &Known<'_>) -> Patterns {
    let of = |key: &str| known.strings(&format!("{TABLE}.{key}")).unwrap_or_default();
    let usual = known.at(&format!("{TABLE}.default-excludes"));
    let usual = !usual.is_some_and(|node| matches!(node.kind, Kind::Bool(false)));
    let usual = usual.then_some(["__pycache__", "*.pyc", "*.pyo"]).into_iter().flatten();
    let told: Vec<String> = ["source-exclude", "wheel-exclude"].into_iter().flat_map(of).collect();
    let anywhere = |text: &String| match text.strip_prefix('/') {
        Some(_) => text.clone(),
        None => format!("**/{text}"),
    };
    let told: Vec<String> = told.iter().map(anywhere).collect();
    Patterns::new(usual.chain(told.iter().map(String::as_str)))
}
