use super::script_attribute_missing::meant_anywhere;
use crate::dependencies::{Declarations, ImportProvider, holds_all_known, nobody_holds, provider};
use crate::diagnostic::{Diagnostic, Level};
use crate::knowledge::{imports, stdlib};
use crate::layout::ModuleFile;
use crate::program::Resolution;
use crate::project::EntryPoint;
use crate::rule::{Subject, declare_rule};
use crate::rules::dependencies::undeclared_import::INSTALLERS;
use crate::spec::entry_points::Reference;
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::{RelPath, closest};

declare_rule! {
    /// ## What it does
    /// Checks that the module which an entry point names is among the modules of the wheel, or of what the project requires.
    /// Where not all is known that the requirements bring, it is a warning.
    ///
    /// ## Why is this bad?
    /// The command is installed, and its first start ends with `ModuleNotFoundError`. From a checkout it often works,
    /// as the current folder is on the path there.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.main:main"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ENT001 "script-module-missing" Error(Start) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    // a module that lies at the wrong place is missing from the wheel for a reason that has its own rule
    if !subject.layout.complete() {
        return;
    }
    for entry in subject.project.entry_points.iter().flat_map(|group| &group.entries) {
        let Ok(reference) = &entry.reference else { continue };
        if subject.layout.modules.importable(&reference.module) {
            continue;
        }
        let meant = meant(subject, &reference.module);
        if let Some(level) = nowhere(subject, &reference.module, meant.is_some()) {
            let mut told = finding(subject, entry, reference, meant).level(level);
            told.message += match level {
                Level::Error => ", and neither does a requirement",
                Level::Warning => ", and no requirement is known to",
            };
            // a release that is out already stays as it is
            report.push(told.for_the_author());
        } else if let Some(level) = missing(subject, &reference.module, meant.is_some()) {
            report.push(finding(subject, entry, reference, meant).level(level));
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    entry: &EntryPoint,
    reference: &Reference,
    meant: Option<String>,
) -> Diagnostic {
    let span = subject.project.within(entry.value.span, &reference.module_range);
    let Reference { module, .. } = reference;
    let message = format!(
        "entry point `{}` names the module `{module}`, which the wheel does not hold",
        entry.name.value
    );
    let finding = RULE.at(subject.project.at(span), message);
    let attributes = reference.attributes.iter().map(|name| format!(".{name}")).collect::<String>();
    let written = |module: &str| match attributes.strip_prefix('.') {
        Some(attributes) => format!("write `{module}:{attributes}`"),
        None => format!("write `{module}`"),
    };
    let has = |module: &str| match reference.attributes.first() {
        Some(name) if subject.program.module(module).is_some() => {
            !matches!(subject.program.resolve(module, &[name]), Resolution::Unbound { .. })
        }
        _ => true,
    };
    finding.help(match (meant, reference.attributes.first()) {
        (Some(module), _) if has(&module) => written(&module),
        (meant, Some(name)) => {
            let inside = meant.as_deref().and_then(|module| {
                Some((module, super::script_attribute_missing::meant(subject, module, name)?))
            });
            match (inside, meant_anywhere(subject, name)) {
                (Some((module, name)), _) => format!("write `{module}:{name}`"),
                (None, Some(reference)) => format!("write `{reference}`"),
                (None, None) => format!("name one of its modules: {}", some_modules(subject)),
            }
        }
        (meant, None) => match meant {
            Some(module) => written(&module),
            None => format!("name one of its modules: {}", some_modules(subject)),
        },
    })
}

/// The module of the wheel that may be meant.
fn meant(subject: &Subject<'_>, module: &str) -> Option<String> {
    let modules = &subject.layout.modules;
    let rest = module.strip_prefix("src.").filter(|rest| modules.importable(rest)).map(str::to_owned);
    let top = |name: &str| name.split('.').next().map(str::to_owned);
    // within a package that is there, what is meant lies there too
    let near = |name: &&str| !modules.owns(module) || top(name) == top(module);
    let names = modules.iter().map(|module| module.name.as_str());
    let alike = || closest(module, names.filter(near)).map(str::to_owned);
    rest.or_else(|| inside(subject, module)).or_else(alike)
}

/// How sure it is that a module which the wheel has not is missing; none where something else may provide it.
fn missing(subject: &Subject<'_>, module: &str, alike: bool) -> Option<Level> {
    let modules = &subject.layout.modules;
    // below the nearest package of the wheel nothing else can lie, unless it looks elsewhere too
    if package_around(subject, module).is_some() {
        return is_missing_in_its_package(subject, module).then_some(Level::Error);
    }
    let brings = |wanted: &Requirement| may_bring(wanted, module);
    if is_of_the_project(subject, module) {
        return (!dependencies(subject).any(brings)).then_some(Level::Error);
    }
    if !(modules.owns(module) || alike) || is_of_a_dependency(subject, module) {
        return None;
    }
    let known = |wanted: &Requirement| imports::modules_of(&name::normalize(&wanted.name)).is_some();
    let guessed = !modules.owns(module) && inside(subject, module).is_none();
    // a name that is only alike may belong to a dependency of which nothing is known
    Some(if guessed && !dependencies(subject).all(known) { Level::Warning } else { Level::Error })
}

/// How sure it is that no distribution has a module that neither is the project's nor is called like one of its; none
/// where a requirement may.
fn nowhere(subject: &Subject<'_>, module: &str, alike: bool) -> Option<Level> {
    let top = module.split('.').next().unwrap_or_default();
    if alike
        || subject.layout.modules.owns(module)
        || is_of_the_project(subject, module)
        || is_of_a_dependency(subject, module)
        || stdlib::is_stdlib_module(top)
        || subject.may_hold(module)
    {
        return None;
    }
    let declarations = Declarations::of(subject.project)?;
    let is_held = !matches!(
        provider(module, &declarations).provider,
        ImportProvider::Undeclared { .. } | ImportProvider::Unknown
    );
    let surely =
        nobody_holds(module, &declarations) && holds_all_known(&declarations) && !INSTALLERS.contains(&top);
    (!is_held).then_some(if surely { Level::Error } else { Level::Warning })
}

/// Whether the module would lie in a package of the wheel that has it not, and that looks for modules nowhere else.
pub(in crate::rules) fn is_missing_in_its_package(subject: &Subject<'_>, module: &str) -> bool {
    !subject.layout.modules.importable(module)
        && package_around(subject, module).is_some_and(|package| !extends_path(subject, &package.name))
        && !dependencies(subject).any(|wanted| may_bring(wanted, module))
}

/// The nearest package of the wheel in which the module lies, or would.
fn package_around<'a>(subject: &Subject<'a>, module: &str) -> Option<&'a ModuleFile> {
    let mut around = std::iter::successors(module.rsplit_once('.'), |(parent, _)| parent.rsplit_once('.'));
    around.find_map(|(parent, _)| subject.layout.modules.get(parent))
}

/// Whether the package takes modules from other folders than its own.
pub(in crate::rules) fn extends_path(subject: &Subject<'_>, package: &str) -> bool {
    subject.program.module(package).is_some_and(|facts| {
        let called = facts.calls().iter().any(|call| call.path.starts_with("__path__."));
        called || !facts.scope().bindings("__path__").is_empty()
    })
}

/// The module of that name in a package of the wheel: `server` for `weather.server`.
fn inside(subject: &Subject<'_>, module: &str) -> Option<String> {
    let roots = subject.layout.roots.iter().map(|root| format!("{}.{module}", root.name));
    roots.into_iter().find(|name| subject.layout.modules.get(name).is_some())
}

/// Whether the project holds the top-level module, but the wheel does not: no dependency is meant.
fn is_of_the_project(subject: &Subject<'_>, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    let lies = |folder: &RelPath| {
        let files = [format!("{top}.py"), format!("{top}/__init__.py")];
        files.iter().any(|file| subject.tree.file(&folder.join(file)).is_some())
    };
    top == "src" || lies(&RelPath::root()) || lies(&RelPath::new(crate::layout::SRC))
}

/// Whether a declared dependency may provide the module.
fn is_of_a_dependency(subject: &Subject<'_>, module: &str) -> bool {
    let top = name::normalize(module.split('.').next().unwrap_or_default());
    dependencies(subject).any(|wanted| name::normalize(&wanted.name).contains(&top))
}

/// Whether the distribution has the module's name, or is known to install it.
fn may_bring(wanted: &Requirement, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    let distribution = name::normalize(&wanted.name);
    match imports::modules_of(&distribution) {
        Some(modules) => modules.contains(&top),
        None => name::escaped(&distribution) == top,
    }
}

fn dependencies<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Requirement> {
    let project = subject.project;
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    project.dependencies.iter().chain(extras).filter_map(|wanted| wanted.value.as_ref().ok())
}

fn some_modules(subject: &Subject<'_>) -> String {
    let names = subject.layout.modules.iter().take(5).map(|module| format!("`{}`", module.name));
    names.collect::<Vec<_>>().join(", ")
}
