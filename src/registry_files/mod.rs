//! What the project tells of itself to indexes, registries and clients, beside its metadata: the readme, `server.json`,
//! the `manifest.json` of a bundle, the `package.json` of a wrapper, the `server.yaml` of Docker's catalogue and the labels
//! of images.
//!
//! Each is read once; what stands in the readme is looked for when a rule asks. Nothing here judges.

mod command;
mod markdown;

use std::sync::{Arc, OnceLock};

use crate::layout::dynamic_readme;
use crate::project::{Project, ReadmeSource};
use crate::spec::dockerfile::{self, Label};
use crate::spec::json::{self, JsonFault, JsonNode};
use crate::spec::mcpb_manifest::Manifest;
use crate::spec::readme::content_type_of;
use crate::spec::server_json::ServerJson;
use crate::text::{RelPath, SourceText, Span};
use crate::tree::SourceTree;
use markdown::Markdown;

pub use command::{Launch, Word};
pub use markdown::{Block, Link};

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
    /// The descriptions of images, with their labels.
    pub images: Vec<ParsedFile<Vec<Label>>>,
    /// Those that are not JSON.
    pub broken: Vec<ParsedFile<JsonFault>>,
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
    let images = IMAGES.iter().map(|path| RelPath::new(*path)).filter(alone);
    let images = images.filter_map(|path| text(tree, &path));
    registry_files.images =
        images.map(|source| ParsedFile { content: dockerfile::labels(source.text()), source }).collect();
    registry_files
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
    }

    /// What the commands in the readme's file and in the manifest start or install, each with its file.
    pub fn launches(&self) -> Vec<(&SourceText, Launch)> {
        let readme = self.readme.iter().flat_map(|readme| {
            let launches = readme.launches().into_iter();
            launches.map(|launch| (&*readme.source, launch))
        });
        let manifest = self.manifest.iter().flat_map(|parsed| {
            let mut launches = Vec::new();
            command::in_settings(&parsed.content.root, &|at| at, &mut launches);
            launches.into_iter().map(|launch| (&*parsed.source, launch))
        });
        readme.chain(manifest).collect()
    }
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
