//! `[tool.mcp-backend]`: few settings, all with a good default.

use super::Parsed;
use super::exports::{self, Exports};
use super::metadata::globs;
use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::toml::TomlNode;
use super::variables::{self, EnvVariable};
use crate::diagnostic::Level;
use crate::spec::glob::{Glob, GlobFault};
use crate::spec::wheel_tag::WheelTag;
use crate::text::{RelPath, Span, Spanned};

/// A key of the table, for the reference and its did-you-mean.
#[derive(Debug)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// Its type.
    pub shape: SettingType,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// The key with a value, as TOML.
    pub example: &'static str,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingType {
    /// A string.
    Text,
    /// A string, or several in an array.
    Texts,
    /// `true` or `false`.
    Flag,
    /// An array of globs.
    Globs,
    /// A table of folders by scheme.
    Folders,
    /// A table of rules' levels.
    Levels,
    /// A table of distributions by import.
    Distributions,
    /// A table of rules by glob.
    RulesByGlob,
    /// An array of tables, each a variable of the environment.
    Variables,
    /// A table of channels, each a table of its own.
    Channels,
}

impl SettingType {
    /// The type as users read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Texts => "string or array of strings",
            Self::Flag => "`true` or `false`",
            Self::Globs => "array of globs",
            Self::Folders => "table of folders",
            Self::Levels => "table of `off`, `warning` or `error`",
            Self::Distributions => "table of distributions",
            Self::RulesByGlob => "table of globs, each with an array of rules",
            Self::Variables => "array of tables",
            Self::Channels => "table of channels, each a table",
        }
    }
}

/// Every key of `[tool.mcp-backend]`, in alphabetical order.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "arguments",
        shape: SettingType::Texts,
        default: "none",
        doc: "What follows the server's command wherever a client is told to start it. A string is one argument.",
        example: "arguments = [\"serve\", \"--stdio\"]",
    },
    Setting {
        key: "build-info",
        shape: SettingType::Flag,
        default: "`false`",
        doc: "Puts `_build_info.py` into the first module of wheel and sdist, where that is a package: `version`; `commit`, \
              the one that is checked out where the project's folder is that of a git checkout, else `None`; `date`, \
              from `SOURCE_DATE_EPOCH`, else `None`. A file of that name in the project ships as it is. An editable \
              install has none, so guard its import with `except ImportError`.",
        example: "build-info = true",
    },
    Setting {
        key: "data",
        shape: SettingType::Folders,
        default: "none",
        doc: "Folders whose files an installer puts beside the environment's own: below `data` into its root, below \
              `scripts` among its commands (made executable, and with `#!python` for any other Python in the first line), below `headers`, `purelib` and `platlib` where those lie. What the server \
              itself reads belongs into the module's folder.",
        example: "data = { data = \"share\", scripts = \"bin\" }",
    },
    Setting {
        key: "env",
        shape: SettingType::Variables,
        default: "none",
        doc: "The variables of the environment that the server reads, each under `[[tool.mcp-backend.env]]` or in an \
              array as below: `name`; `description`, for those who set it; `required`, when the server does not start \
              without it; `secret`, when its value must be shown to nobody; `default`, what holds without it. `required` \
              and `secret` are `false` unless they are set.",
        example: "env = [{ name = \"WEATHER_API_KEY\", description = \"Key of the forecast\", required = true, secret = true }]",
    },
    Setting {
        key: "export",
        shape: SettingType::Channels,
        default: "none",
        doc: "The channels that `mcp-backend build --all` exports to, each under `[tool.mcp-backend.export.<channel>]` with \
              its own settings, listed below. `mcp-backend export` makes any of them, configured or not.",
        example: "export = { server-json = {} }",
    },
    Setting {
        key: "imports",
        shape: SettingType::Distributions,
        default: "none",
        doc: "The distribution that an import is from, by the import's dotted name: for modules that are named unlike \
              their distribution and that no table knows.",
        example: "imports = { weatherlib = \"acme-weather-sdk\" }",
    },
    Setting {
        key: "mcp-name",
        shape: SettingType::Text,
        default: "none",
        doc: "The server's name in the MCP registry. Where `dynamic` lists `readme`, the published description gets the \
              `mcp-name:` line by which the registry knows its owner; the readme on the disk stays as it is.",
        example: "mcp-name = \"io.github.you/weather\"",
    },
    Setting {
        key: "module-name",
        shape: SettingType::Texts,
        default: "the project's name in lower case, with `_` for `-` and `.`",
        doc: "The modules to install, each `src/<module>/` or `src/<module>.py`. A dotted name lies in a namespace \
              package: this one in `src/awslabs/s3_mcp_server/`.",
        example: "module-name = \"awslabs.s3_mcp_server\"",
    },
    Setting {
        key: "per-file-ignores",
        shape: SettingType::RulesByGlob,
        default: "none",
        doc: "Rules that are silent about the files that a glob matches, by code, name or family. A rule that stops \
              every build is heard all the same. For a single line there is a comment: `# mcp-backend: ignore[STD001]`, \
              in Python and in `pyproject.toml`.",
        example: "per-file-ignores = { \"src/weather/legacy/*.py\" = [\"ENT\", \"imports-src\"] }",
    },
    Setting {
        key: "rules",
        shape: SettingType::Levels,
        default: "each rule's own level",
        doc: "The level of a rule, by its code or name, or of a family by the beginning of its codes; the longest \
              beginning counts. A rule that stops every build cannot be turned down: without it the wheel would be \
              wrong or unsafe.",
        example: "rules = { MET = \"warning\", ENT008 = \"off\", license-file-missing = \"error\" }",
    },
    Setting {
        key: "sbom",
        shape: SettingType::Flag,
        default: "`false`",
        doc: "Puts a bill of materials (CycloneDX 1.6) into the wheel's `.dist-info/sboms` (PEP 770): its files, and \
              the dependencies as declared. A file of `sbom-files` with the same name goes before it.",
        example: "sbom = true",
    },
    Setting {
        key: "sbom-files",
        shape: SettingType::Globs,
        default: "none",
        doc: "Software bills of materials, which go into the wheel's `.dist-info/sboms` (PEP 770).",
        example: "sbom-files = [\"sbom/*.cdx.json\"]",
    },
    Setting {
        key: "script",
        shape: SettingType::Text,
        default: "the script named like the project, or else the only one",
        doc: "The script that starts the server: what clients are told to run.",
        example: "script = \"weather\"",
    },
    Setting {
        key: "sdist-exclude",
        shape: SettingType::Globs,
        default: "none",
        doc: "Files that the sdist leaves out. What a wheel is made from stays all the same.",
        example: "sdist-exclude = [\"tests/recordings\"]",
    },
    Setting {
        key: "sdist-include",
        shape: SettingType::Globs,
        default: "none",
        doc: "Further files of the sdist.",
        example: "sdist-include = [\"docs\", \"examples/**/*.py\"]",
    },
    Setting {
        key: "strict",
        shape: SettingType::Flag,
        default: "`false`",
        doc: "Makes errors of the warnings of the rules below, which harm no user for certain, in the author's build and \
              in `check`; what they tell on request alone is told. A level under `rules` goes before it. \
              `-C check=strict` and `mcp-backend check --strict` do so once.",
        example: "strict = true",
    },
    Setting {
        key: "tag",
        shape: SettingType::Text,
        default: "`py3-none-any`",
        doc: "The wheel's tag: the Python, the ABI and the platform that its machine code is for, each one or several \
              joined by `.`. A wheel for one platform is installed into `platlib`. An editable install takes the \
              default all the same.",
        example: "tag = \"cp312-abi3-manylinux_2_28_x86_64\"",
    },
    Setting {
        key: "title",
        shape: SettingType::Text,
        default: "the title that the server gives itself, or else the project's name",
        doc: "The server's name for people.",
        example: "title = \"Weather\"",
    },
    Setting {
        key: "wheel-exclude",
        shape: SettingType::Globs,
        default: "none",
        doc: "Files in a module's folder that stay out of the wheel.",
        example: "wheel-exclude = [\"src/weather/tests\", \"**/*.md\"]",
    },
    Setting {
        key: "wheel-include",
        shape: SettingType::Globs,
        default: "none",
        doc: "Files under `src` that the wheel holds although they would be left out: outside the modules, excluded by \
              a wider glob, or named like a secret.",
        example: "wheel-include = [\"src/weather/guide.md\"]",
    },
];

const KEYS: &[&str] = &[
    "arguments",
    "build-info",
    "data",
    "env",
    "export",
    "imports",
    "mcp-name",
    "module-name",
    "per-file-ignores",
    "rules",
    "sbom",
    "sbom-files",
    "script",
    "sdist-exclude",
    "sdist-include",
    "strict",
    "tag",
    "title",
    "wheel-exclude",
    "wheel-include",
];

/// The folders of a wheel's `.data` that an installer knows.
pub const SCHEMES: &[&str] = &["data", "headers", "platlib", "purelib", "scripts"];

const LEVELS: &[&str] = &["error", "off", "warning"];

/// The settings as written.
#[derive(Debug, Default)]
pub struct Settings {
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `tag`.
    pub tag: Option<Spanned<WheelTag>>,
    /// `script`.
    pub script: Option<Spanned<String>>,
    /// `arguments`.
    pub arguments: Vec<Spanned<String>>,
    /// `export`.
    pub exports: Exports,
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
    /// Where `build-info` is set.
    pub build_info: Option<Span>,
    /// `sbom`.
    pub sbom: bool,
    /// `sbom-files`.
    pub sbom_files: Vec<Parsed<Glob, GlobFault>>,
    /// `data`.
    pub data: Vec<DataFolder>,
    /// `env`.
    pub env: Vec<EnvVariable>,
    /// `per-file-ignores`.
    pub file_ignores: Vec<FileIgnore>,
    /// `imports`: import and distribution.
    pub imports: Vec<(Spanned<String>, Spanned<String>)>,
    /// `strict`.
    pub strict: bool,
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
    let mut flag = |key: &str| {
        get(entries, key)
            .and_then(|node| reader.flag(&format!("tool.mcp-backend.{key}"), node))
            .filter(|flag| flag.value)
            .map(|flag| flag.span)
    };
    let (build_info, sbom, strict) = (flag("build-info"), flag("sbom").is_some(), flag("strict").is_some());
    Settings {
        title: get(entries, "title").and_then(|node| reader.line("tool.mcp-backend.title", node)),
        script: get(entries, "script").and_then(|node| reader.line("tool.mcp-backend.script", node)),
        arguments: get(entries, "arguments")
            .and_then(|node| reader.one_or_more("tool.mcp-backend.arguments", node))
            .unwrap_or_default(),
        exports: get(entries, "export").map(|node| exports::read(reader, node)).unwrap_or_default(),
        tag: get(entries, "tag").and_then(|node| tag(reader, node)),
        mcp_name: get(entries, "mcp-name").and_then(|node| reader.line("tool.mcp-backend.mcp-name", node)),
        module_names: get(entries, "module-name")
            .and_then(|node| reader.one_or_more("tool.mcp-backend.module-name", node)),
        wheel_include,
        wheel_exclude,
        sdist_include,
        sdist_exclude,
        build_info,
        sbom,
        sbom_files,
        data: get(entries, "data").map(|node| data(reader, node)).unwrap_or_default(),
        env: get(entries, "env").map(|node| variables::read(reader, node)).unwrap_or_default(),
        file_ignores: get(entries, "per-file-ignores")
            .map(|node| file_ignores(reader, node))
            .unwrap_or_default(),
        imports: get(entries, "imports")
            .map(|node| reader.pairs("tool.mcp-backend.imports", node))
            .unwrap_or_default(),
        strict,
        rules: get(entries, "rules").map(|node| rules(reader, node)).unwrap_or_default(),
    }
}

fn tag(reader: &mut Reader, node: &TomlNode) -> Option<Spanned<WheelTag>> {
    let text = reader.line("tool.mcp-backend.tag", node)?;
    match WheelTag::parse(&text.value) {
        Ok(tag) => Some(Spanned::new(tag, text.span)),
        Err(fault) => {
            reader.record(text.span, ProblemKind::Tag { tag: text.value, fault });
            None
        }
    }
}

fn data(reader: &mut Reader, node: &TomlNode) -> Vec<DataFolder> {
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

fn file_ignores(reader: &mut Reader, node: &TomlNode) -> Vec<FileIgnore> {
    let key = "tool.mcp-backend.per-file-ignores";
    let mut ignores = Vec::new();
    for (glob, rules) in reader.table(key, node) {
        let rules = reader.lines(&format!("{key}.{}", glob.value), rules);
        ignores.push(FileIgnore { glob: Spanned::new(Glob::parse(&glob.value), glob.span), rules });
    }
    ignores
}

fn rules(reader: &mut Reader, node: &TomlNode) -> Vec<(Spanned<String>, RuleLevel)> {
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
