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
//! | statement | branches | what the host hears | afterwards |
//! |---|---|---|---|
//! | `mcp = ...` | none | a call of `FastMCP` | `mcp` is an instance |
//! | `if ...` | 1 is new | | |
//! | `mcp.add_tool(f)` | 1 | a call, under 1 | |
//! | `name = "g"` | 1 | | `name` is `"g"`, set under 1 |
//! | `mcp.add_tool(h, ...)` | none | a call, surely, of an unknown name | |
//!
//! A *branch* is a number for a piece of code that need not run; the *path condition* ([`Run::condition`]) of a statement is
//! the set of the branches around it. Why a set, and not "sure or not": a tool that is registered under branch 1 is
//! listed for sure by a server that is started under branch 1 alone, and two things under one condition come together.
//! Why a set, and not the nesting alone: an early `return` in a branch makes all that follows it in that call depend on
//! the branch *not* being taken. Such a branch is kept with the frame (`Frame::left`) until the call ends.
//! The price: a branch is a number without its test, so that `if a:` written twice makes two of them, and the arms of one
//! `if` do not exclude each other.
//!
//! # Another configuration
//!
//! A test on a flag, a setting or a variable of the environment has an answer by default, and most users never give
//! another. Its default arm is followed as code that runs, and the other one on a *journal*: its bindings are undone when
//! it ends, what it registers is kept, under its branch. A name that both arms bind is a `Default` afterwards: what a
//! default configuration has, and no more than that.
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
mod builtin;
mod call;
mod class;
mod comparison;
mod configured;
mod data_file;
mod descent;
mod dict;
mod discovery;
mod functools;
mod generator;
mod iteration;
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

pub use scope::Namespace;
pub use signature::{CallParameter, CallSignature};
pub use value::{
    Arguments, ClassValue, CodeLocation, DictValue, FunctionValue, Instance, ListValue, MethodKind,
    PathCondition, Value,
};

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
    /// The numbers of the branches that the code at hand stands in and that need not be taken.
    branches: Vec<usize>,
    branch: usize,
    objects: usize,
    steps: usize,
    /// The steps that are followed beyond that, for data that was read from files.
    allowance: usize,
    /// In how many calls the code at hand stands that walk down into data.
    descents: usize,
    /// What undoes the bindings of code that runs in another configuration.
    journal: Option<Vec<Undo>>,
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

/// What undoes one binding.
#[derive(Debug)]
enum Undo {
    Name(Rc<Namespace>, Arc<str>, Option<scope::Slot>),
    Field(Rc<Instance>, Arc<str>, Option<Value>),
}

impl Undo {
    fn run(self) {
        match self {
            Self::Name(scope, name, before) => scope.restore(name, before),
            Self::Field(object, name, before) => {
                let mut fields = object.fields.borrow_mut();
                match before {
                    Some(value) => drop(fields.insert(name, value)),
                    None => drop(fields.remove(&name)),
                }
            }
        }
    }
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
    /// What it may have returned so far.
    returned: Vec<Value>,
    /// What it yields.
    yielded: Vec<(Value, PathCondition)>,
    /// The branches in which it may have been left before the code at hand.
    left: Vec<usize>,
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
            branch: 0,
            objects: 0,
            steps: 0,
            allowance: 0,
            descents: 0,
            journal: None,
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

    /// The branches that must be taken, or not have been left in, for the code at hand to run.
    pub fn condition(&self) -> PathCondition {
        let left = self.frames.iter().flat_map(|frame| frame.left.iter());
        self.branches.iter().chain(left).copied().collect()
    }

    /// Whether more steps were taken than are followed: what came later is not known.
    pub fn is_exhausted(&self) -> bool {
        self.steps >= STEPS + self.allowance || self.is_spared
    }

    /// Imports a module of the project, with the packages around it; none where it is none, or cannot be read.
    pub fn import(&mut self, name: &str) -> Option<Rc<Namespace>> {
        if let Some(scope) = self.modules.get(name) {
            return Some(scope.clone());
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
        let scope = Namespace::module();
        let name: Arc<str> = name.into();
        self.introduce(&name, &scope);
        self.modules.insert(name.clone(), scope.clone());
        let frame = Frame::new(name, scope.clone());
        self.enter(frame, |run| run.body(code));
        Some(scope)
    }

    /// Binds the names that every module has.
    fn introduce(&mut self, name: &Arc<str>, scope: &Rc<Namespace>) {
        let bind = |bound: &str, value: Value| scope.bind(&bound.into(), value, 0);
        bind("__name__", Value::Text(name.clone()));
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

    /// Follows `work` as code that need not run.
    pub fn perhaps<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.branch += 1;
        self.branches.push(self.branch);
        let done = work(self);
        self.branches.pop();
        done
    }

    /// Follows `work`, which need not run where it is not `sure`.
    pub fn surely<T>(&mut self, sure: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        if sure { work(self) } else { self.perhaps(work) }
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

    /// Follows `work`, which depends on what `condition` names.
    pub fn under<T>(&mut self, condition: &PathCondition, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.branches.len();
        self.branches.extend(condition.iter());
        let done = work(self);
        self.branches.truncate(before);
        done
    }

    /// Follows `work` as code of its own: what it makes and changes is there whenever it runs.
    pub fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::take(&mut self.branches);
        let done = work(self);
        self.branches = around;
        done
    }

    /// Follows `work` as code that runs in another configuration: what it binds is forgotten, what it registers is not.
    fn otherwise<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.journal.replace(Vec::new());
        let done = self.perhaps(work);
        let journal = std::mem::replace(&mut self.journal, around).unwrap_or_default();
        journal.into_iter().rev().for_each(Undo::run);
        done
    }

    /// The number of a branch that no code stands in.
    fn new_branch(&mut self) -> usize {
        self.branch += 1;
        self.branch
    }

    /// A new object of what was called.
    pub fn object(&mut self, class: Value, arguments: Arguments, place: CodeLocation) -> Rc<Instance> {
        self.objects += 1;
        Rc::new(Instance { id: self.objects, class, arguments, fields: RefCell::default(), place })
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

    fn in_branch(&self) -> usize {
        self.branches.last().copied().unwrap_or_default()
    }

    fn bind(&mut self, name: &Arc<str>, value: Value) {
        let branch = self.in_branch();
        let scope = self.scope();
        self.bind_in(&scope, name, value, branch);
    }

    fn bind_in(&mut self, scope: &Rc<Namespace>, name: &Arc<str>, value: Value, branch: usize) {
        let home = scope.home(name);
        if let Some(journal) = &mut self.journal {
            journal.push(Undo::Name(home.clone(), name.clone(), home.slot(name)));
        }
        home.bind(name, value, branch);
    }

    /// Follows `work` in a frame of its own, and gives that frame back.
    fn enter<T>(&mut self, frame: Frame, work: impl FnOnce(&mut Self) -> T) -> (T, Frame) {
        self.frames.push(frame);
        let done = work(self);
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
            returned: Vec::new(),
            yielded: Vec::new(),
            left: Vec::new(),
        }
    }
}
