//! What it takes that our backend builds a project of another: the edits, the moves, and what is left by hand.
//!
//! Pure: a tree goes in, a [`Migration`] comes out, and `archive` writes it. What the old backend was told is carried
//! over as far as there is a counterpart; whatever has none stays where it is written and is told. The code of the
//! project is not changed, so that a module keeps the name by which it is imported.

mod cache_keys;
mod document;
mod elsewhere;
mod flit;
mod globs;
mod hatch;
mod manifest;
mod modules;
mod paths;
mod pdm;
mod placed;
mod poetry;
mod poetry_requirements;
mod requirements;
mod script;
mod setup_cfg;
mod setup_fields;
mod setuptools;
mod sources;
mod start;
mod statements;
mod tag_plugin;
mod tag_settings;
mod uv;
mod version;
mod version_literal;
mod work;
mod workspace;

use std::collections::BTreeSet;

use crate::foreign;
use crate::project::FILE_NAME;
use crate::text::RelPath;
use crate::tree::{SourceTree, TextOverlay};
use document::Document;
use work::Work;

pub use script::{script_name, script_plan};

/// A file or folder that gets another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it lies.
    pub from: RelPath,
    /// Where it will lie: below `src`.
    pub to: RelPath,
}

/// A file that gets another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRewrite {
    /// The file; none of those that move.
    pub path: RelPath,
    /// What it holds; none when it is new.
    pub before: Option<String>,
    /// What it will hold; none when it goes.
    pub after: Option<String>,
}

/// Something that is left to the packager.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file, where it lies after the moves.
    pub path: RelPath,
    /// The line, as it was before the edits.
    pub line: u32,
    /// What is left, and why.
    pub what: String,
}

/// All that is decided.
#[derive(Debug, PartialEq, Eq)]
pub struct Migration {
    /// What the old backend is called.
    pub backend: &'static str,
    /// In the order in which they are done, before the changes.
    pub moves: Vec<Move>,
    /// In order of their paths.
    pub changes: Vec<FileRewrite>,
    /// What is left by hand, in order of its places.
    pub by_hand: Vec<Note>,
    /// What the wheel is to hold beside its metadata: what it held, but for what is told.
    pub wheel: BTreeSet<String>,
}

impl Migration {
    /// The texts of the project as it will be: what changes, and the modules in their new places.
    pub fn drafts(&self, tree: &SourceTree) -> TextOverlay {
        let moved = tree.files().iter().filter(|file| file.path.name().ends_with(".py"));
        let moved = moved.filter_map(|file| {
            let place = modules::moved(&file.path, &self.moves);
            let text = (place != file.path).then(|| tree.text(&file.path))??;
            Some((place, text))
        });
        let written =
            self.changes.iter().filter_map(|change| Some((change.path.clone(), change.after.clone()?)));
        moved.chain(written).collect()
    }
}

/// What git tells of the project; nothing where there is none.
#[derive(Clone, Debug, Default)]
pub struct GitState {
    /// The tags of what is checked out and of all before it, for a version that stands nowhere else.
    pub tags: Vec<String>,
    /// The files that it ignores.
    pub ignored: Vec<RelPath>,
}

/// Why a project is not migrated; a phrase for the packager.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// A backend that projects come from.
struct Backend {
    /// What it is called, and what its wheel installs.
    tool: &'static foreign::Backend,
    /// What `requires` may list beside it without loss, without further versions.
    requires: &'static [&'static str],
    /// Its tables; what is left in them is told.
    tables: &'static [&'static str],
    /// Keys below the tables that say nothing to our backend.
    void: &'static [&'static str],
    /// The beginnings of its commands, as files of the project may run them.
    commands: &'static [&'static str],
    /// Carries its settings over.
    carry: fn(&mut Work<'_>) -> Result<(), Refusal>,
}

static BACKENDS: &[&Backend] =
    &[&hatch::BACKEND, &setuptools::BACKEND, &flit::BACKEND, &poetry::BACKEND, &pdm::BACKEND, &uv::BACKEND];

/// The backends that projects come from, each with the tables of `pyproject.toml` that it reads.
pub fn tables() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    BACKENDS.iter().map(|backend| (backend.tool.name, backend.tables))
}

/// Decides what becomes of the project in `tree`, which holds all of its folder.
///
/// # Errors
/// When it is ours already, of no backend that is known, cannot be read, or does not tell which modules it installs.
pub fn plan(tree: &SourceTree, repository: &GitState) -> Result<Migration, Refusal> {
    let path = RelPath::new(FILE_NAME);
    let before = match tree.file(&path) {
        Some(_) => {
            Some(foreign::text(tree, FILE_NAME).ok_or_else(|| refused("`pyproject.toml` is not UTF-8"))?)
        }
        None => None,
    };
    let document = Document::read(before.clone().unwrap_or_default())
        .map_err(|fault| Refusal(format!("`pyproject.toml` is not TOML: {}", fault.value)))?;
    let backend = backend(&document, tree)?;
    let mut work = Work::new(tree, document, backend, repository);
    workspace::refuse(&work)?;
    (backend.carry)(&mut work)?;
    for key in backend.void {
        work.document.carry(key);
    }
    let mut placed = modules::place(&mut work)?;
    work.leftovers(backend, &mut placed);
    paths::follow(&mut work, &placed.moves, backend.commands);
    work.build_system(backend);
    work.settings(&placed, backend);
    work.cache_keys(&placed, backend);
    let Work { mut document, mut changes, notes: mut by_hand, sources, .. } = work;
    changes.extend(document.take_beside(backend.tables));
    let after = document.finish(backend.tables);
    changes.push(FileRewrite { path, before, after: Some(after) });
    changes.sort_by(|left, right| left.path.cmp(&right.path));
    for note in &mut by_hand {
        note.path = modules::moved(&note.path, &placed.moves);
    }
    by_hand.sort();
    by_hand.dedup();
    let wheel = sources.files.into_values().collect();
    Ok(Migration { backend: backend.tool.name, moves: placed.moves, changes, by_hand, wheel })
}

fn refused(why: &str) -> Refusal {
    Refusal(why.to_owned())
}

/// The backend that builds the project now.
fn backend(document: &Document, tree: &SourceTree) -> Result<&'static Backend, Refusal> {
    let Some(named) = document.text("build-system.build-backend") else {
        // without a word setuptools builds it (PEP 517)
        let there = |name: &str| tree.file(&RelPath::new(name)).is_some();
        return match () {
            () if document.at("tool.poetry").is_some() => Ok(&poetry::BACKEND),
            () if there(FILE_NAME) || there("setup.py") || there("setup.cfg") => Ok(&setuptools::BACKEND),
            () => Err(refused("there is neither a `pyproject.toml` nor a `setup.cfg` nor a `setup.py`")),
        };
    };
    if named == "mcp_backend" {
        return Err(refused("mcp-backend builds this project already; there is nothing to do"));
    }
    if document.at("build-system.backend-path").is_some() {
        return Err(Refusal(format!(
            "`{named}` is code of the project itself (`backend-path`): what it does is not told"
        )));
    }
    let tool = foreign::tool(&document.root);
    BACKENDS.iter().find(|backend| Some(backend.tool) == tool).copied().ok_or_else(|| {
        let known: Vec<&str> = BACKENDS.iter().map(|backend| backend.tool.name).collect();
        Refusal(format!("the backend `{named}` is not known, only {}", crate::text::listed(&known)))
    })
}
