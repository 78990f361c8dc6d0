use crate::diagnostic::{Diagnostic, Location};
use crate::program::{Definition, Resolution, ResolvedName};
use crate::rule::{Subject, Target, declare_rule};
use crate::syntax::{BindingKind, Function, Guard, Module};
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Checks that what an entry point names is defined in its module, also where it is only imported there.
    ///
    /// What only runs under `if __name__ == "__main__":` or `if TYPE_CHECKING:` is not defined for an entry point. A
    /// module that binds names in a way that cannot be read, such as `__getattr__` or `globals()[...]`, is believed.
    ///
    /// ## Why is this bad?
    /// The command is installed, and its first start ends with `ImportError: cannot import name`.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:run"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ENT002 "script-attribute-missing" Error(Start) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for target in subject.targets() {
        match &target.resolution {
            Resolution::Unbound { module, attribute, only_under } => {
                report.push(unbound(subject, &target, module, attribute, *only_under));
            }
            Resolution::Bound(found) if target.is_script() && found.iter().all(is_module) => {
                report.push(module_called(subject, &target));
            }
            Resolution::Bound(_) | Resolution::Unknown => {}
        }
    }
}

fn is_module(found: &ResolvedName<'_>) -> bool {
    matches!(found.definition, Definition::Module)
}

fn place(subject: &Subject<'_>, target: &Target<'_>) -> Location {
    subject.project.at(target.entry.value.span)
}

fn unbound(
    subject: &Subject<'_>,
    target: &Target<'_>,
    module: &str,
    attribute: &str,
    only_under: Option<Guard>,
) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let why = match only_under {
        Some(Guard::Main) => "which is defined only when the file is run itself",
        Some(_) => "which is defined only for type checkers",
        None => "which is not defined",
    };
    let finding = RULE
        .card
        .at(place(subject, target), format!("entry point `{}` names `{reference}`, {why}", entry.name.value));
    if only_under.is_some() {
        return finding.help(format!("define `{attribute}` in `{module}` outside the `if`"));
    }
    if module != reference.module {
        return re_export(subject, finding, module, attribute);
    }
    match meant(subject, module, attribute) {
        Some(name) => {
            let finding = finding.help(format!("write `{}:{name}`", reference.module));
            let function = subject.program.functions(module).find(|(other, ..)| *other == name);
            let defined = function.and_then(|(_, binding, _)| subject.in_module(module, binding.span));
            finding.related_where(defined, &format!("`{name}` is defined here"))
        }
        None => finding.help(match meant_anywhere(subject, attribute) {
            Some(reference) => format!("write `{reference}`"),
            None => format!("define `{attribute}` in `{module}`, or name what starts the server"),
        }),
    }
}

/// The finding where the name is bound by an import of what is not there.
fn re_export(subject: &Subject<'_>, finding: Diagnostic, module: &str, attribute: &str) -> Diagnostic {
    match meant(subject, module, attribute) {
        Some(name) => finding
            .help(format!("it is imported from `{module}`, which has no `{attribute}`; import `{name}`")),
        None => finding
            .help(format!("it is imported from `{module}`, which has no `{attribute}`; define it there")),
    }
}

/// The name that may be meant: one spelled alike, or the only function that could be.
pub(in crate::rules) fn meant<'a>(
    subject: &Subject<'a>,
    module: &'a str,
    attribute: &str,
) -> Option<&'a str> {
    let functions = || subject.program.functions(module);
    let callable = || functions().filter(|(_, _, function)| starts(function));
    let sole = || {
        let mut plain = callable()
            .filter(|(name, _, function)| !name.starts_with('_') && function.decorators().is_empty());
        plain.next().filter(|_| plain.next().is_none()).map(|(name, ..)| name)
    };
    let usual = || callable().map(|(name, ..)| name).find(|name| USUAL.contains(name));
    // what a script cannot call would only be the next error
    let names = subject.program.names(module).filter(|name| !is_refused(subject, module, name));
    closest(attribute, names).or_else(usual).or_else(sole)
}

/// What the function is called that starts a server.
const USUAL: [&str; 4] = ["main", "run", "cli", "serve"];

/// The function of the wheel that a script may mean by `attribute`, as a reference: of all modules, that which starts
/// servers first.
pub(in crate::rules) fn meant_anywhere(subject: &Subject<'_>, attribute: &str) -> Option<String> {
    let starter = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        ["server", "main", "cli", "app", "__main__"]
            .iter()
            .position(|usual| *usual == last)
            .unwrap_or(usize::MAX)
    };
    let mut modules: Vec<&str> = subject.layout.modules.iter().map(|module| module.name.as_str()).collect();
    modules.sort_by_key(|name| starter(name));
    let defines = |module: &&str| {
        let known = subject.program.module(module).is_some_and(|facts| defines_starter(facts, attribute));
        // nothing that starts may reach the module yet
        let read = || subject.program.load(module, subject.tree);
        known || read().is_some_and(|facts| defines_starter(&facts, attribute))
    };
    let module = modules.into_iter().find(defines)?;
    Some(format!("{module}:{attribute}"))
}

/// Whether a script can call what the module defines under the name.
fn defines_starter(facts: &Module, name: &str) -> bool {
    let last = facts.scope().bindings(name).last().filter(|binding| binding.guard.is_none());
    last.is_some_and(|binding| match &binding.kind {
        BindingKind::Function(function) => starts(function),
        _ => false,
    })
}

/// Whether a call without arguments runs the function.
fn starts(function: &Function) -> bool {
    !function.is_async() && function.required_parameters().next().is_none()
}

/// Whether the module defines a function of the name that a script cannot call.
pub(in crate::rules) fn is_refused(subject: &Subject<'_>, module: &str, name: &str) -> bool {
    subject.program.functions(module).any(|(other, _, function)| other == name && !starts(function))
}

fn module_called(subject: &Subject<'_>, target: &Target<'_>) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let module = format!("{}.{}", reference.module, reference.attributes.join("."));
    let message =
        format!("entry point `{}` names the module `{module}`, which cannot be called", entry.name.value);
    let finding = RULE.at(place(subject, target), message);
    match meant(subject, &module, "main") {
        Some(name) => finding.help(format!("write `{module}:{name}`")),
        None => finding.help(format!("define `main` in `{module}`, and write `{module}:main`")),
    }
}
