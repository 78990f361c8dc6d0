//! `uv_build`: <https://docs.astral.sh/uv/reference/settings/#build-backend>.

use super::{Backend, Known, Wheel, entries, plain};
use crate::project::toml::{self, TomlKind};
use crate::spec::fnmatch::path_matches;
use crate::spec::gitignore::Patterns;
use crate::text::RelPath;

const TABLE: &str = "tool.uv.build-backend";

pub(crate) static BACKEND: Backend = Backend { name: "uv_build", begins: &["uv_build"], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    let of = |key: &str| format!("{TABLE}.{key}");
    let root = plain(&known.text(&of("module-root")).unwrap_or_else(|| "src".to_owned()));
    let (anywhere, exactly) = excluded(known);
    for name in names(known, &root) {
        let to = name.replace('.', "/");
        let from = plain(&format!("{root}/{to}"));
        let wanted = |path: &RelPath| {
            let path = path.as_str();
            !anywhere.matches(path) && !exactly.iter().any(|pattern| path_matches(pattern, path))
        };
        if !wheel.add_all(&from, &to, wanted) {
            let why = format!(
                "uv_build finds no module `{name}` in `{}`",
                if root.is_empty() { "." } else { &root }
            );
            wheel.stops(known, "project.name", why);
            wheel.hints.push((root.clone(), String::new()));
        }
    }
    for (scheme, folder) in entries(known.at(&of("data"))) {
        if let Some(folder) = toml::text(folder) {
            wheel.add_data(scheme, &plain(&folder));
        }
    }
}

/// The modules that are told, or the one that is named like the project.
fn names(known: &Known<'_>, root: &str) -> Vec<String> {
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

/// What is left out: anywhere, with what lies below it; and what begins with `/`, itself alone.
fn excluded(known: &Known<'_>) -> (Patterns, Vec<String>) {
    let of = |key: &str| known.strings(&format!("{TABLE}.{key}")).unwrap_or_default();
    let switch = known.at(&format!("{TABLE}.default-excludes"));
    let off = switch.is_some_and(|node| matches!(node.kind, TomlKind::Bool(false)));
    let usual = if off { &[][..] } else { &["__pycache__", "*.pyc", "*.pyo"] };
    let told = ["source-exclude", "wheel-exclude"].into_iter().flat_map(of);
    let (exactly, anywhere): (Vec<String>, Vec<String>) = told.partition(|text| text.starts_with('/'));
    let anywhere: Vec<String> = anywhere.iter().map(|text| format!("**/{text}")).collect();
    (Patterns::new(usual.iter().copied().chain(anywhere.iter().map(String::as_str))), exactly)
}
