use crate::diagnostic::{Diagnostic, Level};
use crate::project::{BuildSystem, own_requirement};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::{Span, closest};

declare_rule! {
    /// ## What it does
    /// Checks that a project which names this backend also requires it, and the other way round.
    ///
    /// The distribution is called `mcp-backend`, the module in it `mcp_backend`.
    ///
    /// A project with scripts that names no backend at all is a warning: pip and uvx have setuptools build it, but `uv sync`
    /// and `uv run` take it for no package, and install no script.
    ///
    /// ## Why is this bad?
    /// Installers build in a clean environment with nothing but what `requires` lists. Without `mcp-backend` there the
    /// build ends with `Cannot import 'mcp_backend'`; without `build-backend` setuptools is asked to build.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [build-system]
    /// requires = []
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [build-system]
    /// requires = ["mcp-backend"]
    /// ```
    MET018 "build-system" Error(Install) Author
}

/// The distribution and its module.
const DISTRIBUTION: &str = "mcp-backend";
const MODULE: &str = "mcp_backend";

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let build_system = &subject.project.build_system;
    report.extend(unnamed(subject));
    let Some(table) = build_system.span else { return };
    let mut add = |span: Span, message: String, help: String| {
        report.push(RULE.at(subject.project.at(span), message).help(help));
    };
    match &build_system.backend {
        Some(backend) if backend.value == MODULE => {
            let misread = subject.project.misread("build-system.requires");
            if let (Some(false), false) = (requires(build_system), misread) {
                let message =
                    format!("`requires` does not list `{DISTRIBUTION}`, which `build-backend` names");
                add(backend.span, message, with_backend(build_system));
            }
        }
        Some(backend) if is_slip(&backend.value, requires(build_system)) => {
            add(
                backend.span,
                format!("no module is called `{}`", backend.value),
                format!("write `{MODULE}`"),
            );
        }
        None if requires(build_system) == Some(true)
            && !subject.project.misread("build-system.build-backend") =>
        {
            let message = format!("`{DISTRIBUTION}` is required, but `build-backend` is missing");
            add(table, message, format!("add `build-backend = \"{MODULE}\"`"));
        }
        _ => {}
    }
}

/// Whether the module named is ours with a slip: `mcp-backend`, and where ours is required `mcpbackend` or
/// `mcp_backend.build` too.
fn is_slip(backend: &str, required: Option<bool>) -> bool {
    let top = backend.split(['.', ':']).next().unwrap_or_default();
    name::normalize(backend) == DISTRIBUTION
        || (required == Some(true) && closest(top, [MODULE]).is_some_and(|_| backend != MODULE))
}

/// What a project with scripts meets that names no backend: pip has setuptools build it, uv takes it for no package.
fn unnamed(subject: &Subject<'_>) -> Option<Diagnostic> {
    let project = subject.project;
    let BuildSystem { backend: None, span, .. } = &project.build_system else { return None };
    if !project.has_table()
        || project.misread("build-system.build-backend")
        || requires(&project.build_system) != Some(false)
    {
        return None;
    }
    let (_, script) = project.scripts().next()?;
    let message =
        format!("no backend is named, so that `uv sync` and `uv run` do not install `{}`", script.name.value);
    let help = "name the one that is to build the project in `[build-system]`; pip takes setuptools";
    Some(RULE.at(project.at(span.unwrap_or(project.span)), message).level(Level::Warning).help(help))
}

/// Whether the backend is required; unknown while a requirement cannot be read.
fn requires(build_system: &BuildSystem) -> Option<bool> {
    let read: Result<Vec<_>, _> =
        build_system.requires.iter().map(|text| Requirement::parse(&text.value)).collect();
    Some(read.ok()?.iter().any(|wanted| name::normalize(&wanted.name) == DISTRIBUTION))
}

/// The line with the backend added.
fn with_backend(build_system: &BuildSystem) -> String {
    let (meant, others): (Vec<_>, Vec<_>) =
        build_system.requires.iter().partition(|text| is_meant(&text.value));
    let own = meant.first().map_or_else(own_requirement, |text| corrected(&text.value));
    let others = others.into_iter().map(|text| text.value.clone());
    let quoted = |text: String| if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") };
    let all = std::iter::once(own).chain(others).map(quoted);
    format!("write `requires = [{}]`", all.collect::<Vec<_>>().join(", "))
}

/// Whether the requirement names this backend with a slip: `mcpbackend`, `mcp-backends`, `mcp-build-backend`.
fn is_meant(requirement: &str) -> bool {
    Requirement::parse(requirement).is_ok_and(|wanted| {
        let name = name::normalize(&wanted.name);
        let words: Vec<&str> = name.split('-').collect();
        DISTRIBUTION.split('-').all(|word| words.contains(&word)) || closest(&name, [DISTRIBUTION]).is_some()
    })
}

/// The requirement under the right name; without a version in it, the one that is written for new projects.
fn corrected(requirement: &str) -> String {
    let end = Requirement::parse(requirement).map(|wanted| wanted.name_range.end);
    match end.map_or("", |end| requirement[end..].trim()) {
        "" => own_requirement(),
        rest => format!("{DISTRIBUTION}{rest}"),
    }
}
