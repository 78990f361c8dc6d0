//! A project read once and understood: everything that the rules and the writer need.

use std::path::Path;
use std::thread;

use crate::contract::{LazyRecording, Recordable};
use crate::dependencies::{self, Install, ProjectLock};
use crate::environment::LazyEnvironment;
use crate::error::Error;
use crate::export::{self, Publication};
use crate::foreign;
use crate::knowledge::imports;
use crate::knowledge::stdlib::Minor;
use crate::layout::{self, Layout};
use crate::plan::{self, Materials, Metadata, Plan};
use crate::program::{self, Feature, MissingFeature, Program, Pythons, ReadOptions, ScriptTarget};
use crate::project::{self, EntryPoint, FILE_NAME, Project, SDK_FLOOR};
use crate::registry_files::{self, RegistryFiles};
use crate::rule::{ProvidedImports, Subject};
use crate::secret_scan::SecretScan;
use crate::server::{self, LazyPrimitives, Primitives, SdkUse, SdkUses, Server};
use crate::spec::entry_points::Reference;
use crate::syntax::WantedNames;
use crate::text::RelPath;
use crate::tree::{self, SourceTree, TextOverlay};
use crate::version_source::{self, ProjectVersion};

/// A project and what its artifacts would hold.
#[derive(Debug)]
pub struct Analysis {
    /// `pyproject.toml`.
    pub project: Project,
    /// The files on the disk.
    pub tree: SourceTree,
    /// Which of them ship.
    pub layout: Layout,
    /// The Python behind the entry points.
    pub program: Program,
    /// What of Python it needs and an admitted Python has not.
    pub needs: Vec<MissingFeature>,
    /// The MCP server that it makes.
    pub server: Server,
    /// Its tools, prompts and resources, once they were asked for.
    pub primitives: LazyPrimitives,
    /// What it answered when it was recorded, once that was asked for.
    pub recording: LazyRecording,
    /// What it imports from other distributions, once that was asked for.
    pub imports: ProvidedImports,
    /// What the program uses of the SDKs, once that was asked for.
    pub uses: SdkUses,
    /// What the program reads from its environment, once that was asked for.
    pub environment: LazyEnvironment,
    /// What it tells of itself beside that.
    pub registry_files: RegistryFiles,
    /// The lock that it names, or that lies beside it where all of it is looked through.
    pub lock: Option<ProjectLock>,
    /// Its version.
    pub version: ProjectVersion,
    /// What all artifacts say of the project.
    pub metadata: Metadata,
    /// What the wheel would hold, beside the contract of the server.
    pub wheel: Plan,
    /// What the sdist would hold.
    pub sdist: Plan,
    /// The secrets in what would ship, once they were asked for.
    pub leaks: SecretScan,
}

/// What a project is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Our backend builds it.
    Build,
    /// Its own backend would.
    Look,
    /// All of it is looked through.
    Check,
}

impl Analysis {
    /// Reads the project at `root`.
    ///
    /// # Errors
    /// When the disk fails, or no `pyproject.toml` is there.
    pub fn read(root: &Path) -> Result<Self, Error> {
        Self::of_drafts(root, &TextOverlay::new())
    }

    /// Reads the project at `root` for a build, which no module can stop that nothing reaches: such are not looked at.
    ///
    /// # Errors
    /// As for [`Analysis::read`].
    pub fn for_a_build(root: &Path) -> Result<Self, Error> {
        Self::of(root, &TextOverlay::new(), Purpose::Build)
    }

    /// Reads the project at `root` for a look at what its backend, whichever that is, ships: as for a build.
    ///
    /// # Errors
    /// As for [`Analysis::read`].
    pub fn for_a_look(root: &Path) -> Result<Self, Error> {
        Self::of(root, &TextOverlay::new(), Purpose::Look)
    }

    /// Reads the project at `root` as it would be with `drafts` in place of its files.
    ///
    /// # Errors
    /// As for [`Analysis::read`].
    pub fn of_drafts(root: &Path, drafts: &TextOverlay) -> Result<Self, Error> {
        Self::of(root, drafts, Purpose::Check)
    }

    fn of(root: &Path, drafts: &TextOverlay, purpose: Purpose) -> Result<Self, Error> {
        let draft = drafts.get(&RelPath::new(FILE_NAME)).map(|text| text.clone().into_bytes());
        let project = project::read(draft.map_or_else(|| written(root), Ok)?);
        let tree = tree::walk(root, &[layout::areas(&project), registry_files::areas()].concat())?
            .with_drafts(drafts);
        let foreign = if purpose == Purpose::Build { None } else { foreign::read(&project, &tree) };
        let project = match &foreign {
            Some(foreign) => foreign.project(project, &tree),
            None => project,
        };
        let layout = layout::read(&project, &tree, foreign.as_ref());
        let roots = starting_points(&project, &layout);
        let pythons = pythons(&project);
        let telling = || pythons.telling();
        let reading = ReadOptions {
            roots: &roots,
            entries: &entries(&project, &layout),
            floor: pythons.oldest().0,
            telling: (purpose == Purpose::Check).then_some(&telling as &(dyn Fn() -> WantedNames + Sync)),
        };
        // git takes its time beside the parser
        let (program, tagged) = thread::scope(|scope| {
            let tagged = project
                .version_from_git()
                .map(|_| scope.spawn(|| version_source::from_tags(&project, &tree)));
            let program = program::read(&layout.modules, &reading, &tree);
            (program, tagged.and_then(|tagged| tagged.join().expect("asking git does not panic")))
        });
        let program = program?;
        let mut needs = program::needs(&program, &roots, pythons);
        needs.retain(|need| need.feature != Feature::Module || !brought(&project, &need.name));
        let uses = SdkUses::default();
        let server = server::discover(&program, diverts_stdout(&project, || uses.get(&program, &project)));
        let registry_files = registry_files::read(&project, &tree);
        let beside = || (purpose == Purpose::Check).then(|| ProjectLock::beside(&project, &tree)).flatten();
        let lock = ProjectLock::named(&project, &tree).or_else(beside);
        let mut version = ProjectVersion::new(&project, &layout, &program, tagged);
        version.is_needed = purpose == Purpose::Build;
        let metadata = Metadata::new(&project, &tree, &layout, version.version.clone(), lock.as_ref());
        let materials = Materials { project: &project, tree: &tree, layout: &layout, metadata: &metadata };
        let (wheel, sdist) = (plan::wheel(&materials), plan::sdist(&materials));
        Ok(Self {
            project,
            tree,
            layout,
            program,
            needs,
            server,
            primitives: LazyPrimitives::default(),
            recording: LazyRecording::default(),
            imports: ProvidedImports::default(),
            uses,
            environment: LazyEnvironment::default(),
            registry_files,
            lock,
            version,
            metadata,
            wheel,
            sdist,
            leaks: SecretScan::default(),
        })
    }

    /// What the wheel's writer needs; all else is let go before it begins, so that memory does not hold both.
    pub fn into_wheel(self, moment: Option<&str>) -> (Plan, SourceTree) {
        let this = self.completed(moment);
        (this.wheel, this.tree.without_lists())
    }

    /// What the sdist's writer needs, likewise.
    pub fn into_sdist(mut self, moment: Option<&str>) -> (Plan, SourceTree) {
        self.add_build_info(moment);
        (self.sdist, self.tree.without_lists())
    }

    /// The same, with what the build makes for the wheel: the contract is read from the code only where a wheel is
    /// wanted. `moment` is the time that `SOURCE_DATE_EPOCH` sets.
    #[must_use]
    pub fn completed(mut self, moment: Option<&str>) -> Self {
        self.add_build_info(moment);
        let contract = self.subject().contract();
        let bills = self.project.settings.sbom.then(|| {
            let publication = Publication { moment: moment.map(str::to_owned), ..self.publication() };
            export::bills_of_materials(&publication)
        });
        for (name, text) in bills.into_iter().flatten() {
            plan::add_bill(&mut self.wheel.entries, &name, &text);
        }
        plan::add_contract(&mut self.wheel.entries, &contract);
        self
    }

    fn add_build_info(&mut self, moment: Option<&str>) {
        let Self { project, tree, layout, metadata, wheel, sdist, .. } = self;
        plan::add_build_info(wheel, sdist, &Materials { project, tree, layout, metadata }, moment);
    }

    /// What its server offers, as its code and a recorded answer tell.
    pub fn primitives(&self) -> &Primitives {
        self.subject().offered_with_recording()
    }

    /// What a recorded answer is recorded from.
    pub fn recordable(&self) -> Recordable<'_> {
        self.subject().recordable()
    }

    /// The release as all channels tell of it.
    pub fn publication(&self) -> Publication<'_> {
        let (project, version) = (&self.project, self.metadata.version.clone());
        let publication = Publication::new(project, &self.tree, version, self.primitives());
        let publication = publication.served_by(&self.program);
        let lock = self.lock.as_ref().filter(|lock| lock.extra(&self.project).is_some());
        Publication { entries: &self.wheel.entries, lock, ..publication }
    }

    /// What a further plan is made from.
    pub fn materials(&self) -> Materials<'_> {
        Materials { project: &self.project, tree: &self.tree, layout: &self.layout, metadata: &self.metadata }
    }

    /// What the rules look at.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            project: &self.project,
            tree: &self.tree,
            layout: &self.layout,
            program: &self.program,
            needs: &self.needs,
            server: &self.server,
            primitives: &self.primitives,
            recording: &self.recording,
            imports: &self.imports,
            uses: &self.uses,
            environment: &self.environment,
            registry_files: &self.registry_files,
            lock: self.lock.as_ref(),
            version: &self.version,
            wheel: &self.wheel,
            sdist: &self.sdist,
            leaks: &self.leaks,
        }
    }

    /// Whether its user and not its author builds the project: it is an unpacked sdist, or an installer fetched it.
    pub fn is_for_a_consumer(&self) -> bool {
        tree::is_of_an_installer(self.tree.root()) || self.is_unpacked_sdist()
    }

    /// Whether a PKG-INFO of the same name and version lies at the root.
    fn is_unpacked_sdist(&self) -> bool {
        let stated = version_source::stated_in_sdist(&self.project, &self.tree);
        stated.is_some() && stated == self.version.version
    }
}

/// The bytes of `pyproject.toml`, of which there are none beside a `setup.py` or `setup.cfg` alone.
pub(crate) fn written(root: &Path) -> Result<Vec<u8>, Error> {
    if !root.join(FILE_NAME).exists() && holds_a_project(root) {
        return Ok(Vec::new());
    }
    tree::read_first(&root.join(FILE_NAME))
}

/// The files that make a folder a project, for us or for setuptools.
const DESCRIPTIONS: [&str; 3] = [FILE_NAME, "setup.py", "setup.cfg"];

/// Whether a project lies in the folder.
pub(crate) fn holds_a_project(folder: &Path) -> bool {
    DESCRIPTIONS.iter().any(|name| folder.join(name).exists())
}

/// Whether the file is one that makes its folder a project.
pub(crate) fn is_described_by(file: &Path) -> bool {
    file.file_name().is_some_and(|name| DESCRIPTIONS.iter().any(|known| name == *known))
}

/// Whether the `mcp` of a fresh install keeps stdout for itself while it serves: that of the newest releases that have
/// what the code uses, as those without it start nothing. The uses are asked for where they matter.
fn diverts_stdout<'u>(project: &Project, uses: impl FnOnce() -> &'u [SdkUse]) -> bool {
    let sdks = dependencies::read(project);
    let diverts = |install: Option<Install<'_>>| {
        let release = install.and_then(|install| install.mcp);
        release.is_some_and(|release| release.version.release().first() >= Some(&2))
    };
    let fits = || {
        let needs: Vec<dependencies::ReleaseNeed> = uses().iter().map(SdkUse::need).collect();
        sdks.meeting(&needs)
    };
    diverts(sdks.fresh()) && fits().is_none_or(|install| diverts(Some(install)))
}

/// What the scripts call; without any, what `python -m` runs.
pub(crate) fn entries(project: &Project, layout: &Layout) -> Vec<ScriptTarget> {
    let references = project.scripts().filter_map(|(_, entry)| entry.reference.as_ref().ok());
    let named = |reference: &Reference| ScriptTarget {
        module: reference.module.clone(),
        attributes: reference.attributes.clone(),
    };
    let entries: Vec<ScriptTarget> = references.map(named).collect();
    if !entries.is_empty() {
        return entries;
    }
    // `python -m weather`
    let runnable = layout.modules.iter().filter(|module| module.name.ends_with(".__main__"));
    runnable.map(|module| ScriptTarget { module: module.name.clone(), attributes: Vec::new() }).collect()
}

/// The Pythons that the project admits and its dependencies run on.
pub(crate) fn pythons(project: &Project) -> Pythons {
    let floor = project.sdk_requirements().next().map_or(Minor(0), |_| SDK_FLOOR);
    Pythons { range: project.python(), floor }
}

/// Whether a declared dependency may bring the module to Pythons that lack it, by its name or as is known of it.
fn brought(project: &Project, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    let named = |word: &str| word == top || word.strip_prefix("py") == Some(top);
    project.dependency_names().any(|name| {
        name.split('-').any(named)
            || (top, &*name) == ("cgitb", "legacy-cgi")
            || (top, &*name) == ("distutils", "setuptools")
            || imports::modules_of(&name).is_some_and(|modules| modules.contains(&top))
    })
}

/// The modules that the program is read from: those the entry points name and the one that may hold the version;
/// every module where no script says where to begin, or one says it wrongly, so that one build tells every fault.
pub(crate) fn starting_points<'a>(project: &'a Project, layout: &'a Layout) -> Vec<&'a str> {
    let begins =
        |entry: &EntryPoint| entry.reference.as_ref().is_ok_and(|at| layout.modules.importable(&at.module));
    if project.scripts().next().is_none() || !project.scripts().all(|(_, entry)| begins(entry)) {
        return layout.modules.iter().map(|module| module.name.as_str()).collect();
    }
    let entries = project.entry_points.iter().flat_map(|group| &group.entries);
    let named =
        entries.filter_map(|entry| entry.reference.as_ref().ok()).map(|reference| reference.module.as_str());
    let first = layout
        .roots
        .first()
        .filter(|_| project.is_dynamic("version") && project.version_from_git().is_none());
    named.chain(first.map(|root| root.name.as_str())).collect()
}
