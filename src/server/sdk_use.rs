//! What the program uses of the SDKs that not every release of them has, or none: modules, names, methods and what they
//! take.
//!
//! Silent on all that need not be there: what is for type checkers, what stands under a condition or where its failure
//! is caught, the tests, and private names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::dependencies::ReleaseNeed;
use crate::program::{ClassOf, Program, Reachability};
use crate::project::Project;
use crate::sdk::{self, LOG_LEVEL, Releases, Sdk, TRANSPORT, Transport, TransportChoice};
use crate::syntax::{
    Argument, Binding, BindingKind, Call, Flow, Guard, Guards, Import, Imported, Module, StaticValue, Term,
    is_either,
};
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

/// One use of something that no known release has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkRefusal {
    /// By whose releases it is dated.
    pub sdk: Sdk,
    /// Of what it is asked: the path of a module, a class, a method or a function.
    pub of: String,
    /// What is asked.
    pub asked: Asked,
    /// The module of the project that asks.
    pub module: String,
    /// Where.
    pub span: Span,
    /// Whether it is asked only in code that may not run when the server starts.
    pub late: bool,
}

/// What is asked of a part of an SDK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To be a module that can be imported.
    Module,
    /// A name of a module, or a member of a class.
    Name(String),
    /// To take this keyword.
    Keyword(String),
    /// To take so many arguments by position.
    Positions(usize),
    /// To do without this argument.
    Without(&'static str),
    /// To take this word for a keyword.
    Value(&'static str, String),
    /// To decorate without being called.
    Bare,
}

impl Asked {
    /// What is used, as a user would look it up.
    fn what(&self, of: &str) -> String {
        match self {
            Self::Module => of.to_owned(),
            Self::Name(name) => format!("{of}.{name}"),
            Self::Keyword(keyword) => format!("{of}({keyword}=)"),
            Self::Positions(count) => format!("{of}({count} arguments)"),
            Self::Without(argument) => format!("{of}(no {argument})"),
            Self::Value(keyword, word) => format!("{of}({keyword}=\"{word}\")"),
            Self::Bare => format!("{of}(function)"),
        }
    }
}

/// What a program uses of the SDKs, looked for once, when somebody first asks.
#[derive(Debug, Default)]
pub struct SdkUses(OnceLock<(Vec<SdkUse>, Vec<SdkRefusal>)>);

impl SdkUses {
    /// Everything that some releases have and others not: what is imported, by module and place, then all else.
    pub fn get(&self, program: &Program, project: &Project) -> &[SdkUse] {
        &self.both(program, project).0
    }

    /// Everything that no release has, in the same order.
    pub fn refused(&self, program: &Program, project: &Project) -> &[SdkRefusal] {
        &self.both(program, project).1
    }

    fn both(&self, program: &Program, project: &Project) -> &(Vec<SdkUse>, Vec<SdkRefusal>) {
        self.0.get_or_init(|| find(program, project))
    }
}

/// What has to be there for all that is used and has an effect.
pub fn needs(uses: &[SdkUse]) -> Vec<ReleaseNeed> {
    uses.iter().filter(|used| used.idle().is_none()).map(SdkUse::need).collect()
}

fn find(program: &Program, project: &Project) -> (Vec<SdkUse>, Vec<SdkRefusal>) {
    // without a script it is not known what begins, so all modules do
    let scripted = project.scripts().next().is_some();
    let (mut uses, mut refused) = (Vec::new(), Vec::new());
    for (module, facts) in program.iter().chain(program.rest()).filter(|(name, _)| !is_test(name)) {
        Reader { program, scripted, module, facts, uses: &mut uses, refused: &mut refused }.imports();
    }
    for (module, facts) in program.iter().filter(|(name, _)| !is_test(name)) {
        let mut reader = Reader { program, scripted, module, facts, uses: &mut uses, refused: &mut refused };
        reader.calls();
        reader.names();
        reader.decorators();
    }
    (uses, refused)
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

/// The class of an object.
struct ObjectClass {
    /// That of the SDK, as the tables know it.
    path: &'static str,
    /// Whether the object is of a class of the project, which is one of the SDK's.
    is_own: bool,
}

/// Reads one module.
struct Reader<'r, 'a> {
    program: &'a Program,
    scripted: bool,
    module: &'a str,
    facts: &'a Module,
    uses: &'r mut Vec<SdkUse>,
    refused: &'r mut Vec<SdkRefusal>,
}

impl Reader<'_, '_> {
    fn push(&mut self, of: &str, asked: Asked, releases: Releases, span: Span, late: bool) {
        let Some(sdk) = Sdk::of_module(of) else { return };
        let module = self.module.to_owned();
        if releases.is_empty() {
            self.refused.push(SdkRefusal { sdk, of: of.to_owned(), asked, module, span, late });
        } else {
            self.uses.push(SdkUse { sdk, what: asked.what(of), releases, module, span, late });
        }
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

    /// The class of an SDK whose object `name` stands for in a body, perhaps by a class of the project that is nothing
    /// else.
    fn class_of(&self, body: usize, name: &str) -> Option<ObjectClass> {
        let class = self.program.class_of(self.module, body, name)?;
        let (path, is_own) = match &class {
            ClassOf::Foreign(path) => (sdk::known_class(path)?, false),
            ClassOf::Own { module, name } => {
                let own = self.program.class(module, name)?;
                let is_plain = own.bases().count() == 1 && !own.is_changed();
                let server = super::sdk_class(self.program, &class).filter(|_| is_plain)?;
                (sdk::known_class(server.path)?, true)
            }
        };
        self.is_foreign(path).then_some(ObjectClass { path, is_own })
    }

    fn imports(&mut self) {
        for import in self.facts.imports() {
            let path = &import.module.value.name;
            if import.module.value.level > 0 || !self.is_foreign(path) || !is_reached(&import.guards) {
                continue;
            }
            let late = self.late(import.body, &import.guards);
            for (asked, releases, span) in imported(import) {
                self.push(path, asked, releases, span, late);
            }
        }
    }

    /// What is called: keywords of classes and methods, and the methods themselves.
    fn calls(&mut self) {
        let judged = |call: &&Call| is_reached(&call.guards) && !self.is_either(call.body, call.name);
        for call in self.facts.calls().iter().filter(judged).collect::<Vec<_>>() {
            let late = self.late(call.body, &call.guards);
            if let Some(class) = sdk::known_class(&call.path).filter(|path| self.is_foreign(path)) {
                self.arguments(class, call, late);
                continue;
            }
            if let Some((class, method)) = self.method(call) {
                let before = (self.uses.len(), self.refused.len());
                self.member(&class, &method, call.name, late);
                self.arguments(&format!("{}.{method}", class.path), call, late);
                self.keep(before, &class, &method);
            }
        }
    }

    /// A member of a class.
    fn member(&mut self, class: &ObjectClass, member: &str, span: Span, late: bool) {
        if let Some(releases) = sdk::member(class.path, member) {
            self.push(class.path, Asked::Name(member.to_owned()), releases, span, late);
        }
    }

    /// Forgets what was found since `before` where the project may have another `member` in the place of the SDK's, as
    /// it may wherever it has a class of its own.
    fn keep(&mut self, before: (usize, usize), class: &ObjectClass, member: &str) {
        if class.is_own {
            self.uses.truncate(before.0);
        }
        if self.refused.len() > before.1 && self.program.iter().any(|(_, facts)| sets(facts, member)) {
            self.refused.truncate(before.1);
        }
    }

    /// The class and method that is called: `mcp.tool()`, `self.mcp.tool()`, `FastMCP("x").run()`, `create().run()`.
    fn method(&self, call: &Call) -> Option<(ObjectClass, String)> {
        if let Some((class, method)) = call.path.split_once("().") {
            let made = sdk::known_class(class).filter(|path| self.is_foreign(path));
            let made = made.map(|path| ObjectClass { path, is_own: false });
            let made = made.or_else(|| self.class_of(call.body, &format!("{class}()")))?;
            return (!method.contains(['.', '('])).then(|| (made, method.to_owned()));
        }
        let written = self.facts.source().slice(call.name);
        let (object, method) = written.rsplit_once('.')?;
        Some((self.class_of(call.body, object)?, method.to_owned()))
    }

    /// What a call gives to what it calls.
    fn arguments(&mut self, callee: &str, call: &Call, late: bool) {
        let transport =
            chosen(callee, call).map(|argument| (argument, self.text(call.body, &argument.value)));
        for argument in &call.arguments {
            let Some(keyword) = &argument.keyword else { continue };
            if let Some(releases) = sdk::parameter(callee, keyword) {
                self.push(callee, Asked::Keyword(keyword.clone()), releases, argument.span, late);
            } else if !call.is_open() {
                self.handed_on(callee, transport.as_ref(), (keyword, argument.span), late);
            }
            for name in [LOG_LEVEL].into_iter().filter(|name| name == keyword) {
                self.value(callee, name, (argument, self.text(call.body, &argument.value)), late);
            }
        }
        if let Some(chosen) = transport {
            self.value(callee, TRANSPORT, chosen, late);
        }
        self.number(callee, call, late);
    }

    /// A word that is given for a keyword which takes some alone.
    fn value(
        &mut self,
        callee: &str,
        keyword: &'static str,
        (argument, word): (&Argument, Option<String>),
        late: bool,
    ) {
        if let Some(word) = word
            && let Some(releases) = sdk::taking(callee, keyword, &word)
        {
            self.push(callee, Asked::Value(keyword, word), releases, self.value_span(argument), late);
        }
    }

    /// A keyword that a method which starts a server hands on to another, by the transport that the call chooses. What that
    /// is the text may not tell; without a choice it is stdio, unless the environment says otherwise.
    fn handed_on(
        &mut self,
        callee: &str,
        chosen: Option<&(&Argument, Option<String>)>,
        (keyword, span): (&String, Span),
        late: bool,
    ) {
        let (transport, late) = match chosen {
            Some((_, Some(word))) => (word.as_str(), late),
            Some((_, None)) => return,
            None => (Transport::Stdio.name(), true),
        };
        if let Some(target) = sdk::hands_on(callee, transport, keyword)
            && sdk::parameter(&target, keyword).is_some_and(Releases::is_empty)
        {
            self.push(&target, Asked::Keyword(keyword.clone()), Releases::NONE, span, late);
        }
    }

    /// How many arguments a call gives, where no release takes so many or does with so few.
    fn number(&mut self, callee: &str, call: &Call, late: bool) {
        if call.is_open() {
            return;
        }
        let count = call.positional().count();
        if sdk::positional(callee, count).is_some_and(Releases::is_empty) {
            self.push(callee, Asked::Positions(count), Releases::NONE, call.name, late);
        }
        let keywords: Vec<&str> = call.arguments.iter().filter_map(|one| one.keyword.as_deref()).collect();
        if let Some(lacking) = sdk::lacking_argument(callee, count, &keywords) {
            self.push(callee, Asked::Without(lacking), Releases::NONE, call.name, late);
        }
    }

    /// Where the value of an argument is written, behind its keyword.
    fn value_span(&self, argument: &Argument) -> Span {
        let written = self.facts.source().slice(argument.span);
        let behind = argument.keyword.as_deref().and_then(|keyword| written.strip_prefix(keyword));
        let value = behind.and_then(|rest| rest.trim_start().strip_prefix('=')).map(str::trim_start);
        let start = argument.span.end as usize - value.unwrap_or(written).len();
        Span::new(start, argument.span.end as usize)
    }

    /// The text that a value is, written there or under a name.
    fn text(&self, body: usize, value: &StaticValue) -> Option<String> {
        match value {
            StaticValue::Text(word) => Some(word.clone()),
            StaticValue::Name(name) => match self.facts.lookup(body, name)?.1 {
                [Binding { kind: BindingKind::Text(word), flow: Flow::Always, guard: None, .. }] => {
                    Some(word.value.clone())
                }
                _ => None,
            },
            _ => None,
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
                if let Some((of, name, releases)) = named(&used.path) {
                    self.push(of, Asked::Name(name.to_owned()), releases, used.span, late);
                }
                continue;
            }
            // calls have been read
            if self.facts.calls().iter().any(|call| call.name == used.span) {
                continue;
            }
            let written = self.facts.source().slice(used.span);
            let Some((object, member)) = written.rsplit_once('.') else { continue };
            if let Some(class) = self.class_of(used.body, object) {
                let before = (self.uses.len(), self.refused.len());
                self.member(&class, member, used.span, late);
                self.keep(before, &class, member);
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
        let Some(ObjectClass { path: class, is_own: false }) = self.class_of(body, object) else { return };
        // what never goes without parentheses is no question of releases
        let forms = sdk::decorator(class, method).filter(|forms| !forms.bare.is_empty());
        if let Some(forms) = forms {
            let late = self.late(body, &Guards::default());
            self.push(&format!("{class}.{method}"), Asked::Bare, forms.bare, decorator.span, late);
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

/// The argument by which a call of a method chooses the transport.
fn chosen<'c>(callee: &str, call: &'c Call) -> Option<&'c Argument> {
    let method = callee.rsplit('.').next()?;
    match sdk::starter(method)?.choice {
        TransportChoice::Fixed => None,
        TransportChoice::Keyword => call.keyword(TRANSPORT),
        TransportChoice::First => call.keyword(TRANSPORT).or_else(|| call.positional().next()),
    }
}

/// Whether a file may set the attribute `name` of an object or class: it assigns one, sets those that it writes in quotes,
/// or has a class with bases that defines it.
fn sets(facts: &Module, name: &str) -> bool {
    let text = facts.source().text();
    let is_assigned = |(at, found): (usize, &str)| {
        let rest = text[at + found.len()..].trim_start();
        rest.starts_with(':') || rest.starts_with('=') && !rest.starts_with("==")
    };
    let mut bindings = facts.bodies().iter().flat_map(|body| body.scope.iter().flat_map(|(_, all)| all));
    let sets_by_name = ["setattr", "__dict__", "vars("].iter().any(|word| text.contains(word));
    facts.stores(name)
        || sets_by_name && ['"', '\''].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")))
        || text.match_indices(&format!(".{name}")).any(is_assigned)
        || bindings.any(|binding| match &binding.kind {
            BindingKind::Class(class) => {
                !class.definition.bases.is_empty() && !class.body.bindings(name).is_empty()
            }
            _ => false,
        })
}

/// What of the module and the names that an import needs comes or goes, or never came.
fn imported(import: &Import) -> Vec<(Asked, Releases, Span)> {
    let path = &import.module.value.name;
    let Some(releases) = sdk::module_or_none(path) else { return Vec::new() };
    let mut all = vec![(Asked::Module, releases, import.module.span)];
    if let Imported::Names(names) = &import.names {
        all.extend(names.iter().filter(|name| !name.name.value.starts_with('_')).filter_map(|name| {
            let releases = sdk::name(path, &name.name.value)?;
            Some((Asked::Name(name.name.value.clone()), releases, name.name.span))
        }));
    }
    all
}

/// The first part of a dotted path that comes or goes, or never came: a name of a module, or a member of a class.
fn named(path: &str) -> Option<(&str, &str, Releases)> {
    for (end, _) in path.match_indices('.') {
        let of = &path[..end];
        let name = path[end + 1..].split('.').next().filter(|name| !name.starts_with('_'))?;
        if let Some(class) = sdk::known_class(of) {
            // what every class has by its own class
            let of_type = ["mro", "register"].contains(&name);
            return sdk::member(class, name).filter(|_| !of_type).map(|releases| (of, name, releases));
        }
        sdk::module(of)?;
        // a module is known where it is imported
        let is_module = || sdk::module(&path[..end + 1 + name.len()]).is_some();
        if let Some(releases) = sdk::name(of, name).filter(|_| !is_module()) {
            return Some((of, name, releases));
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
