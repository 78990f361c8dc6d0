//! What a rule is, and what it may look at.

pub(crate) mod names;
pub(crate) mod offered;
mod moved;
mod owner;
mod provided;
mod pythons;
mod wired;

use crate::contract::{Contract, LazyRecording, Recordable, Recorded};
use crate::dependencies::ProjectLock;
use crate::diagnostic::{Card, Diagnostic, Harm, Level, Location, Suppression};
use crate::environment::{Environment, LazyEnvironment};
use crate::foreign;
use crate::layout::{Layout, LayoutFault};
use crate::plan::Plan;
use crate::program::{MissingFeature, Program, Resolution};
use crate::project::{EntryPoint, EntryPointGroup, Project};
use crate::registry_files::RegistryFiles;
use crate::secret_scan::{Leak, SecretScan, Shipped};
use crate::server::{LazyPrimitives, Primitives, SdkRefusal, SdkUse, SdkUses, Server};
use crate::spec::entry_points::Reference;
use crate::spec::version::Version;
use crate::text::{SourceText, Span};
use crate::tree::SourceTree;
use crate::version_source::ProjectVersion;

/// Everything that is known of a build before a byte is written.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `pyproject.toml`.
    pub project: &'a Project,
    /// The files on the disk.
    pub tree: &'a SourceTree,
    /// The modules that are installed, and what lies wrongly.
    pub layout: &'a Layout,
    /// The Python behind the entry points.
    pub program: &'a Program,
    /// What of Python it needs and an admitted Python has not.
    pub needs: &'a [MissingFeature],
    /// The MCP server that the program makes.
    pub server: &'a Server,
    /// Its tools, prompts and resources; read through [`Subject::primitives`].
    pub primitives: &'a LazyPrimitives,
    /// What it answered when it was recorded; read through [`Subject::recorded`].
    pub recording: &'a LazyRecording,
    /// What it imports from other distributions; read through [`Subject::provided_imports`].
    pub imports: &'a ProvidedImports,
    /// What the program uses of the SDKs; read through [`Subject::sdk_uses`].
    pub uses: &'a SdkUses,
    /// What the program reads from its environment; read through [`Subject::environment`].
    pub environment: &'a LazyEnvironment,
    /// The readme, `server.json` and the manifest of a bundle.
    pub registry_files: &'a RegistryFiles,
    /// The lock of the project.
    pub lock: Option<&'a ProjectLock>,
    /// Its version; read through [`Subject::version`].
    pub version: &'a ProjectVersion,
    /// What the wheel would hold.
    pub wheel: &'a Plan,
    /// What the sdist would hold.
    pub sdist: &'a Plan,
    /// The secrets in what would ship; read through [`Subject::leaks`].
    pub leaks: &'a SecretScan,
}

/// An entry point that names a module of the wheel, and what stands behind it.
#[derive(Debug)]
pub struct Target<'a> {
    /// The table that holds it.
    pub group: &'a EntryPointGroup,
    /// The entry.
    pub entry: &'a EntryPoint,
    /// What it names.
    pub reference: &'a Reference,
    /// What stands behind the name.
    pub resolution: Resolution<'a>,
}

impl Target<'_> {
    /// Whether the entry becomes a command, which calls what it names without arguments.
    pub fn is_script(&self) -> bool {
        self.group.is_scripts()
    }
}

impl<'a> Subject<'a> {
    /// The secrets in the files that would ship, in order of path and place.
    pub fn leaks(self) -> &'a [Leak] {
        let Self { tree, program, wheel, sdist, .. } = self;
        self.leaks.get(&Shipped { tree, program, plans: [wheel, sdist] })
    }

    /// The tools, prompts and resources of the server, as its code tells.
    pub fn primitives(self) -> &'a Primitives {
        self.primitives.get(self.project, self.program, self.tree)
    }

    /// What the program uses of the SDKs that not every release of them has.
    pub fn sdk_uses(self) -> &'a [SdkUse] {
        self.uses.get(self.program, self.project)
    }

    /// What the program uses of the SDKs that no release of them has.
    pub fn sdk_refusals(self) -> &'a [SdkRefusal] {
        self.uses.refused(self.program, self.project)
    }

    /// The variables that the program reads.
    pub fn environment(self) -> &'a Environment {
        self.environment.get(self.program)
    }

    /// What the users of the server rely on.
    pub fn contract(self) -> Contract {
        let contract = self.contract_with(self.offered_with_recording());
        contract.recorded_under(self.recording.conditions(self.recordable()))
    }

    /// The same, as far as the code alone tells.
    pub fn contract_of_code(self) -> Contract {
        self.contract_with(self.primitives())
    }

    fn contract_with(self, primitives: &Primitives) -> Contract {
        let version = self.version().map(|(version, _)| version);
        Contract::of(self.project, version.as_ref(), self.server, primitives, self.environment())
    }

    /// What becomes of the recorded answer that the project keeps.
    pub fn recorded(self) -> &'a Recorded {
        self.recording.get(self.recordable())
    }

    /// What the server offers, with what a recorded answer tells where its code does not.
    pub fn offered_with_recording(self) -> &'a Primitives {
        self.recording.fill(self.recordable(), self.primitives())
    }

    /// What a recorded answer is recorded from.
    pub fn recordable(self) -> Recordable<'a> {
        Recordable { project: self.project, tree: self.tree, layout: self.layout }
    }

    /// A finding of what this backend alone demands: for a project of another one, a warning of what the change to
    /// this one takes.
    pub fn of_this_backend(self, finding: Diagnostic) -> Diagnostic {
        if self.is_ours() {
            return finding;
        }
        let moves = finding.card.harm == Some(Harm::Layout) && foreign::is_known(self.project);
        let help = if moves {
            Some("before switching to mcp-backend: `mcp-backend migrate` does what that takes".to_owned())
        } else {
            finding.help.as_ref().map(|help| format!("before switching to mcp-backend, {help}"))
        };
        Diagnostic { level: Level::Warning, help, of_switching: true, edits: Vec::new(), ..finding }
    }

    /// Whether what ships is what this backend builds.
    pub fn is_ours(self) -> bool {
        !self.layout.foreign
    }

    /// Whether the wheel may hold the module though that is not known: another backend builds it, and something of that
    /// name lies somewhere in the project.
    pub fn may_hold(self, module: &str) -> bool {
        let top = module.split('.').next().unwrap_or_default();
        let file = format!("{top}.py");
        let lies = || {
            self.tree.folders().any(|folder| folder.name() == top)
                || self.tree.files().iter().any(|one| one.path.name() == file)
        };
        !self.layout.open.is_empty() && lies()
    }

    /// What is wrong with the places of the modules, or would be if this backend built the project.
    pub fn layout_faults(self) -> impl Iterator<Item = &'a LayoutFault> {
        self.layout.faults.iter().chain(&self.layout.misfits)
    }

    /// The comments that silence rules, each with its file, as far as the entry points reach it.
    pub fn suppressions(self) -> impl Iterator<Item = (&'a SourceText, &'a Suppression)> {
        let source = &*self.project.source;
        let settings = self.project.suppressions.iter().map(move |one| (source, one));
        let modules = self.program.iter().map(|(_, module)| module);
        settings.chain(
            modules.flat_map(|module| module.suppressions().iter().map(move |one| (&**module.source(), one))),
        )
    }

    /// The project's version and where it is said: in `pyproject.toml`, or as `__version__` of its first module.
    pub fn version(self) -> Option<(Version, Location)> {
        self.version.with_place()
    }

    /// A stretch of the file of a module.
    pub fn in_module(self, module: &str, span: Span) -> Option<Location> {
        Some(Location::span(self.program.path(module)?, span))
    }

    /// The texts of the Python files that the wheel would hold.
    pub fn python_texts(self) -> impl Iterator<Item = String> + use<'a> {
        let files = self.layout.wheel.iter().map(|shipped| &shipped.file);
        let python = files.filter(|file| file.path.name().ends_with(".py"));
        python.filter_map(move |file| self.tree.text_lossy(&file.path))
    }

    /// The entry points with a callable part whose module is among the wheel's.
    pub fn targets(self) -> impl Iterator<Item = Target<'a>> {
        let entries = self
            .project
            .entry_points
            .iter()
            .flat_map(|group| group.entries.iter().map(move |entry| (group, entry)));
        entries.filter_map(move |(group, entry)| {
            let reference = entry.reference.as_ref().ok()?;
            let known = self.layout.modules.importable(&reference.module) && !reference.attributes.is_empty();
            let attributes: Vec<&str> = reference.attributes.iter().map(String::as_str).collect();
            known.then(|| {
                let resolution = self.program.resolve(&reference.module, &attributes);
                Target { group, entry, reference, resolution }
            })
        })
    }
}

/// One rule: its card, and the function that finds its fault.
#[derive(Debug)]
pub struct Rule {
    /// What it is called and says of itself.
    pub card: Card,
    /// Adds a finding for each place at fault; silent where it cannot be certain.
    pub check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

impl Rule {
    /// A finding of it at `primary`: a stretch of a file, or the whole of one.
    pub fn at(&'static self, primary: impl Into<Location>, message: impl Into<String>) -> Diagnostic {
        self.card.at(primary, message)
    }
}

/// Declares the rule of a file: its documentation, code, name, level and reach; the file's `check` is its function.
/// An error names its harm, `Error(Start)`. `Strict` behind them has `strict` make errors of its warnings, `OnRequest` keeps it off until it is named.
macro_rules! declare_rule {
    (@harm) => { None };
    (@harm $harm:ident) => { Some($crate::diagnostic::Harm::$harm) };
    (@strict) => { false };
    (@strict Strict $($more:ident)*) => { true };
    (@strict OnRequest $($more:ident)*) => { $crate::rule::declare_rule!(@strict $($more)*) };
    (@on_request) => { false };
    (@on_request OnRequest $($more:ident)*) => { true };
    (@on_request Strict $($more:ident)*) => { $crate::rule::declare_rule!(@on_request $($more)*) };
    ($(#[doc = $doc:expr])+ $code:ident $name:literal $level:ident $(($harm:ident))? $reach:ident $($marks:ident)*) => {
        $(#[doc = $doc])+
        pub(crate) static RULE: $crate::rule::Rule = $crate::rule::Rule {
            card: $crate::diagnostic::Card {
                code: stringify!($code),
                name: $name,
                level: $crate::diagnostic::Level::$level,
                harm: $crate::rule::declare_rule!(@harm $($harm)?),
                reach: $crate::diagnostic::Enforcement::$reach,
                strict: $crate::rule::declare_rule!(@strict $($marks)*),
                on_request: $crate::rule::declare_rule!(@on_request $($marks)*),
                doc: concat!($($doc, "\n",)+),
            },
            check,
        };
    };
}

pub(crate) use declare_rule;
pub use provided::{ProvidedImport, ProvidedImports};
pub(crate) use pythons::more;
pub use wired::{WiredCall, is_builtin};
