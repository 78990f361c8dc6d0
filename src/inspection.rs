//! A server in whatever form it comes, read without a judgement: what it offers can be told of any.
//!
//! A project of ours is read as a build reads it. Of another backend's the modules lie where its settings say or such
//! projects have them; a wheel says all in its metadata, an sdist is a source tree in an archive. Nothing is unpacked on
//! the disk.

use std::path::Path;

use crate::analysis;
use crate::contract::{Contract, LazyRecording, Recordable};
use crate::environment;
use crate::error::Error;
use crate::foreign::{self, Stated};
use crate::layout::{self, Layout};
use crate::program::{self, Program, ReadOptions};
use crate::project::{self, FILE_NAME, Project};
use crate::server::{self, LazyPrimitives, Primitives};
use crate::text::RelPath;
use crate::tree::{self, SourceTree};

/// A server and the program that it is.
#[derive(Debug)]
pub struct Inspection {
    /// What it says of itself; where it has no `[project]` table, in the words of one.
    pub project: Project,
    /// Its files.
    pub tree: SourceTree,
    /// The Python behind its entry points.
    pub program: Program,
    layout: Layout,
    primitives: LazyPrimitives,
    recording: LazyRecording,
}

impl Inspection {
    /// Reads what lies at `path`: a project's folder, a wheel unpacked or not, an sdist.
    ///
    /// # Errors
    /// When the disk fails, or nothing of that kind lies there.
    pub fn at(path: &Path) -> Result<Self, Error> {
        if path.is_file() {
            return Self::of(tree::unpack(path)?);
        }
        let settings = path.join(FILE_NAME);
        let project = settings.exists().then(|| tree::read_first(&settings)).transpose()?.map(project::read);
        if let Some(project) = project.filter(|project| project.build_system.is_ours()) {
            let tree = tree::walk(path, &layout::areas(&project))?;
            let layout = layout::read(&project, &tree, None);
            if layout.modules.iter().next().is_some() {
                return Self::with(project, tree, layout);
            }
        }
        // a whole disk is not walked for nothing
        check(&tree::walk(path, &[])?)?;
        Self::of(walk(path)?)
    }

    /// What its server offers, as its code and a recorded answer tell.
    pub fn primitives(&self) -> &Primitives {
        let told = self.primitives.get(&self.project, &self.program, &self.tree);
        self.recording.fill(self.recordable(), told)
    }

    fn recordable(&self) -> Recordable<'_> {
        Recordable { project: &self.project, tree: &self.tree, layout: &self.layout }
    }

    /// What the users of the server rely on.
    pub fn contract(&self) -> Contract {
        let version = self.project.version.as_ref().and_then(|version| version.value.as_ref().ok());
        let server = server::discover(&self.program, false);
        let environment = environment::read(&self.program);
        let contract = Contract::of(&self.project, version, &server, self.primitives(), &environment);
        contract.recorded_under(self.recording.conditions(self.recordable()))
    }

    /// The console scripts, each with whether it may start a server.
    pub fn scripts(&self) -> Vec<(&str, bool)> {
        let entries = self.project.scripts().filter(|(_, entry)| entry.reference.is_ok());
        let named = entries.enumerate().filter(|(_, (group, _))| group.name.value == "console_scripts");
        let may_start = |at| server::may_start(&self.program, at);
        named.map(|(at, (_, entry))| (entry.name.value.as_str(), may_start(at))).collect()
    }

    /// Reads what a tree holds that need not be a project of ours.
    fn of(tree: SourceTree) -> Result<Self, Error> {
        check(&tree)?;
        let (project, layout) = match metadata(&tree) {
            Some(path) => (installed(&tree, path), layout::of_wheel(&tree)),
            None => source(&tree),
        };
        Self::with(project, tree, layout)
    }

    fn with(project: Project, tree: SourceTree, layout: Layout) -> Result<Self, Error> {
        let reading = ReadOptions {
            roots: &analysis::starting_points(&project, &layout),
            entries: &analysis::entries(&project, &layout),
            floor: analysis::pythons(&project).oldest().0,
            telling: None,
        };
        let program = program::read(&layout.modules, &reading, &tree)?;
        let (primitives, recording) = (LazyPrimitives::default(), LazyRecording::default());
        Ok(Self { project, tree, program, layout, primitives, recording })
    }
}

/// All of a folder, and what setuptools left in it when it made the sdist, though a build never ships that.
fn walk(path: &Path) -> Result<SourceTree, Error> {
    let tree = tree::walk(path, &[RelPath::root()])?;
    let left = |(path, _): &(RelPath, _)| path.as_str().ends_with(EGG_INFO).then(|| path.clone());
    let areas: Vec<RelPath> = tree.junk().iter().filter_map(left).collect();
    if areas.is_empty() { Ok(tree) } else { tree::walk(path, &[areas, vec![RelPath::root()]].concat()) }
}

/// The suffix of the folder in which setuptools keeps metadata.
const EGG_INFO: &str = ".egg-info";

/// Refuses a tree that is neither a project nor an unpacked wheel.
fn check(tree: &SourceTree) -> Result<(), Error> {
    let source = [FILE_NAME, "setup.cfg", "setup.py"];
    if metadata(tree).is_some() || source.iter().any(|name| tree.file(&RelPath::new(*name)).is_some()) {
        return Ok(());
    }
    let fault = format!("this is neither a project with a `{FILE_NAME}` nor a wheel or an sdist");
    Err(Error::Usage { path: tree.root().to_path_buf(), fault })
}

/// The METADATA of the one wheel that is unpacked in the tree; several make an environment.
fn metadata(tree: &SourceTree) -> Option<&RelPath> {
    let mut found = tree.files().iter().map(|file| &file.path).filter(|path| {
        let folder = path.as_str().strip_suffix("/METADATA").unwrap_or_default();
        folder.ends_with(".dist-info") && !folder.contains('/')
    });
    found.next().filter(|_| found.next().is_none())
}

/// The project whose wheel is unpacked in the tree.
fn installed(tree: &SourceTree, metadata: &RelPath) -> Project {
    let said = tree.text_lossy(metadata).unwrap_or_default();
    let starts = tree.text_lossy(&metadata.parent().join("entry_points.txt")).unwrap_or_default();
    Stated::of_metadata(&said).or(Stated::of_entry_points(&starts)).project()
}

/// The project whose source the tree is, and what it installs.
fn source(tree: &SourceTree) -> (Project, Layout) {
    let written = project::read(tree.text_lossy(&RelPath::new(FILE_NAME)).unwrap_or_default().into_bytes());
    let Some(foreign) = foreign::read(&written, tree) else {
        let layout = layout::read(&written, tree, None);
        return (written, layout);
    };
    let sdist = tree.text_lossy(&RelPath::new("PKG-INFO"));
    let starts = tree.files().iter().find(|file| {
        file.path.name() == "entry_points.txt" && file.path.parent().as_str().ends_with(EGG_INFO)
    });
    let starts = starts.and_then(|file| tree.text_lossy(&file.path)).unwrap_or_default();
    let elsewhere = Stated::of_metadata(&sdist.unwrap_or_default()).or(Stated::of_entry_points(&starts));
    let foreign = foreign.or_stated(elsewhere);
    let project = foreign.project(written, tree);
    let layout = layout::read(&project, tree, Some(&foreign));
    (project, layout)
}
