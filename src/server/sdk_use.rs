//! What the program uses of the SDKs that not every release of them has: modules, names, methods and keywords.
//!
//! Silent on all that need not be there: what is for type checkers, what stands under a condition or where its failure
//! is caught, the tests, and private names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::dependencies::ReleaseNeed;
use crate::program::{ClassOf, Program, Reachability};
use crate::project::Project;
use crate::sdk::{self, Releases, Sdk};
use crate::syntax::{BindingKind, Call, Guard, Guards, Import, Imported, Module, Term, is_either};
use crate::text::Span;

/// One use of something that comes or goes with a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkUse {
    /// By whose releases it is dated.
    pub sdk: Sdk,
    /// What is used, as a user would look it up: `mcp.server.fastmcp`, or `FastMCP(port=...)`.
    pub what: String,
    /// The releases that have it.
    pub releases: Releases,
    /// The module of the project that uses it.
    pub module: String,
    /// Where.
    pub span: Span,
    /// Whether it is used only in code that may not run when the server starts.
    pub late: bool,
}

impl SdkUse {
    /// The keyword that is used and never had an effect: `description` of `FastMCP(description=)`.
    pub fn idle(&self) -> Option<&str> {
        let (callee, keyword) = self.what.strip_suffix("=)")?.split_once('(')?;
        sdk::had_no_effect(callee, keyword).then_some(keyword)
    }

    /// What has to be there for it.
    pub fn need(&self) -> ReleaseNeed {
        (self.sdk, self.releases)
    }
}

/// What a program uses of the SDKs, looked for once, when somebody first asks.
#[derive(Debug, Default)]
pub struct SdkUses(OnceLock<Vec<SdkUse>>);

impl SdkUses {
    /// Everything of that kind: what is imported, by module and place, then all else.
    pub fn get(&self, program: &Program, project: &Project) -> &[SdkUse] {
        self.0.get_or_init(|| find(program, project))
    }
}

/// What has to be there for all that is used and has an effect.
pub fn needs(uses: &[SdkUse]) -> Vec<ReleaseNeed> {
    uses.iter().filter(|used| used.idle().is_none()).map(SdkUse::need).collect()
}

fn find(program: &Program, project: &Project) -> Vec<SdkUse> {
    // without a script it is not known what begins, so all modules do
    let scripted = project.scripts().next().is_some();
    let mut uses = Vec::new();
    for (module, facts) in program.iter().chain(program.rest()).filter(|(name, _)| !is_test(name)) {
        Reader { program, scripted, module, facts, uses: &mut uses }.imports();
    }
    for (module, facts) in program.iter().filter(|(name, _)| !is_test(name)) {
        let mut reader = Reader { program, scripted, module, facts, uses: &mut uses };
        reader.calls();
        reader.names();
        reader.decorators();
    }
    uses
}

/// The parts of `uses` that `lacks` says are lacking, each thing once where it is used first, and how often it is.
///
/// What belongs to something that is lacking itself is left out.
pub fn lacking(uses: &[SdkUse], lacks: impl Fn(&SdkUse) -> bool) -> Vec<(&SdkUse, usize)> {
    let lacking: Vec<&SdkUse> = uses.iter().filter(|used| lacks(used)).collect();
    let names: BTreeSet<&str> = lacking.iter().map(|used| used.what.as_str()).collect();
    let within = |what: &str| what.match_indices(['.', '(']).any(|(end, _)| names.contains(&what[..end]));
    let mut found: Vec<(&SdkUse, usize)> = Vec::new();
    for used in lacking.into_iter().filter(|used| !within(&used.what)) {
        match found.iter_mut().find(|(known, _)| known.what == used.what) {
            Some((known, count)) => {
                *count += 1;
                if known.late && !used.late {
                    *known = used;
                }
            }
            None => found.push((used, 1)),
        }
    }
    // what stops the server at once stands first
    found.sort_by_key(|(used, _)| used.late);
    found
}

/// Reads one module.
struct Reader<'r, 'a> {
    program: &'a Program,
    scripted: bool,
    module: &'a str,
    facts: &'a Module,
    uses: &'r mut Vec<SdkUse>,
}

impl Reader<'_, '_> {
    fn push(&mut self, what: String, releases: Releases, span: Span, late: bool) {
        let Some(sdk) = Sdk::of_module(&what) else { return };
        self.uses.push(SdkUse { sdk, what, releases, module: self.module.to_owned(), span, late });
    }

    /// Whether the module of that path is the SDK's and none of the project.
    fn is_foreign(&self, path: &str) -> bool {
        let own = path.split('.').next().is_some_and(|top| self.program.path(top).is_some());
        Sdk::of_module(path).is_some() && !own
    }

    fn late(&self, body: usize, guards: &Guards) -> bool {
        let at_import =
            !self.scripted && self.program.module(self.module).is_some() && guards.all().is_empty();
        !at_import
            && self.program.reach_under(self.module, body, guards) != Reachability::Start
            && !self.program.starts_on_command(self.module, body, guards)
    }

    /// Whether the name that is written stands for what one of several imports bound, whichever was there:
    /// `try: from a import X` and `except ImportError: from b import Y as X`.
    fn is_either(&self, body: usize, written: Span) -> bool {
        let name = self.facts.source().slice(written).split(['.', '(', '[']).next().unwrap_or_default();
        self.facts.lookup(body, name.trim()).is_some_and(|(_, bindings)| is_either(bindings))
    }

    /// The class of an SDK whose object `name` stands for in a body.
    fn class_of(&self, body: usize, name: &str) -> Option<&'static str> {
        match self.program.class_of(self.module, body, name)? {
            ClassOf::Foreign(path) => sdk::known_class(&path).filter(|path| self.is_foreign(path)),
            ClassOf::Own { .. } => None,
        }
    }

    fn imports(&mut self) {
        for import in self.facts.imports() {
            let path = &import.module.value.name;
            if import.module.value.level > 0 || !self.is_foreign(path) || !is_reached(&import.guards) {
                continue;
            }
            let late = self.late(import.body, &import.guards);
            for (what, releases, span) in imported(import) {
                self.push(what, releases, span, late);
            }
        }
    }

    /// What is called: keywords of classes and methods, and the methods themselves.
    fn calls(&mut self) {
        let judged = |call: &&Call| is_reached(&call.guards) && !self.is_either(call.body, call.name);
        for call in self.facts.calls().iter().filter(judged).collect::<Vec<_>>() {
            let late = self.late(call.body, &call.guards);
            if let Some(class) = sdk::known_class(&call.path).filter(|path| self.is_foreign(path)) {
                self.keywords(class, call, late);
                continue;
            }
            if let Some((class, method)) = self.method(call) {
                let Some(releases) = sdk::member(class, &method) else {
                    self.keywords(&format!("{class}.{method}"), call, late);
                    continue;
                };
                self.push(format!("{class}.{method}"), releases, call.name, late);
                self.keywords(&format!("{class}.{method}"), call, late);
            }
        }
    }

    /// The class and method that is called: `mcp.tool()`, `self.mcp.tool()`, `FastMCP("x").run()`.
    fn method(&self, call: &Call) -> Option<(&'static str, String)> {
        if let Some((class, method)) = call.path.split_once("().") {
            let class = sdk::known_class(class).filter(|path| self.is_foreign(path))?;
            return (!method.contains(['.', '('])).then(|| (class, method.to_owned()));
        }
        let written = self.facts.source().slice(call.name);
        let (object, method) = written.rsplit_once('.')?;
        Some((self.class_of(call.body, object)?, method.to_owned()))
    }

    fn keywords(&mut self, callee: &str, call: &Call, late: bool) {
        for argument in &call.arguments {
            let Some(keyword) = &argument.keyword else { continue };
            if let Some(releases) = sdk::parameter(callee, keyword) {
                self.push(format!("{callee}({keyword}=)"), releases, argument.span, late);
            }
        }
    }

    /// Names of modules: `types.AnyUrl` behind `import mcp.types as types`, and `FastMCP.as_proxy`.
    fn names(&mut self) {
        for used in self.facts.uses() {
            let dotted = self.facts.source().slice(used.span).contains('.');
            if !dotted || used.stored || used.annotation || !is_reached(&used.guards) {
                continue;
            }
            if self.is_either(used.body, used.span) {
                continue;
            }
            let late = self.late(used.body, &used.guards);
            if used.imported && self.is_foreign(&used.path) {
                if let Some((what, releases)) = named(&used.path) {
                    self.push(what, releases, used.span, late);
                }
                continue;
            }
            // calls have been read
            if self.facts.calls().iter().any(|call| call.name == used.span) {
                continue;
            }
            let written = self.facts.source().slice(used.span);
            let Some((object, member)) = written.rsplit_once('.') else { continue };
            if let Some(class) = self.class_of(used.body, object)
                && let Some(releases) = sdk::member(class, member)
            {
                self.push(format!("{class}.{member}"), releases, used.span, late);
            }
        }
    }

    /// Decorators without parentheses.
    fn decorators(&mut self) {
        for (body, code) in self.facts.bodies().iter().enumerate() {
            for binding in code.scope.iter().flat_map(|(_, bindings)| bindings) {
                let BindingKind::Function(function) = &binding.kind else { continue };
                for decorator in function.decorators().iter().filter(|one| one.as_call().is_none()) {
                    self.bare(body, decorator);
                }
            }
        }
    }

    fn bare(&mut self, body: usize, decorator: &Term) {
        let name = decorator.decorator_name().unwrap_or_default();
        let Some((object, method)) = name.rsplit_once('.') else { return };
        let Some(class) = self.class_of(body, object) else { return };
        // what never goes without parentheses is no question of releases
        let forms = sdk::decorator(class, method).filter(|forms| !forms.bare.is_empty());
        if let Some(forms) = forms {
            let late = self.late(body, &Guards::default());
            self.push(format!("{class}.{method}(function)"), forms.bare, decorator.span, late);
        }
    }
}

/// Whether the program stops where the code fails, as far as the text tells.
fn is_reached(guards: &Guards) -> bool {
    guards.all().iter().all(|guard| {
        matches!(
            guard,
            Guard::Function
                | Guard::FileHandled
                | Guard::Main
                | Guard::Redirected
                | Guard::Reported
                | Guard::VariableHandled
        )
    })
}

/// The module and the names that an import needs, as far as they come or go.
fn imported(import: &Import) -> Vec<(String, Releases, Span)> {
    let path = &import.module.value.name;
    let Some(releases) = sdk::module(path) else { return Vec::new() };
    let mut all = vec![(path.clone(), releases, import.module.span)];
    if let Imported::Names(names) = &import.names {
        all.extend(names.iter().filter(|name| !name.name.value.starts_with('_')).filter_map(|name| {
            let releases = sdk::name(path, &name.name.value)?;
            Some((format!("{path}.{}", name.name.value), releases, name.name.span))
        }));
    }
    all
}

/// The first part of a dotted path that comes or goes: a name of a module, or a member of a class.
fn named(path: &str) -> Option<(String, Releases)> {
    for (end, _) in path.match_indices('.') {
        let rest = &path[end + 1..];
        let name = rest.split('.').next().filter(|name| !name.starts_with('_'))?;
        let what = || path[..end + 1 + name.len()].to_owned();
        if let Some(class) = sdk::known_class(&path[..end]) {
            return sdk::member(class, name).map(|releases| (what(), releases));
        }
        sdk::module(&path[..end])?;
        // a module is known where it is imported
        if let Some(releases) = sdk::name(&path[..end], name).filter(|_| sdk::module(&what()).is_none()) {
            return Some((what(), releases));
        }
    }
    None
}

/// Whether the module is one of the project's tests.
pub fn is_test(module: &str) -> bool {
    module.split('.').any(|part| {
        matches!(part, "tests" | "test" | "testing" | "conftest")
            || part.starts_with("test_")
            || part.ends_with("_test")
    })
}
