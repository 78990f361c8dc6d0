//! `mcp-backend check`: every rule, no build.

use std::path::Path;

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArguments, unexpected, word, words};
use super::several::{ProjectPlace, Several};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::Analysis;
use crate::check::{self, Selection, Strictness};
use crate::diagnostic::Report;
use crate::fix::{self, Fix};
use crate::render::{Format, UnknownFormat, render};
use crate::rules;
use crate::text::RelPath;

pub(super) static COMMAND: Command = Command {
    name: "check",
    summary: "Check a project against every rule, without building it",
    usage: "[PATH...] [--workspace] [--format FORMAT] [--select RULES] [--ignore RULES] [--strict] [--fix] [--diff]\n\n\
            \x20 --workspace       all members of the workspace, or all projects below PATH\n\
            \x20 --format FORMAT   full (default), concise, json, github or sarif\n\
            \x20 --select RULES    only these: codes, their beginnings or names, with commas between\n\
            \x20 --ignore RULES    all but these; a structural rule cannot be ignored\n\
            \x20 --strict          make errors of the warnings of some rules, as the setting `strict` does\n\
            \x20 --fix             mend in the files what can be mended safely, then tell what is left\n\
            \x20 --diff            show what `--fix` would change, and change nothing\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut asked = ProjectArguments::default();
    let mut format = Format::Full;
    let mut selection = Selection::default();
    let (mut mend, mut diff) = (false, false);
    let mut strictness = Strictness::Full;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("format") => format = format_called(&word(&mut parser)?)?,
            Long("select") | Short('s') => selection.select.extend(known(words(&mut parser)?)?),
            Long("ignore") | Short('i') => selection.ignore.extend(known(words(&mut parser)?)?),
            Long("strict") => strictness = Strictness::Strict,
            Long("fix") => mend = true,
            Long("diff") => diff = true,
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    let work = Work { strictness, selection, mend };
    if asked.are_several() {
        let several = asked.projects()?;
        return Ok(if diff { work.shown_of(&several) } else { work.all(&several, format, terminal) });
    }
    let root = asked.project()?;
    if diff {
        return Ok(shown(&work.fix(&root)?));
    }
    let Checked { report, fixed } = work.one(&root)?;
    // GitHub and code scanning want paths as the repository, where the command is run, knows them
    let base = root.to_str().and_then(|root| RelPath::parse(root.trim_end_matches('/')).ok());
    let report = report.below(base.unwrap_or_default());
    let stdout = written(&report, format, "no findings\n", terminal);
    let stderr = if mend { counted("fixed", fixed) } else { String::new() };
    Ok(CommandOutput { status: u8::from(report.refused()), stdout, stderr })
}

/// What is asked of a project.
struct Work {
    strictness: Strictness,
    selection: Selection,
    mend: bool,
}

/// What a project came to.
struct Checked {
    report: Report,
    fixed: FixCount,
}

/// How many findings are mended, in how many files.
#[derive(Clone, Copy, Default)]
struct FixCount {
    findings: usize,
    files: usize,
}

impl Work {
    fn fix(&self, root: &Path) -> Result<Fix, Failure> {
        Ok(fix::fix(root, self.strictness, &self.selection)?)
    }

    fn one(&self, root: &Path) -> Result<Checked, Failure> {
        if self.mend {
            let fix = self.fix(root)?;
            fix.write()?;
            return Ok(Checked { fixed: FixCount::of(&fix), report: fix.report });
        }
        let analysis = Analysis::read(root)?;
        let report = check::run(&analysis.subject(), self.strictness, &self.selection);
        // the process ends with the command: to give back the memory piece by piece would only take time
        std::mem::forget(analysis);
        Ok(Checked { report, fixed: FixCount::default() })
    }

    /// One report on all projects.
    fn all(&self, several: &Several, format: Format, terminal: &Terminal<'_>) -> CommandOutput {
        let checked = several.each(!self.mend, |place| self.one(&place.root));
        let fixed = checked.iter().flatten().map(|one| one.fixed).fold(FixCount::default(), FixCount::and);
        let mut stderr = several.notices.clone();
        let (mut reports, mut status) = (Vec::new(), several.status);
        for (place, checked) in several.projects.iter().zip(checked) {
            if let Err(failure) = &checked {
                stderr += &place.titled(&format!("error: {failure}\n"));
                status = 2;
            }
            reports.push((place.path.clone(), checked.map(|one| one.report)));
        }
        let report = Report::joined(reports);
        let clean = format!("no findings in {} projects\n", several.projects.len());
        let stdout = written(&report, format, &clean, terminal);
        if self.mend {
            stderr += &counted("fixed", fixed);
        }
        CommandOutput { status: status.max(u8::from(report.refused())), stdout, stderr }
    }

    /// What a fix of all would change, as one diff.
    fn shown_of(&self, several: &Several) -> CommandOutput {
        let diff = |place: &ProjectPlace| {
            let fix = self.fix(&place.root)?;
            Ok((fix.diff_from(&place.path), FixCount::of(&fix)))
        };
        let mut answer = CommandOutput { stderr: several.notices.clone(), ..CommandOutput::default() };
        let mut total = FixCount::default();
        answer.status = several.status;
        for (place, fix) in several.projects.iter().zip(several.each(true, diff)) {
            match fix {
                Ok((diff, count)) => {
                    answer.status = answer.status.max(u8::from(!diff.is_empty()));
                    answer.stdout += &diff;
                    total = total.and(count);
                }
                Err(failure) => {
                    answer.stderr += &place.titled(&format!("error: {failure}\n"));
                    answer.status = 2;
                }
            }
        }
        answer.stderr += &counted("would fix", total);
        answer
    }
}

impl FixCount {
    fn of(fix: &Fix) -> Self {
        Self { findings: fix.fixed, files: fix.changed() }
    }

    fn and(self, other: Self) -> Self {
        Self { findings: self.findings + other.findings, files: self.files + other.files }
    }
}

/// The report; for people `clean` where it is empty.
fn written(report: &Report, format: Format, clean: &str, terminal: &Terminal<'_>) -> String {
    let is_clean = report.diagnostics().is_empty() && format == Format::Full;
    if is_clean { clean.to_owned() } else { render(report, format, terminal.look) }
}

/// What a fix would change; the status says whether it would, as a check of it needs.
fn shown(fix: &Fix) -> CommandOutput {
    let stdout = fix.diff();
    CommandOutput {
        status: u8::from(!stdout.is_empty()),
        stdout,
        stderr: counted("would fix", FixCount::of(fix)),
    }
}

/// `fixed 2 findings in 1 file`.
fn counted(verb: &str, count: FixCount) -> String {
    let number = |count: usize, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match count.files {
        0 => format!("{verb} nothing\n"),
        files => format!("{verb} {} in {}\n", number(count.findings, "finding"), number(files, "file")),
    }
}

/// The output format of that name.
fn format_called(name: &str) -> Result<Format, Failure> {
    name.parse().map_err(|fault: UnknownFormat| Failure::Usage(format!("`{name}` is no format: {fault}")))
}

/// The words, when each names a rule.
fn known(words: Vec<String>) -> Result<Vec<String>, Failure> {
    match words.iter().find(|word| !rules::named(word)) {
        Some(word) => Err(Failure::Usage(format!("`{word}` names no rule; `mcp-backend rule` lists them"))),
        None => Ok(words),
    }
}
