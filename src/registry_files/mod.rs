//! What the project tells of itself to indexes, registries and clients, beside its metadata: the readme, `server.json`,
//! the `manifest.json` of a bundle, the `package.json` of a wrapper, the `server.yaml` of Docker's catalogue, images, the
//! settings and extensions of clients, workflows.
//!
//! Each is read once; the commands and settings in them are looked for when a rule asks. Nothing here judges.

mod command;
mod compose;
mod image;
mod markdown;
mod settings;
mod smithery;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::layout::dynamic_readme;
use crate::project::{Project, ReadmeSource};
use crate::spec::dockerfile::{self, Stage};
use crate::spec::json::{self, JsonFault, JsonNode};
use crate::spec::mcpb_manifest::Manifest;
use crate::spec::readme::content_type_of;
use crate::spec::server_json::ServerJson;
use crate::text::{RelPath, SourceText, Span};
use crate::tree::SourceTree;
use markdown::Markdown;
use settings::{Dialect, ReadSettings};

pub use command::{Launch, Word, shell_words};
pub use image::{Copied, ProjectInstall, project_installs, started};
pub use markdown::{Block, Link};
pub use settings::{ServerEntry, SettingsFault, SettingsFaultKind, servers};

/// Where `server.json` may lie.
const SERVER_JSON: &[&str] = &["server.json", ".mcp/server.json", "mcp/server.json"];
/// Where the manifest of a bundle may lie.
const MANIFEST: &[&str] = &["manifest.json", "mcpb/manifest.json"];
/// Where the package may lie that starts the server by `npx`.
const PACKAGE_JSON: &[&str] = &["package.json", "npm/package.json"];
/// Where the entry of Docker's catalogue may lie.
const CATALOG: &[&str] = &["server.yaml", "docker/server.yaml"];
/// Where an image may be described.
const IMAGES: &[&str] = &["Containerfile", "Dockerfile", "docker/Dockerfile"];

/// More commands than any file tells that people write.
const MOST: usize = 2000;
/// What is kept out of images.
const IGNORED: &[&str] =
    &["Containerfile.dockerignore", "Dockerfile.dockerignore", ".containerignore", ".dockerignore"];
/// Where services are described.
const COMPOSE: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
/// Where the workflows of a repository lie.
const WORKFLOWS: &str = ".github/workflows";
/// The settings of clients for whoever works on the project, and whether they are read by the letter.
const CLIENTS: &[(&str, Dialect)] = &[
    (".mcp.json", Dialect::STRICT),
    ("mcp.json", Dialect::LENIENT),
    (".vscode/mcp.json", Dialect::LENIENT),
    (".cursor/mcp.json", Dialect::LENIENT),
    (".gemini/settings.json", Dialect::LENIENT),
    (".kiro/settings/mcp.json", Dialect::LENIENT),
    (".github/mcp.json", Dialect::LENIENT),
];
/// What clients install as an extension of theirs; all of them are read by the letter.
const EXTENSIONS: &[&str] = &[
    "gemini-extension.json",
    "plugin.json",
    ".claude-plugin/plugin.json",
    ".codex-plugin/plugin.json",
    ".cursor-plugin/plugin.json",
    ".github/plugin/plugin.json",
    ".claude-plugin/marketplace.json",
];

/// The files below the usual storeys, or among junk, that are read here.
pub fn areas() -> Vec<RelPath> {
    let files = CLIENTS.iter().map(|(path, _)| *path).chain(EXTENSIONS.iter().copied());
    files.filter(|path| path.contains('/')).chain([WORKFLOWS]).map(RelPath::new).collect()
}

/// Where a command stands, and so who runs it in which environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaunchSite {
    /// The readme: its readers, who may be told of other things too.
    Readme,
    /// The manifest of a bundle.
    Bundle,
    /// The settings of a client, for whoever works on the project.
    Client,
    /// The manifest of a client's extension.
    Extension,
    /// The description of an image.
    Image,
    /// A service of a compose file that is built here.
    Compose,
    /// What Smithery starts.
    Smithery,
    /// A workflow of the repository.
    Workflow,
}

impl LaunchSite {
    /// Whether the project tells it to those who install and start the server.
    pub fn is_told_to_users(self) -> bool {
        matches!(self, Self::Readme | Self::Bundle)
    }

    /// Whether each word has quotes of its own there, as in JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Readme | Self::Bundle | Self::Client | Self::Extension)
    }
}

/// A command that somebody will run.
#[derive(Debug)]
pub struct LaunchLine {
    /// The file.
    pub source: Arc<SourceText>,
    /// Who runs it.
    pub site: LaunchSite,
    /// What it starts or installs.
    pub launch: Launch,
}

/// Settings of clients.
#[derive(Debug)]
pub struct ClientSettings {
    /// The file.
    pub source: Arc<SourceText>,
    /// Who uses them.
    pub site: LaunchSite,
    /// What stands in them; none where that cannot be known.
    pub root: Option<JsonNode>,
    /// Why their clients cannot read them.
    pub fault: Option<SettingsFault>,
}

/// The texts.
#[derive(Debug, Default)]
pub struct RegistryFiles {
    /// The readme that becomes the description.
    pub readme: Option<Readme>,
    /// The first `server.json` that is one.
    pub server_json: Option<ParsedFile<ServerJson>>,
    /// The first `manifest.json` that is a bundle's.
    pub manifest: Option<ParsedFile<Manifest>>,
    /// The first `package.json` that tells of a server of the registry.
    pub npm: Option<ParsedFile<JsonNode>>,
    /// The first `server.yaml` that is of Docker's catalogue.
    pub catalog: Option<Arc<SourceText>>,
    /// The descriptions of images, with their stages.
    pub images: Vec<ParsedFile<Vec<Stage>>>,
    /// What is kept out of an image that is built at the root.
    pub ignored: Option<Arc<SourceText>>,
    /// Those that are not JSON.
    pub broken: Vec<ParsedFile<JsonFault>>,
    /// The workflows of the repository.
    pub workflows: Vec<Arc<SourceText>>,
    clients: Vec<(Arc<SourceText>, LaunchSite, Dialect)>,
    compose: Option<Arc<SourceText>>,
    smithery: Option<Arc<SourceText>>,
    settings: OnceLock<Vec<ClientSettings>>,
    launches: OnceLock<Vec<LaunchLine>>,
}

/// A file and what it says.
#[derive(Debug)]
pub struct ParsedFile<T> {
    /// Its text.
    pub source: Arc<SourceText>,
    /// What it says.
    pub content: T,
}

/// The readme.
#[derive(Debug)]
pub struct Readme {
    /// Its text; under the path of `pyproject.toml` when it stands there.
    pub source: Arc<SourceText>,
    /// Its content type.
    pub content_type: String,
    /// Where it stands in `pyproject.toml`, when it does: then its places are none of a file.
    pub inline: Option<Span>,
    markdown: OnceLock<Markdown>,
}

/// Reads what is there; a file that cannot be read says nothing.
pub fn read(project: &Project, tree: &SourceTree) -> RegistryFiles {
    let mut registry_files = RegistryFiles { readme: readme(project, tree), ..RegistryFiles::default() };
    registry_files.server_json =
        registry_files.parsed(tree, SERVER_JSON, &["/server.schema.json\""], ServerJson::new);
    registry_files.manifest =
        registry_files.parsed(tree, MANIFEST, &["\"manifest_version\"", "\"mcp_config\""], Manifest::new);
    let of_a_server = |root: JsonNode| root.get("mcpName").is_some().then_some(root);
    registry_files.npm = registry_files.parsed(tree, PACKAGE_JSON, &["\"mcpName\""], of_a_server);
    // with a `server.json` beside it, the package is a server of its own
    let alone = |path: &RelPath| {
        path.parent() == RelPath::root() || tree.file(&path.parent().join("server.json")).is_none()
    };
    registry_files.npm = registry_files.npm.filter(|parsed| alone(parsed.source.path()));
    let is_catalogs =
        |text: &str| ["image:", "about:"].iter().all(|key| text.lines().any(|line| line.starts_with(key)));
    let mut catalogs = CATALOG.iter().filter_map(|path| text(tree, &RelPath::new(*path)));
    registry_files.catalog = catalogs.find(|source| is_catalogs(source.text()));
    registry_files.images = images(tree, alone);
    let first = |paths: &[&'static str]| paths.iter().find_map(|path| text(tree, &RelPath::new(*path)));
    registry_files.ignored = first(IGNORED);
    registry_files.compose = first(COMPOSE);
    registry_files.smithery = first(&["smithery.yaml", "smithery.yml"]);
    let workflows = tree.below(&RelPath::new(WORKFLOWS)).iter();
    let workflows =
        workflows.filter(|file| [".yml", ".yaml"].iter().any(|end| file.path.name().ends_with(end)));
    registry_files.workflows = workflows.filter_map(|file| text(tree, &file.path)).collect();
    let clients = CLIENTS.iter().map(|(path, dialect)| (*path, LaunchSite::Client, *dialect));
    let extensions = EXTENSIONS.iter().map(|path| (*path, LaunchSite::Extension, Dialect::STRICT));
    let files = clients.chain(extensions);
    let files =
        files.filter_map(|(path, site, dialect)| Some((text(tree, &RelPath::new(path))?, site, dialect)));
    registry_files.clients = files.collect();
    registry_files
}

/// The descriptions of images that are `wanted`: at the usual places, and beside them such as `Dockerfile.dev`.
fn images(tree: &SourceTree, wanted: impl Fn(&RelPath) -> bool) -> Vec<ParsedFile<Vec<Stage>>> {
    let is_image = |path: &&RelPath| {
        let (name, rest) = path.name().split_once('.').unwrap_or_default();
        path.parent() == RelPath::root()
            && ["Containerfile", "Dockerfile"].contains(&name)
            && rest != "dockerignore"
    };
    let others = tree.files().iter().map(|file| &file.path).filter(is_image).cloned();
    let images = IMAGES.iter().map(|path| RelPath::new(*path)).chain(others).filter(wanted);
    let images = images.filter_map(|path| text(tree, &path));
    images.map(|source| ParsedFile { content: dockerfile::stages(source.text()), source }).collect()
}

impl RegistryFiles {
    /// The first of `paths` that is of its kind; of a broken one `marks` tell it.
    fn parsed<T>(
        &mut self,
        tree: &SourceTree,
        paths: &[&'static str],
        marks: &[&str],
        content: impl Fn(JsonNode) -> Option<T>,
    ) -> Option<ParsedFile<T>> {
        for path in paths {
            let Some(source) = text(tree, &RelPath::new(*path)) else { continue };
            match json::parse(source.text()) {
                Ok(root) => {
                    if let Some(content) = content(root) {
                        return Some(ParsedFile { source, content });
                    }
                }
                Err(fault) if marks.iter().all(|mark| source.text().contains(mark)) => {
                    self.broken.push(ParsedFile { source, content: fault });
                }
                Err(_) => {}
            }
        }
        None
    }

    /// The texts, for the excerpts of a report.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceText>> {
        let readme = self.readme.iter().filter(|readme| readme.inline.is_none()).map(|readme| &readme.source);
        readme
            .chain(self.server_json.iter().map(|parsed| &parsed.source))
            .chain(self.manifest.iter().map(|parsed| &parsed.source))
            .chain(self.npm.iter().map(|parsed| &parsed.source))
            .chain(&self.catalog)
            .chain(self.images.iter().map(|parsed| &parsed.source))
            .chain(self.broken.iter().map(|parsed| &parsed.source))
            .chain(&self.workflows)
            .chain(self.clients.iter().map(|(source, ..)| source))
            .chain([&self.ignored, &self.compose, &self.smithery].into_iter().flatten())
    }

    /// What the commands in all files start or install, first those of the readme.
    pub fn launches(&self) -> &[LaunchLine] {
        self.launches.get_or_init(|| {
            let mut lines = Vec::new();
            let mut add = |source: &Arc<SourceText>, site: LaunchSite, launches: Vec<Launch>| {
                let line = |launch| LaunchLine { source: Arc::clone(source), site, launch };
                lines.extend(launches.into_iter().take(MOST).map(line));
            };
            if let Some(readme) = &self.readme {
                add(&readme.source, LaunchSite::Readme, readme.launches());
            }
            if let Some(parsed) = &self.manifest {
                add(&parsed.source, LaunchSite::Bundle, settings::launches(&parsed.content.root));
            }
            for settings in self.settings() {
                let launches = settings.root.as_ref().map(settings::launches).unwrap_or_default();
                add(&settings.source, settings.site, launches);
            }
            for image in &self.images {
                add(&image.source, LaunchSite::Image, image::launches(&image.content));
            }
            if let Some(source) = &self.compose {
                add(source, LaunchSite::Compose, compose::launches(source.text(), self.has_entry()));
            }
            if let Some(source) = &self.smithery {
                add(source, LaunchSite::Smithery, smithery::launches(source.text()));
            }
            for source in &self.workflows {
                add(source, LaunchSite::Workflow, in_workflow(source.text()));
            }
            lines
        })
    }

    /// The settings of clients: those that the readme shows, and those in files of their own.
    pub fn settings(&self) -> &[ClientSettings] {
        self.settings.get_or_init(|| {
            let readme = self.readme.iter().flat_map(|readme| {
                let text = readme.source.text();
                let read = readme.blocks().iter().filter_map(|block| settings::in_block(text, block));
                read.map(|read| (Arc::clone(&readme.source), LaunchSite::Readme, read))
            });
            let files = self.clients.iter().map(|(source, site, dialect)| {
                let read = settings::in_file(source.text(), *dialect);
                (Arc::clone(source), *site, read)
            });
            let made = |(source, site, read): (_, _, ReadSettings)| ClientSettings {
                source,
                site,
                root: read.root,
                fault: read.fault,
            };
            readme.chain(files).map(made).collect()
        })
    }

    /// The extensions of clients.
    pub fn extensions(&self) -> impl Iterator<Item = &ClientSettings> {
        self.settings().iter().filter(|settings| settings.site == LaunchSite::Extension)
    }

    /// Whether an image at the root has an entry point, to which commands of a compose file are arguments.
    fn has_entry(&self) -> bool {
        let has = |stages: &[Stage]| dockerfile::steps(stages).any(|step| step.keyword == "ENTRYPOINT");
        self.images.first().is_none_or(|image| has(&image.content))
    }

    /// Whether a compose file shows a port of the image to others.
    pub fn publishes_ports(&self) -> bool {
        self.compose.as_ref().is_some_and(|source| compose::publishes(source.text()))
    }
}

/// What the lines of a workflow start or install.
fn in_workflow(text: &str) -> Vec<Launch> {
    let mut launches = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start().trim_start_matches("- ");
        let inner = inner.strip_prefix("run:").unwrap_or(inner);
        launches.extend(command::in_lines(text, start + (line.len() - inner.len())..start + line.len()));
        start += line.len();
    }
    launches
}

/// The blocks of code of a Markdown text.
pub fn code_blocks(text: &str) -> Vec<Range<usize>> {
    markdown::read(text).blocks.into_iter().map(|block| block.range).collect()
}

impl Readme {
    /// Whether it is Markdown in a file of its own.
    pub fn is_markdown(&self) -> bool {
        self.is("text/markdown") && self.inline.is_none()
    }

    /// Whether it is of this type, whatever the parameters.
    pub fn is(&self, content_type: &str) -> bool {
        self.content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(content_type)
    }

    /// The links and images of a Markdown readme.
    pub fn links(&self) -> &[Link] {
        if self.is_markdown() { &self.markdown().links } else { &[] }
    }

    /// The blocks of code of a Markdown readme.
    pub fn blocks(&self) -> &[Block] {
        if self.is_markdown() { &self.markdown().blocks } else { &[] }
    }

    fn markdown(&self) -> &Markdown {
        self.markdown.get_or_init(|| markdown::read(self.source.text()))
    }

    fn launches(&self) -> Vec<Launch> {
        let text = self.source.text();
        if !self.is_markdown() {
            return Vec::new();
        }
        let Markdown { blocks, spans, .. } = self.markdown();
        let in_blocks = blocks.iter().flat_map(|block| command::in_block(text, block));
        in_blocks.chain(spans.iter().flat_map(|span| command::in_lines(text, span.clone()))).collect()
    }
}

fn readme(project: &Project, tree: &SourceTree) -> Option<Readme> {
    let made = |source, content_type: &str, inline| Readme {
        source,
        content_type: content_type.to_owned(),
        inline,
        markdown: OnceLock::new(),
    };
    if let Some(file) = dynamic_readme(project, tree) {
        return Some(made(text(tree, &file.path)?, content_type_of(file.path.as_str())?, None));
    }
    let readme = project.readme.as_ref()?;
    let written = readme.content_type.as_ref().map(|written| written.value.as_str());
    match &readme.source {
        ReadmeSource::Text(inline) => {
            let source = Arc::new(SourceText::new(project.path().clone(), inline.value.clone()));
            Some(made(source, written?, Some(inline.span)))
        }
        ReadmeSource::File(file) => {
            let content_type = written.or_else(|| content_type_of(&file.value))?;
            Some(made(text(tree, &RelPath::parse(&file.value).ok()?)?, content_type, None))
        }
    }
}

fn text(tree: &SourceTree, path: &RelPath) -> Option<Arc<SourceText>> {
    Some(Arc::new(SourceText::new(path.clone(), tree.text(path)?)))
}
