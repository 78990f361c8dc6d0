use crate::diagnostic::{Diagnostic, Level, Location};
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::spec::import_name::{self, ImportName, ImportNameFault, List, ListFault, ListFaultKind};
use crate::text::{Span, Spanned, closest};

declare_rule! {
    /// ## What it does
    /// Checks that `import-names` and `import-namespaces` are lists by PEP 794, and that the wheel holds what they name.
    ///
    /// A module that the wheel holds and the lists leave out is a warning.
    ///
    /// ## Why is this bad?
    /// Tools look up there which distribution provides an import. A wrong name sends them to the wrong one.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// import-names = ["weather", "forecast"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// import-names = ["weather"]
    /// ```
    MET020 "import-names" Error(Standard) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let texts = |list: List| {
        let names = written(project, list)?;
        Some(names.value.iter().map(|name| name.value.as_str()).collect::<Vec<_>>())
    };
    let (names, namespaces) = (texts(List::Names), texts(List::Namespaces));
    for fault in import_name::check(names.as_deref(), namespaces.as_deref()) {
        if !(is_appended(project) && is_mended_by_appending(&fault.kind)) {
            report.push(list_fault(subject, &fault));
        }
    }
    // the data folders may hold modules too
    if subject.layout.complete() && subject.layout.data.is_empty() {
        report.extend(not_shipped(subject));
        report.extend(not_declared(subject));
    }
}

fn written(project: &Project, list: List) -> Option<&Spanned<Vec<Spanned<String>>>> {
    match list {
        List::Names => project.import_names.as_ref(),
        List::Namespaces => project.import_namespaces.as_ref(),
    }
}

/// Whether the backend adds the names that it finds.
fn is_appended(project: &Project) -> bool {
    project.is_dynamic("import-names") || project.is_dynamic("import-namespaces")
}

fn is_mended_by_appending(fault: &ListFaultKind) -> bool {
    matches!(fault, ListFaultKind::MissingParent { .. } | ListFaultKind::EmptyNamespaces)
}

fn list_fault(subject: &Subject<'_>, fault: &ListFault) -> Diagnostic {
    let list = written(subject.project, fault.list);
    let item = list.and_then(|list| list.value.get(fault.index?)).map(|item| item.span);
    let span = item.or(list.map(|list| list.span)).unwrap_or(subject.project.span);
    RULE.at(place(subject, span), fault.kind.to_string()).help(remedy(subject, &fault.kind))
}

fn remedy(subject: &Subject<'_>, fault: &ListFaultKind) -> String {
    match fault {
        ListFaultKind::Invalid(ImportNameFault::UnknownSuffix(_)) => {
            "write `; private`, or remove it".to_owned()
        }
        ListFaultKind::Invalid(ImportNameFault::NotDotted(name) | ImportNameFault::Keyword(name)) => {
            alike(subject, name)
        }
        ListFaultKind::Duplicate(_) => "remove one of them".to_owned(),
        ListFaultKind::Overlap(name) => {
            let list =
                if subject.layout.modules.get(name).is_some() { "import-names" } else { "import-namespaces" };
            format!("keep it in `{list}`")
        }
        ListFaultKind::MissingParent { parent, .. } => {
            let list = if subject.layout.modules.get(parent).is_some() {
                "import-names"
            } else {
                "import-namespaces"
            };
            format!("add `{parent}` to `{list}`")
        }
        ListFaultKind::EmptyNamespaces => "remove it".to_owned(),
    }
}

/// Names that the wheel does not hold.
fn not_shipped(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let declared =
        [List::Names, List::Namespaces].into_iter().filter_map(|list| written(subject.project, list));
    let entries = declared.flat_map(|list| &list.value);
    let read = entries.filter_map(|entry| Some((entry, ImportName::parse(&entry.value).ok()?.name)));
    let missing = read.filter(|(_, name)| !subject.layout.modules.importable(name));
    missing
        .map(|(entry, name)| {
            let message = format!("`{name}` is declared, but the wheel does not hold it");
            RULE.at(place(subject, entry.span), message).help(alike(subject, &name))
        })
        .collect()
}

/// Modules of the wheel that the lists leave out.
fn not_declared(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(list) = &subject.project.import_names else { return Vec::new() };
    if is_appended(subject.project) {
        return Vec::new();
    }
    let spaces = subject.project.import_namespaces.iter().flat_map(|list| &list.value);
    let read = |entry: &Spanned<String>| ImportName::parse(&entry.value).ok().map(|name| name.name);
    let names: Vec<String> = list.value.iter().filter_map(read).collect();
    let spaces: Vec<String> = spaces.filter_map(read).collect();
    let covers = |root: &str| {
        let below = |name: &String| {
            root.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        // where a name below it is declared, its parent is missing, which is a fault of the list
        let above = |name: &String| name.strip_prefix(root).is_some_and(|rest| rest.starts_with('.'));
        names.iter().any(|name| below(name) || above(name)) || spaces.iter().any(|name| name == root)
    };
    let roots =
        subject.layout.roots.iter().filter(|root| !root.name.ends_with("-stubs") && !covers(&root.name));
    roots
        .map(|root| {
            let message = format!("the wheel holds `{}`, which `import-names` leaves out", root.name);
            let help = format!("add `{}` to `import-names`", root.name);
            RULE.at(place(subject, list.span), message).level(Level::Warning).help(help)
        })
        .collect()
}

fn alike(subject: &Subject<'_>, name: &str) -> String {
    match closest(name, subject.layout.modules.iter().map(|module| module.name.as_str())) {
        Some(meant) => format!("write `{meant}`"),
        None => "remove it".to_owned(),
    }
}

fn place(subject: &Subject<'_>, span: Span) -> Location {
    subject.project.at(span)
}
