//! One parsed `.py`: the facts of its text that rules ask for.
//!
//! The sole room that knows the parser. The syntax tree is read once and dropped here, on a stack that is high enough
//! for it; a new question becomes a new fact. What names mean across files is the business of `program`.

mod access;
mod anchored;
mod anchoring;
mod binding;
mod call;
mod code;
mod control_flow;
mod decode;
mod effect;
mod exports;
mod expression;
mod file_use;
mod function;
mod guard;
mod import;
mod known;
mod lookup;
mod nesting;
mod site;
mod skim;
mod statement;
mod suppression;
mod tokens;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::PythonVersion;
use ruff_python_parser::{Mode, ParseOptions, UnsupportedSyntaxError, parse_unchecked};

use crate::diagnostic::Suppression;
use crate::text::{SourceText, Span, Spanned};

pub use access::Access;
pub use anchored::{Anchored, AnchoredName, Base};
pub use binding::{
    Binding, BindingKind, Class, Constructor, DunderAll, Flow, ModulePath, Scope, Star, is_either,
};
pub use call::{Argument, Call, StaticValue, Usage, Use};
pub use code::{
    Alias, Attempt, Case, ClassDefinition, CompareOp, Comprehension, Formal, FunctionDefinition, Given,
    Handler, Identifier, Makes, Operator, Piece, Statement, StatementKind, Term, TermKind, TypeParameter,
    Unpacked, term,
};
pub use decode::{Undecodable, decode};
pub use file_use::FileUse;
pub use function::{Function, ParameterKind};
pub use guard::{Guard, Guards};
pub use import::{Import, Imported, ImportedName, ServerObject};
pub use lookup::{Field, Lookup, LookupKind, Precondition};
use site::Switched;
pub use site::{Exit, Site, Way};
pub use skim::{Skim, WantedNames};
pub use tokens::tokens;
pub use walk::ScopeKind;

/// Something in a file that is not Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Where.
    pub span: Span,
    /// What the parser says of it.
    pub message: String,
}

/// Syntax that the Python asked for does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSyntax {
    /// Where.
    pub span: Span,
    /// What the parser says of it.
    pub message: String,
    /// The first minor version of Python 3 that has it, where the parser tells.
    pub since: Option<u8>,
}

/// The code of a module, a class or a function.
#[derive(Debug, Default)]
pub struct Body {
    /// What it belongs to.
    pub place: ScopeKind,
    /// The name of the class or function; empty for the module.
    pub name: String,
    /// That name where it is written.
    pub span: Span,
    /// The body around it.
    pub parent: Option<usize>,
    /// The names that it binds; those of a class are in its [`Class`].
    pub scope: Scope,
    /// The name that a function returns wherever it returns a value.
    pub returned: Option<String>,
    /// Whether a call of a function only ever ends in failure, or in the end of the program.
    pub fails: bool,
}

/// The facts of one file.
#[derive(Debug)]
pub struct Module {
    source: Arc<SourceText>,
    faults: Vec<SyntaxFault>,
    new_syntax: Vec<NewSyntax>,
    suppressions: Vec<Suppression>,
    facts: Facts,
    /// Of a file that is walked in full, and is Python.
    code: Vec<Statement>,
}

/// What the walk through a syntax tree finds.
#[derive(Debug, Default)]
struct Facts {
    /// The module's own first.
    bodies: Vec<Body>,
    stars: Vec<Star>,
    exports: DunderAll,
    /// The text does not tell what the names are bound to.
    dynamic: bool,
    stores: BTreeSet<String>,
    imports: Vec<Import>,
    calls: Vec<Call>,
    uses: Vec<Use>,
    exits: Vec<Exit>,
    switches: Vec<Switched>,
    lookups: Vec<Lookup>,
    fields: Vec<Field>,
    demands: Vec<Precondition>,
    files: Vec<FileUse>,
    anchors: Vec<AnchoredName>,
    server_classes: Vec<(String, String)>,
    server_objects: Vec<ServerObject>,
    /// Of a file that is skimmed.
    makes_tools: bool,
}

/// How much of a file is wanted.
#[derive(Clone, Copy)]
pub enum Depth<'t> {
    /// All facts.
    Whole,
    /// The imports and the faults; all facts only of a file that uses a name which is asked for.
    Skim(Skim<'t>),
}

impl Facts {
    /// Of a module of which nothing is known.
    fn unknown() -> Self {
        Self { dynamic: true, ..Self::default() }
    }

    /// With the module's own body, where none was walked through.
    fn embodied(mut self) -> Self {
        if self.bodies.is_empty() {
            self.bodies.push(Body::default());
        }
        self
    }
}

/// Parses `source`; never fails. Syntax that Python 3.`floor` does not have is told apart.
///
/// Needs a high stack, 64 MiB, as a hostile text may nest deep; what nests deeper yet becomes a module of which nothing
/// is known.
pub fn parse(source: SourceText, floor: u8, depth: Depth<'_>) -> Module {
    let source = Arc::new(source);
    if nesting::too_deep(source.text()) {
        let facts = Facts::unknown().embodied();
        return Module {
            source,
            faults: Vec::new(),
            new_syntax: Vec::new(),
            suppressions: Vec::new(),
            facts,
            code: Vec::new(),
        };
    }
    let version = PythonVersion { major: 3, minor: floor };
    let parsed =
        parse_unchecked(source.text(), ParseOptions::from(Mode::Module).with_target_version(version));
    let faults = parsed
        .errors()
        .iter()
        .map(|error| SyntaxFault { span: code::span(error.location), message: error.error.to_string() });
    let faults: Vec<_> = faults.collect();
    let new_syntax = parsed.unsupported_syntax_errors().iter().map(new_syntax).collect();
    let (facts, code) = match (parsed.syntax(), depth) {
        (ruff_python_ast::Mod::Expression(_), _) => (Facts::unknown(), Vec::new()),
        (ruff_python_ast::Mod::Module(module), Depth::Whole) => {
            let code = code::statements(&module.body);
            let facts = statement::facts(&code);
            // what the parser makes of a broken text may be anything, such as a list of all the words that follow `[`
            (facts, if faults.is_empty() { code } else { Vec::new() })
        }
        (ruff_python_ast::Mod::Module(module), Depth::Skim(skim)) => {
            (skim::facts(source.text(), &module.body, parsed.tokens(), skim), Vec::new())
        }
    };
    let suppressions = suppression::read(source.text(), parsed.tokens());
    // what is made before the tree goes lies behind it, and leaves a hole where the next tree would fit
    drop(parsed);
    Module { source, faults, new_syntax, suppressions, facts: facts.embodied(), code }
}

fn new_syntax(error: &UnsupportedSyntaxError) -> NewSyntax {
    let message = error.to_string();
    // the parser keeps the number to itself, but says it
    let since =
        message.rsplit_once("Python 3.").and_then(|(_, rest)| rest.trim_end_matches(')').parse().ok());
    NewSyntax { span: code::span(error.range), message, since }
}

impl Module {
    /// The text.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// What in it is not Python, in order.
    pub fn faults(&self) -> &[SyntaxFault] {
        &self.faults
    }

    /// Its syntax that the Python asked for does not have, in order.
    pub fn new_syntax(&self) -> &[NewSyntax] {
        &self.new_syntax
    }

    /// The comments that silence rules, in order.
    pub fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }

    /// Its statements, of a file that is walked in full and is Python.
    pub fn code(&self) -> &[Statement] {
        &self.code
    }

    /// The names that the module binds.
    pub fn scope(&self) -> &Scope {
        &self.facts.bodies[0].scope
    }

    /// The module's own body, then those of its classes and functions in order of the text.
    pub fn bodies(&self) -> &[Body] {
        &self.facts.bodies
    }

    /// The body that runs the body with this number: that of a class runs with what is around it.
    pub fn runner(&self, body: usize) -> usize {
        let bodies = self.bodies();
        let mut at = body;
        while bodies[at].place == ScopeKind::Class {
            let Some(parent) = bodies[at].parent else { break };
            at = parent;
        }
        at
    }

    /// The bindings of `name` as code in the body with this number sees it, and the body that holds them.
    pub fn lookup(&self, body: usize, name: &str) -> Option<(usize, &[Binding])> {
        let bodies = self.bodies();
        let around = std::iter::successors(Some(body), |at| bodies[*at].parent);
        // a function does not see the names of the class around it
        around
            .filter(|at| bodies[*at].place != ScopeKind::Class)
            .map(|at| (at, bodies[at].scope.bindings(name)))
            .find(|(_, bindings)| !bindings.is_empty())
    }

    /// Its star imports in order.
    pub fn stars(&self) -> &[Star] {
        &self.facts.stars
    }

    /// What `__all__` says.
    pub fn exports(&self) -> &DunderAll {
        &self.facts.exports
    }

    /// Whether the names cannot be known from the text: it is broken, nests too deep, or writes to its namespace by
    /// `globals()`, `exec`, `sys.modules` and the like.
    pub fn is_dynamic(&self) -> bool {
        self.facts.dynamic || !self.faults.is_empty()
    }

    /// Whether the module makes up names on demand: it binds `__getattr__` (PEP 562).
    pub fn is_open(&self) -> bool {
        !self.scope().bindings("__getattr__").is_empty()
    }

    /// Whether the file may set the attribute `name` of something that it imports, perhaps of a module.
    pub fn stores(&self, name: &str) -> bool {
        self.facts.stores.contains(name) || self.facts.stores.contains(effect::ANY)
    }

    /// The attributes that the file sets of what it imports; none stands for one that the text does not tell.
    pub fn stored(&self) -> impl Iterator<Item = Option<&str>> {
        self.facts.stores.iter().map(|name| Some(name.as_str()).filter(|name| *name != effect::ANY))
    }

    /// All functions, those of classes too.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let mut found = Vec::new();
        self.bodies().iter().for_each(|body| gather_functions(&body.scope, &mut found));
        found.into_iter()
    }

    /// All imports in order of the text.
    pub fn imports(&self) -> &[Import] {
        &self.facts.imports
    }

    /// Whether it asks for its annotations not to be evaluated: `from __future__ import annotations` (PEP 563).
    pub fn postpones_annotations(&self) -> bool {
        let asks = |import: &Import| match &import.names {
            Imported::Names(names) => {
                import.module.value.name == "__future__"
                    && names.iter().any(|name| name.name.value == "annotations")
            }
            _ => false,
        };
        self.imports().iter().any(asks)
    }

    /// Everything that is called by a dotted name; calls within others come later.
    pub fn calls(&self) -> &[Call] {
        &self.facts.calls
    }

    /// The uses of names that are imported, bound by the module, or by nothing that the text shows.
    pub fn uses(&self) -> &[Use] {
        &self.facts.uses
    }

    /// Where control leaves its bodies, but by their ends, in order of the text.
    pub fn exits(&self) -> &[Exit] {
        &self.facts.exits
    }

    /// Whether the code at `span` runs only if a constant of the module were another: `DEBUG = False`, `if DEBUG: ...`.
    pub fn is_switched_off(&self, span: Span) -> bool {
        let holds = |name: &str| matches!(self.scope().bindings(name), [only] if only.flow == Flow::Always);
        self.facts.switches.iter().any(|switched| {
            switched.block.start <= span.start && span.end <= switched.block.end && holds(&switched.name)
        })
    }

    /// What is asked by a key of mappings that are imported: the environment.
    pub fn lookups(&self) -> &[Lookup] {
        &self.facts.lookups
    }

    /// The names with annotations in the bodies of classes, in order of the text.
    pub fn fields(&self) -> &[Field] {
        &self.facts.fields
    }

    /// Where the file gives up for want of something, in order of the text.
    pub fn demands(&self) -> &[Precondition] {
        &self.facts.demands
    }

    /// What is done with files beside the module.
    pub fn files(&self) -> &[FileUse] {
        &self.facts.files
    }

    /// The names that are bound to paths of such files.
    pub fn anchors(&self) -> &[AnchoredName] {
        &self.facts.anchors
    }

    /// The top-level classes that derive from an SDK's server class, each with that class.
    pub fn server_classes(&self) -> &[(String, String)] {
        &self.facts.server_classes
    }

    /// The calls that make an MCP server, in order of the text.
    pub fn server_objects(&self) -> &[ServerObject] {
        &self.facts.server_objects
    }

    /// Whether a decorator of a file that is skimmed may make a tool: `@mcp.tool()`.
    pub fn may_make_tools(&self) -> bool {
        self.facts.makes_tools
    }

    /// Whether there is anything to say of the module.
    pub fn is_telling(&self) -> bool {
        !self.faults.is_empty()
            || !self.new_syntax.is_empty()
            || !self.facts.imports.is_empty()
            || !self.facts.uses.is_empty()
    }

    /// The edits that make the name of a module known to the body with this number, no edit where it is already; none
    /// where the name stands for something else, or no place is safe.
    pub fn import_of(&self, module: &str, body: usize) -> Option<Vec<(Span, String)>> {
        if let Some((_, bindings)) = self.lookup(body, module) {
            let is_it =
                |binding: &Binding| matches!(&binding.kind, BindingKind::Module(path) if path == module);
            return bindings.iter().all(is_it).then(Vec::new);
        }
        let text = self.source.text();
        let own_line = |import: &&Import| {
            let start = import.span.start as usize;
            import.body == 0
                && import.guards.all().is_empty()
                && (start == 0 || text[..start].ends_with('\n'))
        };
        let future = |import: &&Import| import.module.value.name == "__future__";
        let first = self.imports().iter().find(|import| !future(import)).filter(own_line)?;
        let at = first.span.start as usize;
        Some(vec![(Span::new(at, at), format!("import {module}\n"))])
    }

    /// The literal that `name` is bound to, once and for all, such as that of `__version__`.
    pub fn version_literal(&self, name: &str) -> Option<&Spanned<String>> {
        match self.scope().only(name)? {
            Binding { kind: BindingKind::Text(text), .. } if !self.is_dynamic() => Some(text),
            _ => None,
        }
    }
}

/// The functions that a scope binds, and those of the classes that it binds.
fn gather_functions<'m>(scope: &'m Scope, found: &mut Vec<&'m Function>) {
    for binding in scope.iter().flat_map(|(_, bindings)| bindings) {
        match &binding.kind {
            BindingKind::Function(function) => found.push(function),
            BindingKind::Class(class) => gather_functions(&class.body, found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
