use crate::diagnostic::Diagnostic;
use crate::knowledge::stdlib::Minor;
use crate::registry_files::{ProjectInstall, project_installs};
use crate::rule::{Subject, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that an image in which `pip` installs the project has a Python that `requires-python` admits.
    ///
    /// `uv sync` fetches another Python where the one at hand does not do, and is left alone.
    ///
    /// ## Why is this bad?
    /// The build of the image ends with "requires a different Python".
    ///
    /// ## Example
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.9-slim
    /// COPY . /app
    /// WORKDIR /app
    /// RUN pip install .
    /// ENTRYPOINT ["weather"]
    /// ```
    ///
    /// Use instead:
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.10-slim
    /// COPY . /app
    /// WORKDIR /app
    /// RUN pip install .
    /// ENTRYPOINT ["weather"]
    /// ```
    RUN006 "image-python-not-admitted" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(range) = subject.project.python() else { return };
    let requires = subject.project.requires_python.as_ref();
    for image in &subject.registry_files.images {
        let installs = project_installs(&image.content);
        let keeps = |install: &&ProjectInstall| install.keeps_python;
        let Some(install) = installs.iter().find(keeps) else { continue };
        let Some(python) = python(&install.base).filter(|python| !range.admits(*python)) else { continue };
        let path = image.source.path();
        let span = Span::new(install.base_range.start, install.base_range.end);
        let message = format!("the image has Python {python}, which `requires-python` does not admit");
        let finding = RULE.at((path, span), message);
        let finding = match requires {
            Some(requires) => finding.related(subject.project.at(requires.text.span), "admitted here"),
            None => finding,
        };
        let written = &image.source.text()[install.base_range.clone()];
        let meant = if range.oldest() > python { Some(range.oldest()) } else { range.ceiling() };
        report.push(match meant.map(|meant| written.replacen(&python.to_string(), &meant.to_string(), 1)) {
            Some(right) if right != written => {
                finding.help(format!("write `{right}`")).edit(path, span, right)
            }
            _ => finding.help("begin with a Python that is admitted"),
        });
    }
}

/// The Python of an image, as its tag tells: of `python:3.12-slim`, `ghcr.io/astral-sh/uv:python3.12-alpine`.
fn python(base: &str) -> Option<Minor> {
    let (image, tag) = base.rsplit_once(':')?;
    let tag = match image.rsplit('/').next()? {
        "python" => tag,
        "uv" => tag.strip_prefix("python")?,
        _ => return None,
    };
    let minor = tag.strip_prefix("3.")?;
    let length = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
    minor[..length].parse().ok().map(Minor)
}
