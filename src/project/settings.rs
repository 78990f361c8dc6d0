//! `[tool.mcp-backend]`: few settings, all with a good default.

use super::Parsed;
use super::metadata::globs;
use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::toml::{Kind, Node};
use crate::diagnostic::Level;
use crate::spec::glob::{Glob, GlobFault};
use crate::text::{RelPath, Spanned};

/// A key of the table, for the reference and its did-you-mean.
#[derive(Debug)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// Its type as users read it.
    pub kind: &'static str,
    /// What it does, and what happens without it.
    pub doc: &'static str,
}

/// Every key of `[tool.mcp-backend]`, in alphabetical order.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "data",
        kind: "table of folders",
        doc: "Folders whose files go into the wheel's scheme folders: any of `scripts`, `headers`, `purelib`, `platlib`, `data`. \
              Default: none.",
    },
    Setting {
        key: "mcp-name",
        kind: "string",
        doc: "The server's name in the MCP registry, such as `io.github.you/weather`. A `readme` listed in `dynamic` gets its \
              `mcp-name:` marker from it. Default: none.",
    },
    Setting {
        key: "module-name",
        kind: "string or array of strings",
        doc: "The modules to install, dotted for a namespace package: `awslabs.s3_mcp_server` lies in `src/awslabs/s3_mcp_server`. \
              Default: the project's name, in lower case, with `_` for `-` and `.`.",
    },
    Setting {
        key: "rules",
        kind: "table of `off`, `warning` or `error`",
        doc: "The level of a rule, by its code or name. A structural rule cannot be turned down. Default: each rule's own level.",
    },
    Setting {
        key: "sbom-files",
        kind: "array of globs",
        doc: "Software bills of materials that go into the wheel's `.dist-info/sboms` (PEP 770). Default: none.",
    },
    Setting {
        key: "sdist-exclude",
        kind: "array of globs",
        doc: "Files that the sdist leaves out. What the wheel needs cannot be left out. Default: none.",
    },
    Setting {
        key: "sdist-include",
        kind: "array of globs",
        doc: "Further files of the sdist, such as `docs`. Default: none.",
    },
    Setting {
        key: "wheel-exclude",
        kind: "array of globs",
        doc: "Files in a module's folder that stay out of the wheel, such as `src/weather/tests`. Default: none.",
    },
    Setting {
        key: "wheel-include",
        kind: "array of globs",
        doc: "Files under `src` that the wheel holds although they would be left out: outside the module's folder, or named \
              like a secret. Default: none.",
    },
];

const KEYS: &[&str] = &[
    "data",
    "mcp-name",
    "module-name",
    "rules",
    "sbom-files",
    "sdist-exclude",
    "sdist-include",
    "wheel-exclude",
    "wheel-include",
];

const SCHEMES: &[&str] = &["data", "headers", "platlib", "purelib", "scripts"];

const LEVELS: &[&str] = &["error", "off", "warning"];

/// The settings as written.
#[derive(Debug, Default)]
pub struct Settings {
    /// `module-name`; none means that the project's name says it.
    pub module_names: Option<Vec<Spanned<String>>>,
    /// `mcp-name`.
    pub mcp_name: Option<Spanned<String>>,
    /// `wheel-include`.
    pub wheel_include: Vec<Parsed<Glob, GlobFault>>,
    /// `wheel-exclude`.
    pub wheel_exclude: Vec<Parsed<Glob, GlobFault>>,
    /// `sdist-include`.
    pub sdist_include: Vec<Parsed<Glob, GlobFault>>,
    /// `sdist-exclude`.
    pub sdist_exclude: Vec<Parsed<Glob, GlobFault>>,
    /// `sbom-files`.
    pub sbom_files: Vec<Parsed<Glob, GlobFault>>,
    /// `data`.
    pub data: Vec<DataFolder>,
    /// `rules`.
    pub rules: Vec<(Spanned<String>, RuleLevel)>,
}

/// A folder for one of the wheel's scheme folders.
#[derive(Debug, PartialEq, Eq)]
pub struct DataFolder {
    /// `scripts`, `headers`, `purelib`, `platlib` or `data`.
    pub scheme: String,
    /// The folder in the project.
    pub folder: Spanned<RelPath>,
}

/// The level that a project gives a rule; none is off.
pub type RuleLevel = Option<Level>;

impl Settings {
    /// Every glob of every setting, with its key.
    pub fn globs(&self) -> impl Iterator<Item = (&'static str, &Parsed<Glob, GlobFault>)> {
        let lists = [
            ("wheel-include", &self.wheel_include),
            ("wheel-exclude", &self.wheel_exclude),
            ("sdist-include", &self.sdist_include),
            ("sdist-exclude", &self.sdist_exclude),
            ("sbom-files", &self.sbom_files),
        ];
        lists.into_iter().flat_map(|(key, globs)| globs.iter().map(move |glob| (key, glob)))
    }
}

/// Reads `[tool.mcp-backend]`.
pub(super) fn read(reader: &mut Reader, root: &Entries) -> Settings {
    let tool = get(root, "tool").map_or(&[][..], |node| reader.table("tool", node));
    let Some(node) = get(tool, "mcp-backend") else { return Settings::default() };
    let entries = reader.table("tool.mcp-backend", node);
    reader.only("tool.mcp-backend", entries, KEYS);
    let mut list = |key: &str| {
        get(entries, key)
            .map(|node| globs(reader, &format!("tool.mcp-backend.{key}"), node))
            .unwrap_or_default()
    };
    let (wheel_include, wheel_exclude) = (list("wheel-include"), list("wheel-exclude"));
    let (sdist_include, sdist_exclude) = (list("sdist-include"), list("sdist-exclude"));
    let sbom_files = list("sbom-files");
    Settings {
        mcp_name: get(entries, "mcp-name").and_then(|node| reader.line("tool.mcp-backend.mcp-name", node)),
        module_names: get(entries, "module-name").and_then(|node| module_names(reader, node)),
        wheel_include,
        wheel_exclude,
        sdist_include,
        sdist_exclude,
        sbom_files,
        data: get(entries, "data").map(|node| data(reader, node)).unwrap_or_default(),
        rules: get(entries, "rules").map(|node| rules(reader, node)).unwrap_or_default(),
    }
}

fn module_names(reader: &mut Reader, node: &Node) -> Option<Vec<Spanned<String>>> {
    let key = "tool.mcp-backend.module-name";
    match &node.kind {
        Kind::String(_) => reader.line(key, node).map(|name| vec![name]),
        Kind::Array(items) if !items.is_empty() => Some(reader.lines(key, node)),
        _ => {
            reader.wrong_type(key, "a string or a non-empty array of strings", node);
            None
        }
    }
}

fn data(reader: &mut Reader, node: &Node) -> Vec<DataFolder> {
    let key = "tool.mcp-backend.data";
    let entries = reader.table(key, node);
    reader.only(key, entries, SCHEMES);
    let mut folders = Vec::new();
    for (scheme, folder) in reader.pairs(key, node) {
        match RelPath::parse(folder.value.trim_end_matches('/')) {
            Ok(path) => {
                folders.push(DataFolder { scheme: scheme.value, folder: Spanned::new(path, folder.span) });
            }
            Err(_) => reader.record(
                folder.span,
                ProblemKind::Path { key: format!("{key}.{}", scheme.value), path: folder.value },
            ),
        }
    }
    folders
}

fn rules(reader: &mut Reader, node: &Node) -> Vec<(Spanned<String>, RuleLevel)> {
    let key = "tool.mcp-backend.rules";
    let mut levels = Vec::new();
    for (rule, level) in reader.pairs(key, node) {
        let value = match level.value.as_str() {
            "off" => None,
            "warning" => Some(Level::Warning),
            "error" => Some(Level::Error),
            _ => {
                let key = format!("{key}.{}", rule.value);
                reader.record(level.span, ProblemKind::UnknownWord { key, word: level.value, known: LEVELS });
                continue;
            }
        };
        levels.push((rule, value));
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_lists_every_key() {
        let documented: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        assert_eq!(documented, KEYS);
    }
}
