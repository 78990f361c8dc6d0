use crate::diagnostic::{Diagnostic, Level};
use crate::layout::SRC;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for files of credentials among those that would ship: `.env`, private keys, `credentials.json`,
    /// `.pypirc` and their like. They are kept back from every archive; in `tests` it is a warning, as those may be
    /// made up.
    ///
    /// ## Why is this bad?
    /// What is on a public index cannot be taken back. A key that was there for a minute has been read, and must be
    /// replaced.
    ///
    /// ## Example
    /// `src/weather/.env`:
    /// ```text
    /// WEATHER_API_KEY=0123456789abcdef
    /// ```
    ///
    /// Use instead:
    /// `src/weather/.env.example`:
    /// ```text
    /// WEATHER_API_KEY=
    /// ```
    SEC004 "secret-file-shipped" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for path in &subject.layout.withheld {
        let level = match path.parts().next() {
            Some("tests" | "test") => Level::Warning,
            _ => Level::Error,
        };
        let message = match subject.tree.file(path).map(|file| subject.tree.real_name(file)) {
            Some(real) if real != path.name() => {
                format!("`{}` leads to `{real}`, a file of credentials", path.name())
            }
            _ => format!("`{}` is a file of credentials", path.name()),
        };
        let finding = RULE.at(path, message).level(level);
        report.push(finding.help(help(subject, path)));
    }
}

fn help(subject: &Subject<'_>, path: &RelPath) -> String {
    if !subject.is_ours() {
        return "the wheel takes it: remove it, or exclude it in the settings of the backend".to_owned();
    }
    let settings = &subject.project.settings;
    let sbom = settings
        .sbom_files
        .iter()
        .any(|glob| glob.value.as_ref().is_ok_and(|glob| glob.matches_file_or_folder_of(path.as_str())));
    let data = settings.data.iter().any(|data| path.below(&data.folder.value).is_some());
    let in_src = path.below(&RelPath::new(SRC)).is_some();
    let (include, exclude) = match (sbom, data, in_src) {
        (true, ..) => ("sbom-files", None),
        (_, true, _) => ("wheel-include", None),
        (.., true) => ("wheel-include", Some("wheel-exclude")),
        _ => ("sdist-include", Some("sdist-exclude")),
    };
    let leave = exclude.map(|key| format!(", or add `{path}` to `{key}`")).unwrap_or_default();
    format!("remove it: no archive takes it{leave}; if it is meant to ship, add it to `{include}`")
}
