//! What the code of a program does when it starts, as far as its text tells: nothing is ever run.
//!
//! Statements are followed as Python would, over values that may be unknown ([`value`] has their order). What lies
//! outside the project is answered by a [`Host`]: it is told of each call, and keeps what matters to it.
//!
//! # One run, many configurations
//!
//! A server registers its tools in code, and code has tests. What is asked of a run is not *one* outcome, but for each
//! thing that happens: does it happen whenever the program starts? So the run goes down every path once, and keeps for
//! each stretch of code which tests have to go its way.
//!
//! ```python
//! mcp = FastMCP("x")
//! if platform.node() == "a":           # the text does not tell
//!     mcp.add_tool(f)
//!     name = "g"
//! mcp.add_tool(h, name=name)
//! ```
//!
//! | statement | condition | what the host hears | afterwards |
//! |---|---|---|---|
//! | `mcp = ...` | none | a call of `FastMCP` | `mcp` is an instance |
//! | `if ...` | test 1 is new | | |
//! | `mcp.add_tool(f)` | 1 holds | a call, under 1 | |
//! | `name = "g"` | 1 holds | | `name` is `"g"` |
//! | `mcp.add_tool(h, ...)` | none | a call, surely | the arms are joined: `name` is `"g"`, or what it was |
//!
//! The *path condition* ([`Run::condition`]) of a statement is what the tests around it must come out as ([`condition`]).
//! Why a set of them, and not "sure or not": a tool that is registered under test 1 is listed for sure by a server that is
//! started under test 1 alone, two things under one condition come together, and opposite ones exclude each other.
//! Why a set, and not the nesting alone: an early `return` in an arm makes all that follows it in that call depend on
//! the arm *not* being taken. Such a test is kept with the frame (`Frame::left`) until the call ends.
//! Each arm has a state of its own, and the states are joined where the arms meet ([`branch`]).
//! The price: a test is known by where it is made, so that `if a:` written twice makes two of them.
//!
//! # Another configuration
//!
//! A test on a flag, a setting or a variable of the environment has an outcome by default, and most users never give
//! another. All arms are followed alike; what differs is how they are joined: a name that they bind differently is a
//! `Default` afterwards, what a default configuration has, with what may change that.
//!
//! # Bounds
//!
//! Any text can be made to run for ever. Each bound has an answer of its own, which is never a guess:
//!
//! | bound | what it stops | what is lost |
//! |---|---|---|
//! | [`STEPS`] | `while True`, loops over loops | all that comes later; [`Run::is_exhausted`] tells |
//! | [`DEPTH`] | recursion without an end, but for a walk down into data | what the deepest call gives is unknown |
//! | `idle` | calls that register nothing, and in all cost much | what they give is unknown; [`Run::is_exhausted`] tells |
//! | the bounds of [`value`] | values that double each round | the value is unknown |

mod attribute;
mod branch;
mod builtin;
mod call;
mod class;
mod comparison;
mod condition;
mod configured;
mod data_file;
mod descent;
mod dict;
mod discovery;
mod functools;
mod generator;
mod iteration;
mod journal;
mod kind;
mod lineage;
mod members;
mod methods;
mod path;
mod record;
mod scope;
mod sequence;
mod signature;
mod statement;
mod term;
mod value;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

pub use condition::{Causes, Literal, PathCondition, UndecidedTest};
pub use scope::Namespace;
pub use signature::{CallParameter, CallSignature};
pub use value::{
    Arguments, ClassValue, CodeLocation, DictValue, FunctionValue, Instance, ListValue, MethodKind, Value,
};

use branch::Aside;
use journal::{Journal, Variable};

use crate::program::Program;
use crate::syntax::{FunctionDefinition, Module};
use crate::text::SourceText;
use crate::tree::SourceTree;

/// More than the start of any server takes; a loop over a large table may take more.
const STEPS: usize = 400_000;

/// So deep may calls nest.
const DEPTH: usize = 40;

/// What answers for all that lies outside the project.
pub trait Host: Sized {
    /// What a call of something outside the project gives, and what it does; none where nothing is known of it.
    fn call(run: &mut Run<'_, Self>, call: &ExternalCall<'_>) -> Option<Value>;

    /// What an attribute of an object of something outside the project gives, where nothing was set on it; none where
    /// nothing is known of it.
    fn attribute(&self, object: &Instance, name: &str) -> Option<Value>;

    /// Whether code that has the value may ask for something of the host's own.
    fn is_own(&self, value: &Value) -> bool;
}

/// A call of something outside the project.
#[derive(Debug)]
pub struct ExternalCall<'a> {
    /// What is called: [`Value::Foreign`], [`Value::Object`] or [`Value::Member`].
    pub callee: &'a Value,
    /// With which arguments.
    pub arguments: &'a Arguments,
    /// Where.
    pub place: &'a CodeLocation,
    /// Whether it stands as a decorator, so that its only argument is what it decorates.
    pub decorates: bool,
}

/// One evaluation of a program.
pub struct Run<'a, H> {
    /// The program.
    pub program: &'a Program,
    /// What answers for all else.
    pub host: H,
    modules: HashMap<Arc<str>, Rc<Namespace>>,
    frames: Vec<Frame>,
    /// The tests around the code at hand, as they must come out.
    branches: Vec<Literal>,
    /// The module that is run, and not imported.
    main: Option<Arc<str>>,
    /// The first of the frames that what they were left by counts of: those around an import do not.
    counted: usize,
    /// The modules that were first imported by code that need not run.
    imports: HashMap<Arc<str>, ConditionalImport>,
    /// Those of them whose code is at hand, innermost last.
    importers: Vec<Arc<str>>,
    /// How many tests there were.
    tests: usize,
    /// How many objects and scopes were made.
    objects: usize,
    steps: usize,
    /// The steps that are followed beyond that, for data that was read from files.
    allowance: usize,
    /// In how many calls the code at hand stands that walk down into data.
    descents: usize,
    /// What the arms bind that the code at hand stands in.
    journal: Journal,
    /// The functions that were called without the host hearing of it.
    spent: HashSet<*const FunctionDefinition>,
    /// The steps that such calls took in all.
    idle: usize,
    /// Whether such a call was not followed, as those before had taken too many, and it may have been another.
    is_spared: bool,
    /// How often the host was asked for something of its own.
    effects: usize,
    /// The classes that metaclasses are making.
    making: Vec<Rc<ClassValue>>,
    /// The classes that were made, in order.
    classes: Vec<Rc<ClassValue>>,
    /// In how many loops over something whose order nobody knows the code at hand stands.
    shuffled: usize,
    /// The files of the project.
    tree: &'a SourceTree,
    /// Modules that only a computed name reaches.
    loaded: HashMap<Arc<str>, Arc<Module>>,
}

/// A module that was first imported by code that need not run.
#[derive(Debug)]
struct ConditionalImport {
    /// That it is imported.
    test: Rc<UndecidedTest>,
    /// What its own code imports, and under which conditions besides.
    below: Vec<(Arc<str>, PathCondition)>,
}

/// A call of a function, the body of a module or class, that is being followed.
#[derive(Debug)]
struct Frame {
    module: Arc<str>,
    scope: Rc<Namespace>,
    /// The function, in a call of one.
    function: Option<Rc<FunctionValue>>,
    /// The object, or class, that it is called on.
    receiver: Option<Value>,
    /// The lists and dicts that it was given.
    given: Vec<Value>,
    /// How many tests stood around its entry.
    entry: usize,
    /// What it may have returned so far, and when.
    returned: Vec<(Value, PathCondition)>,
    /// What it yields.
    yielded: Vec<(Value, PathCondition)>,
    /// How the tests came out where it was not left before the code at hand.
    left: Vec<Literal>,
    /// How often a loop was left under a test.
    breaks: usize,
    /// The states of the arms that left it, or the round of a loop.
    aside: Vec<Aside>,
}

impl<'a, H: Host> Run<'a, H> {
    /// Begins an evaluation of `program`, whose files lie in `tree`.
    pub fn new(program: &'a Program, tree: &'a SourceTree, host: H) -> Self {
        Self {
            program,
            host,
            modules: HashMap::new(),
            frames: Vec::new(),
            branches: Vec::new(),
            main: None,
            counted: 0,
            imports: HashMap::new(),
            importers: Vec::new(),
            tests: 0,
            objects: 0,
            steps: 0,
            allowance: 0,
            descents: 0,
            journal: Journal::default(),
            spent: HashSet::new(),
            idle: 0,
            is_spared: false,
            effects: 0,
            making: Vec::new(),
            classes: Vec::new(),
            shuffled: 0,
            tree,
            loaded: HashMap::new(),
        }
    }

    /// Tells that the host was asked for something of its own, so that the calls at hand are worth following.
    pub fn note_effect(&mut self) {
        self.effects += 1;
    }

    /// How the tests must come out for the code at hand to run.
    pub fn condition(&self) -> PathCondition {
        let left = self.frames[self.counted..].iter().flat_map(|frame| frame.left.iter());
        self.branches.iter().chain(left).cloned().collect()
    }

    /// How the tests must come out for the code at hand to run, once the function around it is called.
    fn since_entry(&mut self) -> PathCondition {
        let entry = self.frame().entry;
        let (within, frame) = (&self.branches[entry..], self.frames.last());
        within.iter().chain(frame.iter().flat_map(|frame| frame.left.iter())).cloned().collect()
    }

    /// The number of something that is made.
    fn birth(&mut self) -> usize {
        self.objects += 1;
        self.objects
    }

    /// Whether more steps were taken than are followed: what came later is not known.
    pub fn is_exhausted(&self) -> bool {
        self.steps >= STEPS + self.allowance || self.is_spared
    }

    /// Runs a module of the project as `python -m` does.
    pub fn run_module(&mut self, name: &str) {
        self.main = Some(name.into());
        self.import(name);
        self.main = None;
    }

    /// Imports a module of the project, with the packages around it; none where it is none, or cannot be read.
    pub fn import(&mut self, name: &str) -> Option<Rc<Namespace>> {
        if let Some(scope) = self.modules.get(name).cloned() {
            self.import_again(name);
            return Some(scope);
        }
        let late;
        let code = match self.program.module(name) {
            Some(module) => module.code(),
            None => {
                late = Arc::new(self.program.load(name, self.tree)?);
                self.loaded.insert(name.into(), late.clone());
                late.code()
            }
        };
        if let Some((package, _)) = name.rsplit_once('.') {
            self.import(package);
        }
        // the package may have imported it
        if let Some(scope) = self.modules.get(name) {
            return Some(scope.clone());
        }
        let scope = Namespace::module(self.birth());
        let name: Arc<str> = name.into();
        self.introduce(&name, &scope);
        self.modules.insert(name.clone(), scope.clone());
        self.importing(&name, |run| {
            let frame = Frame::new(name.clone(), scope.clone());
            run.enter(frame, |run| run.body(code));
        });
        Some(scope)
    }

    /// Follows the code of a module, which runs wherever it is imported.
    fn importing(&mut self, name: &Arc<str>, work: impl FnOnce(&mut Self)) {
        let condition = self.condition();
        if condition.is_empty() {
            return work(self);
        }
        self.tests += 1;
        let test = UndecidedTest::imported(self.tests, &condition);
        self.note_import(name, &condition);
        self.imports.insert(name.clone(), ConditionalImport { test: test.clone(), below: Vec::new() });
        let outside = (std::mem::take(&mut self.branches), self.counted);
        self.branches.push(Literal::new(&test, true));
        self.counted = self.frames.len();
        self.importers.push(name.clone());
        work(self);
        self.importers.pop();
        (self.branches, self.counted) = outside;
        self.journal.share(self.objects);
    }

    /// Notes that the module whose code is at hand imports another one.
    fn note_import(&mut self, name: &str, condition: &PathCondition) {
        let importer = self.importers.last().and_then(|importer| self.imports.get_mut(importer));
        let Some(importer) =
            importer.filter(|importer| importer.below.iter().all(|(known, _)| &**known != name))
        else {
            return;
        };
        let its = Literal::new(&importer.test, true).into();
        if let Some(rest) = condition.beyond(&its) {
            importer.below.push((name.into(), rest));
        }
    }

    /// Tells that a module is imported once more, and with it all that it imports.
    fn import_again(&mut self, name: &str) {
        if !self.imports.contains_key(name) {
            return;
        }
        let condition = self.condition();
        self.note_import(name, &condition);
        let mut next: Vec<(Arc<str>, PathCondition)> = vec![(name.into(), condition)];
        let mut known = HashSet::new();
        while let Some((name, condition)) = next.pop() {
            let Some(import) = self.imports.get(&name) else { continue };
            let holds: PathCondition = Literal::new(&import.test, true).into();
            if known.insert(name) && !holds.follows_from(&condition) {
                import.test.also(&condition);
                next.extend(import.below.iter().map(|(below, rest)| (below.clone(), condition.and(rest))));
            }
        }
    }

    /// Binds the names that every module has.
    fn introduce(&mut self, name: &Arc<str>, scope: &Rc<Namespace>) {
        let bind = |bound: &str, value: Value| scope.bind(&bound.into(), value);
        let is_main = self.main.as_ref() == Some(name);
        bind("__name__", if is_main { Value::text("__main__") } else { Value::Text(name.clone()) });
        let folders = self.folders_of(name);
        let package = match (&folders, name.rsplit_once('.')) {
            (Some(_), _) => name.clone(),
            (None, Some((package, _))) => package.into(),
            (None, None) => "".into(),
        };
        bind("__package__", Value::Text(package));
        bind("__file__", self.file_of(name));
        if let Some(folders) = folders {
            bind("__path__", folders);
        }
    }

    /// A module that was imported, or that the program imports.
    pub fn source(&self, name: &str) -> Option<&SourceText> {
        let module = self.program.module(name).or_else(|| self.loaded.get(name).map(AsRef::as_ref));
        module.map(|module| &**module.source())
    }

    /// What `module` binds `name` to.
    pub fn global(&mut self, module: &str, name: &str) -> Option<Value> {
        if let Some(value) = self.import(module)?.lookup(name) {
            return Some(value);
        }
        let below = format!("{module}.{name}");
        if self.import(&below).is_some() {
            return Some(Value::Module(below.into()));
        }
        None
    }

    /// Follows the rounds of a loop over `many`.
    fn round<T>(&mut self, many: &Value, work: impl FnOnce(&mut Self) -> T) -> T {
        let is_shuffled = many.is_shuffled();
        self.shuffled += usize::from(is_shuffled);
        let done = work(self);
        self.shuffled -= usize::from(is_shuffled);
        done
    }

    /// Whether the code at hand runs for items of which nobody knows the order.
    fn is_shuffled(&self) -> bool {
        self.shuffled > 0
    }

    /// Follows `work` as code of its own: what it makes and changes is there whenever it runs.
    pub fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::take(&mut self.branches);
        let done = work(self);
        self.branches = around;
        done
    }

    /// A new object of what was called.
    pub fn object(&mut self, class: Value, arguments: Arguments, place: CodeLocation) -> Rc<Instance> {
        let id = self.birth();
        Rc::new(Instance { id, class, arguments, fields: RefCell::default(), place })
    }

    /// The place of a span in the code at hand.
    pub fn place(&self, span: crate::text::Span) -> CodeLocation {
        let module = self.frames.last().map_or_else(|| "".into(), |frame| frame.module.clone());
        CodeLocation { module, span }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("code is followed within a frame")
    }

    fn scope(&self) -> Rc<Namespace> {
        self.frames.last().expect("code is followed within a frame").scope.clone()
    }

    fn bind(&mut self, name: &Arc<str>, value: Value) {
        let scope = self.scope();
        self.bind_in(&scope, name, value);
    }

    fn bind_in(&mut self, scope: &Rc<Namespace>, name: &Arc<str>, value: Value) {
        let home = scope.home(name);
        self.give(&Variable::Name(home, name.clone()), Some(value));
    }

    /// Follows `work` in a frame of its own, and gives that frame back.
    fn enter<T>(&mut self, mut frame: Frame, work: impl FnOnce(&mut Self) -> T) -> (T, Frame) {
        frame.entry = self.branches.len();
        self.frames.push(frame);
        let done = work(self);
        self.rejoin(0);
        (done, self.frames.pop().expect("pushed above"))
    }

    /// Counts a step; false when there were too many.
    fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps < STEPS + self.allowance && self.frames.len() < DEPTH + self.descents
    }
}

impl Frame {
    fn new(module: Arc<str>, scope: Rc<Namespace>) -> Self {
        Self {
            module,
            scope,
            function: None,
            receiver: None,
            given: Vec::new(),
            entry: 0,
            returned: Vec::new(),
            yielded: Vec::new(),
            left: Vec::new(),
            breaks: 0,
            aside: Vec::new(),
        }
    }
}
