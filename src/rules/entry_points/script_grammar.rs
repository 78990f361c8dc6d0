use super::script_attribute_missing::{is_refused, meant, meant_anywhere};
use crate::diagnostic::{Diagnostic, Level};
use crate::program::Resolution;
use crate::project::{EntryPoint, EntryPointGroup};
use crate::rule::{Subject, declare_rule};
use crate::spec::entry_points::{
    Reference, ReferenceFault, ReferenceFaultKind, is_valid_group, is_valid_name, is_valid_script_name,
};
use crate::spec::name;
use crate::text::{Span, Spanned, literal};

declare_rule! {
    /// ## What it does
    /// Checks that names, groups and values of entry points keep to the grammar: a script's name can be the name of a
    /// file, its value is `module:function`.
    ///
    /// Extras in brackets behind the value, which installers pass over, are a warning.
    ///
    /// ## Why is this bad?
    /// Installers refuse the wheel, or write a command that fails at its first start, or one outside the scripts folder.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "src/weather/server.py"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ENT007 "script-grammar" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for group in &subject.project.entry_points {
        report.extend(group_fault(subject, group));
        for entry in &group.entries {
            report.extend(name_fault(subject, group, entry));
            report.extend(match &entry.reference {
                Err(fault) => Some(value_fault(subject, group, entry, fault)),
                Ok(reference) => {
                    file_fault(subject, entry, reference).or_else(|| extras_fault(subject, entry, reference))
                }
            });
        }
    }
}

fn finding(subject: &Subject<'_>, span: Span, message: String) -> Diagnostic {
    RULE.at(subject.project.at(span), message)
}

fn group_fault(subject: &Subject<'_>, group: &EntryPointGroup) -> Option<Diagnostic> {
    let name = &group.name;
    let finding = |message| finding(subject, name.span, message);
    if !group.table.starts_with("project.entry-points") {
        return None;
    }
    let table = match name.value.as_str() {
        "console_scripts" => "project.scripts",
        "gui_scripts" => "project.gui-scripts",
        valid if is_valid_group(valid) => return None,
        invalid => {
            let finding = finding(format!("`{invalid}` is not a valid name for a group of entry points"));
            let plain = |character: char| {
                if character.is_alphanumeric() || character == '.' { character } else { '_' }
            };
            let mended: String = invalid.chars().map(plain).collect();
            let mended = mended.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
            return Some(match mended.as_str() {
                "" => finding.help("write words with dots between them, such as `weather.plugins`"),
                mended => finding.help(format!("write `{mended}`")),
            });
        }
    };
    Some(
        finding(format!("`{}` may not stand in `project.entry-points`", name.value))
            .help(format!("move its entries to `[{table}]`")),
    )
}

fn name_fault(subject: &Subject<'_>, group: &EntryPointGroup, entry: &EntryPoint) -> Option<Diagnostic> {
    let name = &entry.name;
    if group.is_scripts() && !is_valid_script_name(&name.value) {
        return if is_unsafe(&name.value) {
            Some(misnamed(subject, name, "a command"))
        } else if name.value.chars().all(|character| character.is_alphanumeric() || "._-".contains(character))
        {
            None
        } else {
            let finding =
                finding(subject, name.span, format!("`{}` is an unusual name for a command", name.value));
            Some(renamed(subject, name, finding.level(Level::Warning)))
        };
    }
    (!is_valid_name(&name.value)).then(|| misnamed(subject, name, "an entry point"))
}

fn misnamed(subject: &Subject<'_>, name: &Spanned<String>, what: &str) -> Diagnostic {
    let message = match name.value.as_str() {
        "" => format!("the name of {what} is empty"),
        name => format!("`{name}` is not a valid name for {what}"),
    };
    renamed(subject, name, finding(subject, name.span, message))
}

/// The finding with a name that is valid, where one is meant.
fn renamed(subject: &Subject<'_>, name: &Spanned<String>, finding: Diagnostic) -> Diagnostic {
    let taken = |name: &String| {
        subject
            .project
            .entry_points
            .iter()
            .flat_map(|group| &group.entries)
            .any(|entry| entry.name.value == *name)
    };
    match name::mended(&name.value) {
        Some(mended) if taken(&mended) => finding.help("give it a name of its own, or remove it"),
        Some(mended) => {
            let edited = literal::key(&mended);
            finding.help(format!("write `{mended}`")).edit(subject.project.path(), name.span, edited)
        }
        None => finding.help("use letters, digits, `.`, `_` and `-`"),
    }
}

/// Whether a command of that name cannot be written, or not everywhere, or leaves the scripts folder.
fn is_unsafe(name: &str) -> bool {
    let unsafe_in_files = |character: char| character.is_whitespace() || "/\\<>:\"|?*".contains(character);
    matches!(name, "." | "..") || !is_valid_name(name) || name.contains(unsafe_in_files)
}

fn extras_fault(subject: &Subject<'_>, entry: &EntryPoint, reference: &Reference) -> Option<Diagnostic> {
    let range = &reference.extras_range;
    let span = subject.project.within(entry.value.span, range);
    let message = format!("installers pass over the extras of the entry point `{}`", entry.name.value);
    let mended = entry.value.value[..range.start].trim();
    let finding = || finding(subject, span, message).level(Level::Warning);
    (!range.is_empty()).then(|| written(subject, entry, mended, finding()))
}

/// The finding of `server.py:main`, where the wheel holds the module `server` or `weather.server`.
fn file_fault(subject: &Subject<'_>, entry: &EntryPoint, reference: &Reference) -> Option<Diagnostic> {
    let modules = &subject.layout.modules;
    // `weather.server.py` names a module that the wheel lacks, which has a rule of its own
    if !reference.resembles_file() || modules.importable(&reference.module) || modules.owns(&reference.module)
    {
        return None;
    }
    let module = shipped(subject, reference.module.strip_suffix(".py")?)?;
    let span = subject.project.within(entry.value.span, &reference.module_range);
    let message = format!(
        "entry point `{}`: `{}` is the name of a file, not of a module",
        entry.name.value, reference.module
    );
    let finding = finding(subject, span, message);
    let rest = &entry.value.value[reference.module_range.end..];
    Some(written(subject, entry, &format!("{module}{}", rest.trim()), finding))
}

fn value_fault(
    subject: &Subject<'_>,
    group: &EntryPointGroup,
    entry: &EntryPoint,
    fault: &ReferenceFault,
) -> Diagnostic {
    let span = subject.project.within(entry.value.span, &fault.range);
    let what = if group.is_scripts() { "script" } else { "entry point" };
    let finding = finding(subject, span, format!("{what} `{}`: {fault}", entry.name.value));
    if let ReferenceFaultKind::Keyword(word) = &fault.kind {
        return finding.help(format!("rename `{word}`, which no `import` can name"));
    }
    let mended = mended(subject, &entry.value.value, fault);
    let read = if group.is_scripts() { Reference::parse_script(&mended) } else { Reference::parse(&mended) };
    match read {
        Ok(reference) if is_there(subject, &reference) => written(subject, entry, &mended, finding),
        _ => finding.help(match meant_anywhere(subject, "main") {
            Some(reference) => format!("write `{reference}`"),
            None => "name a function, as `module:function`".to_owned(),
        }),
    }
}

/// Whether nothing is known to be missing of what the reference names.
/// The finding with the value that is meant.
fn written(subject: &Subject<'_>, entry: &EntryPoint, mended: &str, finding: Diagnostic) -> Diagnostic {
    let edited = literal::quoted(mended);
    finding.help(format!("write `{mended}`")).edit(subject.project.path(), entry.value.span, edited)
}

fn is_there(subject: &Subject<'_>, reference: &Reference) -> bool {
    let attributes: Vec<&str> = reference.attributes.iter().map(String::as_str).collect();
    let unread = subject.program.module(&reference.module).is_none();
    if let [name] = attributes.as_slice()
        && is_refused(subject, &reference.module, name)
    {
        return false;
    }
    subject.layout.modules.importable(&reference.module)
        && (unread
            || !matches!(subject.program.resolve(&reference.module, &attributes), Resolution::Unbound { .. }))
}

/// What was probably meant; it may be no reference either.
fn mended(subject: &Subject<'_>, text: &str, fault: &ReferenceFault) -> String {
    let (before, rest) = (&text[..fault.range.start], text[fault.range.end..].trim());
    match &fault.kind {
        ReferenceFaultKind::Path(path) => {
            let module = dotted(path);
            let module = shipped(subject, &module).unwrap_or(module);
            if rest.starts_with(':') && Reference::parse_script(&format!("{module}{rest}")).is_ok() {
                return format!("{module}{rest}");
            }
            with_callable(subject, &module)
        }
        ReferenceFaultKind::MissingCallable(module) => with_callable(subject, module),
        ReferenceFaultKind::Call | ReferenceFaultKind::Extras => before.trim().to_owned(),
        ReferenceFaultKind::SecondColon => match text.rsplit_once(':') {
            Some((modules, attribute)) => format!("{}:{attribute}", modules.replace(':', ".")),
            None => text.to_owned(),
        },
        ReferenceFaultKind::EmptyPart => {
            let written = &text[fault.range.clone()];
            let name = written.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
            let name = if before.is_empty() { shipped(subject, &name).unwrap_or(name) } else { name };
            format!("{before}{name}{rest}")
        }
        ReferenceFaultKind::MissingModule => format!("{}{}", first_module(subject), text.trim()),
        ReferenceFaultKind::Identifier(_) if !text.contains(':') => text.trim().replace(' ', ":"),
        ReferenceFaultKind::Identifier(part) => format!("{before}{}{rest}", part.trim().replace('-', "_")),
        ReferenceFaultKind::Empty => format!("{}:main", first_module(subject)),
        ReferenceFaultKind::Control | ReferenceFaultKind::Keyword(_) => String::new(),
    }
}

/// The module of a path: `weather.server` for `./src/weather/server.py`.
fn dotted(path: &str) -> String {
    let parts: Vec<_> = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "src")).collect();
    let module = parts.join(".");
    let module = module.strip_suffix(".py").unwrap_or(&module);
    module.strip_suffix(".__init__").unwrap_or(module).to_owned()
}

/// The module of the wheel that is called so, or so below its package.
fn shipped(subject: &Subject<'_>, module: &str) -> Option<String> {
    let modules = &subject.layout.modules;
    let below = subject.layout.roots.iter().map(|root| format!("{}.{module}", root.name));
    std::iter::once(module.to_owned()).chain(below).find(|name| modules.importable(name))
}

/// `weather.server:main` for `weather.server`, and also for `weather.server.main` and `weather.main`.
fn with_callable(subject: &Subject<'_>, module: &str) -> String {
    let modules = &subject.layout.modules;
    match module.rsplit_once('.') {
        Some((parent, last)) if !modules.importable(module) => {
            let inside = meant(subject, parent, last).filter(|_| modules.importable(parent));
            let anywhere = || meant_anywhere(subject, last);
            let told = inside.filter(|name| *name == last).map(|name| format!("{parent}:{name}"));
            told.or_else(anywhere)
                .or_else(|| inside.map(|name| format!("{parent}:{name}")))
                .unwrap_or_else(|| format!("{parent}:{last}"))
        }
        _ => format!("{module}:{}", meant(subject, module, "main").unwrap_or("main")),
    }
}

/// The module that most likely starts the server.
fn first_module(subject: &Subject<'_>) -> String {
    let Some(root) = subject.layout.roots.first() else { return subject.project.module_name() };
    let server = format!("{}.server", root.name);
    if subject.layout.modules.get(&server).is_some() { server } else { root.name.clone() }
}
