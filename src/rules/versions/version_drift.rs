use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::changelog;
use crate::spec::version::{self, Version};
use crate::syntax::{Module, StaticValue};
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that other places say the version that `pyproject.toml` says: `__version__` of the module that is called
    /// like the project, the `version` that the only server object is given, and the newest heading of the changelog.
    ///
    /// What is computed, as by `importlib.metadata.version`, is right by itself and left alone.
    ///
    /// ## Why is this bad?
    /// The server tells its clients an old version, and nobody can say what runs where.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// __version__ = "0.9.0"
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// from importlib.metadata import version
    ///
    /// __version__ = version("weather")
    /// ```
    VER003 "version-drift" Warning Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some((version, place)) = subject.version() else { return };
    let drift = Drift { subject, version, place };
    drift.literal(report);
    drift.server(report);
    drift.changelog(report);
}

/// The version, and where it is written.
struct Drift<'s, 'a> {
    subject: &'s Subject<'a>,
    version: Version,
    place: Location,
}

impl Drift<'_, '_> {
    /// `__version__`.
    fn literal(&self, report: &mut Vec<Diagnostic>) {
        let Self { subject, version, .. } = self;
        let own = subject.project.module_name();
        let roots = &subject.layout.roots;
        let root =
            roots.iter().find(|root| root.name == own).or_else(|| roots.first().filter(|_| roots.len() == 1));
        let Some((module, text)) =
            root.and_then(|root| subject.program.literal_version(&root.name, "__version__"))
        else {
            return;
        };
        let Some(path) = subject.program.path(module).filter(|path| self.place.path != **path) else {
            return;
        };
        if self.differs(&text.value) {
            let message = format!("`__version__` is `{}`, but the version is `{version}`", text.value);
            report.push(self.in_python(path, module, text.span, &text.value, message));
        }
    }

    /// `FastMCP("weather", version="1.0.0")`.
    fn server(&self, report: &mut Vec<Diagnostic>) {
        let Self { subject, version, .. } = self;
        let made = subject.program.iter().flat_map(|(name, module)| {
            module.server_objects().iter().map(move |object| (name, module, object))
        });
        let made: Vec<_> = made.collect();
        // where there are several, each may have a version of its own
        let [(name, module, object)] = made[..] else { return };
        if subject.server.unknown || subject.server.objects.len() != 1 {
            return;
        }
        let argument = module.calls().get(object.call).and_then(|call| call.keyword("version"));
        if let Some(argument) = argument
            && let StaticValue::Text(text) = &argument.value
            && let Some(path) = subject.program.path(name)
            && self.differs(text)
        {
            let message =
                format!("the server tells its clients version `{text}`, but the project has `{version}`");
            report.push(self.in_python(path, name, argument.span, text, message));
        }
    }

    /// The newest heading of the changelog.
    fn changelog(&self, report: &mut Vec<Diagnostic>) {
        let Self { version, .. } = self;
        if version.any_prerelease() || version.is_post() || version.is_local() {
            return;
        }
        let path = RelPath::new("CHANGELOG.md");
        let Some(text) = self.subject.tree.text(&path) else { return };
        let changelog = changelog::read(&text);
        let Some((newest, range)) = changelog.versions.iter().max_by(|left, right| left.0.cmp(&right.0))
        else {
            return;
        };
        let major = |version: &Version| version.release().first().copied().unwrap_or_default();
        // dates beside numbers say nothing of each other
        let comparable = (major(newest) > 1900) == (major(version) > 1900);
        let behind = newest < version && !changelog.unreleased;
        let ahead = newest > version && !newest.any_prerelease();
        if comparable && (behind || ahead) {
            let message =
                format!("the newest version of the changelog is `{newest}`, but the project has `{version}`");
            let finding = RULE.at((&path, range.clone().into()), message);
            let help = if behind { "tell users what changed" } else { "raise the version" };
            report.push(finding.related(self.place.clone(), "the version").help(help));
        }
    }

    /// Whether a text is a version, and another.
    fn differs(&self, text: &str) -> bool {
        version::parse(text)
            .is_ok_and(|other| !other.is_local() && other != self.version.clone().without_local())
    }

    /// A finding on the literal `text`, which stands somewhere in `span`.
    fn in_python(&self, path: &RelPath, module: &str, span: Span, text: &str, message: String) -> Diagnostic {
        let finding = RULE.at((path, span), message).related(self.place.clone(), "the version");
        // what tags tell changes with each of them
        if self.subject.project.version_from_git().is_some() {
            return finding.help("take it from `importlib.metadata.version`, which follows the tags");
        }
        let finding = finding.help(format!("write `{}`", self.version));
        let source = self.subject.program.module(module).map(Module::source);
        let written = source.and_then(|source| source.slice(span).find(text));
        match written {
            Some(at) => {
                let start = span.start as usize + at;
                finding.edit(path, Span::new(start, start + text.len()), self.version.to_string())
            }
            None => finding,
        }
    }
}
