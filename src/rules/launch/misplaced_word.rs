use crate::diagnostic::Diagnostic;
use crate::registry_files::{Launch, LaunchLine, Word};
use crate::rule::names::KnownNames;
use crate::rule::{Subject, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that a command gives `uvx`, `uv` and `pipx` their words in their places: `uvx` is followed by what it runs and
    /// has neither `run` nor `install`, and `uv` and `pipx` do have them.
    ///
    /// ## Why is this bad?
    /// `uvx install weather` runs the command `install` of a package that is called so, and `uv weather` is no command at all.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// uvx install weather
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// uvx weather
    /// ~~~
    /// ```
    RUN003 "misplaced-word" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(names) = KnownNames::of(subject) else { return };
    for line in subject.registry_files.launches() {
        let Launch::Misplaced { program, word, next, first, quoted } = &line.launch else { continue };
        report.extend(match next {
            Some(next) => Some(superfluous(line, [program, word, next], *quoted)),
            None if names.is_own(&word.text) => Some(lacking(line, [program, word], *first, *quoted)),
            None => None,
        });
    }
}

/// Where a word begins with its quote.
fn start(word: &Word, quoted: bool) -> usize {
    word.range.start - usize::from(quoted)
}

fn superfluous(line: &LaunchLine, [program, word, next]: [&Word; 3], quoted: bool) -> Diagnostic {
    let path = line.source.path();
    let place = Span::new(word.range.start, word.range.end);
    let message =
        format!("`{} {} {}` runs a package that is called `{1}`", program.text, word.text, next.text);
    let gone = Span::new(start(word, quoted), start(next, quoted));
    RULE.at((path, place), message).help(format!("write `uvx {}`", next.text)).edit(path, gone, "")
}

/// The finding of a program that lacks its word: `uv weather`.
fn lacking(line: &LaunchLine, [program, word]: [&Word; 2], first: bool, quoted: bool) -> Diagnostic {
    let path = line.source.path();
    let place = Span::new(word.range.start, word.range.end);
    let message = format!("`{}` has no command `{}`", program.text, word.text);
    let finding = RULE.at((path, place), message);
    if program.text.ends_with("uv") && first {
        let end = Span::new(program.range.end, program.range.end);
        return finding.help(format!("write `uvx {}`", word.text)).edit(path, end, "x");
    }
    let before = Span::new(start(word, quoted), start(word, quoted));
    let run = if quoted { "\"run\", " } else { "run " };
    let finding = finding.help(format!("write `run {}`", word.text));
    if line.site.is_json() { finding.edit(path, before, run) } else { finding }
}
