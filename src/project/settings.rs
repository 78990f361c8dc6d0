//! `[tool.mcp-backend]`: few settings, all with a good default.

use std::sync::LazyLock;

use super::Parsed;
use super::channels::{self, Exports};
use super::metadata::globs;
use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::remotes::{self, Remote};
use super::setting::{Setting, setting};
use super::toml::TomlNode;
use super::variables::{self, EnvVariable};
use crate::diagnostic::Level;
use crate::knowledge::clients::PROFILES;
use crate::spec::glob::{Glob, GlobFault};
use crate::spec::wheel_tag::WheelTag;
use crate::text::{RelPath, Span, Spanned};

/// Declares the keys of `[tool.mcp-backend]`, in alphabetical order: each as a field of [`Settings`], with what reads it,
/// and as an entry of the reference. Where a key is not written, its field has the value that its type has by default.
macro_rules! declare_settings {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident: $type:ty = $read:expr, $key:literal $shape:ident, default $default:literal, example $example:literal;
    )+) => {
        /// Every key of `[tool.mcp-backend]`, in alphabetical order.
        pub const SETTINGS: &[Setting] = &[$(setting!($($doc)+, $key, $shape, $default, $example)),+];

        /// The settings as written.
        #[derive(Debug, Default)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        /// Reads `[tool.mcp-backend]`.
        pub(super) fn read(reader: &mut Reader, root: &Entries) -> Settings {
            let tool = get(root, "tool").map_or(&[][..], |node| reader.table("tool", node));
            let Some(node) = get(tool, "mcp-backend") else { return Settings::default() };
            let entries = reader.table("tool.mcp-backend", node);
            reader.only("tool.mcp-backend", entries, &[$($key),+]);
            $(
                let read: fn(&mut Reader, &str, &TomlNode) -> $type = $read;
                let $field = get(entries, $key).map(|node| read(reader, concat!("tool.mcp-backend.", $key), node));
            )+
            Settings { $($field: $field.unwrap_or_default()),+ }
        }
    };
}

declare_settings! {
    /// What follows the server's command wherever a client is told to start it. A string is one argument.
    arguments: Vec<Spanned<String>> = several, "arguments" Texts,
        default "none",
        example r#"arguments = ["serve", "--stdio"]"#;
    /// Puts `_build_info.py` into the first module of wheel and sdist, where that is a package: `version`;
    /// `commit`, the one that is checked out where the project's folder is that of a git checkout, else `None`;
    /// `date`, from `SOURCE_DATE_EPOCH`, else `None`. A file of that name in the project ships as it is. An
    /// editable install has none, so guard its import with `except ImportError`.
    build_info: Option<Span> = flag, "build-info" Flag,
        default "`false`",
        example "build-info = true";
    /// Folders whose files an installer puts beside the environment's own: below `data` into its root, below
    /// `scripts` among its commands (made executable, and with `#!python` for any other Python in the first line),
    /// below `headers`, `purelib` and `platlib` where those lie. What the server itself reads belongs into the
    /// module's folder.
    data: Vec<DataFolder> = data, "data" Folders,
        default "none",
        example r#"data = { data = "share", scripts = "bin" }"#;
    /// The variables of the environment that the server reads, each under `[[tool.mcp-backend.env]]` or in an array
    /// as below, with the keys that are listed behind it.
    env: Vec<EnvVariable> = variables::read, "env" Variables,
        default "none",
        example r#"env = [{ name = "WEATHER_API_KEY", description = "Key of the forecast", required = true, secret = true }]"#;
    /// The channels that `mcp-backend build --all` exports to, each under `[tool.mcp-backend.export.<channel>]`
    /// with its own settings, listed below. `mcp-backend export` makes any of them, configured or not.
    exports: Exports = channels::read, "export" Channels,
        default "none",
        example "export = { server-json = {} }";
    /// The distribution that an import is from, by the import's dotted name: for modules that are named unlike
    /// their distribution and that no table knows.
    imports: Vec<(Spanned<String>, Spanned<String>)> = Reader::pairs, "imports" Distributions,
        default "none",
        example r#"imports = { weatherlib = "acme-weather-sdk" }"#;
    /// The lock from which the wheel gets the extra `locked`: `uv.lock`, or a `pylock.toml` without groups. It pins
    /// all that an install takes, on every platform, so that users of `weather[locked]` run what was tested. The sdist
    /// holds the lock, and exports name the extra. See [locked](locked.md).
    locked: Option<Spanned<RelPath>> = path, "locked" Text,
        default "none",
        example r#"locked = "uv.lock""#;
    /// The server's name in the MCP registry. Where `dynamic` lists `readme`, the published description gets the
    /// `mcp-name:` line by which the registry knows its owner; the readme on the disk stays as it is.
    mcp_name: Option<Spanned<String>> = Reader::line, "mcp-name" Text,
        default "none",
        example r#"mcp-name = "io.github.you/weather""#;
    /// The modules to install, each `src/<module>/` or `src/<module>.py`. A dotted name lies in a namespace
    /// package: this one in `src/awslabs/s3_mcp_server/`.
    module_names: Option<Vec<Spanned<String>>> = Reader::one_or_more, "module-name" Texts,
        default "the project's name in lower case, with `_` for `-` and `.`",
        example r#"module-name = "awslabs.s3_mcp_server""#;
    /// Rules that are silent about the files that a glob matches, by code, name or family. A rule that stops every
    /// build is heard all the same. For a single line there is a comment: `# mcp-backend: ignore[STD001]`, in
    /// Python and in `pyproject.toml`.
    file_ignores: Vec<FileIgnore> = file_ignores, "per-file-ignores" RulesByGlob,
        default "none",
        example r#"per-file-ignores = { "src/weather/legacy/*.py" = ["ENT", "imports-src"] }"#;
    /// The clients that the server is made for: `claude`, `copilot`, `cursor`, `gemini`, `openai`, `vscode`. What
    /// one of them is known to refuse of a tool is told.
    profiles: Vec<Spanned<String>> = profiles, "profiles" Texts,
        default "what two or more of them refuse is told",
        example r#"profiles = ["claude", "gemini"]"#;
    /// Where the server is served over HTTP, for everybody to use without an install, each under
    /// `[[tool.mcp-backend.remotes]]` or in an array as below, with the keys that are listed behind it.
    remotes: Vec<Remote> = remotes::read, "remotes" Remotes,
        default "none",
        example r#"remotes = [{ url = "https://weather.example/mcp" }]"#;
    /// The level of a rule, by its code or name, or of a family by the beginning of its codes; the longest
    /// beginning counts. A rule that stops every build cannot be turned down: without it the wheel would be wrong
    /// or unsafe.
    rules: Vec<(Spanned<String>, RuleLevel)> = rules, "rules" Levels,
        default "each rule's own level",
        example r#"rules = { MET = "warning", ENT008 = "off", license-file-missing = "error" }"#;
    /// Puts bills of materials (CycloneDX 1.6, SPDX 2.3) into the wheel's `.dist-info/sboms` (PEP 770): its files, and the
    /// dependencies as declared. A file of `sbom-files` with the same name goes before it.
    sbom: bool = is_set, "sbom" Flag,
        default "`false`",
        example "sbom = true";
    /// Software bills of materials, which go into the wheel's `.dist-info/sboms` (PEP 770).
    sbom_files: Vec<Parsed<Glob, GlobFault>> = globs, "sbom-files" Globs,
        default "none",
        example r#"sbom-files = ["sbom/*.cdx.json"]"#;
    /// The script that starts the server: what clients are told to run.
    script: Option<Spanned<String>> = Reader::line, "script" Text,
        default "the script named like the project, or else the only one",
        example r#"script = "weather""#;
    /// Files that the sdist leaves out. What a wheel is made from stays all the same.
    sdist_exclude: Vec<Parsed<Glob, GlobFault>> = globs, "sdist-exclude" Globs,
        default "none",
        example r#"sdist-exclude = ["tests/recordings"]"#;
    /// Further files of the sdist.
    sdist_include: Vec<Parsed<Glob, GlobFault>> = globs, "sdist-include" Globs,
        default "none",
        example r#"sdist-include = ["docs", "examples/**/*.py"]"#;
    /// Makes errors of the warnings of the rules below, which harm no user for certain, in the author's build and
    /// in `check`; what they tell on request alone is told. A level under `rules` goes before it. `-C check=strict`
    /// and `mcp-backend check --strict` do so once.
    strict: bool = is_set, "strict" Flag,
        default "`false`",
        example "strict = true";
    /// The wheel's tag: the Python, the ABI and the platform that its machine code is for, each one or several
    /// joined by `.`. A wheel for one platform is installed into `platlib`. An editable install takes the default
    /// all the same.
    tag: Option<Spanned<WheelTag>> = tag, "tag" Text,
        default "`py3-none-any`",
        example r#"tag = "cp312-abi3-manylinux_2_28_x86_64""#;
    /// What a tag of the project begins with before its version, where `version` is `"git"`: only such tags count.
    tag_prefix: Option<Spanned<String>> = Reader::line, "tag-prefix" Text,
        default "none: `v1.4.0`, `1.4.0` and `<name>-v1.4.0` count",
        example r#"tag-prefix = "weather-v""#;
    /// The server's name for people.
    title: Option<Spanned<String>> = Reader::line, "title" Text,
        default "the title that the server gives itself, or else the project's name",
        example r#"title = "Weather""#;
    /// Where a version that `dynamic` lists comes from: `"git"` takes it from the tags. On a tag it is the tag's, so
    /// many commits later that of the next patch with `.devN`. See [versions](versions.md).
    version: Option<Span> = version, "version" Text,
        default "`__version__` of the first module",
        example r#"version = "git""#;
    /// Files in a module's folder that stay out of the wheel.
    wheel_exclude: Vec<Parsed<Glob, GlobFault>> = globs, "wheel-exclude" Globs,
        default "none",
        example r#"wheel-exclude = ["src/weather/tests", "**/*.md"]"#;
    /// Files under `src` that the wheel holds although they would be left out: outside the modules, excluded by a
    /// wider glob, or named like a secret.
    wheel_include: Vec<Parsed<Glob, GlobFault>> = globs, "wheel-include" Globs,
        default "none",
        example r#"wheel-include = ["src/weather/guide.md"]"#;
}

/// The folders of a wheel's `.data` that an installer knows.
pub const SCHEMES: &[&str] = &["data", "headers", "platlib", "purelib", "scripts"];

/// The names of the profiles of clients.
static CLIENTS: LazyLock<Vec<&str>> = LazyLock::new(|| PROFILES.iter().map(|profile| profile.name).collect());

/// Where a dynamic version may be said to come from.
const VERSION_SOURCES: &[&str] = &["git"];

const LEVELS: &[&str] = &["error", "off", "warning"];

/// A folder for one of the wheel's scheme folders.
#[derive(Debug, PartialEq, Eq)]
pub struct DataFolder {
    /// `scripts`, `headers`, `purelib`, `platlib` or `data`.
    pub scheme: String,
    /// The folder in the project.
    pub folder: Spanned<RelPath>,
}

/// A glob and the rules that are silent about the files that it matches.
#[derive(Debug, PartialEq, Eq)]
pub struct FileIgnore {
    /// The glob.
    pub glob: Parsed<Glob, GlobFault>,
    /// The rules by code, name or family.
    pub rules: Vec<Spanned<String>>,
}

/// The level that a project gives a rule; none is off.
pub type RuleLevel = Option<Level>;

impl Settings {
    /// The globs of the settings that say what ships, with their keys.
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

    /// Every word that is to name a rule, in `rules` and `per-file-ignores`.
    pub fn named_rules(&self) -> impl Iterator<Item = &Spanned<String>> {
        let levels = self.rules.iter().map(|(word, _)| word);
        levels.chain(self.file_ignores.iter().flat_map(|ignore| &ignore.rules))
    }
}

fn several(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Spanned<String>> {
    reader.one_or_more(key, node).unwrap_or_default()
}

fn profiles(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Spanned<String>> {
    let mut profiles = several(reader, key, node);
    profiles.retain(|name| {
        let is_known = CLIENTS.contains(&name.value.as_str());
        if !is_known {
            let word = name.value.clone();
            reader.record(name.span, ProblemKind::UnknownWord { key: key.to_owned(), word, known: &CLIENTS });
        }
        is_known
    });
    profiles
}

/// Where a flag is set.
fn flag(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<Span> {
    reader.flag(key, node).filter(|flag| flag.value).map(|flag| flag.span)
}

fn is_set(reader: &mut Reader, key: &str, node: &TomlNode) -> bool {
    flag(reader, key, node).is_some()
}

/// Where the version is said to come from git.
fn version(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<Span> {
    let source = reader.line(key, node)?;
    if source.value != "git" {
        let (key, word) = (key.to_owned(), source.value);
        reader.record(source.span, ProblemKind::UnknownWord { key, word, known: VERSION_SOURCES });
        return None;
    }
    Some(source.span)
}

fn tag(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<Spanned<WheelTag>> {
    let text = reader.line(key, node)?;
    match WheelTag::parse(&text.value) {
        Ok(tag) => Some(Spanned::new(tag, text.span)),
        Err(fault) => {
            reader.record(text.span, ProblemKind::Tag { tag: text.value, fault });
            None
        }
    }
}

fn path(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<Spanned<RelPath>> {
    let text = reader.line(key, node)?;
    if let Ok(path) = RelPath::parse(&text.value) {
        return Some(Spanned::new(path, text.span));
    }
    reader.record(text.span, ProblemKind::Path { key: key.to_owned(), path: text.value });
    None
}

fn data(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<DataFolder> {
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

fn file_ignores(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<FileIgnore> {
    let mut ignores = Vec::new();
    for (glob, rules) in reader.table(key, node) {
        let rules = reader.lines(&format!("{key}.{}", glob.value), rules);
        ignores.push(FileIgnore { glob: Spanned::new(Glob::parse(&glob.value), glob.span), rules });
    }
    ignores
}

fn rules(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<(Spanned<String>, RuleLevel)> {
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
    fn the_examples_are_read_without_a_problem() {
        for setting in SETTINGS {
            let text = format!(
                "[project]\nname = \"weather\"\nversion = \"1.0\"\n\n[tool.mcp-backend]\n{}\n",
                setting.example
            );
            let project = crate::project::read(text.into_bytes());
            assert!(project.problems.is_empty(), "{}: {:?}", setting.key, project.problems);
            assert!(project.settings.globs().all(|(_, glob)| glob.value.is_ok()), "{}", setting.key);
            assert!(setting.example.starts_with(setting.key), "{}", setting.key);
        }
    }
}
