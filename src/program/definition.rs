//! What a dotted name means to the code of one body: a definition of the project, or a path that leaves it.

use super::{Definition, Program, Resolution, ResolvedName};
use crate::syntax::{Binding, BindingKind, Class, Function, Module, ModulePath, Scope, ScopeKind, Term};

/// The class of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassOf<'a> {
    /// One that the project defines, by its module and name.
    Own {
        /// The module.
        module: &'a str,
        /// The name there.
        name: String,
    },
    /// Another, by the path under which it is imported: `mcp.server.fastmcp.FastMCP`.
    Foreign(String),
}

/// More steps than any chain of names takes.
const STEPS: usize = 20;

impl Program {
    /// The path of what `name` stands for, written in the body of `module` with this number, once imports and
    /// re-exports are followed: `mcp.server.Server`, or `weather.server.main` of the project itself; none for what is
    /// bound otherwise or not at all.
    pub fn path_of(&self, module: &str, body: usize, name: &str) -> Option<String> {
        let mut path = self.leads_to(module, body, name)?;
        for _ in 0..STEPS {
            let Some((home, rest)) = self.split(&path) else { return Some(path) };
            match self.leads_to(home, 0, rest).filter(|_| !rest.is_empty()) {
                Some(next) if next != path => path = next,
                _ => return Some(path),
            }
        }
        None
    }

    /// One step: the path behind the first part of `name`, as an import of `module` bound it.
    fn leads_to(&self, module: &str, body: usize, name: &str) -> Option<String> {
        let first = name.split(['.', '(']).next()?;
        let (_, bindings) = self.any(module)?.lookup(body, first)?;
        let mut paths = bindings.iter().map(|binding| match &binding.kind {
            BindingKind::Module(path) => Some(path.clone()),
            BindingKind::From { module: from, name } => {
                self.absolute(module, from).map(|from| format!("{from}.{name}"))
            }
            BindingKind::Function(_) | BindingKind::Class(_) => Some(format!("{module}.{first}")),
            _ => None,
        });
        let path = paths.next()??;
        // `try: from a import x` and `except ImportError: from b import x` are two
        paths.all(|other| other.as_ref() == Some(&path)).then(|| format!("{path}{}", &name[first.len()..]))
    }

    /// The module of the project that `path` begins with, and the rest.
    pub(super) fn split<'p>(&self, path: &'p str) -> Option<(&str, &'p str)> {
        if !self.modules.holds_below(path.split('.').next()?) {
            return None;
        }
        let ends = path.match_indices('.').map(|(at, _)| at).rev();
        std::iter::once(path.len()).chain(ends).find_map(|end| {
            let module = self.modules.get(&path[..end])?;
            Some((module.name.as_str(), path[end..].trim_start_matches('.')))
        })
    }

    /// What `name` stands for in the body of `module` with this number, where the project defines it.
    pub fn definitions(&self, module: &str, body: usize, name: &str) -> Vec<ResolvedName<'_>> {
        let Some((module, facts)) = self.parsed.get_key_value(module) else { return Vec::new() };
        let (module, facts) = (module.as_str(), facts.as_ref());
        let Some((first, rest)) = split_first(name) else { return Vec::new() };
        match facts.lookup(body, first) {
            Some((at, bindings)) if at > 0 => local(module, bindings, rest),
            _ => {
                let attributes: Vec<&str> = name.split('.').collect();
                match super::resolve::resolve(self, module, &attributes) {
                    Resolution::Bound(found) => found,
                    _ => Vec::new(),
                }
            }
        }
    }

    /// What is called or named by `path`: as [`Call::path`](crate::syntax::Call) has it, in the body of `module` with
    /// this number. Methods of objects whose class is certain are found too.
    pub fn callees(&self, module: &str, body: usize, path: &str) -> Vec<ResolvedName<'_>> {
        let found = match self.absolute_path(module, path) {
            Some(path) => self.members_of(&path),
            None => self.definitions(module, body, path),
        };
        if !found.is_empty() {
            return found;
        }
        let Some((object, method)) = path.rsplit_once('.') else { return Vec::new() };
        match self.class_of(module, body, object) {
            Some(ClassOf::Own { module, name }) => {
                match super::resolve::resolve(self, module, &[&name, method]) {
                    Resolution::Bound(found) => found,
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// `path` from the top, when it goes through an import of this project's own modules.
    fn absolute_path(&self, module: &str, path: &str) -> Option<String> {
        let below = path.trim_start_matches('.');
        if below.len() == path.len() {
            return self.split(path).map(|_| path.to_owned());
        }
        let level = u32::try_from(path.len() - below.len()).ok()?;
        let path = self.absolute(module, &ModulePath { level, name: below.to_owned() })?;
        self.split(&path).is_some().then_some(path)
    }

    fn members_of(&self, path: &str) -> Vec<ResolvedName<'_>> {
        let Some((module, rest)) = self.split(path) else { return Vec::new() };
        let attributes: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
        match super::resolve::resolve(self, module, &attributes) {
            Resolution::Bound(found) => found,
            _ => Vec::new(),
        }
    }

    /// The class of the object that `name` stands for in the body of `module` with this number; none unless certain.
    pub fn class_of(&self, module: &str, body: usize, name: &str) -> Option<ClassOf<'_>> {
        self.class_within(module, body, name, STEPS)
    }

    fn class_within(&self, module: &str, body: usize, name: &str, steps: usize) -> Option<ClassOf<'_>> {
        let steps = steps.checked_sub(1)?;
        if let Some(made) = name.strip_suffix("()") {
            return self.made_by(module, body, made, steps);
        }
        let path = self.absolute_path(module, name).or_else(|| self.leads_to(module, body, name));
        let home = path.as_deref().and_then(|path| self.split(path)).filter(|(_, rest)| !rest.is_empty());
        if let Some((home, rest)) = home {
            return self.class_within(home, 0, rest, steps);
        }
        let (module, facts) = self.parsed.get_key_value(module)?;
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        if let Some((class, _)) =
            own_class(facts, body, name).filter(|(class, _)| self.class(module, class).is_some())
        {
            return Some(ClassOf::Own { module, name: class.to_owned() });
        }
        let (_, bindings) = facts.lookup(body, first)?;
        if !rest.is_empty() {
            return self.attribute(module, body, first, rest, steps);
        }
        let mut classes = bindings.iter().map(|binding| self.class_bound(module, body, binding, steps));
        let class = classes.next()??;
        classes.all(|other| other.as_ref() == Some(&class)).then_some(class)
    }

    /// The class of the object that one binding puts in the place of a name.
    fn class_bound(&self, module: &str, body: usize, binding: &Binding, steps: usize) -> Option<ClassOf<'_>> {
        match &binding.kind {
            BindingKind::Call(path) => self.made_by(module, body, path, steps),
            BindingKind::Parameter { annotation: Some(class) } => self.class_named(module, body, class),
            BindingKind::Alias(name) => self.class_within(module, body, name, steps),
            _ => None,
        }
    }

    /// `self.server` in a method: what the methods of the class put there.
    fn attribute(
        &self,
        module: &str,
        body: usize,
        object: &str,
        name: &str,
        steps: usize,
    ) -> Option<ClassOf<'_>> {
        let facts = self.any(module)?;
        if name.contains('.') {
            return None;
        }
        let (home, class) = match own_class(facts, body, object) {
            Some((_, class)) => (module.to_owned(), class),
            None => match self.class_within(module, body, object, steps)? {
                ClassOf::Own { module, name } => (module.to_owned(), self.class(module, &name)?),
                ClassOf::Foreign(_) => return None,
            },
        };
        let set = class.attributes.bindings(name);
        let mut classes = set.iter().map(|binding| self.class_bound(&home, 0, binding, steps));
        let found = classes.next()??;
        classes.all(|other| other.as_ref() == Some(&found)).then_some(found)
    }

    /// The class of what a call of `path` returns.
    fn made_by(&self, module: &str, body: usize, path: &str, steps: usize) -> Option<ClassOf<'_>> {
        let steps = steps.checked_sub(1)?;
        let found = match self.callees_named(module, body, path) {
            found if found.is_empty() => {
                let path = self.foreign(module, body, path)?;
                return Some(ClassOf::Foreign(path));
            }
            found => found,
        };
        let [one] = &*found else { return None };
        match &one.binding()?.kind {
            BindingKind::Class(_) => {
                let name = self.name_of(one)?;
                Some(ClassOf::Own { module: one.module, name })
            }
            BindingKind::Function(function) if function.decorators().is_empty() && !function.is_async() => {
                match function.definition.returns.as_ref().and_then(Term::class) {
                    Some(class) => self.class_named(one.module, 0, &class),
                    None => self.returned(one.module, function, steps),
                }
            }
            _ => None,
        }
    }

    /// The class of what a function without an annotation surely returns: what it made under one name.
    fn returned(&self, module: &str, function: &Function, steps: usize) -> Option<ClassOf<'_>> {
        let facts = self.any(module)?;
        let returned = facts.bodies()[function.body].returned.as_deref()?;
        self.class_within(module, function.body, returned, steps)
    }

    fn callees_named(&self, module: &str, body: usize, path: &str) -> Vec<ResolvedName<'_>> {
        match self.absolute_path(module, path) {
            Some(path) => self.members_of(&path),
            None => self.definitions(module, body, path),
        }
    }

    /// The class called `name` in the body of `module` with this number.
    fn class_named(&self, module: &str, body: usize, name: &str) -> Option<ClassOf<'_>> {
        let path = self.path_of(module, body, name)?;
        match self.split(&path) {
            Some((module, rest)) => {
                self.class(module, rest)?;
                Some(ClassOf::Own { module, name: rest.to_owned() })
            }
            None => Some(ClassOf::Foreign(path)),
        }
    }

    /// The path of what leaves the project; none when it may not.
    fn foreign(&self, module: &str, body: usize, path: &str) -> Option<String> {
        let below = path.trim_start_matches('.');
        if below.len() < path.len() || self.modules.owns(path) {
            // re-exported by one of the project's own modules
            let path = self.absolute_path(module, path)?;
            let (home, rest) = self.split(&path)?;
            return self.path_of(home, 0, rest).filter(|path| self.split(path).is_none());
        }
        match self.path_of(module, body, path) {
            Some(path) => self.split(&path).is_none().then_some(path),
            // the syntax has followed the import already
            None => path.contains('.').then(|| path.to_owned()),
        }
    }

    /// The class `name` at the top level of `module`.
    pub fn class(&self, module: &str, name: &str) -> Option<&Class> {
        match &self.any(module)?.scope().only(name)?.kind {
            BindingKind::Class(class) => Some(class),
            _ => None,
        }
    }

    /// The name under which its module or class binds a definition.
    fn name_of(&self, found: &ResolvedName<'_>) -> Option<String> {
        let binding = found.binding()?;
        let mut names = self.any(found.module)?.scope().iter();
        names
            .find(|(_, bindings)| bindings.iter().any(|one| std::ptr::eq(one, binding)))
            .map(|(name, _)| name.to_owned())
    }

    /// The module called `name`, reached or not.
    fn any(&self, name: &str) -> Option<&Module> {
        self.parsed.get(name).or_else(|| self.rest.get(name)).map(AsRef::as_ref)
    }
}

/// `a.b.c` as `a` and `b.c`; none for what holds a call.
fn split_first(name: &str) -> Option<(&str, &str)> {
    (!name.contains('(')).then(|| name.split_once('.').unwrap_or((name, "")))
}

/// What a function's own name stands for: a function or class defined in it, or a member of the latter.
fn local<'a>(module: &'a str, bindings: &'a [Binding], rest: &str) -> Vec<ResolvedName<'a>> {
    let [binding] = bindings else { return Vec::new() };
    match (&binding.kind, rest) {
        (BindingKind::Function(_) | BindingKind::Class(_), "") => {
            vec![ResolvedName { module, definition: Definition::Binding(binding) }]
        }
        (BindingKind::Class(class), member) => {
            let member = Scope::only(&class.body, member);
            let found = |binding| ResolvedName { module, definition: Definition::Binding(binding) };
            member.map(found).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The class whose method the body is, when `object` is that method's first parameter.
fn own_class<'m>(facts: &'m Module, body: usize, object: &str) -> Option<(&'m str, &'m Class)> {
    let bodies = facts.bodies();
    let method = std::iter::successors(Some(body), |at| bodies[*at].parent).find(|at| {
        bodies[*at].place == ScopeKind::Function && !bodies[*at].scope.bindings(object).is_empty()
    })?;
    let class = bodies[method].parent.filter(|parent| bodies[*parent].place == ScopeKind::Class)?;
    let name = bodies[class].name.as_str();
    let named = facts.lookup(bodies[class].parent?, name)?.1;
    let [Binding { kind: BindingKind::Class(class), .. }] = named else { return None };
    let Some(Binding { kind: BindingKind::Function(function), .. }) = class.body.only(&bodies[method].name)
    else {
        return None;
    };
    let first = function.definition.parameters.first()?;
    let bound = !function.decorators().iter().any(|decorator| decorator.as_name() == Some("staticmethod"));
    (&*first.name == object && first.class().is_none() && bound).then_some((name, class))
}
