//! `mcp-backend check`: every rule, no build.

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArgument, unexpected, word, words};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::Analysis;
use crate::check::{self, Selection, Strictness};
use crate::fix::{self, Fix};
use crate::render::{Format, UnknownFormat, render};
use crate::rules;
use crate::text::RelPath;

pub(super) static COMMAND: Command = Command {
    name: "check",
    summary: "Check a project against every rule, without building it",
    usage: "[PATH] [--format FORMAT] [--select RULES] [--ignore RULES] [--strict] [--fix] [--diff]\n\n\
            \x20 --format FORMAT   full (default), concise, json, github or sarif\n\
            \x20 --select RULES    only these: codes, their beginnings or names, with commas between\n\
            \x20 --ignore RULES    all but these; a structural rule cannot be ignored\n\
            \x20 --strict          make errors of the warnings of some rules, as the setting `strict` does\n\
            \x20 --fix             mend in the files what can be mended safely, then tell what is left\n\
            \x20 --diff            show what `--fix` would change, and change nothing\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut folder = ProjectArgument::default();
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
            Value(value) => folder.take(value)?,
            other => return Err(unexpected(other)),
        }
    }
    let root = folder.project()?;
    if diff {
        return Ok(shown(&fix::fix(&root, strictness, &selection)?));
    }
    let (report, stderr) = if mend {
        let fix = fix::fix(&root, strictness, &selection)?;
        fix.write()?;
        let told = counted("fixed", &fix);
        (fix.report, told)
    } else {
        let analysis = Analysis::read(&root)?;
        let report = check::run(&analysis.subject(), strictness, &selection);
        // the process ends with the command: to give back the memory piece by piece would only take time
        std::mem::forget(analysis);
        (report, String::new())
    };
    // GitHub and code scanning want paths as the repository, where the command is run, knows them
    let base = root.to_str().and_then(|root| RelPath::parse(root.trim_end_matches('/')).ok());
    let report = report.below(base.unwrap_or_default());
    let clean = report.diagnostics().is_empty() && format == Format::Full;
    let stdout = if clean { "no findings\n".to_owned() } else { render(&report, format, terminal.look) };
    Ok(CommandOutput { status: u8::from(report.refused()), stdout, stderr })
}

/// What a fix would change; the status says whether it would, as a check of it needs.
fn shown(fix: &Fix) -> CommandOutput {
    let stdout = fix.diff();
    CommandOutput { status: u8::from(!stdout.is_empty()), stdout, stderr: counted("would fix", fix) }
}

/// `fixed 2 findings in 1 file`.
fn counted(verb: &str, fix: &Fix) -> String {
    let number = |count: usize, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match fix.changed() {
        0 => format!("{verb} nothing\n"),
        files => format!("{verb} {} in {}\n", number(fix.fixed, "finding"), number(files, "file")),
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
